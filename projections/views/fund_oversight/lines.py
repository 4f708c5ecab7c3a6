"""Budget lines 预算科目: as they stand, and what moved them day by day, so that any day can be asked about.

What moved a line counts on the day that is told: of the document, the decision, the payment; else on
that of recording. A payment entered late counts on its own day, and frees what was reserved for it then,
or when it was reserved. As of a day a line stands as all that counted by then leaves it, to the fen:

    approved + assigned + adjusted + restored = broken down + reserved + spent + left
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from ledger.records import budget as told
from projections.projection import (
    BOOL,
    DAY,
    FEN,
    INT,
    RECORD,
    TEXT,
    Asked,
    Reading,
    Recorded,
    Row,
    Rows,
    Table,
    table_columns,
)

SEPARATOR = "、"

_MOVED = (
    ("approved_fen", FEN, "批复", "approved"),
    ("assigned_fen", FEN, "下达", "assigned"),
    ("broken_down_fen", FEN, "已分解", "broken down"),
    ("adjusted_fen", FEN, "调剂", "adjusted"),
    ("reserved_fen", FEN, "占用", "reserved"),
    ("spent_fen", FEN, "支出", "spent"),
    ("restored_fen", FEN, "退还", "reversed"),
)
MOVED = tuple(name for name, _, _, _ in _MOVED)
"""The amounts that events of a line move; `adjusted_fen` is what came in less what went out."""

NAMED = (
    ("line", RECORD, "预算编号", "record"),
    ("year", INT, "年度", "year"),
    ("code", TEXT, "代号", "code"),
    ("name", TEXT, "科目", "name"),
    ("parent", RECORD, "上级科目", "part of"),
)
STANDS = (
    ("budget_fen", FEN, "预算", "budget"),
    ("net_fen", FEN, "净支出", "net"),
    ("left_fen", FEN, "结余", "left"),
    ("permille", INT, "执行率‰", "of budget, ‰"),
)
"""What a line stands at: what it may use itself, has spent for good, has left, and the share used."""

LINE = (
    *NAMED, *_MOVED, *STANDS,
    ("closed", BOOL, "已决算", "closed"),
    ("closed_on", DAY, "决算日期", "closed on"),
    ("purposes", TEXT, "用途", "purposes"),
)  # fmt: skip

LINES = Table(
    "budget_lines", "预算科目", "budget lines",
    columns=table_columns(
        *LINE,
        ("begun_on", DAY, "起始日期", "begun on"),
        ("last_on", DAY, "最近日期", "moved last on"),
        ("index", INT, "日志序", "index"),
    ),
    key=("line",),
)  # fmt: skip

DAYS = Table(
    "budget_days", "预算流水", "budget by day",
    columns=table_columns(
        ("line", RECORD, "预算编号", "record"),
        ("day", DAY, "日期", "day"),
        ("category", TEXT, "类别", "category"),
        *_MOVED,
    ),
    key=("line", "day", "category"),
)  # fmt: skip

HELD = Table(
    "budget_items", "预算占用", "budget by item",
    columns=table_columns(
        ("line", RECORD, "预算编号", "record"),
        ("item", RECORD, "事项", "item"),
        ("category", TEXT, "类别", "category"),
        ("reserved_on", DAY, "占用日期", "reserved on"),
        ("reserved_fen", FEN, "占用", "reserved"),
        ("spent_fen", FEN, "支出", "spent"),
        ("restored_fen", FEN, "退还", "reversed"),
    ),
    key=("line", "item"),
)  # fmt: skip

EVENTS = told.FAMILY.events
PERIOD = table_columns(("period", TEXT, "期间", "period"), *_MOVED, *STANDS)
NOTHING: Row = dict.fromkeys(MOVED, 0)
_NEW: Row = {**NOTHING, "closed": False}
_NO_ITEM: Row = {
    "category": "", "reserved_on": None, "reserved_fen": 0, "spent_fen": 0, "restored_fen": 0
}  # fmt: skip

_Taken = told.Reserved | told.Released | told.Spent | told.Restored
_SIGNS = {
    told.Reserved: (1, 0, 0), told.Released: (-1, 0, 0), told.Spent: (-1, 1, 0),
    told.Restored: (0, 0, 1),
}  # fmt: skip


class Move(NamedTuple):
    """Amounts that an event moved on its line, from which day on, for which category of items."""

    day: str
    category: str
    amounts: Row


def apply(recorded: Recorded, rows: Rows) -> None:
    """Fold what happened to a budget line."""
    happened: told.BudgetEvent = recorded.happened
    line = recorded.record
    day = (getattr(happened, "occurred_on", None) or recorded.day).isoformat()
    if isinstance(happened, _Taken):
        moves = _item_moved(recorded, day, rows)
    else:
        moves = [Move(day, "", _moved(happened))]
    row = rows.get(LINES, line) or {**_NEW, "line": line, "begun_on": day, "last_on": day}
    row = {**row, **_told(happened, day), "index": recorded.index}
    for move in moves:
        _put_day(rows, line, move)
        days = {
            "begun_on": min(row["begun_on"], move.day),
            "last_on": max(row["last_on"], move.day),
        }
        row = {**row, **_added(row, move.amounts), **days}
    rows.put(LINES, {**row, **standing(row)})


def _put_day(rows: Rows, line: str, move: Move) -> None:
    if any(move.amounts.values()):
        held = rows.get(DAYS, line, move.day, move.category) or NOTHING
        where = {"line": line, "day": move.day, "category": move.category}
        rows.put(DAYS, {**where, **_added(held, move.amounts)})


def _moved(happened: told.BudgetEvent) -> Row:
    amounts: Row = {}
    match happened:
        case told.Approved():
            amounts["approved_fen"] = happened.amount_fen
        case told.Revised():
            amounts["approved_fen"] = happened.delta_fen
        case told.Assigned():
            amounts["assigned_fen"] = happened.amount_fen
        case told.BrokenDown():
            amounts["broken_down_fen"] = sum(each.amount_fen for each in happened.parts)
        case told.AdjustedOut():
            amounts["adjusted_fen"] = -happened.amount_fen
        case told.AdjustedIn():
            amounts["adjusted_fen"] = happened.amount_fen
        case _:
            pass
    return amounts


def _item_moved(recorded: Recorded, day: str, rows: Rows) -> list[Move]:
    """Return what an item's event moved; no more is freed than was reserved, as the family folds."""
    happened: _Taken = recorded.happened
    held = rows.get(HELD, recorded.record, happened.item) or _NO_ITEM
    if isinstance(happened, told.Reserved):
        held = {**held, "category": happened.category, "reserved_on": day}
    reserved, spent, restored = (happened.amount_fen * sign for sign in _SIGNS[type(happened)])
    reserved = max(reserved, -held["reserved_fen"])
    row = {
        "line": recorded.record, "item": happened.item, **held,
        "reserved_fen": held["reserved_fen"] + reserved,
        "spent_fen": held["spent_fen"] + spent,
        "restored_fen": held["restored_fen"] + restored,
    }  # fmt: skip
    rows.put(HELD, row)
    freed_on = max(day, held["reserved_on"] or day)
    return [
        Move(freed_on, held["category"], {"reserved_fen": reserved}),
        Move(day, held["category"], {"spent_fen": spent, "restored_fen": restored}),
    ]


def _told(happened: told.BudgetEvent, day: str) -> Row:
    """Return what an event says of its line beside amounts."""
    if isinstance(happened, told.Approved | told.Assigned):
        return {
            "year": happened.year, "code": happened.code, "name": happened.name,
            "parent": getattr(happened, "parent", None),
            "purposes": SEPARATOR.join(happened.purposes),
        }  # fmt: skip
    return {"closed": True, "closed_on": day} if isinstance(happened, told.Closed) else {}


def _added(held: Row, amounts: Row) -> Row:
    return {name: held[name] + amounts.get(name, 0) for name in MOVED}


def standing(moved: Row) -> Row:
    """Return what a line stands at after all these amounts."""
    given = moved["approved_fen"] + moved["assigned_fen"] + moved["adjusted_fen"]
    budget = given - moved["broken_down_fen"]
    net = moved["spent_fen"] - moved["restored_fen"]
    return {
        "budget_fen": budget, "net_fen": net, "left_fen": budget - moved["reserved_fen"] - net,
        "permille": share(net, budget),
    }  # fmt: skip


def share(net_fen: int, budget_fen: int) -> int | None:
    """Return how many thousandths of a budget are used, or None where there is none to use."""
    return net_fen * 1000 // budget_fen if budget_fen > 0 else None


def total(days: Iterable[Row]) -> Row:
    """Return the sum of what was moved."""
    summed = dict(NOTHING)
    for each in days:
        for name in MOVED:
            summed[name] += each[name]
    return summed


def counted_by(asked: Asked) -> date:
    """Return the day by which something counts to be told: the one asked about, else any."""
    return asked.as_of or date.max


def standing_lines(reading: Reading, day: date, year: int | None = None) -> Iterator[Row]:
    """Yield the lines, of one year or of all, as all that counted by a day left them."""
    until = day.isoformat()
    for line in reading.find(LINES, {} if year is None else {"year": year}):
        if line["last_on"] <= until:
            yield line
        elif line["begun_on"] <= until:
            moved = total(moved_by(reading, day, line["line"]))
            closed = line["closed"] and line["closed_on"] <= until
            ended = {"closed": closed, "closed_on": line["closed_on"] if closed else None}
            yield {**line, **moved, **standing(moved), **ended}


def moved_by(reading: Reading, day: date, line: str | None = None) -> Iterator[Row]:
    """Yield what moved a line, or any, day by day until the end of a day."""
    until = day.isoformat()
    for each in reading.find(DAYS, {} if line is None else {"line": line}):
        if each["day"] <= until:
            yield each
