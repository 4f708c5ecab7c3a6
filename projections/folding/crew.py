"""Worker processes of a build: each opens the store itself and settles stretches of records.

A worker is sent the views and what the seals say; it sends back rows. Whoever dies or fails ends
the build, of which nothing is in use yet.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection

from ledger.errors import LedgerError
from ledger.records import FAMILIES
from ledger.store.open import open_store
from ledger.workers import Speech, Workers
from projections.folding.settling import Ground, Settled, Stretch, settle_stretch

AHEAD = 2
"""Stretches that a worker is sent before it has answered for the first."""
SPEECH = Speech("views", failed="run 'qifeng verify'", ended="try again")


class Crew(Workers):
    """Workers over the store of an address; they get ready while others still think."""

    def __init__(self, url: str, jobs: int) -> None:
        """Have as many workers as there are jobs."""
        super().__init__(_serve, url, jobs)
        self._jobs = jobs

    def settle(self, ground: Ground, stretches: Iterable[Stretch]) -> Iterator[Settled]:
        """Settle all stretches; yields what each came to, in their order.

        Raises:
            UnavailableError: a worker could not open the store, failed, or ended early.
        """
        for line in self._lines:
            SPEECH.send(line, ground)
        sent = answered = 0
        for stretch in stretches:
            if sent - answered == AHEAD * self._jobs:
                yield self._answer(answered)
                answered += 1
            SPEECH.send(self._lines[sent % self._jobs], stretch)
            sent += 1
        for number in range(answered, sent):
            yield self._answer(number)

    def _answer(self, number: int) -> Settled:
        return SPEECH.receive(self._lines[number % self._jobs])  # type: ignore[no-any-return]


def _serve(url: str, line: Connection) -> None:
    """Answer for one stretch after another, until nobody asks; a text is a failure, and the last answer."""
    # What is made here dies at once, without cycles.
    gc.disable()
    with suppress(EOFError, OSError, KeyboardInterrupt):
        try:
            ground: Ground = line.recv()
            opening = ground.opening(FAMILIES)
            with open_store(url).snapshot() as log:
                while True:
                    line.send(settle_stretch(log, ground, opening, line.recv()))
        except LedgerError as error:
            line.send(str(error))
