"""The budget's execution 预算执行: each line as it stands, and what moved it by month and by quarter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import groupby
from operator import itemgetter

from ledger.records.fund.state import IN_SIGN_OFF
from projections.projection import FEN, Asked, Part, Reading, Row, table_columns
from projections.views.fund_oversight import items
from projections.views.fund_oversight.lines import (
    LINE,
    NAMED,
    NOTHING,
    PERIOD,
    counted_by,
    moved_by,
    standing,
    standing_lines,
    total,
    wholes,
)

PeriodOf = Callable[[str], str]
ASKED = (
    ("in_sign_off_fen", FEN, "会签中", "in sign-off"),
    ("to_pay_fen", FEN, "待付款", "signed, to be paid"),
)


def budget(reading: Reading, asked: Asked) -> Iterator[Row]:
    """Yield the lines as of a day, with what items ask of them.

    What is in sign-off is told beyond what is reserved; what is signed by all and waits to be paid is
    reserved.
    """
    in_sign_off: dict[str | None, int] = {}
    to_pay: dict[str | None, int] = {}
    for item in items.standing_items(reading, asked):
        line, beyond = item["budget"], item["amount_fen"] - item["reserved_fen"]
        if item["stage"] == IN_SIGN_OFF:
            in_sign_off[line] = in_sign_off.get(line, 0) + beyond
        elif item["stage"] == items.COMPLETE:
            to_pay[line] = to_pay.get(line, 0) + item["reserved_fen"]
    for line in in_order(standing_lines(reading, counted_by(asked), asked.where.get("year"))):
        yield {
            **line,
            "in_sign_off_fen": in_sign_off.get(line["line"], 0),
            "to_pay_fen": to_pay.get(line["line"], 0),
        }


def in_order(lines: Iterable[Row]) -> Iterator[Row]:
    """Yield lines year by year, each whole before its parts."""
    by_record = {line["line"]: line for line in lines}

    def path(record: str) -> list[str]:
        return [whole["line"] for whole in wholes(by_record, record)][::-1]

    yield from (by_record[record] for record in sorted(by_record, key=path))


def periods(period_of: PeriodOf, reading: Reading, asked: Asked) -> Iterator[Row]:
    """Yield, for each line and period in which anything moved it, what moved, and where it then stood."""
    lines = {
        line["line"]: {name: line[name] for name, _, _, _ in NAMED}
        for line in standing_lines(reading, counted_by(asked), asked.where.get("year"))
    }
    moved = moved_by(reading, counted_by(asked), asked.where.get("line"))
    for record, days in groupby(moved, key=itemgetter("line")):
        if record in lines:
            yield from ({**lines[record], **each} for each in by_period(days, period_of))


def by_period(days: Iterable[Row], period_of: PeriodOf) -> Iterator[Row]:
    """Yield, for each period in which anything moved, what moved in it, and what stood at its end."""
    moved: dict[str, list[Row]] = {}
    for each in days:
        moved.setdefault(period_of(each["day"]), []).append(each)
    so_far = NOTHING
    for period in sorted(moved):
        within = total(moved[period])
        so_far = total((so_far, within))
        yield {"period": period, **within, **standing(so_far)}


def month_of(day: str) -> str:
    """Return a day's month, `2022-03`."""
    return day[:7]


def quarter_of(day: str) -> str:
    """Return a day's quarter, `2022-Q1`."""
    return f"{day[:4]}-Q{(int(day[5:7]) + 2) // 3}"


_MOVED_IN = ("approved_fen", "adjusted_fen", "reserved_fen", "spent_fen", "restored_fen")
_PERIODS = (*table_columns(*NAMED), *PERIOD)
_BRIEF = (
    "name", "period", "adjusted_fen", "spent_fen", "restored_fen", "budget_fen", "net_fen", "left_fen",
    "permille",
)  # fmt: skip
BUDGET = Part(
    "budget", "预算执行", "budget", table_columns(*LINE, *ASKED), budget, as_of=True,
    brief=(
        "name", "year", "budget_fen", "reserved_fen", "in_sign_off_fen", "to_pay_fen", "spent_fen",
        "restored_fen", "left_fen", "permille", "closed",
    ),
    summed=(*_MOVED_IN, "budget_fen", "net_fen", "left_fen", "in_sign_off_fen", "to_pay_fen"),
)  # fmt: skip
MONTHS = Part(
    "budget_months", "预算执行按月", "budget by month", _PERIODS, partial(periods, month_of),
    as_of=True, brief=_BRIEF, summed=_MOVED_IN,
)  # fmt: skip
QUARTERS = Part(
    "budget_quarters", "预算执行按季", "budget by quarter", _PERIODS, partial(periods, quarter_of),
    as_of=True, brief=_BRIEF, summed=_MOVED_IN,
)  # fmt: skip
PARTS = (BUDGET, MONTHS, QUARTERS)
