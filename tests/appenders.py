"""Processes that append to one store at once, as many officers do."""

from __future__ import annotations

import multiprocessing
from typing import Any

from ledger import canonical
from ledger.errors import ConflictError
from ledger.store.open import open_store
from tests.sealing import make_event, seal_events, stored

PROCESSES = 16
SERIES = "series/test"


def append_numbers(url: str, who: int, acts: int, gate: Any) -> None:
    """Take the next number of one series, over and over, deciding again after each lost race."""
    store = open_store(url)
    gate.wait()
    for number in range(acts):
        while not _take_number(store, f"test/{who}-{number}"):
            pass
    store.close()


def append_apart(url: str, who: int, acts: int, gate: Any) -> None:
    """Append to a record that nobody else writes to; no race is ever lost."""
    store = open_store(url)
    gate.wait()
    for _ in range(acts):
        _append(store, [_next(store, f"test/{who}")])
    store.close()


def run_at_once(work: Any, url: str, acts: int) -> list[int | None]:
    """Run sixteen processes from one gate; return their exit codes."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.appenders"])
    gate = context.Barrier(PROCESSES)
    workers = [
        context.Process(target=work, args=(url, who, acts, gate)) for who in range(PROCESSES)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return [worker.exitcode for worker in workers]


def _take_number(store: Any, document: str) -> bool:
    try:
        _append(
            store, [_next(store, SERIES, kind="series.allocated/1"), _next(store, document)]
        )
    except ConflictError:
        return False
    return True


def _next(store: Any, record: str, *, kind: str = "test.happened/1") -> bytes:
    last = store.last(record)
    if last is None:
        return make_event(record, 1, canonical.ZERO_DIGEST, kind=kind)
    return make_event(record, last.version + 1, canonical.digest(last.event), kind=kind)


def _append(store: Any, events: list[bytes]) -> None:
    head = store.head()
    sealed = seal_events(events, seen=(head.size, head.root))
    store.insert_events(stored([sealed]), acts=[sealed])
