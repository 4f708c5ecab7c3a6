"""Worker processes of a build: each opens the store itself and settles stretches of records.

A worker is sent the views and what the seals say; it sends back rows. Whoever dies or fails ends
the build, of which nothing is in use yet.
"""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait

from ledger.errors import LedgerError
from ledger.records import FAMILIES
from ledger.store.open import open_store
from ledger.workers import Speech, Workers, widen
from projections.folding.settling import Ground, Settled, Stretch, settle_stretch

AHEAD = 3
"""Stretches that a worker is sent before it has answered for the first."""
ANSWER_BYTES = 1 << 20
"""What a line is to hold of answers that the leader, who settles too, has not listened to yet."""
SPEECH = Speech("views", failed="run 'qifeng verify'", ended="try again")


class Crew(Workers):
    """Workers over the store of an address.

    Who leads the crew settles too: while the workers get ready, and whenever all of them have enough to
    do. So a crew of `jobs` has one worker less.
    """

    def __init__(self, url: str, jobs: int) -> None:
        """Have as many processes at work as there are jobs."""
        super().__init__(_serve, url, jobs - 1)

    def settle(
        self, ground: Ground, stretches: Iterable[Stretch], here: Callable[[Stretch], Settled]
    ) -> Iterator[Settled]:
        """Settle all stretches; yields what each came to, in their order. `here` settles one at once.

        Raises:
            UnavailableError: a worker could not open the store, failed, or ended early.
        """
        for line in self._lines:
            SPEECH.send(line, ground)
        shift = _Shift(self._lines)
        for stretch in stretches:
            if not shift.give(stretch):
                shift.take(here(stretch))
            yield from shift.settled(seconds=0)
        while shift.busy:
            yield from shift.settled(seconds=None)


class _Shift:
    """Which stretches are given to whom, and what has come of them, by their number."""

    def __init__(self, lines: Sequence[Connection]) -> None:
        self._given: dict[Connection, deque[int]] = {line: deque() for line in lines}
        self._done: dict[int, Settled] = {}
        self._begun = 0
        self._told = 0

    @property
    def busy(self) -> list[Connection]:
        """The lines of the workers that have not answered for all that they were sent."""
        return [line for line, numbers in self._given.items() if numbers]

    def give(self, stretch: Stretch) -> bool:
        """Send a stretch to a worker that has little to do, and tell whether there is one."""
        for line, numbers in self._given.items():
            if len(numbers) < AHEAD:
                SPEECH.send(line, stretch)
                numbers.append(self._begun)
                self._begun += 1
                return True
        return False

    def take(self, settled: Settled) -> None:
        """Note what the next stretch came to."""
        self._done[self._begun] = settled
        self._begun += 1

    def settled(self, *, seconds: float | None) -> Iterator[Settled]:
        """Yield what is next in order, after so many seconds at most, or whenever a worker answers."""
        for line in wait(self.busy, timeout=seconds):
            assert isinstance(line, Connection)
            self._done[self._given[line].popleft()] = SPEECH.receive(line)
        while self._told in self._done:
            yield self._done.pop(self._told)
            self._told += 1


def _serve(url: str, line: Connection) -> None:
    """Answer for one stretch after another, until nobody asks; a text is a failure, and the last answer."""
    # What is made here dies at once, without cycles.
    gc.disable()
    widen(line, ANSWER_BYTES)
    with suppress(EOFError, OSError, KeyboardInterrupt):
        try:
            ground: Ground = line.recv()
            opening = ground.opening(FAMILIES)
            with open_store(url).snapshot() as log:
                while True:
                    line.send(settle_stretch(log, ground, opening, line.recv()))
        except LedgerError as error:
            line.send(str(error))
