"""Every store gives the same inventory: all records, in one order, as they stood at a size."""

from __future__ import annotations

from ledger.application.inventory import read_inventory
from ledger.canonical import digest
from tests.sealing import Sealer

NAMES = (
    "test/b",
    "test/县委发〔2023〕",
    "test/a",
    "test/𠮷",
    "test/B",
    "test/éa",
    "test/a-1",
    "test/县委",
)


def test_an_inventory_lists_every_record_as_it_stood(store):
    """At every size, sorted by bytes whatever the database's own order is."""
    writer = Sealer(store)
    for number in range(3):
        for name in NAMES[number:]:
            writer.act(name)
    events = list(store.events())

    for size in range(len(events) + 1):
        last = {row.record: (row.version, digest(row.event)) for row in events[:size]}
        listed = read_inventory(store, size).leaves

        assert [each.record for each in listed] == sorted(last, key=str.encode)
        assert {each.record: (each.version, each.last) for each in listed} == last
