"""Worker processes of a build: each opens the store itself and settles stretches of records.

A worker is sent the views and what the seals say; it sends back rows. Whoever dies or fails ends
the build, of which nothing is in use yet.
"""

from __future__ import annotations

import gc
import multiprocessing
from collections.abc import Iterable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any, Self

from ledger.errors import LedgerError, UnavailableError
from ledger.records import FAMILIES
from ledger.store.open import open_store
from projections.runner.settling import Ground, Settled, Stretch, settle_stretch

AHEAD = 2
"""Stretches that a worker is sent before it has answered for the first."""


class Crew:
    """Workers over the store of an address; they get ready while others still think."""

    def __init__(self, url: str, jobs: int) -> None:
        """Have as many workers as there are jobs."""
        self._url = url
        self._jobs = jobs
        self._workers: list[Any] = []
        self._lines: list[Connection] = []

    def __enter__(self) -> Self:
        """Start the workers."""
        context = multiprocessing.get_context("spawn")
        for _ in range(self._jobs):
            ours, theirs = context.Pipe()
            worker = context.Process(target=_serve, args=(self._url, theirs), daemon=True)
            worker.start()
            theirs.close()
            self._workers.append(worker)
            self._lines.append(ours)
        return self

    def __exit__(self, *_: object) -> None:
        """End the workers, whatever they are doing."""
        for line in self._lines:
            line.close()
        for worker in self._workers:
            worker.terminate()
            worker.join()

    def settle(self, ground: Ground, stretches: Iterable[Stretch]) -> Iterator[Settled]:
        """Settle all stretches; yields what each came to, in their order.

        Raises:
            UnavailableError: a worker could not open the store, failed, or ended early.
        """
        for line in self._lines:
            _send(line, ground)
        sent = answered = 0
        for stretch in stretches:
            if sent - answered == AHEAD * self._jobs:
                yield self._answer(answered)
                answered += 1
            _send(self._lines[sent % self._jobs], stretch)
            sent += 1
        for number in range(answered, sent):
            yield self._answer(number)

    def _answer(self, number: int) -> Settled:
        try:
            answer = self._lines[number % self._jobs].recv()
        except (EOFError, OSError) as error:
            raise _ended_early() from error
        if isinstance(answer, str):
            raise UnavailableError("views", answer, todo="run 'qifeng verify'")
        return answer  # type: ignore[no-any-return]


def _send(line: Connection, message: Ground | Stretch) -> None:
    try:
        line.send(message)
    except OSError as error:
        raise _ended_early() from error


def _ended_early() -> UnavailableError:
    return UnavailableError("views", "a worker process ended early", todo="try again")


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
