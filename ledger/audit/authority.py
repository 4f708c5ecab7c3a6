"""Who was who at an index: keys' lives, officers' posts, the office's own tables, learned once.

Built from the histories of the office, officers, keys, policies, schedules and timetables, which are few, and from
how each series of numbers was opened; everything
else in verifying asks it. What it was built from is looked at like every other event.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from ledger.audit.forms import EventForms
from ledger.audit.reading import END, fits, fitting
from ledger.clock import office_day, parse_time
from ledger.errors import KeyNotTrustedError, LedgerError, MalformedError
from ledger.family import Family, Happened, family_of
from ledger.frozen import frozen
from ledger.keys.ring import ENROLLED, KeyLife, Ring
from ledger.log.succession import Succession
from ledger.records import FAMILIES
from ledger.records.office import OFFICE, Office
from ledger.records.officer import Officer
from ledger.store.contract import EventRow, LogReader

AUTHORITIES = ("office", "officer", "key", "policy", "schedule", "timetable")
OPENED = {"series": "series.opened/1"}
"""Of these only the event that opens a record tells what is authority: its posts. What follows is much."""
_SOME = 16
_PAGE = 1024
BY_NAME: dict[str, Family[Any]] = {family.name: family for family in FAMILIES}
KINDS: dict[str, type[Happened]] = {
    cls.KIND: cls for family in FAMILIES for cls in family.events
}


@dataclass
class Life:
    """A record's states: `indexes[n]` is where version n+1 stands, `states[n]` the state after."""

    indexes: list[int] = field(default_factory=list)
    states: list[Any] = field(default_factory=list)

    def before(self, index: int) -> Any:
        """Return the state before an index, or None where it had no events."""
        place = bisect_left(self.indexes, index)
        return self.states[place - 1] if place else None

    def version_before(self, index: int) -> int:
        """Return the version before an index; 0 where it had no events."""
        return bisect_left(self.indexes, index)


@dataclass
class Authority:
    """What was known of keys, officers and the office, by index."""

    lives: dict[str, KeyLife] = field(default_factory=dict)
    records: dict[str, Life] = field(default_factory=dict)
    enrolled: dict[str, int] = field(default_factory=dict)
    alone: list[tuple[int, str]] = field(default_factory=list)
    staffed: int | None = None
    corrected_at: str = ""
    succession: Succession = field(default_factory=Succession)
    mishandled: list[tuple[int, str]] = field(default_factory=list)
    certified: list[tuple[EventRow, Any]] = field(default_factory=list)
    unread: list[tuple[int | None, str, str]] = field(default_factory=list)

    @property
    def founded(self) -> Office:
        """The office as it was founded; an empty one where the founding cannot be read."""
        life = self.records.get(OFFICE)
        state = life.states[0] if life and life.states else Office()
        return state if isinstance(state, Office) else Office()

    def key(self, key: str, index: int) -> KeyLife:
        """Return the life of a key that is good for an act whose first index this is.

        Raises:
            KeyNotTrustedError: it is not.
        """
        life = self.lives.get(key)
        if life is None:
            raise KeyNotTrustedError(key, "was never enrolled")
        if index:
            life.check_good(index)
        return life

    def officer(self, record: str, index: int) -> Officer:
        """Return the officer before an index; one not enrolled where there was none."""
        life = self.records.get(record)
        state = life.before(index) if life else None
        return state if isinstance(state, Officer) else Officer()

    def state(self, record: str, index: int) -> Any:
        """Return the state of a record of authority before an index; the initial one without events."""
        life = self.records.get(record)
        state = life.before(index) if life else None
        return BY_NAME[family_of(record)].initial if state is None else state

    def day(self, moment: str) -> date:
        """Return the office's day of a time as stored."""
        return _day(moment, self.founded.utc_offset)


@lru_cache(maxsize=4096)
def _day(moment: str, utc_offset: str) -> date:
    """Return the day of a moment: all events of an act have one, and are asked for one by one."""
    return office_day(parse_time(moment), utc_offset)


@frozen
class Standing:
    """Who acted, as rules ask for it (`ledger.family.Context`), at the act's place in the log."""

    authority: Authority
    actor: str
    basis: str
    on_behalf_of: str | None
    index: int
    day: date

    def holds(self, post: str) -> bool:
        """Tell whether the actor held the post there, or acted in it by the delegation named."""
        if self.on_behalf_of is None:
            actor = self.authority.officer(self.actor, self.index)
            return actor.enrolled and post in actor.posts
        principal = self.authority.officer(self.on_behalf_of, self.index)
        return principal.delegates(self.actor, post, self.day)

    def standing(self, record: str) -> Any:
        """Return the state there of a record of authority; of a series, as it was opened."""
        return self.authority.state(record, self.index)


def learn(reader: LogReader, forms: EventForms) -> Authority:
    """Return the authority of a log, as far as its histories can be read."""
    authority = Authority()
    key_events: list[tuple[int, str, str, Any]] = []
    openings = Openings(reader)
    for record in _records(reader, authority):
        life = authority.records.setdefault(record, Life())
        state = BY_NAME[family_of(record)].initial
        for row, happened in _history(openings, forms, record, authority):
            state = BY_NAME[family_of(record)].evolve(state, happened)
            life.indexes.append(row.index)
            life.states.append(state)
            _note(authority, row, happened)
            if record.startswith("key/"):
                key_events.append((row.index, row.kind, record, happened))
    authority.lives = _ring(sorted(key_events, key=lambda each: each[0]), authority)
    return authority


def _records(reader: LogReader, authority: Authority) -> Iterator[str]:
    for family in (*AUTHORITIES, *OPENED):
        after = ""
        while True:
            try:
                page = reader.records(family, after=after)
            except (LedgerError, ValueError) as error:
                authority.unread.append((None, family, str(error)))
                break
            yield from page
            if not page:
                break
            after = page[-1]


def _history(
    openings: Openings, forms: EventForms, record: str, authority: Authority
) -> Iterator[tuple[EventRow, Happened]]:
    reader = openings.reader
    try:
        opens = OPENED.get(family_of(record))
        rows = openings.of(record, opens) if opens else reader.history(record)
    except (LedgerError, ValueError) as error:
        authority.unread.append((None, record, str(error)))
        return
    for row in filter(_fits, rows):
        try:
            kind, _, told, _ = forms.told(row.kind, row.event)
            happened = forms.happened(row.event)
        except LedgerError:
            # The check of the event's own bytes names it.
            continue
        if family_of(kind) == family_of(record) and told == record:
            yield row, happened


class Openings:
    """How records were opened: nearly always by their first event.

    Where history was found before, as long as it may be, the log is looked through once for all of them.
    """

    def __init__(self, reader: LogReader) -> None:
        self.reader = reader
        self._later: dict[str, EventRow] | None = None

    def of(self, record: str, kind: str) -> list[EventRow]:
        """Return the first event of a kind in a record's history, if it has one."""
        page = self.reader.record_page((record, 0), f"{record} ", _SOME)
        for row in fitting(page):
            if row[1] == record and row[3] == kind:
                return [EventRow(*row)]
        if len(page) < _SOME:
            return []
        if self._later is None:
            self._later = self._look_through(kind)
        return [self._later[record]] if record in self._later else []

    def _look_through(self, kind: str) -> dict[str, EventRow]:
        found: dict[str, EventRow] = {}
        start = 0
        while page := self.reader.kind_page((kind,), start, END, limit=_PAGE):
            for row in fitting(page):
                found.setdefault(row[1], EventRow(*row))
            start = page[-1][0] + 1
        return found


def _fits(row: EventRow) -> bool:
    """Tell whether what is read here can be read; the first pass names what cannot."""
    columns = (row.index, row.kind, row.event, row.recorded_at)
    return fits(columns, (int, str, bytes, str))


def _note(authority: Authority, row: EventRow, happened: Happened) -> None:
    if row.record == OFFICE:
        _hear(authority, row, happened)
    if happened.KIND == "office.staffed/1" and authority.staffed is None:
        authority.staffed = row.index
    if happened.KIND == "office.clock_corrected/1":
        authority.corrected_at = row.recorded_at
    if happened.KIND == "officer.enrolled/1":
        authority.enrolled.setdefault(row.record, row.index)
    if happened.KIND == ENROLLED and getattr(happened, "certificates", None):
        authority.certified.append((row, happened))
    if getattr(happened, "alone", False):
        authority.alone.append((row.index, row.record))


def _hear(authority: Authority, row: EventRow, happened: Happened) -> None:
    """Follow the log's key from one to the next; a rotation that does not hold is noted."""
    body = {name: getattr(happened, name, None) for name in _LOG_KEY_FIELDS}
    try:
        authority.succession.learn(kind=happened.KIND, body=body, index=row.index)
    except LedgerError as error:
        authority.mishandled.append((row.index, str(error)))


def _ring(
    events: Iterable[tuple[int, str, str, Any]], authority: Authority
) -> dict[str, KeyLife]:
    ring = Ring()
    for index, _, record, happened in events:
        body = {name: getattr(happened, name, None) for name in _KEY_FIELDS}
        try:
            ring.learn(kind=happened.KIND, record=record, body=body, index=index)
        except MalformedError as error:
            authority.unread.append((index, record, str(error)))
    return dict(ring.lives)


_LOG_KEY_FIELDS = ("origin", "log_key", "log_key_ml_dsa", "handover", "possession")
_KEY_FIELDS = (
    "officer", "suite", "public", "possession", "compromised_since", "replaces", "handover",
)  # fmt: skip
