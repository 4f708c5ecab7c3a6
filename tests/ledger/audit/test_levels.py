"""A span of the tree made anew level by level: the same as going leaf by leaf."""

from __future__ import annotations

from hashlib import sha256

import pytest

from ledger.audit.levels import Levels, fold
from ledger.log.tree import EMPTY_ROOT, leaf_hash, node_hash, root

SIZE = 150
LEAVES = [leaf_hash(b"%d" % n) for n in range(SIZE)]


@pytest.fixture(scope="module")
def walked():
    """The frontier before each leaf, and the node string of each, with one stack from the left."""
    frontiers, strings, stack = [], [], []
    for index, leaf in enumerate(LEAVES):
        frontiers.append(list(stack))
        node, string, carry = leaf, leaf, index
        while carry & 1:
            node = node_hash(stack.pop(), node)
            string += node
            carry >>= 1
        stack.append(node)
        strings.append(string)
    return frontiers, strings


@pytest.mark.parametrize("width", [1, 2, 8, 32, 256])
def test_every_node_string_of_every_aligned_span_is_the_same(walked, width):
    """Whole spans and the last one, which ends where the log does; larger subtrees that end there too."""
    frontiers, strings = walked

    made = [
        string
        for lo in range(0, SIZE, width)
        for string in Levels(LEAVES[lo : lo + width], frontiers[lo], lo).strings
    ]

    assert made == strings


@pytest.mark.parametrize("width", [1, 2, 8, 32, 256])
def test_the_root_at_every_size_in_a_span_is_the_trees(walked, width):
    """What any act in the span may say it has seen."""
    frontiers, _ = walked

    for lo in range(0, SIZE, width):
        part = LEAVES[lo : lo + width]
        levels = Levels(part, frontiers[lo], lo)
        roots = [levels.root(size) for size in range(lo, lo + len(part))]
        assert roots == [root(each) for each in frontiers[lo : lo + len(part)]]


def test_one_changed_leaf_changes_its_string_and_those_above(walked):
    """Nothing of it is taken from elsewhere."""
    frontiers, strings = walked
    changed = [*LEAVES[:16]]
    changed[5] = sha256(b"another").digest()

    made = Levels(changed, frontiers[0], 0).strings

    assert [n for n in range(16) if made[n] != strings[n]] == [5, 7, 15]


def test_an_empty_log_has_the_empty_root():
    """RFC 9162 §2.1.1: the hash of nothing."""
    assert fold([]) == EMPTY_ROOT == sha256(b"").digest()
