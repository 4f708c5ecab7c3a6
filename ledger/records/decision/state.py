"""A collective decision as its events leave it: its ceiling, the items under it, what they drew."""

from __future__ import annotations

from datetime import date
from typing import assert_never

from ledger.frozen import frozen, replace
from ledger.records.decision.events import (
    Applied,
    DecisionEvent,
    Drawn,
    GivenBack,
    Revoked,
    Taken,
)


@frozen
class Decision:
    """A decision, the items under it, and how much each has drawn."""

    title: str = ""
    minutes: str = ""
    taken_on: date | None = None
    ceiling_fen: int = 0
    category: str = ""
    project: str = ""
    items: frozenset[str] = frozenset()
    minute_takers: tuple[str, ...] = ()
    draws: tuple[tuple[str, int], ...] = ()
    counts: bool = False
    revoked: bool = False

    @property
    def drawn_fen(self) -> int:
        """What was paid under it, less what came back."""
        return sum(amount for _, amount in self.draws)

    @property
    def left_fen(self) -> int:
        """What may still be paid under it."""
        return self.ceiling_fen - self.drawn_fen

    def drawn_by(self, item: str) -> int | None:
        """Return what an item has drawn; None where it is not under the decision."""
        return dict(self.draws).get(item)


def evolve(state: Decision, happened: DecisionEvent) -> Decision:
    """Return the decision after the event."""
    match happened:
        case Taken():
            return replace(
                state, title=happened.title, minutes=happened.minutes,
                taken_on=happened.taken_on, ceiling_fen=happened.ceiling_fen,
                category=happened.category, project=happened.project,
                items=frozenset(happened.items), minute_takers=happened.minute_takers,
                counts=happened.counts,
            )  # fmt: skip
        case Applied():
            return _drew(state, happened.item, happened.drawn_fen)
        case Drawn():
            return _drew(state, happened.item, happened.amount_fen)
        case GivenBack():
            return _drew(state, happened.item, -happened.amount_fen)
        case Revoked():
            return replace(state, revoked=True)
        case _:
            assert_never(happened)


def _drew(state: Decision, item: str, amount_fen: int) -> Decision:
    others = tuple(each for each in state.draws if each[0] != item)
    drawn = (state.drawn_by(item) or 0) + amount_fen
    return replace(state, draws=tuple(sorted((*others, (item, drawn)))))
