"""What a receiver without our software works by: the page of plain steps, and the caller of Go's sumdb."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources

from ledger.export.part import File, Making

CARRIED = ("VERIFY.md", "verify.go")


def guide_part(making: Making) -> Iterator[File]:
    """Yield the files that every bundle carries as they are."""
    del making
    for name in CARRIED:
        yield _carried(name)


def _carried(name: str) -> File:
    return File(name, lambda: [(resources.files("ledger.export.carried") / name).read_bytes()])
