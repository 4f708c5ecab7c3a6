"""Flags over the chain of sign-off: F01 paid before it was complete, F02 signed out of order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timezone
from itertools import pairwise

from ledger.clock import parse_time
from ledger.records.alarm import Parameters
from ledger.records.fund import missing_levels
from ledger.records.policy import Level
from projections.flags.evidence import Evidence
from projections.flags.flag import MEDIUM, Hit
from projections.flags.items import Item, Step, told_amount

Signed = tuple[str, Step]


def paid_unsigned(evidence: Evidence, parameters: Parameters) -> Iterator[Hit]:
    """Yield each item paid while levels were missing that its amount needed (会计法 Art. 25).

    What was told to be an emergency is always listed too, of medium severity (R15).
    """
    del parameters
    for item in evidence.items:
        missing = missing_levels(item.counting, item.judged.levels) if item.judged else ()
        if missing:
            yield _unsigned(item, missing)


def _unsigned(item: Item, missing: Sequence[Level]) -> Hit:
    payment = item.first_payment()
    names = tuple(each.name for each in missing)
    paid = told_amount(item.counting.payments[0][1], item.claim.currency)
    first = item.counting.claim.emergency
    words = f"paid {paid} on {payment[0].day} without the signature of {', '.join(names)}"
    return Hit(
        items=(item,),
        message=f"{words} (told to be an emergency)" if first else words,
        steps=(*item.claims(before=payment), *item.signing(), *payment),
        about=names,
        severity=MEDIUM if first else "",
    )


def out_of_order(evidence: Evidence, parameters: Parameters) -> Iterator[Hit]:
    """Yield each item in which a level signed before a lower one, or over one still missing.

    Order is the log's first. Then it is that of the days and moments told: no level may have signed
    before the one below it, nor be dated after the next one was recorded.
    """
    del parameters
    for item in evidence.items:
        needed = item.needed
        if not needed:
            continue
        message = (
            _overtaken(item, needed)
            or _dated_wrongly(item, needed, evidence.zone)
            or _skipped(item, needed)
        )
        if message:
            yield Hit(items=(item,), message=message, steps=item.signing())


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


def _dated_wrongly(item: Item, needed: Sequence[Level], zone: timezone) -> str:
    """Say which level's signature is dated out of order, or nothing."""
    signed = {each.level_name: item.step(each.version) for each in reversed(item.signatures)}
    steps = [(level.name, signed[level.name]) for level in needed if level.name in signed]
    told = (
        _backwards(lower, upper) or _ahead(lower, upper, zone)
        for lower, upper in pairwise(steps)
    )
    return next((words for words in told if words), "")


def _backwards(lower: Signed, upper: Signed) -> str:
    (below, before), (above, after) = lower, upper
    if after.index < before.index or not after.before(before):
        return ""
    return f"{above} signed at {after.when}, before {below} at {before.when}"


def _ahead(lower: Signed, upper: Signed, zone: timezone) -> str:
    """Say that a signature is told to have been given after the next one was recorded, or nothing."""
    (below, before), (above, after) = lower, upper
    recorded = parse_time(after.recorded_at).astimezone(zone)
    ahead = before.moment > recorded if before.moment else before.day > recorded.date()
    if not ahead:
        return ""
    return f"{below} signed at {before.when}, after {above} was recorded at {recorded}"


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
