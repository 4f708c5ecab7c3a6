"""Reading evidence rows that may be damaged: what cannot be read is a finding, and reading goes on.

A page that the store cannot read is halved until the rows that spoil it are alone. Where the store
can hardly be read at all, halving stops after a bounded number of tries and names the rest as a span.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from ledger.errors import LedgerError, ProofError, UnavailableError
from ledger.findings import Finding
from ledger.store.contract import EVENT_COLUMNS, SEAL_COLUMNS, EventRow, LogReader, RawRow

FIRST = -(2**63)
END = 2**63 - 1
MAX_TRIES = 512
UNREADABLE = (ProofError, UnavailableError)
"""What a store says of a table that it cannot read, or in which something of another type stands."""

Page = Callable[[int, int, int], Sequence[RawRow]]


@dataclass
class Halving:
    """How often reading failed so far in this run, so that it ends whatever the store does."""

    failed: int = 0
    findings: list[Finding] = field(default_factory=list)

    def read(self, page: Page, lo: int, hi: int, *, table: str) -> list[RawRow]:
        """Return the rows of a span whose first column is its index; at most one row each."""
        try:
            return self._fit(page(lo, hi, hi - lo + 1), table)
        except (LedgerError, ValueError, TypeError) as error:
            self.failed += 1
            if hi - lo == 1 or self.failed > MAX_TRIES:
                self.findings.append(_unreadable(table, lo, hi, error))
                return []
        middle = (lo + hi) // 2
        return self.read(page, lo, middle, table=table) + self.read(
            page, middle, hi, table=table
        )

    def _fit(self, rows: Sequence[RawRow], table: str) -> list[RawRow]:
        types = SEAL_COLUMNS if table == "seals" else EVENT_COLUMNS
        fit = fitting(rows, types)
        if len(fit) < len(rows):
            for row in rows:
                if not fits(row, types):
                    wrong = TypeError("a column holds something of another type")
                    self.findings.append(_unreadable(table, row[0], row[0] + 1, wrong))
        return fit


def fitting(rows: Sequence[RawRow], types: tuple[type, ...] = EVENT_COLUMNS) -> list[RawRow]:
    """Return the rows every column of which holds what its type says, in order."""
    # Nearly always all do: a column at a time takes two thirds of the time of a row at a time.
    held = [set(map(type, column)) for column in zip(*rows, strict=True)]
    if held == [{each} for each in types]:
        return list(rows)
    return [row for row in rows if fits(row, types)]


def fits(row: RawRow, types: tuple[type, ...] = EVENT_COLUMNS) -> bool:
    """Tell whether every column of a row holds what its type says."""
    return tuple(map(type, row)) == types


def readable_at(reader: LogReader, index: int) -> EventRow | None:
    """Return the event at an index, or None where none can be read, which the first pass names."""
    try:
        return reader.event_at(index)
    except (LedgerError, ValueError):
        return None


def kept_unreadable(family: str, error: Exception) -> Finding:
    """Return that what a store keeps beside the log, for a family of checks, cannot be read."""
    message = f"what is kept cannot be read: {str(error)[:120]}"
    return Finding(f"{family}.unreadable", "unreadable", message)


def _unreadable(table: str, lo: int, hi: int, error: Exception) -> Finding:
    place = f"row {lo}" if hi - lo == 1 else f"rows {lo} to {hi - 1}"
    message = f"{table} {place} cannot be read: {str(error)[:120]}"
    if table == "seals":
        return Finding("seal.unreadable", "unreadable", message, index=lo)
    return Finding("event.unreadable", "unreadable", message, index=lo)


def spans(
    reader: LogReader, *, size: int, width: int, start: int = 0
) -> Iterator[tuple[int, int]]:
    """Yield the aligned spans of a log in which a row of events or seals stands or should stand.

    The first one begins at `start`. A gap of any length costs one step, and where nothing can be read at
    all, `MAX_TRIES` spans on end are enough to say so: the run ends whatever indexes and size say.
    """
    lo, unread_on_end = start, 0
    while True:
        following = lo // width * width + width
        yield lo, following
        lo = following
        if lo < size and unread_on_end < MAX_TRIES:
            standing, unread = _first(reader.event_page, lo, lo + width)
            unread_on_end = unread_on_end + 1 if unread else 0
            if unread or standing is not None:
                continue
        standing, unread = _next(reader, lo)
        if unread and (lo >= size or unread_on_end):
            # Whether more stands there cannot be told: once is enough to name it.
            yield lo, lo + width
            return
        unread_on_end = 0
        if standing is None:
            return
        lo = standing // width * width


def _next(reader: LogReader, start: int) -> tuple[int | None, bool]:
    """Return the first index from `start` on at which an event or a seal stands, if any; and whether reading failed."""
    found, unread = [], False
    for page in (reader.event_page, reader.seal_page):
        first, failed = _first(page, start, END)
        unread = unread or failed
        if failed or first is not None:
            found.append(start if first is None else first)
    return min(found, default=None), unread


def _first(page: Page, lo: int, hi: int) -> tuple[int | None, bool]:
    """Return the first index of a span at which a row stands, if any; and whether reading failed."""
    try:
        rows = page(lo, hi, 1)
        return int(rows[0][0]) if rows else None, False
    except (LedgerError, ValueError, TypeError):
        return None, True
