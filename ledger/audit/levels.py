"""A span of the tree, made anew level by level: what every node string in it must be.

The same as going leaf by leaf with a stack, which `ledger.audit.leaves` does where something is missing
or wrong, in half of the time: each level is one pass over the one below it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from operator import add

from ledger.log.tree import EMPTY_ROOT


class Levels:
    """The nodes that are completed by the leaves of a span, which begins at any index `lo`.

    `left` is the frontier at `lo` (`ledger.log.tree`). Of a level, the first node stands at position
    `lo >> level`; where that is odd, the node beside it is of the frontier.
    """

    def __init__(self, leaves: Sequence[bytes], left: Sequence[bytes], lo: int) -> None:
        self.lo = lo
        sizes = [level for level in range(lo.bit_length()) if lo >> level & 1]
        self.left = dict(zip(reversed(sizes), left, strict=True))
        self.levels: list[list[bytes]] = []
        nodes = list(leaves)
        while nodes:
            level = len(self.levels)
            self.levels.append(nodes)
            pairs = iter([self.left[level], *nodes] if lo >> level & 1 else nodes)
            nodes = [
                sha256(b"\x01" + left + right).digest()
                for left, right in zip(pairs, pairs, strict=False)
            ]

    def holds(self, strings: Sequence[bytes]) -> bool:
        """Tell whether these are the span's node strings: of each index its leaf, and what that completes."""
        if not self.levels:
            return not strings
        stored, made = list(strings), self.levels[0]
        for level, nodes in enumerate(self.levels[1:]):
            # What stands at an even position completes nothing more.
            ended = self.lo >> level & 1
            if made[ended::2] != stored[ended::2]:
                return False
            made = list(map(add, made[1 - ended :: 2], nodes))
            stored = stored[1 - ended :: 2]
        return made == stored

    def root(self, size: int) -> bytes:
        """Return the root at a size that lies in the span, or at its end."""
        parts = [
            self._node(level, (size >> level) - 1)
            for level in range(size.bit_length() - 1, -1, -1)
            if size >> level & 1
        ]
        return fold(parts)

    def roots(self, sizes: Iterable[int]) -> dict[int, bytes]:
        """Return the root at each of these sizes that lies in the span."""
        end = self.lo + len(self.levels[0]) if self.levels else self.lo
        return {size: self.root(size) for size in sizes if self.lo <= size < end}

    def _node(self, level: int, position: int) -> bytes:
        at = position - (self.lo >> level)
        return self.left[level] if at < 0 else self.levels[level][at]


def fold(frontier: Sequence[bytes]) -> bytes:
    """Return `ledger.log.tree.root`, with nothing called on the way: this is done for every act."""
    if not frontier:
        return EMPTY_ROOT
    rest = frontier[-1]
    for larger in frontier[-2::-1]:
        rest = sha256(b"\x01" + larger + rest).digest()
    return rest
