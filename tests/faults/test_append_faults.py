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
    ProofError,
    UnavailableError,
)
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
    "INSERT INTO seals",
    "INSERT INTO events",
    "known content",
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


# --- real faults ----------------------------------------------------------------------------


def test_a_locked_database_says_so_and_writes_nothing(tmp_path):
    """Another process holds the lock for longer than we wait."""
    path = str(tmp_path / "ledger.db")
    store = open_store(path, create=True, lock_seconds=0.05)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(
        UnavailableError, match="database is locked; another process is writing"
    ):
        Sealer(store).act("test/a")

    other.execute("ROLLBACK")
    other.close()
    assert Sealer(store).act("test/a") == [0]
    store.close()


@pytest.mark.postgresql
def test_a_locked_head_says_so_and_writes_nothing(postgresql_database):
    """The same on PostgreSQL, whose head row is the lock."""
    store = open_store(postgresql_database, create=True, lock_seconds=0.05)
    with psycopg.connect(postgresql_database) as other:
        other.execute("SELECT 1 FROM head FOR UPDATE")

        with pytest.raises(UnavailableError, match="lock timeout"):
            Sealer(store).act("test/a")

    assert Sealer(store).act("test/a") == [0]
    store.close()


def test_a_full_disk_says_so_and_writes_nothing(tmp_path):
    """A database that may not grow is what a full disk looks like to SQLite."""
    store = open_store(str(tmp_path / "ledger.db"), create=True)
    Sealer(store).act("test/a")
    with store._wire() as wire:
        pages = wire.run("PRAGMA page_count").fetchone()[0]
        wire.run(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(UnavailableError, match="free space on the disk; nothing was written"):
        Sealer(store).act(*["test/b"] * 200)

    check_whole(store)
    assert store.head().size == 1
    store.close()


def test_a_file_that_may_not_be_written_says_so(tmp_path):
    """A read-only database refuses before anything is signed away."""
    path = tmp_path / "ledger.db"
    store = open_store(str(path), create=True)
    with store._wire() as wire:
        wire.run("PRAGMA query_only = ON")

    with pytest.raises(UnavailableError, match="readonly database; make the file"):
        Sealer(store).act("test/a")

    store.close()


@pytest.mark.postgresql
def test_a_connection_that_was_cut_is_replaced(postgresql_database):
    """After the server cut us off, one call says so and the next one works."""
    store = open_store(postgresql_database, create=True)
    Sealer(store).act("test/a")
    with psycopg.connect(postgresql_database, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    with pytest.raises(UnavailableError):
        store.head()

    assert store.head().size == 1
    store.close()


@pytest.mark.postgresql
def test_a_server_that_is_not_there_says_so(tmp_path):
    """No server, no ledger, one clear error and no password in it."""
    url = f"postgresql://officer:secret@/ledger?host={tmp_path}"

    with pytest.raises(UnavailableError, match="store ledger") as stopped:
        open_store(url)

    assert "secret" not in str(stopped.value)


def test_a_file_that_is_no_database_says_so(tmp_path):
    """Garbage is not opened as a ledger, and not overwritten."""
    path = tmp_path / "ledger.db"
    path.write_bytes(b"x" * 8192)

    with pytest.raises(UnavailableError, match="not a database"):
        open_store(str(path), create=True)

    assert path.read_bytes() == b"x" * 8192


def test_a_lost_head_row_says_so(tmp_path):
    """Without its head the log is not extended; verify tells what is left."""
    path = str(tmp_path / "ledger.db")
    store = open_store(path, create=True)
    with store._wire() as wire:
        wire.run("DROP TRIGGER head_undeleted")
        wire.run("DELETE FROM head")

    with pytest.raises(ProofError, match="table head: has no row"):
        Sealer(store).act("test/a")

    store.close()


def test_a_store_that_does_not_keep_what_was_written_is_found_out(tmp_path):
    """What is read back before the commit is not what was written: nothing is committed."""
    path = str(tmp_path / "ledger.db")
    store = open_store(path, create=True)
    writer = Sealer(store)
    writer.act("test/a")
    with store._wire() as wire:
        wire.run("DROP TRIGGER head_forward")
        wire.run(
            "CREATE TRIGGER forgets AFTER UPDATE ON head WHEN NEW.size > 1"
            " BEGIN UPDATE head SET size = 1; END"
        )

    with pytest.raises(ProofError, match="reads back size 1"):
        writer.act("test/a")

    assert store.max_notification_id() == 1
    assert [row.index for row in store.events()] == [0]
    store.close()


def test_a_row_that_cannot_be_read_says_so(tmp_path):
    """Text that is none is an error of the store, in our own words."""
    store = open_store(str(tmp_path / "ledger.db"), create=True)
    Sealer(store).act("test/a")
    with store._wire() as wire:
        wire.run("DROP TRIGGER events_unchanged")
        wire.run("UPDATE events SET kind = CAST(x'ff' AS TEXT)")

    with pytest.raises(UnavailableError, match="decode"):
        list(store.events())
    with pytest.raises(UnavailableError, match="decode"):
        store.event_at(0)

    store.close()


def test_a_thread_does_not_wait_for_ever(tmp_path):
    """Threads of one process queue; one that waits too long is told."""
    store = open_store(str(tmp_path / "ledger.db"), create=True, lock_seconds=0.01)

    with store.appending(), pytest.raises(UnavailableError, match="locked by another thread"):
        Sealer(store).act("test/a")

    store.close()


def test_a_file_that_went_away_says_so(tmp_path):
    """A disk that was unplugged is an error of one line."""
    folder = tmp_path / "disk"
    store = open_store(str(folder / "ledger.db"), create=True)
    store.close()
    folder.rename(tmp_path / "unplugged")

    with pytest.raises(UnavailableError, match="unable to open database file; check the path"):
        store.head()


class Told(sqlite3.OperationalError):
    """An error by which SQLite itself says what happened."""

    sqlite_errorname = "SQLITE_FULL"


def test_a_commit_that_was_refused_is_no_riddle(tmp_path, monkeypatch):
    """Where the database says that it did not commit, the outcome is known."""
    store = open_store(str(tmp_path / "ledger.db"), create=True)
    real = Wire.run

    def full(wire, sql, values=()):
        if sql == "COMMIT":
            raise UnavailableError("store", "disk is full") from Told()
        return real(wire, sql, values)

    with monkeypatch.context() as patched:
        patched.setattr(Wire, "run", full)
        with pytest.raises(UnavailableError) as stopped:
            Sealer(store).act("test/a")

    assert not isinstance(stopped.value, OutcomeUnknownError)
    assert Sealer(store).act("test/a") == [0]
    store.close()


def test_a_connection_that_cannot_roll_back_is_given_up(tmp_path, monkeypatch):
    """What it held is undone by closing it; the next append has another one."""
    store = open_store(str(tmp_path / "ledger.db"), create=True)
    real = Wire.run

    def failing(wire, sql, values=()):
        if sql == "ROLLBACK" or sql.startswith("UPDATE head"):
            raise UnavailableError("store", "a fault")
        return real(wire, sql, values)

    with monkeypatch.context() as patched:
        patched.setattr(Wire, "run", failing)
        with pytest.raises(UnavailableError):
            Sealer(store).act("test/a")

    assert Sealer(store).act("test/a") == [0]
    store.close()
