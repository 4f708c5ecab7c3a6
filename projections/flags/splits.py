"""The flag over splitting: F05 one business in several items, each of them under a threshold.

Two tests. By days: items of one handler and one seller or category within a few days, each not above
a threshold of approval, all together above it. By law: purchases of one category under one budget
line, or for one project, within one fiscal year, each below the threshold of public tender, all
together above it (政府采购法实施条例 Art. 28).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from ledger.records.alarm import Parameters
from ledger.records.fund.state import WITHDRAWN
from projections.flags.evidence import Evidence
from projections.flags.flag import Hit
from projections.flags.items import Item, told_amount

Group = tuple[Item, ...]
Bought = tuple[int, str, str, str]
SHOWN = 10


def split_up(evidence: Evidence, parameters: Parameters) -> Iterator[Hit]:
    """Yield items that stay under a threshold one by one, and pass it together.

    The row stands on the first item and names the others. What was approved beforehand was not split
    to get round approval; whether the law's exceptions hold (the budget was adjusted, another way of
    buying was approved) is for the reader to say.
    """
    yield from _within_days(evidence.items, parameters.splitting_days)
    yield from _within_years(evidence.items, parameters)


def _within_days(items: Iterable[Item], days: int) -> Iterator[Hit]:
    seen: set[frozenset[str]] = set()
    for same in _alike(items):
        for threshold in sorted({limit for item in same for limit in above(item)}):
            small = [each for each in same if each.state.amount_fen <= threshold]
            for run in _runs(small, days):
                records = frozenset(each.record for each in run)
                if len(run) > 1 and _total(run) > threshold and records not in seen:
                    seen.add(records)
                    limit = told_amount(threshold, run[0].claim.currency)
                    yield _split(run, f"each not above {limit}", about=f"above {limit}")


def _alike(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Yield the items that have handler and seller, or handler and category, in common, by day."""
    groups: dict[tuple[str, ...], list[Item]] = defaultdict(list)
    for item in items:
        if item.judged is None or item.state.prior_approval or item.state.stage == WITHDRAWN:
            continue
        for who in item.state.handlers[:1]:
            for what in _what(item):
                groups[item.claim.currency, who.record or who.name, *what].append(item)
    yield from (_by_day(same) for same in groups.values() if len(same) > 1)


def _what(item: Item) -> Iterator[tuple[str, str]]:
    sellers = {item.claim.payee, *(each.seller for each in item.claim.invoices)} - {""}
    yield from (("seller", seller) for seller in sorted(sellers))
    if item.claim.category:
        yield "category", item.claim.category


def _within_years(items: Iterable[Item], parameters: Parameters) -> Iterator[Hit]:
    """Yield the purchases of a fiscal year that pass the threshold of public tender together."""
    threshold = parameters.tender_above_fen
    groups: dict[Bought, list[Item]] = defaultdict(list)
    for item in items:
        for under in _under(item, parameters):
            if 0 < item.state.amount_fen <= threshold and item.state.stage != WITHDRAWN:
                key = (item.day.year, item.claim.currency, under, item.claim.category)
                groups[key].append(item)
    for (year, _, under, category), same in groups.items():
        run = tuple(_by_day(same))
        if len(run) > 1 and _total(run) > threshold:
            limit = told_amount(threshold, run[0].claim.currency)
            words = f"all {category} under {under} in {year}, each not above {limit} (public tender)"
            yield _split(run, words, about="public tender")


def _under(item: Item, parameters: Parameters) -> set[str]:
    """Return the budget line and the project that a purchase is made under."""
    bought = parameters.purchase_categories
    if not item.claim.category or (bought and item.claim.category not in bought):
        return set()
    return {item.claim.budget or "", item.claim.project} - {""}


def _by_day(items: Iterable[Item]) -> list[Item]:
    return sorted(items, key=lambda each: (each.day, each.record))


def _total(items: Iterable[Item]) -> int:
    return sum(each.state.amount_fen for each in items)


def _runs(items: Sequence[Item], days: int) -> Iterator[Group]:
    """Yield runs of items that lie so many days apart at most, none within another; by day."""
    end = 0
    for start, first in enumerate(items):
        last = start
        while last < len(items) and items[last].day - first.day <= timedelta(days=days):
            last += 1
        if last > end:
            yield tuple(items[start:last])
            end = last


def _split(run: Group, words: str, *, about: str) -> Hit:
    first, *others = run
    named = [each.record for each in others[:SHOWN]]
    more = [f"{len(others) - SHOWN} more"] if len(others) > SHOWN else []
    total = told_amount(_total(run), first.claim.currency)
    counted = f"{len(run)} items from {first.day} to {run[-1].day} come to {total}"
    return Hit(
        items=run,
        message=f"{counted}, {words}; with {', '.join([*named, *more])}",
        steps=tuple(step for each in run for step in each.claims()),
        about=(about,),
    )


def above(item: Item) -> set[int]:
    """Return above what approval beforehand and a collective decision are asked for, of its category."""
    terms = item.judged
    if terms is None:
        return set()
    bands = {
        each.above_fen
        for each in terms.prior_approvals
        if each.category in ("", item.claim.category)
    }
    told = {terms.prior_approval_above_fen, terms.collective_above_fen, *bands}
    return {each for each in told if each}
