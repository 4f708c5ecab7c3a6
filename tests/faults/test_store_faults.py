"""Faults of the real world: locks, full disks, lost servers, garbage; one clear error each."""

from __future__ import annotations

import sqlite3

import psycopg
import pytest

from ledger.errors import (
    OutcomeUnknownError,
    ProofError,
    UnavailableError,
)
from ledger.store.appending import Asked
from ledger.store.open import open_store
from ledger.store.wire import Wire
from tests.conformance.whole import check_whole
from tests.sealing import Sealer


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

    with pytest.raises(ProofError, match="table head: has not its one row"):
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

    with (
        store.appending(Asked((), ())),
        pytest.raises(UnavailableError, match="locked by another thread"),
    ):
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
