"""What a user would pick instead, doing the same work: each keeps the same records, and looks at them again.

Every side has a folder of its own and tells how many a second it took, one at a time and many at once, how
many it looked at again, and how much of the disk it needs. What it cannot do, it leaves out.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

RECORD_BYTES = 450
ONE_BY_ONE = 500
AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class Did:
    """What a side did, in records a second; None is what it has no way to do."""

    one_by_one: float | None
    at_once: float | None
    again: float | None
    bytes_each: float


@dataclass(frozen=True, slots=True)
class Other:
    """A side: its name, what it shows of a change, and how it does the work in a folder."""

    name: str
    shows: str
    work: Callable[[Path], Did]


def records(count: int) -> list[bytes]:
    """Return so many records, no two alike."""
    return [os.urandom(RECORD_BYTES) for _ in range(count)]


def bytes_under(folder: Path) -> int:
    """Return how much lies in a folder and below."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
