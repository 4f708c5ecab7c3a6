"""Workers are spoken to over lines that hold what is not heard yet."""

from __future__ import annotations

from multiprocessing import Pipe
from socket import SO_SNDBUF, SOL_SOCKET, socket

from ledger.workers import widen


def holds(line):
    """Return how much the system says that a line holds."""
    end = socket(fileno=line.fileno())
    try:
        return end.getsockopt(SOL_SOCKET, SO_SNDBUF)
    finally:
        end.detach()


def test_a_line_is_made_to_hold_more():
    """It holds more than it did, and goes on being one."""
    ours, theirs = Pipe()
    before = holds(ours)

    widen(ours, 1 << 20)

    assert holds(ours) > before
    ours.send("told")
    assert theirs.recv() == "told"


def test_a_line_that_cannot_hold_more_stays_as_it_is():
    """What is no socket is left alone."""
    theirs, ours = Pipe(duplex=False)

    widen(ours, 1 << 20)

    ours.send("told")
    assert theirs.recv() == "told"
