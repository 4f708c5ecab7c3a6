"""Flags over who is who in an item: F03 signs for their own benefit, F04 has two parts in it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from ledger.records.alarm import Parameters
from ledger.records.fund.events import Booked, Countersigned, Paid
from ledger.records.fund.persons import Person, meeting, person
from ledger.records.policy import HANDLED
from projections.flags.evidence import Evidence
from projections.flags.flag import Hit
from projections.flags.items import Item, takers

Part = tuple[str, tuple[Person, ...]]
HANDLER = "handler"


def signed_own(evidence: Evidence, parameters: Parameters) -> Iterator[Hit]:
    """Yield each signature of an item's handler, payee or beneficiary (会计法 Art. 25).

    One that a return made void counts too. The level at which the handler signs for having handled it is not meant.
    """
    del parameters
    for item in evidence.items:
        concerned = _concerned(item)
        for step in item.of(Countersigned):
            if step.happened.meaning == HANDLED:
                continue
            who = meeting(takers((step,)), concerned)
            if who is not None:
                level = step.happened.level_name or step.happened.post or "a level"
                message = f"{who}, who asks for the money or gets it, signed as {level}"
                yield Hit(items=(item,), message=message, steps=(*item.claims(), step))


def two_parts(evidence: Evidence, parameters: Parameters) -> Iterator[Hit]:
    """Yield each two parts in an item, of signing, paying and booking, that one person had.

    A part had by delegation counts for both, the delegate and the principal.
    """
    del parameters
    for item in evidence.items:
        for (part, some), (other, others) in _pairs(item):
            who = meeting(some, others)
            if who is not None:
                steps = (*item.claims(), *item.signing(), *item.of(Paid, Booked))
                yield Hit(items=(item,), message=f"{who} is {part} and {other}", steps=steps)


def _concerned(item: Item) -> tuple[Person, ...]:
    told = (person(each) for each in (item.claim.payee, *item.claim.beneficiaries) if each)
    return (*item.state.handlers, *told)


def _parts(item: Item) -> tuple[Part, ...]:
    """Return who signed each level, once a level, who paid and who booked."""
    named = {each.level_name or str(each.level): each.persons for each in item.signatures}
    signed = tuple((f"signer of {name}", persons) for name, persons in named.items())
    return (*signed, ("cashier", item.state.payers), ("bookkeeper", item.state.bookkeepers))


def _pairs(item: Item) -> Iterator[tuple[Part, Part]]:
    """Yield the parts two by two; of who handled it, F03 tells whether they signed as well."""
    parts = _parts(item)
    yield from combinations(parts, 2)
    if not any(meeting(persons, item.state.handlers) for _, persons in parts[:-2]):
        yield from (((HANDLER, item.state.handlers), part) for part in parts[-2:])
