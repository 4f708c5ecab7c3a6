"""Following the log, rebuilding beside, comparing, and looking at the past.

The runner polls: `follow` takes whatever the log holds beyond the views' positions, a batch of acts
at a time; rows and positions are written in one transaction. A crash between two batches loses
nothing, and one within a batch is as if it had not begun.
"""

from __future__ import annotations

import gc
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from ledger.errors import NotFoundError, ProofError, UnavailableError
from ledger.family import Family
from ledger.frozen import frozen
from ledger.records import FAMILIES
from ledger.store.contract import LogReader, LogStore
from ledger.store.open import MEMORY
from ledger.store.wire import Wire
from projections.folding.decoding import Opening, utc_offset_of
from projections.folding.fold import Fold, Job, Parked
from projections.folding.settling import Settlers
from projections.projection import Projection, Row, Table
from projections.runner.building import Build
from projections.runner.comparing import Difference, differences
from projections.runner.database import ViewDatabase
from projections.runner.places import Place, ScratchPlace
from projections.runner.wiring import REMEDY

ALL = ""
BATCH_EVENTS = 10_000
CREW_EVENTS = 50_000
"""From so many events on, worker processes earn what it costs to start them."""


@frozen
class Standing:
    """Where a view stands: events taken, events of the log not taken yet, records parked."""

    position: int
    lag: int
    parked: int


@frozen
class StoredRows:
    """The rows of a set of views within one reading transaction, and what they were folded from."""

    database: ViewDatabase
    connection: Wire
    log: LogReader
    size: int = 0

    def find(
        self, table: Table, where: Mapping[str, Any] | None = None, *, on: date | None = None
    ) -> Iterator[Row]:
        """Yield the rows whose columns equal those given, by key; `on` leaves those of that day."""
        return self.database.find(self.connection, table, where, on=on)


class Runner:
    """Views of a log, kept in a place."""

    def __init__(
        self,
        store: LogStore,
        place: Place,
        projections: Sequence[Projection],
        *,
        families: Sequence[Family[Any]] = FAMILIES,
        jobs: int | None = None,
    ) -> None:
        """Keep these views; `families` is the closed registry of what can happen.

        Many events are folded anew by so many worker processes; by as many as there are cores if it is
        not said.
        """
        self.store = store
        self.place = place
        self.projections = tuple(projections)
        self.families = tuple(families)
        self.jobs = jobs or os.cpu_count() or 1

    def projection(self, name: str) -> Projection:
        """Return the view of that name.

        Raises:
            NotFoundError: there is none.
        """
        for each in self.projections:
            if each.name == name:
                return each
        names = ", ".join(each.name for each in self.projections)
        raise NotFoundError("view", name, todo=f"views are: {names}")

    def follow(self, until: int | None = None) -> int:
        """Bring every view up to the log's end, or to `until` events; returns the events taken.

        Views that are not there yet, or are of another version, are rebuilt; so are all of them where most
        of a long log is new to one.

        Raises:
            UnavailableError: the views cannot be read or written, or stand beyond the log.
        """
        with self.store.snapshot() as log:
            size = log.head().size
            stop = size if until is None else min(until, size)
            current = self.place.current(self.projections)
            if current is None:
                return self._build(log, stop, self.projections, None)
            with current.reading() as connection:
                standing = _checked(current.standing(connection), size)
            behind = stop - min(standing.values(), default=0)
            if behind >= CREW_EVENTS and behind > stop // 2:
                return self._build(log, stop, self.projections, None)
            stale = [each for each in self.projections if each.name not in standing]
            taken = self._build(log, stop, stale, current) if stale else 0
            current = self.place.current(self.projections)
            assert current is not None, "a set of views was put into use"
            return taken + self._catch_up(log, stop, current)

    def rebuild(self, name: str = ALL) -> int:
        """Fold one view, or all, anew beside those in use, and switch; returns the events taken.

        Raises:
            NotFoundError: no view has that name.
        """
        chosen = self.projections if name == ALL else (self.projection(name),)
        with self.store.snapshot() as log:
            current = self.place.current(self.projections) if name != ALL else None
            return self._build(log, log.head().size, chosen, current)

    def standing(self) -> dict[str, Standing]:
        """Return where each view stands; a view that is not there yet has taken nothing.

        A lag below 0 says that the view stands beyond the log.
        """
        size = self.store.head().size
        current = self.place.current(self.projections)
        if current is None:
            return {each.name: Standing(0, size, 0) for each in self.projections}
        with current.reading() as connection:
            positions = current.standing(connection)
            return {
                each.name: Standing(
                    positions.get(each.name, 0),
                    size - positions.get(each.name, 0),
                    len(current.parked(connection, each.name)),
                )
                for each in self.projections
            }

    def count(self, name: str) -> int | None:
        """Return how many rows a view holds, or None where it was not built as it is now."""
        current = self.place.current(self.projections)
        if current is None:
            return None
        with current.reading() as connection:
            if name not in current.standing(connection):
                return None
            return sum(current.count(connection, each) for each in self.projection(name).tables)

    def parked(self, name: str) -> list[Parked]:
        """Return the records that a view has stopped listening to, by index."""
        current = self.place.current(self.projections)
        if current is None:
            return []
        with current.reading() as connection:
            return current.parked(connection, name)

    @contextmanager
    def reading(self) -> Iterator[StoredRows]:
        """Hold the views as they stand now.

        Raises:
            UnavailableError: they were never built.
        """
        current = self.place.current(self.projections)
        if current is None:
            raise UnavailableError("views", "were never built", todo=REMEDY)
        with current.reading() as connection:
            yield StoredRows(current, connection, self.store)

    @contextmanager
    def held(self, name: str) -> Iterator[tuple[StoredRows, Standing]]:
        """Hold a view as it stands now, and where that is."""
        size = self.store.head().size
        with self.reading() as rows:
            position = rows.database.standing(rows.connection).get(name, 0)
            parked = rows.database.parked(rows.connection, name)
            yield replace(rows, size=position), Standing(position, size - position, len(parked))

    @contextmanager
    def known_at(self, name: str, size: int) -> Iterator[tuple[StoredRows, Standing]]:
        """Hold a view as it was when the log had `size` events, replayed in memory."""
        past = Runner(
            self.store, ScratchPlace(), (self.projection(name),), families=self.families
        )
        past.follow(size)
        with closing(past.place), past.held(name) as held:
            yield held

    def compare(self, name: str) -> Iterator[Difference]:
        """Yield every row that a fresh replay up to the view's position has otherwise."""
        projection = self.projection(name)
        current = self.place.current(self.projections)
        if current is None:
            return
        with (
            tempfile.TemporaryDirectory(prefix="qifeng-views-") as folder,
            current.reading() as connection,
        ):
            position = current.standing(connection).get(name)
            if position is None:
                return
            scratch = ScratchPlace(Path(folder) / "scratch.db")
            replay = Runner(self.store, scratch, (projection,), families=self.families)
            replay.follow(position)
            with closing(scratch), replay.reading() as replayed:
                stored = StoredRows(current, connection, self.store)
                for table in projection.tables:
                    yield from differences(table, stored.find(table), replayed.find(table))

    def _build(
        self,
        log: LogReader,
        stop: int,
        chosen: Sequence[Projection],
        current: ViewDatabase | None,
    ) -> int:
        """Build a new set with these views folded anew and the others copied; put it into use."""
        built = self.place.begin(self.projections)
        try:
            if current is not None:
                built.copy(current, [each for each in self.projections if each not in chosen])
            # A set in the making is one transaction: nobody else sees it.
            with (
                self._crew(stop, chosen) as crew,
                built.writing() as connection,
                _uncollected(),
            ):
                Build(log, stop, self.families, crew).fold(built, connection, chosen)
                jobs = self._jobs(built, connection)
                taken = stop + sum(self._advance(log, stop, (built, connection), jobs))
            built.add_indexes()
        except BaseException:
            built.close()
            raise
        self.place.switch(built)
        return taken

    def _crew(
        self, size: int, chosen: Sequence[Projection]
    ) -> AbstractContextManager[Settlers | None]:
        """Return the workers that settle so many events, or none."""
        few = size < CREW_EVENTS or not any(each.settles for each in chosen)
        if few or self.jobs == 1 or self.store.url == MEMORY or self.families != FAMILIES:
            return nullcontext()
        # What starts processes is loaded only where there is much to do.
        from projections.folding.crew import Crew  # noqa: PLC0415

        return Crew(self.store.url, self.jobs)

    def _catch_up(self, log: LogReader, stop: int, database: ViewDatabase) -> int:
        """Take what is new, each batch in a transaction of its own."""
        with database.reading() as connection:
            behind = min(database.standing(connection).values(), default=stop) < stop
        total = 0
        while behind:
            with database.writing() as connection:
                jobs = self._jobs(database, connection)
                taken = next(self._advance(log, stop, (database, connection), jobs), 0)
            total += taken
            behind = min(job.position for job in jobs) < stop
        return total

    def _jobs(self, database: ViewDatabase, connection: Wire) -> list[Job]:
        return database.open_jobs(connection, database.standing(connection, lock=True))

    def _advance(
        self,
        log: LogReader,
        stop: int,
        open_set: tuple[ViewDatabase, Wire],
        jobs: Sequence[Job],
    ) -> Iterator[int]:
        """Fold up to `stop`, those furthest behind first; yields the events of each batch written."""
        database, connection = open_set
        while (lowest := min(job.position for job in jobs)) < stop:
            further = [job.position for job in jobs if job.position > lowest]
            until = min([*further, stop])
            together = [job for job in jobs if job.position == lowest]
            fold = Fold(log, together, self._opening(log, together))
            for taken, position in _batches(fold, lowest, until):
                fold.settle()
                for job in together:
                    job.position = position
                database.write(connection, together)
                yield taken

    def _opening(self, log: LogReader, jobs: Sequence[Job]) -> Opening:
        wanted = frozenset().union(*(job.projection.listens for job in jobs))
        return Opening(self.families, wanted, utc_offset=utc_offset_of(log))


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the collector of circular garbage from looking through the rows at hand again and again.

    A fold makes no circles, and looking costs a tenth of a rebuild.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _batches(fold: Fold, start: int, until: int) -> Iterator[tuple[int, int]]:
    """Yield the events taken and the position, whenever a batch of acts has been folded."""
    position = written = start
    for position in fold.run(start, until):
        if position - written >= BATCH_EVENTS or position == until:
            yield position - written, position
            written = position
    if position != until:
        raise ProofError(f"log at index {position}", "an act is missing; run 'qifeng verify'")


def _checked(standing: Mapping[str, int], size: int) -> Mapping[str, int]:
    """Return the positions of the views.

    Raises:
        UnavailableError: one stands beyond the log.
    """
    beyond = max(standing.values(), default=0)
    if beyond > size:
        raise UnavailableError(
            "views", f"stand at {beyond}, the log ends at {size}: it was cut or restored",
            todo="run 'qifeng verify', then 'qifeng store rebuild'",
        )  # fmt: skip
    return standing
