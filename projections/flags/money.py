"""Flags of money: F07 claimed twice, F08 without budget, over it, or for another purpose."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from ledger.records.fund import events as told
from ledger.records.invoice import invoice_named
from ledger.records.money import yuan
from projections.flags.flag import HIGH, Asking, Flag, Found, Item


class Claimed(NamedTuple):
    """An invoice as one item claims it."""

    key: str
    code: str
    number: str
    seller: str
    amount_fen: int
    issued_on: date | None
    record: str
    claim_index: int


class Duplicates:
    """Invoices claimed by several items: the same one, near doubles, and numbers that run on."""

    def __init__(self, asking: Asking) -> None:
        """Begin with nothing seen."""
        self._near = timedelta(days=asking.near_days)
        self._claimed: list[Claimed] = []

    def see(self, item: Item) -> None:
        """Take note of the invoices that the item claims now."""
        index = item.indexes(told.Claim)[-1:]
        for each in item.state.claim.invoices:
            key = invoice_named(each.code, each.number)
            self._claimed.append(
                Claimed(
                    key, each.code, each.number, each.seller, each.amount_fen, each.issued_on,
                    item.record, *index,
                )
            )  # fmt: skip

    def end(self) -> Iterator[Found]:
        """Yield every two items that claim the same invoice, near doubles, or consecutive ones."""
        yield from self._same()
        yield from self._near_doubles()
        yield from self._consecutive()

    def _same(self) -> Iterator[Found]:
        by_key: dict[str, list[Claimed]] = defaultdict(list)
        for each in self._claimed:
            if each.key:
                by_key[each.key].append(each)
        for key, claims in sorted(by_key.items()):
            for first, second in pairwise(claims):
                if first.record != second.record:
                    yield _both(first, second, f"claims {key}, which {first.record} claims too")

    def _near_doubles(self) -> Iterator[Found]:
        alike: dict[tuple[str, int], list[Claimed]] = defaultdict(list)
        for each in self._claimed:
            if each.seller and each.amount_fen and each.issued_on:
                alike[each.seller, each.amount_fen].append(each)
        for claims in alike.values():
            dated = sorted(
                claims, key=lambda each: (each.issued_on or date.min, each.claim_index)
            )
            for first, second in pairwise(dated):
                if self._is_near(first, second):
                    yield _both(
                        first, second,
                        f"claims {yuan(second.amount_fen)} of {second.seller} of {second.issued_on},"
                        f" {first.record} the same of {first.issued_on}",
                    )  # fmt: skip

    def _is_near(self, first: Claimed, second: Claimed) -> bool:
        if first.record == second.record or (first.key and first.key == second.key):
            return False
        if first.issued_on is None or second.issued_on is None:
            return False
        return second.issued_on - first.issued_on <= self._near

    def _consecutive(self) -> Iterator[Found]:
        series: dict[tuple[str, str], list[Claimed]] = defaultdict(list)
        for each in self._claimed:
            if each.seller and each.code and each.number.isascii() and each.number.isdecimal():
                series[each.seller, each.code].append(each)
        for claims in series.values():
            numbered = sorted(claims, key=lambda each: (int(each.number), each.claim_index))
            for first, second in pairwise(numbered):
                runs_on = int(second.number) == int(first.number) + 1
                if runs_on and first.record != second.record:
                    yield _both(
                        first, second,
                        f"claims invoice {second.number} of {second.seller}, which follows on"
                        f" {first.number} of {first.record}",
                    )  # fmt: skip


def _both(first: Claimed, second: Claimed, message: str) -> Found:
    indexes = tuple(sorted((first.claim_index, second.claim_index)))
    return Found(second.record, message, indexes)


def off_budget(item: Item, asking: Asking) -> Iterator[Found]:
    """Yield the item if it was paid from no budget line, or from one for another purpose.

    History found tells of no budget where nobody knows: that is not flagged.
    """
    paid = [step for step in item.steps if isinstance(step.happened, told.Paid)]
    if not paid:
        return
    claim = paid[-1].state.claim
    proof = (*item.indexes(told.Claim)[-1:], paid[-1].index)
    if claim.budget is None:
        if claim.terms is not None or paid[-1].happened.basis:
            yield Found(item.record, "paid from no budget line", proof)
        return
    line = asking.lines.get(claim.budget)
    if line is None or not line.year:
        yield Found(item.record, f"paid from {claim.budget}, which was never approved", proof)
    elif line.purposes and claim.category not in line.purposes:
        words = f"{claim.category or 'nothing named'} paid from {line.name}, which is for"
        yield Found(item.record, f"{words} {', '.join(line.purposes)}", proof)


class Overdrawn:
    """Budget lines that paid items took below nothing."""

    def __init__(self, asking: Asking) -> None:
        """Look at these lines."""
        self._lines = asking.lines
        self._paid: dict[str, list[int]] = defaultdict(list)

    def see(self, item: Item) -> None:
        """Take note of what was paid from which line."""
        if item.state.claim.budget and item.state.payments:
            self._paid[item.state.claim.budget] += item.indexes(told.Paid)

    def end(self) -> Iterator[Found]:
        """Yield the lines with less than nothing left."""
        for record, line in sorted(self._lines.items()):
            if line.left_fen < 0:
                words = f"{line.name} {line.year} is overdrawn by {yuan(-line.left_fen)}"
                yield Found(record, words, tuple(sorted(self._paid[record])))


FLAGS = (
    Flag("F07", "重复报销", "claimed twice, or nearly", HIGH, "DOMAIN §4.5 F07; 财会〔2020〕6号",
         across=Duplicates),
    Flag("F08", "无预算/超预算/串科目", "without budget, over it, or for another purpose", HIGH,
         "DOMAIN §4.5 F08; 预算法 Art. 13", each=off_budget, across=Overdrawn),
)  # fmt: skip
