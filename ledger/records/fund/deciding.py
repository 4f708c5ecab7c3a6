"""What a step on an item of money brings with it: facts copied in, budget and invoices written.

Nothing is refused here: the rules judge what comes out. What is entered as found reserves, spends
and releases nothing, and gives nobody a signature.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date
from typing import Any, TypeVar

from ledger.family import AS_FOUND, DIRECT, Change, Facts
from ledger.records import budget, invoice
from ledger.records.fund import events as told
from ledger.records.fund.state import Fund, reserving_level
from ledger.records.moments import moment
from ledger.records.policy import Level, Policy, Terms
from ledger.records.posts import acting_post

C = TypeVar("C", bound=told.Claim)
S = TypeVar("S", bound=told.Step)

_ASKED = (
    "title", "category", "amount_fen", "payee", "payee_account", "budget", "policy", "business_on",
    "beneficiaries", "invoices", "attachments", "number", "currency", "persons", "days",
    "fund_source", "documents", "emergency", "project",
)  # fmt: skip


def approve_first(facts: Facts, record: str, draft: told.PriorApproved) -> Sequence[Change]:
    """Approve beforehand, in a post that the policy in force names."""
    terms = _policy(facts, draft.policy, draft)[1]
    approvers = terms.prior_approvers if terms else ()
    draft = replace(taken(facts, draft, approvers), approvers=approvers)
    return [Change(record, replace(draft, approved_on=draft.approved_on or _today(facts)))]


def submit(facts: Facts, record: str, draft: told.Submitted) -> Sequence[Change]:
    """Submit, or submit again: what is not told anew stays as it was."""
    state: Fund = facts.state(record)
    draft = _filled(taken(facts, draft, ()), state)
    version, terms = _policy(facts, draft.policy, draft)
    draft = replace(draft, policy_version=version, terms=terms, round=state.round + 1)
    return _claimed(facts, record, draft, invoice.SUBMITTED)


def correct(facts: Facts, record: str, draft: told.Corrected) -> Sequence[Change]:
    """Correct what is told anew; the policy stays the one of the submission."""
    state: Fund = facts.state(record)
    draft = _filled(taken(facts, draft, ()), state)
    draft = replace(
        draft, policy=state.claim.policy, policy_version=state.claim.policy_version, terms=state.terms,
        released_budget=state.claim.budget, releases_fen=state.reserved_fen,
    )  # fmt: skip
    freed = _released(record, state, budget.CORRECTED)
    return [*_claimed(facts, record, draft, invoice.CORRECTED), *freed]


def countersign(facts: Facts, record: str, draft: told.Countersigned) -> Sequence[Change]:
    """Sign for a level, the next one where none is named; the budget level reserves."""
    state: Fund = facts.state(record)
    level = _level(state, draft.level)
    if level is not None:
        draft = replace(
            draft,
            level=level.level,
            level_name=level.name,
            meaning=draft.meaning or level.meaning,
        )
    reserving = reserving_level(state)
    reserves = bool(state.claim.budget) and draft.level == (reserving.level if reserving else 0)
    draft = replace(
        taken(facts, draft, level.posts if level else ()),
        item_digest=draft.item_digest or state.item_digest,
        amount_fen=state.amount_fen,
        budget=state.claim.budget,
        reserves_fen=state.amount_fen if reserves and facts.basis != AS_FOUND else 0,
    )
    return [Change(record, draft), *_reserved(record, state, draft)]


def reject(facts: Facts, record: str, draft: told.Rejected) -> Sequence[Change]:
    """Return the item: the level whose turn it is, or who is to pay it; money is released."""
    state: Fund = facts.state(record)
    level = _level(state, draft.level)
    if level is not None:
        draft = replace(draft, level=level.level, level_name=level.name)
    draft = replace(
        taken(facts, draft, returning_posts(state)),
        budget=state.claim.budget,
        releases_fen=state.reserved_fen,
    )
    return [Change(record, draft), *_released(record, state, budget.RETURNED)]


def withdraw(facts: Facts, record: str, draft: told.Withdrawn) -> Sequence[Change]:
    """Take the item back; money is released."""
    state: Fund = facts.state(record)
    draft = replace(
        taken(facts, draft, ()), budget=state.claim.budget, releases_fen=state.reserved_fen
    )
    return [Change(record, draft), *_released(record, state, budget.WITHDRAWN)]


def record_decision(
    facts: Facts, record: str, draft: told.CollectiveDecided
) -> Sequence[Change]:
    """Record what a meeting decided."""
    terms = facts.state(record).terms
    return [Change(record, taken(facts, draft, terms.minute_takers if terms else ()))]


def request_payment(
    facts: Facts, record: str, draft: told.PaymentRequested
) -> Sequence[Change]:
    """Hand the item over for payment."""
    return [Change(record, taken(facts, draft, ()))]


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
        paid_on=draft.paid_on or _today(facts),
        budget=line,
        spends_fen=spends,
    )
    spent = budget.Spent(item=record, amount_fen=spends, occurred_on=draft.paid_on)
    return [Change(record, draft), *([Change(line, spent)] if line and spends else [])]


def book(facts: Facts, record: str, draft: told.Booked) -> Sequence[Change]:
    """Book the payment."""
    terms = facts.state(record).terms
    draft = taken(facts, draft, terms.bookkeepers if terms else ())
    return [Change(record, replace(draft, booked_on=draft.booked_on or _today(facts)))]


def reverse(facts: Facts, record: str, draft: told.Reversed) -> Sequence[Change]:
    """Record money that came back; it returns to its budget line, unless that is closed."""
    state: Fund = facts.state(record)
    line = state.claim.budget
    closed = bool(line) and facts.state(str(line)).closed
    restores = (
        0 if closed or facts.basis == AS_FOUND else min(draft.amount_fen, state.spent_fen)
    )
    draft = replace(
        taken(facts, draft, state.terms.payers if state.terms else ()),
        reversed_on=draft.reversed_on or _today(facts),
        payment=draft.payment or (state.payments[-1][0] if state.payments else 0),
        budget=line,
        restores_fen=restores if line else 0,
        budget_closed=closed,
    )
    restored = budget.Restored(
        item=record, amount_fen=draft.restores_fen, occurred_on=draft.reversed_on
    )
    return [
        Change(record, draft),
        *([Change(line, restored)] if line and draft.restores_fen else []),
    ]


def close(facts: Facts, record: str, draft: told.Closed) -> Sequence[Change]:
    """Close a settled item; what is still reserved is released."""
    state: Fund = facts.state(record)
    draft = replace(
        taken(facts, draft, state.terms.bookkeepers if state.terms else ()),
        budget=state.claim.budget,
        releases_fen=state.reserved_fen,
    )
    return [Change(record, draft), *_released(record, state, budget.SETTLED)]


def returning_posts(state: Fund) -> tuple[str, ...]:
    """Return the posts that may return an item: those whose turn it is."""
    if state.waiting_level is not None:
        return state.waiting_level.posts
    return state.terms.payers if state.terms else ()


def taken(facts: Facts, step: S, allowed: Sequence[str]) -> S:
    """Return a step with who took it, in which post, for whom, and on what basis."""
    direct = facts.basis == DIRECT
    signer = step.signer or (facts.actor if direct else "")
    principal = facts.on_behalf_of or "" if direct else ""
    told_day = len(step.occurred_at) in (0, len("2022-03-01"))
    return replace(
        step,
        occurred_at=step.occurred_at if told_day else moment(facts, step.occurred_at),
        signer=signer,
        signer_name=_name(facts, signer),
        principal=principal,
        principal_name=_name(facts, principal),
        recorder_name="" if direct else _name(facts, facts.actor),
        post=acting_post(facts, step.post, allowed) if direct else step.post,
        basis="" if facts.basis == AS_FOUND else facts.basis,
    )


def _name(facts: Facts, person: str) -> str:
    return str(facts.state(person).name) if person.startswith("officer/") else person


def _today(facts: Facts) -> date | None:
    return facts.day if facts.basis == DIRECT else None


def _filled(draft: C, state: Fund) -> C:
    """Return a claim in which what was not told anew stands as it stood."""
    before: dict[str, object] = {name: getattr(state.claim, name) for name in _ASKED}
    if state.round == 0 and state.prior_approval is not None:
        before |= {
            name: getattr(state.prior_approval, name)
            for name in ("title", "category", "policy")
        }
    initial = {field.name: field.default for field in fields(draft)}
    kept: dict[str, Any] = {
        name: before[name] for name in _ASKED if getattr(draft, name) == initial[name]
    }
    return replace(draft, **kept)


def _policy(facts: Facts, record: str | None, step: told.Step) -> tuple[int, Terms | None]:
    """Return version and terms of the policy in force on the day of a step, or (0, None)."""
    if not record:
        return 0, None
    policy: Policy = facts.state(record)
    version = policy.in_force(_day_of(facts, step))
    return (version.version, version.terms) if version else (0, None)


def _day_of(facts: Facts, step: told.Step) -> date:
    """Return the day a step was taken: today, or the one told of what was not done here."""
    if facts.basis == DIRECT or not step.occurred_at:
        return facts.day
    try:
        return date.fromisoformat(step.occurred_at[:10])
    except ValueError:
        return facts.day


def _claimed(facts: Facts, record: str, draft: told.Claim, step: str) -> list[Change]:
    """Return the claim under its digest, and the invoices that it is the first to claim."""
    state: Fund = facts.state(record)
    named = {invoice.invoice_named(each.code, each.number): each for each in draft.invoices}
    fresh = {name: each for name, each in named.items() if name and name not in state.claimed}
    if facts.basis == AS_FOUND:
        fresh = {}
    draft = replace(draft, newly_claimed=tuple(fresh))
    draft = replace(draft, item_digest=told.item_digest(record, draft))
    claims = [Change(name, _claim(record, each, step)) for name, each in fresh.items()]
    return [Change(record, draft), *claims]


def _claim(record: str, voucher: told.Voucher, step: str) -> invoice.Claimed:
    return invoice.Claimed(
        code=voucher.code,
        number=voucher.number,
        item=record,
        seller=voucher.seller,
        amount_fen=voucher.amount_fen,
        issued_on=voucher.issued_on,
        original=voucher.original,
        step=step,
    )


def _level(state: Fund, asked: int) -> Level | None:
    if not asked:
        return state.waiting_level
    return next((each for each in state.needed if each.level == asked), None)


def _reserved(record: str, state: Fund, draft: told.Countersigned) -> list[Change]:
    if not draft.reserves_fen or not draft.budget:
        return []
    reserved = budget.Reserved(
        item=record, category=state.claim.category, amount_fen=draft.reserves_fen
    )
    return [Change(draft.budget, reserved)]


def _released(record: str, state: Fund, step: str) -> list[Change]:
    if not state.reserved_fen or not state.claim.budget:
        return []
    released = budget.Released(item=record, amount_fen=state.reserved_fen, step=step)
    return [Change(state.claim.budget, released)]
