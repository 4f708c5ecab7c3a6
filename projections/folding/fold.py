"""One pass over the log for many views: each event is opened once, and told to all who listen.

A `Job` is one view in the making: its rows, how far it has come, which records are parked. A record
whose event a fold cannot take is *parked*: what that event changed is undone, later events of the
record are left out for that view, and everything else goes on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from ledger.errors import MalformedError, ProofError
from ledger.frozen import frozen
from ledger.store.contract import EventRow, LogReader, SealRow
from projections.folding.decoding import Opening, Sealed
from projections.folding.rows import BufferedRows
from projections.projection import Past, Projection, Recorded, Touched, settle_at_once

History = list[Past]


@frozen
class Parked:
    """A record that a view has stopped listening to: from which event on, and why."""

    view: str
    record: str
    index: int
    error: str


class Job:
    """One view being folded. `position` is how many events of the log it has taken."""

    def __init__(
        self,
        projection: Projection,
        rows: BufferedRows,
        *,
        position: int = 0,
        parked: Sequence[Parked] = (),
    ) -> None:
        """Go on from a position, with these records parked."""
        self.projection = projection
        self.rows = rows
        self.position = position
        self.parked = {each.record: each for each in parked}
        self.newly_parked: list[Parked] = []

    def take(self, recorded: Recorded) -> None:
        """Fold one event; park its record if the fold fails."""
        record = recorded.record
        if record in self.parked:
            return
        assert self.projection.apply is not None, "only views that apply are told single events"
        self.rows.begin_event()
        try:
            self.projection.apply(recorded, self.rows)
        except Exception as error:  # noqa: BLE001 -- the edge where a fold's failure parks
            self.rows.undo_event()
            self.park(record, recorded.index, told(error))

    def settle(self, record: str, history: History, *, earlier: int) -> None:
        """Settle a record that was touched; park it if that fails.

        The first `earlier` events of its history were settled before.
        """
        if record in self.parked or self._settle(record, history) is None:
            return
        # Which event fails must not depend on how many came at once: one after the other.
        for count in range(earlier + 1, len(history) + 1):
            error = self._settle(record, history[:count])
            if error is not None:
                self.park(record, history[count - 1].recorded.index, told(error))
                return

    def _settle(self, record: str, history: History) -> Exception | None:
        assert self.projection.settle is not None, "only views that settle are asked to"
        self.rows.begin_event()
        try:
            settle_at_once(self.projection.settle, Touched(record, history), self.rows)
        except Exception as error:  # noqa: BLE001 -- the edge where a fold's failure parks
            self.rows.undo_event()
            return error
        return None

    def park(self, record: str, index: int, error: str) -> None:
        """Stop listening to a record from this event on."""
        if record not in self.parked:
            parked = Parked(self.projection.name, record, index, error)
            self.parked[record] = parked
            self.newly_parked.append(parked)


class Fold:
    """Views that are folded together, all from the same position on."""

    def __init__(self, log: LogReader, jobs: Sequence[Job], opening: Opening) -> None:
        """Fold these jobs; events are opened by `opening`."""
        self._log = log
        self._opening = opening
        kinds = opening.kinds
        self._applying = {
            kind: tuple(job for job in jobs if kind in job.projection.kinds) for kind in kinds
        }
        self._settling = {
            kind: tuple(job for job in jobs if kind in job.projection.settles) for kind in kinds
        }
        self._news: dict[str, list[Recorded]] = {}

    def run(self, start: int, stop: int) -> Iterator[int]:
        """Fold the events of a span; yields the position after each act, or part of an act, of it.

        Raises:
            ProofError: seals and events do not belong together.
        """
        events = self._log.events(start, stop)
        for seal in self._seals(start, stop):
            act_end = seal.first_index + seal.count
            start += self._take_act(seal, islice(events, act_end - start))
            if start != min(act_end, stop):
                raise ProofError(
                    f"log at index {start}", "an act is not whole; run 'qifeng verify'"
                )
            yield start

    def _seals(self, start: int, stop: int) -> Iterator[SealRow]:
        """Yield the seals of a span; first that of the act which it may begin within."""
        first = self._log.event_at(start)
        begun = self._log.seal(first.act) if first else None
        if begun is not None and begun.first_index < start:
            yield begun
        yield from self._log.seals(start, stop)

    def settle(self) -> None:
        """Settle all that was touched: before the rows are written."""
        for record in list(self._news):
            self._settle(record)

    def _settle(self, record: str) -> None:
        news = self._news.pop(record, [])
        if not news:
            return
        jobs = self._settling[news[0].happened.KIND]
        try:
            earlier = self._earlier(news[0])
            history = self._opening.history(record, [*earlier, *news])
        except Exception as error:  # noqa: BLE001 -- the edge where a fold's failure parks
            for job in jobs:
                job.park(record, news[0].index, told(error))
            return
        for job in jobs:
            job.settle(record, history, earlier=len(earlier))

    def _take_act(self, seal: SealRow, events: Iterator[EventRow]) -> int:
        sealed: Sealed | None = None
        count = 0
        for row in events:
            count += 1
            applying, settling = self._applying.get(row.kind), self._settling.get(row.kind)
            if not applying and not settling:
                continue
            if row.act != seal.act:
                raise ProofError(f"log at index {row.index}", "its seal is another act's")
            try:
                sealed = sealed or self._opening.sealed(seal, row.recorded_at)
                recorded = self._opening.recorded(row, sealed)
            except MalformedError as error:
                self._settle(row.record)
                for job in (*(applying or ()), *(settling or ())):
                    job.park(row.record, row.index, told(error))
                continue
            for job in applying or ():
                job.take(recorded)
            if settling:
                self._news.setdefault(row.record, []).append(recorded)
        return count

    def _earlier(self, first: Recorded) -> list[Recorded]:
        """Return what happened to a record before an event, from evidence."""
        if first.version == 1:
            return []
        return [
            self._opening.recorded(row, self._opening.sealed(seal, row.recorded_at))
            for row in self._log.history(first.record, first.index - 1)
            if row.kind in self._opening.kinds
            for seal in [self._log.seal(row.act)]
            if seal is not None
        ]


def told(error: Exception) -> str:
    """Return an error as it is shown of a parked record."""
    return f"{type(error).__name__}: {error}"
