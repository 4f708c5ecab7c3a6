"""What a bundle will hold, counted before it is written: entries, acts, and records by family and how they stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ledger.export.scope import AUTHORITY, GOVERNING, Scope
from ledger.family import family_of
from ledger.frozen import frozen
from ledger.store.contract import LogReader


@frozen
class Family:
    """How many records and events of a family go in, and of the events how many are hidden; `asked` or not."""

    name: str
    records: int
    events: int
    hidden: int
    asked: bool


@frozen
class Survey:
    """All that goes in, counted; `left_out` counts the log's other entries."""

    families: tuple[Family, ...]
    acts: int
    left_out: int

    @property
    def entries(self) -> int:
        """How many entries go in, hidden ones included."""
        return sum(each.events for each in self.families)

    def counts(self) -> tuple[tuple[str, int], ...]:
        """Return what stands on the cover."""
        return (
            ("acts", self.acts),
            ("entries", self.entries),
            ("hidden", sum(each.hidden for each in self.families)),
            ("records", sum(each.records for each in self.families if each.asked)),
        )


def survey(log: LogReader, scope: Scope, size: int) -> Survey:
    """Return what goes in of the first `size` events."""
    records, events, hidden, asked = Counter[str](), Counter[str](), Counter[str](), set[str]()
    acts, act = 0, ""
    for row in scope.rows(log, 0, size):
        family = family_of(row.record)
        events[family] += 1
        records[family] += row.version == 1
        if row.record in scope.hidden:
            hidden[family] += 1
        elif row.act != act:
            act, acts = row.act, acts + 1
        if scope.asks(row.record):
            asked.add(family)
    found = tuple(
        Family(name, records[name], events[name], hidden[name], name in asked)
        for name in _in_order(events)
    )
    return Survey(found, acts, size - sum(events.values()))


def _in_order(families: Counter[str]) -> Iterator[str]:
    yield from sorted(families, key=lambda name: (name in (*AUTHORITY, *GOVERNING), name))
