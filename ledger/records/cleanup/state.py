"""Where a clean-up campaign stands: what it looked at, proposed, decided and carried out."""

from __future__ import annotations

from datetime import date
from typing import assert_never

from ledger.frozen import frozen, replace
from ledger.records.cleanup import events as told
from ledger.records.spans import Spans, add_range, count

Pair = tuple[str, str]


@frozen
class Cleanup:
    """A campaign: what it looked at, what was proposed, decided and carried out.

    `listed` are the distinct volumes by catalogue, `unlisted` those told by count alone, and
    `called_up` both with every repetition. `proposed`, `decided` and `carried_out` are (rule,
    outcome) pairs, a rule at most once; `tallies` are (outcome, how many) of rules without record,
    `decided_tallies` what they were when the collective decided.
    """

    title: str = ""
    basis: str = ""
    scope: str = ""
    opened_on: date | None = None
    existing: int | None = None
    listed: tuple[tuple[str, Spans], ...] = ()
    unlisted: int = 0
    called_up: int = 0
    files: int | None = None
    in_scope: int | None = None
    proposed: tuple[Pair, ...] = ()
    tallies: tuple[tuple[str, int], ...] = ()
    decided: tuple[Pair, ...] = ()
    decided_tallies: tuple[tuple[str, int], ...] = ()
    decided_total: int = 0
    decided_on: date | None = None
    body: str = ""
    minutes: str = ""
    collective: bool = False
    published: bool = False
    published_on: date | None = None
    number: str = ""
    carried_out: tuple[Pair, ...] = ()
    closed: bool = False
    closed_on: date | None = None
    explanation: str = ""

    def decided_for(self, rule: str) -> str:
        """Return the outcome decided for a rule, or the empty text."""
        return dict(self.decided).get(rule, "")

    def count(self, outcome: str) -> int:
        """Return how many rules have this outcome, with and without record."""
        named = sum(each == outcome for _, each in self.proposed)
        return named + dict(self.tallies).get(outcome, 0)

    @property
    def volumes(self) -> int:
        """How many volumes were called up: the listed ones once each, the others as told."""
        return sum(count(spans) for _, spans in self.listed) + self.unlisted

    @property
    def dispositions(self) -> int:
        """How many rules have an outcome; new ones are none."""
        return sum(self.count(outcome) for outcome in told.OUTCOMES)

    @property
    def in_force_after(self) -> int:
        """How many rules are in force afterwards: amended, continued and new."""
        return self.count(told.AMEND) + self.count(told.CONFIRM) + self.count(told.NEW)

    @property
    def done(self) -> int:
        """For how many recorded rules the campaign was shown that its decision is carried out."""
        shown = dict(self.carried_out)
        return sum(shown.get(rule) == outcome for rule, outcome in self.decided)


def evolve(state: Cleanup, happened: told.CleanupEvent) -> Cleanup:
    """Return the campaign after the event."""
    match happened:
        case told.Opened():
            return replace(
                state, title=happened.title, basis=happened.basis, scope=happened.scope,
                existing=happened.existing, opened_on=happened.occurred_on,
            )  # fmt: skip
        case told.VolumesRetrieved():
            return _retrieved(state, happened)
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
        case _:
            assert_never(happened)


def listed_in(volumes: tuple[told.Volumes, ...]) -> dict[str, Spans]:
    """Return the distinct volumes of a list, by catalogue."""
    found: dict[str, Spans] = {}
    for each in volumes:
        found[each.catalogue] = add_range(found.get(each.catalogue, ()), each.first, each.end)
    return found


def _retrieved(state: Cleanup, happened: told.VolumesRetrieved) -> Cleanup:
    if not happened.volumes:
        return replace(
            state,
            unlisted=state.unlisted + happened.count,
            called_up=state.called_up + happened.count,
        )
    new = listed_in(happened.volumes)
    held = dict(state.listed)
    for catalogue, spans in new.items():
        for lo, hi in spans:
            held[catalogue] = add_range(held.get(catalogue, ()), lo, hi)
    times = sum(count(spans) for spans in new.values())
    return replace(state, listed=tuple(held.items()), called_up=state.called_up + times)


def _concluded(
    state: Cleanup, happened: told.Decided | told.Published | told.FollowedUp | told.Closed
) -> Cleanup:
    match happened:
        case told.Decided():
            return replace(
                state, collective=True, decided=state.proposed, decided_tallies=state.tallies,
                decided_total=happened.dispositions or state.dispositions,
                decided_on=happened.occurred_on, body=happened.body, minutes=happened.minutes,
            )  # fmt: skip
        case told.Published():
            return replace(
                state, published=True, published_on=happened.occurred_on, number=happened.number
            )
        case told.FollowedUp():
            done = (happened.rule, happened.carried_out)
            return replace(state, carried_out=_put(state.carried_out, done))
        case told.Closed():
            return replace(
                state,
                closed=True,
                closed_on=happened.occurred_on,
                explanation=happened.explanation,
            )
        case _:
            assert_never(happened)


def _screened(state: Cleanup, happened: told.Screened) -> Cleanup:
    in_scope = state.in_scope
    if happened.in_scope is not None:
        in_scope = (in_scope or 0) + happened.in_scope
    return replace(state, files=(state.files or 0) + happened.files, in_scope=in_scope)


def _put(pairs: tuple[Pair, ...], pair: Pair) -> tuple[Pair, ...]:
    return (*(each for each in pairs if each[0] != pair[0]), pair)
