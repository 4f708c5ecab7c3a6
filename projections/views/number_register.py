"""The number register 文号登记簿: every number of every series, who has it, and what is missing.

A number is allocated once, in the act that registers its record, and stays when it is voided
(公文处理工作条例 Art. 25). What was kept before us is entered as found: there gaps and doubles can
stand, and `continuity` names them.
"""

from __future__ import annotations

from collections.abc import Iterator

from ledger.records.series import events as series
from ledger.records.spans import Spans, add, holes, words
from projections.projection import (
    BOOL,
    DAY,
    INT,
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

ALLOCATED = "allocated"
FOUND = "found"
VOIDED = "voided"

NUMBERS = Table(
    "numbers", "文号", "numbers",
    columns=table_columns(
        ("series", TEXT, "编号", "series"),
        ("n", INT, "顺序号", "number"),
        ("copy", INT, "重号序", "copy"),
        ("number", TEXT, "发文字号", "official number"),
        ("status", TEXT, "状态", "status"),
        ("record", TEXT, "编号对象", "record"),
        ("given_on", DAY, "日期", "day"),
        ("voided_on", DAY, "作废日期", "voided on"),
        ("reason", TEXT, "作废原因", "reason"),
        ("registrar", TEXT, "登记人", "allocated by"),
        ("approver", TEXT, "作废批准人", "voided by"),
        ("copies", INT, "重号数", "copies"),
        ("index", INT, "日志序", "index"),
    ),
    key=("series", "n", "copy"),
    indexes=(("record",), ("number",)),
)  # fmt: skip

SERIES = Table(
    "number_series", "编号簿", "series",
    columns=table_columns(
        ("series", TEXT, "编号", "series"),
        ("code", TEXT, "机关代字", "code"),
        ("year", INT, "年份", "year"),
        ("family", TEXT, "编号对象", "family"),
        ("first", INT, "起始号", "first number"),
        ("closed", BOOL, "已停用", "closed"),
        ("successor", TEXT, "接续编号", "series that goes on"),
        ("opened_by", TEXT, "启用人", "opened by"),
        ("index", INT, "日志序", "index"),
    ),
    key=("series",),
)  # fmt: skip

CONTINUITY = table_columns(
    ("series", TEXT, "编号", "series"),
    ("first", INT, "起始号", "first"),
    ("last", INT, "末号", "last"),
    ("count", INT, "已编数", "numbers"),
    ("voided", INT, "作废数", "voided"),
    ("missing", TEXT, "缺号", "missing"),
    ("doubles", TEXT, "重号", "doubles"),
    ("continuous", BOOL, "连续", "continuous"),
)


def apply(recorded: Recorded, rows: Rows) -> None:
    """Fold what happened to a series."""
    happened: series.SeriesEvent = recorded.happened
    match happened:
        case series.Opened():
            rows.put(SERIES, {
                "series": recorded.record, "code": happened.code, "year": happened.year,
                "family": happened.family, "first": happened.first_number, "closed": False,
                "opened_by": recorded.actor, "index": recorded.index,
            })  # fmt: skip
        case series.Allocated() | series.Found():
            _give(recorded, happened, rows)
        case series.Voided():
            _void(recorded, happened, rows)
        case series.Closed():
            rows.put(SERIES, {**_series(recorded, rows), "closed": True})
        case series.Succeeded():
            ended = {**_series(recorded, rows), "closed": True, "successor": happened.by}
            rows.put(SERIES, ended)


def _series(recorded: Recorded, rows: Rows) -> Row:
    """Return the series' row; one that was never opened (found in an old register) gets one."""
    return rows.get(SERIES, recorded.record) or {
        "series": recorded.record, "first": 1, "closed": False, "index": recorded.index
    }  # fmt: skip


def _give(recorded: Recorded, given: series.Allocated | series.Found, rows: Rows) -> None:
    held = _series(recorded, rows)
    if held["index"] == recorded.index:
        rows.put(SERIES, held)
    first = rows.get(NUMBERS, recorded.record, given.n, 1)
    copies = first["copies"] + 1 if first else 1
    if first:
        rows.put(NUMBERS, {**first, "copies": copies})
    found = isinstance(given, series.Found)
    rows.put(NUMBERS, {
        "series": recorded.record, "n": given.n, "copy": copies, "copies": copies,
        "number": f"{recorded.record.partition('/')[2]}{given.n}号",
        "status": FOUND if found else ALLOCATED, "record": given.record,
        "given_on": iso(given.occurred_on), "registrar": recorded.actor, "index": recorded.index,
    })  # fmt: skip


def _void(recorded: Recorded, voided: series.Voided, rows: Rows) -> None:
    first = rows.get(NUMBERS, recorded.record, voided.n, 1)
    if first is None:
        return
    for copy in range(1, first["copies"] + 1):
        given = rows.get(NUMBERS, recorded.record, voided.n, copy)
        if given and given["record"] == voided.record and given["status"] != VOIDED:
            rows.put(NUMBERS, {
                **given, "status": VOIDED, "voided_on": iso(recorded.day),
                "reason": voided.reason, "approver": voided.approver or recorded.actor,
            })  # fmt: skip
            return


def continuity(reading: Reading, asked: Asked) -> Iterator[Row]:
    """Yield for each series its first and last number, and what is missing or there twice."""
    wanted = {name: value for name, value in (asked.where or {}).items() if name == "series"}
    for held in reading.find(SERIES, wanted):
        yield _continuity(held, list(reading.find(NUMBERS, {"series": held["series"]})))


def _continuity(held: Row, numbers: list[Row]) -> Row:
    seen: Spans = ()
    for number in numbers:
        seen = add(seen, number["n"])
    last = max((number["n"] for number in numbers), default=None)
    missing = words(holes(seen, held["first"], last)) if last is not None else ""
    doubles = ", ".join(str(each["n"]) for each in numbers if each["copy"] == 2)
    return {
        "series": held["series"],
        "first": held["first"],
        "last": last,
        "count": len(numbers),
        "voided": sum(number["status"] == VOIDED for number in numbers),
        "missing": missing,
        "doubles": doubles,
        "continuous": not missing and not doubles,
    }


PROJECTION = Projection(
    name="number_register",
    version=1,
    zh="文号登记簿",
    en="number register",
    tables=(NUMBERS, SERIES),
    kinds=kinds_of(
        series.Opened, series.Allocated, series.Found, series.Voided, series.Closed, series.Succeeded
    ),
    apply=apply,
    parts=(
        Part("continuity", "连续性", "continuity", CONTINUITY, continuity),
    ),
)  # fmt: skip
