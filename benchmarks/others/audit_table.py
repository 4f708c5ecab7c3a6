"""A table whose triggers copy every change into a second one: what most offices have."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

from benchmarks.others import AT_ONCE, ONE_BY_ONE, Did, bytes_under, records

_SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
CREATE TABLE record (id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
CREATE TABLE audit (id INTEGER PRIMARY KEY, what TEXT NOT NULL, record INTEGER NOT NULL, body BLOB NOT NULL,
  at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ'))) STRICT;
CREATE TRIGGER inserted AFTER INSERT ON record
  BEGIN INSERT INTO audit (what, record, body) VALUES ('insert', NEW.id, NEW.body); END;
CREATE TRIGGER updated AFTER UPDATE ON record
  BEGIN INSERT INTO audit (what, record, body) VALUES ('update', NEW.id, NEW.body); END;
CREATE TRIGGER deleted AFTER DELETE ON record
  BEGIN INSERT INTO audit (what, record, body) VALUES ('delete', OLD.id, OLD.body); END;
"""
_INSERT = "INSERT INTO record (body) VALUES (?)"


def work(folder: Path) -> Did:
    """Insert durably, one a commit and a thousand a commit; then read the audit table through."""
    one, many = records(ONE_BY_ONE), records(AT_ONCE)
    connection = sqlite3.connect(folder / "table.db", isolation_level=None)
    connection.executescript(_SCHEMA)
    started = time.perf_counter()
    for body in one:
        connection.execute(_INSERT, (body,))
    single = time.perf_counter()
    for start in range(0, AT_ONCE, 1000):
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(_INSERT, [(body,) for body in many[start : start + 1000]])
        connection.execute("COMMIT")
    bulk = time.perf_counter()
    rows = connection.execute("SELECT what, record, body, at FROM audit ORDER BY id")
    count = sum(1 for _ in rows)
    read = time.perf_counter()
    assert count == ONE_BY_ONE + AT_ONCE
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return Did(
        ONE_BY_ONE / (single - started), AT_ONCE / (bulk - single), count / (read - bulk),
        bytes_under(folder) / count,
    )  # fmt: skip
