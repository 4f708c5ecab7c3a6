"""The flag over claims: F07 the same thing claimed twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ledger.records.fund.events import Claim
from ledger.records.invoice import invoice_named
from projections.flags.flag import LOW, Hit, Parameters
from projections.flags.items import Evidence, Item, Step, told_amount

Claims = dict[str, tuple[Item, Step]]
Alike = tuple[int, str, str, date]


def claimed_twice(evidence: Evidence, parameters: Parameters) -> Iterator[Hit]:
    """Yield invoices that two items claim, then candidates: equal amount, payee and day.

    An invoice counts as claimed by every item that ever named it, returned ones too (R10). A row
    stands on the later item and names the first.
    """
    del parameters
    told: set[frozenset[str]] = set()
    for name, claims in _by_invoice(evidence).items():
        (first, before), *others = claims.values()
        for item, step in others:
            told.add(frozenset((first.record, item.record)))
            message = f"{name} is claimed by {first.record} already"
            yield Hit(item=item, message=message, steps=(before, step), about=("same invoice",))
    for alike in _by_likeness(evidence).values():
        for item in alike[1:]:
            if frozenset((alike[0].record, item.record)) not in told:
                yield _candidate(alike[0], item)


def _by_invoice(evidence: Evidence) -> dict[str, Claims]:
    """Return, for each invoice, the items that claim it and where, in order of the log."""
    found: dict[str, Claims] = {}
    for item in evidence.items:
        for step in item.steps:
            if isinstance(step.happened, Claim):
                for voucher in step.happened.invoices:
                    name = invoice_named(voucher.code, voucher.number)
                    if name:
                        found.setdefault(name, {}).setdefault(item.record, (item, step))
    return {name: _in_order(claims) for name, claims in found.items()}


def _in_order(claims: Claims) -> Claims:
    return dict(sorted(claims.items(), key=lambda each: each[1][1].index))


def _by_likeness(evidence: Evidence) -> dict[Alike, list[Item]]:
    found: dict[Alike, list[Item]] = {}
    for item in sorted(evidence.items, key=lambda each: each.steps[0].index):
        claim = item.state.claim
        if claim.payee and claim.amount_fen:
            key = (claim.amount_fen, claim.currency, claim.payee, item.day)
            found.setdefault(key, []).append(item)
    return found


def _candidate(first: Item, item: Item) -> Hit:
    claim = item.state.claim
    words = f"{told_amount(claim.amount_fen, claim.currency)} for {claim.payee} on {item.day}"
    return Hit(
        item=item,
        message=f"{words}, as in {first.record}: perhaps the same",
        steps=(*first.claims(), *item.claims()),
        about=("candidates",),
        severity=LOW,
    )
