"""Totals by budget line, supplier and category 分类合计: each the sum of its items, to the fen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

from projections.projection import (
    BOOL,
    DAY,
    FEN,
    INT,
    RECORD,
    TEXT,
    Asked,
    Part,
    Reading,
    Row,
    table_columns,
)
from projections.views.fund_oversight.items import due_fen, in_sign_off_fen, standing_items
from projections.views.fund_oversight.lines import LINES, standing_lines

CNY = "CNY"

_SUMS = (
    ("items", INT, "件数", "items"),
    ("asked_fen", FEN, "在报金额", "asked for now"),
    ("in_sign_off_fen", FEN, "会签中", "in sign-off"),
    ("approved_fen", FEN, "已批待付", "approved, not paid"),
    ("paid_fen", FEN, "已付", "paid"),
    ("reversed_fen", FEN, "冲销", "reversed"),
)
_SUMMED = ("items", "asked_fen", "in_sign_off_fen", "approved_fen", "paid_fen", "reversed_fen")
_GROUP = (
    ("currency", TEXT, "币种", "currency"),
    *_SUMS,
    ("net_fen", FEN, "净支出", "net"),
    ("permille", INT, "占比‰", "share of net, ‰"),
    ("largest_fen", FEN, "最大一件", "largest item"),
    ("handlers", INT, "经办人数", "handlers"),
    ("first_on", DAY, "首次申报", "first submitted"),
    ("last_on", DAY, "末次申报", "last submitted"),
)

_LINES = table_columns(
    ("line", RECORD, "预算编号", "budget line"),
    ("year", INT, "年度", "year"),
    ("name", TEXT, "科目", "name"),
    ("currency", TEXT, "币种", "currency"),
    ("budget_fen", FEN, "预算", "budget"),
    ("reserved_fen", FEN, "占用", "reserved"),
    *_SUMS,
    ("left_fen", FEN, "结余", "left"),
    ("unreserved_fen", FEN, "会签中未占用", "in sign-off, not reserved"),
    ("outside_fen", FEN, "未经预算支付", "paid outside the budget"),
    ("closed", BOOL, "已决算", "closed"),
)


def summed(items: Sequence[Row]) -> Row:
    """Return the sums of some items: asked for, in sign-off, approved and not paid, paid, reversed."""
    return {
        "items": len(items),
        "asked_fen": sum(item["asked_fen"] for item in items),
        "in_sign_off_fen": sum(map(in_sign_off_fen, items)),
        "approved_fen": sum(map(due_fen, items)),
        "paid_fen": sum(item["paid_fen"] for item in items),
        "reversed_fen": sum(item["reversed_fen"] for item in items),
    }


def lines(reading: Reading, asked: Asked) -> Iterator[Row]:
    """Yield each budget line with the sums of its items, then what names no line or none that is known.

    Of what is in sign-off a part may be reserved already; `paid outside` is what its items were paid
    beyond what the line spent: payments found at the bank, which no line was asked for.
    """
    items = _grouped(standing_items(reading, asked), lambda item: item["budget"] or "")
    budgeted = {line["line"]: line for line in _standing_lines(reading, asked)}
    for name in (*budgeted, *sorted({name for name, _ in items} - budgeted.keys())):
        currencies = sorted(currency for line, currency in items if line == name)
        for currency in dict.fromkeys((*([CNY] if name in budgeted else ()), *currencies)):
            line = budgeted.get(name) if currency == CNY else None
            held = items.get((name, currency), [])
            yield {"line": name, "currency": currency, **_line(line, held)}


def _standing_lines(reading: Reading, asked: Asked) -> Iterator[Row]:
    if asked.as_of is None:
        return reading.find(LINES)
    return standing_lines(reading, asked.as_of)


def _line(line: Row | None, items: Sequence[Row]) -> Row:
    sums = summed(items)
    unreserved = sum(
        in_sign_off_fen(item) and item["amount_fen"] - item["reserved_fen"] for item in items
    )
    told: Row = {**sums, "unreserved_fen": unreserved, "outside_fen": sums["paid_fen"]}
    if line is None:
        return told
    return {
        **told, "year": line["year"], "name": line["name"] or line["code"],
        "budget_fen": line["budget_fen"], "reserved_fen": line["reserved_fen"],
        "left_fen": line["left_fen"], "outside_fen": sums["paid_fen"] - line["spent_fen"],
        "closed": line["closed"],
    }  # fmt: skip


def groups(by: str, reading: Reading, asked: Asked) -> Iterator[Row]:
    """Yield the items' sums for each value of a column, those that got most first."""
    found = _grouped(standing_items(reading, asked), lambda item: item[by] or "")
    nets = {key: _net(items) for key, items in found.items()}
    wholes: dict[str, int] = {}
    for (_, currency), net in nets.items():
        wholes[currency] = wholes.get(currency, 0) + net
    for (name, currency), items in sorted(
        found.items(), key=lambda each: (-nets[each[0]], each[0])
    ):
        net, whole = nets[name, currency], wholes[currency]
        yield {
            by: name, "currency": currency, **summed(items), "net_fen": net,
            "permille": net * 1000 // whole if whole > 0 else None, **_spread(items),
        }  # fmt: skip


def _spread(items: Sequence[Row]) -> Row:
    days = [item["submitted_on"] for item in items if item["submitted_on"]]
    return {
        "largest_fen": max(item["amount_fen"] for item in items),
        "handlers": len({item["handler"] for item in items if item["handler"]}),
        "first_on": min(days, default=None),
        "last_on": max(days, default=None),
    }


def _net(items: Sequence[Row]) -> int:
    return sum(item["paid_fen"] - item["reversed_fen"] for item in items)


def _grouped(
    items: Iterable[Row], name_of: Callable[[Row], str]
) -> Mapping[tuple[str, str], list[Row]]:
    """Return items by a name and by currency: what is in two currencies is never summed."""
    found: dict[tuple[str, str], list[Row]] = {}
    for item in items:
        found.setdefault((name_of(item), item["currency"]), []).append(item)
    return found


def _part(name: str, by: str, words: tuple[str, str, str]) -> Part:
    zh, en, title = words
    return Part(
        name, title, name, table_columns((by, TEXT, zh, en), *_GROUP), partial(groups, by), as_of=True,
        brief=(by, "currency", "items", "in_sign_off_fen", "approved_fen", "paid_fen", "reversed_fen",
               "net_fen", "permille", "largest_fen", "last_on"),
        summed=(*_SUMMED, "net_fen"),
    )  # fmt: skip


PAYEES = _part("payees", "payee", ("收款人", "payee", "按收款人合计"))
CATEGORIES = _part("categories", "category", ("类别", "category", "按类别合计"))
LINE_SUMS = Part(
    "lines", "预算科目收支", "budget lines with their items", _LINES, lines, as_of=True,
    brief=("name", "year", "currency", "budget_fen", "reserved_fen", "in_sign_off_fen", "approved_fen",
           "paid_fen", "reversed_fen", "left_fen", "outside_fen"),
    summed=("budget_fen", "reserved_fen", *_SUMMED, "left_fen", "unreserved_fen", "outside_fen"),
)  # fmt: skip
