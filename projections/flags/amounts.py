"""Flags over amounts: F06 just under a threshold, F13 round, or far out of its category."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from statistics import median_high

from ledger.records.alarm import Parameters
from projections.flags.evidence import Evidence
from projections.flags.flag import Hit
from projections.flags.items import Item, told_amount
from projections.flags.splits import above


def just_under(evidence: Evidence, parameters: Parameters) -> Iterator[Hit]:
    """Yield items at or just under an amount above which more is asked for, where they are too many.

    Too many is for each handler: a greater share of the items not above that threshold than would
    lie so near it if amounts fell as they come.
    """
    for items in _by_handler(evidence.items).values():
        for threshold in sorted({each for item in items for each in thresholds(item)}):
            held = [each for each in items if threshold in thresholds(each)]
            below = [each for each in held if 0 < each.state.amount_fen <= threshold]
            near = [
                each for each in below if _is_near(each, threshold, parameters.near_percent)
            ]
            if len(near) * 100 > parameters.near_norm_percent * len(below):
                yield from (_near(each, threshold, (len(near), len(below))) for each in near)


def _by_handler(items: tuple[Item, ...]) -> dict[tuple[str, str], list[Item]]:
    found: dict[tuple[str, str], list[Item]] = defaultdict(list)
    for item in items:
        who = next(iter(item.state.handlers), None)
        found[item.claim.currency, (who.record or who.name) if who else ""].append(item)
    return found


def _is_near(item: Item, threshold: int, percent: int) -> bool:
    return threshold * percent <= item.state.amount_fen * 100


def _near(item: Item, threshold: int, counted: tuple[int, int]) -> Hit:
    told, limit = (
        told_amount(each, item.claim.currency) for each in (item.state.amount_fen, threshold)
    )
    near, below = counted
    of = f"{near} of {below} such items of one handler lie there"
    message = f"{told} is just under {limit}, above which more is asked for; {of}"
    return Hit(items=(item,), message=message, steps=item.claims())


def thresholds(item: Item) -> set[int]:
    """Return the amounts above which more is asked for: another level, approval, a decision."""
    levels = item.judged.levels if item.judged else ()
    return {*above(item), *(each.above_fen for each in levels if each.above_fen > 0)}


def odd_amounts(evidence: Evidence, parameters: Parameters) -> Iterator[Hit]:
    """Yield items of whole ten thousands, and items far above what their category usually costs.

    What is usual is the median (the higher one of two) of all amounts of the category in that currency;
    where no category is told, of all such.
    """
    for item in evidence.items:
        amount = item.state.amount_fen
        if amount >= parameters.round_fen and amount % parameters.round_fen == 0:
            yield _odd(item, "is a round amount", about="round")
    for (_, category), items in _by_category(evidence.items).items():
        usual = median_high(each.state.amount_fen for each in items)
        if len(items) < parameters.outlier_items:
            continue
        for item in items:
            if item.state.amount_fen > parameters.outlier_times * usual:
                times = item.state.amount_fen // usual
                median = told_amount(usual, item.claim.currency)
                of = f"the median of {category or 'what tells no category'}"
                yield _odd(item, f"is {times} times {of} ({median})", about="outlier")


def _by_category(items: tuple[Item, ...]) -> dict[tuple[str, str], list[Item]]:
    found: dict[tuple[str, str], list[Item]] = defaultdict(list)
    for item in items:
        if item.state.amount_fen > 0:
            found[item.claim.currency, item.claim.category].append(item)
    return found


def _odd(item: Item, words: str, *, about: str) -> Hit:
    told = told_amount(item.state.amount_fen, item.claim.currency)
    return Hit(items=(item,), message=f"{told} {words}", steps=item.claims(), about=(about,))
