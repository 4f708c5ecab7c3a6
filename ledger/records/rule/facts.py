"""A rule's events placed in time: by the day they happened, as later entries corrected them.

What has no day is placed nowhere. A corrected entry stands on its right day; one that never happened
stands nowhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from ledger.family import Happened
from ledger.frozen import frozen, replace
from ledger.records.rule import events as told

_RANK = {
    kind: rank
    for rank, kind in enumerate(
        (
            told.Adopted, told.Approved, told.Amended, told.Published, told.Renumbered,
            told.Commenced, told.Extended, told.Confirmed, told.Suspended, told.Resumed,
            told.Lapsed, told.Abolished, told.Revoked, told.Filed, told.FilingAnswered,
            told.Interpreted,
        )
    )
}  # fmt: skip


@frozen
class Fact:
    """An event placed in time: the day it happened, its place in the record, what it tells."""

    day: date
    place: int
    event: Any


def facts_of(events: Sequence[Happened]) -> list[Fact]:
    """Return what is placed in time, by day; of one day, in the order a text comes to count."""
    facts = [
        Fact(each.occurred_on, place, each)
        for place, each in enumerate(events, 1)
        if type(each) in _RANK and isinstance(each, told.Dated) and each.occurred_on is not None
    ]
    for each in events:
        if isinstance(each, told.Corrected):
            facts = [
                _corrected(fact, each)
                for fact in facts
                if not (each.never and _means(each, fact.event, fact.day))
            ]
    return sorted(facts, key=lambda fact: (fact.day, _RANK[type(fact.event)], fact.place))


def struck(events: Sequence[Happened]) -> frozenset[int]:
    """Return the places of those entries that were corrected as never having happened."""
    told_never = [each for each in events if isinstance(each, told.Corrected) and each.never]
    return frozenset(
        place
        for place, each in enumerate(events, 1)
        if isinstance(each, told.Dated) and each.occurred_on is not None
        for never in told_never
        if _means(never, each, each.occurred_on)
    )


def _means(correction: told.Corrected, happened: told.Dated, day: date) -> bool:
    return (told.action_of(happened), day) == (correction.action, correction.of_day)


def _corrected(fact: Fact, correction: told.Corrected) -> Fact:
    if not _means(correction, fact.event, fact.day):
        return fact
    happened = fact.event
    if correction.effective_on is not None and hasattr(happened, "effective_on"):
        happened = replace(happened, effective_on=correction.effective_on)
    return Fact(correction.right_day or fact.day, fact.place, happened)


def was_found(happened: told.Told) -> bool:
    """Tell whether the event was found told in a register, not done at our own desk."""
    return bool(happened.source_line) or happened.told_by is not None
