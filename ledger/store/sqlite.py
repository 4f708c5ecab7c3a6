"""SQLite: one file, WAL, every commit on the disk before it is acknowledged."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, text

from ledger.errors import UnavailableError
from ledger.store.statements import Written

BUSY_SECONDS = 30.0

BEGIN_WRITING = "BEGIN IMMEDIATE"
BEGIN_READING = "BEGIN"
# Nothing is sent anywhere: statements run one after the other.
PIPELINE = None
# Once these stand in the error of a COMMIT, SQLite has said that nothing was committed.
NOT_COMMITTED = ("SQLITE_BUSY", "SQLITE_FULL", "SQLITE_READONLY", "SQLITE_CONSTRAINT")
TODO = {
    "SQLITE_BUSY": "another process is writing; nothing was written; try again",
    "SQLITE_FULL": "free space on the disk; nothing was written; then try again",
    "SQLITE_READONLY": "make the file and its folder writable; nothing was written",
    "SQLITE_CANTOPEN": "check the path and its rights; nothing was written",
    "SQLITE_CORRUPT": "restore a backup beside it and run 'qifeng verify'; nothing was written",
    "SQLITE_NOTADB": "name the ledger's database; nothing was written",
}

_SETTINGS = (
    "PRAGMA synchronous = FULL",
    # One transaction of 4,096 events is held in memory until it is committed, and the write-ahead
    # log may hold four of them before it is carried over into the database.
    "PRAGMA cache_size = -8000",
    "PRAGMA wal_autocheckpoint = 4000",
    "PRAGMA foreign_keys = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA recursive_triggers = ON",
)

SPECIAL = {
    "lock_head": Written("SELECT size, root, frontier, recorded_at, clock, id FROM head", ()),
    "find_acts": Written(
        "SELECT act, first_index, count, digest, envelope FROM seals"
        " WHERE act IN (SELECT value FROM json_each(?))",
        ("acts",),
    ),
    "last_events": Written(
        "SELECT record, version, event FROM json_each(?) AS asked, events"
        " WHERE record = asked.value"
        " AND version = (SELECT max(version) FROM events WHERE record = asked.value)",
        ("records",),
    ),
    "versions": Written(
        "SELECT value, (SELECT max(version) FROM events WHERE record = value) FROM json_each(?)",
        ("records",),
    ),
    "hashes": Written(
        'SELECT "index", nodes FROM events WHERE "index" IN (SELECT value FROM json_each(?))',
        ("indexes",),
    ),
    "of_kinds": Written(
        'SELECT "index", record, version, kind, event, act, recorded_at, nodes FROM events'
        ' WHERE "index" >= ? AND "index" < ? AND kind IN (SELECT value FROM json_each(?))'
        ' ORDER BY "index" LIMIT ?',
        ("start", "stop", "kinds", "limit"),
    ),
}


def make_engine(path: Path, *, timeout_seconds: float = BUSY_SECONDS) -> Engine:
    """Return an engine over a database file; transactions are begun and ended by statements."""
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        isolation_level="AUTOCOMMIT",
        connect_args={"timeout": timeout_seconds, "cached_statements": 256},
    )
    event.listen(engine, "connect", _set_up)
    return engine


def set_wal(engine: Engine) -> None:
    """Make the database keep a write-ahead log; this stays with the file."""
    with engine.connect() as connection:
        connection.execute(text("PRAGMA journal_mode = WAL"))


def sweep(run: Callable[[str], Any], place: str) -> None:
    """Leave nothing of what was deleted in the database's files: not in free pages, not in the log.

    `run` runs a statement outside any transaction. The file is written anew, and the write-ahead
    log, which held the rows when they were written, is emptied.

    Raises:
        UnavailableError: others are reading the store, so that its log cannot be emptied now.
    """
    run("VACUUM")
    busy = run("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    if busy:
        raise UnavailableError(
            f"store {place}", "others are reading it: what was purged is still in its write-ahead log",
            todo="run the purge again once they have ended; nobody can read it through the store",
        )  # fmt: skip


def add_many(cursor: sqlite3.Cursor, sql: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Run an insertion with each of many rows."""
    cursor.executemany(sql, rows)


def error_name(error: BaseException | None) -> str:
    """Return SQLite's own name of an error, without its extension (`SQLITE_BUSY`)."""
    name = getattr(error, "sqlite_errorname", "") or ""
    return "_".join(name.split("_")[:2])


def _set_up(connection: sqlite3.Connection, _: Any) -> None:
    for setting in _SETTINGS:
        connection.execute(setting)
