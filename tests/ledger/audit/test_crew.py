"""The workers of a verification: who leads works too, and a worker that fails ends the run."""

from __future__ import annotations

import gc
import multiprocessing
import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from multiprocessing import Pipe

import pytest

from ledger.audit import verify as verifying
from ledger.audit.crew import Crew, _Shift, collecting_seldom
from ledger.audit.spans import SpanReport
from ledger.audit.verify import verify
from ledger.store.open import open_store
from tests.office import make_busy_office, pin_of


class Workless:
    """A process that is never started."""

    def __init__(self, args, **_):
        self.line = args[1]

    def start(self):
        """Say nothing."""

    def terminate(self):
        """There is nothing to end."""

    join = terminate


@pytest.fixture
def office(tmp_path, monkeypatch):
    """A small ledger in a database, which workers are started for all the same."""
    monkeypatch.setattr(verifying, "WORTH_WORKERS", 1)
    monkeypatch.setattr(verifying, "SPAN", 4)
    return make_busy_office(str(tmp_path / "ledger.db"))


@pytest.fixture
def instead(monkeypatch):
    """Something else runs in place of the worker's process."""

    def put(start):
        class Context:
            Pipe = staticmethod(Pipe)
            Process = type("Process", (Workless,), {"start": start})

        monkeypatch.setattr(multiprocessing, "get_context", lambda _: Context)

    return put


def test_workers_find_what_one_process_finds(office, monkeypatch):
    """With workers who are ready when it begins, and take their part of it, the verdict is the same."""
    begun = []
    enter, begin = Crew.__enter__, _Shift.begin

    def enter_and_wait(crew):
        enter(crew)
        assert all(line.poll(60) for line in crew._lines)
        return crew

    def note(shift, line):
        begin(shift, line)
        begun.append(shift._pending[line])

    monkeypatch.setattr(Crew, "__enter__", enter_and_wait)
    monkeypatch.setattr(_Shift, "begin", note)
    alone = verify(office.store, pin=pin_of(office), jobs=1)

    led = verify(open_store(office.store.url), pin=pin_of(office), jobs=2)

    assert begun == [2, 2]
    assert replace(led, seconds=0) == replace(alone, seconds=0)


def test_who_leads_does_it_all_while_no_worker_is_ready(office, instead):
    """A worker that never gets ready is not waited for, and nothing is left out."""
    held = []
    instead(lambda worker: held.append(os.dup(worker.line.fileno())))
    alone = verify(office.store, pin=pin_of(office), jobs=1)

    led = verify(open_store(office.store.url), pin=pin_of(office), jobs=3)

    for line in held:
        os.close(line)
    assert len(held) == 2
    assert replace(led, seconds=0) == replace(alone, seconds=0)
    assert led.verdict == "intact"


def test_records_are_shared_out_where_some_cannot_be_read(office, instead):
    """The places at which the records are cut among workers are looked for in what can be read."""
    with closing(sqlite3.connect(office.store.url)) as file:
        file.execute("DROP TRIGGER events_unchanged")
        file.execute("UPDATE events SET kind = CAST(x'ff' AS TEXT) WHERE \"index\" = 18")
        file.commit()
    held = []
    instead(lambda worker: held.append(os.dup(worker.line.fileno())))
    alone = verify(open_store(office.store.url), pin=pin_of(office), jobs=1)

    led = verify(open_store(office.store.url), pin=pin_of(office), jobs=2)

    for line in held:
        os.close(line)
    assert ("event.unreadable", 18) in {(each.code, each.index) for each in led.findings}
    assert replace(led, seconds=0) == replace(alone, seconds=0)


@pytest.mark.parametrize(
    ("said", "reason"),
    [("store ledger.db: it is locked", "it is locked"), (None, "ended early")],
)
def test_a_worker_that_fails_ends_the_run_unfinished(office, instead, said, reason):
    """Whether it says why or is gone when it was ready: it never counts as having found nothing."""
    instead(lambda worker: worker.line.send(said))

    verdict = verify(open_store(office.store.url), pin=pin_of(office), jobs=2)

    assert verdict.verdict == "unfinished"
    assert reason in verdict.unfinished


def test_all_that_workers_have_said_is_taken_in_at_once():
    """A worker that has done its two tasks when it is looked at gets two more, and does not wait for another look."""
    ours, theirs = Pipe()
    shift = _Shift(None, iter(range(9)), set())
    shift.begin(ours)
    assert [theirs.recv() for _ in range(3)] == [None, 0, 1]
    for report in (SpanReport(0), SpanReport(4)):
        theirs.send(report)
        theirs.send(None)

    taken = list(shift.reports(seconds=0))

    assert [report.lo for report in taken] == [0, 4]
    assert [theirs.recv(), theirs.recv(), theirs.poll()] == [2, 3, False]


def test_cycles_are_looked_for_as_before_once_it_is_done():
    """What a verification changes in its process it puts back."""
    before = gc.get_threshold()

    with collecting_seldom():
        assert gc.get_threshold() != before

    assert gc.get_threshold() == before
