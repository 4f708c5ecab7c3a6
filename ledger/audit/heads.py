"""The head: size, root, frontier and times, held against the rows that it stands for."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.audit.reading import END, FIRST, readable_at
from ledger.errors import LedgerError
from ledger.findings import Finding
from ledger.log.tree import EMPTY_ROOT, frontier_at, root, root_at
from ledger.store.contract import Head, LogReader

PLACE = "table head"


def read_head(reader: LogReader) -> tuple[Head, list[Finding]]:
    """Return the head, or the one that the rows call for if it cannot be read."""
    try:
        return reader.head(), []
    except (LedgerError, ValueError, TypeError) as error:
        message = f"cannot be read: {error}"
        finding = Finding("log.head", "unreadable", message, record=PLACE)
        return Head(_rows_end(reader), EMPTY_ROOT, ()), [finding]


def check_head(reader: LogReader, head: Head, *, corrected_at: str) -> Iterator[Finding]:
    """Yield what the head says that the rows do not."""
    yield from _check_size(reader, head)
    try:
        frontier = frontier_at(head.size, reader.read_hashes)
    except (LedgerError, ValueError) as error:
        # Rows are missing, or the size is out of range; the finding says which size failed.
        message = f"root of size {head.size} cannot be computed: {error}"
        yield Finding("log.root", "truncated", message, record=PLACE)
        return
    if root(frontier) != head.root:
        yield _bad_root(reader, head)
    if frontier != tuple(head.frontier):
        message = "column frontier is not the one computed"
        yield Finding("log.frontier", "edited", message, record=PLACE)
    yield from _check_times(reader, head, corrected_at)


def _check_size(reader: LogReader, head: Head) -> Iterator[Finding]:
    end = _rows_end(reader)
    if end > head.size:
        message = f"events run to {end - 1}, the head says size {head.size}"
        yield Finding("log.size", "rolled back", message, index=head.size, record=PLACE)
    try:
        below = reader.event_page(FIRST, 0, 16)
    except (LedgerError, ValueError):
        below = []
    for row in below:
        message = f"event row with index {row[0]}, below the log"
        yield Finding("log.index", "edited", message, index=None, record=str(row[1]))


def _bad_root(reader: LogReader, head: Head) -> Finding:
    for size in range(head.size - 1, max(0, head.size - 64), -1):
        try:
            if root_at(size, reader.read_hashes) == head.root:
                message = f"column root is that of size {size}"
                return Finding("log.root", "rolled back", message, record=PLACE)
        except LedgerError:
            break
    return Finding("log.root", "edited", "column root is not the one computed", record=PLACE)


def _check_times(reader: LogReader, head: Head, corrected_at: str) -> Iterator[Finding]:
    last = readable_at(reader, head.size - 1) if head.size else None
    if last is not None and head.recorded_at != last.recorded_at:
        message = (
            f"column recorded_at {head.recorded_at}, the last event has {last.recorded_at}"
        )
        yield Finding("time.head", "edited", message, record=PLACE)
    # Without a correction the clock has come exactly as far as the last time recorded.
    expected = head.recorded_at if head.recorded_at != corrected_at else ""
    if head.clock > head.recorded_at or (expected and head.clock != expected):
        message = f"column clock {head.clock[:40]!r}, expected {head.recorded_at}"
        yield Finding("time.clock", "edited", message, record=PLACE)


def _rows_end(reader: LogReader) -> int:
    """Return the index after the last event row, found by halving."""
    lo, hi = 0, END
    while lo < hi:
        middle = (lo + hi) // 2
        try:
            more = bool(reader.event_page(middle, END, 1))
        except (LedgerError, ValueError):
            more = True
        lo, hi = (middle + 1, hi) if more else (lo, middle)
    return lo
