"""Worker processes of a verification: each opens the store itself and is told what to look at.

A worker gets bytes and plain values, never code. Whoever dies or fails ends the run as unfinished;
it never counts as having found nothing.
"""

from __future__ import annotations

import gc
import multiprocessing
from collections.abc import Iterable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from typing import Any, Self

from ledger.audit.authority import KINDS, Authority
from ledger.audit.forms import EventForms
from ledger.audit.histories import ActTable, Histories, HistoryReport, Wanted
from ledger.audit.spans import Ground, Span, SpanReport
from ledger.errors import LedgerError, UnavailableError
from ledger.frozen import frozen
from ledger.store.contract import LogReader
from ledger.store.open import open_store


@frozen
class HistoryGround:
    """What every stretch of records is checked against."""

    authority: Authority
    acts: ActTable
    wanted: Wanted


Task = tuple[Any, Any]
Grounds = Ground | HistoryGround
Report = SpanReport | HistoryReport


def work(reader: LogReader, ground: Grounds, task: Task, forms: EventForms) -> Iterator[Report]:
    """Look at one span, one stretch of records, or several records; yields reports as they come."""
    lo, hi = task
    if isinstance(ground, Ground):
        yield Span(reader, ground, forms, lo=lo, hi=hi).check()
        return
    histories = Histories(
        reader, forms, authority=ground.authority, acts=ground.acts, wanted=ground.wanted
    )
    if hi is None:
        yield from histories.check_each(lo)
    else:
        yield from histories.check(lo, hi)


def run_alone(reader: LogReader, ground: Grounds, tasks: Iterable[Task]) -> Iterator[Report]:
    """Do all tasks here; yields reports as they come."""
    forms = EventForms(KINDS)
    for task in tasks:
        yield from work(reader, ground, task, forms)


class Crew:
    """Worker processes that open the store by its address; they are started once a run."""

    def __init__(self, url: str, jobs: int) -> None:
        self._url = url
        self._jobs = jobs
        self._workers: list[Any] = []
        self._lines: list[Connection] = []

    def __enter__(self) -> Self:
        """Start the workers, which get ready while others still think."""
        context = multiprocessing.get_context("spawn")
        for _ in range(self._jobs):
            ours, theirs = context.Pipe()
            worker = context.Process(target=_serve, args=(self._url, theirs), daemon=True)
            worker.start()
            theirs.close()
            self._workers.append(worker)
            self._lines.append(ours)
        return self

    def __exit__(self, *_: object) -> None:
        """End the workers, whatever they are doing."""
        for line in self._lines:
            line.close()
        for worker in self._workers:
            worker.terminate()
            worker.join()

    def run(self, ground: Grounds, tasks: Iterable[Task]) -> Iterator[Report]:
        """Do all tasks; yields reports as they come, in no order.

        Raises:
            UnavailableError: a worker could not open the store, or ended before its work.
        """
        for line in self._lines:
            _send(line, ground)
        yield from _hand_out(iter(tasks), self._lines)


def _hand_out(tasks: Iterator[Task], lines: list[Connection]) -> Iterator[Report]:
    """Give each worker two tasks at first and one more for every task it ends."""
    pending = dict.fromkeys(lines, 0)
    for line in [*lines, *lines]:
        pending[line] += _send_next(line, tasks)
    while busy := [each for each, count in pending.items() if count]:
        for ready in wait(busy):
            assert isinstance(ready, Connection)
            told = _receive(ready)
            if told is None:
                pending[ready] += _send_next(ready, tasks) - 1
            else:
                yield told


def _send_next(line: Connection, tasks: Iterator[Task]) -> int:
    task = next(tasks, None)
    if task is None:
        return 0
    _send(line, task)
    return 1


def _send(line: Connection, message: Grounds | Task) -> None:
    try:
        line.send(message)
    except OSError as error:
        raise _ended_early() from error


def _ended_early() -> UnavailableError:
    return UnavailableError(
        "verify", "a worker process ended early", todo="run it again, with --jobs 1"
    )


def _receive(connection: Connection) -> Report | None:
    try:
        told = connection.recv()
    except (EOFError, OSError) as error:
        raise _ended_early() from error
    if isinstance(told, str):
        raise UnavailableError("verify", told, todo="run it again, with --jobs 1")
    return told  # type: ignore[no-any-return]


def _serve(url: str, line: Connection) -> None:
    """Answer until nobody asks: a ground silently; each task by its reports and then None.

    A text is a failure, and the last thing that is said.
    """
    # Nearly all that is made here dies at once, without cycles: look for them seldom.
    gc.set_threshold(100_000)
    forms = EventForms(KINDS)
    with suppress(EOFError, OSError, KeyboardInterrupt):
        try:
            with open_store(url).snapshot() as reader:
                _answer(reader, line, forms)
        except LedgerError as error:
            line.send(str(error))


def _answer(reader: LogReader, line: Connection, forms: EventForms) -> None:
    ground: Grounds | None = None
    while True:
        message = line.recv()
        if isinstance(message, Ground | HistoryGround):
            ground = message
            continue
        assert ground is not None, "a task was sent before its ground"
        for report in work(reader, ground, message, forms):
            line.send(report)
        line.send(None)
