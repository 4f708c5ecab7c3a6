"""The document register 公文登记簿: what went out and what came in, at which step, with its days.

Both registers in one: 发文 and 收文 (党政机关公文处理工作条例 ch. 5 and 6). Where a document stands is
what its family folds; its steps are listed beside it in the order in which they were recorded.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from functools import cache
from typing import Any, NamedTuple, cast

from ledger.family import Happened, family_of
from ledger.records import document, incoming
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
    Touched,
    iso,
    kinds_of_families,
    table_columns,
)

OUTGOING = "发文"
INCOMING = "收文"

DOCUMENTS = Table(
    "documents", "公文", "documents",
    columns=table_columns(
        ("record", TEXT, "编号", "record"),
        ("direction", TEXT, "收发", "direction"),
        ("number", TEXT, "文号", "number"),
        ("title", TEXT, "标题", "title"),
        ("kind", TEXT, "文种", "type or nature"),
        ("stage", TEXT, "当前环节", "step"),
        ("stage_on", DAY, "环节日期", "since"),
        ("urgency", TEXT, "紧急程度", "urgency"),
        ("sender", TEXT, "来文单位", "sender"),
        ("sender_number", TEXT, "来文字号", "sender's number"),
        ("recipients", TEXT, "主送机关", "recipients"),
        ("lead", TEXT, "主办单位", "lead unit"),
        ("begun_on", DAY, "起草或签收日期", "drafted or received"),
        ("issued_on", DAY, "签发日期", "issued"),
        ("numbered_on", DAY, "登记日期", "registered"),
        ("released_on", DAY, "核发日期", "released"),
        ("deadline", DAY, "办理时限", "deadline"),
        ("closed_on", DAY, "办结日期", "closed"),
        ("archived_on", DAY, "归档日期", "filed"),
        ("abolished_on", DAY, "废止之日", "void from"),
        ("series", TEXT, "编号簿", "series"),
        ("n", INT, "顺序号", "number in series"),
        ("index", INT, "日志序", "index"),
    ),
    key=("record",),
    indexes=(("number",), ("direction", "stage")),
)  # fmt: skip

STEPS = Table(
    "document_steps", "办理过程", "steps",
    columns=table_columns(
        ("record", TEXT, "编号", "record"),
        ("n", INT, "序", "n"),
        ("step", TEXT, "环节", "step"),
        ("happened_on", DAY, "日期", "day"),
        ("actor", TEXT, "办理人", "officer"),
        ("on_behalf_of", TEXT, "授权人", "on behalf of"),
        ("post", TEXT, "岗位", "post"),
        ("opinion", TEXT, "意见", "opinion"),
        ("basis", TEXT, "办理方式", "basis"),
        ("index", INT, "日志序", "index"),
    ),
    key=("record", "n"),
)  # fmt: skip

TOTALS = table_columns(
    ("direction", TEXT, "收发", "direction"),
    ("stage", TEXT, "当前环节", "step"),
    ("count", INT, "件数", "documents"),
    ("overdue", INT, "逾期", "overdue"),
    ("numbered", BOOL, "已编号", "numbered"),
)

# The columns that hold the last day on which a step of that name was taken.
_DAYS = {
    "drafted": "begun_on",
    "received": "begun_on",
    "issued": "issued_on",
    "numbered": "numbered_on",
    "registered": "numbered_on",
    "released": "released_on",
    "closed": "closed_on",
    "archived": "archived_on",
}
_OPINIONS = ("opinion", "reason", "instruction", "result", "to")


def settle(touched: Touched, rows: Rows) -> None:
    """Put a document as it stands, and its steps."""
    record = {"record": touched.record}
    days: Row = {}
    steps: list[Row] = []
    stage_on, stage = None, ""
    for recorded, state in touched.history:
        told = _told_by(cast("Hashable", type(recorded.happened)))
        step = _step(recorded, told)
        steps.append(step)
        if told.column is not None:
            days[told.column] = step["happened_on"]
        if state.stage != stage:
            stage, stage_on = state.stage, step["happened_on"]
    state = touched.state
    head = _outgoing(state) if family_of(touched.record) == "document" else _incoming(state)
    rows.put(DOCUMENTS, {
        **record, **days, **head, "title": state.title, "stage": state.stage,
        "stage_on": stage_on, "urgency": state.urgency, "number": state.number or None,
        "series": state.series or None, "n": state.n or None, "index": touched.last.index,
        "numbered_on": days.get("numbered_on") if state.number else None,
    })  # fmt: skip
    rows.put_numbered(STEPS, record, steps)


def _outgoing(state: document.Document) -> Row:
    return {
        "direction": OUTGOING,
        "kind": state.kind,
        "recipients": "、".join(state.recipients),
        "abolished_on": iso(state.abolished_on),
    }


def _incoming(state: Any) -> Row:
    return {
        "direction": INCOMING,
        "kind": state.nature,
        "sender": state.sender,
        "sender_number": state.sender_number,
        "lead": state.lead,
        "deadline": iso(state.deadline),
    }


class _Told(NamedTuple):
    """What events of a class tell: of a step's name, its day, whose post, in which words."""

    step: str
    column: str | None
    dated: bool
    posted: bool
    opinions: tuple[str, ...]


@cache
def _told_by(cls: Hashable) -> _Told:
    happened = cast("type[Happened]", cls)
    return _Told(
        step=happened.TERM.zh,
        column=_DAYS.get(happened.KIND.partition(".")[2].partition("/")[0]),
        dated=hasattr(happened, "occurred_on"),
        posted=hasattr(happened, "post"),
        opinions=tuple(name for name in _OPINIONS if hasattr(happened, name)),
    )


def _step(recorded: Recorded, told: _Told) -> Row:
    happened = recorded.happened
    opinion = ""
    for name in told.opinions:
        opinion = opinion or getattr(happened, name) or ""
    return {
        "step": told.step,
        "happened_on": ((told.dated and happened.occurred_on) or recorded.day).isoformat(),
        "actor": recorded.actor,
        "on_behalf_of": recorded.on_behalf_of,
        "post": happened.post if told.posted else "",
        "opinion": opinion,
        "basis": recorded.basis,
        "index": recorded.index,
    }


def totals(reading: Reading, asked: Asked) -> Iterator[Row]:
    """Yield how many documents stand at which step, and how many of them are overdue."""
    counted: dict[tuple[str, str, bool], list[int]] = {}
    for row in reading.find(DOCUMENTS):
        key = (row["direction"], row["stage"], row["number"] is not None)
        tally = counted.setdefault(key, [0, 0])
        tally[0] += 1
        ended = row["closed_on"] or asked.day.isoformat()
        tally[1] += row["deadline"] is not None and ended > row["deadline"]
    for (direction, stage, numbered), (count, overdue) in sorted(counted.items()):
        yield {
            "direction": direction, "stage": stage, "numbered": numbered, "count": count,
            "overdue": overdue,
        }  # fmt: skip


PROJECTION = Projection(
    name="document_register",
    version=1,
    zh="公文登记簿",
    en="document register",
    tables=(DOCUMENTS, STEPS),
    settles=kinds_of_families(document.FAMILY, incoming.FAMILY),
    settle=settle,
    parts=(Part("totals", "统计", "totals", TOTALS, totals),),
)
