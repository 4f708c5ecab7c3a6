"""Inventories 清册 of a log: those that were sealed, and what one lists at a size of the log."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.application.mapper import open_event
from ledger.canonical import digest
from ledger.errors import LedgerError
from ledger.frozen import frozen
from ledger.log.inventory import Inventory, Leaf
from ledger.records.inventory import INVENTORY, Sealed
from ledger.store.contract import LogReader

PAGE = 2048
PAST_ALL = "\U0010ffff"


@frozen
class SealedAt:
    """An inventory as sealed, and where."""

    index: int
    sealed: Sealed


def read_sealed(reader: LogReader) -> list[SealedAt]:
    """Return the inventories that can be read, by index; what cannot be read is `verify`'s to name."""
    found = []
    try:
        rows = reader.history(INVENTORY)
    except (LedgerError, ValueError):
        return []
    for row in rows:
        try:
            _, happened = open_event(row.event, {Sealed.KIND: Sealed})
        except LedgerError:
            continue
        assert isinstance(happened, Sealed), "the one kind that is looked for"
        found.append(SealedAt(row.index, happened))
    return found


def read_inventory(reader: LogReader, size: int) -> Inventory:
    """Return the inventory of the records that have events below this size."""
    return Inventory(list(_leaves(reader, size)))


def _leaves(reader: LogReader, size: int) -> Iterator[Leaf]:
    record, version, event = "", 0, b""
    after = ("", 0)
    while page := reader.record_page(after, PAST_ALL, PAGE):
        for row in page:
            if row[0] >= size:
                continue
            if row[1] != record and version:
                yield Leaf(record, version, digest(event))
            record, version, event = row[1], row[2], row[4]
        after = (page[-1][1], page[-1][2])
    if version:
        yield Leaf(record, version, digest(event))
