"""Which flags are wanted: by code, severity, officer, supplier, budget line, item and period."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from ledger.errors import MalformedError
from ledger.frozen import frozen
from ledger.importing.values import parse_day
from ledger.records.fund.persons import Person
from projections.flags.flag import FlagRow
from projections.flags.suppliers import plain

FORMS = "2022, 2022-Q4, 2022-12, 2022-12-01, or two of these with .. between"
_MONTHS = re.compile(r"(\d{4})(?:-(?:Q([1-4])|(\d{2})))?\Z")


@frozen
class Period:
    """A span of days, both included."""

    begins: date
    ends: date

    def holds(self, day: date) -> bool:
        """Tell whether a day lies in it."""
        return self.begins <= day <= self.ends


@frozen(kw_only=True)
class Wanted:
    """What a row must have; what is empty is not asked for."""

    severity: str = ""
    officer: Person | None = None
    supplier: str = ""
    line: str = ""
    item: str = ""
    period: Period | None = None

    def keeps(self, row: FlagRow) -> bool:
        """Tell whether a row is wanted: it has all that is asked for."""
        return (
            self.severity in ("", row.severity)
            and (self.officer is None or any(self.officer.same(each) for each in row.persons))
            and (not self.supplier or plain(self.supplier) in map(plain, row.suppliers))
            and self.line in ("", *row.lines)
            and self.item in ("", *row.items)
            and (self.period is None or self.period.holds(row.day))
        )


def parse_period(text: str) -> Period:
    """Return the period that a text tells: a year, a quarter, a month, a day, or from one to another.

    Raises:
        MalformedError: it tells none, or ends before it begins.
    """
    first, parted, last = text.strip().partition("..")
    begins, ends = _span(first)
    if parted:
        ends = _span(last)[1]
    if ends < begins:
        raise MalformedError("period", expected="an end after its beginning", found=text[:40])
    return Period(begins, ends)


def _span(text: str) -> tuple[date, date]:
    matched = _MONTHS.match(text.strip())
    try:
        if matched is None:
            day = parse_day(text.strip())
            return day, day
        year, quarter, month = (int(each) if each else 0 for each in matched.groups())
        first, last = month or 1, month or 12
        if quarter:
            first, last = quarter * 3 - 2, quarter * 3
        return date(year, first, 1), date(year, last, monthrange(year, last)[1])
    except (MalformedError, ValueError) as error:
        raise MalformedError("period", expected=FORMS, found=text[:40]) from error
