"""Workers elsewhere: the one door to Dask, which hands spans to the workers of its cluster.

What travels are our functions by name, paths, bytes and plain values. The files do not travel: every
worker reads the same tree by the same path, and says so if another tree is there.

A worker that is lost is no answer: the scheduler gives its spans to another, and a task that fails is
tried again. What then still fails, or finds no worker left, ends the run, unfinished.

Dask writes what it sends with pickle: whoever may speak to its scheduler can have any code run by its
workers, and by us. So the cluster must be our own, on a network of our own or under TLS (`tls://`, with
the certificates that Dask's configuration names), and a verdict is as good as its workers: one that
lies about signatures is not found out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import CancelledError
from typing import Any, Self

from distributed import Client, Future, KilledWorker

from ledger.errors import UnavailableError
from ledger.export.spans.ground import Ground
from ledger.export.spans.hands import AHEAD, Lohi, R, StoppedError, Work, in_order, tried

RETRIES = 2
PATIENCE_SECONDS = 30


class Cluster:
    """The workers of one Dask cluster."""

    def __init__(self, address: str, *, patience_seconds: float = PATIENCE_SECONDS) -> None:
        """Call the scheduler at an address such as `tcp://10.0.0.1:8786`.

        Raises:
            UnavailableError: it does not answer.
        """
        self._patience = patience_seconds
        try:
            self._client = Client(address, set_as_default=False, timeout=patience_seconds)
        except (OSError, ValueError) as error:
            raise UnavailableError(
                f"Dask scheduler {address}", str(error), todo="check that it runs there"
            ) from error

    def __enter__(self) -> Self:
        """Have them at hand."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let them go; what nobody waits for any more is dropped there."""
        self._client.close()

    def run(self, work: Work[R], ground: Ground, spans: Iterable[Lohi]) -> Iterator[R]:
        """Hand spans out, a few ahead of what was asked for.

        Raises:
            UnavailableError: a span was not looked at to its end, by any worker.
        """

        def begin(lo: int, hi: int) -> Future[Any]:
            return self._client.submit(tried, work, ground, lo, hi, pure=False, retries=RETRIES)

        threads = sum(self._client.nthreads().values())
        return in_order(begin, self._result, spans, ahead=AHEAD * max(1, threads))

    def _result(self, future: Future[Any]) -> Any:
        while True:
            try:
                return future.result(timeout=self._patience)
            except StoppedError as error:
                raise _unfinished(str(error)) from error
            except ImportError as error:
                raise _unfinished(f"a worker has no such program: {error}") from error
            except KilledWorker as error:
                raise _unfinished("every worker that was given it was lost") from error
            except TimeoutError as error:
                if not self._has_workers():
                    raise _unfinished("no worker is left") from error
            except (CancelledError, OSError) as error:
                raise _unfinished(f"the scheduler was lost: {error}") from error

    def _has_workers(self) -> bool:
        try:
            return bool(self._client.nthreads())
        except (CancelledError, OSError):
            return False


def _unfinished(reason: str) -> UnavailableError:
    return UnavailableError("verify by Dask", reason, todo="then run it again")
