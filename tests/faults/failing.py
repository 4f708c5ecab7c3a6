"""Databases and disks whose nth call fails: before it was made, or after it, the answer lost."""

from __future__ import annotations

import errno
import itertools
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from ledger.errors import UnavailableError
from ledger.store.wire import Wire

UNAPPLIED, APPLIED = "unapplied", "applied but reported failed"
WAYS = (UNAPPLIED, APPLIED)

_LOST = sqlite3.OperationalError("disk I/O error")

Failing = Callable[[int, str], Any]


class Counted:
    """How many calls were made; the one at a place fails."""

    def __init__(self, at: int, error: Exception) -> None:
        self.at = at
        self.error = error
        self.made = 0

    def count(self, *_: object) -> None:
        """Count a call, or fail."""
        self.made += 1
        if self.made - 1 == self.at:
            raise self.error


@contextmanager
def failing_database(at: int, way: str) -> Iterator[Counted]:
    """Let the nth statement from here fail that is sent by SQLAlchemy, whichever database it is sent to."""
    counted = Counted(at, sa.exc.OperationalError("a statement", (), _LOST))
    moment = "before_cursor_execute" if way == UNAPPLIED else "after_cursor_execute"
    sa.event.listen(sa.Engine, moment, counted.count)
    try:
        yield counted
    finally:
        sa.event.remove(sa.Engine, moment, counted.count)


@contextmanager
def failing_wire(at: int, way: str) -> Iterator[Counted]:
    """Let the nth statement from here fail that is sent over a wire, whichever database it is sent to."""
    counted = Counted(at, UnavailableError("views", f"{_LOST}"))
    run = Wire.run

    def failing(wire: Wire, *given: Any, **named: Any) -> Any:
        if way == UNAPPLIED:
            counted.count()
        cursor = run(wire, *given, **named)
        if way == APPLIED:
            counted.count()
        return cursor

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Wire, "run", failing)
        yield counted


@contextmanager
def failing_disk(at: int, way: str) -> Iterator[Counted]:
    """Let the nth call from here fail that makes a folder, waits for the disk or gives a name."""
    counted = Counted(at, OSError(errno.EIO, os.strerror(errno.EIO)))

    def failing(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            if way == UNAPPLIED:
                counted.count()
            answer = real(*given, **named)
            if way == APPLIED:
                counted.count()
            return answer

        return call

    with pytest.MonkeyPatch.context() as patched:
        for owner, name in ((os, "fsync"), (Path, "mkdir"), (Path, "rename")):
            patched.setattr(owner, name, failing(getattr(owner, name)))
        yield counted


def each_failure(failing: Failing, way: str, run: Callable[[int], object]) -> Iterator[int]:
    """Run with the first call failing, the second …, each told as one of ours, until none is left to fail."""
    for at in itertools.count():
        with failing(at, way) as counted:
            if counted_through(counted, run, at):
                return
        yield at


def counted_through(counted: Counted, run: Callable[[int], object], at: int) -> bool:
    """Tell whether a run came through; a failure that struck it may not go untold."""
    try:
        run(at)
    except UnavailableError:
        return False
    assert counted.made <= at, "a call failed and nobody was told"
    return True
