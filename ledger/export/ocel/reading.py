"""The events of a period and families, with what they say and which records they touch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cached_property
from typing import Any

from ledger.act import Act, Event, open_seal
from ledger.application.mapper import Kinds, open_event
from ledger.clock import office_day, parse_offset, parse_time
from ledger.errors import MalformedError, NotFoundError, UnavailableError
from ledger.export.ocel.kinds import FROM_LOG
from ledger.family import Happened, family_of
from ledger.frozen import frozen
from ledger.store.contract import EventRow, LogReader

PAGE = 1024

RECORD = "record"
ACTOR = "actor"
PRINCIPAL = "principal"
_QUALIFIERS = (RECORD, ACTOR, PRINCIPAL)

_LONGEST = 220  # characters of a record's name


@dataclass(frozen=True)
class Scope:
    """What is exported: events of these families that happened from a day to a day, both included."""

    families: frozenset[str]
    from_day: date | None = None
    until_day: date | None = None
    utc_offset: str = "+08:00"

    @cached_property
    def since(self) -> datetime:
        """The first moment that counts."""
        return (
            self._midnight(self.from_day) if self.from_day else datetime.min.replace(tzinfo=UTC)
        )

    def counts(self, moment: datetime) -> bool:
        """Tell whether the moment lies in the period."""
        if moment < self.since:
            return False
        return self.until_day is None or office_day(moment, self.utc_offset) <= self.until_day

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), parse_offset(self.utc_offset)).astimezone(UTC)


@frozen
class Touched:
    """One event as it is exported: `relations` are (record, qualifier), the own record first.

    `named` are those relations that a field of the body says.
    """

    row: EventRow
    moment: datetime
    values: dict[str, Any]
    relations: tuple[tuple[str, str], ...]
    named: tuple[tuple[str, str], ...]


@frozen
class _Counted:
    """One event in the scope, and what in it may name records."""

    row: EventRow
    moment: datetime
    body: dict[str, Any]
    named: tuple[tuple[str, str], ...]


def happened_at(happened: Happened, recorded_at: str, utc_offset: str) -> datetime:
    """Return when an event happened, in UTC: as it tells it, or as it was recorded."""
    recorded = parse_time(recorded_at)
    told = getattr(happened, "occurred_at", None) or getattr(happened, "occurred_on", None)
    if isinstance(told, str):
        try:
            return parse_time(told)
        except MalformedError:
            told = _day(told)
    if not isinstance(told, date) or told == office_day(recorded, utc_offset):
        return recorded
    return datetime.combine(told, time(), parse_offset(utc_offset)).astimezone(UTC)


class Reading:
    """A log read for export: rows in, touched records out, a page in memory at a time."""

    def __init__(self, reader: LogReader, kinds: Kinds, scope: Scope) -> None:
        """Read this log by the closed registry of kinds."""
        self.reader = reader
        self.kinds = kinds
        self.scope = scope
        self.size = reader.head().size
        self._known = frozenset(map(family_of, kinds))

    def events(self) -> Iterator[tuple[int, list[Touched]]]:
        """Yield (index read so far, events that count) page by page, in the order of the log.

        Raises:
            UnavailableError: an event is missing, or it or its seal cannot be read.
        """
        start = 0
        while start < self.size:
            rows = [EventRow(*row) for row in self.reader.event_page(start, self.size, PAGE)]
            if not rows or rows[-1].index != start + len(rows) - 1:
                raise UnavailableError(
                    f"log from {start} on",
                    "events are missing",
                    todo="nothing was exported; run 'qifeng verify'",
                )
            start = rows[-1].index + 1
            yield start, self._touched(rows)

    def open(self, row: EventRow) -> tuple[Event, Happened]:
        """Return an event's members and its typed form.

        Raises:
            UnavailableError: the row is not what it should be.
        """
        try:
            return open_event(row.event, self.kinds)
        except MalformedError as error:
            raise _unreadable(row, error) from error

    def moment(self, row: EventRow, happened: Happened) -> datetime | None:
        """Return when a row's event happened, or None where that is outside the period."""
        moment = happened_at(happened, row.recorded_at, self.scope.utc_offset)
        return moment if self.scope.counts(moment) else None

    def _touched(self, rows: Sequence[EventRow]) -> list[Touched]:
        counted = [each for row in rows for each in self._counted(row)]
        acts = {each.row.act: each.row for each in counted}
        opened = {act: self._act(row) for act, row in acts.items()}
        names = {record for each in counted for record, _ in each.named}
        names |= {
            who for act in opened.values() for who in (act.actor, act.on_behalf_of) if who
        }
        held = self._held(names)
        return [_touch(each, opened[each.row.act], held) for each in counted]

    def _counted(self, row: EventRow) -> Iterator[_Counted]:
        if family_of(row.record) in self.scope.families:
            event, happened = self.open(row)
            moment = self.moment(row, happened)
            if moment is not None:
                yield _Counted(row, moment, event.body, tuple(self._named(event.body)))

    def _named(self, body: dict[str, Any]) -> Iterator[tuple[str, str]]:
        """Yield (text, qualifier) of what may be a record's name, at any depth, in order."""
        for field, value in body.items():
            for text in _texts(value):
                if "/" in text and len(text) <= _LONGEST and family_of(text) in self._known:
                    yield text, f"body_{field}" if field in _QUALIFIERS else field

    def _held(self, names: set[str]) -> set[str]:
        """Return those names that are records of this ledger."""
        versions = self.reader.versions(sorted(names))
        return {record for record, version in versions.items() if version}

    def _act(self, row: EventRow) -> Act:
        found = self.reader.seal(row.act)
        if found is None:
            raise _unreadable(row, NotFoundError("seal of act", row.act))
        try:
            return open_seal(found.envelope).act
        except MalformedError as error:
            raise _unreadable(row, error) from error


def _touch(counted: _Counted, act: Act, held: set[str]) -> Touched:
    """Return the event with what its act says; `held` are the records that there are."""
    row, body = counted.row, counted.body
    named = tuple((record, field) for record, field in counted.named if record in held)
    relations = {row.record: RECORD}
    for record, qualifier in ((act.actor, ACTOR), (act.on_behalf_of or "", PRINCIPAL), *named):
        if record in held:
            relations.setdefault(record, qualifier)
    values = {f"body_{name}" if name in FROM_LOG else name: body[name] for name in body}
    values |= {
        "act": act.act,
        "actor": act.actor,
        "basis": act.basis,
        "index": row.index,
        "recorded_at": row.recorded_at,
    }
    return Touched(row, counted.moment, values, tuple(relations.items()), named)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


def _unreadable(row: EventRow, error: Exception) -> UnavailableError:
    return UnavailableError(
        f"event {row.index} of {row.record}",
        str(error),
        todo="nothing was exported; run 'qifeng verify'",
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
