"""The log's tree: one root hash over all entries, and short proofs that it kept its promises.

A pure rendering of RFC 6962 §2.1, checked by RFC 9162 §2.1.3.2 and §2.1.4.2; it reads no store.

* leaf hash = SHA-256(`00` ‖ entry); node hash = SHA-256(`01` ‖ left ‖ right); both 32 bytes.
* The root of 0 leaves is SHA-256 of nothing, of 1 leaf its leaf hash; of n > 1 leaves, with k the
  largest power of two smaller than n, node(root of the first k, root of the rest).
* A *complete subtree* (level, position) covers the 2^level leaves from position·2^level on.
* The *frontier* of n leaves is one hash for each set bit of n, the largest subtree first.
* The *node string* of leaf i is its leaf hash ‖ the hash of every larger complete subtree that
  ends with leaf i, smallest first: 32·(1 + number of trailing one bits of i) bytes. So subtree
  (level, position) stands in the node string of leaf (position + 1)·2^level − 1, at byte
  32·level, and any root or proof needs O(log n) node strings.
* Sizes are at most 2^64 − 1, and every index is below its size.

Worked example (a vector). Seven entries, in hex: (empty), 00, 10, 2021, 3031, 40414243,
5051525354555657; the node strings have 32, 64, 32, 96, 32, 64 and 32 bytes; subtree (2, 0) is the
last third of the fourth. The frontier holds three hashes, the roots are

    0  e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
    1  6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d
    2  fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125
    3  aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77
    7  ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c

and the proof that leaf 5 is among the 7 is the hash of leaf 4, then of leaf 6, then subtree
(2, 0).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

from ledger.errors import ProofError
from ledger.log.shape import (
    HASH_BYTES,
    Frontier,
    Place,
    Span,
    check_frontier,
    check_growth,
    check_hashes,
    check_index,
    check_size,
    check_subtree,
    left_width,
    subtrees,
    trailing_zeros,
)

EMPTY_ROOT = sha256(b"").digest()

ReadHashes = Callable[[Sequence[Place]], Sequence[bytes]]


def leaf_hash(entry: bytes) -> bytes:
    """Return the 32-byte hash of an entry as a leaf (RFC 6962 §2.1)."""
    return sha256(b"\x00" + entry).digest()


def leaf_hashes(entries: Iterable[bytes]) -> list[bytes]:
    """Return the hash of each entry as a leaf, in order."""
    return [sha256(b"\x00" + entry).digest() for entry in entries]


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the 32-byte hash of two neighbouring subtrees (RFC 6962 §2.1)."""
    return sha256(b"\x01" + left + right).digest()


def node_place(level: int, position: int) -> tuple[int, int]:
    """Return (leaf index, byte offset) where the complete subtree stands in the node strings."""
    return ((position + 1) << level) - 1, HASH_BYTES * level


def append(size: int, frontier: Frontier, leaf: bytes) -> tuple[Frontier, bytes]:
    """Return the frontier after one more leaf hash, and that leaf's node string.

    Raises:
        ProofError: as `append_all`.
    """
    frontier, (node_string,) = append_all(size, frontier, (leaf,))
    return frontier, node_string


def append_all(
    size: int, frontier: Frontier, leaf_hashes: Sequence[bytes]
) -> tuple[Frontier, list[bytes]]:
    """Return the frontier after these leaf hashes, and their node strings, in order.

    Raises:
        ProofError: the frontier is not one of this size, a hash has not 32 bytes, or the log
            would outgrow `MAX_SIZE`.
    """
    check_size(size + len(leaf_hashes))
    check_frontier(size, frontier)
    check_hashes(leaf_hashes)
    stack = list(frontier)
    node_strings = []
    for index, leaf in enumerate(leaf_hashes, size):
        node = node_string = leaf
        carry = index
        while carry & 1:
            node = sha256(b"\x01" + stack.pop() + node).digest()
            node_string += node
            carry >>= 1
        stack.append(node)
        node_strings.append(node_string)
    return tuple(stack), node_strings


def root(frontier: Sequence[bytes]) -> bytes:
    """Return the root hash of the tree with this frontier (`EMPTY_ROOT` if it is empty)."""
    if not frontier:
        return EMPTY_ROOT
    rest = frontier[-1]
    for larger in reversed(frontier[:-1]):
        rest = node_hash(larger, rest)
    return rest


def frontier_at(size: int, read: ReadHashes) -> Frontier:
    """Return the frontier the log had at this size.

    Raises:
        ProofError: the size is out of range, or the reader gave something else than asked for.
    """
    check_size(size)
    return tuple(_read(subtrees(0, size), read))


def root_at(size: int, read: ReadHashes) -> bytes:
    """Return the root hash the log had at this size.

    Raises:
        ProofError: as `frontier_at`.
    """
    return root(frontier_at(size, read))


def prove_inclusion(index: int, size: int, read: ReadHashes) -> tuple[bytes, ...]:
    """Return the proof that a leaf is in the tree of this size, the leaf's sibling first.

    Source: RFC 9162 §2.1.3.1.

    Raises:
        ProofError: the index is not below the size, or as `frontier_at`.
    """
    check_index(index, size)
    lo, hi = 0, size
    spans = []
    while hi - lo > 1:
        middle = lo + left_width(hi - lo)
        if index < middle:
            spans.append((middle, hi))
            hi = middle
        else:
            spans.append((lo, middle))
            lo = middle
    return _roots_of(spans[::-1], read)


def prove_consistency(old: int, new: int, read: ReadHashes) -> tuple[bytes, ...]:
    """Return the proof that the tree of `old` leaves is a prefix of the tree of `new` leaves.

    Empty if `old` is 0 or equal to `new`. Source: RFC 9162 §2.1.4.1.

    Raises:
        ProofError: `old` is above `new`, or as `frontier_at`.
    """
    check_growth(old, new)
    if old == 0:
        return ()
    lo, hi = 0, new
    spans = []
    while hi != old:
        middle = lo + left_width(hi - lo)
        if old <= middle:
            spans.append((middle, hi))
            hi = middle
        else:
            spans.append((lo, middle))
            lo = middle
    if (
        lo > 0
    ):  # The old root is known to the checker only where it is a subtree of the new tree.
        spans.append((lo, hi))
    return _roots_of(spans[::-1], read)


def check_inclusion(
    *, index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes
) -> None:
    """Hold if the proof shows this leaf hash at this index under this root (RFC 9162 §2.1.3.2).

    Raises:
        ProofError: it does not show it.
    """
    check_index(index, size)
    check_hashes((leaf, root, *proof))
    low, last = index, size - 1
    reached = leaf
    for hash_ in proof:
        _check_hashes_left(last == 0)
        if low & 1 or low == last:
            reached = node_hash(hash_, reached)
            shift = trailing_zeros(low)
            low, last = low >> shift, last >> shift
        else:
            reached = node_hash(reached, hash_)
        low, last = low >> 1, last >> 1
    _check_hashes_missing(last)
    _check_same("root", expected=root, found=reached)


def check_consistency(
    *, old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """Hold if the proof shows the old tree to be a prefix of the new one (RFC 9162 §2.1.4.2).

    From size 0 every tree may grow (C2SP): the proof is then empty, and neither root is looked at.
    That the old one is `EMPTY_ROOT` is for whoever took it from somewhere (`ledger.log.checkpoint`).

    Raises:
        ProofError: it does not show it.
    """
    if old_size == new_size:
        _check_same("new root", expected=old_root, found=new_root)
    if old_size == 0:
        check_growth(old_size, new_size)
        _check_hashes_left(len(proof))
        return
    check_subtree_consistency(
        subtree=(0, old_size), size=new_size, subtree_root=old_root, root=new_root, proof=proof
    )


def check_subtree_inclusion(
    *, index: int, subtree: Span, leaf: bytes, proof: Sequence[bytes], root: bytes
) -> None:
    """Hold if the proof shows this leaf hash at this index of the log under a subtree's root.

    The subtree is (start, end): the leaves from start on, before end.

    Raises:
        ProofError: it does not show it, or no tree has such a subtree.
    """
    start, end = subtree
    check_subtree(start, end)
    check_inclusion(index=index - start, size=end - start, leaf=leaf, proof=proof, root=root)


def check_subtree_consistency(
    *, subtree: Span, size: int, subtree_root: bytes, root: bytes, proof: Sequence[bytes]
) -> None:
    """Hold if the proof shows the subtree (start, end) to stand in the tree of this size.

    With start = 0 this is the check of RFC 9162 §2.1.4.2, which it widens. An empty subtree has
    the empty root and an empty proof; it says nothing about the tree.

    Raises:
        ProofError: it does not show it, or no tree has such a subtree.
    """
    start, end = subtree
    check_subtree(start, end)
    check_growth(end, size)
    if start == end:
        _check_hashes_left(len(proof))
        _check_same("empty subtree's root", expected=subtree_root, found=EMPTY_ROOT)
        return
    if proof:  # Without one nothing is hashed: the roots are equal, or they are refused.
        check_hashes((subtree_root, root, *proof))
    low, end_last, last = start, end - 1, size - 1
    shift = (low ^ end_last).bit_length()
    if end_last != last:
        shift = min(shift, trailing_zeros(end_last + 1))
    path = (low >> shift, end_last >> shift, last >> shift)
    known = (subtree_root, *proof) if path[0] == path[1] else tuple(proof)
    inner, outer = _climb(path, known)
    _check_same("old root", expected=subtree_root, found=inner)
    _check_same("new root", expected=root, found=outer)


def _climb(path: tuple[int, int, int], hashes: tuple[bytes, ...]) -> tuple[bytes, bytes]:
    """Return the subtree's and the tree's root to which the hashes of a proof lead.

    The path is (start, end - 1, size - 1), counted in subtrees as large as the first hash covers.
    """
    low, end_last, last = path
    _check_hashes_missing(not hashes)
    inner = outer = hashes[0]
    for hash_ in hashes[1:]:
        _check_hashes_left(last == 0)
        shift = 1
        if end_last & 1 or end_last == last:
            inner = node_hash(hash_, inner) if low < end_last else inner
            outer = node_hash(hash_, outer)
            shift += trailing_zeros(end_last)
        else:
            outer = node_hash(outer, hash_)
        low, end_last, last = low >> shift, end_last >> shift, last >> shift
    _check_hashes_missing(last)
    return inner, outer


def _roots_of(spans: Sequence[Span], read: ReadHashes) -> tuple[bytes, ...]:
    """Return the root of each span, all hashes being asked of the reader at once."""
    places = [subtrees(start, end) for start, end in spans]
    hashes = iter(_read([place for span in places for place in span], read))
    return tuple(root([next(hashes) for _ in span]) for span in places)


def _read(places: Sequence[Place], read: ReadHashes) -> Sequence[bytes]:
    hashes = read(places) if places else ()
    if len(hashes) != len(places):
        raise ProofError("tree", f"expected {len(places)} stored hashes, found {len(hashes)}")
    check_hashes(hashes)
    return hashes


def _check_hashes_left(count: int) -> None:
    if count:
        raise ProofError("proof", "it has more hashes than the tree size allows")


def _check_hashes_missing(count: int) -> None:
    if count:
        raise ProofError("proof", "it has fewer hashes than the tree size demands")


def _check_same(what: str, *, expected: bytes, found: bytes) -> None:
    if expected != found:
        raise ProofError(what, f"expected {expected.hex()}, the proof leads to {found.hex()}")
