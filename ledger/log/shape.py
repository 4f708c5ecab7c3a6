"""The shape of the log's tree at a size: its complete subtrees, and what cannot be.

Numbers only; the hashes are `ledger.log.tree`'s. A place is (level, position): the complete
subtree over the 2^level leaves from position·2^level on. A span is (start, end): the leaves from
start on, before end. Each check raises `ProofError` where no tree is like that.
"""

from __future__ import annotations

from collections.abc import Iterable

from ledger.errors import ProofError

HASH_BYTES = 32
MAX_SIZE = 2**64 - 1

Frontier = tuple[bytes, ...]
Place = tuple[int, int]
Span = tuple[int, int]


def left_width(width: int) -> int:
    """Return the largest power of two smaller than a width above 1."""
    return 1 << (width - 1).bit_length() - 1


def trailing_zeros(number: int) -> int:
    """Return how many zero bits a number above 0 ends with."""
    return (number & -number).bit_length() - 1


def subtrees(start: int, end: int) -> list[Place]:
    """Return the complete subtrees that make up a subtree (start, end), the largest first."""
    places = []
    while start < end:
        level = (end - start).bit_length() - 1
        places.append((level, start >> level))
        start += 1 << level
    return places


def check_size(size: int) -> None:
    """Hold if a log can have this size."""
    if not 0 <= size <= MAX_SIZE:
        raise ProofError("tree size", f"expected 0 to 2^64 - 1, found {size}")


def check_index(index: int, size: int) -> None:
    """Hold if a log of this size has this index."""
    check_size(size)
    if not 0 <= index < size:
        raise ProofError("inclusion proof", f"index {index} is not below the tree size {size}")


def check_growth(old: int, new: int) -> None:
    """Hold if a log of the old size can have grown to the new one."""
    check_size(new)
    if not 0 <= old <= new:
        raise ProofError("consistency proof", f"old size {old} is not within new size {new}")


def check_subtree(start: int, end: int) -> None:
    """Hold if the span is a subtree: its start a multiple of the power of two that holds it."""
    check_size(end)
    width = 1 << max(0, end - start - 1).bit_length()
    if not 0 <= start <= end or start % width:
        raise ProofError("subtree", f"no tree has the subtree {start} to {end}")


def check_frontier(size: int, frontier: Frontier) -> None:
    """Hold if a frontier has the hashes that this size has."""
    check_size(size)
    if len(frontier) != size.bit_count():
        raise ProofError(
            "frontier",
            f"expected {size.bit_count()} hashes for size {size}, found {len(frontier)}",
        )
    check_hashes(frontier)


def check_hashes(hashes: Iterable[bytes]) -> None:
    """Hold if every hash has 32 bytes."""
    if not set(map(len, hashes)) <= {HASH_BYTES}:
        raise ProofError("hash", f"expected {HASH_BYTES} bytes, found another length")
