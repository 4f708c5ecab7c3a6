"""The tree's part in a span: each event's node string is what its leaf and its neighbours make it.

First the whole span is computed anew and compared; only where that differs is each node looked at by
itself, so that one bad leaf is one finding and not one for every node above it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from ledger.audit import damage
from ledger.audit.levels import Levels, fold
from ledger.errors import LedgerError
from ledger.findings import Finding
from ledger.log.shape import HASH_BYTES, subtrees, trailing_zeros
from ledger.log.tree import node_hash
from ledger.store.contract import LogReader, RawRow


@dataclass
class TreeSpan:
    """What of a span the tree is checked by.

    `leaves` are the leaf hashes as computed anew; an event that no seal covers has none.
    `explained` are the indexes whose leaf is known to be wrong, and why. `roots` becomes the root, as
    computed anew, at each size that is `wanted` and lies in the span.
    """

    reader: LogReader
    size: int
    root: bytes
    lo: int
    hi: int
    rows: Mapping[int, RawRow]
    leaves: Mapping[int, bytes]
    seals: Mapping[int, tuple[str, str]]
    explained: set[int]
    found: Callable[[Finding], None]
    wanted: frozenset[int] = frozenset()
    roots: dict[int, bytes] = field(default_factory=dict)
    anew: dict[int, bytes] = field(default_factory=dict)

    def check(self) -> None:
        """Report every event whose node string is wrong."""
        stop = min(self.hi, max(self.rows, default=-1) + 1)
        if not self._whole(stop) and not self._compute(stop):
            for index in range(self.lo, stop):
                if index in self.rows:
                    self._check_one(index, self.rows[index])

    def _whole(self, stop: int) -> bool:
        """Compute a span with nothing missing level by level; tells whether all is as stored."""
        indexes = range(self.lo, stop)
        stack = left_of(self.reader, self.lo)
        leaves = [self.leaves[index] for index in indexes if index in self.leaves]
        nodes = [self.rows[index][7] for index in indexes if index in self.rows]
        if stack is None or not len(leaves) == len(nodes) == len(indexes):
            return False
        levels = Levels(leaves, stack, self.lo)
        if not levels.holds(nodes):
            return False
        self.roots.update(levels.roots(self.wanted))
        return True

    def _compute(self, stop: int) -> bool:
        """Compute the node strings of the span; tells whether all are as stored."""
        stack = left_of(self.reader, self.lo)
        if stack is None:
            return False
        same = True
        rows, leaves, anew = self.rows, self.leaves, self.anew
        wanted, roots = self.wanted, self.roots
        for index in range(self.lo, stop):
            if index in wanted:
                roots[index] = fold(stack)
            node = leaves.get(index)
            if node is None or (not same and not stack and self.lo):
                return False
            node_string = node
            carry = index
            while carry & 1:
                node = sha256(b"\x01" + stack.pop() + node).digest()
                node_string += node
                carry >>= 1
            stack.append(node)
            if rows[index][7] != node_string:
                same = False
            anew[index] = node_string
        return same

    def _check_one(self, index: int, row: RawRow) -> None:
        stored = row[7]
        levels = trailing_zeros(index + 1)
        if len(stored) != HASH_BYTES * (levels + 1):
            message = f"node string has {len(stored)} bytes, not {HASH_BYTES * (levels + 1)}"
            self.found(Finding("log.nodes", "edited", message, index=index, record=row[1]))
            return
        leaf = self.leaves.get(index)
        if leaf is not None and stored[:HASH_BYTES] != leaf and index not in self.explained:
            self.found(self._explain_leaf(index, row, leaf))
            return
        anew = self.anew.get(index, b"")
        for level in range(1, levels + 1):
            at = HASH_BYTES * level
            node = stored[at : at + HASH_BYTES]
            if node == anew[at : at + HASH_BYTES]:
                continue
            left = self._stored(index - (1 << level - 1), level - 1)
            right = stored[at - HASH_BYTES : at]
            if left is not None and node != node_hash(left, right):
                message = f"node of level {level} is not made of the two below it"
                self.found(Finding("log.nodes", "edited", message, index=index, record=row[1]))
                return

    def _stored(self, index: int, level: int) -> bytes | None:
        at = HASH_BYTES * level
        row = self.rows.get(index)
        if row is not None:
            node: bytes = row[7][at : at + HASH_BYTES]
            return node if len(node) == HASH_BYTES else None
        hashes = self.reader.read_hashes([(level, index >> level)])
        return hashes[0] if hashes else None

    def _explain_leaf(self, index: int, row: RawRow, leaf: bytes) -> Finding:
        """Say which of the leaf's parts is not as it was: node string, recorded_at or seal."""
        if damage.included(self.reader, index, leaf=leaf, size=self.size, root=self.root):
            message = "stored leaf hash is not that of its entry"
            return Finding("log.nodes", "edited", message, index=index, record=row[1])
        column, computed = self.seals.get(index, ("", ""))
        if column != computed and self._leaf_of(row, column) == row[7][:HASH_BYTES]:
            message = f"its act was sealed by {column[:12]}…, not by {computed[:12]}… which stands there"
            return Finding("seal.replaced", "re-signed", message, index=index, record=row[1])
        if self._time_fits(index, row):
            message = "its leaf was made with another seal, or with another recorded_at"
            return Finding("seal.replaced", "re-signed", message, index=index, record=row[1])
        message = f"recorded_at {row[6]} is not the one in its leaf"
        return Finding("time.recorded_at", "edited", message, index=index, record=row[1])

    def _leaf_of(self, row: RawRow, seal: str) -> bytes:
        entry = b'\x00{"entry":1,"event":%s,"recorded_at":"%s","seal":"%s"}'
        return sha256(entry % (row[4], row[6].encode(), seal.encode())).digest()

    def _time_fits(self, index: int, row: RawRow) -> bool:
        """Tell whether recorded_at lies between its neighbours', and agrees within its act."""
        for other in (self.rows.get(index - 1), self.rows.get(index + 1)):
            if other is not None and other[5] == row[5] and other[6] != row[6]:
                return False
        before, after = self.rows.get(index - 1), self.rows.get(index + 1)
        return (before is None or before[6] <= row[6]) and (after is None or row[6] <= after[6])


def left_of(reader: LogReader, lo: int) -> list[bytes] | None:
    """Return the frontier at `lo` as stored, or None where a part of it is missing."""
    places: Sequence[tuple[int, int]] = subtrees(0, lo)
    if not places:
        return []
    try:
        hashes = list(reader.read_hashes(places))
    except LedgerError:
        return None
    whole = len(hashes) == len(places) and all(len(each) == HASH_BYTES for each in hashes)
    return hashes if whole else None
