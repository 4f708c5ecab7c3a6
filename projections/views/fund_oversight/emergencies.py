"""What was done first 应急事项: always listed, with the day by which the levels confirm it (R15)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

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
from projections.views.fund_oversight.items import standing_items

_COLUMNS = table_columns(
    ("record", RECORD, "编号", "record"),
    ("title", TEXT, "事项", "title"),
    ("category", TEXT, "类别", "category"),
    ("stage", TEXT, "状态", "status"),
    ("amount_fen", FEN, "金额", "amount"),
    ("paid_fen", FEN, "已付", "paid"),
    ("currency", TEXT, "币种", "currency"),
    ("handler", TEXT, "经办人", "handler"),
    ("submitted_on", DAY, "申报日期", "submitted"),
    ("confirm_by", DAY, "补签期限", "to be confirmed by"),
    ("complete", BOOL, "会签完成", "confirmed"),
    ("waiting_level", TEXT, "待签级次", "waits for"),
    ("overdue_days", INT, "逾期天数", "days overdue"),
)


def emergencies(reading: Reading, asked: Asked) -> Iterator[Row]:
    """Yield every item declared an emergency, the oldest first; overdue until each level confirmed it."""
    listed = [item for item in standing_items(reading, asked) if item["emergency"]]
    for item in sorted(listed, key=lambda each: (each["submitted_on"] or "", each["record"])):
        row = {column.name: item.get(column.name) for column in _COLUMNS}
        yield {**row, "overdue_days": _overdue(item, asked.day)}


def _overdue(item: Row, day: date) -> int | None:
    """Return how many days ago it was to be confirmed, where some level has not; else None."""
    if item["complete"] or item["confirm_by"] is None:
        return None
    return max(0, (day - date.fromisoformat(item["confirm_by"])).days) or None


EMERGENCIES = Part(
    "emergencies", "应急事项", "done first", _COLUMNS, emergencies,
    as_of=True,
    brief=("title", "stage", "amount_fen", "paid_fen", "handler", "submitted_on", "confirm_by",
           "waiting_level", "overdue_days"),
    summed=("amount_fen", "paid_fen"),
)  # fmt: skip
