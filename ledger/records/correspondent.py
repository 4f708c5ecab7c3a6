"""Correspondents 来电对账: which of a sender's numbers arrived, held against the sender's own list.

The record is `correspondent/省办明电〔2022〕`: one of the sender's series. "None was missed" can be shown
only where the sender's list of what was sent to us was compared with what was registered here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import assert_never

from ledger.family import (
    Bond,
    Change,
    Context,
    Facts,
    Family,
    Happened,
    Part,
    Rule,
    Verb,
    event,
    part,
    term,
)
from ledger.frozen import frozen, replace
from ledger.records.marks import no_mark
from ledger.records.posts import CUSTODIAN, acting_post, out_of_post
from ledger.records.spans import Spans, add, holds, holes, remove

RECONCILERS = (CUSTODIAN, "文书")


@part
class Range(Part):
    """Numbers that run on, both ends included."""

    first: int = term("起", "first")
    last: int = term("止", "last")


@event("correspondent.received/1", "来电编号", "number received")
class Received(Happened):
    """A telegram with this number of the sender was registered here, in the same act."""

    n: int = term("来电顺序号", "sender's number")
    telegram: str = term("电报", "telegram", refers="telegram")
    sender: str = term("发电单位", "sender", default="")


@event("correspondent.withdrawn/1", "来电编号撤回", "number withdrawn")
class Withdrawn(Happened):
    """The registration that told this number was void; it waits to be registered anew."""

    n: int = term("来电顺序号", "sender's number")
    telegram: str = term("电报", "telegram", refers="telegram")


@event("correspondent.reconciled/1", "对账", "reconciled")
class Reconciled(Happened):
    """The sender's list of what was sent to us, up to a day, was held against the register."""

    until_day: date = term("截止日期", "up to day")
    sent: tuple[Range, ...] = term("对方发出编号", "numbers sent to us")
    source: str = term("对账单", "sender's list")
    post: str = term("岗位", "post acted in", default="")
    missing: tuple[Range, ...] = term(
        "缺收编号", "not registered here", default=(), derived=True
    )


CorrespondentEvent = Received | Withdrawn | Reconciled


@frozen
class Correspondent:
    """A sender's series: what arrived, and the last comparison."""

    sender: str = ""
    received: Spans = ()
    reconciled_until: date | None = None
    missing: tuple[Range, ...] = ()


def missing_of(state: Correspondent, sent: Sequence[Range]) -> tuple[Range, ...]:
    """Return the numbers of the sender's list that were not registered here."""
    return tuple(
        Range(first=lo, last=hi)
        for each in sent
        for lo, hi in holes(state.received, each.first, each.last)
    )


def evolve(state: Correspondent, happened: CorrespondentEvent) -> Correspondent:
    """Return the correspondent after the event."""
    match happened:
        case Received():
            return replace(
                state,
                sender=happened.sender or state.sender,
                received=add(state.received, happened.n),
            )
        case Withdrawn():
            return replace(state, received=remove(state.received, happened.n))
        case Reconciled():
            return replace(state, reconciled_until=happened.until_day, missing=happened.missing)
        case _:
            assert_never(happened)


def reconcile(facts: Facts, record: str, draft: Reconciled) -> Sequence[Change]:
    """Hold the sender's list against what was registered."""
    missing = missing_of(facts.state(record), draft.sent)
    post = acting_post(facts, draft.post, RECONCILERS)
    return [Change(record, replace(draft, missing=missing, post=post))]


def _once(state: Correspondent, happened: Received, context: Context) -> str | None:
    del context
    if happened.n < 1:
        return f"{happened.n} is no number"
    return (
        f"number {happened.n} was registered before"
        if holds(state.received, happened.n)
        else None
    )


def _withdrawn_as_received(
    state: Correspondent, happened: Withdrawn, context: Context
) -> str | None:
    del context
    return (
        None if holds(state.received, happened.n) else f"number {happened.n} was not received"
    )


def _in_post(state: Correspondent, happened: Reconciled, context: Context) -> str | None:
    del state
    return out_of_post(context, happened.post, RECONCILERS)


def _as_it_stands(state: Correspondent, happened: Reconciled, context: Context) -> str | None:
    if not happened.sent or any(not 1 <= each.first <= each.last for each in happened.sent):
        return "the sender's list tells numbers from 1 on, first to last"
    if happened.until_day > context.day:
        return f"{happened.until_day} lies ahead of {context.day}"
    if happened.missing != missing_of(state, happened.sent):
        return "what is told as missing is not what the register misses"
    return None


FAMILY: Family[Correspondent] = Family(
    name="correspondent",
    zh="来电对账",
    en="correspondent's series",
    events=(Received, Withdrawn, Reconciled),
    initial=Correspondent(),
    evolve=evolve,
    title=lambda state: state.sender,
    verbs=(
        Verb(
            "reconcile",
            "对账",
            "Hold the sender's list against what was registered.",
            Reconciled,
            reconcile,
        ),
    ),
    rules=(
        Rule("L1", "DOMAIN §2.3", "a sender's number is received once", (Received,), _once),
        Rule(
            "L6",
            "DOMAIN §2.3",
            "only what came is withdrawn",
            (Withdrawn,),
            _withdrawn_as_received,
        ),
        Rule("L2", "DOMAIN §2.3", "custodians reconcile", (Reconciled,), _in_post),
        Rule(
            "L3",
            "DOMAIN §2.3",
            "what is missing is told as it is",
            (Reconciled,),
            _as_it_stands,
        ),
        no_mark(Received, Withdrawn, Reconciled),
    ),
)

BONDS: tuple[Bond, ...] = (
    Bond(
        "L4",
        "DOMAIN §2.3",
        "a telegram's number is its sender's too",
        "telegram.registered/1",
        lambda record, told: (
            [(f"correspondent/{told.sender_series}", told.sender_n, record)]
            if told.sender_series
            else []
        ),
        "correspondent.received/1",
        lambda record, told: [(record, told.n, told.telegram)],
    ),
    Bond(
        "L5",
        "DOMAIN §2.3",
        "a void registration gives the sender's number back",
        "telegram.number_voided/1",
        lambda record, told: (
            [(f"correspondent/{told.sender_series}", told.sender_n, record)]
            if told.sender_series
            else []
        ),
        "correspondent.withdrawn/1",
        lambda record, told: [(record, told.n, told.telegram)],
    ),
)
