"""Flags over what a category needs: F12 documents, standards and cash, F21 the source of aid money.

Which documents a category hands in, what it may cost a head and what is never paid in cash, is told by
the policy that judges the item; which categories are aid, by the parameters.
"""

from __future__ import annotations

from collections.abc import Iterator

from ledger.records.alarm import Parameters
from ledger.records.fund.events import Claim, Paid
from ledger.records.policy import Standard, required_documents
from projections.flags.evidence import Evidence
from projections.flags.flag import Hit
from projections.flags.items import CASH, Item, Step, told_amount


def beyond_standard(evidence: Evidence, parameters: Parameters) -> Iterator[Hit]:
    """Yield items without the documents of their category, above its standard, or paid in cash.

    No official letter, no reception 无公函不接待, and no cash for it (DOMAIN §4.2). History that tells
    no document, or no number of persons, is not flagged for it: nobody knows.
    """
    del parameters
    for item in evidence.items:
        missing = _missing(item)
        if missing:
            message = f"{item.claim.category or 'it'} hands in no {', '.join(missing)}"
            yield Hit(items=(item,), message=message, steps=item.claims(), about=missing)
        for words in _too_dear(item):
            yield Hit(items=(item,), message=words, steps=item.claims(), about=("standard",))
        for payment in _in_cash(item):
            message = f"{item.claim.category} was paid in cash on {payment.day}"
            steps = (*item.claims(), payment)
            yield Hit(items=(item,), message=message, steps=steps, about=("cash",))


def _missing(item: Item) -> tuple[str, ...]:
    """Return the documents that the category asks for and the claim does not hand in (R11)."""
    claim = item.claim
    if item.judged is None or not item.claims() or _untold(claim, claim.documents):
        return ()
    needed = required_documents(item.judged, claim.category, claim.amount_fen)
    return tuple(each for each in needed if each not in claim.documents)


def _too_dear(item: Item) -> Iterator[str]:
    """Yield in words how an item costs more a head than its standard."""
    claim = item.claim
    standards = item.judged.standards if item.judged else ()
    for each in standards:
        if each.category == claim.category and not _untold(claim, claim.persons):
            for limit, heads, words in _limits(each, claim):
                if claim.amount_fen > limit * heads:
                    asked, most = (
                        told_amount(told, claim.currency) for told in (claim.amount_fen, limit)
                    )
                    yield f"{asked} for {words}, where {most} each is the standard of {each.category}"


def _limits(standard: Standard, claim: Claim) -> Iterator[tuple[int, int, str]]:
    """Yield the limits of a standard: the amount, how many times it may be spent, in words."""
    if standard.per_person_fen:
        yield standard.per_person_fen, claim.persons, f"{claim.persons} persons"
    if standard.per_person_day_fen:
        times = claim.persons * claim.days
        words = f"{claim.persons} persons and {claim.days} days"
        yield standard.per_person_day_fen, times, words


def _in_cash(item: Item) -> Iterator[Step]:
    never = item.judged.no_cash_categories if item.judged else ()
    if item.claim.category in never:
        yield from (each for each in item.of(Paid) if each.happened.method == CASH)


def _untold(claim: Claim, told: object) -> bool:
    """Tell whether history leaves something open."""
    return not claim.basis and not told


def without_source(evidence: Evidence, parameters: Parameters) -> Iterator[Hit]:
    """Yield aid given or donated of which neither source nor budget line tells where it came from."""
    for item in evidence.items:
        claim = item.claim
        aid = any(word and word in claim.category for word in parameters.aid_categories)
        if aid and claim.amount_fen and not claim.fund_source.strip() and not claim.budget:
            asked = told_amount(claim.amount_fen, claim.currency)
            message = f"{asked} of {claim.category}: where the money comes from is not told"
            steps = (*item.claims(), *item.first_payment())
            yield Hit(items=(item,), message=message, steps=steps)
