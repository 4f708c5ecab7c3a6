"""One set of view tables in a database: rows, positions and parked records, in one transaction.

All of it can be dropped and built again, so what breaks here is told with one remedy: rebuild.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple
from datetime import date
from typing import Any

from ledger.store.speech import Source
from ledger.store.wire import Wire, Wires
from projections.folding.fold import Job, Parked
from projections.folding.rows import BufferedRows, HeldTable, Key
from projections.folding.settling import Settled
from projections.projection import Projection, Row, Table
from projections.runner.tables import Schema
from projections.runner.tracking import ViewTracking
from projections.runner.wiring import view_source

_PAGE = 2000


class ViewDatabase:
    """The tables of some views: in a file of their own, or in a schema of their own."""

    def __init__(
        self,
        source: Source,
        projections: Sequence[Projection],
        *,
        schema: str = "",
        wires: type[Wires] = Wires,
    ) -> None:
        """Speak to the tables of these views; whether they are there is not looked at."""
        self.schema = Schema(projections, source.speech, schema)
        self.wires = wires(view_source(source, self.schema.statements()))
        self.tracking = ViewTracking(self.wires)
        self._declared = {table.name: table for each in projections for table in each.tables}

    @property
    def projections(self) -> tuple[Projection, ...]:
        """The views that have tables here."""
        return self.schema.projections

    def create(self) -> None:
        """Make the tables, each view at position 0; indexes come when the rows are there."""
        with self.writing() as wire:
            for statement in self.schema.tables():
                wire.run(statement)
            for each in self.projections:
                shape = self.schema.shapes[each.name]
                wire.change(
                    "begin", view=each.name, version=each.version, shape=shape, position=0
                )

    def add_indexes(self) -> None:
        """Make the indexes that the views ask for."""
        with self.writing() as wire:
            for statement in self.schema.indexes():
                wire.run(statement)

    def close(self) -> None:
        """Let go of the database."""
        self.wires.close()

    @contextmanager
    def writing(self) -> Iterator[Wire]:
        """Hold a transaction that alone writes; leaving without an error makes it durable, whole."""
        with self.wires.lend() as wire, wire.writing():
            yield wire

    @contextmanager
    def reading(self) -> Iterator[Wire]:
        """Hold a transaction in which every reading sees the same."""
        with self.wires.lend() as wire, wire.reading():
            yield wire

    def standing(self, wire: Wire, *, lock: bool = False) -> dict[str, int]:
        """Return the position of each view that is stored as it is declared now.

        `lock` keeps others from moving them until the transaction ends.
        """
        rows = wire.rows("lock_standing" if lock else "standing")
        stored = {view: (version, shape, position) for view, version, shape, position in rows}
        return {
            each.name: stored[each.name][-1]
            for each in self.projections
            if stored.get(each.name, ())[:-1] == (each.version, self.schema.shapes[each.name])
        }

    def parked(self, wire: Wire, view: str) -> list[Parked]:
        """Return the records that a view has stopped listening to, by index."""
        return self._parked(wire).get(view, [])

    def _parked(self, wire: Wire) -> dict[str, list[Parked]]:
        found: dict[str, list[Parked]] = {}
        for row in wire.rows("parked"):
            found.setdefault(row[0], []).append(Parked(*row))
        return found

    def open_jobs(self, wire: Wire, positions: Mapping[str, int]) -> list[Job]:
        """Return the jobs of views that stand at these positions, going on from their stored rows."""

        def load(table: Table, key: Key) -> Row | None:
            stored = self.schema.stored(table)
            found = wire.all_of(wire.run(stored.load, key))
            return stored.row(found[0]) if found else None

        parked = self._parked(wire)
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

    def write(self, wire: Wire, jobs: Sequence[Job]) -> None:
        """Write what jobs changed, what they parked and where they stand."""
        for job in jobs:
            for held in job.rows.held.values():
                self._write_table(wire, held)
            self._park(wire, job.newly_parked)
            job.newly_parked.clear()
            job.rows.written()
        stand = {job.projection.name: job.position for job in jobs if job.position}
        self.tracking.move(wire, stand)

    def _write_table(self, wire: Wire, held: HeldTable) -> None:
        if not held.changed:
            return
        stored = self.schema.stored(held.table)
        changed = [(key, held.rows[key]) for key in held.changed]
        kept = [held.values_of(row) for _, row in changed if row is not None]
        gone = [key for key, row in changed if row is None]
        for statement, values in ((stored.upsert, kept), (stored.delete, gone)):
            if values:
                wire.run(statement, values)

    def load(self, wire: Wire, settled: Settled) -> None:
        """Write what was settled of records of which nothing is stored."""
        for name, rows in settled.rows.items():
            stored = self.schema.stored(self._declared[name])
            wire.run(stored.upsert, rows)
        self._park(wire, settled.parked)

    def _park(self, wire: Wire, parked: Sequence[Parked]) -> None:
        if parked:
            wire.add("park", [astuple(each) for each in parked])

    def find(
        self,
        wire: Wire,
        table: Table,
        where: Mapping[str, Any] | None = None,
        *,
        on: date | None = None,
    ) -> Iterator[Row]:
        """Yield rows whose columns equal those given, by key: text by its bytes."""
        row_of = self.schema.stored(table).row
        sql, values = self.schema.finding(table, where or {}, on)
        for page in wire.pages(sql, values, size=_PAGE):
            yield from map(row_of, page)

    def count(self, wire: Wire, table: Table) -> int:
        """Return how many rows a table holds."""
        ((n,),) = wire.all_of(wire.run(self.schema.stored(table).count))
        return int(n)

    def copy(self, other: ViewDatabase, projections: Sequence[Projection]) -> None:
        """Take over the rows of views from another set of tables, with their positions."""
        with other.reading() as theirs, self.writing() as ours:
            standing = other.standing(theirs)
            for projection in [each for each in projections if each.name in standing]:
                for table in projection.tables:
                    self._copy_table(ours, table, other.find(theirs, table))
                self._park(ours, other.parked(theirs, projection.name))
                self.tracking.move(ours, {projection.name: standing[projection.name]})

    def _copy_table(self, ours: Wire, table: Table, rows: Iterator[Row]) -> None:
        upsert = self.schema.stored(table).upsert
        page: list[tuple[Any, ...]] = []
        for row in rows:
            page.append(tuple(row.values()))
            if len(page) == _PAGE:
                ours.run(upsert, page)
                page = []
        if page:
            ours.run(upsert, page)
