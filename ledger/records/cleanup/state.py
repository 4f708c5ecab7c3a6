"""Where a clean-up campaign stands, and the sums of its funnel."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from ledger.records.cleanup import events as told


@dataclass(frozen=True, slots=True)
class Cleanup:
    """A campaign: what it looked at, what was proposed, decided and carried out.

    `proposed`, `decided` and `carried_out` are (rule, outcome) pairs, a rule at most once;
    `tallies` are (outcome, how many) of rules without record.
    """

    title: str = ""
    basis: str = ""
    existing: int | None = None
    volumes: int = 0
    files: int | None = None
    in_scope: int | None = None
    proposed: tuple[tuple[str, str], ...] = ()
    tallies: tuple[tuple[str, int], ...] = ()
    decided: tuple[tuple[str, str], ...] = ()
    decided_total: int = 0
    decided_on: date | None = None
    collective: bool = False
    published: bool = False
    carried_out: tuple[tuple[str, str], ...] = ()
    closed: bool = False
    explanation: str = ""

    def decided_for(self, rule: str) -> str:
        """Return the outcome decided for a rule, or the empty text."""
        return dict(self.decided).get(rule, "")

    def count(self, outcome: str) -> int:
        """Return how many rules have this outcome, with and without record."""
        named = sum(each == outcome for _, each in self.proposed)
        return named + dict(self.tallies).get(outcome, 0)

    @property
    def dispositions(self) -> int:
        """How many rules have an outcome; new ones are none."""
        return sum(self.count(outcome) for outcome in told.OUTCOMES)

    @property
    def in_force_after(self) -> int:
        """How many rules are in force afterwards: amended, continued and new."""
        return self.count(told.AMEND) + self.count(told.CONFIRM) + self.count(told.NEW)


@dataclass(frozen=True, slots=True)
class FunnelLine:
    """One sum of the funnel: so many expected, so many found; None where nobody told it."""

    label: str
    expected: int | None
    found: int | None
    at_most: bool = False

    @property
    def leaks(self) -> bool:
        """Tell whether it does not close, or cannot be told to."""
        if self.expected is None or self.found is None:
            return True
        return self.found > self.expected if self.at_most else self.found != self.expected

    @property
    def words(self) -> str:
        """The sum in words: `9 existing rules, 42 dispositions`."""
        above, below = self.label.split(", ")
        return f"{_number(self.expected)} {above}, {_number(self.found)} {below}"


def funnel(state: Cleanup) -> list[FunnelLine]:
    """Return the sums of a campaign from the top down, as far as it has come."""
    lines = []
    if state.in_scope is not None:
        lines.append(
            FunnelLine("files screened, in scope", state.files, state.in_scope, at_most=True)
        )
    if state.existing is not None:
        lines.append(
            FunnelLine("existing rules, dispositions", state.existing, state.dispositions)
        )
    if state.existing is None or state.in_scope is not None:
        lines.append(
            FunnelLine("rules in scope, dispositions", state.in_scope, state.dispositions)
        )
    if state.collective:
        total = state.decided_total
        lines.append(FunnelLine("dispositions, decided together", state.dispositions, total))
        done = len(state.carried_out)
        lines.append(
            FunnelLine("decided for recorded rules, carried out", len(state.decided), done)
        )
    return lines


def leaks(state: Cleanup) -> tuple[str, ...]:
    """Return the sums that do not close, in words."""
    return tuple(line.words for line in funnel(state) if line.leaks)


def _number(count: int | None) -> str:
    return "an untold number of" if count is None else str(count)


def evolve(state: Cleanup, happened: told.CleanupEvent) -> Cleanup:
    """Return the campaign after the event."""
    match happened:
        case told.Opened():
            return replace(
                state, title=happened.title, basis=happened.basis, existing=happened.existing
            )
        case told.VolumesRetrieved():
            return replace(state, volumes=state.volumes + happened.count)
        case told.Screened():
            return _screened(state, happened)
        case told.OutcomeProposed():
            named = (happened.rule, happened.outcome)
            return replace(state, proposed=_put(state.proposed, named))
        case told.Tallied():
            counts = dict(state.tallies) | {happened.outcome: happened.count}
            return replace(state, tallies=tuple(counts.items()))
        case told.Decided() | told.Published() | told.FollowedUp() | told.Closed():
            return _concluded(state, happened)


def _concluded(
    state: Cleanup, happened: told.Decided | told.Published | told.FollowedUp | told.Closed
) -> Cleanup:
    match happened:
        case told.Decided():
            return replace(
                state, collective=True, decided=state.proposed, decided_on=happened.occurred_on,
                decided_total=happened.dispositions or state.dispositions,
            )  # fmt: skip
        case told.Published():
            return replace(state, published=True)
        case told.FollowedUp():
            done = (happened.rule, happened.carried_out)
            return replace(state, carried_out=_put(state.carried_out, done))
        case told.Closed():
            return replace(state, closed=True, explanation=happened.explanation)


def _screened(state: Cleanup, happened: told.Screened) -> Cleanup:
    in_scope = state.in_scope
    if happened.in_scope is not None:
        in_scope = (in_scope or 0) + happened.in_scope
    return replace(state, files=(state.files or 0) + happened.files, in_scope=in_scope)


def _put(
    pairs: tuple[tuple[str, str], ...], pair: tuple[str, str]
) -> tuple[tuple[str, str], ...]:
    return (*(each for each in pairs if each[0] != pair[0]), pair)
