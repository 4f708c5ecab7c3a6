"""The baseline of appends: rows of 450 bytes into one table of sqlite3, as durable as ours.

Seven columns, STRICT, a unique index, triggers against change, deletion and replacement; WAL,
synchronous=FULL. Nothing is signed, hashed or checked.
"""

from __future__ import annotations

import itertools
import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path

_SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
CREATE TABLE events ("index" INTEGER PRIMARY KEY, record TEXT NOT NULL, version INTEGER NOT NULL,
  kind TEXT NOT NULL, event BLOB NOT NULL, act TEXT NOT NULL, recorded_at TEXT NOT NULL,
  UNIQUE (record, version)) STRICT;
CREATE TRIGGER unchanged BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER undeleted BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER fresh BEFORE INSERT ON events
  WHEN EXISTS (SELECT 1 FROM events WHERE "index" = NEW."index")
  BEGIN SELECT RAISE(ABORT, 'known already'); END;
"""
_INSERT = "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)"
_EVENTS_A_RECORD = 7
ROW_BYTES = 450
ROWS_A_COMMIT = 1000

RawRow = tuple[int, str, int, str, bytes, str, str]


class RawTable:
    """A table, and rows that are new to it."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.executescript(_SCHEMA)
        self._indexes = itertools.count()

    def rows(self, count: int) -> list[RawRow]:
        """Return the next rows."""
        return [self._row(index) for index in itertools.islice(self._indexes, count)]

    def commit_each(self, rows: Sequence[RawRow]) -> None:
        """Insert rows, each durable before the next."""
        for row in rows:
            self._connection.execute(_INSERT, row)

    def commit_many(self, rows: Sequence[RawRow]) -> None:
        """Insert rows, a thousand a commit."""
        for start in range(0, len(rows), ROWS_A_COMMIT):
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany(_INSERT, rows[start : start + ROWS_A_COMMIT])
            self._connection.execute("COMMIT")

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _row(self, index: int) -> RawRow:
        record, version = divmod(index, _EVENTS_A_RECORD)
        told = os.urandom(ROW_BYTES)
        name = f"fund/{record:026d}"
        return (index, name, version + 1, "fund.countersigned/1", told, "A" * 26, "2022" * 7)
