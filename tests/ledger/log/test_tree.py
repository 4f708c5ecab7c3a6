"""The tree: roots, node strings, and every proof in every small tree."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import ProofError
from ledger.log import tree

VECTORS = Path(__file__).parents[2] / "vectors" / "log"
ENTRIES = tuple(
    bytes.fromhex(entry)
    for entry in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
)
LEAVES = tuple(tree.leaf_hash(b"%d" % number) for number in range(100))
SHORT = b"\x00" * 31


def naive_root(leaves: Sequence[bytes]) -> bytes:
    """The definition of RFC 6962 §2.1, word for word."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"").digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + naive_root(leaves[:k]) + naive_root(leaves[k:])).digest()


def naive_inclusion(m: int, leaves: Sequence[bytes]) -> list[bytes]:
    """PATH(m, D[n]) of RFC 6962 §2.1.1, word for word."""
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m < k:
        return [*naive_inclusion(m, leaves[:k]), ROOTS[leaves[k:]]]
    return [*naive_inclusion(m - k, leaves[k:]), ROOTS[leaves[:k]]]


def naive_consistency(m: int, leaves: Sequence[bytes], *, whole: bool) -> list[bytes]:
    """SUBPROOF(m, D[n], b) of RFC 6962 §2.1.2, word for word."""
    if m == len(leaves):
        return [] if whole else [ROOTS[leaves]]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m <= k:
        return [*naive_consistency(m, leaves[:k], whole=whole), ROOTS[leaves[k:]]]
    return [*naive_consistency(m - k, leaves[k:], whole=False), ROOTS[leaves[:k]]]


class _Roots(dict[Sequence[bytes], bytes]):
    """Naive roots, each reckoned once."""

    def __missing__(self, leaves: Sequence[bytes]) -> bytes:
        self[leaves] = naive_root(leaves)
        return self[leaves]


ROOTS = _Roots()


def reader(leaves: Sequence[bytes]) -> tree.ReadHashes:
    """A reader over node strings, as the store keeps them."""
    _, node_strings = tree.append_all(0, (), leaves)

    def read(places: Sequence[tuple[int, int]]) -> list[bytes]:
        found = []
        for level, position in places:
            index, offset = tree.node_place(level, position)
            found.append(node_strings[index][offset : offset + 32])
        return found

    return read


READ = reader(LEAVES)


@pytest.mark.parametrize("size", [0, 1, 2, 3, 5, 7, 8])
def test_root_is_the_published_one(size: int) -> None:
    """The first entries have the roots every implementation of the tree finds."""
    published = json.loads((VECTORS / f"root-of-size-{size}.json").read_text())

    frontier, _ = tree.append_all(0, (), [tree.leaf_hash(entry) for entry in ENTRIES[:size]])

    assert [entry.hex() for entry in ENTRIES[:size]] == published["entries"]
    assert tree.root(frontier).hex() == published["root"]


def test_node_strings_are_the_worked_example() -> None:
    """The seven entries of the module's example have the node strings of the vector."""
    published = json.loads((VECTORS / "node-strings-of-size-7.json").read_text())

    frontier, strings = tree.append_all(0, (), [tree.leaf_hash(e) for e in ENTRIES[:7]])

    assert [string.hex() for string in strings] == published["node_strings"]
    assert [hash_.hex() for hash_ in frontier] == published["frontier"]


def test_node_string_holds_every_subtree_that_ends_with_the_leaf() -> None:
    """Each complete subtree of 100 leaves is found at its place, and nothing else is stored."""
    _, strings = tree.append_all(0, (), LEAVES)
    expected: dict[int, bytes] = {}
    for level in range(7):
        for position in range(100 >> level):
            index, offset = tree.node_place(level, position)
            assert offset == len(expected.get(index, b""))
            span = LEAVES[position << level : (position + 1) << level]
            expected[index] = expected.get(index, b"") + naive_root(span)

    assert dict(enumerate(strings)) == expected


def test_frontier_and_root_at_every_size() -> None:
    """Every earlier root and frontier up to 100 leaves is found again from node strings."""
    for size in range(101):
        frontier, _ = tree.append_all(0, (), LEAVES[:size])

        assert tree.frontier_at(size, READ) == frontier
        assert tree.root_at(size, READ) == tree.root(frontier) == ROOTS[LEAVES[:size]]


@given(
    leaves=st.lists(st.binary(min_size=32, max_size=32), max_size=80), cut=st.integers(0, 80)
)
def test_bulk_append_is_repeated_append_is_the_definition(
    leaves: list[bytes], cut: int
) -> None:
    """Appending at once, in two parts, or one by one gives the same tree: that of the RFC."""
    frontier: tree.Frontier = ()
    strings = []
    for size, leaf in enumerate(leaves):
        frontier, string = tree.append(size, frontier, leaf)
        strings.append(string)

    first, some = tree.append_all(0, (), leaves[:cut])
    second, rest = tree.append_all(len(leaves[:cut]), first, leaves[cut:])

    assert tree.append_all(0, (), leaves) == (frontier, strings) == (second, some + rest)
    assert tree.root(frontier) == naive_root(leaves)


def test_inclusion_of_all_leaves_of_all_trees_up_to_100() -> None:
    """Every inclusion proof is the RFC's and is accepted by the check."""
    for size in range(1, 101):
        leaves = LEAVES[:size]
        for index in range(size):
            proof = tree.prove_inclusion(index, size, READ)

            assert list(proof) == naive_inclusion(index, leaves)
            tree.check_inclusion(
                index=index, size=size, leaf=leaves[index], proof=proof, root=ROOTS[leaves]
            )


def test_consistency_of_all_trees_up_to_100() -> None:
    """Every consistency proof from m to n is the RFC's and is accepted by the check."""
    for new in range(101):
        for old in range(new + 1):
            proof = tree.prove_consistency(old, new, READ)

            assert list(proof) == (
                naive_consistency(old, LEAVES[:new], whole=True) if old else []
            )
            tree.check_consistency(
                old_size=old,
                new_size=new,
                old_root=ROOTS[LEAVES[:old]],
                new_root=ROOTS[LEAVES[:new]],
                proof=proof,
            )


def test_no_changed_inclusion_proof_is_accepted() -> None:
    """In trees up to 20: other index, other size, other leaf, a hash changed, less or more."""
    for size in range(1, 21):
        for index in range(size):
            good = {
                "index": index,
                "size": size,
                "leaf": LEAVES[index],
                "proof": tree.prove_inclusion(index, size, READ),
                "root": ROOTS[LEAVES[:size]],
            }
            for change in spoiled_inclusion(**good):
                with pytest.raises(ProofError):
                    tree.check_inclusion(**(good | change))


def spoiled_inclusion(*, index, size, leaf, proof, root):
    """Yield what makes a good inclusion proof a wrong one."""
    yield from ({"index": other} for other in range(-1, size + 1) if other != index)
    yield from ({"leaf": flipped(leaf)}, {"root": flipped(root)}, {"size": 0}, {"leaf": SHORT})
    yield from ({"proof": other} for other in spoiled(proof))


def spoiled(proof: tuple[bytes, ...]) -> list[tuple[bytes, ...]]:
    """Every proof with one hash changed, shortened, left out or put in."""
    places = range(len(proof))
    changed = [(*proof[:i], flipped(proof[i]), *proof[i + 1 :]) for i in places]
    shortened = [(*proof[:i], proof[i][:-1], *proof[i + 1 :]) for i in places]
    left_out = [(*proof[:i], *proof[i + 1 :]) for i in places]
    put_in = [(*proof[:i], LEAVES[99], *proof[i:]) for i in range(len(proof) + 1)]
    return changed + shortened + left_out + put_in


def flipped(hash_: bytes) -> bytes:
    """The hash with one bit changed."""
    return bytes([hash_[0] ^ 1]) + hash_[1:]


def test_no_changed_consistency_proof_is_accepted() -> None:
    """In trees up to 20: other roots, a hash changed, less or more."""
    for new in range(1, 21):
        for old in range(1, new + 1):
            good = {
                "old_size": old,
                "new_size": new,
                "old_root": ROOTS[LEAVES[:old]],
                "new_root": ROOTS[LEAVES[:new]],
                "proof": tree.prove_consistency(old, new, READ),
            }
            changes = [{"proof": other} for other in spoiled(good["proof"])]
            changes += [{"old_root": SHORT}, {"new_root": SHORT}, {"old_size": new + 1}]
            changes += [{name: flipped(good[name])} for name in ("old_root", "new_root")]
            for change in changes:
                with pytest.raises(ProofError):
                    tree.check_consistency(**(good | change))


def test_from_size_0_every_tree_may_grow() -> None:
    """The C2SP rule: the empty tree is a prefix of all others, shown by an empty proof."""
    tree.check_consistency(
        old_size=0, new_size=1, old_root=tree.EMPTY_ROOT, new_root=LEAVES[0], proof=()
    )
    tree.check_consistency(
        old_size=0, new_size=0, old_root=tree.EMPTY_ROOT, new_root=tree.EMPTY_ROOT, proof=()
    )


@pytest.mark.parametrize(
    ("sizes", "old_root", "new_root", "proof"),
    [
        ((0, 0), tree.EMPTY_ROOT, LEAVES[0], ()),
        ((0, 1), tree.EMPTY_ROOT, LEAVES[0], (LEAVES[0],)),
        ((-1, 1), tree.EMPTY_ROOT, LEAVES[0], ()),
    ],
)
def test_from_size_0_only_an_empty_proof_leads_on(
    sizes: tuple[int, int], old_root: bytes, new_root: bytes, proof: tuple[bytes, ...]
) -> None:
    """From size 0 no proof is accepted but the empty one, and size 0 itself keeps its root."""
    with pytest.raises(ProofError):
        tree.check_consistency(
            old_size=sizes[0],
            new_size=sizes[1],
            old_root=old_root,
            new_root=new_root,
            proof=proof,
        )


def sparse_read(places: Sequence[tuple[int, int]]) -> list[bytes]:
    """A reader of a tree whose leaves are all the same, of any size."""
    hashes = [LEAVES[0]]
    for _ in range(64):
        hashes.append(tree.node_hash(hashes[-1], hashes[-1]))
    return [hashes[level] for level, _ in places]


@pytest.mark.parametrize("size", [2**63 - 1, 2**63, 2**63 + 1, 2**64 - 1])
def test_proofs_hold_up_to_the_last_size(size: int) -> None:
    """Sizes and indexes go up to 2^64 - 1."""
    root = tree.root_at(size, sparse_read)

    for index in (0, 2**62, size - 1):
        proof = tree.prove_inclusion(index, size, sparse_read)
        tree.check_inclusion(index=index, size=size, leaf=LEAVES[0], proof=proof, root=root)
    for old in (1, 2**62 + 1, size - 1, size):
        proof = tree.prove_consistency(old, size, sparse_read)
        tree.check_consistency(
            old_size=old,
            new_size=size,
            old_root=tree.root_at(old, sparse_read),
            new_root=root,
            proof=proof,
        )


@pytest.mark.parametrize(
    "attempt",
    [
        lambda: tree.frontier_at(2**64, sparse_read),
        lambda: tree.frontier_at(-1, sparse_read),
        lambda: tree.append(2**64 - 1, tuple(LEAVES[:64]), LEAVES[0]),
        lambda: tree.prove_inclusion(2**64, 2**64 + 1, sparse_read),
        lambda: tree.prove_consistency(1, 2**64, sparse_read),
        lambda: tree.check_inclusion(
            index=0, size=2**64, leaf=LEAVES[0], proof=LEAVES[:64], root=LEAVES[0]
        ),
    ],
)
def test_no_tree_outgrows_its_limit(attempt: Callable[[], object]) -> None:
    """A size of 2^64, or below 0, is refused everywhere."""
    with pytest.raises(ProofError, match="tree size"):
        attempt()


@pytest.mark.parametrize(
    ("attempt", "reason"),
    [
        (lambda: tree.append(3, LEAVES[:1], LEAVES[3]), "2 hashes for size 3, found 1"),
        (lambda: tree.append(1, (SHORT,), LEAVES[1]), "32 bytes"),
        (lambda: tree.append(1, LEAVES[:1], SHORT), "32 bytes"),
        (lambda: tree.append_all(0, (), [LEAVES[0], SHORT]), "32 bytes"),
        (lambda: tree.root_at(1, lambda _: []), "1 stored hashes, found 0"),
        (lambda: tree.root_at(1, lambda _: [SHORT]), "32 bytes"),
        (lambda: tree.prove_inclusion(1, 1, READ), "index 1 is not below the tree size 1"),
        (lambda: tree.prove_inclusion(-1, 1, READ), "index -1"),
        (lambda: tree.prove_consistency(2, 1, READ), "old size 2"),
    ],
)
def test_what_is_no_tree_is_named(attempt: Callable[[], object], reason: str) -> None:
    """A frontier, hash, reader or index that cannot be is refused with its reason."""
    with pytest.raises(ProofError, match=reason):
        attempt()


def test_subtree_before_its_start_is_refused() -> None:
    """An index before the subtree's start is not in it."""
    with pytest.raises(ProofError, match="index -1"):
        tree.check_subtree_inclusion(
            index=3, subtree=(4, 8), leaf=LEAVES[3], proof=LEAVES[:2], root=LEAVES[0]
        )


def test_consistency_of_3_in_7_is_the_published_one() -> None:
    """The worked log's proof from 3 to 7 is the vector, and is accepted."""
    case = json.loads((VECTORS / "consistency-of-3-in-7.json").read_text())
    read = reader([tree.leaf_hash(entry) for entry in ENTRIES[:7]])

    proof = tree.prove_consistency(3, 7, read)

    assert [hash_.hex() for hash_ in proof] == case["proof"]
    tree.check_consistency(
        old_size=3,
        new_size=7,
        old_root=bytes.fromhex(case["old_root"]),
        new_root=bytes.fromhex(case["new_root"]),
        proof=proof,
    )
