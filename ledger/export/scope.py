"""What goes into a bundle: whole records, chosen by family, name, period, officer or budget line.

A record is in or out as a whole, with every event it ever had: nobody is shown half a history. What all
of it rests on is always in: the office, its officers and their keys, and the policies, parameters and
deadlines that were in force.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from datetime import date

from ledger import canonical
from ledger.act import parse_event
from ledger.application.mapper import Kinds, typed
from ledger.clock import office_day
from ledger.errors import NotFoundError, UsageError
from ledger.export.ocel.reading import happened_at
from ledger.family import family_of
from ledger.frozen import frozen
from ledger.records import purge
from ledger.store.contract import EventRow, LogReader, SealRow

AUTHORITY = ("office", "officer", "key")
GOVERNING = ("policy", "alarm", "timetable")


@frozen(kw_only=True)
class Wanted:
    """What was asked for; what is empty asks for nothing. Days are the office's, both included."""

    families: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    from_day: date | None = None
    until_day: date | None = None
    officer: str = ""
    line: str = ""

    @property
    def narrowed(self) -> bool:
        """Whether events must be looked at to know which records are meant."""
        return bool(self.from_day or self.until_day or self.officer or self.line)

    def words(self) -> tuple[str, ...]:
        """Return what was asked for, in words."""
        told = (
            *(f"family {each}" for each in self.families),
            *(f"record {each}" for each in self.records),
            f"from {self.from_day}" if self.from_day else "",
            f"until {self.until_day}" if self.until_day else "",
            f"officer {self.officer}" if self.officer else "",
            f"budget line {self.line}" if self.line else "",
        )
        return tuple(each for each in told if each) or ("all records",)


@frozen
class Scope:
    """The records meant: those named, else all of these families; some may be hidden, for a reason.

    Of a hidden record the events are shown by their leaf hashes alone. `also` are the purges of what belonged
    to the records meant.
    """

    families: frozenset[str]
    records: frozenset[str] | None = None
    words: tuple[str, ...] = ()
    hidden: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    also: frozenset[str] = frozenset()
    resting: tuple[str, ...] = (*AUTHORITY, *GOVERNING)

    def asks(self, record: str) -> bool:
        """Tell whether the record itself was asked for."""
        if self.records is None:
            return family_of(record) in self.families
        return record in self.records

    def takes(self, record: str) -> bool:
        """Tell whether the record's events go in: it was asked for, or the others rest on it."""
        return family_of(record) in self.resting or record in self.also or self.asks(record)

    def shows(self, record: str) -> bool:
        """Tell whether the record was asked for and is shown."""
        return record not in self.hidden and self.asks(record)

    def alias(self, record: str) -> str:
        """Return the record's name, or what stands for it where it is hidden: `fund/#3`.

        A name may tell what it is of (an invoice's is its number); its place among the hidden does not.
        """
        return self.aliases.get(record, record)

    def rows(self, log: LogReader, start: int, stop: int) -> Iterator[EventRow]:
        """Yield the events of a span that go in, by index."""
        return (row for row in log.events(start, stop) if self.takes(row.record))


def choose(
    log: LogReader, wanted: Wanted, *, size: int, kinds: Kinds, utc_offset: str
) -> Scope:
    """Return the records that are meant, of the first `size` events.

    Raises:
        UsageError: none are, or the period ends before it begins.
    """
    if wanted.from_day and wanted.until_day and wanted.until_day < wanted.from_day:
        raise UsageError(
            f"{wanted.until_day} is before {wanted.from_day}", todo="turn --from and --to round"
        )
    named = frozenset(wanted.records)
    every = frozenset(family_of(kind) for kind in kinds)
    families = frozenset(wanted.families) or (frozenset() if named else every)
    if not wanted.narrowed and not named:
        return _with_purges(Scope(families, None, wanted.words()), log, size, kinds)
    looking = _Looking(wanted, kinds, utc_offset)
    acted, of_line = set[str](), set[str]()
    for row, seal in with_seals(log, 0, size):
        if row.record in named or family_of(row.record) in families:
            if looking.acted(row, seal):
                acted.add(row.record)
            if looking.of_line(row):
                of_line.add(row.record)
    found = acted & of_line
    if not found:
        raise UsageError("no record is of this scope", todo="widen it; nothing was exported")
    scope = Scope(families, frozenset(found), wanted.words())
    return _with_purges(scope, log, size, kinds)


def _with_purges(scope: Scope, log: LogReader, size: int, kinds: Kinds) -> Scope:
    """Return the scope with the purges of what belonged to its records."""
    found, after = set[str](), ""
    while page := log.records(purge.FAMILY.name, after=after):
        after = page[-1]
        for record in page:
            rows = log.history(record, size - 1)
            told = typed(rows[0].kind, parse_event(rows[0].event).body, kinds) if rows else None
            if isinstance(told, purge.Proposed) and scope.asks(told.of):
                found.add(record)
    return replace(scope, also=frozenset(found))


def with_seals(log: LogReader, start: int, stop: int) -> Iterator[tuple[EventRow, SealRow]]:
    """Yield the events of a span, each with the seal of its act.

    Raises:
        NotFoundError: a seal is missing.
    """
    seals = log.seals(_act_start(log, start), stop)
    seal = None
    for row in log.events(start, stop):
        while seal is None or seal.act != row.act:
            seal = next(seals, None)
            if seal is None:
                raise NotFoundError("seal of act", row.act, todo="run 'qifeng verify'")
        yield row, seal


def _act_start(log: LogReader, index: int) -> int:
    """Return the first index of the act that an entry stands in."""
    row = log.event_at(index)
    seal = log.seal(row.act) if row else None
    return seal.first_index if seal else index


@frozen
class _Looking:
    wanted: Wanted
    kinds: Kinds
    utc_offset: str

    def acted(self, row: EventRow, seal: SealRow) -> bool:
        """Tell whether the event is the officer's, in the period."""
        return self._by_officer(seal) and self._in_period(row)

    def of_line(self, row: EventRow) -> bool:
        """Tell whether the event is of the budget line, or names it."""
        line = self.wanted.line
        return not line or line == row.record or f'"{line}"'.encode() in row.event

    def _by_officer(self, seal: SealRow) -> bool:
        officer = self.wanted.officer
        if not officer or seal.actor == officer:
            return True
        payload = base64.b64decode(canonical.parse(seal.envelope, "seal")["payload"])
        return f'"on_behalf_of":"{officer}"'.encode() in payload

    def _in_period(self, row: EventRow) -> bool:
        since, until = self.wanted.from_day, self.wanted.until_day
        if since is None and until is None:
            return True
        event = parse_event(row.event)
        happened = typed(event.kind, event.body, self.kinds)
        day = office_day(
            happened_at(happened, row.recorded_at, self.utc_offset), self.utc_offset
        )
        return (since is None or since <= day) and (until is None or day <= until)
