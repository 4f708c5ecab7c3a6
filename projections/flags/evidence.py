"""Reading evidence for the flags: every item of money, and what is kept beside, as far as is asked.

Bytes are opened by the quick decoder that views use: the append has checked them, `verify` checks them
again, and a flag is no proof of what it names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from datetime import MAXYEAR, MINYEAR, date, datetime, timezone
from typing import Any, TypeVar

from ledger.clock import parse_offset, parse_time
from ledger.errors import MalformedError
from ledger.family import DIRECT, Family
from ledger.frozen import frozen
from ledger.records import alarm, budget, fund, officer, rectification, statement
from ledger.records.alarm import SHIPPED, Parameters
from ledger.records.budget import Budget
from ledger.records.moments import read_moment
from ledger.records.officer import Officer
from ledger.records.policy import Terms
from ledger.records.rectification import Rectification
from ledger.records.statement import Statement
from ledger.store.contract import EventRow, LogReader
from projections.flags.items import Item, Kept, Step
from projections.folding.decoding import decoder, open_row

S = TypeVar("S")
Decoders = dict[str, Callable[[dict[str, Any]], Any]]
PAGE = 1024
ALARM = "alarm/fund"
_NO_VERSION = -(2**63)
_DAYS = (
    "paid_on", "reversed_on", "booked_on", "decided_on", "approved_on", "traded_on", "found_on",
    "reported_on", "closed_on",
)  # fmt: skip


@frozen
class Evidence:
    """All that flags are computed from, on a day; `version` is 0 where shipped parameters count."""

    items: tuple[Item, ...]
    day: date
    zone: timezone
    parameters: Parameters = SHIPPED
    version: int = 0
    lines: Mapping[str, Budget] = field(default_factory=dict)
    officers: Mapping[str, Kept[Officer]] = field(default_factory=dict)
    statements: tuple[Kept[Statement], ...] = ()
    problems: tuple[Kept[Rectification], ...] = ()


@frozen(kw_only=True)
class Asked:
    """How evidence is to be read: the office's zone, the day, and terms for what has none.

    With `until` given, steps that happened after that day are left out; with `size`, what stands in
    the log from that index on.
    """

    utc_offset: str
    day: date
    until: date | None = None
    size: int | None = None
    terms: Terms | None = None


def read_evidence(log: LogReader, asked: Asked) -> Evidence:
    """Fold every item of money, and what flags hold it against, one record after another."""
    reader = _Reader(log, asked)
    parameters, version = reader.parameters()
    return Evidence(
        items=tuple(_item(record, steps, asked) for record, steps in reader.steps(fund.FAMILY)),
        day=asked.day,
        zone=reader.zone,
        parameters=parameters,
        version=version,
        lines={each.record: each.state for each in reader.kept(budget.FAMILY)},
        officers={each.record: each for each in reader.kept(officer.FAMILY)},
        statements=tuple(reader.kept(statement.FAMILY)),
        problems=tuple(reader.kept(rectification.FAMILY)),
    )


def _item(record: str, steps: tuple[Step, ...], asked: Asked) -> Item:
    state = counting = fund.FAMILY.initial
    for step in steps:
        state = fund.FAMILY.evolve(state, step.happened)
        counting = counting if counting.payments else state
    return Item(record, state, counting, steps, counting.terms or asked.terms)


class _Reader:
    """The log, read family by family, as far as is asked."""

    def __init__(self, log: LogReader, asked: Asked) -> None:
        self.log = log
        self.asked = asked
        self.zone = parse_offset(asked.utc_offset)
        self.size = log.head().size if asked.size is None else asked.size

    def parameters(self) -> tuple[Parameters, int]:
        """Return the parameters in force on the day, and their version."""
        state = alarm.FAMILY.initial
        decode = _decoders(alarm.FAMILY)
        for row in self.log.history(ALARM):
            if row.index < self.size:
                state = alarm.FAMILY.evolve(state, _open(row, decode))
        return state.in_force(self.asked.day)

    def kept(self, family: Family[S]) -> Iterator[Kept[S]]:
        """Yield each record of a family with its state."""
        for record, steps in self.steps(family):
            state = family.initial
            for step in steps:
                state = family.evolve(state, step.happened)
            yield Kept(record, state, steps)

    def steps(self, family: Family[Any]) -> Iterator[tuple[str, tuple[Step, ...]]]:
        """Yield each record of a family with its steps; one left without steps is passed over."""
        decode = _decoders(family)
        record, steps = "", list[Step]()
        for row in self._rows(family.name):
            if row.record != record:
                if steps:
                    yield record, tuple(steps)
                record, steps = row.record, []
            step = _step(row, _open(row, decode), zone=self.zone)
            if self.asked.until is None or step.day <= self.asked.until:
                steps.append(step)
        if steps:
            yield record, tuple(steps)

    def _rows(self, family: str) -> Iterator[EventRow]:
        """Yield a family's rows by record and version; `0` is what follows `/`."""
        after = (f"{family}/", _NO_VERSION)
        while page := self.log.record_page(after, f"{family}0", PAGE):
            for row in page:
                if row[0] < self.size:
                    yield EventRow(*row)
            after = (page[-1][1], page[-1][2])


def _open(row: EventRow, decode: Decoders) -> Any:
    """Return the typed event of a row.

    Raises:
        MalformedError: its kind is not known, or its bytes are not of that kind; the place is named.
    """
    found = "another one"
    if row.kind in decode:
        try:
            return open_row(row, decode[row.kind])
        except MalformedError as error:
            found = str(error)
    raise MalformedError(
        f"{row.record} version {row.version}, index {row.index}",
        expected="an event of a known kind (run 'qifeng verify')", found=found,
    )  # fmt: skip


def _decoders(family: Family[Any]) -> Decoders:
    return {cls.KIND: decoder(cls) for cls in family.events}


def _step(row: EventRow, happened: Any, *, zone: timezone) -> Step:
    """Return a step; when it was entered is when it happened only where it was done here."""
    told = getattr(happened, "occurred_at", "")
    moment = _moment_told(told) if told else None
    if not told and getattr(happened, "basis", "") == DIRECT:
        moment = parse_time(row.recorded_at)
    days = (getattr(happened, name, None) for name in _DAYS)
    day = next((each for each in days if each is not None), None)
    if day is None and moment is None:
        day = _day_told(told)
    entered = day or _entered(moment or parse_time(row.recorded_at), zone)
    return Step(row.index, entered, moment, happened, row.recorded_at)


def _entered(moment: datetime, zone: timezone) -> date:
    return moment.astimezone(zone).date()


def _moment_told(text: str) -> datetime | None:
    """Return the moment a text tells; one at the ends of time has no day in every zone, and is none."""
    moment = read_moment(text)
    return moment if moment and MINYEAR < moment.year < MAXYEAR else None


def _day_told(text: str) -> date | None:
    """Return the day a text tells; in what was found it may be none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
