"""The log: one tree over all entries, and the signed heads and proofs that speak for it."""

from __future__ import annotations

__all__ = [
    "checkpoint", "consistency", "cosignature", "cosigned", "inventory", "note", "policy", "proof", "receipt", "shape",
    "speaker", "spelling", "standing", "tiles", "tree", "witness", "witnessed",
]  # fmt: skip
