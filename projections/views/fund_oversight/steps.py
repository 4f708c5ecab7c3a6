"""An item's history step by step: on which day each counts, and what the item waits for after it.

A step counts on the day it was taken, as told, else on that of its recording. As of a day an item
stands as all steps that counted by then leave it, in the order they were recorded: what was entered
late counts on its own day, and takes nothing later along.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timezone
from functools import cache
from typing import NamedTuple

from ledger.clock import parse_offset
from ledger.family import Happened
from ledger.records.fund import events as told
from ledger.records.fund.state import IN_SIGN_OFF, Fund, evolve
from ledger.records.policy import Level
from projections.projection import Past, Recorded

_SIGNING = (told.Claim, told.Countersigned, told.Rejected, told.Withdrawn)
_DAYS: dict[type[Happened], str] = {
    told.PriorApproved: "approved_on", told.CollectiveDecided: "decided_on", told.Paid: "paid_on",
    told.Booked: "booked_on", told.Reversed: "reversed_on",
}  # fmt: skip


class Step(NamedTuple):
    """One step of an item, the item after it, and what is told of the item beside its state.

    `turn` is the first level in sign-off that has not signed, and `waits_for` the same as long as nothing
    is paid; `waiting_since` the day since when that level, or the payment of a complete item, is waited
    for; `asked_fen` is nothing once an item is returned.
    """

    recorded: Recorded
    state: Fund
    day: date
    turn: Level | None
    waits_for: Level | None
    complete: bool
    asked_fen: int
    submitted_on: date | None
    paid_on: date | None
    waiting_since: date | None


def walk(history: Sequence[Past], begun: Sequence[Step] = ()) -> list[Step]:
    """Return an item's steps, in the order they were recorded: those it began with, and these."""
    steps = list(begun)
    for past in history:
        steps.append(_step(steps[-1] if steps else None, past))
    return steps


def by_day(history: Sequence[Past], steps: Sequence[Step]) -> Iterator[tuple[date, Step]]:
    """Yield each day on which a step counts, with the last step of all that counted by its end."""
    days = [step.day for step in steps]
    if days == sorted(days):
        yield from {step.day: step for step in steps}.items()
        return
    for day in sorted(set(days)):
        counted = [place for place, on in enumerate(days) if on <= day]
        # As far as nothing is left out, the item stood as it stands in its history.
        whole = next((n for n, place in enumerate(counted) if n != place), len(counted))
        begun = steps[:whole]
        later = _folded(begun, [history[place] for place in counted[whole:]])
        yield day, walk(later, begun)[-1]


def _folded(begun: Sequence[Step], history: Iterable[Past]) -> list[Past]:
    """Return some of an item's history, with the item as these steps alone leave it after the first ones."""
    state = begun[-1].state if begun else Fund()
    folded = []
    for past in history:
        state = evolve(state, past.recorded.happened)
        folded.append(Past(past.recorded, state))
    return folded


def moment_of(recorded: Recorded) -> datetime | None:
    """Return when a step was taken, or None where only its day is told."""
    at = told_at(recorded)
    return datetime.fromisoformat(at) if at.endswith("Z") else None


def told_at(recorded: Recorded) -> str:
    """Return when a step was taken, as it is told: a moment or a day."""
    return str(recorded.happened.occurred_at or recorded.recorded_at)


def _step(last: Step | None, past: Past) -> Step:
    recorded, state = past
    happened, day = recorded.happened, _day(recorded)
    signing = isinstance(happened, _SIGNING)
    # What a level's turn depends on is worked out only where it can have changed.
    level = state.waiting_level if signing else (last.turn if last else None)
    complete = level is None and bool(state.needed) if signing else bool(last and last.complete)
    turn = level if state.stage == IN_SIGN_OFF else None
    # What was done first waits for its levels even when it is paid (R15).
    waits = turn if not state.payments or state.confirm_by is not None else None
    return Step(
        recorded, state, day, turn, waits, complete,
        asked_fen=_asked(happened, last),
        submitted_on=day if isinstance(happened, told.Submitted) else last and last.submitted_on,
        paid_on=day if isinstance(happened, told.Paid) else last and last.paid_on,
        waiting_since=_since(last, happened, day, (state, waits, complete)),
    )  # fmt: skip


def _asked(happened: told.FundEvent, last: Step | None) -> int:
    if isinstance(happened, told.Claim):
        return happened.amount_fen
    if last is None or isinstance(happened, told.Rejected | told.Withdrawn):
        return 0
    return last.asked_fen


def _since(
    last: Step | None, happened: told.FundEvent, day: date, now: tuple[Fund, Level | None, bool]
) -> date | None:
    state, waits, complete = now
    if waits is None and not is_due(state, complete=complete):
        return None
    begins = last is None or last.waiting_since is None or isinstance(happened, told.Claim)
    if begins or last is None or waits != last.waits_for:
        return day
    return last.waiting_since


def is_due(state: Fund, *, complete: bool) -> bool:
    """Tell whether an item is signed in full and waits for its first payment."""
    return complete and state.stage == IN_SIGN_OFF and not state.payments


def _day(recorded: Recorded) -> date:
    """Return the office's day on which a step counts: as told, else that of recording."""
    happened = recorded.happened
    dated = _DAYS.get(type(happened))
    day: date | None = getattr(happened, dated) if dated else None
    if day is not None:
        return day
    if not happened.occurred_at:
        return recorded.day
    if happened.occurred_at.endswith("Z"):
        moment = datetime.fromisoformat(happened.occurred_at)
        return moment.astimezone(_zone(recorded.utc_offset)).date()
    return date.fromisoformat(happened.occurred_at)


@cache
def _zone(utc_offset: str) -> timezone:
    return parse_offset(utc_offset)
