"""Folding views from nothing: what is applied in the order of the log, what is settled by record.

The two look at different families, and so at different events: a record is read by the one or by the
other. Both find who acted in what is read of the seals beforehand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from ledger.errors import MalformedError
from ledger.family import Family
from ledger.frozen import frozen, replace
from ledger.store.contract import LogReader, RawRow
from ledger.store.wire import Wire
from projections.folding.acts import Acts, read_acts
from projections.folding.decoding import Opening, utc_offset_of
from projections.folding.fold import Job, told
from projections.folding.settling import Ground, Settled, Settlers, settle_stretch, stretches
from projections.projection import Projection
from projections.runner.database import ViewDatabase

PAGE = 2048
BATCH_PAGES = 5


@frozen
class Build:
    """A build of views from a log's first events: here, or in the worker processes of a crew."""

    log: LogReader
    size: int
    families: tuple[Family[Any], ...]
    crew: Settlers | None = None

    def fold(
        self, database: ViewDatabase, connection: Wire, views: Sequence[Projection]
    ) -> None:
        """Fold views of which no rows are stored, and write their rows and positions.

        Raises:
            ProofError: an act, or an event in the middle of a record, is missing.
            UnavailableError: a worker could not open the store, failed, or ended early.
        """
        acts = read_acts(self.log, self.size)
        jobs = database.open_jobs(connection, {each.name: 0 for each in views})
        for _ in self._apply(jobs, acts):
            database.write(connection, jobs)
        for settled in self._settle(views, acts):
            database.load(connection, settled)
        for job in jobs:
            job.position = self.size
        database.write(connection, jobs)

    def _apply(self, jobs: Sequence[Job], acts: Acts) -> Iterator[None]:
        """Tell single events to the views that apply them; yields whenever rows are to be written."""
        wanted = frozenset().union(*(job.projection.kinds for job in jobs))
        opening = Opening(self.families, wanted, utc_offset=utc_offset_of(self.log))
        by_kind = {
            kind: [job for job in jobs if kind in job.projection.kinds]
            for kind in opening.kinds
        }
        for number, page in enumerate(self._pages(sorted(by_kind)), 1):
            for row in page:
                _take(row, by_kind[row[3]], acts, opening)
            if number % BATCH_PAGES == 0:
                yield

    def _pages(self, kinds: Sequence[str]) -> Iterator[Sequence[RawRow]]:
        start = 0
        while kinds and (page := self.log.kind_page(kinds, start, self.size, limit=PAGE)):
            yield page
            start = page[-1][0] + 1

    def _settle(self, views: Sequence[Projection], acts: Acts) -> Iterator[Settled]:
        # The parts that answer and what applies stay here: a worker needs what settles, and no more.
        settling = [
            replace(each, parts=(), kinds=frozenset(), apply=None)
            for each in views
            if each.settle is not None
        ]
        ground = Ground(tuple(settling), acts, self.size, utc_offset_of(self.log))
        opening = ground.opening(self.families)
        asked = stretches(self.log, settling)
        here = partial(settle_stretch, self.log, ground, opening)
        yield from (
            map(here, asked) if self.crew is None else self.crew.settle(ground, asked, here)
        )


def _take(row: RawRow, jobs: Sequence[Job], acts: Acts, opening: Opening) -> None:
    try:
        recorded = opening.opened(row, acts.of(row[0], row[5]))
    except MalformedError as error:
        for job in jobs:
            job.park(row[1], row[0], told(error))
        return
    for job in jobs:
        job.take(recorded)
