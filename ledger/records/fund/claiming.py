"""Asking for money: approved beforehand, submitted, corrected; invoices claimed, the policy copied in.

Nothing is refused here: the rules judge what comes out. What is entered as found claims nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, TypeVar

from ledger.family import AS_FOUND, Change, Context, Facts
from ledger.frozen import replace
from ledger.records import budget, invoice
from ledger.records.fund import events as told
from ledger.records.fund.state import Fund
from ledger.records.fund.steps import day_of, freed_fen, released, taken, today, version_of
from ledger.records.office import OFFICE
from ledger.records.policy import Terms, approves_first

C = TypeVar("C", bound=told.Claim)

_ASKED = (
    "title", "category", "amount_fen", "payee", "payee_account", "budget", "policy", "business_on",
    "beneficiaries", "invoices", "attachments", "number", "currency", "persons", "days",
    "fund_source", "documents", "emergency", "project",
)  # fmt: skip


def approve_first(facts: Facts, record: str, draft: told.PriorApproved) -> Sequence[Change]:
    """Approve beforehand, in a post that the policy in force names."""
    if facts.basis != AS_FOUND and not draft.policy:
        bound = facts.state(OFFICE).policy_for(
            draft.category, draft.ceiling_fen, day_of(facts, draft)
        )
        draft = replace(draft, policy=bound)
    approvers = approvers_of(facts, draft)
    draft = replace(taken(facts, draft, approvers), approvers=approvers)
    return [Change(record, replace(draft, approved_on=draft.approved_on or today(facts)))]


def approvers_of(context: Context, approval: told.PriorApproved) -> tuple[str, ...]:
    """Return the posts that may approve this beforehand, by the policy in force on its day."""
    version, terms = _in_force(context, approval.policy, approval)
    if not version or terms is None:
        return ()
    named = approves_first(terms, approval.category, approval.ceiling_fen)
    return named or terms.prior_approvers


def submit(facts: Facts, record: str, draft: told.Submitted) -> Sequence[Change]:
    """Submit, or submit again: what is not told anew stays as it was; the policy is the one that binds."""
    state: Fund = facts.state(record)
    asked = draft.policy
    draft = _filled(taken(facts, draft, ()), state)
    if facts.basis != AS_FOUND:
        day = day_of(facts, draft)
        bound = facts.state(OFFICE).policy_for(draft.category, draft.amount_fen, day)
        draft = replace(draft, policy=asked or bound or draft.policy, policy_day=day)
    version, terms = _in_force(facts, draft.policy, draft)
    draft = replace(draft, policy_version=version, terms=terms, round=state.round + 1)
    return _claimed(facts, record, draft, invoice.SUBMITTED)


def correct(facts: Facts, record: str, draft: told.Corrected) -> Sequence[Change]:
    """Correct what is told anew; the policy stays the one of the submission."""
    state: Fund = facts.state(record)
    draft = _filled(taken(facts, draft, ()), state)
    draft = replace(
        draft, policy=state.claim.policy, policy_day=state.claim.policy_day,
        policy_version=state.claim.policy_version, terms=state.terms,
        released_budget=state.claim.budget, releases_fen=freed_fen(facts, state),
    )  # fmt: skip
    freed = released(record, state, draft.releases_fen, budget.CORRECTED)
    return [*_claimed(facts, record, draft, invoice.CORRECTED), *freed]


def _in_force(
    context: Context, policy: str | None, step: told.Step
) -> tuple[int, Terms | None]:
    """Return version and terms of a policy in force on the day of a step, or (0, None)."""
    version = version_of(context, policy, day_of(context, step))
    return (version.version, version.terms) if version else (0, None)


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
