"""The family of incoming documents: how steps are decided, what each waits for, its verbs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ledger.family import AS_FOUND, DIRECT, Change, Facts, Family, Verb, Waiting
from ledger.frozen import replace
from ledger.records.incoming import events as told
from ledger.records.incoming import state as stages
from ledger.records.incoming.judged import OFFICERS, RULES, posts_for
from ledger.records.incoming.state import Incoming, evolve
from ledger.records.moments import dated, moment
from ledger.records.posts import acting_post, doer
from ledger.records.series import Series, bonds, numbered, voided


def record_step(facts: Facts, record: str, draft: Any) -> Sequence[Change]:
    """Record a step with its day or moment, its officer and their post."""
    step = dated(facts, draft)
    if type(step) in OFFICERS:
        step = replace(step, **{OFFICERS[type(step)]: doer(facts)})
    if hasattr(step, "post") and not step.post:
        step = replace(step, post=acting_post(facts, "", posts_for(facts.state(record), step)))
    if isinstance(step, told.Received):
        step = replace(step, received_at=moment(facts, step.received_at))
    if isinstance(step, told.Circulated):
        step = replace(step, at=moment(facts, step.at))
    return [Change(record, step)]


def register(facts: Facts, record: str, draft: told.Registered) -> Sequence[Change]:
    """Register a document under the office's own number, given by its series."""
    (change,) = record_step(facts, record, draft)
    step: Any = change.event
    if not step.series:
        return [change]
    series: Series = facts.state(step.series)
    n, text, taken = numbered(
        facts, step.series, record=record, n=step.n, on=step.occurred_on or facts.day
    )
    step = replace(
        step, n=n, number=text, found=facts.basis == AS_FOUND, registrars=series.registrars,
        reviewers=series.reviewers, leaders=series.leaders,
    )  # fmt: skip
    return [Change(record, step), taken]


def void_number(facts: Facts, record: str, draft: told.NumberVoided) -> Sequence[Change]:
    """Void a document's own number, in the document and in its series."""
    state: Incoming = facts.state(record)
    told_void = replace(draft, series=state.series, n=state.n, registrar=state.registrar)
    return [Change(record, told_void), *voided(facts, record, told_void)]


def instruct(facts: Facts, record: str, draft: told.Instructed) -> Sequence[Change]:
    """Instruct, in the actor's full name."""
    if facts.basis == DIRECT and not draft.leader:
        draft = replace(draft, leader=facts.state(facts.actor).name)
    return record_step(facts, record, draft)


def waits(state: Incoming) -> tuple[Waiting, ...]:
    """Return what the document waits for next, and for whom."""
    if state.stage == stages.ASSIGNED:
        return _waits_for_handling(state)
    after_check = "propose" if state.nature == told.ACTION else "assign"
    steps = {
        stages.RECEIVED: Waiting((), "register", "待登记 to be registered"),
        stages.REGISTERED: Waiting(state.registrars, "check", "待初审 to be checked"),
        stages.CHECKED: Waiting(state.reviewers, after_check, "待拟办 to be proposed"),
        stages.PROPOSED: Waiting(state.leaders, "instruct", "待批示 to be instructed"),
        stages.INSTRUCTED: Waiting(state.reviewers, "assign", "待分办 to be assigned"),
        stages.CLOSED: Waiting(state.registrars, "archive", "待归档 to be filed"),
    }
    return (steps[state.stage],) if state.stage in steps else ()


def _waits_for_handling(state: Incoming) -> tuple[Waiting, ...]:
    due = f", 时限 due {state.deadline}" if state.deadline else ""
    waiting = []
    if state.open_units:
        note = f"待承办 to be acted on by {'、'.join(state.open_units)}{due}"
        waiting.append(Waiting((), "act", note))
    if state.open_readers:
        note = f"待传阅 to be read by {'、'.join(state.open_readers)}"
        waiting.append(Waiting(state.registrars, "circulate", note))
    return tuple(waiting) or (Waiting(state.reviewers, "close", "待办结 to be closed"),)


VERBS = (
    Verb(
        "receive",
        "签收",
        "Sign for an incoming document.",
        told.Received,
        record_step,
        opens=True,
    ),
    Verb(
        "register",
        "登记",
        "Register a document under an own number.",
        told.Registered,
        register,
    ),
    Verb(
        "void-number",
        "收文号作废",
        "Void a document's own number.",
        told.NumberVoided,
        void_number,
    ),
    Verb(
        "check",
        "初审",
        "Record that a document conforms.",
        told.FirstChecked,
        record_step,
        many=True,
    ),
    Verb("return", "退回", "Send a document back with reasons.", told.Returned, record_step),
    Verb(
        "propose",
        "拟办",
        "Propose how to handle a document.",
        told.Proposed,
        record_step,
        many=True,
    ),
    Verb(
        "instruct", "批示", "Instruct what is to be done.", told.Instructed, instruct, many=True
    ),
    Verb(
        "assign",
        "分办",
        "Assign a document to units and readers.",
        told.Assigned,
        record_step,
        many=True,
    ),
    Verb("circulate", "传阅", "Record to whom a document went.", told.Circulated, record_step),
    Verb("act", "承办", "Record what a unit did.", told.Acted, record_step),
    Verb("chase", "催办", "Ask how far a unit is.", told.Chased, record_step, many=True),
    Verb("answer", "答复", "Record the answer to the sender.", told.Answered, record_step),
    Verb(
        "close",
        "办结",
        "Close a document that is dealt with.",
        told.Closed,
        record_step,
        many=True,
    ),
    Verb("archive", "归档", "File a document.", told.Archived, record_step),
)


def _title(state: Incoming) -> str:
    return f"{state.number} {state.title}".strip()


FAMILY: Family[Incoming] = Family(
    name="incoming",
    zh="收文",
    en="incoming document",
    events=told.EVENTS,
    initial=Incoming(),
    evolve=evolve,
    title=_title,
    verbs=VERBS,
    rules=RULES,
    waits=waits,
)

BONDS = bonds("incoming", "incoming.registered/1", "incoming.number_voided/1")
