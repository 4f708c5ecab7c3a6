"""Signing an item, returning it, taking it back, deciding on it: what each step brings with it.

Nothing is refused here: the rules judge what comes out. What is entered as found reserves and
releases nothing, and gives nobody a signature.
"""

from __future__ import annotations

from collections.abc import Sequence

from ledger.family import AS_FOUND, Change, Facts
from ledger.frozen import replace
from ledger.records import budget, invoice
from ledger.records.decision import Applied, Decision
from ledger.records.fund import events as told
from ledger.records.fund.state import Fund, at_budget_level, to_accept
from ledger.records.fund.steps import freed_fen, level_of, released, returning_posts, taken


def countersign(facts: Facts, record: str, draft: told.Countersigned) -> Sequence[Change]:
    """Sign for a level, the next one where none is named; the budget level reserves."""
    state: Fund = facts.state(record)
    level = level_of(state, draft.level)
    if level is not None:
        draft = replace(
            draft,
            level=level.level,
            level_name=level.name,
            meaning=draft.meaning or level.meaning,
        )
    here = facts.basis != AS_FOUND and at_budget_level(state, draft)
    draft = replace(
        taken(facts, draft, level.posts if level else ()),
        item_digest=draft.item_digest or state.item_digest,
        amount_fen=state.amount_fen,
        budget=state.claim.budget,
        reserves_fen=state.due_to_reserve_fen if here and state.claim.budget else 0,
        accepts=to_accept(state) if here else (),
    )
    accepted = [Change(each, invoice.Accepted(item=record)) for each in draft.accepts]
    return [Change(record, draft), *_reserved(record, state, draft, budget.SIGNED), *accepted]


def allow(facts: Facts, record: str, draft: told.EmergencyAllowed) -> Sequence[Change]:
    """Let an emergency be paid before it is signed off; what it costs is reserved at once."""
    state: Fund = facts.state(record)
    draft = replace(
        taken(facts, draft, state.terms.emergency_posts if state.terms else ()),
        item_digest=draft.item_digest or state.item_digest,
        amount_fen=state.amount_fen,
        confirm_by=state.confirm_by,
        budget=state.claim.budget,
        reserves_fen=state.due_to_reserve_fen if facts.basis != AS_FOUND else 0,
    )
    return [Change(record, draft), *_reserved(record, state, draft, budget.ALLOWED)]


def reject(facts: Facts, record: str, draft: told.Rejected) -> Sequence[Change]:
    """Return the item: the level whose turn it is, or who is to pay it; money is released."""
    state: Fund = facts.state(record)
    level = level_of(state, draft.level)
    if level is not None:
        draft = replace(draft, level=level.level, level_name=level.name)
    draft = replace(
        taken(facts, draft, returning_posts(state)),
        budget=state.claim.budget,
        releases_fen=freed_fen(facts, state),
    )
    return [
        Change(record, draft),
        *released(record, state, draft.releases_fen, budget.RETURNED),
    ]


def withdraw(facts: Facts, record: str, draft: told.Withdrawn) -> Sequence[Change]:
    """Take the item back; money is released."""
    state: Fund = facts.state(record)
    draft = replace(
        taken(facts, draft, ()), budget=state.claim.budget, releases_fen=freed_fen(facts, state)
    )
    return [
        Change(record, draft),
        *released(record, state, draft.releases_fen, budget.WITHDRAWN),
    ]


def record_decision(
    facts: Facts, record: str, draft: told.CollectiveDecided
) -> Sequence[Change]:
    """Put an item under a collective decision; what was paid of it before is drawn at once."""
    state: Fund = facts.state(record)
    draft = taken(facts, draft, state.terms.minute_takers if state.terms else ())
    under = draft.under
    if under is None or facts.basis == AS_FOUND:
        return [Change(record, draft)]
    made: Decision = facts.state(under)
    draft = replace(
        draft, decision=made.minutes, decided_on=made.taken_on, ceiling_fen=made.ceiling_fen,
        category=state.claim.category, project=state.claim.project, amount_fen=state.amount_fen,
        draws_fen=state.net_fen - state.drawn_fen,
    )  # fmt: skip
    applied = Applied(
        item=record, category=draft.category, project=draft.project,
        minutes=draft.decision, taken_on=draft.decided_on, ceiling_fen=draft.ceiling_fen,
        amount_fen=draft.amount_fen, drawn_fen=draft.draws_fen,
    )  # fmt: skip
    return [Change(record, draft), Change(under, applied)]


def request_payment(
    facts: Facts, record: str, draft: told.PaymentRequested
) -> Sequence[Change]:
    """Hand the item over for payment."""
    return [Change(record, taken(facts, draft, ()))]


def _reserved(
    record: str, state: Fund, draft: told.Countersigned | told.EmergencyAllowed, step: str
) -> list[Change]:
    if not draft.reserves_fen or not draft.budget:
        return []
    reserved = budget.Reserved(
        item=record, category=state.claim.category, amount_fen=draft.reserves_fen, step=step
    )
    return [Change(draft.budget, reserved)]
