"""Chance that is the same on every machine and in every run: numbers drawn from a seed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any


class Chance:
    """Draws from a seed, one after the other."""

    def __init__(self, seed: str) -> None:
        """Begin with the first draw of this seed."""
        self._seed = seed
        self._drawn = 0

    def below(self, limit: int) -> int:
        """Draw a whole number from 0 on, below the limit."""
        self._drawn += 1
        digest = hashlib.blake2b(f"{self._seed} {self._drawn}".encode(), digest_size=8).digest()
        return int.from_bytes(digest) % limit

    def percent(self, share: int) -> bool:
        """Draw yes so many times out of a hundred."""
        return self.below(100) < share

    def pick(self, among: Sequence[Any]) -> Any:
        """Draw one of several."""
        return among[self.below(len(among))]
