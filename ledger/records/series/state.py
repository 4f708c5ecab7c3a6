"""Where a number series stands: the last number, what was seen, what is void."""

from __future__ import annotations

from datetime import date
from typing import assert_never

from ledger.family import Happened
from ledger.frozen import frozen, replace
from ledger.records.series.events import (
    Allocated,
    Closed,
    Found,
    Opened,
    SeriesEvent,
    Succeeded,
    Voided,
)
from ledger.records.spans import Spans, add, holes


@frozen
class Series:
    """A series: its terms, the last number and day, what was seen and what is void."""

    code: str = ""
    year: int = 0
    family: str = ""
    first: int = 1
    registrars: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    leaders: tuple[str, ...] = ()
    approvers: tuple[str, ...] = ()
    last: int = 0
    last_on: date | None = None
    seen: Spans = ()
    unrecorded: Spans = ()
    voids: frozenset[int] = frozenset()
    closed: bool = False
    successor: str = ""

    @property
    def next(self) -> int:
        """The number that is allocated next."""
        return max(self.last + 1, self.first)

    @property
    def missing(self) -> Spans:
        """The numbers between the first and the last that nobody has."""
        return holes(self.seen, self.first, self.last)


def evolve(state: Series, happened: SeriesEvent) -> Series:
    """Return the series after the event."""
    match happened:
        case Opened():
            return replace(
                state, code=happened.code, year=happened.year, family=happened.family,
                first=happened.first_number, registrars=happened.registrars,
                reviewers=happened.reviewers, leaders=happened.leaders, approvers=happened.approvers,
            )  # fmt: skip
        case Allocated() | Found():
            return _taken(state, happened)
        case Voided():
            return replace(state, voids=state.voids | {happened.n})
        case Closed():
            return replace(state, closed=True)
        case Succeeded():
            return replace(state, closed=True, successor=happened.by)
        case _:
            assert_never(happened)


def _taken(state: Series, happened: Allocated | Found) -> Series:
    days = [day for day in (state.last_on, happened.occurred_on) if day is not None]
    return replace(
        state,
        last=max(state.last, happened.n),
        last_on=max(days, default=None),
        seen=add(state.seen, happened.n),
        unrecorded=state.unrecorded if happened.record else add(state.unrecorded, happened.n),
    )


def number_of(happened: Happened) -> tuple[int, str] | None:
    """Return the number that an event of a series gave, and the record that has it."""
    if isinstance(happened, Allocated | Found):
        return happened.n, happened.record
    return None
