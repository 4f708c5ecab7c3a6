"""Held, mishandled, missed 压误 错办 漏办: what went wrong with a telegram, as seen at a moment.

Working definitions (DOMAIN §2.3): *held* is a step, or the whole way, that took longer than its
limit; *mishandled* is a misroute that was put right, a scope that was broken, or work that was
redone; *missed* is a step that had to be made and was not when the time was up. Whether a number
of the sender's never arrived is told by its `correspondent` record, not by any telegram.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ledger.frozen import frozen
from ledger.records.moments import read_moment
from ledger.records.telegram.state import CLOSED, REGISTERED, STUB, VOIDED, Telegram
from ledger.records.timetable import WHOLE

HELD, MISHANDLED, MISSED = "压误", "错办", "漏办"

_HOUR_SECONDS = 3600


@frozen
class Delay:
    """One thing that went wrong: its kind, the step, and by how many seconds it was late."""

    kind: str
    leg: str
    seconds_over: int = 0


def delays(state: Telegram, now: datetime) -> tuple[Delay, ...]:
    """Return what was held, mishandled or missed by a moment, in that order; a stub tells nothing."""
    if state.stage in ("", STUB, VOIDED):
        return ()
    return (*_held(state, now), *_mishandled(state), *_missed(state, now))


def _held(state: Telegram, now: datetime) -> Iterator[Delay]:
    limits = {limit.leg: limit.hours * _HOUR_SECONDS for limit in state.limits}
    for leg, seconds in _durations(state, now):
        if leg in limits and seconds > limits[leg]:
            yield Delay(HELD, leg, seconds - limits[leg])
    over = _seconds_past_due(state, now)
    if over > 0:
        yield Delay(HELD, WHOLE, over)


def _durations(state: Telegram, now: datetime) -> Iterator[tuple[str, int]]:
    """Yield each step made and the seconds since the one before; then the step it waits for."""
    since = read_moment(state.received_at)
    for each in state.legs:
        at = read_moment(each.at)
        if since is not None and at is not None:
            yield each.leg, int((at - since).total_seconds())
        since = at or since
    if since is not None and state.stage == REGISTERED and state.open_legs:
        yield state.open_legs[0], int((now - since).total_seconds())


def _seconds_past_due(state: Telegram, now: datetime) -> int:
    due = read_moment(state.due_at)
    if due is None:
        return 0
    end = now if state.stage == REGISTERED else read_moment(state.closed_at) or due
    return int((end - due).total_seconds())


def _mishandled(state: Telegram) -> Iterator[Delay]:
    for what, _ in state.mistakes:
        yield Delay(MISHANDLED, what)


def _missed(state: Telegram, now: datetime) -> Iterator[Delay]:
    over = _seconds_past_due(state, now)
    if state.stage != REGISTERED or over > 0:
        for leg in state.open_legs:
            yield Delay(MISSED, leg, max(over, 0))
    if state.stage == REGISTERED and over > 0:
        yield Delay(MISSED, CLOSED, over)
