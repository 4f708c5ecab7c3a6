"""Paying an item, booking it, reversing a payment, closing it: the budget line follows in the same act."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.family import AS_FOUND, Change, Facts
from ledger.frozen import replace
from ledger.records import budget
from ledger.records.decision import Drawn, GivenBack
from ledger.records.fund import events as told
from ledger.records.fund.state import Fund
from ledger.records.fund.steps import freed_fen, released, taken, today


def pay(facts: Facts, record: str, draft: told.Paid) -> Sequence[Change]:
    """Record a payment, to the payee signed for where no other is told; the budget line spends it."""
    state: Fund = facts.state(record)
    line = state.claim.budget
    spends = draft.amount_fen if line and facts.basis != AS_FOUND else 0
    if facts.basis != AS_FOUND:
        account = draft.payee_account or ("" if draft.payee else state.claim.payee_account)
        payee = draft.payee or state.claim.payee
        draft = replace(draft, payee=payee, payee_account=account)
    draft = replace(
        taken(facts, draft, state.terms.payers if state.terms else ()),
        paid_on=draft.paid_on or today(facts),
        budget=line,
        spends_fen=spends,
        under=state.under,
        draws_fen=draft.amount_fen if state.under and facts.basis != AS_FOUND else 0,
    )
    spent = budget.Spent(item=record, amount_fen=spends, occurred_on=draft.paid_on)
    drawn = Drawn(item=record, amount_fen=draft.draws_fen)
    return [
        Change(record, draft),
        *([Change(line, spent)] if line and spends else []),
        *([Change(draft.under, drawn)] if draft.under and draft.draws_fen else []),
    ]


def book(facts: Facts, record: str, draft: told.Booked) -> Sequence[Change]:
    """Book the payment."""
    terms = facts.state(record).terms
    draft = taken(facts, draft, terms.bookkeepers if terms else ())
    return [Change(record, replace(draft, booked_on=draft.booked_on or today(facts)))]


def reverse(facts: Facts, record: str, draft: told.Reversed) -> Sequence[Change]:
    """Record money that came back: to its budget line, unless that is closed, and to its decision."""
    state: Fund = facts.state(record)
    line = state.claim.budget
    closed = bool(line) and facts.state(str(line)).closed
    restores = (
        0 if closed or facts.basis == AS_FOUND else min(draft.amount_fen, state.spent_fen)
    )
    gives_back = 0 if facts.basis == AS_FOUND else min(draft.amount_fen, state.drawn_fen)
    draft = replace(
        taken(facts, draft, state.terms.payers if state.terms else ()),
        reversed_on=draft.reversed_on or today(facts),
        payment=draft.payment or (state.payments[-1][0] if state.payments else 0),
        budget=line,
        restores_fen=restores if line else 0,
        budget_closed=closed,
        under=state.under,
        gives_back_fen=gives_back if state.under else 0,
    )
    restored = budget.Restored(
        item=record, amount_fen=draft.restores_fen, occurred_on=draft.reversed_on
    )
    back = GivenBack(item=record, amount_fen=draft.gives_back_fen)
    return [
        Change(record, draft),
        *([Change(line, restored)] if line and draft.restores_fen else []),
        *([Change(draft.under, back)] if draft.under and draft.gives_back_fen else []),
    ]


def close(facts: Facts, record: str, draft: told.Closed) -> Sequence[Change]:
    """Close a settled item; what is still reserved is released."""
    state: Fund = facts.state(record)
    draft = replace(
        taken(facts, draft, state.terms.bookkeepers if state.terms else ()),
        budget=state.claim.budget,
        releases_fen=freed_fen(facts, state),
    )
    return [Change(record, draft), *released(record, state, draft.releases_fen, budget.SETTLED)]
