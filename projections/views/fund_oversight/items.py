"""Items of money: each as it stands, as it stood, and its chain signature by signature."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timezone
from functools import cache
from itertools import accumulate

from ledger.clock import parse_offset
from ledger.records.fund import events as told
from ledger.records.fund.persons import Person
from ledger.records.fund.state import IN_SIGN_OFF, Fund, Link, chain
from projections.projection import (
    BOOL,
    DAY,
    FEN,
    INT,
    TEXT,
    Asked,
    Past,
    Reading,
    Recorded,
    Row,
    Rows,
    Table,
    Touched,
    as_spans,
    iso,
    put_numbered,
    table_columns,
)

SEPARATOR = "、"
PAID = "已付款"
REVERSED = "已冲销"
COMPLETE = "待付款"
SIGNED = "signed"
WAITING = "waiting"
VOID = "void"

_ITEM = (
    ("record", TEXT, "编号", "record"),
    ("number", TEXT, "单据号", "number"),
    ("title", TEXT, "事项", "title"),
    ("category", TEXT, "类别", "category"),
    ("stage", TEXT, "状态", "status"),
    ("amount_fen", FEN, "金额", "amount"),
    ("paid_fen", FEN, "已付", "paid"),
    ("reversed_fen", FEN, "冲销", "reversed"),
    ("reserved_fen", FEN, "占用", "reserved"),
    ("currency", TEXT, "币种", "currency"),
    ("waiting_level", TEXT, "待签级次", "waits for"),
    ("waiting_since", DAY, "待签起日", "waits since"),
    ("payee", TEXT, "收款人", "payee"),
    ("handler", TEXT, "经办人", "handler"),
    ("budget", TEXT, "预算科目", "budget line"),
    ("policy", TEXT, "会签制度", "policy"),
    ("policy_version", INT, "制度版本", "policy version"),
    ("round", INT, "轮次", "round"),
    ("complete", BOOL, "会签完成", "chain complete"),
    ("submitted_on", DAY, "申报日期", "submitted"),
    ("paid_on", DAY, "付款日期", "paid on"),
    ("index", INT, "日志序", "index"),
)

ITEM_SPANS = Table(
    "fund_item_spans", "经费事项沿革", "items in time",
    columns=table_columns(
        *_ITEM,
        ("n", INT, "序", "n"),
        ("valid_from", DAY, "自", "from"),
        ("valid_to", DAY, "至", "until before"),
    ),
    key=("record", "n"),
    indexes=(("valid_from",),),
)  # fmt: skip

ITEMS = Table(
    "items", "经费事项", "items",
    columns=table_columns(*_ITEM), key=("record",), as_of=ITEM_SPANS,
    indexes=(("stage",), ("budget",), ("number",)),
)  # fmt: skip

CHAIN = Table(
    "chain", "会签链", "chain",
    columns=table_columns(
        ("record", TEXT, "编号", "record"),
        ("n", INT, "序", "n"),
        ("round", INT, "轮次", "round"),
        ("level", INT, "级次", "level"),
        ("level_name", TEXT, "级次名称", "level name"),
        ("status", TEXT, "状态", "status"),
        ("meaning", TEXT, "签署含义", "meaning"),
        ("signer", TEXT, "签署人", "officer"),
        ("principal", TEXT, "授权人", "on behalf of"),
        ("post", TEXT, "岗位", "post"),
        ("signed_at", TEXT, "签署时间", "signed at"),
        ("waited_s", INT, "等待秒数", "waited, seconds"),
        ("amount_fen", FEN, "金额", "amount signed"),
        ("basis", TEXT, "办理方式", "basis"),
        ("recorder", TEXT, "录入人", "recorded by"),
        ("key", TEXT, "密钥", "key"),
        ("index", INT, "日志序", "index"),
    ),
    key=("record", "n"),
    indexes=(("signer",),),
)  # fmt: skip

OFFICERS = table_columns(
    ("signer", TEXT, "签署人", "officer"),
    ("level_name", TEXT, "级次名称", "level"),
    ("signatures", INT, "签署数", "signatures"),
    ("amount_fen", FEN, "签署金额", "amount signed"),
    ("mean_waited_s", INT, "平均等待秒数", "mean wait, seconds"),
    ("longest_waited_s", INT, "最长等待秒数", "longest wait, seconds"),
)


@dataclass(frozen=True, slots=True)
class Days:
    """The days that an item's row tells beside its state, as far as its history has come."""

    submitted: date | None = None
    paid: date | None = None
    waiting_level: str | None = None
    waiting_since: date | None = None


def settle(touched: Touched, rows: Rows) -> None:
    """Put an item as it stands, as it stood day by day, and its chain."""
    record = {"record": touched.record}
    history = touched.history
    on = [_day(past.recorded) for past in history]
    days = list(accumulate(zip(history, on, strict=True), _days, initial=Days()))[1:]
    rows.put(ITEMS, {**record, **_item(history[-1], days[-1])})
    spans = as_spans(on, lambda place: _item(history[place], days[place]))
    put_numbered(rows, ITEM_SPANS, record, spans)
    put_numbered(rows, CHAIN, record, list(_links(touched)))


def _days(before: Days, told_on: tuple[Past, date]) -> Days:
    """Return the days after one more event."""
    past, day = told_on
    state: Fund = past.state
    level = state.waiting_level if state.stage == IN_SIGN_OFF and not state.payments else None
    name = level.name if level else None
    submitted = isinstance(past.recorded.happened, told.Submitted)
    same = name == before.waiting_level and not submitted
    return Days(
        submitted=day if submitted else before.submitted,
        paid=day if isinstance(past.recorded.happened, told.Paid) else before.paid,
        waiting_level=name,
        waiting_since=before.waiting_since if same else (day if name else None),
    )


def _item(past: Past, days: Days) -> Row:
    state: Fund = past.state
    claim = state.claim
    return {
        "number": claim.number, "title": state.title, "category": claim.category,
        "stage": _stage(state), "amount_fen": claim.amount_fen, "paid_fen": state.paid_fen,
        "reversed_fen": state.reversed_fen, "reserved_fen": state.reserved_fen,
        "currency": claim.currency, "waiting_level": days.waiting_level,
        "waiting_since": iso(days.waiting_since), "payee": claim.payee,
        "handler": _names(state.handlers), "budget": claim.budget, "policy": claim.policy,
        "policy_version": claim.policy_version or None, "round": state.round,
        "complete": state.complete, "submitted_on": iso(days.submitted),
        "paid_on": iso(days.paid), "index": past.recorded.index,
    }  # fmt: skip


def _stage(state: Fund) -> str:
    if state.stage != IN_SIGN_OFF:
        return state.stage
    if state.payments:
        return REVERSED if state.reversed_fen >= state.paid_fen else PAID
    return COMPLETE if state.complete else state.stage


def _links(touched: Touched) -> Iterator[Row]:
    """Yield every signature ever given to the item, and the levels that still wait."""
    state: Fund = touched.state
    links = chain(state)
    counting = {link.signature.version for link in links if link.signature}
    began: datetime | None = None
    for past in touched.history:
        recorded = past.recorded
        happened = recorded.happened
        if isinstance(happened, told.Countersigned):
            status = SIGNED if recorded.version in counting else VOID
            at = _moment(recorded)
            yield {
                **_signature(recorded, past.state),
                "status": status,
                "waited_s": _waited(began, at),
            }
            began = at
        elif isinstance(happened, told.Submitted | told.Corrected):
            began = _moment(recorded)
    if state.stage == IN_SIGN_OFF and not state.payments:
        yield from (_open_level(link, state) for link in links if link.signature is None)


def _signature(recorded: Recorded, state: Fund) -> Row:
    happened: told.Countersigned = recorded.happened
    return {
        "round": state.round, "level": happened.level, "level_name": happened.level_name,
        "meaning": happened.meaning, "signer": happened.signer_name or happened.signer,
        "principal": happened.principal_name or happened.principal, "post": happened.post,
        "signed_at": happened.occurred_at or recorded.recorded_at,
        "amount_fen": happened.amount_fen, "basis": happened.basis or recorded.basis,
        "recorder": recorded.actor, "key": recorded.key, "index": recorded.index,
    }  # fmt: skip


def _open_level(link: Link, state: Fund) -> Row:
    return {
        "round": state.round,
        "level": link.level,
        "level_name": link.name,
        "status": WAITING,
        "post": SEPARATOR.join(link.posts),
    }


def officers(reading: Reading, asked: Asked) -> Iterator[Row]:
    """Yield, for each officer and level, how much they signed and how long items waited for it."""
    del asked
    signed: dict[tuple[str, str], list[Row]] = {}
    for link in reading.find(CHAIN):
        if link["status"] != WAITING:
            signed.setdefault((link["signer"], link["level_name"]), []).append(link)
    for (signer, level_name), links in sorted(signed.items()):
        waits = [link["waited_s"] for link in links if link["waited_s"] is not None]
        yield {
            "signer": signer, "level_name": level_name, "signatures": len(links),
            "amount_fen": sum(link["amount_fen"] or 0 for link in links),
            "mean_waited_s": sum(waits) // len(waits) if waits else None,
            "longest_waited_s": max(waits, default=None),
        }  # fmt: skip


def _names(persons: tuple[Person, ...]) -> str:
    return SEPARATOR.join(str(each) for each in persons)


def _day(recorded: Recorded) -> date:
    """Return the office's day on which a step counts: as told, else that of recording."""
    happened = recorded.happened
    for name in ("paid_on", "reversed_on", "booked_on", "decided_on", "approved_on"):
        day: date | None = getattr(happened, name, None)
        if day is not None:
            return day
    if not happened.occurred_at:
        return recorded.day
    if happened.occurred_at.endswith("Z"):
        moment = datetime.fromisoformat(happened.occurred_at)
        return moment.astimezone(_zone(recorded.utc_offset)).date()
    return date.fromisoformat(happened.occurred_at)


@cache
def _zone(utc_offset: str) -> timezone:
    return parse_offset(utc_offset)


def _moment(recorded: Recorded) -> datetime | None:
    """Return when a step was taken, or None where only its day is told."""
    at = recorded.happened.occurred_at or recorded.recorded_at
    return datetime.fromisoformat(at) if at.endswith("Z") else None


def _waited(begun: datetime | None, ended: datetime | None) -> int | None:
    if begun is None or ended is None:
        return None
    return int((ended - begun).total_seconds())
