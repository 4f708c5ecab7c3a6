"""The records of a bundle as their events leave them at its size, one after the other, in flat memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from ledger.application.mapper import open_event
from ledger.export.part import Making
from ledger.family import Family, family_of
from ledger.frozen import frozen
from ledger.store.contract import EventRow, LogReader

PAGE = 2048


@frozen
class Folded:
    """A record: its family, its state, and the first and the last of its events."""

    record: str
    family: Family[Any]
    state: Any
    first: EventRow
    last: EventRow

    @property
    def title(self) -> str:
        """What people call it, or nothing."""
        return self.family.title(self.state)


def folded(
    making: Making, *, families: Iterable[str] = (), withheld: bool = False
) -> Iterator[Folded]:
    """Yield the records that were asked for, by name, or all of other families that go in; hidden ones where wanted."""
    scope, asked = making.scope, not families
    names = families or [each.name for each in making.survey.families if each.asked]
    rows = by_record(making.log, names, making.cover.size)
    for record, events in groupby(rows, lambda row: row.record):
        wanted = scope.asks(record) if asked else scope.takes(record)
        if wanted and (withheld or record not in scope.hidden):
            yield _fold(making, events)


def by_record(log: LogReader, families: Iterable[str], size: int) -> Iterator[EventRow]:
    """Yield the first `size` events of these families by (record, version), a page in memory at a time."""
    for family in sorted(families):
        # Names are ordered by bytes: behind all of `fund/…` begins `fund0`.
        after, past = (f"{family}/", 0), f"{family}0"
        while page := log.record_page(after, past, PAGE):
            yield from (EventRow(*row) for row in page if row[0] < size)
            after = (page[-1][1], page[-1][2])


def _fold(making: Making, events: Iterator[EventRow]) -> Folded:
    first = last = next(events)
    family = making.families[family_of(first.record)]
    state = family.evolve(family.initial, open_event(first.event, making.kinds)[1])
    for last in events:
        state = family.evolve(state, open_event(last.event, making.kinds)[1])
    return Folded(first.record, family, state, first, last)


def named(making: Making, record: str) -> str:
    """Return what people call an officer or another record of few events, or its own name."""
    family = making.families[family_of(record)]
    state = family.initial
    for row in making.log.history(record, making.cover.size - 1):
        state = family.evolve(state, open_event(row.event, making.kinds)[1])
    return family.title(state) or record
