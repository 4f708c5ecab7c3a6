"""Worker processes of a verification: each opens the store itself and is told what to look at.

A worker gets bytes and plain values, never code. Whoever dies or fails ends the run as unfinished;
it never counts as having found nothing.
"""

from __future__ import annotations

import gc
import multiprocessing
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from typing import Any

from ledger.audit.authority import KINDS, Authority
from ledger.audit.forms import EventForms
from ledger.audit.histories import ActTable, Histories, HistoryReport, Wanted
from ledger.audit.spans import Ground, Span, SpanReport
from ledger.errors import LedgerError, UnavailableError
from ledger.store.contract import LogReader
from ledger.store.open import open_store


@dataclass(frozen=True, slots=True)
class HistoryGround:
    """What every stretch of records is checked against."""

    authority: Authority
    acts: ActTable
    wanted: Wanted


Task = tuple[Any, Any]
Grounds = Ground | HistoryGround
Report = SpanReport | HistoryReport


def work(reader: LogReader, ground: Grounds, task: Task, forms: EventForms) -> Iterator[Report]:
    """Look at one span, or at one stretch of records; yields reports as they come."""
    lo, hi = task
    if isinstance(ground, Ground):
        yield Span(reader, ground, forms, lo=lo, hi=hi).check()
        return
    histories = Histories(
        reader, forms, authority=ground.authority, acts=ground.acts, wanted=ground.wanted
    )
    yield from histories.check(lo, hi)


def run_alone(reader: LogReader, ground: Grounds, tasks: Iterable[Task]) -> Iterator[Report]:
    """Do all tasks here; yields reports as they come."""
    forms = EventForms(KINDS)
    for task in tasks:
        yield from work(reader, ground, task, forms)


def run_crew(
    url: str, ground: Grounds, tasks: Iterable[Task], *, jobs: int
) -> Iterator[Report]:
    """Do all tasks in worker processes that open the store by its address.

    Raises:
        UnavailableError: a worker could not open the store, or ended before its work.
    """
    context = multiprocessing.get_context("spawn")
    workers: list[Any] = []
    idle: list[Connection] = []
    try:
        for _ in range(jobs):
            ours, theirs = context.Pipe()
            worker = context.Process(target=_serve, args=(url, ground, theirs), daemon=True)
            worker.start()
            theirs.close()
            workers.append(worker)
            idle.append(ours)
        yield from _hand_out(iter(tasks), idle)
    finally:
        for connection in idle:
            connection.close()
        for worker in workers:
            worker.terminate()
            worker.join()


def _hand_out(tasks: Iterator[Task], idle: list[Connection]) -> Iterator[Report]:
    """Give each worker two tasks at first and one more for every task it ends."""
    pending = dict.fromkeys(idle, 0)
    for connection in [*idle, *idle]:
        pending[connection] += _send(connection, tasks)
    while busy := [each for each, count in pending.items() if count]:
        for ready in wait(busy):
            assert isinstance(ready, Connection)
            told = _receive(ready)
            if told is None:
                pending[ready] += _send(ready, tasks) - 1
            else:
                yield told


def _send(connection: Connection, tasks: Iterator[Task]) -> int:
    task = next(tasks, None)
    if task is None:
        return 0
    connection.send(task)
    return 1


def _receive(connection: Connection) -> Report | None:
    try:
        told = connection.recv()
    except (EOFError, OSError) as error:
        raise UnavailableError(
            "verify", "a worker process ended early", todo="run it again, with --jobs 1"
        ) from error
    if isinstance(told, str):
        raise UnavailableError("verify", told, todo="run it again, with --jobs 1")
    return told  # type: ignore[no-any-return]


def _serve(url: str, ground: Grounds, connection: Connection) -> None:
    """Answer tasks until nobody asks: reports, then None for each task; a text is a failure."""
    # Nearly all that is made here dies at once, without cycles: look for them seldom.
    gc.set_threshold(100_000)
    forms = EventForms(KINDS)
    with suppress(EOFError, OSError, KeyboardInterrupt):
        try:
            store = open_store(url)
            with store.snapshot() as reader:
                while True:
                    task = connection.recv()
                    for report in work(reader, ground, task, forms):
                        connection.send(report)
                    connection.send(None)
        except LedgerError as error:
            connection.send(str(error))
