"""Items of money 经费事项: each as it stands, and as it stood on any day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ledger.records.fund.persons import Person
from ledger.records.fund.state import IN_SIGN_OFF, Fund
from projections.projection import (
    BOOL,
    DAY,
    FEN,
    INT,
    RECORD,
    TEXT,
    Asked,
    Past,
    Reading,
    Row,
    Table,
    iso,
    table_columns,
)
from projections.views.fund_oversight.steps import Step, by_day, is_due

SEPARATOR = "、"
PAID = "已付款"
REVERSED = "已冲销"
COMPLETE = "待付款"

_ITEM = (
    ("record", RECORD, "编号", "record"),
    ("number", TEXT, "单据号", "number"),
    ("title", TEXT, "事项", "title"),
    ("category", TEXT, "类别", "category"),
    ("stage", TEXT, "状态", "status"),
    ("amount_fen", FEN, "金额", "amount"),
    ("asked_fen", FEN, "在报金额", "asked for now"),
    ("paid_fen", FEN, "已付", "paid"),
    ("reversed_fen", FEN, "冲销", "reversed"),
    ("reserved_fen", FEN, "占用", "reserved"),
    ("currency", TEXT, "币种", "currency"),
    ("waiting_n", INT, "待签序", "level in turn"),
    ("waiting_level", TEXT, "待签级次", "waits for"),
    ("waiting_since", DAY, "等待起日", "waits since"),
    ("payee", TEXT, "收款人", "payee"),
    ("handler", TEXT, "经办人", "handler"),
    ("budget", TEXT, "预算科目", "budget line"),
    ("policy", TEXT, "会签制度", "policy"),
    ("policy_version", INT, "制度版本", "policy version"),
    ("round", INT, "轮次", "round"),
    ("complete", BOOL, "会签完成", "chain complete"),
    ("emergency", BOOL, "应急", "done first"),
    ("confirm_by", DAY, "补签期限", "to be confirmed by"),
    ("submitted_on", DAY, "申报日期", "submitted"),
    ("paid_on", DAY, "付款日期", "paid on"),
    ("index", INT, "日志序", "index"),
)
_BRIEF = (
    "record", "title", "stage", "amount_fen", "paid_fen", "reversed_fen", "currency", "waiting_level",
    "waiting_since", "payee", "submitted_on",
)  # fmt: skip
_SUMMED = ("amount_fen", "asked_fen", "paid_fen", "reversed_fen", "reserved_fen")

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
    brief=("record", "title", "stage", "amount_fen", "waiting_level", "valid_from", "valid_to"),
)  # fmt: skip

ITEMS = Table(
    "items", "经费事项", "items",
    columns=table_columns(*_ITEM), key=("record",), as_of=ITEM_SPANS,
    indexes=(("stage",), ("budget",), ("number",)),
    brief=_BRIEF,
    summed=_SUMMED,
)  # fmt: skip


def item(record: str, steps: Sequence[Step]) -> Row:
    """Return an item as it stands."""
    return {"record": record, **_item(steps[-1])}


def item_spans(history: Sequence[Past], steps: Sequence[Step]) -> list[Row]:
    """Return an item as it stood, day by day."""
    stood = list(by_day(history, steps))
    ends = [*(day.isoformat() for day, _ in stood[1:]), None]
    return [
        {**_item(step), "valid_from": day.isoformat(), "valid_to": until}
        for (day, step), until in zip(stood, ends, strict=True)
    ]


def standing_items(reading: Reading, asked: Asked) -> Iterator[Row]:
    """Yield the items as they stand, or as they stood on the day that was asked about."""
    if asked.as_of is None:
        return reading.find(ITEMS)
    return reading.find(ITEM_SPANS, on=asked.as_of)


def due_fen(item: Row) -> int:
    """Return what is still to be paid of an item that is signed in full."""
    if not item["complete"] or item["stage"] not in (COMPLETE, PAID):
        return 0
    return max(0, int(item["amount_fen"]) - int(item["paid_fen"]))


def in_sign_off_fen(item: Row) -> int:
    """Return what an item asks for while levels are still to sign it; nothing thereafter."""
    return int(item["amount_fen"]) if item["stage"] == IN_SIGN_OFF else 0


def _item(step: Step) -> Row:
    state, claim, level = step.state, step.state.claim, step.waits_for
    return {
        "number": claim.number, "title": state.title, "category": claim.category,
        "stage": _stage(step), "amount_fen": claim.amount_fen, "asked_fen": step.asked_fen,
        "paid_fen": state.paid_fen, "reversed_fen": state.reversed_fen,
        "reserved_fen": state.reserved_fen, "currency": claim.currency,
        "waiting_n": level.level if level else None,
        "waiting_level": level.name if level else None,
        "waiting_since": iso(step.waiting_since), "payee": claim.payee,
        "handler": _names(state.handlers), "budget": claim.budget, "policy": claim.policy,
        "policy_version": claim.policy_version or None, "round": state.round,
        "complete": step.complete, "emergency": claim.emergency,
        "confirm_by": iso(state.confirm_by), "submitted_on": iso(step.submitted_on),
        "paid_on": iso(step.paid_on), "index": step.recorded.index,
    }  # fmt: skip


def _stage(step: Step) -> str:
    state: Fund = step.state
    if state.stage != IN_SIGN_OFF:
        return state.stage
    if state.payments:
        return REVERSED if state.reversed_fen >= state.paid_fen else PAID
    return COMPLETE if is_due(state, complete=step.complete) else state.stage


def _names(persons: Iterable[Person]) -> str:
    return SEPARATOR.join(str(each) for each in persons)
