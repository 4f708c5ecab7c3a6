"""Settling records from nothing: each one once, with all that ever happened to it.

Who follows the log settles a record whenever something has happened to it. Where views are built anew that
would be to do it again and again; so a build reads the log by record, family by family, and gives the
settling views each record's whole history once. Nothing of it is stored yet, so nothing is loaded,
and one record is in memory at a time. Stretches of records can be settled apart, and in any order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import field
from inspect import isgeneratorfunction
from typing import Any, NamedTuple, Protocol

from ledger.errors import ProofError
from ledger.family import Family, family_of
from ledger.frozen import frozen
from ledger.store.contract import LogReader, RawRow
from projections.folding.acts import Acts
from projections.folding.decoding import Opening
from projections.folding.fold import Parked, told
from projections.folding.rows import FreshRows, Values
from projections.projection import Past, Projection, Recorded, Touched, settle_at_once

PAGE = 2048
STRETCH = 128

LOT = 512
"""Events that are opened, folded and settled together: who does one thing many times does it quicker."""

Stretch = tuple[str, str]
"""Names of records: from this one on, and below that one."""
_Rows = tuple[str, list[RawRow]]
_Opened = tuple[str, list[Recorded], tuple[int, str] | None]


@frozen
class Ground:
    """What every stretch of records is settled on; it travels to worker processes."""

    projections: tuple[Projection, ...]
    acts: Acts
    size: int
    utc_offset: str

    def opening(self, families: Sequence[Family[Any]]) -> Opening:
        """Return how the events of these views are opened."""
        wanted = frozenset().union(*(each.settles for each in self.projections))
        return Opening(families, wanted, utc_offset=self.utc_offset)


@frozen
class Settled:
    """What settling a stretch came to: the rows of each table, and the records that were parked."""

    rows: dict[str, list[Values]] = field(default_factory=dict)
    parked: list[Parked] = field(default_factory=list)


class Settlers(Protocol):
    """Who settle stretches elsewhere: a crew of worker processes."""

    def settle(
        self, ground: Ground, stretches: Iterable[Stretch], here: Callable[[Stretch], Settled]
    ) -> Iterator[Settled]:
        """Settle all stretches; yields what each came to, in their order. `here` settles one at once."""
        ...


def stretches(log: LogReader, projections: Sequence[Projection]) -> Iterator[Stretch]:
    """Yield all records that these views settle, in stretches of some hundreds."""
    families = {family_of(kind) for each in projections for kind in each.settles}
    for family in sorted(families):
        start = f"{family}/"
        while len(names := log.records(family, after=start, limit=STRETCH)) == STRETCH:
            yield start, names[-1]
            start = names[-1]
        yield start, f"{family}0"


def settle_stretch(
    log: LogReader, ground: Ground, opening: Opening, stretch: Stretch
) -> Settled:
    """Settle each record of a stretch, as its first events leave it.

    Raises:
        ProofError: an event is missing in the middle of a record.
    """
    settled = Settled()
    family = family_of(stretch[0])
    desks = [
        _Desk(projection, settled)
        for projection in ground.projections
        if family in {family_of(kind) for kind in projection.settles}
    ]
    for lot in _lots(_records(log, stretch, ground.size)):
        opened = [_opened(record, rows, ground.acts, opening) for record, rows in lot]
        folded = [_folded(each, opening) for each in opened]
        for desk in desks:
            desk.settle(folded)
    return settled


class _Known(NamedTuple):
    """A record's events, with the state after each, up to one that cannot be taken, and that one."""

    touched: Touched
    failed: tuple[int, str] | None


class _Desk:
    """One view that settles records."""

    def __init__(self, projection: Projection, settled: Settled) -> None:
        assert projection.settle is not None, "only views that settle are asked to"
        self._view = projection.name
        self._settle = projection.settle
        self._rows = FreshRows(projection.tables)
        self._settled = settled

    def settle(self, lot: Sequence[_Known]) -> None:
        """Settle records, each step for all of them; park those where that fails, or an event had failed."""
        begin = self._settle if isgeneratorfunction(self._settle) else None
        going = [
            (
                known,
                begin(known.touched, self._rows) if begin and known.touched.history else None,
            )
            for known in lot
        ]
        while going:
            going = [(known, steps) for known, steps in going if self._goes_on(known, steps)]

    def _goes_on(self, known: _Known, steps: Iterator[None] | None) -> bool:
        """Take one step more, and tell whether there are others; after the last one its rows are there."""
        touched, failed = known
        try:
            if steps is not None:
                for _ in steps:
                    return True
            elif touched.history:
                self._settle(touched, self._rows)
        except Exception:  # noqa: BLE001 -- the edge where a fold's failure parks
            failed = self._one_after_the_other(touched) or failed
        self._rows.move_to(self._settled.rows)
        if failed is not None:
            self._settled.parked.append(Parked(self._view, touched.record, *failed))
        return False

    def _one_after_the_other(self, touched: Touched) -> tuple[int, str] | None:
        """Settle the record as each event leaves it, until one fails: return which, and why."""
        record, history = touched.record, touched.history
        self._rows.clear()
        for count in range(1, len(history) + 1):
            kept = self._rows.copy()
            try:
                settle_at_once(self._settle, Touched(record, history[:count]), self._rows)
            except Exception as error:  # noqa: BLE001 -- as above
                # The steps of other records hold these very rows.
                self._rows.become(kept)
                return history[count - 1].recorded.index, told(error)
        return None


def _records(log: LogReader, stretch: Stretch, size: int) -> Iterator[_Rows]:
    """Yield each record of a stretch with those of its events that stand below an index."""
    start, stop = stretch
    after, record, rows = (start, 0), "", list[RawRow]()
    while page := log.record_page(after, stop, PAGE):
        for row in page:
            if row[1] != record:
                if rows:
                    yield record, rows
                record, rows = row[1], []
            if row[0] < size:
                rows.append(row)
        after = (page[-1][1], page[-1][2])
    if rows:
        yield record, rows


def _lots(records: Iterator[_Rows]) -> Iterator[list[_Rows]]:
    """Yield records some at a time: some hundreds of events together, or one record with more."""
    lot, count = list[_Rows](), 0
    for record, rows in records:
        lot.append((record, rows))
        count += len(rows)
        if count >= LOT:
            yield lot
            lot, count = [], 0
    if lot:
        yield lot


def _opened(record: str, rows: Sequence[RawRow], acts: Acts, opening: Opening) -> _Opened:
    """Open a record's events, up to one that cannot be."""
    kinds, opened, said_of = opening.kinds, opening.opened, acts.of
    events: list[Recorded] = []
    for version, row in enumerate(rows, 1):
        if row[2] != version:
            raise ProofError(
                f"record {record}", f"version {version} is missing; run 'qifeng verify'"
            )
        if row[3] not in kinds:
            continue
        try:
            events.append(opened(row, said_of(row[0], row[5])))
        except Exception as error:  # noqa: BLE001 -- the edge where a fold's failure parks
            return record, events, (row[0], told(error))
    return record, events, None


def _folded(opened: _Opened, opening: Opening) -> _Known:
    """Fold a record's events, up to one that cannot be taken."""
    record, events, failed = opened
    evolve, state = opening.start(record)
    history: list[Past] = []
    for recorded in events:
        try:
            state = evolve(state, recorded.happened)
        except Exception as error:  # noqa: BLE001 -- as above
            failed = recorded.index, told(error)
            break
        # What a named tuple's own constructor does, at half the cost.
        history.append(tuple.__new__(Past, (recorded, state)))
    return _Known(Touched(record, history), failed)
