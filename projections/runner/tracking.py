"""How far each view has come, kept in the transaction of its rows: the library's tracking recorder.

The library counts notifications from 1, we count events taken: the last notification's id is the
number of events taken, so both are one number, the position.
"""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from eventsourcing.persistence import IntegrityError, Tracking, TrackingRecorder
from typing_extensions import override

from projections.runner.tables import Schema


class ViewTracking(TrackingRecorder):
    """Positions, by the name of the view."""

    def __init__(self, engine: sa.Engine, schema: Schema) -> None:
        """Keep positions in the schema's table."""
        self._engine = engine
        self._position = table = schema.position
        to: sa.BindParameter[int] = sa.bindparam("to")
        forward = (table.c.view == sa.bindparam("name"), table.c.position < to)
        self._forward = sa.update(table).where(*forward).values(position=to)

    @override
    def insert_tracking(self, tracking: Tracking) -> None:
        """Move a name's position forward, in a transaction of its own.

        Raises:
            IntegrityError: it stands there already, or further on.
        """
        with self._engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            try:
                self.insert_in(connection, tracking)
            except BaseException:
                connection.exec_driver_sql("ROLLBACK")
                raise
            connection.exec_driver_sql("COMMIT")

    def insert_in(self, connection: sa.Connection, tracking: Tracking) -> None:
        """Move a name's position forward within the transaction that is open.

        Raises:
            IntegrityError: it stands there already, or further on.
        """
        table = self._position
        name, position = tracking.application_name, tracking.notification_id
        moved = connection.execute(
            sa.update(table)
            .where(table.c.view == name, table.c.position < position)
            .values(position=position)
        )
        if moved.rowcount:
            return
        if connection.execute(sa.select(table.c.view).where(table.c.view == name)).first():
            raise IntegrityError(f"view {name} stands at {position} already, or further on")
        connection.execute(
            sa.insert(table).values(view=name, version=0, shape="", position=position)
        )

    def move(self, connection: sa.Connection, positions: Mapping[str, int]) -> None:
        """Move views forward to these positions within the transaction that is open.

        Raises:
            IntegrityError: one stands there already, or further on.
        """
        told = [{"name": view, "to": position} for view, position in positions.items()]
        if told and connection.execute(self._forward, told).rowcount != len(told):
            raise IntegrityError(
                f"one of {sorted(positions)} stands there already, or further on"
            )

    @override
    def max_tracking_id(self, application_name: str) -> int | None:
        """Return a name's position, or None where it has taken nothing."""
        with self._engine.connect() as connection:
            return self._read(connection, application_name)

    def _read(self, connection: sa.Connection, name: str) -> int | None:
        table = self._position
        asked = sa.select(table.c.position).where(table.c.view == name)
        return connection.execute(asked).scalar() or None
