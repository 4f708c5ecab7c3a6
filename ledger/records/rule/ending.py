"""What ends a rule from a day on: 废止, 失效, and a last day of validity that nobody moved in time.

撤销 is not here: it ends nothing, it voids from the start (`time`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from ledger.frozen import frozen
from ledger.records.rule import events as told
from ledger.records.rule.facts import Fact
from ledger.records.rule.versions import Version

ABOLISHED = "废止"
LAPSED = "失效"


@frozen
class End:
    """From this day on the rule is void or lapsed; `proof` are the places that show it."""

    day: date
    status: str
    proof: tuple[int, ...]


@frozen
class Term:
    """A last day in force: told on `since`, and `moved` on that day by another, or never."""

    since: date
    last_day: date
    moved: date | None
    proof: tuple[int, ...]


def ends_of(versions: Sequence[Version], facts: Sequence[Fact]) -> list[End]:
    """Return the days from which a rule of these versions ended, by these facts."""
    declared = [
        End(
            fact.event.effective_on or fact.day,
            ABOLISHED if isinstance(fact.event, told.Abolished) else LAPSED,
            (fact.place,),
        )
        for fact in facts
        if isinstance(fact.event, told.Abolished | told.Lapsed)
    ]
    expired = [
        End(term.last_day + timedelta(days=1), LAPSED, term.proof)
        for term in terms_of(versions, facts)
        if term.moved is None and term.last_day < date.max
    ]
    return declared + expired


def terms_of(versions: Sequence[Version], facts: Sequence[Fact]) -> list[Term]:
    """Return the last days in force that were told, in order.

    What moves one comes in time, on its last day or before; a text made anew begins afresh, with a
    last day or without. What comes later moves nothing.
    """
    found: list[Term] = []
    held: tuple[date, date, tuple[int, ...]] | None = None
    lapsed = False
    for since, last_day, proof, anew in _told(versions, facts):
        if held is not None and since > held[1]:
            found.append(Term(*held[:2], None, held[2]))
            held, lapsed = None, True
        if lapsed and not anew:
            continue
        lapsed = False
        if held is not None:
            found.append(Term(*held[:2], since, held[2]))
        held = None if last_day is None else (since, last_day, proof)
    return found if held is None else [*found, Term(*held[:2], None, held[2])]


def _told(
    versions: Sequence[Version], facts: Sequence[Fact]
) -> Iterator[tuple[date, date | None, tuple[int, ...], bool]]:
    """Yield, by day: the day, the last day told, who tells it, and whether the text is made anew."""
    terms: list[tuple[date, date | None, tuple[int, ...], bool]] = [
        (each.published or each.settled, each.valid_until, each.proof, not each.amends)
        for each in versions
        if not each.amends or each.valid_until
    ]
    terms += [
        (fact.day, fact.event.valid_until, (fact.place,), False)
        for fact in facts
        if isinstance(fact.event, told.Extended)
    ]
    yield from sorted(terms, key=lambda each: each[0])
