"""Worker processes over one store: each opens it by its address and is spoken to over a line of its own.

What goes over a line are bytes and plain values, never code. A text that comes back is a failure, and the
last thing that is said. Whoever dies or fails ends the work; it never counts as having found nothing.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from socket import SO_SNDBUF, SOL_SOCKET, socket
from typing import Any, Self

from ledger.errors import UnavailableError
from ledger.frozen import frozen

Serve = Callable[[str, Connection], None]
"""What a worker does from its start to its end, with the store's address and its end of the line."""


class Workers:
    """So many worker processes; they get ready while others still think."""

    def __init__(self, serve: Serve, url: str, count: int) -> None:
        """Start none yet."""
        self._serve = serve
        self._url = url
        self._count = count
        self._workers: list[Any] = []
        self._lines: list[Connection] = []

    def __enter__(self) -> Self:
        """Start the workers."""
        context = multiprocessing.get_context("spawn")
        for _ in range(self._count):
            ours, theirs = context.Pipe()
            worker = context.Process(target=self._serve, args=(self._url, theirs), daemon=True)
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


def widen(line: Connection, size_bytes: int) -> None:
    """Let a line hold so much that was not heard yet, or as much as the system allows.

    Whoever tells something that it holds can go on at once.
    """
    with suppress(OSError):
        end = socket(fileno=line.fileno())
        try:
            end.setsockopt(SOL_SOCKET, SO_SNDBUF, size_bytes)
        finally:
            # The line goes on being the one that closes it.
            end.detach()


@frozen
class Speech:
    """How workers are spoken to, and what is said of those that fail: of what work, and what to do.

    `failed` is what to do where a worker told why, `ended` where it told nothing.
    """

    what: str
    failed: str
    ended: str

    def send(self, line: Connection, message: Any) -> None:
        """Tell a worker something.

        Raises:
            UnavailableError: it has ended.
        """
        try:
            line.send(message)
        except OSError as error:
            raise self._ended_early() from error

    def receive(self, line: Connection) -> Any:
        """Return what a worker says next.

        Raises:
            UnavailableError: it failed, or has ended.
        """
        try:
            told = line.recv()
        except (EOFError, OSError) as error:
            raise self._ended_early() from error
        if isinstance(told, str):
            raise UnavailableError(self.what, told, todo=self.failed)
        return told

    def _ended_early(self) -> UnavailableError:
        return UnavailableError(self.what, "a worker process ended early", todo=self.ended)
