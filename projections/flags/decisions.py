"""Flags over decisions: F09 not decided collectively, F10 approved or signed after the fact."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.records.fund.events import CollectiveDecided, Countersigned, PriorApproved
from projections.flags.flag import Hit, Parameters
from projections.flags.items import Evidence, Item, Step, told_amount


def undecided(evidence: Evidence, parameters: Parameters) -> Iterator[Hit]:
    """Yield paid items that no meeting decided on before, or not this much (三重一大)."""
    del parameters
    for item in evidence.items:
        above = item.judged.collective_above_fen if item.judged else None
        payment = item.first_payment()
        if above is None or not payment or item.counting.amount_fen <= above:
            continue
        decision, currency = item.counting.decision, item.state.claim.currency
        message = ""
        if decision is None:
            asked = told_amount(item.counting.amount_fen, currency)
            message = f"{asked} was paid without a collective decision"
        elif item.state.paid_fen - item.state.reversed_fen > decision.ceiling_fen:
            ceiling = told_amount(decision.ceiling_fen, currency)
            message = f"more was paid than the {ceiling} decided collectively"
        if message:
            steps = (*item.claims(before=payment), *_steps(item, CollectiveDecided), *payment)
            yield Hit(item=item, message=message, steps=steps)


def after_the_fact(evidence: Evidence, parameters: Parameters) -> Iterator[Hit]:
    """Yield items approved beforehand on the day of the business or later, or signed after payment."""
    del parameters
    for item in evidence.items:
        approval, business_on = item.state.prior_approval, item.state.claim.business_on
        approved_on = approval.approved_on if approval else None
        if approved_on and business_on and approved_on >= business_on:
            words = f"approved on {approved_on}, not before the business"
            steps = (*_steps(item, PriorApproved), *item.claims())
            yield Hit(item=item, message=f"{words} on {business_on}", steps=steps)
        late = tuple(each for each in _steps(item, Countersigned) if _after_payment(item, each))
        if late:
            names = ", ".join(each.happened.level_name or "a level" for each in late)
            steps = (*item.first_payment(), *late)
            yield Hit(item=item, message=f"{names} signed after the payment", steps=steps)


def _after_payment(item: Item, step: Step) -> bool:
    return any(step.index > payment.index for payment in item.first_payment())


def _steps(item: Item, kind: type[object]) -> tuple[Step, ...]:
    return tuple(each for each in item.steps if isinstance(each.happened, kind))
