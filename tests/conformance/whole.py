"""A log read whole, and held against what every log is."""

from __future__ import annotations

from ledger.act import format_entry, parse_event
from ledger.log.tree import append_all, leaf_hash, root


def check_whole(store) -> None:
    """Hold if the log is whole: indexes, versions, seals, nodes, root."""
    head = store.head()
    rows, seals = list(store.events()), list(store.seals())
    digests = {seal.act: seal.digest for seal in seals}
    leaves = [
        leaf_hash(format_entry(row.event, row.recorded_at, digests[row.act])) for row in rows
    ]
    frontier, nodes = append_all(0, (), leaves)
    versions: dict[str, int] = {}
    for row in rows:
        versions[row.record] = versions.get(row.record, 0) + 1
        assert (row.version, parse_event(row.event).version) == (versions[row.record],) * 2

    assert [row.index for row in rows] == list(range(head.size))
    assert [row.nodes for row in rows] == nodes
    assert (root(frontier), frontier) == (head.root, head.frontier)
    assert [seal.first_index for seal in seals] == [
        row.index for at, row in enumerate(rows) if at == 0 or rows[at - 1].act != row.act
    ]
    assert sum(seal.count for seal in seals) == head.size


def log_root(store) -> bytes:
    """Return the root over the entries as they are read back, computed from nothing else."""
    digests = {seal.act: seal.digest for seal in store.seals()}
    leaves = [
        leaf_hash(format_entry(row.event, row.recorded_at, digests[row.act]))
        for row in store.events()
    ]
    return root(append_all(0, (), leaves)[0])
