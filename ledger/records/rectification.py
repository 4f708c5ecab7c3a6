"""Problems to be put right 审计整改: what an audit or inspection found, by when, and how it went.

A problem is demanded to be rectified by a day; who is responsible reports what was done; somebody
else looks at it again and closes it, or returns it. The day may be put off by a decision. Rectification
is reported to the auditors (审计法 Art. 52), and looked at again by who did not do it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, assert_never

from ledger.family import (
    AS_FOUND,
    DIRECT,
    Attachment,
    Change,
    Context,
    Facts,
    Family,
    Happened,
    Rule,
    Verb,
    Waiting,
    event,
    term,
)  # fmt: skip
from ledger.frozen import frozen, replace
from ledger.records.posts import doer, in_no_post, not_the_doer

_ARTICLE = "审计法 Art. 52"
OPEN = "整改中"
REPORTED = "已反馈"
CLOSED = "已销号"
_DAYS = ("found_on", "reported_on", "closed_on")


@event("rectification.demanded/1", "下达整改", "demanded")
class Demanded(Happened):
    """An audit or inspection found a problem and demands that it is put right by a day."""

    title: str = term("问题", "problem")
    source: str = term("检查单位", "who found it")
    document: str = term("整改文号", "document that demands it", default="")
    item: str | None = term("事项", "item of money it is about", default=None, refers="fund")
    amount_fen: int = term("涉及金额", "amount", default=0)
    responsible: str = term("责任单位", "who must put it right")
    rectifiers: tuple[str, ...] = term(
        "整改岗位", "posts that report what was done; none: any", default=()
    )
    found_on: date | None = term("查出日期", "day it was found", default=None)
    due_on: date = term("整改期限", "to be put right by")
    reviewers: tuple[str, ...] = term(
        "复查岗位", "posts that look at it again", default=("办公室主任",)
    )
    attachments: tuple[Attachment, ...] = term("附件", "attachments", default=())


@event("rectification.reported/1", "整改反馈", "reported")
class Reported(Happened):
    """What was done about it is reported."""

    measure: str = term("整改措施", "what was done")
    reported_on: date | None = term("反馈日期", "day of the report", default=None)
    reporter: str = term("反馈人", "who reports", default="", derived=True)
    attachments: tuple[Attachment, ...] = term("附件", "attachments", default=())


@event("rectification.returned/1", "退回重改", "returned")
class Returned(Happened):
    """The second look found it not put right."""

    reason: str = term("原因", "reason")


@event("rectification.extended/1", "延期", "extended")
class Extended(Happened):
    """A decision puts the day off."""

    due_on: date = term("新期限", "new day")
    decision: str = term("批准文号", "decision")
    reason: str = term("原因", "reason")


@event("rectification.closed/1", "复查销号", "closed")
class Closed(Happened):
    """The second look found it put right."""

    closed_on: date | None = term("销号日期", "day it was closed", default=None)
    opinion: str = term("复查意见", "opinion", default="")


RectificationEvent = Demanded | Reported | Returned | Extended | Closed


@frozen
class Rectification:
    """A problem as it stands; `reported_on` is the day of the report that was not returned."""

    title: str = ""
    source: str = ""
    item: str | None = None
    amount_fen: int = 0
    responsible: str = ""
    rectifiers: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    found_on: date | None = None
    due_on: date | None = None
    stage: str = ""
    reporter: str = ""
    reported_on: date | None = None


def evolve(state: Rectification, happened: RectificationEvent) -> Rectification:
    """Return the problem after the event."""
    match happened:
        case Demanded():
            return replace(
                state, title=happened.title, source=happened.source, item=happened.item,
                amount_fen=happened.amount_fen, responsible=happened.responsible,
                rectifiers=happened.rectifiers, reviewers=happened.reviewers,
                found_on=happened.found_on, due_on=happened.due_on, stage=OPEN,
            )  # fmt: skip
        case Reported():
            return replace(
                state,
                stage=REPORTED,
                reporter=happened.reporter,
                reported_on=happened.reported_on,
            )
        case Returned():
            return replace(state, stage=OPEN, reporter="", reported_on=None)
        case Extended():
            return replace(state, due_on=happened.due_on)
        case Closed():
            return replace(state, stage=CLOSED)
        case _:
            assert_never(happened)


def dated(facts: Facts, record: str, draft: Any) -> Sequence[Change]:
    """Record a step on its day, today where none is told, and who reports."""
    direct = facts.basis == DIRECT
    for name in _DAYS:
        if direct and getattr(draft, name, facts.day) is None:
            draft = replace(draft, **{name: facts.day})
    if isinstance(draft, Reported):
        draft = replace(draft, reporter=doer(facts))
    return [Change(record, draft)]


def waits(state: Rectification) -> tuple[Waiting, ...]:
    """Return what a problem waits for: to be put right by its day, or to be looked at again."""
    if state.stage == OPEN:
        note = f"{state.responsible} puts it right by {state.due_on}"
        return (Waiting(state.rectifiers or state.reviewers, "report", note),)
    if state.stage == REPORTED:
        return (Waiting(state.reviewers, "close", "reported, to be looked at again"),)
    return ()


def _in_order(
    state: Rectification, happened: RectificationEvent, context: Context
) -> str | None:
    del context
    if isinstance(happened, Demanded):
        return "it is demanded already" if state.stage else None
    expected = REPORTED if isinstance(happened, Returned | Closed) else OPEN
    if isinstance(happened, Extended) and state.stage == REPORTED:
        return None
    return (
        None
        if state.stage == expected
        else f"it is {state.stage or 'not demanded'}, not {expected}"
    )


def _not_ahead(
    state: Rectification, happened: Demanded | Reported | Closed, context: Context
) -> str | None:
    del state
    days = (getattr(happened, name, None) for name in _DAYS)
    ahead = next((day for day in days if day is not None and day > context.day), None)
    return f"{ahead} lies ahead of {context.day}" if ahead else None


def _whole(state: Rectification, happened: RectificationEvent, context: Context) -> str | None:
    del context
    match happened:
        case Demanded():
            return _demand_flaw(happened)
        case Reported():
            return None if happened.measure.strip() else "it does not tell what was done"
        case Returned() | Extended() if not happened.reason.strip():
            return "the reason is not told"
        case Extended() if not happened.decision.strip():
            return "no decision is told that puts the day off"
        case Extended() if state.due_on and happened.due_on <= state.due_on:
            return f"{happened.due_on} is no later than {state.due_on}"
        case _:
            return None


def _demand_flaw(happened: Demanded) -> str | None:
    words = (happened.title, happened.source, happened.responsible)
    if not all(each.strip() for each in words) or not happened.reviewers:
        return "it tells no problem, nobody who found it, is responsible or looks again"
    if happened.found_on and happened.due_on < happened.found_on:
        return f"it is due on {happened.due_on}, before it was found on {happened.found_on}"
    return None


def _looked_at_again(
    state: Rectification, happened: Demanded | Returned | Closed | Extended, context: Context
) -> str | None:
    reviewers = happened.reviewers if isinstance(happened, Demanded) else state.reviewers
    if strange := in_no_post(context, reviewers):
        return strange
    own = state.reporter and state.reporter in (context.actor, context.on_behalf_of)
    if isinstance(happened, Closed) and own:
        return f"{context.actor} reported it; another officer must look at it again"
    return None


def _by_rectifiers(state: Rectification, happened: Reported, context: Context) -> str | None:
    if context.basis != AS_FOUND and (strange := not_the_doer(context, happened.reporter)):
        return strange
    posts = state.rectifiers
    return in_no_post(context, posts) if posts else None


_ALL = (Demanded, Reported, Returned, Extended, Closed)
FAMILY: Family[Rectification] = Family(
    name="rectification",
    zh="审计整改",
    en="problem to be put right",
    events=_ALL,
    initial=Rectification(),
    evolve=evolve,
    title=lambda state: state.title,
    verbs=(
        Verb("demand", "下达整改", "Record a problem that must be put right.", Demanded, dated, opens=True),
        Verb("report", "整改反馈", "Report what was done about a problem.", Reported, dated),
        Verb("return", "退回重改", "Return a problem that is not put right.", Returned, dated),
        Verb("extend", "延期", "Put the day off, by a decision.", Extended, dated),
        Verb("close", "复查销号", "Close a problem that was looked at again.", Closed, dated),
    ),
    rules=(
        Rule("H1", _ARTICLE, "a problem is demanded, reported, looked at again", _ALL, _in_order),
        Rule("H2", _ARTICLE, "a step is told whole", (Demanded, Reported, Returned, Extended), _whole),
        Rule("H5", _ARTICLE, "no step lies ahead", (Demanded, Reported, Closed), _not_ahead),
        Rule("H3", "会计法 Art. 25", "another one looks at it again",
             (Demanded, Returned, Extended, Closed), _looked_at_again),
        Rule("H4", _ARTICLE, "who is responsible reports", (Reported,), _by_rectifiers),
    ),
    waits=waits,
)  # fmt: skip
