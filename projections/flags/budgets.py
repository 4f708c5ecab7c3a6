"""The flag over budgets: F08 without a budget line, over it, or for another purpose."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.records.alarm import Parameters
from projections.flags.evidence import Evidence
from projections.flags.flag import Hit
from projections.flags.items import Item, Step, told_amount


def off_budget(evidence: Evidence, parameters: Parameters) -> Iterator[Hit]:
    """Yield items that no budget line carries, or not this much, or not for this (预算法 Art. 13).

    History that tells no budget line is not flagged: nobody knows.
    """
    del parameters
    for item in evidence.items:
        for about, message in _wrongs(evidence, item):
            yield Hit(items=(item,), message=message, steps=_proof(item), about=(about,))


def _wrongs(evidence: Evidence, item: Item) -> Iterator[tuple[str, str]]:
    claim = item.claim
    if claim.budget is None:
        if claim.basis and claim.amount_fen:
            yield "none", "names no budget line"
        return
    line = evidence.lines.get(claim.budget)
    if line is None or not line.year:
        yield "none", f"{claim.budget} was never approved"
        return
    if line.left_fen < 0:
        over = told_amount(-line.left_fen, claim.currency)
        yield "over", f"{claim.budget} is overdrawn by {over}"
    elif item.state.paid_fen and item.state.spent_fen < _net(item):
        unspent = told_amount(_net(item) - item.state.spent_fen, claim.currency)
        yield "over", f"{unspent} was paid that {claim.budget} does not carry"
    if claim.category and line.purposes and claim.category not in line.purposes:
        yield "purpose", f"{claim.budget} is not for {claim.category}"


def _net(item: Item) -> int:
    """Return what was paid and has not come back."""
    return item.state.paid_fen - item.state.reversed_fen


def _proof(item: Item) -> tuple[Step, ...]:
    """Return the steps that show it; of an item only approved beforehand, all there are."""
    return (*item.claims(), *item.first_payment()) or item.steps
