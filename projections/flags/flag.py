"""What a red flag is: a code, a citation, and a small question asked of every item of money.

A flag never judges: it names what an auditor should look at, with the events that prove it. Items are
folded from evidence, so that a view that drifted hides nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from ledger.clock import parse_time
from ledger.records.budget import Budget
from ledger.records.fund import events as told
from ledger.records.fund.state import Fund
from ledger.records.policy import Level

HIGH = "high"
MEDIUM = "medium"
LOW = "low"
SEVERITIES = (HIGH, MEDIUM, LOW)


class Step(NamedTuple):
    """One event of an item, and the item's state after it."""

    index: int  # type: ignore[assignment]  # nobody asks a step for tuple.index
    recorded_at: str
    happened: Any
    state: Fund

    @property
    def moment(self) -> datetime | None:
        """When it happened, or None where only its day is told."""
        at = self.happened.occurred_at or self.recorded_at
        return parse_time(at) if at.endswith("Z") else None


@dataclass(frozen=True, slots=True)
class Item:
    """An item of money with its whole history."""

    record: str
    steps: Sequence[Step]

    @property
    def state(self) -> Fund:
        """The item as its events leave it."""
        return self.steps[-1].state

    def last_round(self) -> Sequence[Step]:
        """Return the steps from the last submission on."""
        places = [
            n for n, step in enumerate(self.steps) if isinstance(step.happened, told.Submitted)
        ]
        return self.steps[places[-1] :] if places else ()

    def indexes(self, *kinds: type[told.Step]) -> tuple[int, ...]:
        """Return where events of these kinds stand in the log."""
        return tuple(step.index for step in self.steps if isinstance(step.happened, kinds))


@dataclass(frozen=True, slots=True)
class Asking:
    """What the flags are asked under: levels of a named policy, budget lines, and parameters.

    `levels` None means that each item is judged by the terms it was submitted under, and that what is
    known under no terms is not judged by them.
    """

    levels: tuple[Level, ...] | None = None
    lines: Mapping[str, Budget] = field(default_factory=dict)
    fast_minutes: int = 10
    near_days: int = 3

    def levels_for(self, state: Fund) -> tuple[Level, ...]:
        """Return the levels that an item is judged by; none where nobody knows them."""
        if self.levels is not None:
            return self.levels
        return state.terms.levels if state.terms else ()


@dataclass(frozen=True, slots=True)
class Found:
    """Something a flag noticed: the record, in words, and the indexes of the events that prove it."""

    record: str
    message: str
    indexes: tuple[int, ...]


class Across(Protocol):
    """A question that compares items: it sees each of them, and answers at the end."""

    def see(self, item: Item) -> None:
        """Take note of an item."""

    def end(self) -> Iterable[Found]:
        """Yield what was noticed."""


@dataclass(frozen=True, slots=True)
class Flag:
    """A red flag: asked of `each` item alone, `across` all of them, or both."""

    code: str
    zh: str
    says: str
    severity: str
    citation: str
    each: Callable[[Item, Asking], Iterable[Found]] | None = None
    across: Callable[[Asking], Across] | None = None


@dataclass(frozen=True, slots=True)
class FlagRow:
    """A flag raised: which one, over which record, why, and by which events."""

    code: str
    zh: str
    severity: str
    citation: str
    record: str
    title: str
    message: str
    indexes: tuple[int, ...]

    def as_json(self) -> dict[str, object]:
        """Return the row as it stands in `--json` output."""
        return {
            "code": self.code, "zh": self.zh, "severity": self.severity, "citation": self.citation,
            "record": self.record, "title": self.title, "message": self.message,
            "indexes": list(self.indexes),
        }  # fmt: skip
