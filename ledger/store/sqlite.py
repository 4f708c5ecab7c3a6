"""SQLite: one file, WAL, every commit on the disk before it is acknowledged."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from json.encoder import encode_basestring_ascii as _spell
from operator import methodcaller
from pathlib import Path
from types import NoneType
from typing import Any

from ledger.errors import UnavailableError
from ledger.store.speech import Speech
from ledger.store.statements import STATEMENTS, write_out

BUSY_SECONDS = 30.0

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
    "has_revision": "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'",
    "lock_head": STATEMENTS["head"],
    # As the trigger `events_next`: what is refused undoes the append, so that no page is copied first.
    "add_event": STATEMENTS["add_event"].replace("INSERT", "INSERT OR ROLLBACK"),
    "find_acts": "SELECT act, first_index, count, digest, envelope FROM seals"
    " WHERE act IN (SELECT value FROM json_each(:acts))",
    "last_events": "SELECT record, version, event FROM json_each(:records) AS asked, events"
    " WHERE record = asked.value"
    " AND version = (SELECT max(version) FROM events WHERE record = asked.value)",
    "versions": "SELECT value, (SELECT max(version) FROM events WHERE record = value)"
    " FROM json_each(:records)",
    "hashes": 'SELECT "index", nodes FROM events'
    ' WHERE "index" IN (SELECT value FROM json_each(:indexes))',
    "of_kinds": 'SELECT "index", record, version, kind, event, act, recorded_at, nodes FROM events'
    ' WHERE "index" >= :start AND "index" < :stop'
    ' AND kind IN (SELECT value FROM json_each(:kinds)) ORDER BY "index" LIMIT :limit',
}
# Rows are found by these alone; of all other tables the rows themselves are read and held against each other.
_KEYED_BY_TEXT = ("content", "cosignatures", "timestamps", "disclosures")
_MARK = "?"
_WRITTEN = write_out(STATEMENTS | SPECIAL, _MARK)


class SqliteLink:
    """One connection to a file; transactions are begun and ended by statements."""

    def __init__(self, path: Path, timeout_seconds: float, settings: Sequence[str]) -> None:
        self.is_valid = True
        self.driver_connection = open_file(path, timeout_seconds, settings)
        self.cursor = self.driver_connection.cursor

    def invalidate(self) -> None:
        """Never use it again."""
        self.is_valid = False
        self.close()

    def close(self) -> None:
        """Close it; what is in the making is rolled back."""
        self.driver_connection.close()


class SqliteSource:
    """A database file. Opening a connection makes it, where its folder is there."""

    def __init__(
        self,
        path: Path,
        *,
        timeout_seconds: float = BUSY_SECONDS,
        settings: Sequence[str] = _SETTINGS,
    ) -> None:
        self.path = path
        self._timeout_seconds = timeout_seconds
        self._settings = settings
        self.speech = Speech(
            name="sqlite",
            what="store",
            place=path.name,
            mark=_MARK,
            statements=_WRITTEN,
            begin_writing="BEGIN IMMEDIATE",
            begin_reading="BEGIN",
            lists=_listed,
            # Nothing is sent anywhere: statements run one after the other.
            pipeline=None,
            add_many=add_many,
            paged=methodcaller("cursor"),
            # The driver looks for an adapter of every `bytes` and finds none; of a `bytearray` it
            # knows beforehand, so that an event is inserted a tenth sooner in spite of the copy.
            blob=bytearray,
            # Of a damaged file SQLite may say what is no text.
            errors=(sqlite3.Error, UnicodeDecodeError),
            refusals=sqlite3.IntegrityError,
            advice=_advice,
            lost=_is_closed,
            unknown=_may_be_committed,
        )

    def connect(self) -> SqliteLink:
        """Open a connection."""
        return SqliteLink(self.path, self._timeout_seconds, self._settings)


def open_file(
    path: Path, timeout_seconds: float, settings: Sequence[str] = _SETTINGS
) -> sqlite3.Connection:
    """Return the driver's connection to a file, set as a ledger's are if nothing else is asked for.

    Raises:
        sqlite3.Error: it cannot be opened, or is no database.
    """
    connection = sqlite3.connect(
        path,
        timeout=timeout_seconds,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
    )
    try:
        for setting in settings:
            connection.execute(setting)
    except BaseException:
        connection.close()
        raise
    return connection


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


def damaged_indexes(rows_of: Callable[[str], Sequence[Any]]) -> list[str]:
    """Return what the indexes of a database say that the tables beneath them do not."""
    return [
        f"{table}: {told}"
        for table in _KEYED_BY_TEXT
        for (told,) in rows_of(f"PRAGMA integrity_check({table})")
        if told != "ok"
    ]


def _listed(values: Sequence[Any]) -> str:
    """Return texts or whole numbers as the JSON list that `json_each` reads."""
    return (
        f"[{','.join([_spell(each) if type(each) is str else str(each) for each in values])}]"
    )


def bind_plainly() -> None:
    """Tell the driver to bind None and truth values as it does anyway: for rows with many of them.

    It looks for an adapter for each one, and looking in vain takes five times as long as finding it.
    """
    sqlite3.register_adapter(NoneType, _nothing)
    sqlite3.register_adapter(bool, int)


def _nothing(nothing: None) -> None:
    return nothing


def add_many(cursor: sqlite3.Cursor, sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Run an insertion with each of many rows."""
    cursor.executemany(sql, rows)


def _error_name(error: BaseException | None) -> str:
    """Return SQLite's own name of an error, without its extension (`SQLITE_BUSY`)."""
    name = getattr(error, "sqlite_errorname", "") or ""
    return "_".join(name.split("_")[:2])


def _advice(error: BaseException) -> str:
    if isinstance(error, UnicodeDecodeError):
        return TODO["SQLITE_CORRUPT"]
    return TODO.get(_error_name(error), "")


def _is_closed(error: Exception) -> bool:
    return isinstance(error, sqlite3.ProgrammingError) and "closed database" in str(error)


def _may_be_committed(error: BaseException | None) -> bool:
    return _error_name(error) not in NOT_COMMITTED
