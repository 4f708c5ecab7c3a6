"""Worker processes on this machine, which look at spans side by side."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Self

from ledger.errors import UnavailableError
from ledger.export.spans.ground import Ground
from ledger.export.spans.hands import AHEAD, Lohi, R, StoppedError, Work, in_order, tried


class Processes:
    """Worker processes on this machine."""

    def __init__(self, jobs: int) -> None:
        """Start none before they are needed."""
        self._jobs = jobs
        self._pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"))

    def __enter__(self) -> Self:
        """Have them at hand."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let them go; what nobody waits for any more is not begun."""
        self._pool.shutdown(cancel_futures=True)

    def run(self, work: Work[R], ground: Ground, spans: Iterable[Lohi]) -> Iterator[R]:
        """Hand spans out, a few ahead of what was asked for."""
        begin = lambda lo, hi: self._pool.submit(tried, work, ground, lo, hi)  # noqa: E731
        return in_order(begin, _result, spans, ahead=self._jobs * AHEAD)


def _result(future: Future[R]) -> R:
    try:
        return future.result()
    except StoppedError as error:
        raise UnavailableError("verify", str(error), todo="then run it again") from error
    except BrokenProcessPool as error:
        raise UnavailableError(
            "verify", "a worker process ended early", todo="run it again, with --jobs 1"
        ) from error
