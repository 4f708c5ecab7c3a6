"""What differs between a database and the schema as released: tables, indexes, triggers, settings."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Dialect,
    ForeignKeyConstraint,
    PrimaryKeyConstraint,
    UniqueConstraint,
)
from sqlalchemy.dialects import postgresql, sqlite

from ledger.store.schema import (
    TABLES,
    ddl,
    postgresql_functions,
    postgresql_triggers,
)
from ledger.store.wire import Wire

_SQLITE_THINGS = "SELECT name, tbl_name, type, sql FROM sqlite_master"
_TRIGGERS = """
SELECT t.tgname, t.tgenabled, pg_get_triggerdef(t.oid, true), p.prosrc, p.proname
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace
"""
_COLUMNS = """
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
  coalesce(l.collname, '')
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
LEFT JOIN pg_collation l ON l.oid = a.attcollation
WHERE c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
  AND c.relnamespace = current_schema()::regnamespace
"""
_INDEXES = """
SELECT i.indexrelid::regclass::text, c.relname, i.indisunique AND i.indisvalid AND i.indisready,
  pg_get_expr(i.indpred, i.indrelid) IS NOT NULL,
  (SELECT string_agg(a.attname, ',' ORDER BY k.n) FROM unnest(i.indkey) WITH ORDINALITY AS k(num, n)
   JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.num)
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
WHERE c.relnamespace = current_schema()::regnamespace
"""
_FOREIGN_KEYS = """
SELECT conname FROM pg_constraint
WHERE contype IN ('f', 'c') AND convalidated AND connamespace = current_schema()::regnamespace
"""
_OURS = frozenset(table.name for table in TABLES)


def unlike_sqlite(wire: Wire) -> list[str]:
    """Return what differs in an SQLite database, its statements compared by their text."""
    with sqlite3.connect(":memory:") as released:
        for statement in ddl(sqlite.dialect()):
            released.execute(statement)
        expected = {row[0]: row for row in released.execute(_SQLITE_THINGS)}
    released.close()
    found = {
        row[0]: tuple(row)
        for row in _ask(wire, _SQLITE_THINGS)
        if row[0] in expected or row[1] in _OURS
    }
    problems = _compare(expected, found)
    ((mode,),) = _ask(wire, "PRAGMA journal_mode")
    if mode != "wal":
        problems.append(f"setting journal_mode: expected wal, found {mode}")
    return problems


def unlike_postgresql(wire: Wire) -> list[str]:
    """Return what differs in a PostgreSQL database, as its catalogue tells it."""
    return [
        *_compare(_released_columns(), {
            f"{row[0]}.{row[1]}": (row[2], row[3], row[4])
            for row in _ask(wire, _COLUMNS) if row[0] in _OURS
        }),
        *_compare(_released_indexes(), {
            f"index on {row[1]} ({row[4]})": (row[2], row[3])
            for row in _ask(wire, _INDEXES) if row[1] in _OURS
        }),
        *_missing_constraints(wire),
        *_compare(_released_triggers(), {
            row[0]: tuple(row[1:4]) for row in _ask(wire, _TRIGGERS)
        }),
    ]  # fmt: skip


def _ask(wire: Wire, sql: str) -> Sequence[Any]:
    return wire.all_of(wire.run(sql))


def _compare(
    expected: dict[str, tuple[object, ...]], found: dict[str, tuple[object, ...]]
) -> list[str]:
    problems = [f"{name}: missing" for name in sorted(expected.keys() - found.keys())]
    problems += [
        f"{name}: not as released: added" for name in sorted(found.keys() - expected.keys())
    ]
    problems += [
        f"{name}: not as released: changed"
        for name in sorted(expected.keys() & found.keys())
        if expected[name] != found[name]
    ]
    return problems


def _released_columns() -> dict[str, tuple[object, ...]]:
    dialect: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    told: dict[str, tuple[object, ...]] = {}
    for table in TABLES:
        for column in table.columns:
            kind = column.type.compile(dialect=dialect).lower().removesuffix(' collate "c"')
            text = kind == "text"
            told[f"{table.name}.{column.name}"] = (kind, True, "C" if text else "")
    return told


def _released_indexes() -> dict[str, tuple[object, ...]]:
    told: dict[str, tuple[object, ...]] = {}
    for table in TABLES:
        groups = [
            [column.name for column in constraint.columns]
            for constraint in table.constraints
            if isinstance(constraint, PrimaryKeyConstraint | UniqueConstraint)
        ]
        for columns in filter(None, groups):
            told[f"index on {table.name} ({','.join(columns)})"] = (True, False)
    told["index on events (record)"] = (False, True)
    return told


def _missing_constraints(wire: Wire) -> list[str]:
    found = {row[0] for row in _ask(wire, _FOREIGN_KEYS)}
    released = {
        str(constraint.name)
        for table in TABLES
        for constraint in table.constraints
        if isinstance(constraint, ForeignKeyConstraint | CheckConstraint)
    }
    return [f"constraint {name}: missing" for name in sorted(released - found)]


def _released_triggers() -> dict[str, tuple[object, ...]]:
    bodies = postgresql_functions()
    told: dict[str, tuple[object, ...]] = {}
    for name, statement in postgresql_triggers().items():
        told[name] = ("O", statement, bodies.get(name, bodies["append_only"]))
    return told
