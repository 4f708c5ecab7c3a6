"""Flags of persons: F03 who signs for themselves, F04 who holds several parts in one item."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from ledger.records.fund import events as told
from ledger.records.fund.persons import Person, meeting, person, persons_of
from ledger.records.fund.state import Fund, parts
from ledger.records.policy import HANDLED
from projections.flags.flag import HIGH, Asking, Flag, Found, Item


def self_approved(item: Item, asking: Asking) -> Iterator[Found]:
    """Yield each signature, other than the handler's own 经办, by handler, payee or beneficiary."""
    del asking
    for step in item.steps:
        happened = step.happened
        if not isinstance(happened, told.Countersigned) or happened.meaning == HANDLED:
            continue
        for words, interested in _interested(step.state):
            who = meeting(persons_of(happened), interested)
            if who is not None:
                level = f"{happened.level or ''} {happened.level_name}".strip()
                message = f"level {level} was signed by {who}, who is the {words}"
                yield Found(item.record, message, (step.index,))
                break


def _interested(state: Fund) -> tuple[tuple[str, tuple[Person, ...]], ...]:
    claim = state.claim
    payee = (person(claim.payee),) if claim.payee else ()
    return (
        ("handler 经办人", state.handlers),
        ("payee 收款人", payee),
        ("beneficiary 受益人", tuple(person(each) for each in claim.beneficiaries)),
    )


def several_parts(item: Item, asking: Asking) -> Iterator[Found]:
    """Yield each two parts of an item that one person holds; handler and levels are F03's."""
    del asking
    handling, *others = parts(item.state)
    paying = [each for each in others if each[0].startswith(("付款", "记账"))]
    pairs = [*combinations(others, 2), *((handling, each) for each in paying)]
    for (first, some), (second, others_) in pairs:
        who = meeting(some, others_)
        if who is not None:
            message = f"{who} has two parts: {first} and {second}"
            yield Found(item.record, message, _steps_of(item, who))


def _steps_of(item: Item, who: Person) -> tuple[int, ...]:
    return tuple(
        step.index
        for step in item.steps
        if any(who.same(each) for each in persons_of(step.happened))
    )


FLAGS = (
    Flag("F03", "自批自报", "signed by handler, payee or beneficiary", HIGH, "DOMAIN §4.5 F03; R4",
         each=self_approved),
    Flag("F04", "一人多岗", "one person has several parts", HIGH, "DOMAIN §4.5 F04; 会计法 Art. 25",
         each=several_parts),
)  # fmt: skip
