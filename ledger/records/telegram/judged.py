"""What may come next for a telegram: rules T1 to T12, and S1."""

from __future__ import annotations

from typing import Any

from ledger.family import DIRECT, Context, Happened, Rule
from ledger.records.marks import no_mark
from ledger.records.moments import ahead, is_month, read_moment
from ledger.records.numbers import names_number
from ledger.records.posts import (
    CUSTODIAN,
    in_no_post,
    not_the_doer,
    out_of_post,
    unlike_its_series,
)
from ledger.records.telegram import events as told
from ledger.records.telegram import state as stages
from ledger.records.telegram.limits import TIMETABLE, due_at, limits_in, senders_number
from ledger.records.telegram.state import Telegram

OFFICERS: dict[type[Happened], str] = {told.Registered: "registrar"}
"""Which field of an event names the officer who did it."""

MOMENTS: dict[type[Happened], str] = {
    told.Registered: "received_at",
    **dict.fromkeys(
        (
            *(told.LegPassed, told.Misrouted, told.MisrouteCorrected, told.ScopeViolated),
            *(told.Redone, told.Answered, told.Closed, told.Returned),
        ),
        "at",
    ),
}
"""Which field of an event tells its moment."""

_HANDLED = (stages.REGISTERED, stages.CLOSED)

AFTER: dict[type[Happened], tuple[str, ...]] = {
    told.Registered: ("",),
    told.NumberVoided: (stages.REGISTERED,),
    told.LegPassed: (stages.REGISTERED,),
    told.Misrouted: (stages.REGISTERED,),
    told.MisrouteCorrected: (stages.REGISTERED,),
    told.ScopeViolated: (*_HANDLED, stages.RETURNED),
    told.Redone: (stages.REGISTERED,),
    told.Answered: _HANDLED,
    told.Closed: (stages.REGISTERED,),
    told.Returned: (stages.CLOSED,),
    told.Archived: (stages.CLOSED, stages.RETURNED),
    told.Destroyed: (stages.CLOSED, stages.RETURNED),
    told.Stubbed: ("",),
}
"""After which stages an event may happen (DOMAIN §2.3)."""

_STEPS = tuple(
    kind
    for kind in told.EVENTS
    if kind not in (told.Registered, told.Stubbed, told.NumberVoided)
)
_REASONED = (
    *(told.Misrouted, told.MisrouteCorrected, told.ScopeViolated, told.Redone),
    *(told.Destroyed, told.NumberVoided),
)


def posts_for(state: Telegram, happened: Happened) -> tuple[str, ...]:
    """Return the posts that a step is open to: a leader instructs, a head has paper destroyed."""
    if isinstance(happened, told.LegPassed) and happened.leg == "批办":
        return state.leaders
    if isinstance(happened, told.Destroyed):
        return state.reviewers
    return (*state.registrars, *state.reviewers)


def _in_order(state: Telegram, happened: Happened, context: Context) -> str | None:
    del context
    allowed = AFTER[type(happened)]
    if state.stage not in allowed:
        return f"the telegram is {state.stage or 'not registered'}; this comes after {'、'.join(allowed)}"
    if isinstance(happened, told.MisrouteCorrected) and not state.misrouted:
        return "it was not misrouted"
    return None


def _by_its_officer(state: Telegram, happened: told.Registered, context: Context) -> str | None:
    del state
    return not_the_doer(context, happened.registrar)


def _in_post(state: Telegram, happened: Any, context: Context) -> str | None:
    if context.basis != DIRECT:
        return None
    allowed = posts_for(state, happened)
    if hasattr(happened, "post"):
        return out_of_post(context, happened.post, allowed)
    return in_no_post(context, allowed, none="(none declared)")


def _in_time(state: Telegram, happened: Any, context: Context) -> str | None:
    if type(happened) not in MOMENTS:
        return ahead(happened, context)
    at = read_moment(getattr(happened, MOMENTS[type(happened)]))
    if at is None:
        return "the moment is not told in UTC"
    if at.date() > context.day:
        return f"{at.date()} lies ahead of {context.day}"
    last = read_moment(state.last_moment)
    if last is not None and at < last and not isinstance(happened, told.Registered):
        return "it is told to have happened before the step that came before it"
    return None


def _with_reason(state: Telegram, happened: Any, context: Context) -> str | None:
    del state, context
    return None if happened.reason.strip() else "what happened is not told"


def _nothing_left(state: Telegram, happened: told.Closed, context: Context) -> str | None:
    del happened, context
    if state.misrouted:
        return "it is with someone it is not for"
    return f"not done yet: {'、'.join(state.open_legs)}" if state.open_legs else None


def _plain(state: Telegram, happened: told.Registered, context: Context) -> str | None:
    del state, context
    if happened.kind != told.PLAIN:
        return f"{happened.kind} is not taken in here; record a stub"
    if happened.urgency not in told.URGENCIES:
        return f"{happened.urgency} is none of {'、'.join(told.URGENCIES)}"
    return None


def _limits_told(state: Telegram, happened: told.Registered, context: Context) -> str | None:
    del state
    if context.basis != DIRECT:
        return None
    edition, limits = limits_in(context.standing(TIMETABLE), happened.urgency)
    if (happened.edition, happened.limits) != (edition, limits):
        return f"limits are not those of edition {edition} for {happened.urgency}"
    due = due_at(happened)
    return (
        None
        if happened.due_at == due
        else f"due at {happened.due_at or 'no moment'}, not {due}"
    )


def _number_fits(state: Telegram, happened: Any, context: Context) -> str | None:
    if isinstance(happened, told.NumberVoided):
        lived = (state.series, state.n, state.registrar, state.sender_series, state.sender_n)
        voided = (
            *(happened.series, happened.n, happened.registrar),
            *(happened.sender_series, happened.sender_n),
        )
        return (
            None
            if lived == voided
            else f"the telegram's number is {state.number or 'not given'}"
        )
    if not happened.series and context.basis == DIRECT:
        return "no series is named to register it in"
    if names_number(happened.number, happened):
        return None
    return f"{happened.number or 'nothing'} is not number {happened.n} of {happened.series}"


def _senders_number(state: Telegram, happened: told.Registered, context: Context) -> str | None:
    del state
    if context.basis != DIRECT:
        return None
    told_so = (happened.sender_series, happened.sender_n)
    if told_so == senders_number(happened):
        return None
    return f"{happened.sender_number} is not taken to the sender's series for comparing"


def _destroyed_properly(
    state: Telegram, happened: told.Destroyed, context: Context
) -> str | None:
    del state, context
    if not happened.approval.strip():
        return "nothing is destroyed without an approval"
    return None if len(set(happened.supervisors)) >= 2 else "two supervisors see it destroyed"


def _opaque(state: Telegram, happened: told.Stubbed, context: Context) -> str | None:
    del state
    if context.basis != DIRECT or not context.holds(CUSTODIAN):
        return f"{context.actor} does not hold the post {CUSTODIAN}"
    if happened.count < 1 or not happened.unit.strip():
        return "a stub tells a unit and one or more telegrams"
    if not is_month(happened.month) or happened.month > context.day.isoformat()[:7]:
        return f"{happened.month} is no month up to now"
    return None


_WAY = "DOMAIN §2.3"

RULES: tuple[Rule[Telegram], ...] = (
    Rule("T1", _WAY, "steps follow in their order", told.EVENTS, _in_order),
    Rule("T2", "DESIGN §3", "a step names who did it", tuple(OFFICERS), _by_its_officer),
    Rule("T3", _WAY, "steps are open to posts", _STEPS, _in_post),
    Rule("T4", _WAY, "moments are told, and follow", (*MOMENTS, told.Archived, told.Destroyed), _in_time),
    Rule("T5", _WAY, "what went wrong is told", _REASONED, _with_reason),
    Rule("T6", _WAY, "closed when every step is made", (told.Closed,), _nothing_left),
    Rule("T7", "保守国家秘密法 Art. 31", "only plain telegrams in full", (told.Registered,), _plain),
    Rule("T8", "DOMAIN §2.2", "limits are those of its urgency", (told.Registered,), _limits_told),
    Rule("T9", _WAY, "the number is of its series", (told.Registered, told.NumberVoided), _number_fits),
    Rule("T10", _WAY, "the sender's number is kept for comparing", (told.Registered,), _senders_number),
    Rule("T11", "DOMAIN §1 销毁", "destroyed after approval, before two", (told.Destroyed,), _destroyed_properly),
    Rule("T12", "DOMAIN §2.4", "a stub is the custodian's, and opaque", (told.Stubbed,), _opaque),
    Rule("T13", _WAY, "its posts are those of its series", (told.Registered,), unlike_its_series, guard=True),
    no_mark(*told.EVENTS),
)  # fmt: skip
