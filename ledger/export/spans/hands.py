"""Who looks at spans: this process, others beside it (`processes`), or workers elsewhere (`cluster`).

Reports come back in the order of the spans, whoever made them when. A worker that dies or fails never
counts as having found nothing: the run ends there.
"""

from __future__ import annotations

from abc import abstractmethod
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

from ledger.errors import LedgerError
from ledger.export.spans.ground import Ground

AHEAD = 3
Lohi = tuple[int, int]
R = TypeVar("R")
F = TypeVar("F")
Work = Callable[[Ground, int, int], R]


class Hands(Protocol):
    """Whoever does one kind of work on many spans."""

    @abstractmethod
    def run(self, work: Work[R], ground: Ground, spans: Iterable[Lohi]) -> Iterator[R]:
        """Yield what the work on each span came to, in the order of the spans.

        Raises:
            UnavailableError: a span was not looked at to its end.
        """
        ...


class Alone:
    """This process, a span after the other."""

    def run(self, work: Work[R], ground: Ground, spans: Iterable[Lohi]) -> Iterator[R]:
        """Do it here."""
        return (work(ground, lo, hi) for lo, hi in spans)


ALONE = Alone()


class StoppedError(LedgerError):
    """A worker could not go on: what it said, which is all that a wire keeps of an error."""


def tried(work: Work[R], ground: Ground, lo: int, hi: int) -> R:
    """Do the work; it is this that a worker is asked for.

    Raises:
        StoppedError: the span was not looked at to its end.
    """
    try:
        return work(ground, lo, hi)
    except LedgerError as error:
        raise StoppedError(str(error)) from None


def in_order(
    begin: Callable[[int, int], F],
    result: Callable[[F], R],
    spans: Iterable[Lohi],
    *,
    ahead: int,
) -> Iterator[R]:
    """Yield results in order, having begun no more than so many spans whose turn has not come."""
    begun: deque[F] = deque()
    for lo, hi in spans:
        if len(begun) == ahead:
            yield result(begun.popleft())
        begun.append(begin(lo, hi))
    while begun:
        yield result(begun.popleft())
