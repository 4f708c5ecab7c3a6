"""Flags over the chain of sign-off: F01 paid before it was complete, F02 signed out of order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from ledger.records.fund import missing_levels
from ledger.records.policy import Level, required
from projections.flags.flag import Hit, Parameters
from projections.flags.items import Evidence, Item, told_amount


def paid_unsigned(evidence: Evidence, parameters: Parameters) -> Iterator[Hit]:
    """Yield each item paid while levels were missing that its amount needed (会计法 Art. 25)."""
    del parameters
    for item in evidence.items:
        missing = missing_levels(item.counting, item.judged.levels) if item.judged else ()
        if missing:
            yield _unsigned(item, missing)


def _unsigned(item: Item, missing: Sequence[Level]) -> Hit:
    payment = item.first_payment()
    names = tuple(each.name for each in missing)
    paid = told_amount(item.counting.payments[0][1], item.state.claim.currency)
    return Hit(
        item=item,
        message=f"paid {paid} on {payment[0].day} without the signature of {', '.join(names)}",
        steps=(*item.claims(before=payment), *item.signing(), *payment),
        about=names,
    )


def out_of_order(evidence: Evidence, parameters: Parameters) -> Iterator[Hit]:
    """Yield each item in which a level signed before a lower one, or over one still missing."""
    del parameters
    for item in evidence.items:
        if item.judged is None:
            continue
        needed = required(item.judged.levels, item.counting.amount_fen)
        message = (
            _overtaken(item, needed) or _dated_back(item, needed) or _skipped(item, needed)
        )
        if message:
            yield Hit(item=item, message=message, steps=item.signing())


def _overtaken(item: Item, needed: Sequence[Level]) -> str:
    """Say which level signed after a higher one had, or nothing; a level may sign twice."""
    places = {level.name: place for place, level in enumerate(needed)}
    signed: dict[str, int] = {}
    for each in item.signatures:
        place = places.get(each.level_name)
        if place is None:
            continue
        higher = [name for name, other in signed.items() if other > place]
        if higher and each.level_name not in signed:
            return f"{each.level_name} signed only after {higher[0]} had"
        signed[each.level_name] = place
    return ""


def _dated_back(item: Item, needed: Sequence[Level]) -> str:
    """Say which level's signature is dated before that of the level below it, or nothing."""
    signed = {each.level_name: item.step(each.version) for each in reversed(item.signatures)}
    steps = [(level.name, signed[level.name]) for level in needed if level.name in signed]
    for (lower, before), (upper, after) in pairwise(steps):
        if after.index < before.index or before.moment is None or after.moment is None:
            continue
        if after.moment < before.moment:
            return f"{upper} signed at {after.moment}, before {lower} at {before.moment}"
    return ""


def _skipped(item: Item, needed: Sequence[Level]) -> str:
    """Say which level of an unpaid item was passed over (a paid one is told by F01), or nothing."""
    if item.state.payments:
        return ""
    had = {each.level_name for each in item.signatures}
    waiting = ""
    for level in needed:
        if level.name not in had:
            waiting = waiting or level.name
        elif waiting:
            return f"{level.name} signed while {waiting} had not"
    return ""
