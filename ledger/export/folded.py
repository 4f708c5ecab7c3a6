"""The records of a bundle as their events leave them at its size, one after the other, in flat memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ledger.application.mapper import open_event
from ledger.export.part import Making
from ledger.family import Family, family_of
from ledger.store.contract import EventRow, LogReader

PAGE = 2048
PAST_ALL = "\U0010ffff"


@dataclass(frozen=True, slots=True)
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


def folded(making: Making, *, asked: bool = True, withheld: bool = False) -> Iterator[Folded]:
    """Yield the records that were asked for, or else all that go in, by name; hidden ones where wanted."""
    scope, state, first, last = making.scope, None, None, None
    for row in by_record(making.log, making.cover.size):
        if not scope.takes(row.record) or (row.record in scope.hidden and not withheld):
            continue
        if asked and not scope.asks(row.record):
            continue
        family = making.families[family_of(row.record)]
        if first is None or last is None or row.record != first.record:
            if first is not None and last is not None:
                yield Folded(
                    first.record, making.families[family_of(first.record)], state, first, last
                )
            first, state = row, family.initial
        state, last = family.evolve(state, open_event(row.event, making.kinds)[1]), row
    if first is not None and last is not None:
        yield Folded(first.record, making.families[family_of(first.record)], state, first, last)


def by_record(log: LogReader, size: int) -> Iterator[EventRow]:
    """Yield the first `size` events by (record, version), a page in memory at a time."""
    after = ("", 0)
    while page := log.record_page(after, PAST_ALL, PAGE):
        for row in page:
            if row[0] < size:
                yield EventRow(*row)
        after = (page[-1][1], page[-1][2])


def named(making: Making, record: str) -> str:
    """Return what people call an officer or another record of few events, or its own name."""
    family = making.families[family_of(record)]
    state = family.initial
    for row in making.log.history(record, making.cover.size - 1):
        state = family.evolve(state, open_event(row.event, making.kinds)[1])
    return family.title(state) or record
