"""One decision in the making: what it read, what it changes, and who is deciding.

Reading goes through `state`, which remembers each record and its version: those that the act does
not write become its signed read set. Later steps of one act see what earlier steps changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from ledger import canonical
from ledger.act import MAX_READS, Event, format_event_of
from ledger.application.mapper import Folded, Told
from ledger.clock import office_day
from ledger.errors import UsageError
from ledger.family import Change, Family, family_of
from ledger.frozen import frozen, maker
from ledger.records.office import OFFICE
from ledger.records.officer import Officer
from ledger.spelling import encode_body


@frozen
class Desk:
    """What a decision stands on: how to fold a record, fresh salts, and the families."""

    fold: Callable[[str], Folded]
    salt: Callable[[], str]
    families: dict[str, Family[Any]]


class Deciding:
    """The facts of one act (or of several acts that are appended together), as `Facts` asks."""

    def __init__(
        self, desk: Desk, *, actor: str, on_behalf_of: str | None, basis: str, now: datetime
    ) -> None:
        """Begin with nothing read and nothing changed."""
        self.actor = actor
        self.on_behalf_of = on_behalf_of
        self.basis = basis
        self.now = now
        self._desk = desk
        self._read: dict[str, Folded] = {}
        self._changed: dict[str, Folded] = {}
        self._touched: set[str] = set()
        self._written: set[str] = set()

    @property
    def day(self) -> date:
        """The office's day."""
        return office_day(self.now, self.state(OFFICE).utc_offset)

    def holds(self, post: str) -> bool:
        """Tell whether the actor holds the post, or acts in it by the delegation named."""
        if self.on_behalf_of is None:
            actor: Officer = self.state(self.actor)
            return actor.enrolled and post in actor.posts
        principal: Officer = self.state(self.on_behalf_of)
        return principal.delegates(self.actor, post, self.day)

    def standing(self, record: str) -> Any:
        """Return the state of a record of authority, as rules ask for it."""
        return self.state(record)

    def state(self, record: str) -> Any:
        """Return the record's state as this decision sees it, and remember the reading."""
        return self.folded(record).state

    def folded(self, record: str) -> Folded:
        """Return the record as this decision sees it."""
        self._touched.add(record)
        changed = self._changed.get(record)
        if changed is not None:
            return changed
        if record not in self._read:
            self._read[record] = self._desk.fold(record)
        return self._read[record]

    def digest(self, value: Any) -> str:
        """Return SHA-256 of the value's canonical bytes."""
        return canonical.digest(canonical.encode(value))

    def begin_act(self) -> None:
        """Start the next act, with nothing read or written by it so far."""
        self._touched = set()
        self._written = set()

    def touched(self) -> frozenset[str]:
        """Return the records that this act has read or written so far."""
        return frozenset(self._touched)

    def forget_all_but(self, touched: frozenset[str]) -> None:
        """Let the act rest on no more than these: what was read since was for a step left out."""
        self._touched = set(touched)

    def take(self, changes: Sequence[Change]) -> tuple[Told, ...]:
        """Turn changes into events that follow on, and see them from here on."""
        return tuple(self._take(change) for change in changes)

    def changed(self) -> Mapping[str, Folded]:
        """Return every record that was changed, as it stands afterwards."""
        return self._changed

    def reads(self) -> tuple[tuple[str, int], ...]:
        """Return what was read and not written by this act, sorted by record.

        Raises:
            UsageError: the act rests on more than 64 records.
        """
        kept = {record: self.folded(record).version for record in self._touched - self._written}
        if len(kept) > MAX_READS:
            raise UsageError(
                f"the act rests on {len(kept)} other records",
                todo=f"at most {MAX_READS} fit; split it",
            )
        return tuple(sorted(kept.items()))

    def _take(self, change: Change) -> Told:
        before = self.folded(change.record)
        family = self._desk.families[family_of(change.record)]
        version = before.version + 1
        event = _event_maker()(
            (change.event.KIND, change.record, version, before.last, self._desk.salt(), {})
        )
        encoded = format_event_of(event, encode_body(change.event))
        after = family.evolve(before.state, change.event)
        digest = canonical.digest(encoded)
        self._written.add(change.record)
        self._changed[change.record] = Folded(version, digest, after)
        return Told(change.record, version, change.event, encoded, digest)


@cache
def _event_maker() -> Callable[[Sequence[Any]], Event]:
    """Return what makes an event of kind, record, version, prev, salt and body."""
    return maker(Event)
