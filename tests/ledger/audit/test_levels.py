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


SPANS = [
    *[(lo, min(lo + width, SIZE)) for width in (1, 8, 32, 256) for lo in range(0, SIZE, width)],
    *[(lo, hi) for lo in (0, 1, 6, 63, 65, 127) for hi in (lo, lo + 1, lo + 5, 129, SIZE)],
]


def test_every_node_string_of_every_span_is_the_same(walked):
    """Aligned spans and others, to the log's end; larger subtrees that end in them too."""
    frontiers, strings = walked

    missed = [
        (lo, hi)
        for lo, hi in SPANS
        if not Levels(LEAVES[lo:hi], frontiers[lo], lo).holds(strings[lo:hi])
    ]

    assert missed == []


def test_the_root_at_every_size_in_a_span_is_the_trees(walked):
    """What any act in the span may say it has seen; what lies outside is not told."""
    frontiers, _ = walked

    for lo, hi in SPANS:
        made = Levels(LEAVES[lo:hi], frontiers[lo], lo).roots(range(SIZE))
        assert made == {size: root(frontiers[size]) for size in range(lo, hi)}


@pytest.mark.parametrize("lo", [0, 8, 13])
def test_every_string_of_another_leaf_or_node_is_refused(walked, lo):
    """No string may be another, longer, shorter, missing, or its neighbour's in part."""
    frontiers, strings = walked
    levels, sound = Levels(LEAVES[lo : lo + 16], frontiers[lo], lo), strings[lo : lo + 16]
    other = sha256(b"another").digest()

    for at, string in enumerate(sound):
        for bad in (
            string[:-32] + other,
            other + string[32:],
            string + other,
            string[:-1],
            b"",
        ):
            assert bad == string or not levels.holds([*sound[:at], bad, *sound[at + 1 :]])
        assert not levels.holds(sound[:at] + sound[at + 1 :])
    assert not levels.holds([sound[0] + sound[1][:1], sound[1][1:], *sound[2:]])
    assert not levels.holds([*sound, other])


def test_an_empty_log_has_the_empty_root():
    """RFC 9162 §2.1.1: the hash of nothing."""
    assert fold([]) == EMPTY_ROOT == sha256(b"").digest()
