"""The flag over reversals: F18 money that came back without a reason, or went out again to another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ledger.records.alarm import Parameters
from ledger.records.fund.events import Paid, Reversed
from projections.flags.evidence import Evidence
from projections.flags.flag import HIGH, Hit
from projections.flags.items import Item, Step, told_amount

Payment = tuple[Item, Step]
Payments = dict[tuple[int, str], list[Payment]]


def reversed_oddly(evidence: Evidence, parameters: Parameters) -> Iterator[Hit]:
    """Yield each reversal that tells no reason, or after which as much was paid to somebody else.

    The second payment is of the same item, or of one with the same title or the same budget line
    and category, some days after the money came back.
    """
    payments = _by_amount(evidence.items)
    for item in evidence.items:
        for back in item.of(Reversed):
            if not back.happened.reason.strip():
                yield _without_reason(item, back)
            for again in _paid_again(item, back, payments, parameters.reissue_days):
                yield _reissued(item, back, again)


def _without_reason(item: Item, back: Step) -> Hit:
    amount = told_amount(back.happened.amount_fen, item.claim.currency)
    message = f"{amount} came back on {back.day}; no reason is told"
    steps = (*item.first_payment(), back)
    return Hit(items=(item,), message=message, steps=steps, about=("no reason",))


def _by_amount(items: tuple[Item, ...]) -> Payments:
    found: Payments = defaultdict(list)
    for item in items:
        for step in item.of(Paid):
            found[step.happened.amount_fen, item.claim.currency].append((item, step))
    return found


def _paid_again(item: Item, back: Step, payments: Payments, days: int) -> Iterator[Payment]:
    was = {item.payee_of(each.happened) for each in item.of(Paid) if each.index < back.index}
    if not was - {""}:
        return
    for other, step in payments.get((back.happened.amount_fen, item.claim.currency), ()):
        payee = other.payee_of(step.happened)
        later = step.index > back.index and 0 <= (step.day - back.day).days <= days
        if later and payee and payee not in was and _same_business(item, other):
            yield other, step


def _same_business(item: Item, other: Item) -> bool:
    if other.record == item.record:
        return True
    one, two = item.claim, other.claim
    same_line = bool(one.budget) and (one.budget, one.category) == (two.budget, two.category)
    return same_line or (bool(one.title) and one.title == two.title)


def _reissued(item: Item, back: Step, again: Payment) -> Hit:
    other, step = again
    amount = told_amount(back.happened.amount_fen, item.claim.currency)
    where = "" if other.record == item.record else f" in {other.record}"
    return Hit(
        items=tuple({each.record: each for each in (item, other)}.values()),
        message=f"{amount} came back on {back.day} and went to {other.payee_of(step.happened)} on {step.day}{where}",
        steps=(*item.first_payment(), back, step),
        about=("other payee",),
        severity=HIGH,
    )
