"""Budget lines 预算科目: as they stand, and what moved them day by day, so that any day can be asked about.

What moved a line counts on the day that is told: of the document, the decision, the payment; else on
that of recording. A payment entered late counts on its own day, and frees what was reserved for it then,
or when it was reserved. As of a day a line stands as all that counted by then leaves it, to the fen:

    approved + assigned + adjusted + restored = broken down + reserved + spent + left
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

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
_NEW: Row = {**NOTHING, "closed": False, "begun_on": None, "last_on": None}
_NO_ITEM: Row = {
    "category": "", "reserved_on": None, "reserved_fen": 0, "spent_fen": 0, "restored_fen": 0
}  # fmt: skip

_Taken = told.Reserved | told.Released | told.Spent | told.Restored
_SIGNS = {
    told.Reserved: (1, 0, 0), told.Released: (-1, 0, 0), told.Spent: (-1, 1, 0),
    told.Restored: (0, 0, 1),
}  # fmt: skip


def apply(recorded: Recorded, rows: Rows) -> None:
    """Fold what happened to a budget line."""
    happened: told.BudgetEvent = recorded.happened
    line = recorded.record
    day = (getattr(happened, "occurred_on", None) or recorded.day).isoformat()
    # One changed copy of each row an event: folding is most of what a rebuild costs.
    row = {**(rows.get(LINES, line) or _NEW), "line": line, "index": recorded.index}
    if type(happened) in _SIGNS:
        category, moves = _item_moved(recorded, day, rows)
    else:
        category, moves = "", {day: _moved(happened)}
        row |= _told(happened, day)
    for moved_on, amounts in moves.items():
        _put_day(rows, (line, moved_on, category), amounts)
        for name, moved in amounts.items():
            row[name] += moved
        row["begun_on"] = min(row["begun_on"] or moved_on, moved_on)
        row["last_on"] = max(row["last_on"] or moved_on, moved_on)
    row |= standing(row)
    rows.put(LINES, row)


def _put_day(rows: Rows, key: tuple[str, str, str], amounts: Row) -> None:
    if not any(amounts.values()):
        return
    row = {**(rows.get(DAYS, *key) or NOTHING), **dict(zip(DAYS.key, key, strict=True))}
    for name, moved in amounts.items():
        row[name] += moved
    rows.put(DAYS, row)


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


def _item_moved(recorded: Recorded, day: str, rows: Rows) -> tuple[str, dict[str, Row]]:
    """Return the category of an item's event, and what it moved on which days.

    No more is freed than was reserved, as the family folds.
    """
    happened: _Taken = recorded.happened
    row = {**(rows.get(HELD, recorded.record, happened.item) or _NO_ITEM)}
    row["line"], row["item"] = recorded.record, happened.item
    if isinstance(happened, told.Reserved):
        row["category"], row["reserved_on"] = happened.category, day
    reserved, spent, restored = (happened.amount_fen * sign for sign in _SIGNS[type(happened)])
    reserved = max(reserved, -row["reserved_fen"])
    row["reserved_fen"] += reserved
    row["spent_fen"] += spent
    row["restored_fen"] += restored
    rows.put(HELD, row)
    freed_on = max(day, row["reserved_on"] or day)
    if freed_on == day:
        moved = {"reserved_fen": reserved, "spent_fen": spent, "restored_fen": restored}
        return row["category"], {day: moved}
    later = {freed_on: {"reserved_fen": reserved}} if reserved else {}
    return row["category"], {day: {"spent_fen": spent, "restored_fen": restored}, **later}


def _told(happened: told.BudgetEvent, day: str) -> Row:
    """Return what an event says of its line beside amounts."""
    if isinstance(happened, told.Closed):
        return {"closed": True, "closed_on": day}
    if not isinstance(happened, told.Approved | told.Assigned):
        return {}
    part = {"parent": happened.parent} if isinstance(happened, told.Assigned) else {}
    return {
        **part, "year": happened.year, "code": happened.code,
        "name": happened.name or happened.code, "purposes": SEPARATOR.join(happened.purposes),
    }  # fmt: skip


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


def wholes(lines: Mapping[str, Row], record: str) -> Iterator[Row]:
    """Yield a line, the line it is a part of, and so on; what was found may go in a circle, this ends."""
    seen = set[str]()
    while record in lines and record not in seen:
        seen.add(record)
        yield lines[record]
        record = lines[record]["parent"] or ""


def moved_by(reading: Reading, day: date, line: str | None = None) -> Iterator[Row]:
    """Yield what moved a line, or any, day by day until the end of a day."""
    until = day.isoformat()
    for each in reading.find(DAYS, {} if line is None else {"line": line}):
        if each["day"] <= until:
            yield each
