"""Purges 销毁: content and private fields destroyed, with approval, while the events that name them stay.

The record is `purge/<id>`. One officer proposes what is to go, by digest, and on which approval; another approves;
then it is carried out, and that is recorded too. What was signed still says that it was there, when, and who
recorded it; verification tells what is gone by an approved purge from what was lost. Each step is taken in
the custody of the record too (`ledger.records.custody`), where a hold or a period that runs refuses it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import assert_never

from ledger.errors import MalformedError
from ledger.family import (
    Bond,
    Change,
    Context,
    Facts,
    Family,
    Happened,
    Rule,
    Verb,
    event,
    term,
)
from ledger.frozen import frozen, replace
from ledger.records import custody
from ledger.records.office import ADMINISTRATIVE, never_found
from ledger.records.posts import in_no_post

_DIGEST = re.compile(r"[0-9a-f]{64}\Z|[A-Za-z0-9_-]{43}\Z")


@event("purge.proposed/1", "拟销毁", "proposed")
class Proposed(Happened):
    """An officer proposes to destroy content or private fields of a record."""

    of: str = term("所属记录", "record whose they are")
    reason: str = term("销毁原因", "reason")
    approval: str = term("批准依据", "document that approves it")
    digests: tuple[str, ...] = term(
        "销毁对象摘要", "digests of what is to go", default=(), derived=True
    )
    proposer: str = term("提出人", "proposed by", default="", derived=True)


@event("purge.approved/1", "批准销毁", "approved")
class Approved(Happened):
    """Another officer approves: from here on it may be gone."""

    of: str = term("所属记录", "record whose they are", default="", derived=True)
    digests: tuple[str, ...] = term(
        "销毁对象摘要", "digests of what is to go", default=(), derived=True
    )


@event("purge.carried_out/1", "销毁", "carried out")
class CarriedOut(Happened):
    """It was destroyed in this store: text, salt and key."""

    of: str = term("所属记录", "record whose they were", default="", derived=True)
    escorts: tuple[str, ...] = term("监销人", "those who saw it destroyed", default=())
    destroyed: int = term("销毁数量", "how many there were", default=0, derived=True)


@frozen
class Purge:
    """A purge: of which record, what, why, and where it stands."""

    of: str = ""
    digests: tuple[str, ...] = ()
    reason: str = ""
    proposer: str = ""
    approved: bool = False
    carried_out: bool = False


PurgeEvent = Proposed | Approved | CarriedOut
EVENTS: tuple[type[Happened], ...] = (Proposed, Approved, CarriedOut)


def evolve(state: Purge, happened: PurgeEvent) -> Purge:
    """Return the purge after the event."""
    match happened:
        case Proposed():
            return Purge(happened.of, happened.digests, happened.reason, happened.proposer)
        case Approved():
            return replace(state, approved=True)
        case CarriedOut():
            return replace(state, carried_out=True)
        case _:
            assert_never(happened)


def propose(facts: Facts, record: str, draft: Proposed) -> Sequence[Change]:
    """Propose a purge."""
    return [Change(record, replace(draft, proposer=facts.actor))]


def approve(facts: Facts, record: str, draft: Approved) -> Sequence[Change]:
    """Approve a purge as proposed; the custody of the record must let it go."""
    state: Purge = facts.state(record)
    told = replace(draft, digests=state.digests, of=state.of)
    return [Change(record, told), custody.clear(state.of, record)]


def carry_out(facts: Facts, record: str, draft: CarriedOut) -> Sequence[Change]:
    """Carry a purge out as approved."""
    state: Purge = facts.state(record)
    told = replace(draft, of=state.of)
    return [Change(record, told), custody.destroy(state.of, record, draft.escorts)]


def _administrators_only(state: Purge, happened: PurgeEvent, context: Context) -> str | None:
    del state, happened
    return in_no_post(context, ADMINISTRATIVE)


def _with_grounds(state: Purge, happened: Proposed, context: Context) -> str | None:
    del context
    if state.digests:
        return "it is proposed already"
    if not happened.reason.strip() or not happened.approval.strip():
        return "nothing is destroyed without a reason and a document that approves it"
    if not happened.digests or not all(_DIGEST.match(each) for each in happened.digests):
        return "it names nothing that could be destroyed"
    return None


def _two_officers(state: Purge, happened: Approved, context: Context) -> str | None:
    if not state.proposer or state.approved:
        return "there is no open proposal to approve"
    if (happened.of, happened.digests) != (state.of, state.digests):
        return "what is approved is not what was proposed"
    if context.actor == state.proposer:
        return f"{context.actor} proposed it; another officer must approve"
    return None


def _after_approval(state: Purge, happened: CarriedOut, context: Context) -> str | None:
    del context
    if happened.of != state.of:
        return "what is carried out is not what was approved"
    return None if state.approved else "it is not approved"


def _kept_as(of: str) -> str:
    try:
        return custody.key(of)
    except MalformedError:
        return ""


BONDS = (
    Bond(
        "Y6", "审计法 Art. 38", "an approved purge is cleared by the record's custody, in the same act",
        "purge.approved/1", lambda record, told: [(record, _kept_as(told.of), told.of)],
        "custody.cleared/1", lambda record, told: [(told.purge, record, told.of)],
    ),
    Bond(
        "Y7", "审计法 Art. 38", "a purge carried out stands in the register of what was destroyed",
        "purge.carried_out/1", lambda record, told: [(record, _kept_as(told.of), told.of)],
        "custody.destroyed/1", lambda record, told: [(told.purge, record, told.of)],
    ),
)  # fmt: skip
FAMILY: Family[Purge] = Family(
    name="purge",
    zh="销毁",
    en="purge",
    events=EVENTS,
    initial=Purge(),
    evolve=evolve,
    title=lambda state: f"{state.of} {len(state.digests)} 项" if state.of else "",
    verbs=(
        Verb("approve", "批准销毁", "Approve a purge that another proposed.", Approved, approve),
    ),
    rules=(
        Rule("Y1", "三员分立", "administrators propose, approve and carry out", EVENTS, _administrators_only),
        Rule("Y2", "机关档案管理规定", "a purge has a reason and an approval", (Proposed,), _with_grounds),
        Rule("Y3", "双人办理", "one proposes, another approves", (Approved,), _two_officers),
        Rule("Y4", "双人办理", "nothing is destroyed before it is approved", (CarriedOut,), _after_approval),
        Rule("Y5", "DESIGN §3", "a purge is never entered as found", EVENTS, never_found, guard=True),
    ),
)  # fmt: skip
