"""The status of regulations 制度现行状况: which rule, in which text, was in force on which day.

Two times are kept apart. *When it counts* stands in the rows: each span holds from `valid_from` until
before `valid_to`, so `--as-of D` reads them. *When we knew* is the log: `--known-at K` folds the
events recorded until then. 撤销 (void from the start) rewrites the spans from the beginning, 废止 and
失效 end them on their day; what is reckoned how stands in `ledger.records.rule.time`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from ledger.records import rule
from ledger.records.rule.edges import Edge, edges
from ledger.records.rule.family import FILING_PERIOD
from ledger.records.rule.state import RuleRecord
from ledger.records.rule.time import COUNTS, Span, spans
from projections.projection import (
    BOOL,
    DAY,
    INT,
    TEXT,
    Asked,
    Part,
    Projection,
    Reading,
    Row,
    Rows,
    Table,
    Touched,
    iso,
    kinds_of_families,
    put_numbered,
    table_columns,
)

EXPIRY_NOTICE = timedelta(days=183)
"""Rules are evaluated in the six months before they expire (DOMAIN §3)."""

RULES = Table(
    "regulations", "制度", "rules",
    columns=table_columns(
        ("rule", TEXT, "制度编号", "record"),
        ("title", TEXT, "名称", "title"),
        ("number", TEXT, "文号", "official number"),
        ("kind", TEXT, "制度类别", "kind"),
        ("issuer", TEXT, "制定机关", "issued by"),
        ("topic", TEXT, "主题", "topic"),
        ("level", TEXT, "效力级别", "level"),
        ("adopted_on", DAY, "通过日期", "adopted"),
        ("published_on", DAY, "公布日期", "published"),
        ("valid_until", DAY, "有效期至", "valid until"),
        ("ended", TEXT, "终止方式", "ended"),
        ("files_to", TEXT, "报备机关", "filed with"),
        ("filed_on", DAY, "报备日期", "filed"),
        ("needs_amendment", BOOL, "需适时修改", "to be amended"),
        ("amend_by", DAY, "修改期限", "to be amended by"),
        ("index", INT, "日志序", "index"),
    ),
    key=("rule",),
    indexes=(("title",),),
)  # fmt: skip

SPANS = Table(
    "regulation_spans", "效力区间", "spans",
    columns=table_columns(
        ("rule", TEXT, "制度编号", "record"),
        ("n", INT, "序", "n"),
        ("title", TEXT, "名称", "title"),
        ("number", TEXT, "文号", "official number"),
        ("status", TEXT, "状态", "status"),
        ("valid_from", DAY, "自", "from"),
        ("valid_to", DAY, "至", "until before"),
        ("version", INT, "文本序", "version"),
        ("text", TEXT, "文本摘要", "digest of the text"),
        ("provisions", TEXT, "生效条款", "provisions"),
        ("needs_amendment", BOOL, "需适时修改", "to be amended"),
        ("assumed", BOOL, "推定", "assumed"),
        ("kind", TEXT, "制度类别", "kind"),
        ("issuer", TEXT, "制定机关", "issued by"),
        ("topic", TEXT, "主题", "topic"),
        ("level", TEXT, "效力级别", "level"),
        ("proof", TEXT, "依据事件", "events that prove it"),
    ),
    key=("rule", "n"),
    indexes=(("valid_from",), ("status",)),
)  # fmt: skip

EDGES = Table(
    "regulation_edges", "制度关系", "edges",
    columns=table_columns(
        ("rule", TEXT, "记载处", "told by"),
        ("n", INT, "序", "n"),
        ("source", TEXT, "制度", "rule that acts"),
        ("edge", TEXT, "关系", "relation"),
        ("target", TEXT, "所及制度", "rule acted on"),
        ("occurred_on", DAY, "日期", "day"),
        ("index", INT, "日志序", "index"),
    ),
    key=("rule", "n"),
    indexes=(("source",), ("target",)),
)  # fmt: skip

DUE = table_columns(
    ("rule", TEXT, "制度编号", "record"),
    ("title", TEXT, "名称", "title"),
    ("what", TEXT, "事项", "what"),
    ("due_on", DAY, "期限", "due"),
    ("overdue", BOOL, "已逾期", "overdue"),
)


def settle(touched: Touched, rows: Rows) -> None:
    """Reckon a rule's spans and edges from its whole history."""
    state: RuleRecord = touched.state
    record = {"rule": touched.record}
    rows.put(RULES, {
        **record, "title": state.title, "number": state.number, "kind": state.kind,
        "issuer": state.issuer, "topic": state.topic, "level": state.level,
        "adopted_on": iso(state.adopted_on), "published_on": iso(state.published_on),
        "valid_until": iso(state.valid_until), "ended": state.ended, "files_to": state.files_to,
        "filed_on": iso(state.filed_on), "needs_amendment": state.needs_amendment,
        "amend_by": iso(state.amend_by), "index": touched.last.index,
    })  # fmt: skip
    events = [past.recorded.happened for past in touched.history]
    put_numbered(rows, SPANS, record, [_span(each, state, touched) for each in spans(events)])
    put_numbered(
        rows, EDGES, record, [_edge(each, touched) for each in edges(touched.record, events)]
    )


def _span(span: Span, state: RuleRecord, touched: Touched) -> Row:
    proof = (touched.history[place - 1].recorded.index for place in span.proof)
    return {
        "title": span.title or state.title, "number": span.number, "status": span.status,
        "valid_from": iso(span.valid_from), "valid_to": iso(span.valid_to),
        "version": span.version, "text": span.text, "provisions": "; ".join(span.provisions),
        "needs_amendment": span.needs_amendment, "assumed": span.assumed, "kind": state.kind,
        "issuer": state.issuer, "topic": state.topic, "level": state.level,
        "proof": ", ".join(str(index) for index in proof),
    }  # fmt: skip


def _edge(edge: Edge, touched: Touched) -> Row:
    return {
        "source": edge.source,
        "edge": edge.kind,
        "target": edge.target,
        "occurred_on": iso(edge.on),
        "index": touched.history[edge.place - 1].recorded.index,
    }


def status(reading: Reading, asked: Asked) -> Iterator[Row]:
    """Yield what held of each rule on the day asked about."""
    return reading.find(SPANS, asked.where, on=asked.day)


def in_force(reading: Reading, asked: Asked) -> Iterator[Row]:
    """Yield the rules that were in force on the day asked about, whole or in part."""
    return (row for row in status(reading, asked) if row["status"] in COUNTS)


def due(reading: Reading, asked: Asked) -> Iterator[Row]:
    """Yield what is to be done about rules: filing, a decision before expiry, amendment."""
    for row in reading.find(RULES):
        if row["ended"]:
            continue
        for what, until in _tasks(row, asked.day):
            overdue = until is not None and until < asked.day
            told_due = {"due_on": iso(until), "overdue": overdue}
            yield {"rule": row["rule"], "title": row["title"], "what": what, **told_due}


def _tasks(row: Row, day: date) -> Iterator[tuple[str, date | None]]:
    if row["files_to"] and row["published_on"] and row["filed_on"] is None:
        published = date.fromisoformat(row["published_on"])
        yield f"file with {row['files_to']}", published + FILING_PERIOD
    if row["valid_until"]:
        until = date.fromisoformat(row["valid_until"])
        if until - EXPIRY_NOTICE <= day:
            yield "extend, replace or let lapse", until
    if row["needs_amendment"]:
        yield "amend", date.fromisoformat(row["amend_by"]) if row["amend_by"] else None


PROJECTION = Projection(
    name="regulation_status",
    version=1,
    zh="制度现行状况",
    en="status of regulations",
    tables=(RULES, SPANS, EDGES),
    settles=kinds_of_families(rule.FAMILY),
    settle=settle,
    shows="status",
    parts=(
        Part("status", "现行状况", "status", SPANS.columns, status, as_of=True),
        Part("in_force", "现行有效", "in force", SPANS.columns, in_force, as_of=True),
        Part("due", "待办期限", "due", DUE, due),
    ),
)  # fmt: skip
