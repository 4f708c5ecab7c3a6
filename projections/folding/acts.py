"""What seals say of acts, kept small: who acted, with which key, on what basis, for an event's index.

Whoever folds record after record comes by an act again and again. So each seal is opened once, and
of an event one number is kept: which of the few who ever acted it was.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from ledger.act import MAX_EVENTS
from ledger.errors import MalformedError, ProofError
from ledger.store.contract import LogReader, RawRow, SealRow
from projections.folding.decoding import Said, open_said

PAGE = 1024


class Acts:
    """Who acted in each act of the log, by the index of its first event."""

    def __init__(self) -> None:
        """Know of no act yet."""
        self._numbers = array("I")
        self._said: list[Said | None] = []
        self._known: dict[Said | None, int] = {}

    def add(self, seals: Sequence[RawRow]) -> None:
        """Take the next acts; of one whose envelope cannot be opened it is known where it stands.

        Raises:
            ProofError: an act is missing before one of them, or has no number of events that one can have.
        """
        for row in seals:
            if row[0] != self.end:
                raise _act_missing(self.end)
            if not 0 < row[1] <= MAX_EVENTS:
                raise ProofError(f"act {row[2]}", f"of {row[1]} events; run 'qifeng verify'")
            said = _opened(SealRow(*row))
            number = self._known.setdefault(said, len(self._said))
            if number == len(self._said):
                self._said.append(said)
            self._numbers.extend(array("I", (number,)) * row[1])

    @property
    def end(self) -> int:
        """The index after the last act."""
        return len(self._numbers)

    def of(self, index: int, act: str) -> Said:
        """Return actor, key, basis and whom they acted for, in the act that holds an event.

        Raises:
            MalformedError: its envelope could not be opened.
        """
        said = self._said[self._numbers[index]]
        if said is None:
            raise MalformedError(
                f"seal of act {act}", expected="an envelope over an act", found="something else"
            )
        return said


def read_acts(log: LogReader, stop: int) -> Acts:
    """Return the acts of the log's first events.

    Raises:
        ProofError: an act is missing.
    """
    acts = Acts()
    while acts.end < stop:
        page = log.seal_page(acts.end, stop, PAGE)
        if not page:
            raise _act_missing(acts.end)
        acts.add(page)
    return acts


def _opened(seal: SealRow) -> Said | None:
    try:
        return open_said(seal)
    except MalformedError:
        return None


def _act_missing(index: int) -> ProofError:
    return ProofError(f"log at index {index}", "an act is missing; run 'qifeng verify'")
