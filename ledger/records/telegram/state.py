"""Where a telegram stands: its moments, its limits, what went wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ledger.family import Happened
from ledger.frozen import frozen, replace
from ledger.records.telegram import events as told
from ledger.records.timetable import Limit

REGISTERED = "办理中"
VOIDED = "编号作废"
CLOSED = "已办结"
RETURNED = "已清退"
ARCHIVED = "已归档"
DESTROYED = "已销毁"
STUB = "涉密"


@frozen
class Leg:
    """A step that was made, when, and to whom."""

    leg: str
    at: str
    to: str


@frozen
class Telegram:
    """A telegram: whose, how urgent, its numbers, moments and limits."""

    stage: str = ""
    title: str = ""
    sender: str = ""
    sender_number: str = ""
    sender_series: str = ""
    sender_n: int = 0
    direction: str = ""
    nature: str = ""
    urgency: str = ""
    series: str = ""
    n: int = 0
    number: str = ""
    registrar: str = ""
    received_at: str = ""
    due_at: str = ""
    limits: tuple[Limit, ...] = ()
    legs: tuple[Leg, ...] = ()
    with_whom: str = ""
    misrouted: bool = False
    mistakes: tuple[tuple[str, str], ...] = ()
    answered: bool = False
    closed_at: str = ""
    unit: str = ""
    month: str = ""
    count: int = 0
    registrars: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    leaders: tuple[str, ...] = ()

    @property
    def last_moment(self) -> str:
        """The moment of the last step, or of receipt."""
        return self.legs[-1].at if self.legs else self.received_at

    @property
    def open_legs(self) -> tuple[str, ...]:
        """The steps it must still make, in order; what is sent out makes none here."""
        if self.direction != told.IN:
            return ()
        must = told.LEGS[:3] if self.nature == told.ACTION else told.LEGS[:1]
        made = {each.leg for each in self.legs}
        return tuple(leg for leg in must if leg not in made)


def evolve(state: Telegram, happened: Happened) -> Telegram:
    """Return the telegram after the event."""
    return _AFTER[type(happened)](state, happened)


def _registered(state: Telegram, happened: told.Registered) -> Telegram:
    return replace(
        state, stage=REGISTERED, title=happened.title, sender=happened.sender,
        sender_number=happened.sender_number, direction=happened.direction,
        nature=happened.nature, urgency=happened.urgency, series=happened.series, n=happened.n,
        number=happened.number, registrar=happened.registrar, received_at=happened.received_at,
        due_at=happened.due_at, limits=happened.limits, registrars=happened.registrars,
        reviewers=happened.reviewers, leaders=happened.leaders,
        sender_series=happened.sender_series, sender_n=happened.sender_n,
    )  # fmt: skip


def _number_voided(state: Telegram, _: told.NumberVoided) -> Telegram:
    return replace(state, stage=VOIDED)


def _leg_passed(state: Telegram, happened: told.LegPassed) -> Telegram:
    leg = Leg(happened.leg, happened.at, happened.to)
    return replace(state, legs=(*state.legs, leg), with_whom=happened.to)


def _misrouted(state: Telegram, happened: told.Misrouted) -> Telegram:
    return replace(state, misrouted=True, with_whom=happened.to)


def _misroute_corrected(state: Telegram, happened: told.MisrouteCorrected) -> Telegram:
    return replace(_mistaken(state, happened), misrouted=False, with_whom=happened.to)


def _mistaken(state: Telegram, happened: Any) -> Telegram:
    return replace(state, mistakes=(*state.mistakes, (happened.TERM.zh, happened.at)))


def _closed(state: Telegram, happened: told.Closed) -> Telegram:
    return replace(state, stage=CLOSED, closed_at=happened.at, with_whom="")


def _stubbed(state: Telegram, happened: told.Stubbed) -> Telegram:
    return replace(
        state, stage=STUB, unit=happened.unit, month=happened.month, count=happened.count
    )


_AFTER: dict[type[Happened], Callable[[Telegram, Any], Telegram]] = {
    told.Registered: _registered,
    told.NumberVoided: _number_voided,
    told.LegPassed: _leg_passed,
    told.Misrouted: _misrouted,
    told.MisrouteCorrected: _misroute_corrected,
    told.ScopeViolated: _mistaken,
    told.Redone: _mistaken,
    told.Answered: lambda state, _: replace(state, answered=True),
    told.Closed: _closed,
    told.Returned: lambda state, _: replace(state, stage=RETURNED),
    told.Archived: lambda state, _: replace(state, stage=ARCHIVED),
    told.Destroyed: lambda state, _: replace(state, stage=DESTROYED),
    told.Stubbed: _stubbed,
}
