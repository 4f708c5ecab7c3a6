"""Answers about one day: what held of each rule, and which rules were in force."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.records.rule.time import COUNTS
from projections.projection import Asked, Reading, Row
from projections.views.regulation_status.tables import SPANS


def status(reading: Reading, asked: Asked) -> Iterator[Row]:
    """Yield what held of each rule on the day asked about."""
    return reading.find(SPANS, asked.where, on=asked.day)


def in_force(reading: Reading, asked: Asked) -> Iterator[Row]:
    """Yield the rules that were in force on the day asked about, whole or in part."""
    return (row for row in status(reading, asked) if row["status"] in COUNTS)
