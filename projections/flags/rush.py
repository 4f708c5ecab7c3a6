"""The flag over the year's end: F11 a rush 年底突击 of spending in its last quarter, month or days.

A fiscal year is a calendar year (预算法 Art. 18). Spending is looked at line by line, and of the whole
office; shares are held against even spending, and against the years before as far as they are known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from ledger.frozen import frozen
from ledger.records.alarm import Parameters
from ledger.records.fund.events import Paid
from ledger.records.office import OFFICE
from projections.flags.evidence import Evidence
from projections.flags.flag import Hit
from projections.flags.items import Step, told_amount, told_share

DAYS = 365


@frozen
class Purse:
    """What is looked at: a budget line by its code over the years, or all of the office's money."""

    code: str
    currency: str


@dataclass(slots=True)
class Year:
    """What a purse paid in a year; `record` is its budget line of that year, or the office."""

    record: str
    payments: list[Step]

    def total(self, *, begins: date = date.min, counted: bool) -> int:
        """Return the amount paid from a day on, or how many payments where `counted`."""
        paid = [each for each in self.payments if each.day >= begins]
        return len(paid) if counted else sum(each.happened.amount_fen for each in paid)


@frozen
class Ending:
    """A last part of the year, in days; what falls into it is summed, or `counted`."""

    name: str
    days: int
    counted: bool = False

    def begins(self, year: int) -> date:
        """Return its first day."""
        return date(year, 12, 31) - timedelta(days=self.days - 1)


@frozen
class Rush:
    """An ending that took far more than its share, in words, and its first day."""

    ending: Ending
    begins: date
    words: str


def year_end_rush(evidence: Evidence, parameters: Parameters) -> Iterator[Hit]:
    """Yield each line and year, and the office's, whose end took far more than its share.

    Far more is more than even spending would take, and so many times as much as that, or as the years
    before took. A year that is known only from its last quarter on is not judged.
    """
    purses = _spending(evidence)
    for purse, years in purses.items():
        known = min(purses[Purse("", purse.currency)].items())[1].payments
        first = min(each.day for each in known)
        for year in sorted(years):
            if first < date(year, 10, 1):
                rushes = list(_rushes(years, year, parameters))
                if rushes:
                    yield _hit(purse, years[year], year, rushes=rushes)


def _spending(evidence: Evidence) -> dict[Purse, dict[int, Year]]:
    """Return the payments by purse and year, in order of the log; the office's first."""
    found: dict[Purse, dict[int, Year]] = defaultdict(dict)
    paid = [(item, step) for item in evidence.items for step in item.of(Paid)]
    for item, step in sorted(paid, key=lambda each: each[1].index):
        line = item.claim.budget
        purses = [("", OFFICE), *([(_code(evidence, line), line)] if line else [])]
        for code, record in purses:
            years = found[Purse(code, item.claim.currency)]
            years.setdefault(step.day.year, Year(record, [])).payments.append(step)
    return found


def _code(evidence: Evidence, record: str) -> str:
    """Return a budget line's code: as it was approved, else as the record's name has it."""
    line = evidence.lines.get(record)
    return line.code if line and line.code else record.partition("-")[2] or record


def _rushes(years: dict[int, Year], year: int, parameters: Parameters) -> Iterator[Rush]:
    endings = (
        Ending("the last quarter", 92),
        Ending("December", 31),
        Ending(f"the last {parameters.rush_days} days", parameters.rush_days, counted=True),
    )
    before = [(each, years[each]) for each in years if each < year]
    for ending in endings:
        begins = ending.begins(year)
        share = _share([(year, years[year])], ending)
        even, usual = Fraction(ending.days, DAYS), _share(before, ending)
        norm = min(even, usual) if usual is not None else even
        enough = years[year].total(begins=begins, counted=True) >= parameters.rush_payments
        if enough and share and share > even and share * 100 > parameters.rush_percent * norm:
            yield Rush(ending, begins, _words(ending, share, even=even, usual=usual))


def _share(years: Iterable[tuple[int, Year]], ending: Ending) -> Fraction | None:
    """Return the share of these years that fell into the ending, or None where nothing was paid."""
    told = [
        (
            spent.total(begins=ending.begins(year), counted=ending.counted),
            spent.total(counted=ending.counted),
        )
        for year, spent in years
    ]
    whole = sum(total for _, total in told)
    return Fraction(sum(part for part, _ in told), whole) if whole > 0 else None


def _words(ending: Ending, share: Fraction, *, even: Fraction, usual: Fraction | None) -> str:
    what = "of all payments" if ending.counted else "of the money"
    told, level = (told_share(each.numerator, each.denominator) for each in (share, even))
    before = (
        ""
        if usual is None
        else f", before it was {told_share(usual.numerator, usual.denominator)}"
    )
    return f"{told} {what} in {ending.name} (evenly {level}{before})"


def _hit(purse: Purse, spent: Year, year: int, *, rushes: list[Rush]) -> Hit:
    begins = min(each.begins for each in rushes)
    total = told_amount(spent.total(counted=False), purse.currency)
    words = "; ".join(each.words for each in rushes)
    return Hit(
        record=spent.record,
        title=f"{purse.code or 'all spending'} {year}",
        message=f"of {total} paid in {year}: {words}",
        steps=tuple(each for each in spent.payments if each.day >= begins),
        lines=(spent.record,) if purse.code else (),
        about=tuple(each.ending.name for each in rushes),
    )
