"""Totals by month, quarter and year 分期合计: submitted, returned, approved, paid, reversed.

Each step is counted in the period of its own day. Over all periods the sums add up to the items, to
the fen (`moves` says how). `spending` sets what was paid month by month against the year's budget
(预算法 Art. 13: what is not in the budget is not spent).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from itertools import accumulate

from projections.projection import (
    FEN,
    INT,
    TEXT,
    Asked,
    Column,
    Part,
    Reading,
    Row,
    table_columns,
)
from projections.views.fund_oversight import moves
from projections.views.fund_oversight.lines import LINES, moved_by, standing
from projections.views.fund_oversight.moves import standing_moves
from projections.views.fund_oversight.sums import CNY

_COUNTED = (
    (moves.SUBMITTED, "申报", "submitted"),
    (moves.CORRECTED, "更正", "corrected"),
    (moves.RETURNED, "退回", "returned"),
    (moves.WITHDRAWN, "撤回", "withdrawn"),
    (moves.APPROVED, "审批", "approved"),
    (moves.VOIDED, "审批失效", "approval void"),
    (moves.PAID, "付款", "paid"),
    (moves.REVERSED, "冲销", "reversed"),
)
_BRIEF = (moves.SUBMITTED, moves.RETURNED, moves.APPROVED, moves.PAID, moves.REVERSED)

PeriodOf = Callable[[date], str]


def month_of(day: date) -> str:
    """Return a day's month, `2022-03`."""
    return day.isoformat()[:7]


def quarter_of(day: date) -> str:
    """Return a day's quarter, `2022-Q1`."""
    return f"{day.isoformat()[:4]}-Q{(day.month + 2) // 3}"


def year_of(day: date) -> str:
    """Return a day's year, `2022`."""
    return day.isoformat()[:4]


def totals(period_of: PeriodOf, reading: Reading, asked: Asked) -> Iterator[Row]:
    """Yield, for each period and currency in which anything moved, counts and amounts of each move."""
    found: dict[tuple[str, str], Row] = {}
    for move in standing_moves(reading, asked):
        key = period_of(date.fromisoformat(move["day"])), move["currency"]
        row = found.setdefault(key, _nothing())
        row[f"{move['move']}_n"] += 1
        row[f"{move['move']}_fen"] += move["amount_fen"]
    for (period, currency), row in sorted(found.items()):
        yield {"period": period, "currency": currency, **row}


def _nothing() -> Row:
    return {f"{name}_{unit}": 0 for name, _, _ in _COUNTED for unit in ("n", "fen")}


def _columns(zh: str, en: str) -> tuple[Column, ...]:
    counted = [
        column
        for name, its_zh, its_en in _COUNTED
        for column in (
            (f"{name}_n", INT, f"{its_zh}数", its_en),
            (f"{name}_fen", FEN, f"{its_zh}额", f"amount {its_en}"),
        )
    ]
    return table_columns(
        ("period", TEXT, zh, en), ("currency", TEXT, "币种", "currency"), *counted
    )


def _part(name: str, words: tuple[str, str, str], period_of: PeriodOf) -> Part:
    zh, en, title = words
    return Part(
        name, title, f"totals by {en}", _columns(zh, en), partial(totals, period_of), as_of=True,
        brief=("period", "currency", *(f"{move}_{unit}" for move in _BRIEF for unit in ("n", "fen"))),
        summed=tuple(f"{move}_{unit}" for move, _, _ in _COUNTED for unit in ("n", "fen")),
    )  # fmt: skip


MONTHS = _part("months", ("月份", "month", "按月合计"), month_of)
QUARTERS = _part("quarters", ("季度", "quarter", "按季合计"), quarter_of)
YEARS = _part("years", ("年度", "year", "按年合计"), year_of)


_SPENDING = table_columns(
    ("year", INT, "年度", "year"),
    ("month", INT, "月份", "month"),
    ("currency", TEXT, "币种", "currency"),
    ("paid_fen", FEN, "付款", "paid"),
    ("reversed_fen", FEN, "冲销", "reversed"),
    ("net_fen", FEN, "净支出", "net"),
    ("total_fen", FEN, "累计净支出", "net so far"),
    ("budget_fen", FEN, "预算", "budget"),
    ("permille", INT, "执行率‰", "of budget, ‰"),
)
_SUMMED = ("paid_fen", "reversed_fen", "net_fen")


def spending(reading: Reading, asked: Asked) -> Iterator[Row]:
    """Yield a year's months, each with what was paid, what came back, and the budget at its end.

    The year is the one of `where`, else that of the day asked about, else the last in which anything
    was paid; its months are told up to the day asked about, or today. The budget is all that its lines
    were approved and adjusted to; currencies other than the lines' have none.
    """
    spent = _spent(reading, asked)
    year = _year(asked, max((year for year, _, _ in spent), default=None))
    months = _months(asked.day, year, max((n for y, _, n in spent if y == year), default=0))
    budgets = _budgets(reading, asked, year)[:months]
    currencies = {currency for told_year, currency, _ in spent if told_year == year}
    if any(each is not None for each in budgets):
        currencies.add(CNY)
    for currency in sorted(currencies, key=lambda each: (each != CNY, each)):
        total = 0
        for month, budget in enumerate(budgets, 1):
            paid, reversed_ = spent.get((year, currency, month), (0, 0))
            total += paid - reversed_
            yield {
                "year": year, "month": month, "currency": currency, "paid_fen": paid,
                "reversed_fen": reversed_, "net_fen": paid - reversed_, "total_fen": total,
                **(_against(total, budget) if currency == CNY else {}),
            }  # fmt: skip


def _spent(reading: Reading, asked: Asked) -> dict[tuple[int, str, int], tuple[int, int]]:
    """Return what was paid and what came back, by year, currency and month."""
    spent: dict[tuple[int, str, int], tuple[int, int]] = {}
    for move in standing_moves(reading, asked):
        if move["move"] in (moves.PAID, moves.REVERSED):
            day = date.fromisoformat(move["day"])
            key = (day.year, move["currency"], day.month)
            paid, back = spent.get(key, (0, 0))
            if move["move"] == moves.PAID:
                spent[key] = (paid + move["amount_fen"], back)
            else:
                spent[key] = (paid, back + move["amount_fen"])
    return spent


def _against(total_fen: int, budget: int | None) -> Row:
    return {"budget_fen": budget, "permille": total_fen * 1000 // budget if budget else None}


def _year(asked: Asked, last: int | None) -> int:
    named = asked.where.get("year")
    if named is not None:
        return int(named)
    return asked.day.year if asked.as_of is not None or last is None else last


def _months(day: date, year: int, last_paid: int) -> int:
    """Return up to which month a year has come."""
    if year != day.year:
        return 12 if year < day.year else last_paid
    return max(day.month, last_paid)


def _budgets(reading: Reading, asked: Asked, year: int) -> list[int | None]:
    """Return what a year's lines came to at the end of each month, None before the first had any."""
    lines = {line["line"] for line in reading.find(LINES, {"year": year})}
    moved: dict[int, int] = {}
    for each in moved_by(reading, asked.day):
        if each["line"] in lines:
            told_year, month = int(each["day"][:4]), int(each["day"][5:7])
            month = month if told_year == year else (1 if told_year < year else 12)
            moved[month] = moved.get(month, 0) + standing(each)["budget_fen"]
    sums = accumulate(moved.get(month, 0) for month in range(1, 13))
    first = min(moved, default=13)
    return [told if month >= first else None for month, told in enumerate(sums, 1)]


SPENDING = Part(
    "spending",
    "年度支出",
    "spending over the year",
    _SPENDING,
    spending,
    as_of=True,
    summed=_SUMMED,
)
