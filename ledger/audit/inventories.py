"""Sealed inventories: each root is worked out again from the log, while records go by in order.

The second pass lists, for each inventory, every record as it stood at the inventory's size. Whoever reads
a stretch of records lists them; here the lists are put in order and become roots. Only frontiers are
kept, and what came out of its turn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ledger.application.inventory import SealedAt
from ledger.errors import LedgerError
from ledger.findings import Finding
from ledger.log import tree
from ledger.log.inventory import Leaf, leaf_hash
from ledger.log.shape import Frontier
from ledger.records.inventory import INVENTORY

Lists = tuple[bytes, ...]


class Listing:
    """The lists of one stretch of records: hashes of leaves, one list a size."""

    def __init__(self, sizes: Sequence[int]) -> None:
        """List for these sizes of the log, in order."""
        self.sizes = sizes
        self.lists: list[list[bytes]] = [[] for _ in sizes]
        self._at = 0

    def begin(self) -> None:
        """Go on to the next record."""
        self._at = 0

    def reach(self, index: int, leaf: Leaf) -> None:
        """List the record as it stands, at the sizes before its event at this index."""
        if self._at == len(self.sizes) or self.sizes[self._at] > index:
            return
        hash_ = self._hash(leaf)
        while self._at < len(self.sizes) and self.sizes[self._at] <= index:
            if hash_:
                self.lists[self._at].append(hash_)
            self._at += 1

    def take(self) -> Lists:
        """Return what was listed since the last time."""
        told = tuple(b"".join(each) for each in self.lists)
        self.lists = [[] for _ in self.sizes]
        return told

    def _hash(self, leaf: Leaf) -> bytes:
        try:
            return leaf_hash(leaf) if leaf.version else b""
        except LedgerError:
            # A record's name that no event can bear: the check of the event's columns names it.
            return b""


@dataclass
class InventoryCheck:
    """The inventories of a log, and the trees that its records make at their sizes."""

    sealed: Sequence[SealedAt]
    sizes: tuple[int, ...] = ()
    trees: list[tuple[int, Frontier]] = field(default_factory=list)
    waiting: dict[str, list[tuple[Lists, str | None]]] = field(default_factory=dict)
    turn: str = ""

    def __post_init__(self) -> None:
        """Begin with an empty tree for each size that was listed, the smallest first."""
        self.sizes = tuple(sorted({each.sealed.size for each in self.sealed}))
        self.trees = [(0, ()) for _ in self.sizes]

    def take(self, start: str, lists: Lists, stop: str | None) -> None:
        """Take in what was listed of the stretch from `start` on; `stop` if that was the last of it."""
        self.waiting.setdefault(start, []).append((lists, stop))
        while self.turn in self.waiting:
            ended = None
            for told, stop_ in self.waiting.pop(self.turn):
                self._add(told)
                ended = stop_ or ended
            if ended is None:
                return
            self.turn = ended

    def _add(self, lists: Lists) -> None:
        for at, told in enumerate(lists):
            count, frontier = self.trees[at]
            hashes = [told[place : place + 32] for place in range(0, len(told), 32)]
            frontier, _ = tree.append_all(count, frontier, hashes)
            self.trees[at] = (count + len(hashes), frontier)

    def findings(self, size: int) -> Iterator[Finding]:
        """Yield what was sealed that is not so, in a log of this size."""
        made = dict(zip(self.sizes, self.trees, strict=True))
        for each in self.sealed:
            told = each.sealed
            records, frontier = made[told.size]
            if told.size > min(each.index, size):
                message = f"inventory lists size {told.size}, above its own place"
                yield _finding("inventory.size", message, each)
            elif (told.records, told.root) != (records, tree.root(frontier).hex()):
                message = (
                    f"inventory of size {told.size} lists {told.records} records under"
                    f" {told.root[:12]}…, the log has {records} under"
                    f" {tree.root(frontier).hex()[:12]}…"
                )
                yield _finding("inventory.root", message, each)


def _finding(code: str, message: str, at: SealedAt) -> Finding:
    return Finding(code, "rule broken", message, index=at.index, record=INVENTORY)
