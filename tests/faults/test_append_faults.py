"""An append that fails at any point leaves all of it or nothing, and can be asked for again.

Every statement of an append, COMMIT too, fails in each of three ways: before it was run; after it
was run, the answer lost; and with the connection gone. Then the log is read whole and checked, and
the same act is appended again: its first result is the answer, whatever had happened.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from ledger import canonical
from ledger.errors import (
    OutcomeUnknownError,
    UnavailableError,
)
from ledger.store.inserting import MANY_ROWS
from ledger.store.open import open_store
from ledger.store.wire import Wire
from tests.conformance.conftest import POSTGRESQL, SQLITE, address
from tests.conformance.whole import check_whole
from tests.sealing import Sealer

# The statements of one append with content, in order; the seen head is an older one.
STATEMENTS = (
    "BEGIN",
    "SELECT size, root",
    "SELECT act, first_index",
    "last event",
    "nodes",
    "known content",
    "INSERT INTO seals",
    "INSERT INTO events",
    "INSERT INTO content",
    "UPDATE head",
    "read back",
    "COMMIT",
)
BEFORE, AFTER, GONE = "before", "after", "gone"
KINDS = (SQLITE, pytest.param(POSTGRESQL, marks=pytest.mark.postgresql))


class Faults:
    """Makes the nth statement of an append fail in some way."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.run: list[str] = []
        self.at: int | None = None
        self.way = BEFORE
        self._real = Wire.run
        monkeypatch.setattr(Wire, "run", self._run_or_fail())

    def _run_or_fail(self) -> Any:
        faults = self

        def run(wire: Wire, sql: str, values: Any = ()) -> Any:
            faults.run.append(sql)
            if faults.at is None or len(faults.run) - 1 != faults.at:
                return faults._real(wire, sql, values)
            if faults.way == AFTER:
                faults._real(wire, sql, values)
            if faults.way == GONE:
                wire._connection.invalidate()
            raise UnavailableError("store", "a fault") from _driver_error(wire)

        return run

    @contextmanager
    def failing(self, at: int, way: str) -> Iterator[None]:
        """Let the nth statement from here fail."""
        self.run, self.at, self.way = [], at, way
        yield
        self.at = None


def _driver_error(wire: Wire) -> Exception:
    """Return what a driver says when the connection is lost: nothing that helps."""
    return (
        sqlite3.OperationalError("disk I/O error")
        if wire.speech.name == SQLITE
        else psycopg.OperationalError("the connection is lost")
    )


@pytest.fixture
def faults(monkeypatch):
    """Faults that can be switched on."""
    return Faults(monkeypatch)


@pytest.fixture(params=KINDS)
def store(request, tmp_path):
    """A store in each database."""
    with address(request.param, tmp_path, request) as url:
        opened = open_store(url, create=True)
        yield opened
        opened.close()


def prepared(store):
    """Return a writer and an act of two events that has seen an older head, with content."""
    writer = Sealer(store)
    writer.act("test/a", "test/b")
    writer.act("test/a")
    sealed = writer.seal("test/a", "test/c")
    Sealer(store).act("test/d")
    return writer, sealed


@pytest.mark.parametrize("way", [BEFORE, AFTER, GONE])
@pytest.mark.parametrize("at", range(len(STATEMENTS)), ids=STATEMENTS)
def test_a_fault_at_any_statement_loses_nothing_and_doubles_nothing(store, faults, at, way):
    """All or nothing is there, and asking again gives the one result there is."""
    writer, sealed = prepared(store)
    content = [content_row()]
    with faults.failing(at, way), pytest.raises(UnavailableError) as stopped:
        writer.append(sealed, content=content)

    found = store.find_act(sealed.act.act)
    check_whole(store)
    again = writer.append(sealed, content=content)

    is_commit = at == len(STATEMENTS) - 1
    assert isinstance(stopped.value, OutcomeUnknownError) == is_commit
    assert (found is not None) == (is_commit and way == AFTER)
    assert again == [4, 5]
    assert store.head().size == 6
    check_whole(store)


def content_row() -> tuple[str, bytes, bytes]:
    """Return content under its salted digest."""
    return canonical.digest(b"salt" + b"bytes"), b"salt", b"bytes"


def test_the_table_of_faults_names_every_statement(store, faults):
    """A statement that is added to an append is tried with faults too."""
    writer, sealed = prepared(store)
    faults.run = []

    writer.append(sealed, content=[content_row()])

    assert len(faults.run) == len(STATEMENTS)
    for sql, name in zip(faults.run, STATEMENTS, strict=True):
        assert not name.isupper() or sql.replace('"', "").startswith(name.split(" SELECT")[0])


def test_a_whole_append_of_several_acts_fails_as_one(store, faults):
    """A bulk append that breaks off leaves none of its acts."""
    writer = Sealer(store)
    writer.act("test/a")
    acts = [writer.seal("test/a"), writer.seal("test/a", "test/b")]
    with faults.failing(5, AFTER), pytest.raises(UnavailableError):
        writer.append(*acts)

    assert store.head().size == 1
    assert writer.append(*acts) == [1, 2, 3]
    check_whole(store)


@pytest.mark.parametrize("way", [BEFORE, AFTER, GONE])
@pytest.mark.parametrize("at", [5, 6], ids=["seals", "events"])
def test_rows_that_are_sent_many_at_once_fail_as_one(store, faults, at, way):
    """What is too much for one statement each is all there or not at all, too."""
    writer = Sealer(store)
    writer.act("test/a")
    sealed = writer.seal(*["test/a", "test/b"] * MANY_ROWS)
    with faults.failing(at, way), pytest.raises(UnavailableError):
        writer.append(sealed)

    assert faults.run[at].startswith(("INSERT ", "COPY "))
    assert store.head().size == 1
    assert writer.append(sealed) == list(range(1, 1 + 2 * MANY_ROWS))
    check_whole(store)


@pytest.mark.parametrize("at", [5, len(STATEMENTS) - 1], ids=["insert", "COMMIT"])
def test_an_interrupt_at_any_statement_is_a_fault_too(store, monkeypatch, at):
    """Ctrl-C in the middle leaves nothing behind, and the store goes on."""
    writer, sealed = prepared(store)
    real, ran = Wire.run, []

    def interrupt(wire, sql, values=()):
        ran.append(sql)
        if len(ran) - 1 == at:
            raise KeyboardInterrupt
        return real(wire, sql, values)

    monkeypatch.setattr(Wire, "run", interrupt)
    with pytest.raises(KeyboardInterrupt):
        writer.append(sealed, content=[content_row()])

    assert store.find_act(sealed.act.act) is None
    assert writer.append(sealed) == [4, 5]
    check_whole(store)
