"""Flags over amounts: F05 split to stay under a threshold, F06 just under one, F13 round."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta

from ledger.records.fund.state import WITHDRAWN
from ledger.records.policy import Terms
from projections.flags.flag import Hit, Parameters
from projections.flags.items import Evidence, Item, told_amount

Group = tuple[Item, ...]


def split_up(evidence: Evidence, parameters: Parameters) -> Iterator[Hit]:
    """Yield items that stay under a threshold one by one, and pass it together.

    They have the handler, and the seller or the category, in common, and lie a few days apart. The
    thresholds are those of prior approval and of collective decision; the row stands on the first
    item and names the others (政府采购法实施条例 Art. 28).
    """
    seen: set[frozenset[str]] = set()
    for same in _alike(evidence.items):
        for threshold in sorted({limit for item in same for limit in _above(item.judged)}):
            small = [each for each in same if each.state.amount_fen <= threshold]
            for run in _runs(small, parameters.splitting_days):
                records = frozenset(each.record for each in run)
                total = sum(each.state.amount_fen for each in run)
                if total > threshold and len(run) > 1 and records not in seen:
                    seen.add(records)
                    yield _split(run, total, threshold)


def just_under(evidence: Evidence, parameters: Parameters) -> Iterator[Hit]:
    """Yield items whose amount is, or lies just under, one above which more is asked for."""
    for item in evidence.items:
        amount = item.state.amount_fen
        for threshold in sorted(_thresholds(item.judged)):
            if threshold * parameters.near_percent <= amount * 100 <= threshold * 100:
                told, limit = (_told(item, each) for each in (amount, threshold))
                message = f"{told} is just under {limit}, above which more is asked for"
                yield Hit(item=item, message=message, steps=item.claims())


def round_amounts(evidence: Evidence, parameters: Parameters) -> Iterator[Hit]:
    """Yield items of whole ten thousands."""
    for item in evidence.items:
        amount = item.state.amount_fen
        if amount >= parameters.round_fen and amount % parameters.round_fen == 0:
            message = f"{_told(item, amount)} is a round amount"
            yield Hit(item=item, message=message, steps=item.claims())


def _alike(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Yield the items that have handler and seller, or handler and category, in common, by day.

    What was approved beforehand was not split to get round approval.
    """
    groups: dict[tuple[str, str, str], list[Item]] = {}
    for item in items:
        state = item.state
        if item.judged is None or state.prior_approval or state.stage == WITHDRAWN:
            continue
        for who in state.handlers[:1]:
            for what in _sellers(item):
                groups.setdefault((who.record or who.name, "seller", what), []).append(item)
            if state.claim.category:
                key = (who.record or who.name, "category", state.claim.category)
                groups.setdefault(key, []).append(item)
    for same in groups.values():
        if len(same) > 1:
            yield sorted(same, key=lambda each: (each.day, each.record))


def _sellers(item: Item) -> set[str]:
    claim = item.state.claim
    return {each for each in (claim.payee, *(one.seller for one in claim.invoices)) if each}


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


def _split(run: Group, total: int, threshold: int) -> Hit:
    first = run[0]
    others = ", ".join(each.record for each in run[1:])
    limit = _told(first, threshold)
    words = f"{len(run)} items from {first.day} to {run[-1].day} come to {_told(first, total)}"
    return Hit(
        item=first,
        message=f"{words}, each not above {limit}; with {others}",
        steps=tuple(step for each in run for step in each.claims()),
        about=(f"above {limit}",),
    )


def _above(terms: Terms | None) -> tuple[int, ...]:
    """Return above what approval beforehand and a collective decision are asked for."""
    if terms is None:
        return ()
    told = (terms.prior_approval_above_fen, terms.collective_above_fen)
    return tuple(each for each in told if each)


def _thresholds(terms: Terms | None) -> set[int]:
    levels = {each.above_fen for each in terms.levels if each.above_fen > 0} if terms else set()
    return {*levels, *_above(terms)}


def _told(item: Item, amount_fen: int) -> str:
    return told_amount(amount_fen, item.state.claim.currency)
