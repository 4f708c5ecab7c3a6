"""An aligned span of the tree, made anew level by level: what every node string in it must be.

The same as going leaf by leaf with a stack, which `ledger.audit.leaves` does where something is missing
or wrong, in half of the time: each level is one pass over the one below it.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from ledger.log.tree import EMPTY_ROOT


class Levels:
    """The nodes above the leaves of a span that begins at `lo`, a multiple of a width they do not exceed.

    `left` is the frontier at `lo` (`ledger.log.tree`). `strings` are the node strings, in order.
    """

    def __init__(self, leaves: Sequence[bytes], left: Sequence[bytes], lo: int) -> None:
        self.lo = lo
        self.left = list(left)
        self.levels = [list(leaves)]
        self.strings = list(leaves)
        step = 1
        while len(self.levels[-1]) > 1:
            below = iter(self.levels[-1])
            nodes = [
                sha256(b"".join((b"\x01", left, right))).digest()
                for left, right in zip(below, below, strict=False)
            ]
            step *= 2
            for place, node in enumerate(nodes, 1):
                self.strings[place * step - 1] += node
            self.levels.append(nodes)
        self._climb(step)

    def _climb(self, width: int) -> None:
        """Join a whole span with what lies to its left, as far as it completes larger subtrees."""
        if len(self.strings) != width:
            return
        (node,), left = self.levels[-1], list(self.left)
        carry = self.lo // width
        while carry & 1:
            node = sha256(b"\x01" + left.pop() + node).digest()
            self.strings[-1] += node
            carry >>= 1

    def root(self, size: int) -> bytes:
        """Return the root at a size that lies in the span, below its end."""
        within = size - self.lo
        parts = [
            self.levels[level][(within >> level) - 1]
            for level in range(within.bit_length() - 1, -1, -1)
            if within >> level & 1
        ]
        return fold(self.left + parts)


def fold(frontier: Sequence[bytes]) -> bytes:
    """Return `ledger.log.tree.root`, with nothing called on the way: this is done for every act."""
    if not frontier:
        return EMPTY_ROOT
    rest = frontier[-1]
    for larger in frontier[-2::-1]:
        rest = sha256(b"\x01" + larger + rest).digest()
    return rest
