"""How far each view has come, kept in the transaction of its rows: the library's tracking recorder.

The library counts notifications from 1, we count events taken: the last notification's id is the
number of events taken, so both are one number, the position.
"""

from __future__ import annotations

from collections.abc import Mapping

from eventsourcing.persistence import IntegrityError, Tracking, TrackingRecorder
from typing_extensions import override

from ledger.store.wire import Wire, Wires


class ViewTracking(TrackingRecorder):
    """Positions, by the name of the view."""

    def __init__(self, wires: Wires) -> None:
        """Keep positions in the views' own database."""
        self._wires = wires

    @override
    def insert_tracking(self, tracking: Tracking) -> None:
        """Move a name's position forward, in a transaction of its own.

        Raises:
            IntegrityError: it stands there already, or further on.
        """
        with self._wires.lend() as wire, wire.writing():
            self.insert_in(wire, tracking)

    def insert_in(self, wire: Wire, tracking: Tracking) -> None:
        """Move a name's position forward within the transaction that is open.

        Raises:
            IntegrityError: it stands there already, or further on.
        """
        name, position = tracking.application_name, tracking.notification_id
        if wire.ask("move", view=name, position=position).rowcount:
            return
        if wire.row("position", view=name) is not None:
            raise IntegrityError(f"view {name} stands at {position} already, or further on")
        wire.change("begin", view=name, version=0, shape="", position=position)

    def move(self, wire: Wire, positions: Mapping[str, int]) -> None:
        """Move views forward to these positions within the transaction that is open.

        Raises:
            IntegrityError: one stands there already, or further on.
        """
        for view, position in positions.items():
            if not wire.ask("move", view=view, position=position).rowcount:
                raise IntegrityError(f"view {view} stands at {position} already, or further on")

    @override
    def max_tracking_id(self, application_name: str) -> int | None:
        """Return a name's position, or None where it has taken nothing."""
        with self._wires.lend() as wire:
            row = wire.row("position", view=application_name)
        return (row[0] or None) if row else None
