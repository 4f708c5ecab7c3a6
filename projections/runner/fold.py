"""One pass over the log for many views: each event is opened once, and told to all who listen.

A `Job` is one view in the making: its rows, how far it has come, which records are parked. A record
whose event a fold cannot take is *parked*: what that event changed is undone, later events of the
record are left out for that view, and everything else goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice

from ledger.errors import MalformedError, ProofError
from ledger.family import Happened
from ledger.store.contract import EventRow, LogReader, SealRow
from projections.projection import Projection, Recorded, Touched
from projections.runner.decoding import Decode, Sealed, open_row, open_sealed
from projections.runner.rows import BufferedRows

History = list[tuple[int, Happened]]
Earlier = Callable[[str, int], History]


@dataclass(frozen=True, slots=True)
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
        self._news: dict[str, list[Recorded]] = {}

    def take(self, recorded: Recorded) -> None:
        """Fold one event; park its record if the fold fails."""
        record = recorded.record
        if record in self.parked:
            return
        if self.projection.apply is not None:
            self.rows.begin_event()
            try:
                self.projection.apply(recorded, self.rows)
            except Exception as error:  # noqa: BLE001 -- the edge where a fold's failure parks
                self.rows.undo_event()
                self.park(record, recorded.index, told(error))
                return
        if self.projection.settle is not None:
            self._news.setdefault(record, []).append(recorded)

    def settle(self, earlier: Earlier) -> None:
        """Settle every record touched since the last time; park those where that fails."""
        for record, news in self._news.items():
            if self._settle(record, news, earlier) is None:
                continue
            # Which event fails must not depend on how many came at once: one after the other.
            for count, recorded in enumerate(news, 1):
                error = self._settle(record, news[:count], earlier)
                if error is not None:
                    self.park(record, recorded.index, told(error))
                    break
        self._news.clear()

    def _settle(self, record: str, news: list[Recorded], earlier: Earlier) -> Exception | None:
        assert self.projection.settle is not None, "only views that settle keep news"
        touched = Touched(record, news[-1], partial(_history, earlier, news))
        self.rows.begin_event()
        try:
            self.projection.settle(touched, self.rows)
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

    def __init__(
        self,
        log: LogReader,
        jobs: Sequence[Job],
        *,
        decode: Mapping[str, Decode],
        utc_offset: str,
    ) -> None:
        """Fold these jobs; `decode` makes typed events of the kinds that are known."""
        self._log = log
        self._jobs = jobs
        self._decode = decode
        self._utc_offset = utc_offset
        self._listening = {
            kind: listening
            for kind in decode
            if (listening := tuple(job for job in jobs if kind in job.projection.kinds))
        }

    def run(self, start: int, stop: int) -> Iterator[int]:
        """Fold the events of a span; yields the position after each act of it.

        `start` is the first index of an act. The last act may be cut by `stop`.

        Raises:
            ProofError: seals and events do not belong together.
        """
        events = self._log.events(start, stop)
        for seal in self._log.seals(start, stop):
            count = self._take_act(seal, islice(events, seal.count))
            start += count
            if seal.first_index + seal.count != start and start != stop:
                raise ProofError(
                    f"log at index {start}", "an act is not whole; run 'qifeng verify'"
                )
            yield start

    def settle(self) -> None:
        """Settle all that was touched: before the rows are written."""
        for job in self._jobs:
            job.settle(self._earlier)

    def _take_act(self, seal: SealRow, events: Iterator[EventRow]) -> int:
        sealed: Sealed | None = None
        count = 0
        for row in events:
            count += 1
            listening = self._listening.get(row.kind)
            if listening is None:
                continue
            if row.act != seal.act:
                raise ProofError(f"log at index {row.index}", "its seal is another act's")
            try:
                happened = open_row(row, self._decode[row.kind])
                if sealed is None:
                    sealed = open_sealed(seal, row.recorded_at, self._utc_offset)
            except MalformedError as error:
                for job in listening:
                    job.park(row.record, row.index, told(error))
                continue
            recorded = Recorded(row.index, row.record, row.version, happened, *sealed)
            for job in listening:
                job.take(recorded)
        return count

    def _earlier(self, record: str, before: int) -> History:
        """Return the record's events below an index, from evidence."""
        return [
            (row.index, open_row(row, self._decode[row.kind]))
            for row in self._log.history(record, before - 1)
            if row.kind in self._decode
        ]


def told(error: Exception) -> str:
    """Return an error as it is shown of a parked record."""
    return f"{type(error).__name__}: {error}"


def _history(earlier: Earlier, news: list[Recorded]) -> History:
    first = news[0]
    before = [] if first.version == 1 else earlier(first.record, first.index)
    return [*before, *((each.index, each.happened) for each in news)]
