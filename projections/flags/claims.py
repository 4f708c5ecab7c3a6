"""The flag over claims: F07 the same thing claimed twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from itertools import chain, pairwise
from typing import NamedTuple

from ledger.records.alarm import Parameters
from ledger.records.fund.events import Claim, Voucher
from ledger.records.fund.state import WITHDRAWN
from ledger.records.invoice import invoice_named
from projections.flags.evidence import Evidence
from projections.flags.flag import LOW, Hit
from projections.flags.items import Item, Step, told_amount

Claims = dict[str, tuple[Item, Step]]
Pair = frozenset[str]
Alike = tuple[int, str, str]


class Claimed(NamedTuple):
    """An invoice as one item claims it now."""

    voucher: Voucher
    item: Item

    @property
    def issued_on(self) -> date:
        """Its day; the first of all days where none is told."""
        return self.voucher.issued_on or date.min

    @property
    def number(self) -> int:
        """Its number, or -1 where it is none."""
        told = self.voucher.number
        return int(told) if told.isascii() and told.isdecimal() else -1


def claimed_twice(evidence: Evidence, parameters: Parameters) -> Iterator[Hit]:
    """Yield invoices that two items claim, then candidates of low severity.

    An invoice counts as claimed by every item that ever named it, returned ones too (R10).
    Candidates are items of equal amount and payee a few days apart, invoices of one seller with equal
    amounts a few days apart, and with numbers that run on. A row stands on the later item and names
    the first.
    """
    told: set[Pair] = {frozenset((item.record,)) for item in evidence.items}
    for name, claims in _by_invoice(evidence).items():
        (first, before), *others = claims.values()
        for item, step in others:
            told.add(frozenset((first.record, item.record)))
            message = f"{name} is claimed by {first.record} already"
            steps = (before, step)
            yield Hit(
                items=(item, first), message=message, steps=steps, about=("same invoice",)
            )
    for hit, pair in chain(
        _equal(evidence, parameters), _near_doubles(evidence, parameters), _running_on(evidence)
    ):
        if pair not in told:
            told.add(pair)
            yield hit


def _equal(evidence: Evidence, parameters: Parameters) -> Iterator[tuple[Hit, Pair]]:
    """Yield items that follow one of equal amount and payee within days; a payee not told is one too."""
    for (amount, currency, payee), items in _by_likeness(evidence).items():
        for first, second in pairwise(sorted(items, key=lambda each: (each.day, each.record))):
            if (second.day - first.day).days <= parameters.near_days:
                words = f"{told_amount(amount, currency)} for {payee or 'nobody named'} on {second.day}"
                message = f"{words}, and on {first.day} in {first.record}: perhaps the same"
                yield _candidate(first, second, message)


def _near_doubles(evidence: Evidence, parameters: Parameters) -> Iterator[tuple[Hit, Pair]]:
    alike = _vouchers(evidence, lambda each: (each.seller, str(each.amount_fen)))
    for claims in alike:
        dated = [each for each in claims if each.voucher.issued_on and each.voucher.amount_fen]
        for first, second in pairwise(sorted(dated, key=lambda each: each.issued_on)):
            if (second.issued_on - first.issued_on).days <= parameters.near_days:
                words = f"an invoice of {second.voucher.seller} of {second.issued_on} has the amount"
                message = f"{words} of one of {first.issued_on} in {first.item.record}"
                yield _candidate(first.item, second.item, message)


def _running_on(evidence: Evidence) -> Iterator[tuple[Hit, Pair]]:
    for claims in _vouchers(evidence, lambda each: (each.seller, each.code)):
        numbered = [each for each in claims if each.number >= 0]
        for first, second in pairwise(sorted(numbered, key=lambda each: each.number)):
            if second.number == first.number + 1:
                words = f"invoice {second.voucher.number} of {second.voucher.seller} follows on"
                message = f"{words} {first.voucher.number} in {first.item.record}"
                yield _candidate(first.item, second.item, message)


def _vouchers(
    evidence: Evidence, key: Callable[[Voucher], tuple[str, str]]
) -> Iterator[list[Claimed]]:
    """Yield the invoices claimed now that have a seller, grouped by what they have in common."""
    groups: dict[tuple[str, str], list[Claimed]] = defaultdict(list)
    for item in evidence.items:
        for each in item.claim.invoices:
            if each.seller:
                groups[key(each)].append(Claimed(each, item))
    yield from groups.values()


def _by_invoice(evidence: Evidence) -> dict[str, Claims]:
    """Return, for each invoice, the items that claim it and where, in order of the log."""
    found: dict[str, Claims] = defaultdict(dict)
    for item in evidence.items:
        for step in item.of(Claim):
            for voucher in step.happened.invoices:
                name = invoice_named(voucher.code, voucher.number)
                if name:
                    found[name].setdefault(item.record, (item, step))
    return {name: _in_order(claims) for name, claims in found.items()}


def _in_order(claims: Claims) -> Claims:
    return dict(sorted(claims.items(), key=lambda each: each[1][1].index))


def _by_likeness(evidence: Evidence) -> dict[Alike, list[Item]]:
    found: dict[Alike, list[Item]] = defaultdict(list)
    for item in evidence.items:
        claim = item.claim
        if claim.amount_fen > 0 and item.state.stage != WITHDRAWN:
            found[claim.amount_fen, claim.currency, claim.payee].append(item)
    return found


def _candidate(one: Item, other: Item, message: str) -> tuple[Hit, Pair]:
    """Return a hit on the second of two items, and the two; an item is no candidate of itself."""
    hit = Hit(
        items=(other, one),
        message=message,
        steps=(*one.claims(), *other.claims()),
        about=("candidates",),
        severity=LOW,
    )
    return hit, frozenset((one.record, other.record))
