"""One set of view tables in a database: rows, positions and parked records, in one transaction.

All of it can be dropped and built again, so what breaks here is told with one remedy: rebuild.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from ledger.errors import LedgerError, UnavailableError
from projections.folding.fold import Job, Parked
from projections.folding.rows import BufferedRows, HeldTable, Key
from projections.folding.settling import Settled
from projections.projection import BOOL, Projection, Row, Table, column_names
from projections.runner.tables import Schema, Statements
from projections.runner.tracking import ViewTracking

REMEDY = "views can be built again: run 'qifeng store rebuild'"
_PAGE = 2000


class ViewDatabase:
    """The tables of some views: in a file of their own, or in a schema of their own."""

    def __init__(
        self, engine: sa.Engine, projections: Sequence[Projection], *, schema: str | None = None
    ) -> None:
        """Speak to the tables of these views; whether they are there is not looked at."""
        self.engine = engine
        self.schema = Schema(projections, schema)
        self.tracking = ViewTracking(engine, self.schema)
        self._declared = {table.name: table for each in projections for table in each.tables}
        self._statements: dict[str, Statements] = {}

    @property
    def projections(self) -> tuple[Projection, ...]:
        """The views that have tables here."""
        return self.schema.projections

    def create(self) -> None:
        """Make the tables, each view at position 0; indexes come when the rows are there."""
        with self.writing() as connection:
            if self.schema.metadata.schema:
                connection.execute(sa.schema.CreateSchema(self.schema.metadata.schema))
            for table in self.schema.metadata.sorted_tables:
                connection.execute(sa.schema.CreateTable(table))
            for each in self.projections:
                stand = {
                    "view": each.name,
                    "version": each.version,
                    "shape": self.schema.shapes[each.name],
                }
                connection.execute(sa.insert(self.schema.position).values(**stand, position=0))

    def add_indexes(self) -> None:
        """Make the indexes that the views ask for."""
        with self.writing() as connection:
            for index in self.schema.indexes:
                connection.execute(sa.schema.CreateIndex(index))

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Hold a transaction that alone writes; leaving without an error makes it durable, whole."""
        begin = "BEGIN IMMEDIATE" if self.engine.dialect.name == "sqlite" else "BEGIN"
        with self._transaction(begin, "COMMIT") as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Hold a transaction in which every reading sees the same."""
        snapshot = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        begin = "BEGIN" if self.engine.dialect.name == "sqlite" else snapshot
        with self._transaction(begin, "ROLLBACK") as connection:
            yield connection

    @contextmanager
    def _transaction(self, begin: str, end: str) -> Iterator[sa.Connection]:
        try:
            with self.engine.connect() as connection:
                connection.exec_driver_sql(begin)
                try:
                    yield connection
                except BaseException:
                    connection.exec_driver_sql("ROLLBACK")
                    raise
                connection.exec_driver_sql(end)
        except SQLAlchemyError as error:
            raise broken(error) from error

    def standing(self, connection: sa.Connection, *, lock: bool = False) -> dict[str, int]:
        """Return the position of each view that is stored as it is declared now.

        `lock` keeps others from moving them until the transaction ends.
        """
        position = self.schema.position
        asked = sa.select(
            position.c.view, position.c.version, position.c.shape, position.c.position
        )
        stored = {
            row.view: row
            for row in connection.execute(asked.with_for_update() if lock else asked)
        }
        return {
            each.name: stored[each.name].position
            for each in self.projections
            if each.name in stored
            and (stored[each.name].version, stored[each.name].shape) == (each.version, self.schema.shapes[each.name])
        }  # fmt: skip

    def parked(self, connection: sa.Connection, view: str) -> list[Parked]:
        """Return the records that a view has stopped listening to, by index."""
        return self._parked(connection).get(view, [])

    def _parked(self, connection: sa.Connection) -> dict[str, list[Parked]]:
        parked = self.schema.parked
        found: dict[str, list[Parked]] = {}
        for row in connection.execute(sa.select(*parked.c).order_by(parked.c.index)):
            found.setdefault(row.view, []).append(Parked(*row))
        return found

    def open_jobs(self, connection: sa.Connection, positions: Mapping[str, int]) -> list[Job]:
        """Return the jobs of views that stand at these positions, going on from their stored rows."""

        def load(table: Table, key: Key) -> Row | None:
            found = connection.exec_driver_sql(self.statements(table).load, key).fetchone()
            return None if found is None else _as_row(table, found)

        parked = self._parked(connection)
        return [
            Job(
                each,
                BufferedRows(each.tables, load, whole=positions[each.name] == 0),
                position=positions[each.name],
                parked=parked.get(each.name, ()),
            )
            for each in self.projections
            if each.name in positions
        ]

    def write(self, connection: sa.Connection, jobs: Sequence[Job]) -> None:
        """Write what jobs changed, what they parked and where they stand."""
        for job in jobs:
            for held in job.rows.held.values():
                self._write_table(connection, held)
            self._park(connection, job.newly_parked)
            job.newly_parked.clear()
            job.rows.written()
        stand = {job.projection.name: job.position for job in jobs if job.position}
        self.tracking.move(connection, stand)

    def _write_table(self, connection: sa.Connection, held: HeldTable) -> None:
        if not held.changed:
            return
        statements = self.statements(held.table)
        changed = [(key, held.rows[key]) for key in held.changed]
        kept = [held.values_of(row) for _, row in changed if row is not None]
        gone = [key for key, row in changed if row is None]
        for statement, values in ((statements.upsert, kept), (statements.delete, gone)):
            if values:
                connection.exec_driver_sql(statement, values)

    def load(self, connection: sa.Connection, settled: Settled) -> None:
        """Write what was settled of records of which nothing is stored."""
        for name, rows in settled.rows.items():
            statements = self.statements(self._declared[name])
            connection.exec_driver_sql(statements.upsert, rows)
        self._park(connection, settled.parked)

    def _park(self, connection: sa.Connection, parked: Sequence[Parked]) -> None:
        if parked:
            connection.execute(sa.insert(self.schema.parked), [asdict(each) for each in parked])

    def statements(self, table: Table) -> Statements:
        """Return how a table is written and read, written out once."""
        if table.name not in self._statements:
            self._statements[table.name] = self.schema.statements(table, self.engine.dialect)
        return self._statements[table.name]

    def find(
        self,
        connection: sa.Connection,
        table: Table,
        where: Mapping[str, Any] | None = None,
        *,
        on: date | None = None,
    ) -> Iterator[Row]:
        """Yield rows whose columns equal those given, by key: text by its bytes."""
        stored = self.schema.tables[table.name]
        asked = sa.select(*stored.c).order_by(
            *(self._by_bytes(stored.c[key]) for key in table.key)
        )
        for name, value in (where or {}).items():
            asked = asked.where(stored.c[name] == value)
        if on is not None:
            counted = sa.or_(stored.c.valid_to.is_(None), stored.c.valid_to > on.isoformat())
            asked = asked.where(stored.c.valid_from <= on.isoformat(), counted)
        names = column_names(table.columns)
        for row in connection.execute(asked.execution_options(yield_per=_PAGE)):
            yield dict(zip(names, row, strict=True))

    def count(self, connection: sa.Connection, table: Table) -> int:
        """Return how many rows a table holds."""
        asked = sa.select(sa.func.count()).select_from(self.schema.tables[table.name])
        return int(connection.execute(asked).scalar_one())

    def copy(self, other: ViewDatabase, projections: Sequence[Projection]) -> None:
        """Take over the rows of views from another set of tables, with their positions."""
        with other.reading() as theirs, self.writing() as ours:
            standing = other.standing(theirs)
            for projection in [each for each in projections if each.name in standing]:
                for table in projection.tables:
                    self._copy_table(ours, table, other.find(theirs, table))
                self._park(ours, other.parked(theirs, projection.name))
                self.tracking.move(ours, {projection.name: standing[projection.name]})

    def _copy_table(self, ours: sa.Connection, table: Table, rows: Iterator[Row]) -> None:
        upsert = self.statements(table).upsert
        page: list[tuple[Any, ...]] = []
        for row in rows:
            page.append(tuple(row.values()))
            if len(page) == _PAGE:
                ours.exec_driver_sql(upsert, page)
                page = []
        if page:
            ours.exec_driver_sql(upsert, page)

    def _by_bytes(self, column: sa.Column[Any]) -> sa.ColumnElement[Any]:
        if self.engine.dialect.name == "postgresql" and isinstance(column.type, sa.Text):
            return sa.collate(column, "C")
        return column


def broken(error: SQLAlchemyError) -> LedgerError:
    """Return a driver's error in the house's words."""
    lines = str(getattr(error, "orig", None) or error).strip().splitlines()
    return UnavailableError("views", (lines or [type(error).__name__])[0], todo=REMEDY)


def _as_row(table: Table, found: Sequence[Any]) -> Row:
    return {
        column.name: bool(value) if column.kind == BOOL and value is not None else value
        for column, value in zip(table.columns, found, strict=True)
    }
