"""The numbers of a series while its events go by: gaps and doubles are named where they arise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ledger.findings import Finding
from ledger.records.spans import Spans, add, holds

OPENED = "series.opened/1"
FOUND = "series.found/1"
GIVEN = ("series.allocated/1", FOUND)


class SeriesCheck:
    """The numbers of one series while its events go by."""

    def __init__(self, record: str) -> None:
        self.record = record
        self.first = 1
        self.last = 0
        self.seen: Spans = ()

    def take(self, index: int, happened: Any) -> Iterator[Finding | None]:
        """Take in an event; yields a finding, or None for what was entered as found, if it breaks."""
        if happened.KIND == OPENED:
            self.first = happened.first_number
        if happened.KIND not in GIVEN:
            return
        message = self._breaks(happened.n)
        if message and happened.KIND == FOUND:
            yield None
        elif message:
            place: dict[str, Any] = {"index": index, "record": self.record}
            if holds(self.seen, happened.n):
                yield Finding("series.double", "rule broken", message, **place)
            else:
                yield Finding("series.gap", "rule broken", message, **place)
        self.last = max(self.last, happened.n)
        self.seen = add(self.seen, happened.n)

    def _breaks(self, n: int) -> str:
        expected = max(self.last + 1, self.first)
        if holds(self.seen, n):
            return f"number {n} is given twice"
        return "" if n == expected else f"number {n} was given where {expected} was next"
