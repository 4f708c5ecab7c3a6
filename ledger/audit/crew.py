"""Worker processes of a verification: each opens the store itself and is told what to look at.

A worker gets bytes and plain values, never code. Whoever dies or fails ends the run as unfinished;
it never counts as having found nothing.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, wait
from typing import Any, Self

from typing_extensions import override

from ledger.audit.authority import KINDS, Authority
from ledger.audit.forms import EventForms
from ledger.audit.histories import ActTable, Histories, HistoryReport, Wanted
from ledger.audit.spans import Ground, Span, SpanReport
from ledger.errors import LedgerError
from ledger.frozen import frozen
from ledger.store.contract import LogReader
from ledger.store.open import open_store
from ledger.workers import Speech, Workers


@frozen
class HistoryGround:
    """What every stretch of records is checked against."""

    authority: Authority
    acts: ActTable
    wanted: Wanted


Task = tuple[Any, Any]
_ALONE = "run it again, with --jobs 1"
Grounds = Ground | HistoryGround
Report = SpanReport | HistoryReport
SPEECH = Speech("verify", failed=_ALONE, ended=_ALONE)


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


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Look for cycles seldom: nearly all that is made in verifying dies at once, without any."""
    before = gc.get_threshold()
    gc.set_threshold(100_000)
    try:
        yield
    finally:
        gc.set_threshold(*before)


class Crew(Workers):
    """Worker processes that open the store by its address; they are started once a run.

    Who leads the crew works too: from the first moment on, while the workers get ready, and in between
    handing out tasks and taking in reports. So a crew of `jobs` has one worker less.
    """

    def __init__(self, url: str, jobs: int) -> None:
        super().__init__(_serve, url, jobs - 1)
        self._asleep: set[Connection] = set()

    @override
    def __enter__(self) -> Self:
        """Start the workers, which get ready while others work."""
        super().__enter__()
        self._asleep.update(self._lines)
        return self

    def run(
        self, reader: LogReader, ground: Grounds, tasks: Iterable[Task]
    ) -> Iterator[Report]:
        """Do all tasks; yields reports as they come, in no order. Who leads reads by `reader`.

        Raises:
            UnavailableError: a worker could not open the store, or ended before its work.
        """
        left = iter(tasks)
        shift = _Shift(ground, left, self._asleep)
        for line in self._lines:
            if line not in self._asleep:
                shift.begin(line)
        for report in run_alone(reader, ground, left):
            yield report
            yield from shift.reports(seconds=0)
        while shift.busy:
            yield from shift.reports(seconds=None)


class _Shift:
    """The handing out of one ground's tasks: two to each worker at first, one more for every one it ends."""

    def __init__(self, ground: Grounds, tasks: Iterator[Task], asleep: set[Connection]) -> None:
        self._ground = ground
        self._tasks = tasks
        self._asleep = asleep
        self._pending: dict[Connection, int] = {}

    @property
    def busy(self) -> list[Connection]:
        """The lines of the workers that have tasks; nobody waits for those that never had any."""
        return [line for line, count in self._pending.items() if count]

    def begin(self, line: Connection) -> None:
        """Tell a worker what its tasks are about, and the first two of them."""
        SPEECH.send(line, self._ground)
        self._pending[line] = _send_next(line, self._tasks) + _send_next(line, self._tasks)

    def reports(self, *, seconds: float | None) -> Iterator[Report]:
        """Yield all that the workers have to say, after so many seconds at most, or whenever it comes."""
        while ready := wait([*self.busy, *self._asleep], timeout=seconds):
            # A worker says two things of each task: who took in one at a time would keep it waiting for the next.
            seconds = 0
            for line in ready:
                assert isinstance(line, Connection)
                yield from self._take(line)

    def _take(self, line: Connection) -> Iterator[Report]:
        told: Report | None = SPEECH.receive(line)
        if told is not None:
            yield told
        elif line in self._asleep:
            self._asleep.remove(line)
            self.begin(line)
        else:
            self._pending[line] += _send_next(line, self._tasks) - 1


def _send_next(line: Connection, tasks: Iterator[Task]) -> int:
    task = next(tasks, None)
    if task is None:
        return 0
    SPEECH.send(line, task)
    return 1


def _serve(url: str, line: Connection) -> None:
    """Say None when ready, then answer until nobody asks: a ground silently; a task by its reports and None.

    A text is a failure, and the last thing that is said.
    """
    forms = EventForms(KINDS)
    with suppress(EOFError, OSError, KeyboardInterrupt), collecting_seldom():
        try:
            with open_store(url).snapshot() as reader:
                line.send(None)
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
