"""Rules and normative documents 制度、规范性文件: made, in force, changed, ended.

A rule goes 立项 → 起草 → 征求意见 → 合法合规审核 → 集体审议 → 通过 → 公布 → 施行, then ⇄ 修改, 继续有效, 暂停,
until 废止 (void from a day), 失效 (no longer carried out) or 撤销 (void from the start). Its events
stand in `events`; what was in force on a day is reckoned in `time`, not here: the state
below is what the door needs to judge the next step.

A clean-up campaign decides first and is carried out rule by rule afterwards, often months later, so
the two ends cannot stand in one act and no bond joins them. Instead each end copies the other's
fact: a step that names a campaign carries what the campaign decided (G13), and the campaign's
follow-up carries what the rule's record shows (C7).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from ledger.family import AS_FOUND, Change, Facts, Family, Happened, Verb, Waiting
from ledger.records.rule import events as told
from ledger.records.rule.judged import RULES
from ledger.records.rule.state import RuleRecord, evolve

FILING_PERIOD = timedelta(days=30)
"""备案: within 30 days of issue (党内法规和规范性文件备案审查规定, DOMAIN §3)."""


def record_step(facts: Facts, record: str, draft: told.Dated) -> Sequence[Change]:
    """Record a step: a day left out is today, and facts from elsewhere are copied in.

    Where a text is attached and its digest not told, the first attachment is the text.
    """
    derived: dict[str, Any] = {}
    if draft.occurred_on is None and facts.basis != AS_FOUND:
        derived["occurred_on"] = facts.day
    if isinstance(draft, told.Adopted | told.Published | told.Amended) and draft.attachments:
        derived["text_digest"] = draft.text_digest or draft.attachments[0].digest
    if isinstance(draft, told.Drafted):
        derived["drafter"] = facts.actor
    if isinstance(draft, told.InCampaign) and draft.campaign:
        derived["campaign_outcome"] = facts.state(draft.campaign).decided_for(record)
    return [Change(record, replace(draft, **derived))]


def waits(state: RuleRecord) -> tuple[Waiting, ...]:
    """Return what the rule waits for next: steps of its making, filing, an ordered change."""
    waiting = [*_preparing(state)]
    if state.ended:
        return tuple(waiting)
    if state.unpublished:
        waiting.append(
            Waiting((), "publish", f"adopted {_day(state.adopted_on)}, not published")
        )
    if state.awaits_commencement:
        waiting.append(Waiting((), "commence", "published, its commencement is not told yet"))
    if state.files_to and state.published_on and state.filed_on is None:
        due = _after(state.published_on, FILING_PERIOD)
        waiting.append(Waiting((), "file", f"to be filed with {state.files_to} by {_day(due)}"))
    if state.needs_amendment:
        until = f" by {_day(state.amend_by)}" if state.amend_by else ""
        waiting.append(Waiting((), "amend", f"to be amended{until}"))
    return tuple(waiting)


def _preparing(state: RuleRecord) -> list[Waiting]:
    if state.deliberated:
        verb = "amend" if state.standing else "adopt-draft"
        return [Waiting((), verb, "deliberated and passed, not adopted")]
    if state.reviewed:
        return [Waiting((), "deliberate", "reviewed, not deliberated")]
    if state.drafted:
        return [Waiting((), "review", "drafted, not reviewed")]
    if state.planned:
        due = f", due {_day(state.due)}" if state.due else ""
        return [Waiting((), "draft", f"planned, not drafted{due}")]
    return []


def _day(day: date | None) -> str:
    return day.isoformat() if day else "on a day not told"


def _after(day: date, period: timedelta) -> date:
    return day + period if day < date.max - period else date.max


def _verb(name: str, happened: type[Happened], en: str, *, opens: bool = False) -> Verb:
    return Verb(name, happened.TERM.zh, en, happened, record_step, opens=opens)


FAMILY: Family[RuleRecord] = Family(
    name="rule",
    zh="制度",
    en="rule",
    events=told.EVENTS,
    initial=RuleRecord(),
    evolve=evolve,
    title=lambda state: state.title,
    verbs=(
        _verb("plan", told.Planned, "Plan a rule that is to be made.", opens=True),
        _verb("draft", told.Drafted, "Record a draft, of a planned rule or of a change."),
        _verb("consult", told.Consulted, "Record whose opinions on the draft were asked."),
        _verb("review", told.Reviewed, "Record the legal review of the draft."),
        _verb("deliberate", told.Deliberated, "Record what a meeting decided on the draft."),
        _verb("drop", told.Dropped, "Give up the plan or draft."),
        _verb("adopt", told.Adopted, "Adopt a rule that was prepared elsewhere.", opens=True),
        _verb("adopt-draft", told.Adopted, "Adopt the draft of a rule prepared here."),
        _verb("approve", told.Approved, "Record that a higher organ approved the rule."),
        _verb("publish", told.Published, "Publish an adopted rule."),
        _verb("commence", told.Commenced, "Record from when the rule, or parts of it, count."),
        _verb("amend", told.Amended, "Amend a rule, in part or as a whole."),
        _verb("confirm", told.Confirmed, "Confirm that a rule goes on in force."),
        _verb("abolish", told.Abolished, "Abolish a rule from a day on."),
        _verb("lapse", told.Lapsed, "Declare that a rule is no longer carried out."),
        _verb("revoke", told.Revoked, "Revoke a rule, void from the start."),
        _verb("suspend", told.Suspended, "Suspend a rule for a time."),
        _verb("resume", told.Resumed, "Resume a suspended rule."),
        _verb("extend", told.Extended, "Extend a rule's validity before it expires."),
        _verb("interpret", told.Interpreted, "Record an official interpretation."),
        _verb("renumber", told.Renumbered, "Give a rule another official number."),
        _verb("file", told.Filed, "File a rule for the record with the organ above."),
        _verb("answer-filing", told.FilingAnswered, "Record the answer to a filing."),
        _verb("link", told.Linked, "Relate a rule to another rule."),
        _verb("note", told.Noted, "Note a line that tells nothing else."),
        _verb("correct", told.Corrected, "Correct a day that was entered wrongly."),
    ),
    rules=RULES,
    waits=waits,
)
