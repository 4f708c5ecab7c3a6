"""How a log stands to what is kept elsewhere: identical, behind, forked; and what an incident excuses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.log import tree
from ledger.log.receipt import Kept
from ledger.log.standing import KnownAct, KnownHead, Lost, Standing, binding, compare, known

LEAVES = [tree.leaf_hash(b"entry %d" % number) for number in range(16)]


def forked_at(index: int) -> list[bytes]:
    """Leaves that are others from an index on."""
    return [*LEAVES[:index], *(tree.leaf_hash(b"other %d" % n) for n in range(index, 16))]


def head(size: int, leaves=LEAVES) -> KnownHead:
    """A head kept elsewhere."""
    frontier, _ = tree.append_all(0, (), leaves[:size])
    return KnownHead(size, tree.root(frontier), f"head {size}")


def stand(size: int, *heads: KnownHead, leaves=LEAVES, acts=(), places=None) -> Standing:
    """How a log of these leaves stands."""
    _, nodes = tree.append_all(0, (), leaves[:size])

    def read(asked):
        found = [tree.node_place(*place) for place in asked]
        return [nodes[index][at : at + 32] for index, at in found]

    return compare(size, read, (places or {}).get, heads=heads, acts=acts)


def kept(index: int, act: str = "", size: int | None = None) -> Kept:
    """A receipt of an act of one event."""
    return Kept(index if size is None else size, "ab" * 32, act or f"act {index}", index)


@given(st.integers(0, 16), st.integers(0, 16), st.integers(0, 16))
def test_the_verdict_is_the_truth(size, held, fork):
    """Of all logs up to 16, with a fork at any index or none: never called better or worse than it is."""
    standing = stand(size, head(held), head(fork), leaves=forked_at(fork))

    forked = fork < held <= size
    behind = max(held, fork) > size
    expected = "forked" if forked else "behind" if behind else "identical"
    assert standing.verdict == expected
    assert standing.behind == max(0, max(held, fork) - size)


def test_a_fork_is_bracketed_by_the_heads_that_agree_and_differ():
    """The nearest head that still agrees, and the nearest that does not."""
    told = stand(16, *map(head, (2, 5, 9, 12)), leaves=forked_at(7))

    assert (told.verdict, told.agreed, told.differs, told.where) == ("forked", 5, 9, "head 9")


def test_a_forged_head_never_moves_the_bracket_up():
    """Above the first that differs nothing is believed to agree."""
    told = stand(16, head(4), KnownHead(6, b"x" * 32, "odd"), head(9))

    assert (told.agreed, told.differs, told.where) == (4, 6, "odd")


@pytest.mark.parametrize(
    ("place", "verdict"), [(5, "identical"), (4, "forked"), (None, "forked")]
)
def test_an_act_must_stand_where_its_officer_keeps_it(place, verdict):
    """At another place, or nowhere, is another past."""
    told = stand(9, head(3), acts=[KnownAct("a", 5, "receipts")], places={"a": place})

    assert told.verdict == verdict


def test_an_act_beyond_the_end_is_missing():
    """The log is behind by what stands up to it."""
    told = stand(5, head(3), acts=[KnownAct("a", 7, "receipts")])

    assert (told.verdict, told.behind, told.where) == ("behind", 3, "receipts")


def test_receipts_keep_a_head_and_a_place():
    """Each line says both."""
    heads, acts = known([kept(4)], "receipts 甲")

    assert heads == [KnownHead(4, b"\xab" * 32, "receipts 甲")]
    assert acts == [KnownAct("act 4", 4, "receipts 甲")]


LOST = Lost("incident", 10, 20, "")


def test_an_incident_excuses_what_it_says_is_lost():
    """Not what stood before, and not what reaches further than it tells."""
    book = [kept(8), kept(9), kept(10), kept(19), kept(20)]

    assert binding(book, [LOST]) == [kept(8), kept(9), kept(20)]
    assert binding(book, []) == book


def test_an_incident_excuses_a_book_once():
    """What was kept after the incident was seen binds again, though its numbers are the same."""
    seen = kept(10, "incident")
    book = [kept(9), kept(12), seen, kept(13, "later")]

    assert binding(book, [LOST]) == [kept(9), seen, kept(13, "later")]


def test_a_later_incident_excuses_what_was_kept_since_the_first():
    """Two losses, each recorded."""
    book = [kept(12), kept(10, "incident"), kept(13, "later")]

    assert binding(book, [LOST, Lost("second", 12, 15, "")]) == [kept(10, "incident")]
