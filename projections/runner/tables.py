"""The tables of views in SQL, written out from what the views declare, and where each view stands.

`view_position` says of each view its version, the shape of its tables, and its position: how many
events of the log it has taken. `view_parked` names the records it has stopped listening to. Tables
are plain and may be read by any tool; nothing in them is evidence.

Names of tables and columns are those of the views' declarations, and stand in the SQL as they are;
values never do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from ledger.frozen import frozen
from ledger.store.speech import Speech
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
    Row,
    Table,
    column_names,
)

POSITION = (
    "CREATE TABLE {schema}view_position (view TEXT NOT NULL, version BIGINT NOT NULL,"
    " shape TEXT NOT NULL, position BIGINT NOT NULL, PRIMARY KEY (view))"
)
PARKED = (
    "CREATE TABLE {schema}view_parked (view TEXT NOT NULL, record TEXT NOT NULL,"
    ' "index" BIGINT NOT NULL, error TEXT NOT NULL, PRIMARY KEY (view, record))'
)
TABLE = "CREATE TABLE {table} ({columns}, PRIMARY KEY ({key})){ending}"
INDEX = "CREATE INDEX {name} ON {table} ({columns})"
STATEMENTS = {
    "standing": "SELECT view, version, shape, position FROM {schema}view_position",
    "lock_standing": "SELECT view, version, shape, position FROM {schema}view_position{lock}",
    "position": "SELECT position FROM {schema}view_position WHERE view = :view",
    "begin": "INSERT INTO {schema}view_position (view, version, shape, position)"
    " VALUES (:view, :version, :shape, :position)",
    "move": "UPDATE {schema}view_position SET position = :position"
    " WHERE view = :view AND position < :position",
    "parked": 'SELECT view, record, "index", error FROM {schema}view_parked ORDER BY "index"',
    "park": 'INSERT INTO {schema}view_parked (view, record, "index", error)'
    " VALUES (:view, :record, :index, :error)",
}
UPSERT = "INSERT INTO {table} ({columns}) VALUES ({marks}) ON CONFLICT ({key}) DO {instead}"
INSTEAD = "UPDATE SET {set}"
DELETE = "DELETE FROM {table} WHERE {keyed}"
LOAD = "SELECT {columns} FROM {table} WHERE {keyed}"
FIND = "SELECT {columns} FROM {table}{where} ORDER BY {order}"
COUNT = "SELECT count(*) FROM {table}"

_TYPES = {
    **dict.fromkeys((TEXT, DAY, RECORD, DIGEST, MOMENT), "TEXT"),
    **dict.fromkeys((INT, FEN, SECONDS), "BIGINT"),
    BOOL: "BOOLEAN",
}
# What the two databases say differently: how text is ordered by its bytes, a table without numbers of
# its own for its rows, and how rows are kept from others until the transaction ends.
_BY_BYTES = {"sqlite": "", "postgresql": ' COLLATE "C"'}
_ENDING = {"sqlite": " WITHOUT ROWID", "postgresql": ""}
_LOCK = {"sqlite": "", "postgresql": " FOR UPDATE"}


@frozen
class Stored:
    """How the rows of one table are written and read, as the driver takes it: values in order."""

    upsert: str
    delete: str
    load: str
    count: str
    names: tuple[str, ...]
    booleans: tuple[str, ...]

    def row(self, values: Sequence[Any]) -> Row:
        """Return a stored row; SQLite keeps what is true as 1."""
        row = dict(zip(self.names, values, strict=True))
        for name in self.booleans:
            if row[name] is not None:
                row[name] = bool(row[name])
        return row


class Schema:
    """The tables of some views in one database, within one schema where it has schemas."""

    def __init__(
        self, projections: Sequence[Projection], speech: Speech, schema: str = ""
    ) -> None:
        """Lay out the tables; nothing is made in a database yet."""
        self.projections = tuple(projections)
        self.schema = schema
        self.shapes = {each.name: shape_of(each) for each in projections}
        self._speech = speech
        self._prefix = f"{schema}." if schema else ""
        self._stored: dict[str, Stored] = {}

    def statements(self) -> dict[str, str]:
        """Return the statements about positions and parked records, with names where values go."""
        lock = _LOCK[self._speech.name]
        return {
            name: sql.format(schema=self._prefix, lock=lock) for name, sql in STATEMENTS.items()
        }

    def tables(self) -> Iterator[str]:
        """Yield what makes the tables."""
        if self.schema:
            yield f"CREATE SCHEMA {self.schema}"
        yield POSITION.format(schema=self._prefix)
        yield PARKED.format(schema=self._prefix)
        for table in self._declared():
            columns = [
                f"{quoted(each.name)} {_TYPES[each.kind]}{' NOT NULL' if each.name in table.key else ''}"
                for each in table.columns
            ]
            yield TABLE.format(
                table=self.name_of(table),
                columns=", ".join(columns),
                key=_listed(table.key),
                ending=_ENDING[self._speech.name],
            )

    def indexes(self) -> Iterator[str]:
        """Yield what makes the indexes that the views ask for."""
        for table in self._declared():
            for columns in table.indexes:
                yield INDEX.format(
                    name=quoted(f"ix_{table.name}_{'_'.join(columns)}"),
                    table=self.name_of(table),
                    columns=_listed(columns),
                )

    def _declared(self) -> Iterator[Table]:
        for each in self.projections:
            yield from each.tables

    def name_of(self, table: Table) -> str:
        """Return a table's name as it stands in SQL."""
        return f"{self._prefix}{quoted(table.name)}"

    def stored(self, table: Table) -> Stored:
        """Return how a table is written and read, written out once."""
        if table.name not in self._stored:
            self._stored[table.name] = self._written(table)
        return self._stored[table.name]

    def _written(self, table: Table) -> Stored:
        name, mark, names = self.name_of(table), self._speech.mark, column_names(table.columns)
        columns, key = _listed(names), _listed(table.key)
        keyed = " AND ".join(f"{quoted(each)} = {mark}" for each in table.key)
        others = [quoted(each) for each in names if each not in table.key]
        instead = INSTEAD.format(set=", ".join(f"{each} = excluded.{each}" for each in others))
        return Stored(
            upsert=UPSERT.format(
                table=name,
                columns=columns,
                marks=", ".join([mark] * len(names)),
                key=key,
                instead=instead if others else "NOTHING",
            ),
            delete=DELETE.format(table=name, keyed=keyed),
            load=LOAD.format(table=name, columns=columns, keyed=keyed),
            count=COUNT.format(table=name),
            names=names,
            booleans=tuple(each.name for each in table.columns if each.kind == BOOL),
        )

    def finding(
        self, table: Table, where: Mapping[str, Any], on: date | None
    ) -> tuple[str, tuple[Any, ...]]:
        """Return what finds rows whose columns equal those given, by key, and its values.

        `on` leaves those that count on that day; text is ordered by its bytes.
        """
        mark = self._speech.mark
        asked = {
            f"{quoted(name)} = {mark}": each for name, each in where.items() if each is not None
        }
        told = [f"{quoted(name)} IS NULL" for name, each in where.items() if each is None]
        values = [*asked.values()]
        told += asked
        if on is not None:
            told += [f"valid_from <= {mark}", f"(valid_to IS NULL OR valid_to > {mark})"]
            values += [on.isoformat()] * 2
        return FIND.format(
            table=self.name_of(table),
            columns=_listed(column_names(table.columns)),
            where=f" WHERE {' AND '.join(told)}" if told else "",
            order=", ".join(self._ordered(table)),
        ), tuple(values)

    def _ordered(self, table: Table) -> Iterator[str]:
        kinds = {column.name: column.kind for column in table.columns}
        for name in table.key:
            text = _TYPES[kinds[name]] == "TEXT"
            yield f"{quoted(name)}{_BY_BYTES[self._speech.name] if text else ''}"


def shape_of(projection: Projection) -> str:
    """Return a digest of what the view keeps and listens to."""
    told = [
        (table.name, [(column.name, column.kind) for column in table.columns], table.key, table.indexes)
        for table in projection.tables
    ]  # fmt: skip
    return hashlib.sha256(repr((told, sorted(projection.listens))).encode()).hexdigest()[:16]


def quoted(name: str) -> str:
    """Return the name of a table or column as it stands in SQL, whether it is one of SQL's words or not."""
    return f'"{name}"'


def _listed(names: Iterable[str]) -> str:
    return ", ".join(map(quoted, names))
