"""Flags over decisions: F09 not decided collectively, F10 approved or signed after the fact."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.records.alarm import Parameters
from ledger.records.fund.events import Claim, CollectiveDecided, Countersigned, PriorApproved
from ledger.records.policy import approves_first
from projections.flags.evidence import Evidence
from projections.flags.flag import Hit
from projections.flags.items import Item, Step, told_amount


def undecided(evidence: Evidence, parameters: Parameters) -> Iterator[Hit]:
    """Yield items that no meeting decided on before they were approved or paid, or not this much (三重一大)."""
    del parameters
    for item in evidence.items:
        decisions, approval = item.of(CollectiveDecided), _approval(item)
        message = _undecided(item, decisions, approval) or _beyond(item, decisions, approval)
        if message:
            payment = item.first_payment()
            steps = (*item.claims(before=approval), *decisions, *approval, *payment)
            yield Hit(items=(item,), message=message, steps=tuple(dict.fromkeys(steps)))


def _approval(item: Item) -> tuple[Step, ...]:
    """Return the step that approved the item: the last level's signature, else the first payment."""
    last = {level.name for level in item.needed[-1:]}
    signed = [step for step in item.signing() if step.happened.level_name in last]
    return tuple(signed[:1]) or item.first_payment()


def _undecided(item: Item, decisions: tuple[Step, ...], approval: tuple[Step, ...]) -> str:
    """Say that an amount that needs a decision was approved without, or before it, or nothing."""
    above = item.judged.collective_above_fen if item.judged else None
    if above is None or not approval or item.counting.amount_fen <= above:
        return ""
    asked = told_amount(item.counting.amount_fen, item.claim.currency)
    was = "approved" if isinstance(approval[0].happened, Countersigned) else "paid"
    if not decisions:
        return f"{asked} was {was} without a collective decision"
    if decisions[0].index > approval[0].index or approval[0].day < decisions[0].day:
        return f"{asked} was {was} on {approval[0].day}, decided collectively only on {decisions[0].day}"
    return ""


def _beyond(item: Item, decisions: tuple[Step, ...], approval: tuple[Step, ...]) -> str:
    """Say that more was approved or paid than was decided, or nothing."""
    if not decisions or not approval:
        return ""
    ceiling = decisions[-1].happened.ceiling_fen
    net = item.state.paid_fen - item.state.reversed_fen
    taken = net if item.state.payments else item.counting.amount_fen
    if taken <= ceiling:
        return ""
    more, most = (told_amount(each, item.claim.currency) for each in (taken, ceiling))
    return f"{more} is more than the {most} decided collectively"


def after_the_fact(evidence: Evidence, parameters: Parameters) -> Iterator[Hit]:
    """Yield items not approved before the business where they must be, or signed after payment (R8).

    What was told to be an emergency is done first; its confirmation is the policy's own matter (R15).
    """
    del parameters
    for item in evidence.items:
        words = _not_beforehand(item)
        if words:
            steps = item.of(PriorApproved, Claim)
            yield Hit(items=(item,), message=words, steps=steps, about=("beforehand",))
        late = tuple(each for each in item.of(Countersigned) if _after_payment(item, each))
        if late:
            names = ", ".join(each.happened.level_name or "a level" for each in late)
            words, steps = f"{names} signed after the payment", (*item.first_payment(), *late)
            yield Hit(items=(item,), message=words, steps=steps, about=("after payment",))


def _not_beforehand(item: Item) -> str:
    """Say that an item was approved on the day of the business or later, or never, or nothing."""
    approval, claim = item.state.prior_approval, item.claim
    if approval is None:
        asked = item.judged and approves_first(item.judged, claim.category, claim.amount_fen)
        if not asked or claim.emergency or not item.of(Claim):
            return ""
        amount = told_amount(claim.amount_fen, claim.currency)
        return f"{claim.category or 'it'} at {amount} is approved beforehand by {', '.join(asked)}; it was not"
    approved_on, business_on = approval.approved_on, claim.business_on
    if approved_on is None or business_on is None or approved_on < business_on:
        return ""
    return f"approved on {approved_on}, not before the business on {business_on}"


def _after_payment(item: Item, step: Step) -> bool:
    return any(step.index > paid.index or step.day > paid.day for paid in item.first_payment())
