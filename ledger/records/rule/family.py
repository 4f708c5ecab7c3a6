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
from datetime import date
from typing import Any

from ledger.family import AS_FOUND, Change, Facts, Family, Happened, Verb, Waiting
from ledger.frozen import replace
from ledger.records.rule import events as told
from ledger.records.rule.judged import RULES
from ledger.records.rule.state import RuleRecord, evolve


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
        told_on = _day(state.published_on)
        waiting.append(
            Waiting((), "file", f"published {told_on}, to be filed with {state.files_to}")
        )
    if state.filing_answer in told.ASKING:
        waiting.append(Waiting((), "file", f"filed; the answer was {state.filing_answer}"))
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


def _verb(name: str, happened: type[Happened], en: str, *, opens: bool = False) -> Verb:
    return Verb(name, happened.TERM.zh, en, happened, record_step, opens=opens)


def _verb_for_many(name: str, happened: type[Happened], en: str) -> Verb:
    """Return a verb by which one decision hits many rules in one act, as in 打包废止."""
    return Verb(name, happened.TERM.zh, en, happened, record_step, many=True)


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
        _verb_for_many("confirm", told.Confirmed, "Confirm that rules go on in force."),
        _verb_for_many(
            "abolish", told.Abolished, "Abolish rules from a day on, many in one act."
        ),
        _verb_for_many("lapse", told.Lapsed, "Declare that rules are no longer carried out."),
        _verb_for_many("revoke", told.Revoked, "Revoke rules, void from the start."),
        _verb_for_many("suspend", told.Suspended, "Suspend rules for a time."),
        _verb_for_many("resume", told.Resumed, "Resume suspended rules."),
        _verb_for_many("extend", told.Extended, "Extend rules' validity before they expire."),
        _verb("interpret", told.Interpreted, "Record an official interpretation."),
        _verb("renumber", told.Renumbered, "Give a rule another official number."),
        _verb("file", told.Filed, "File a rule for the record with the organ above."),
        _verb("answer-filing", told.FilingAnswered, "Record the answer to a filing."),
        _verb("link", told.Linked, "Relate a rule to another rule."),
        _verb("unlink", told.Unlinked, "End a relation to another rule."),
        _verb("note", told.Noted, "Note a line that tells nothing else."),
        _verb(
            "correct", told.Corrected, "Correct an entry: its day, or that it ever happened."
        ),
    ),
    rules=RULES,
    waits=waits,
)
