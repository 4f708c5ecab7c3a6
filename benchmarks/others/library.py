"""eventsourcing's own SQLite application, which signs nothing."""

from __future__ import annotations

import time
from pathlib import Path

from benchmarks.others import AT_ONCE, ONE_BY_ONE, Did, bytes_under
from benchmarks.others.unsigned import UnsignedLedger


def work(folder: Path) -> Did:
    """Save aggregates' events, one a commit and a thousand a commit; then read them all."""
    ledger = UnsignedLedger(folder / "library.db")
    single, many = ledger.singles(ONE_BY_ONE), ledger.items(AT_ONCE)
    started = time.perf_counter()
    for item in single:
        ledger.save([item], at_once=7)
    one = time.perf_counter()
    ledger.save(many, at_once=1000)
    bulk = time.perf_counter()
    count = ledger.read()
    read = time.perf_counter()
    assert count == ONE_BY_ONE + AT_ONCE
    ledger.close()
    return Did(
        ONE_BY_ONE / (one - started), AT_ONCE / (bulk - one), count / (read - bulk),
        bytes_under(folder) / count,
    )  # fmt: skip
