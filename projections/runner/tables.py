"""The tables of views in SQL, made from what the views declare, and where each view stands.

`view_position` says of each view its version, the shape of its tables, and its position: how many
events of the log it has taken. `view_parked` names the records it has stopped listening to. Tables
are plain and may be read by any tool; nothing in them is evidence.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Dialect

from ledger.frozen import frozen
from projections.projection import (
    BOOL,
    DAY,
    DIGEST,
    FEN,
    INT,
    MOMENT,
    RECORD,
    SECONDS,
    TEXT,
    Projection,
    Table,
    column_names,
)

_TYPES = {
    **dict.fromkeys((TEXT, DAY, RECORD, DIGEST, MOMENT), sa.Text),
    **dict.fromkeys((INT, FEN, SECONDS), sa.BigInteger),
    BOOL: sa.Boolean,
}


@frozen
class Statements:
    """How the rows of one table are written and read, as the driver takes it: values in order."""

    upsert: str
    delete: str
    load: str


class Schema:
    """The tables of some views in one database, within one schema where it has schemas."""

    def __init__(self, projections: Sequence[Projection], schema: str | None) -> None:
        """Lay out the tables; nothing is made in a database yet."""
        self.projections = tuple(projections)
        self.shapes = {each.name: shape_of(each) for each in projections}
        self.metadata = sa.MetaData(schema=schema)
        self.position = sa.Table(
            "view_position", self.metadata,
            sa.Column("view", sa.Text, primary_key=True),
            sa.Column("version", sa.BigInteger, nullable=False),
            sa.Column("shape", sa.Text, nullable=False),
            sa.Column("position", sa.BigInteger, nullable=False),
        )  # fmt: skip
        self.parked = sa.Table(
            "view_parked", self.metadata,
            sa.Column("view", sa.Text, primary_key=True),
            sa.Column("record", sa.Text, primary_key=True),
            sa.Column("index", sa.BigInteger, nullable=False),
            sa.Column("error", sa.Text, nullable=False),
        )  # fmt: skip
        self.tables = {
            table.name: self._table(table) for each in projections for table in each.tables
        }
        self.indexes = [
            sa.Index(f"ix_{table.name}_{'_'.join(columns)}", *(self.tables[table.name].c[name] for name in columns))
            for each in projections
            for table in each.tables
            for columns in table.indexes
        ]  # fmt: skip

    def _table(self, table: Table) -> sa.Table:
        columns: list[sa.Column[Any]] = [
            sa.Column(column.name, _TYPES[column.kind], nullable=column.name not in table.key)
            for column in table.columns
        ]
        key = sa.PrimaryKeyConstraint(*table.key)
        return sa.Table(table.name, self.metadata, *columns, key, sqlite_with_rowid=False)

    def statements(self, table: Table, dialect: Dialect) -> Statements:
        """Return how the table's rows are written and read over this database's driver."""
        stored = self.tables[table.name]
        names = column_names(table.columns)
        insert = _insert(stored, dialect)
        others = {name: insert.excluded[name] for name in names if name not in table.key}
        upsert = (
            insert.on_conflict_do_update(index_elements=table.key, set_=others)
            if others
            else insert.on_conflict_do_nothing(index_elements=table.key)
        )
        keyed = sa.and_(*(stored.c[name] == sa.bindparam(f"key_{name}") for name in table.key))
        return Statements(
            upsert=_written(upsert, dialect, names),
            delete=_written(sa.delete(stored).where(keyed), dialect),
            load=_written(sa.select(*stored.c).where(keyed), dialect),
        )


def _insert(stored: sa.Table, dialect: Dialect) -> Any:
    """Return the database's own insertion, which knows what to do about a row that stands there."""
    if dialect.name == "postgresql":
        # It takes a good part of a small command to load: only who works with it waits for it.
        from sqlalchemy.dialects import postgresql  # noqa: PLC0415

        return postgresql.insert(stored)
    return sqlite.insert(stored)


def shape_of(projection: Projection) -> str:
    """Return a digest of what the view keeps and listens to."""
    told = [
        (table.name, [(column.name, column.kind) for column in table.columns], table.key, table.indexes)
        for table in projection.tables
    ]  # fmt: skip
    return hashlib.sha256(repr((told, sorted(projection.listens))).encode()).hexdigest()[:16]


def _written(
    statement: sa.Executable, dialect: Dialect, names: Sequence[str] | None = None
) -> str:
    """Return the statement's text; its values stand in the order of `names`, or of the key."""
    compiled = statement.compile(  # type: ignore[attr-defined]
        dialect=dialect, column_keys=list(names) if names else None
    )
    if names is not None:
        assert compiled.positiontup == list(names), "values stand in the order of the columns"
    return str(compiled)
