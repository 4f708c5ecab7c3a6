"""The recorded times of a span: each has its form, none goes back, and an act has one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ledger.audit.forms import is_time
from ledger.findings import Finding
from ledger.store.contract import RawRow

Found = Callable[[Finding], None]


def check_times(events: Sequence[RawRow], *, span: tuple[int, int], found: Found) -> None:
    """Report every bad time of a span's events, which come with the one before the span."""
    lo, hi = span
    before: RawRow | None = None
    for row in events:
        if row[0] >= hi:
            return
        if before is None:
            if row[0] >= lo and not is_time(row[6]):
                found(_bad_time(row))
        elif row[6] != before[6]:
            _check_time(row, before, found)
        before = row


def _check_time(row: RawRow, before: RawRow, found: Found) -> None:
    if not is_time(row[6]):
        found(_bad_time(row))
    elif row[6] < before[6] and is_time(before[6]):
        message = f"recorded_at {row[6]} is before {before[6]} of the event before it"
        found(Finding("time.order", "edited", message, index=row[0], record=row[1]))
    elif row[5] == before[5]:
        message = f"recorded_at {row[6]}, though its act was recorded at {before[6]}"
        found(Finding("time.act", "edited", message, index=row[0], record=row[1]))


def _bad_time(row: RawRow) -> Finding:
    message = f"recorded_at {row[6][:40]!r} is no time"
    return Finding("time.form", "edited", message, index=row[0], record=row[1])
