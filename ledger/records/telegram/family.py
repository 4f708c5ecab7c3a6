"""The family of telegrams: how steps are decided, what each waits for, its verbs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ledger.family import AS_FOUND, Change, Facts, Family, Verb, Waiting
from ledger.frozen import replace
from ledger.records import correspondent
from ledger.records.moments import dated, moment
from ledger.records.posts import acting_post, doer
from ledger.records.series import Series, bonds, numbered, voided
from ledger.records.telegram import events as told
from ledger.records.telegram.judged import MOMENTS, RULES, posts_for
from ledger.records.telegram.limits import TIMETABLE, due_at, limits_in, senders_number
from ledger.records.telegram.state import (
    CLOSED,
    REGISTERED,
    RETURNED,
    Telegram,
    evolve,
)


def record_step(facts: Facts, record: str, draft: Any) -> Sequence[Change]:
    """Record a step with its day or moment, and the post it is done in."""
    step = dated(facts, draft)
    if type(step) in MOMENTS:
        name = MOMENTS[type(step)]
        step = replace(step, **{name: moment(facts, getattr(step, name))})
    if hasattr(step, "post") and not step.post:
        step = replace(step, post=acting_post(facts, "", posts_for(facts.state(record), step)))
    return [Change(record, step)]


def register(facts: Facts, record: str, draft: told.Registered) -> Sequence[Change]:
    """Register a telegram: its own number, its limits, and the sender's number for comparing."""
    head = _with_limits(facts, _head(facts, record, draft))
    changes: list[Change] = []
    if head.series:
        series: Series = facts.state(head.series)
        n, text, taken = numbered(
            facts, head.series, record=record, n=head.n, on=head.occurred_on or facts.day
        )
        head = replace(
            head, n=n, number=text, found=facts.basis == AS_FOUND, registrars=series.registrars,
            reviewers=series.reviewers, leaders=series.leaders,
        )  # fmt: skip
        changes.append(taken)
    if head.sender_series:
        number = correspondent.Received(n=head.sender_n, telegram=record, sender=head.sender)
        changes.append(Change(f"correspondent/{head.sender_series}", number))
    return [Change(record, head), *changes]


def _head(facts: Facts, record: str, draft: told.Registered) -> told.Registered:
    (change,) = record_step(facts, record, draft)
    head: Any = change.event
    series, n = senders_number(head)
    if head.deliver_by:
        head = replace(head, deliver_by=moment(facts, head.deliver_by))
    told_head: told.Registered = replace(
        head, registrar=doer(facts), sender_series=series, sender_n=n
    )
    return told_head


def _with_limits(facts: Facts, head: told.Registered) -> told.Registered:
    edition, limits = limits_in(facts.state(TIMETABLE), head.urgency)
    head = replace(head, limits=limits, edition=edition)
    return replace(head, due_at=due_at(head))


def void_number(facts: Facts, record: str, draft: told.NumberVoided) -> Sequence[Change]:
    """Void a telegram's registration: its own number dies, the sender's is given back."""
    state: Telegram = facts.state(record)
    told_void = replace(
        draft, series=state.series, n=state.n, registrar=state.registrar,
        sender_series=state.sender_series, sender_n=state.sender_n,
    )  # fmt: skip
    changes = [Change(record, told_void), *voided(facts, record, told_void)]
    if state.sender_series:
        given_back = correspondent.Withdrawn(n=state.sender_n, telegram=record)
        changes.append(Change(f"correspondent/{state.sender_series}", given_back))
    return changes


def stub(facts: Facts, record: str, draft: told.Stubbed) -> Sequence[Change]:
    """Record that telegrams which may not be shown were handled elsewhere."""
    del facts
    return [Change(record, draft)]


def waits(state: Telegram) -> tuple[Waiting, ...]:
    """Return what the telegram waits for next, and for whom."""
    keepers = (*state.registrars, *state.reviewers)
    if state.stage in (CLOSED, RETURNED):
        return (Waiting(keepers, "archive", "待归档 to be filed"),)
    if state.stage != REGISTERED:
        return ()
    due = f", 时限 due {state.due_at}" if state.due_at else ""
    if state.misrouted:
        return (Waiting(keepers, "correct-misroute", f"错送待纠正 misrouted{due}"),)
    if not state.open_legs:
        return (Waiting(keepers, "close", f"待办结 to be closed{due}"),)
    leg = state.open_legs[0]
    return (Waiting(state.leaders if leg == "批办" else keepers, "pass", f"待{leg}{due}"),)


def _title(state: Telegram) -> str:
    if state.unit:
        return f"{state.unit} {state.month} {state.count}"
    return f"{state.number} {state.urgency} {state.title}".strip()


VERBS = (
    Verb("register", "登记", "Register a plain telegram.", told.Registered, register, opens=True),
    Verb("void-number", "电报号作废", "Void a telegram's own number.", told.NumberVoided, void_number),
    Verb("pass", "流转", "Record a step of a telegram's way.", told.LegPassed, record_step, many=True),
    Verb("misroute", "错送", "Record that a telegram went astray.", told.Misrouted, record_step),
    Verb("correct-misroute", "错送纠正", "Record that a misroute was put right.",
         told.MisrouteCorrected, record_step),
    Verb("violate-scope", "超范围", "Record that a telegram was shown too widely.",
         told.ScopeViolated, record_step),
    Verb("redo", "返工重办", "Record that work was done again.", told.Redone, record_step),
    Verb("answer", "答复", "Record the answer to the sender.", told.Answered, record_step),
    Verb("close", "办结", "Close a telegram that is dealt with.", told.Closed, record_step, many=True),
    Verb("return", "清退", "Record that the paper went back.", told.Returned, record_step),
    Verb("archive", "归档", "File a telegram.", told.Archived, record_step),
    Verb("destroy", "销毁", "Record that the paper was destroyed.", told.Destroyed, record_step),
    Verb("stub", "涉密电报登记", "Record telegrams that may not be shown: month and count.",
         told.Stubbed, stub, opens=True),
)  # fmt: skip

FAMILY: Family[Telegram] = Family(
    name="telegram",
    zh="电报",
    en="telegram",
    events=told.EVENTS,
    initial=Telegram(),
    evolve=evolve,
    title=_title,
    verbs=VERBS,
    rules=RULES,
    waits=waits,
)

BONDS = bonds("telegram", "telegram.registered/1", "telegram.number_voided/1")
