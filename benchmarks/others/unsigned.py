"""The other baseline of appends: eventsourcing's own SQLite application, which signs nothing."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID, uuid4

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

EVENTS_A_RECORD = 7
OPINION = "同意。" * 40
WHEN = "2023-01-03T00:00:00.000000Z"


class Item(Aggregate):
    """A request for money, as an aggregate of the library."""

    @event("Submitted")
    def __init__(self, title: str, amount_fen: int) -> None:
        self.title = title
        self.amount_fen = amount_fen
        self.opinions: list[str] = []

    @event("Countersigned")
    def countersign(self, level: int, opinion: str, at: str) -> None:
        """Add an opinion."""
        self.opinions.append(f"{level} {opinion} {at}")


class UnsignedLedger:
    """The library's application over its own SQLite recorder."""

    def __init__(self, path: Path) -> None:
        self._application: Application[UUID] = Application(
            {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)}
        )

    def items(self, count: int) -> list[Item]:
        """Return aggregates with so many events that are decided and not yet saved."""
        sizes = [EVENTS_A_RECORD] * (count // EVENTS_A_RECORD)
        sizes += [count % EVENTS_A_RECORD] if count % EVENTS_A_RECORD else []
        return [_item(size) for size in sizes]

    def singles(self, count: int) -> list[Item]:
        """Return aggregates with one event each."""
        return [_item(1) for _ in range(count)]

    def read(self) -> int:
        """Read every event in order; return how many there are."""
        log, found, start = self._application.notification_log, 0, 1
        while some := log.select(start=start, limit=10):
            found, start = found + len(some), int(some[-1].id) + 1
        return found

    def save(self, items: Sequence[Item], *, at_once: int) -> None:
        """Save them, about `at_once` events a transaction."""
        left = iter(items)
        while some := list(itertools.islice(left, max(1, at_once // EVENTS_A_RECORD))):
            self._application.save(*some)

    def close(self) -> None:
        """Let go of the file."""
        self._application.close()


def _item(events: int) -> Item:
    item = Item(title=f"会议费 {uuid4()}", amount_fen=123_456)
    for level in range(1, events):
        item.countersign(level, OPINION, WHEN)
    return item
