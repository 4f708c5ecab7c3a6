"""Incidents of a log: those that were recorded, and by which acts."""

from __future__ import annotations

from ledger.application.mapper import open_event
from ledger.errors import LedgerError
from ledger.log.standing import Lost
from ledger.records.incident import Recorded
from ledger.store.contract import LogReader

_MOST = 100_000


def read_incidents(reader: LogReader) -> list[Lost]:
    """Return what incidents say is lost, by index; what cannot be read is `verify`'s to name."""
    found = []
    try:
        records = reader.records("incident", limit=_MOST)
        rows = [row for record in records for row in reader.history(record)]
    except (LedgerError, ValueError):
        return []
    for row in sorted(rows, key=lambda each: each.index):
        try:
            _, happened = open_event(row.event, {Recorded.KIND: Recorded})
        except LedgerError:
            continue
        assert isinstance(happened, Recorded), "the one kind that is looked for"
        found.append(lost_by(row.act, happened))
    return found


def lost_by(act: str, happened: Recorded) -> Lost:
    """Return what an act's event says is lost."""
    return Lost(act, happened.size, happened.held_size, happened.held_root)
