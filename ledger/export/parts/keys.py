"""Keys as they were when they signed: whose, of which grade, good from which index to which.

A signature is *technical* where the office made the key itself, *certified* where a licensed authority's
certificate was shown (商用密码管理条例 Art. 24); what counts is the index in the log, never a clock.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ledger.application.mapper import open_event
from ledger.export.folded import named
from ledger.export.part import File, Making, table
from ledger.records import key

COLUMNS = (
    "key", "officer", "name", "suite", "grade", "enrolled_index", "enrolled_at", "revoked_index",
    "revoked_at", "reason", "compromised_since", "public",
)  # fmt: skip


def key_part(making: Making) -> Iterator[File]:
    """Yield the table of keys."""
    yield table("data/keys.csv", COLUMNS, lambda: _rows(making))


def _rows(making: Making) -> Iterator[dict[str, Any]]:
    for record in making.log.records("key", limit=1_000_000):
        if record not in making.scope.hidden:
            yield from _row(making, record)


def _row(making: Making, record: str) -> Iterator[dict[str, Any]]:
    told: dict[str, Any] = {"key": record.partition("/")[2]}
    state = key.FAMILY.initial
    for row in making.log.history(record, making.cover.size - 1):
        _, happened = open_event(row.event, making.kinds)
        state = key.FAMILY.evolve(state, happened)
        if isinstance(happened, key.Enrolled):
            told |= {"enrolled_index": row.index, "enrolled_at": row.recorded_at}
        if isinstance(happened, key.Revoked):
            told |= {"revoked_index": row.index, "revoked_at": row.recorded_at}
    if state.enrolled:
        yield told | {
            "officer": state.officer,
            "name": named(making, state.officer),
            "suite": state.suite,
            "grade": state.grade,
            "reason": state.revocation_reason if state.revoked else "",
            "compromised_since": state.compromised_since if state.revoked else None,
            "public": state.public,
        }
