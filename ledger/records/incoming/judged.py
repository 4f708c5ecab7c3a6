"""What may come next for an incoming document: rules W1 to W10, and S1."""

from __future__ import annotations

from typing import Any

from ledger.family import DIRECT, Context, Happened, Rule
from ledger.records.incoming import events as told
from ledger.records.incoming import state as stages
from ledger.records.incoming.state import Incoming
from ledger.records.marks import no_mark
from ledger.records.moments import ahead, read_moment
from ledger.records.numbers import names_number
from ledger.records.posts import in_no_post, not_the_doer, out_of_post, unlike_its_series

OFFICERS: dict[type[Happened], str] = {told.Received: "receiver", told.Registered: "registrar"}
"""Which field of an event names the officer who did it."""

AFTER: dict[type[Happened], tuple[str, ...]] = {
    told.Received: ("",),
    told.Registered: (stages.RECEIVED,),
    told.NumberVoided: (stages.REGISTERED, stages.CHECKED),
    told.FirstChecked: (stages.REGISTERED,),
    told.Returned: (stages.REGISTERED,),
    told.Proposed: (stages.CHECKED,),
    told.Instructed: (stages.PROPOSED, stages.INSTRUCTED),
    told.Assigned: (stages.CHECKED, stages.INSTRUCTED),
    told.Circulated: (stages.ASSIGNED,),
    told.Acted: (stages.ASSIGNED,),
    told.Chased: (stages.ASSIGNED,),
    told.Answered: (stages.ASSIGNED, stages.CLOSED),
    told.Closed: (stages.ASSIGNED,),
    told.Archived: (stages.CLOSED, stages.RETURNED),
}
"""After which stages an event may happen (Art. 24)."""

_BY_REVIEWERS = (told.Proposed, told.Assigned, told.Closed)
_BY_REGISTRARS = (told.FirstChecked, told.Returned, told.Circulated, told.Archived)
_AT: dict[type[Happened], str] = {told.Received: "received_at", told.Circulated: "at"}


def posts_for(state: Incoming, happened: Happened) -> tuple[str, ...]:
    """Return the posts that a step is open to."""
    if isinstance(happened, told.Instructed):
        return state.leaders
    if isinstance(happened, _BY_REVIEWERS):
        return state.reviewers
    return (*state.registrars, *state.reviewers)


def _in_order(state: Incoming, happened: Happened, context: Context) -> str | None:
    del context
    allowed = AFTER[type(happened)]
    if state.stage not in allowed:
        return f"the document is {state.stage or 'not received'}; this comes after {'、'.join(allowed)}"
    unread = state.nature == told.ACTION and state.stage != stages.INSTRUCTED
    if isinstance(happened, told.Assigned) and unread:
        return "a document for action needs a leader's instruction first"
    return None


def _by_its_officer(state: Incoming, happened: Any, context: Context) -> str | None:
    del state
    return not_the_doer(context, getattr(happened, OFFICERS[type(happened)]))


def _in_post(state: Incoming, happened: Any, context: Context) -> str | None:
    if context.basis != DIRECT:
        return None
    allowed = posts_for(state, happened)
    if hasattr(happened, "post"):
        return out_of_post(context, happened.post, allowed)
    return in_no_post(context, allowed, none="(none declared)")


def _in_time(state: Incoming, happened: Any, context: Context) -> str | None:
    del state
    name = _AT.get(type(happened))
    if name is not None and context.basis == DIRECT:
        at = read_moment(getattr(happened, name))
        if at is None:
            return "the moment is not told in UTC"
        return f"{at.date()} lies ahead of {context.day}" if at.date() > context.day else None
    return ahead(happened, context)


def _with_reason(state: Incoming, happened: Any, context: Context) -> str | None:
    del state, context
    return None if happened.reason.strip() else "the reason is not told"


def _assigned_clearly(state: Incoming, happened: told.Assigned, context: Context) -> str | None:
    del context
    if happened.units and not happened.lead:
        return "several units act: name the lead unit"
    if state.nature == told.ACTION and not happened.lead:
        return "a document for action needs a unit that acts"
    if not happened.lead and not happened.readers:
        return "it is assigned to nobody"
    if state.urgency != told.ORDINARY and happened.lead and happened.deadline is None:
        return f"it is {state.urgency}: name a deadline"
    return None


def _to_whom_it_went(state: Incoming, happened: Any, context: Context) -> str | None:
    del context
    if isinstance(happened, told.Circulated):
        return (
            None if happened.to in state.readers else f"{happened.to} is not one of its readers"
        )
    units = (state.lead, *state.units)
    return None if happened.unit in units else f"{happened.unit} has it not to act on"


def _nothing_left(state: Incoming, happened: told.Closed, context: Context) -> str | None:
    del happened, context
    if state.open_units:
        return f"not acted on yet by {'、'.join(state.open_units)}"
    if state.open_readers:
        return f"not circulated yet to {'、'.join(state.open_readers)}"
    return None


def _number_fits(state: Incoming, happened: Any, context: Context) -> str | None:
    if isinstance(happened, told.NumberVoided):
        lived = (state.series, state.n, state.registrar)
        voided = (happened.series, happened.n, happened.registrar)
        return (
            None
            if lived == voided
            else f"the document's number is {state.number or 'not given'}"
        )
    if not happened.series and context.basis == DIRECT:
        return "no series is named to register it in"
    if names_number(happened.number, happened):
        return None
    return f"{happened.number or 'nothing'} is not number {happened.n} of {happened.series}"


def _counted(state: Incoming, happened: told.Received, context: Context) -> str | None:
    del state, context
    if happened.copies < 1 or not happened.sender.strip() or not happened.title.strip():
        return "received are one or more copies, from a sender, of something named"
    return None


_ACT = "公文处理工作条例"

RULES: tuple[Rule[Incoming], ...] = (
    Rule("W1", f"{_ACT} Art. 24", "steps follow in their order", told.EVENTS, _in_order),
    Rule("W2", "DESIGN §3", "a step names who did it", tuple(OFFICERS), _by_its_officer),
    Rule("W3", f"{_ACT} Art. 24", "steps are open to posts",
         (told.Instructed, *_BY_REVIEWERS, *_BY_REGISTRARS), _in_post),
    Rule("W4", f"{_ACT} Art. 24", "a moment is told, and no day lies ahead", told.EVENTS, _in_time),
    Rule("W5", f"{_ACT} Art. 24 (3)", "nothing goes back without reasons",
         (told.Returned, told.NumberVoided), _with_reason),
    Rule("W6", f"{_ACT} Art. 24 (4)", "a lead unit, and a deadline where urgent", (told.Assigned,), _assigned_clearly),
    Rule("W7", f"{_ACT} Art. 24 (5)", "it goes to those it is for",
         (told.Circulated, told.Acted, told.Chased), _to_whom_it_went),
    Rule("W8", f"{_ACT} Art. 24 (5)", "closed when nobody is left out", (told.Closed,), _nothing_left),
    Rule("W9", f"{_ACT} Art. 24 (2)", "the number is of its series", (told.Registered, told.NumberVoided), _number_fits),
    Rule("W11", f"{_ACT} Art. 24 (2)", "its posts are those of its series", (told.Registered,), unlike_its_series, guard=True),
    Rule("W10", f"{_ACT} Art. 24 (1)", "counted item by item", (told.Received,), _counted),
    no_mark(*told.EVENTS),
)  # fmt: skip
