"""The flag over suppliers: F19 too much goes to one of them, or one account takes money for two names."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator

from ledger.records.alarm import Parameters
from ledger.records.fund.events import Paid
from projections.flags.evidence import Evidence
from projections.flags.flag import HIGH, Hit
from projections.flags.items import Item, Step, told_amount, told_share

Market = tuple[int, str, str]
Sale = tuple[Item, Step, int]


def concentrated(evidence: Evidence, parameters: Parameters) -> Iterator[Hit]:
    """Yield suppliers with too great a share of a category in a fiscal year, and doubled accounts."""
    for market, sales in _markets(evidence).items():
        total = sum(amount for sold in sales.values() for _, _, amount in sold)
        for supplier, sold in sales.items():
            share = sum(amount for _, _, amount in sold)
            many = len({step.index for _, step, _ in sold}) >= parameters.supplier_payments
            if many and share * 100 > parameters.supplier_percent * total:
                yield _share(market, supplier, sold, total=total)
    yield from _doubled(evidence)


def _markets(evidence: Evidence) -> dict[Market, dict[str, list[Sale]]]:
    """Return what was paid by fiscal year, currency and category, to each supplier."""
    found: dict[Market, dict[str, list[Sale]]] = defaultdict(lambda: defaultdict(list))
    for item in evidence.items:
        for step in item.of(Paid):
            sales = found[step.day.year, item.claim.currency, item.claim.category]
            for supplier, amount in _sold(item, step.happened).items():
                sales[supplier].append((item, step, amount))
    return found


def _sold(item: Item, paid: Paid) -> dict[str, int]:
    """Return how much of a payment went to each supplier: by invoices, where they tell it whole."""
    names = item.suppliers
    invoices = [each for each in item.claim.invoices if each.seller]
    if len(names) < 2 or sum(each.amount_fen for each in invoices) != paid.amount_fen:
        return {names[0]: paid.amount_fen} if names else {}
    sold: dict[str, int] = defaultdict(int)
    for each in invoices:
        sold[each.seller] += each.amount_fen
    return sold


def _share(market: Market, supplier: str, sold: list[Sale], *, total: int) -> Hit:
    year, currency, category = market
    share = sum(amount for _, _, amount in sold)
    words = f"{told_share(share, total)} of what was paid for {category or 'no category named'} in {year}"
    return Hit(
        record=sold[0][0].record,
        title=supplier,
        message=f"{supplier} got {words}: {told_amount(share, currency)} of {told_amount(total, currency)}",
        steps=tuple(dict.fromkeys(step for _, step, _ in sold)),
        suppliers=(supplier,),
        about=("share",),
    )


def _doubled(evidence: Evidence) -> Iterator[Hit]:
    """Yield each item whose payee's account belongs to another name in an earlier item."""
    first: dict[str, dict[str, tuple[Item, Step]]] = defaultdict(dict)
    for item, step, payee, account in sorted(
        _accounts(evidence), key=lambda each: each[1].index
    ):
        named = first[account]
        name = plain(payee)
        if name in named:
            continue
        if named:
            other, before = next(iter(named.values()))
            message = f"{payee} has the account of {_payee(other, before)} in {other.record}"
            steps = (before, step)
            items = tuple({each.record: each for each in (item, other)}.values())
            yield Hit(
                items=items,
                message=message,
                steps=steps,
                about=("same account",),
                severity=HIGH,
            )
        named[name] = (item, step)


def _accounts(evidence: Evidence) -> Iterator[tuple[Item, Step, str, str]]:
    """Yield every payee with an account that an item or a payment names, and where."""
    for item in evidence.items:
        for step in (*item.claims(), *item.of(Paid)):
            account = plain(step.happened.payee_account)
            payee = _payee(item, step)
            if account and payee:
                yield item, step, payee, account


def _payee(item: Item, step: Step) -> str:
    return str(step.happened.payee or item.claim.payee)


def plain(text: str) -> str:
    """Return a name or number without white space, full-width forms and hyphens."""
    return "".join(unicodedata.normalize("NFKC", text).replace("-", "").split())
