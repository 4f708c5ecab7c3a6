r"""The inventory 清册: a tree over all records' last versions, so that nothing can be left out unseen.

At a size of the log, for each record that has events below it, one leaf: the canonical JSON of

    {"last":"<digest of the last event>","record":"fund/01H…","version":7}

Leaves are sorted by the record's name, by code points (which is by bytes of UTF-8), each name once; the tree over them is that of
`ledger.log.tree`. Its root, its number of leaves and the size are sealed in an event
(`ledger.records.inventory`), so that an officer's signature and every later checkpoint cover them.

* *All events of a record*: its leaf, with an inclusion proof, says how many there are, and the digest
  of the last; each event names the digest of the one before.
* *No such record*: two leaves that stand side by side, one before the name and one after it; or the
  first leaf, if it stands after the name; or the last, if it stands before it.

Worked example (a vector): at size 3 the records `key/k`, `office/main` and `officer/o`, each at version
1, whose last events have the digests 64 times `a`, `b` and `c`. The first leaf has 104 bytes; the root is
`4acdc8e83b297dda48ab4e23b18259d38d515432040f0384f72a94b80e8e5758`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

from ledger import canonical
from ledger.errors import MalformedError, ProofError
from ledger.frozen import frozen
from ledger.log import tree
from ledger.log.shape import HASH_BYTES

_MEMBERS = frozenset({"last", "record", "version"})


@frozen
class Leaf:
    """One record's line: its name, its last version, and the digest of that event."""

    record: str
    version: int
    last: str


@frozen
class Placed:
    """A leaf at its place among the leaves, with the hashes that lead to the root."""

    leaf: Leaf
    index: int
    hashes: tuple[bytes, ...]


def format_leaf(leaf: Leaf) -> bytes:
    """Return the leaf's canonical bytes."""
    return canonical.encode({"last": leaf.last, "record": leaf.record, "version": leaf.version})


def parse_leaf(told: Any) -> Leaf:
    """Return the leaf of its parsed members.

    Raises:
        MalformedError: they are not exactly those of a leaf.
    """
    members = canonical.members(told, _MEMBERS, "inventory leaf")
    good = (
        type(members["record"]) is str
        and type(members["version"]) is int
        and members["version"] >= 1
        and canonical.is_digest(members["last"])
    )
    if not good:
        raise MalformedError(
            "inventory leaf", expected="record, version from 1, digest", found="other types"
        )
    return Leaf(members["record"], members["version"], members["last"])


def leaf_hash(leaf: Leaf) -> bytes:
    """Return the 32-byte hash of a leaf."""
    return tree.leaf_hash(format_leaf(leaf))


class Inventory:
    """An inventory with all its leaves at hand, from which proofs are made."""

    def __init__(self, leaves: Sequence[Leaf]) -> None:
        """Take the leaves, sorted by name, each name once."""
        self.leaves = leaves
        self._names = [each.record for each in leaves]
        assert self._names == sorted(set(self._names)), "an inventory is sorted"
        self.frontier, self._nodes = tree.append_all(
            0, (), [leaf_hash(each) for each in leaves]
        )

    @property
    def root(self) -> bytes:
        """The root over the leaves."""
        return tree.root(self.frontier)

    def prove(self, record: str) -> tuple[Placed, ...]:
        """Return the record's leaf, or what stands on both sides of where it would."""
        at = bisect_left(self._names, record)
        if at < len(self._names) and self._names[at] == record:
            return (self._placed(at),)
        return tuple(
            self._placed(each) for each in (at - 1, at) if 0 <= each < len(self.leaves)
        )

    def _placed(self, index: int) -> Placed:
        hashes = tree.prove_inclusion(index, len(self.leaves), self._read)
        return Placed(self.leaves[index], index, hashes)

    def _read(self, places: Sequence[tuple[int, int]]) -> list[bytes]:
        found = [tree.node_place(*place) for place in places]
        return [self._nodes[leaf][at : at + HASH_BYTES] for leaf, at in found]


def check_placed(placed: Placed, *, records: int, root: bytes) -> None:
    """Hold if a leaf stands at its place in the inventory of this root and number of records.

    Raises:
        ProofError: it does not.
    """
    tree.check_inclusion(
        index=placed.index,
        size=records,
        leaf=leaf_hash(placed.leaf),
        proof=placed.hashes,
        root=root,
    )


def check_absent(record: str, beside: Sequence[Placed], *, records: int) -> None:
    """Hold if leaves, each in its place, leave no room for a record between them.

    Raises:
        ProofError: they do.
    """
    places = [each.index for each in beside]
    before = [each for each in beside if each.leaf.record < record]
    after = [each for each in beside if each.leaf.record > record]
    closed = (
        (len(before) == len(after) == 1 and places == [places[0], places[0] + 1])
        or (not before and [each.index for each in after] == [0])
        or (not after and [each.index for each in before] == [records - 1])
    )
    if not closed or len(before) + len(after) != len(beside):
        raise ProofError(
            f"inventory of {records} records", f"it is not shown to hold no record {record}"
        )
