"""The custody register 保管处置台账: until when records are kept, what holds them, what is due, what went.

What a document, an incoming paper or a telegram said of its class when it was archived stands here until it is
filed under a schedule. `destroyed` is the 销毁清册, which is kept for ever (会计档案管理办法 Art. 14).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ledger.records.custody import (
    APPRAISED,
    CLEARED,
    DESTROYED,
    FILED,
    HANDED_OVER,
    KEEP,
    Appraised,
    Cleared,
    CustodyEvent,
    Destroyed,
    Filed,
    HandedOver,
    Held,
    HoldLifted,
)
from ledger.records.document import events as document
from ledger.records.incoming import events as incoming
from ledger.records.telegram import events as telegram
from projections.projection import (
    DAY,
    INT,
    RECORD,
    TEXT,
    Asked,
    Part,
    Projection,
    Reading,
    Recorded,
    Row,
    Rows,
    Table,
    iso,
    kinds_of,
    table_columns,
)

ARCHIVED = "已归档"
_COLUMNS = table_columns(
    ("record", RECORD, "保管对象", "record"),
    ("period", TEXT, "保管期限", "class"),
    ("file_number", TEXT, "档号", "file number"),
    ("closed_on", DAY, "办结日期", "closed on"),
    ("ends_on", DAY, "到期日", "kept until"),
    ("holds", INT, "暂停数", "holds"),
    ("matters", TEXT, "暂停事由", "held for"),
    ("opinion", TEXT, "鉴定意见", "appraisal"),
    ("appraisers", TEXT, "鉴定人", "appraised by"),
    ("status", TEXT, "状态", "status"),
    ("purge", RECORD, "销毁", "purge"),
    ("ended_on", DAY, "处置日期", "ended on"),
    ("escorts", TEXT, "监销人", "escorts"),
    ("receiver", TEXT, "接收单位", "receiver"),
    ("index", INT, "日志序", "index"),
)
CUSTODY = Table("custody", "保管", "custody", columns=_COLUMNS, key=("record",))
_NEW: Row = {each.name: None for each in _COLUMNS} | {"holds": 0, "status": ""}
_SEP = "；"


def apply(recorded: Recorded, rows: Rows) -> None:
    """Fold what happened to a record's custody, or that it was archived."""
    happened: Any = recorded.happened
    if isinstance(happened, document.Archived | incoming.Archived | telegram.Archived):
        _archived(recorded, happened, rows)
        return
    told: CustodyEvent = happened
    row = rows.get(CUSTODY, told.of) or {**_NEW, "record": told.of, "index": recorded.index}
    rows.put(CUSTODY, {**row, **_FOLDS[type(told)](row, told, recorded)})


def _archived(recorded: Recorded, happened: Any, rows: Rows) -> None:
    row = rows.get(CUSTODY, recorded.record) or {
        **_NEW, "record": recorded.record, "index": recorded.index
    }  # fmt: skip
    rows.put(CUSTODY, {
        **row, "file_number": happened.file_number, "period": row["period"] or happened.retention,
        "status": row["status"] or ARCHIVED,
        "closed_on": row["closed_on"] or iso(happened.occurred_on or recorded.day),
    })  # fmt: skip


def _filed(row: Row, told: Filed, recorded: Recorded) -> Row:
    del row, recorded
    return {
        "period": told.period, "closed_on": iso(told.closed_on), "ends_on": iso(told.ends_on),
        "status": FILED,
    }  # fmt: skip


def _held(row: Row, told: Held, recorded: Recorded) -> Row:
    del recorded
    return _matters([*_split(row["matters"]), told.matter])


def _lifted(row: Row, told: HoldLifted, recorded: Recorded) -> Row:
    del recorded
    return _matters([each for each in _split(row["matters"]) if each != told.matter])


def _appraised(row: Row, told: Appraised, recorded: Recorded) -> Row:
    del recorded
    kept = iso(told.until) if told.opinion == KEEP else row["ends_on"]
    return {
        "opinion": told.opinion, "appraisers": _SEP.join(told.appraisers), "ends_on": kept,
        "status": APPRAISED,
    }  # fmt: skip


def _handed_over(row: Row, told: HandedOver, recorded: Recorded) -> Row:
    del row
    return {"receiver": told.receiver, "status": HANDED_OVER, "ended_on": iso(recorded.day)}


def _cleared(row: Row, told: Cleared, recorded: Recorded) -> Row:
    del row, recorded
    return {"purge": told.purge, "status": CLEARED}


def _destroyed(row: Row, told: Destroyed, recorded: Recorded) -> Row:
    del row
    return {
        "purge": told.purge, "status": DESTROYED, "ended_on": iso(recorded.day),
        "escorts": _SEP.join(told.escorts),
    }  # fmt: skip


_FOLDS: dict[type[Any], Callable[[Row, Any, Recorded], Row]] = {
    Filed: _filed, Held: _held, HoldLifted: _lifted, Appraised: _appraised,
    HandedOver: _handed_over, Cleared: _cleared, Destroyed: _destroyed,
}  # fmt: skip


def _split(matters: str | None) -> list[str]:
    return matters.split(_SEP) if matters else []


def _matters(matters: list[str]) -> Row:
    return {"matters": _SEP.join(matters) or None, "holds": len(matters)}


def due(reading: Reading, asked: Asked) -> Iterator[Row]:
    """Yield what has run out and is neither gone nor decided to be kept; what holds it stands beside."""
    for row in reading.find(CUSTODY, asked.where):
        if row["ends_on"] and row["ends_on"] < asked.day.isoformat() and not row["ended_on"]:
            yield row


def held(reading: Reading, asked: Asked) -> Iterator[Row]:
    """Yield what is held."""
    return (row for row in reading.find(CUSTODY, asked.where) if row["holds"])


def destroyed(reading: Reading, asked: Asked) -> Iterator[Row]:
    """Yield the register of what was destroyed."""
    return (row for row in reading.find(CUSTODY, asked.where) if row["status"] == DESTROYED)


PROJECTION = Projection(
    name="custody_register",
    version=1,
    zh="保管处置台账",
    en="custody register",
    tables=(CUSTODY,),
    kinds=kinds_of(
        Filed, Held, HoldLifted, Appraised, HandedOver, Cleared, Destroyed,
        document.Archived, incoming.Archived, telegram.Archived,
    ),
    apply=apply,
    parts=(
        Part("due", "到期清单", "due", _COLUMNS, due, as_of=True),
        Part("held", "暂停处置", "held", _COLUMNS, held),
        Part("destroyed", "销毁清册", "destroyed", _COLUMNS, destroyed),
    ),
    shows="custody",
)  # fmt: skip
