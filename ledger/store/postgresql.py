"""PostgreSQL: several officers at once, and a head row that is locked for each append."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from operator import methodcaller
from typing import Any

import psycopg
from sqlalchemy import (
    URL,
    BigInteger,
    Engine,
    LargeBinary,
    NullPool,
    Pool,
    Table,
    Text,
    create_engine,
    make_url,
)
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from ledger.errors import UsageError
from ledger.store.schema import EVENTS, PURGEABLE, SEALS, TABLES
from ledger.store.speech import Link, Speech
from ledger.store.statements import STATEMENTS, write_out

LOCK_SECONDS = 30.0


def _copy_into(table: Table) -> str:
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    return f"COPY {table.name} ({columns}) FROM STDIN (FORMAT BINARY)"


_TYPES = {BigInteger: "int8", Text: "text", LargeBinary: "bytea"}
# How many rows are sent at once: the statement, and the types in which it takes their values.
_COPIED = {
    _copy_into(table): [_TYPES[type(column.type)] for column in table.columns]
    for table in (SEALS, EVENTS)
}

SPECIAL = {
    "has_revision": "SELECT 1 WHERE to_regclass('alembic_version') IS NOT NULL",
    "add_seal_many": _copy_into(SEALS),
    "add_event_many": _copy_into(EVENTS),
    "lock_head": f"{STATEMENTS['head']} FOR UPDATE",
    "find_acts": "SELECT act, first_index, count, digest, envelope FROM seals"
    " WHERE act = ANY(:acts::text[])",
    "last_events": "SELECT asked.record, newest.version, newest.event"
    " FROM unnest(:records::text[]) AS asked(record) CROSS JOIN LATERAL"
    " (SELECT version, event FROM events WHERE events.record = asked.record"
    " ORDER BY version DESC LIMIT 1) AS newest",
    "versions": "SELECT asked.record,"
    " (SELECT max(version) FROM events WHERE events.record = asked.record)"
    " FROM unnest(:records::text[]) AS asked(record)",
    "hashes": 'SELECT "index", nodes FROM events WHERE "index" = ANY(:indexes::bigint[])',
    "of_kinds": 'SELECT "index", record, version, kind, event, act, recorded_at, nodes FROM events'
    ' WHERE "index" >= :start::bigint AND "index" < :stop::bigint AND kind = ANY(:kinds::text[])'
    ' ORDER BY "index" LIMIT :limit::bigint',
}
_MARK = "%s"
_WRITTEN = write_out(STATEMENTS | SPECIAL, _MARK)
_CURSORS = itertools.count()


class PostgresqlSource:
    """A database on a server. A connection that is given back is closed: wires are kept instead."""

    def __init__(self, url: str, *, timeout_seconds: float = LOCK_SECONDS) -> None:
        """Speak to the database at this address; nothing is asked of it yet.

        Raises:
            UsageError: the address cannot be read.
        """
        self.engine = make_engine(url, timeout_seconds=timeout_seconds, pool=NullPool)
        dialect = self.engine.dialect
        self.speech = Speech(
            name="postgresql",
            what="store",
            place=place_of(url),
            mark=_MARK,
            statements=_WRITTEN,
            begin_writing="BEGIN ISOLATION LEVEL READ COMMITTED",
            begin_reading="BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            lists=list,
            # Statements are sent one after the other, and their answers read in one go.
            pipeline=methodcaller("pipeline"),
            add_many=add_many,
            paged=_paged,
            blob=bytes,
            errors=(psycopg.Error, SQLAlchemyError),
            refusals=psycopg.IntegrityError,
            advice=lambda _: "",
            lost=lambda error: bool(dialect.is_disconnect(error, None, None)),  # type: ignore[arg-type]
            unknown=lambda error: getattr(error, "sqlstate", None) is None,
        )

    def connect(self) -> Link:
        """Open a connection."""
        return self.engine.raw_connection()


def make_engine(
    url: str, *, timeout_seconds: float = LOCK_SECONDS, pool: type[Pool] | None = None
) -> Engine:
    """Return an engine over a database; transactions are begun and ended by statements.

    Several hosts with `target_session_attrs=read-write` follow the primary by themselves.

    Raises:
        UsageError: the address cannot be read.
    """
    settings = {
        "lock_timeout": int(timeout_seconds * 1000),
        "synchronous_commit": "on",
        # Triggers keep the plan of their first rows; a plan made for an empty table would read
        # the whole of it for ever after.
        "enable_seqscan": "off",
        "jit": "off",
        "client_encoding": "UTF8",
    }
    return create_engine(
        parse_address(url).set(drivername="postgresql+psycopg"),
        poolclass=pool,
        isolation_level="AUTOCOMMIT",
        paramstyle="format",
        connect_args={
            "options": " ".join(f"-c {name}={value}" for name, value in settings.items()),
            "connect_timeout": max(2, int(timeout_seconds)),
        },
    )


def parse_address(url: str) -> URL:
    """Return the parts of an address.

    Raises:
        UsageError: it cannot be read; what it says may be a password, and is not repeated.
    """
    try:
        return make_url(url)
    except (ArgumentError, ValueError):
        raise UsageError(
            "store address: cannot be read", todo="write postgresql://user@host/database"
        ) from None


def place_of(url: str) -> str:
    """Return how messages name a database; never with its password."""
    return parse_address(url).database or "postgresql"


def add_many(cursor: Any, sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Run an insertion or a COPY with each of many rows."""
    if sql not in _COPIED:
        cursor.executemany(sql, rows)
        return
    with cursor.copy(sql) as copy:
        copy.set_types(_COPIED[sql])
        for row in rows:
            copy.write_row(row)


def _paged(link: Link) -> Any:
    """Return a cursor that the server keeps; without a name all rows come at once."""
    return link.driver_connection.cursor(f"rows_{next(_CURSORS)}")


def grants(officers: str) -> list[str]:
    """Return the statements that let a database role append and read, and no more.

    Raises:
        UsageError: the name could be read as more than a name.
    """
    if not officers.replace("_", "").isalnum() or not officers.isascii():
        raise UsageError(f"database role {officers!r}", todo="use letters, digits and _")
    given = [f'GRANT SELECT, INSERT ON {table.name} TO "{officers}"' for table in TABLES]
    given[0] = f'GRANT SELECT, UPDATE ON head TO "{officers}"'
    given += [f'GRANT DELETE ON {name} TO "{officers}"' for name in PURGEABLE]
    return [*given, f'GRANT SELECT ON alembic_version TO "{officers}"']
