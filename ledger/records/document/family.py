"""The family of outgoing documents: how its steps are decided, what each waits for, its verbs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ledger.family import AS_FOUND, DIRECT, Change, Facts, Family, Verb, Waiting
from ledger.frozen import replace
from ledger.records.document import events as told
from ledger.records.document import state as stages
from ledger.records.document.judged import OFFICERS, RULES, posts_for
from ledger.records.document.state import Document, content, evolve
from ledger.records.moments import dated
from ledger.records.posts import acting_post, doer
from ledger.records.series import Series, bonds, numbered, voided


def record_step(facts: Facts, record: str, draft: Any) -> Sequence[Change]:
    """Record a step of a document with its day, its officer, their post, and the text it covers."""
    state: Document = facts.state(record)
    step = dated(facts, draft)
    if type(step) in OFFICERS:
        step = replace(step, **{OFFICERS[type(step)]: doer(facts)})
    if hasattr(step, "post") and not step.post:
        step = replace(step, post=acting_post(facts, "", posts_for(state, step)))
    if isinstance(step, told.Reviewed | told.Issued | told.Rechecked):
        step = replace(step, text_digest=state.text_digest)
    return [Change(record, step)]


def write(facts: Facts, record: str, draft: Any) -> Sequence[Change]:
    """Record a text as drafted or changed, with its digest."""
    (change,) = record_step(facts, record, draft)
    step: Any = change.event
    if isinstance(step, told.Drafted) and step.series:
        series: Series = facts.state(step.series)
        step = replace(
            step,
            registrars=series.registrars,
            reviewers=series.reviewers,
            leaders=series.leaders,
        )
    text = content(evolve(facts.state(record), step))
    return [Change(record, replace(step, text_digest=facts.digest(text)))]


def issue(facts: Facts, record: str, draft: told.Issued) -> Sequence[Change]:
    """Issue a document in the actor's full name."""
    if facts.basis == DIRECT and not draft.signer:
        draft = replace(draft, signer=facts.state(facts.actor).name)
    return record_step(facts, record, draft)


def number(facts: Facts, record: str, draft: told.Numbered) -> Sequence[Change]:
    """Register a document: its series gives the number in the same act."""
    state: Document = facts.state(record)
    series = draft.series or state.meant
    (change,) = record_step(facts, record, replace(draft, series=series))
    step: Any = change.event
    if not series:
        return [change]
    n, text, taken = numbered(
        facts, series, record=record, n=step.n, on=step.occurred_on or facts.day
    )
    found = facts.basis == AS_FOUND
    return [Change(record, replace(step, n=n, number=text, found=found)), taken]


def void_number(facts: Facts, record: str, draft: told.NumberVoided) -> Sequence[Change]:
    """Void a document's number, in the document and in its series."""
    state: Document = facts.state(record)
    told_void = replace(draft, series=state.series, n=state.n, registrar=state.registrar)
    return [Change(record, told_void), *voided(facts, record, told_void)]


def waits(state: Document) -> tuple[Waiting, ...]:
    """Return what the document waits for next, and for whom."""
    silent = [unit for unit in state.consulted if unit not in state.countersigned]
    if state.stage == stages.DRAFT and silent:
        return (Waiting((), "review", f"待会签 to be countersigned by {'、'.join(silent)}"),)
    if state.stage not in _NEXT:
        return ()
    whose, verb, note = _NEXT[state.stage]
    return (Waiting(getattr(state, whose), verb, note),)


_NEXT = {
    stages.DRAFT: ("reviewers", "review", "待审核 to be reviewed"),
    stages.REVIEWED: ("leaders", "issue", "待签发 to be issued"),
    stages.ISSUED: ("reviewers", "recheck", "待复核 to be rechecked"),
    stages.RECHECKED: ("registrars", "number", "待登记 to be registered"),
    stages.NUMBERED: ("registrars", "print", "待印制 to be printed"),
    stages.PRINTED: ("registrars", "release", "待核发 to be released"),
    stages.RELEASED: ("registrars", "archive", "待归档 to be filed"),
}
"""What follows on each stage: whose turn it is, with which verb."""


def _title(state: Document) -> str:
    return f"{state.number} {state.title}".strip()


VERBS = (
    Verb("draft", "起草", "Draft an outgoing document.", told.Drafted, write, opens=True),
    Verb("correct", "更正", "Mend a slip in the head before registration.", told.Corrected, write),
    Verb("change-text", "修改文本", "Replace the text before registration.", told.TextChanged, write),
    Verb("review", "审核", "Review a document, or countersign it for a unit.",
         told.Reviewed, record_step, many=True),
    Verb("return", "退回", "Send a document back to its drafter.", told.Returned, record_step),
    Verb("issue", "签发", "Sign a document for issue.", told.Issued, issue, many=True),
    Verb("recheck", "复核", "Check a document again before it is printed.",
         told.Rechecked, record_step, many=True),
    Verb("number", "登记", "Register a document: it gets its number.", told.Numbered, number),
    Verb("void-number", "文号作废", "Void a document's number before release.", told.NumberVoided, void_number),
    Verb("print", "印制", "Record that a document was printed.", told.Printed, record_step),
    Verb("release", "核发", "Record that a document went out.", told.Released, record_step, many=True),
    Verb("archive", "归档", "File a document.", told.Archived, record_step),
    Verb("notice-correction", "更正通知", "Record the document that corrects this one.",
         told.CorrectionNoticed, record_step),
    Verb("revoke", "撤销", "Make a document void from the beginning.", told.Revoked, record_step),
    Verb("abolish", "废止", "Make a document void from a day on.", told.Abolished, record_step),
)  # fmt: skip

FAMILY: Family[Document] = Family(
    name="document",
    zh="发文",
    en="outgoing document",
    events=told.EVENTS,
    initial=Document(),
    evolve=evolve,
    title=_title,
    verbs=VERBS,
    rules=RULES,
    waits=waits,
)

BONDS = bonds("document", "document.numbered/1", "document.number_voided/1")
