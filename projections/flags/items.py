"""What the flags look at: items of money folded from evidence, with their steps, and budget lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timezone
from typing import Any

from ledger.application.mapper import kinds_of, open_event
from ledger.clock import parse_offset, parse_time
from ledger.family import DIRECT, Family
from ledger.records import budget
from ledger.records.budget import Budget
from ledger.records.fund import FAMILY, Fund, Signature
from ledger.records.fund.events import Claim, Submitted
from ledger.records.fund.persons import Person, persons_of
from ledger.records.moments import read_moment
from ledger.records.policy import Terms
from ledger.store.contract import LogReader

PAGE = 1024
_NO_VERSION = -(2**63)
_DAYS = ("paid_on", "reversed_on", "booked_on", "decided_on", "approved_on")


@dataclass(frozen=True, slots=True)
class Step:
    """One event of an item: where it stands, the office's day, and the moment where it is known."""

    index: int
    day: date
    moment: datetime | None
    happened: Any


@dataclass(frozen=True, slots=True)
class Item:
    """An item of money as its steps left it; `judged` are the terms it is held against, if any.

    `counting` is the item as first paid, or as it stands where it was not paid: its signatures count.
    """

    record: str
    state: Fund
    counting: Fund
    steps: tuple[Step, ...]
    judged: Terms | None = None

    @property
    def signatures(self) -> tuple[Signature, ...]:
        """The signatures that count: of the round first paid, else of the present round."""
        return self.counting.signatures

    def step(self, version: int) -> Step:
        """Return the step that made the item what it is at a version."""
        return self.steps[version - 1]

    def signing(self) -> tuple[Step, ...]:
        """Return the steps of the signatures that count."""
        return tuple(self.step(each.version) for each in self.signatures)

    def first_payment(self) -> tuple[Step, ...]:
        """Return the step of the first payment, or nothing."""
        return tuple(self.step(version) for version, _ in self.state.payments[:1])

    def claims(self, *, before: Sequence[Step] = ()) -> tuple[Step, ...]:
        """Return the step that told what is claimed, now or before a step, or nothing."""
        last = before[0].index if before else self.steps[-1].index
        told = [
            each for each in self.steps
            if isinstance(each.happened, Claim) and each.index <= last
        ]  # fmt: skip
        return tuple(told[-1:])

    def submission(self) -> Step | None:
        """Return the last submission, or None."""
        told = [each for each in self.steps if isinstance(each.happened, Submitted)]
        return told[-1] if told else None

    @property
    def day(self) -> date:
        """The day of the business, or of the last submission, or of the first step."""
        told = self.submission() or self.steps[0]
        return self.state.claim.business_on or told.day


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that flags are computed from, on a day."""

    items: tuple[Item, ...]
    day: date
    lines: Mapping[str, Budget] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How evidence is to be read: the office's zone, the day, and terms for what has none.

    With `until` given, steps that happened after that day are left out.
    """

    utc_offset: str
    day: date
    until: date | None = None
    terms: Terms | None = None


def read_evidence(log: LogReader, asked: Asked) -> Evidence:
    """Fold every item of money and every budget line, one record after another."""
    zone = parse_offset(asked.utc_offset)
    items = tuple(
        _item(record, steps, asked) for record, steps in _histories(log, FAMILY, asked, zone)
    )
    lines = {
        record: _folded(budget.FAMILY, steps)
        for record, steps in _histories(log, budget.FAMILY, asked, zone)
    }
    return Evidence(items, asked.day, lines)


def takers(steps: Iterable[Step]) -> tuple[Person, ...]:
    """Return who took these steps, each once, in order."""
    return tuple(dict.fromkeys(who for step in steps for who in persons_of(step.happened)))


def told_amount(amount_fen: int, currency: str) -> str:
    """Return an amount with its currency, as people write it."""
    return f"{amount_fen // 100:,}.{amount_fen % 100:02d} {currency}"


def _item(record: str, steps: tuple[Step, ...], asked: Asked) -> Item:
    state = counting = FAMILY.initial
    for step in steps:
        state = FAMILY.evolve(state, step.happened)
        counting = counting if counting.payments else state
    return Item(record, state, counting, steps, counting.terms or asked.terms)


def _folded(family: Family[Any], steps: Iterable[Step]) -> Any:
    state = family.initial
    for step in steps:
        state = family.evolve(state, step.happened)
    return state


def _histories(
    log: LogReader, family: Family[Any], asked: Asked, zone: timezone
) -> Iterator[tuple[str, tuple[Step, ...]]]:
    """Yield each record of a family with its steps; one left without steps is passed over."""
    kinds = kinds_of([family])
    record, steps = "", list[Step]()
    for row in _rows(log, family.name):
        if row[1] != record:
            if steps:
                yield record, tuple(steps)
            record, steps = row[1], []
        step = _step(row[0], open_event(row[4], kinds)[1], at=row[6], zone=zone)
        if asked.until is None or step.day <= asked.until:
            steps.append(step)
    if steps:
        yield record, tuple(steps)


def _rows(log: LogReader, family: str) -> Iterator[Any]:
    """Yield a family's bare rows by record and version; `0` is what follows `/`."""
    after = (f"{family}/", _NO_VERSION)
    while page := log.record_page(after, f"{family}0", PAGE):
        yield from page
        after = (page[-1][1], page[-1][2])


def _step(index: int, happened: Any, *, at: str, zone: timezone) -> Step:
    """Return a step; when it was entered is when it happened only where it was done here."""
    told = getattr(happened, "occurred_at", "")
    moment = read_moment(told)
    if not told and getattr(happened, "basis", "") == DIRECT:
        moment = parse_time(at)
    days = (getattr(happened, name, None) for name in _DAYS)
    day = next((each for each in days if each is not None), None)
    if day is None and moment is None:
        day = _day_told(told)
    entered = (moment or parse_time(at)).astimezone(zone).date()
    return Step(index, day or entered, moment, happened)


def _day_told(text: str) -> date | None:
    """Return the day a text tells; in what was found it may be none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
