"""Budget lines 预算科目: approved, adjusted, reserved, spent, reversed and left, as they stood on any day."""

from __future__ import annotations

from ledger.records import budget as lines
from projections.projection import (
    BOOL,
    DAY,
    FEN,
    INT,
    TEXT,
    Recorded,
    Row,
    Rows,
    Table,
    put_span,
    table_columns,
)

SEPARATOR = "、"

_LINE = (
    ("line", TEXT, "预算编号", "record"),
    ("year", INT, "年度", "year"),
    ("code", TEXT, "代号", "code"),
    ("name", TEXT, "科目", "name"),
    ("approved_fen", FEN, "批复", "approved"),
    ("adjusted_fen", FEN, "调剂", "adjusted"),
    ("broken_down_fen", FEN, "已分解", "broken down"),
    ("reserved_fen", FEN, "占用", "reserved"),
    ("spent_fen", FEN, "支出", "spent"),
    ("restored_fen", FEN, "退还", "reversed"),
    ("left_fen", FEN, "结余", "left"),
    ("closed", BOOL, "已决算", "closed"),
    ("purposes", TEXT, "用途", "purposes"),
    ("index", INT, "日志序", "index"),
)

LINE_SPANS = Table(
    "budget_line_spans", "预算科目沿革", "budget lines in time",
    columns=table_columns(
        *_LINE,
        ("before", DAY, "前段", "span before"),
        ("valid_from", DAY, "自", "from"),
        ("valid_to", DAY, "至", "until before"),
    ),
    key=("line", "valid_from"),
)  # fmt: skip

LINES = Table(
    "budget_lines", "预算科目", "budget lines",
    columns=table_columns(*_LINE, ("last", DAY, "末段", "last span")),
    key=("line",), as_of=LINE_SPANS,
)  # fmt: skip

COLUMNS = table_columns(*_LINE)
EVENTS = tuple(each for each in lines.FAMILY.events if each is not lines.PartClosed)

_NEW: Row = {
    "approved_fen": 0, "adjusted_fen": 0, "broken_down_fen": 0, "reserved_fen": 0, "spent_fen": 0,
    "restored_fen": 0,
    "closed": False, "last": None,
}  # fmt: skip


def apply(recorded: Recorded, rows: Rows) -> None:
    """Fold what happened to a budget line."""
    happened: lines.BudgetEvent = recorded.happened
    held = rows.get(LINES, recorded.record) or _NEW
    row = _budgeted({**held, **_changed(held, happened), "line": recorded.record})
    day = recorded.day.isoformat()
    span = {name: row[name] for name, _, _, _ in _LINE if name in row}
    span |= {"index": recorded.index, "valid_from": day}
    put_span(rows, LINE_SPANS, span, last=held["last"])
    rows.put(LINES, {**row, "index": recorded.index, "last": day})


def _changed(held: Row, happened: lines.BudgetEvent) -> Row:  # noqa: C901, PLR0911 -- a case an event
    match happened:
        case lines.Approved() | lines.Assigned():
            return {
                "year": happened.year, "code": happened.code, "name": happened.name,
                "purposes": SEPARATOR.join(happened.purposes),
                "approved_fen": held["approved_fen"] + happened.amount_fen,
            }  # fmt: skip
        case lines.Revised():
            return {"approved_fen": held["approved_fen"] + happened.delta_fen}
        case lines.BrokenDown():
            broken_down = sum(each.amount_fen for each in happened.parts)
            return {"broken_down_fen": held["broken_down_fen"] + broken_down}
        case lines.Reserved():
            return {"reserved_fen": held["reserved_fen"] + happened.amount_fen}
        case lines.Released():
            return {"reserved_fen": held["reserved_fen"] - happened.amount_fen}
        case lines.Spent():
            return {
                "reserved_fen": held["reserved_fen"] - happened.amount_fen,
                "spent_fen": held["spent_fen"] + happened.amount_fen,
            }
        case lines.Restored():
            return {"restored_fen": held["restored_fen"] + happened.amount_fen}
        case lines.AdjustedOut():
            return {"adjusted_fen": held["adjusted_fen"] - happened.amount_fen}
        case lines.AdjustedIn():
            return {"adjusted_fen": held["adjusted_fen"] + happened.amount_fen}
        case lines.Closed():
            return {"closed": True}
        case lines.PartClosed():
            return {}


def _budgeted(row: Row) -> Row:
    left = row["approved_fen"] + row["adjusted_fen"] + row["restored_fen"]
    used = row["broken_down_fen"] + row["reserved_fen"] + row["spent_fen"]
    return {**row, "left_fen": left - used}
