"""What may happen to a rule and in which order, G1 to G18: refused at the door, reported in the audit.

Sources: 国务院办公厅关于加强行政规范性文件制定和监督管理工作的通知 (国办发〔2018〕37号: opinions, legal review, collective
deliberation, publication); 规章制定程序条例 Art. 31-33 (text, commencement, interpretation); 党内法规和规范性文件备案审查规定
(filing). What the parts of a making are is law; who may take a step is the office's posts.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from ledger.family import DIRECT, Context, Happened, Rule
from ledger.records.rule import events as told
from ledger.records.rule.state import ABOLISH, AMEND, CONFIRM, LAPSE, REVOKE, RuleRecord

_MAKING = "国办发〔2018〕37号"
_COMING = "规章制定程序条例 Art. 31-32"
_FILING = "党内法规和规范性文件备案审查规定（2019）"

IN_POST = (
    told.Reviewed, told.Deliberated, told.Adopted, told.Published, told.Amended, told.Confirmed,
    told.Abolished, told.Lapsed, told.Revoked, told.Suspended, told.Resumed, told.Extended,
    told.Interpreted, told.Corrected,
)  # fmt: skip
ONCE = (
    told.Adopted, told.Approved, told.Published, told.Amended, told.Confirmed, told.Abolished,
    told.Lapsed, told.Revoked, told.Suspended, told.Resumed,
)  # fmt: skip
STANDING = (
    told.Amended, told.Confirmed, told.Abolished, told.Lapsed, told.Suspended, told.Extended,
    told.Interpreted, told.Renumbered,
)  # fmt: skip
_OUTCOMES: dict[type[Happened], str] = {
    told.Amended: AMEND, told.Confirmed: CONFIRM, told.Abolished: ABOLISH, told.Lapsed: LAPSE,
}  # fmt: skip


def _in_post(state: RuleRecord, happened: told.InPost, context: Context) -> str | None:
    del state
    if context.basis != DIRECT:
        return None
    if not happened.post:
        return "the post it is done in is not named"
    return (
        None
        if context.holds(happened.post)
        else f"{context.actor} does not hold {happened.post}"
    )


def _on_a_day(state: RuleRecord, happened: told.Dated, context: Context) -> str | None:
    del state
    if happened.occurred_on is None:
        return "the day it happened is not told"
    if happened.occurred_on > context.day and not isinstance(happened, told.Commenced):
        return f"{happened.occurred_on} lies ahead of {context.day}"
    return None


def _reviewed_by_another(
    state: RuleRecord, happened: told.Reviewed, context: Context
) -> str | None:
    del happened
    if not state.drafted:
        return "there is no draft to review"
    if context.actor == state.drafter:
        return f"{context.actor} drafted it; another must review"
    return None


def _reviewed_first(
    state: RuleRecord, happened: told.Deliberated, context: Context
) -> str | None:
    del happened, context
    if not state.drafted:
        return "there is no draft to deliberate on"
    return None if state.reviewed else "the draft has not passed legal review"


def _decided_together(
    state: RuleRecord, happened: told.Adopted | told.Amended, context: Context
) -> str | None:
    if state.drafted and not state.deliberated:
        return "there is a draft that no meeting has passed"
    if context.basis == DIRECT and not state.deliberated and not happened.decision:
        return "no collective decision is named"
    return None


def _adopted_named(state: RuleRecord, happened: told.Adopted, context: Context) -> str | None:
    if not happened.title and not state.title:
        return "it has no title"
    if context.basis == DIRECT and state.standing and not state.deliberated:
        return "it is adopted already; draft its change, or amend it"
    return None


def _published_in_order(
    state: RuleRecord, happened: told.Published, context: Context
) -> str | None:
    if context.basis == DIRECT and not state.adopted:
        return "it is not adopted"
    if state.ended:
        return f"it is {state.ended}; adopt it anew"
    return _days_in_order(state, happened)


def _days_in_order(state: RuleRecord, happened: told.Published) -> str | None:
    on, since = happened.occurred_on, happened.effective_on
    if _before(on, state.adopted_on):
        return f"published {on}, before it was adopted on {state.adopted_on}"
    if _before(since, on):
        return f"in force from {since}, before it was published on {on}"
    if since is not None and happened.awaits_commencement:
        return "it names a day of commencement and says that one is told later"
    if _before(happened.valid_until, since or on):
        return f"valid until {happened.valid_until}, before it is in force"
    return None


def _still_standing(state: RuleRecord, happened: told.Dated, context: Context) -> str | None:
    del context
    if not state.adopted:
        return "it is not adopted"
    if state.ended:
        return f"it is {state.ended} already"
    if not isinstance(happened, told.Lapsed) and _before(
        state.valid_until, happened.occurred_on
    ):
        return f"it expired on {state.valid_until}; adopt it anew"
    return None


def _counts_later(state: RuleRecord, happened: Any, context: Context) -> str | None:
    del state, context
    if _before(happened.effective_on, happened.occurred_on):
        return (
            f"counts from {happened.effective_on}, before {happened.occurred_on}; "
            "only a revocation voids from the start"
        )
    if _before(getattr(happened, "until", None), happened.effective_on or happened.occurred_on):
        return f"ends {happened.until} before it begins"
    return None


def _revoked_once(state: RuleRecord, happened: told.Revoked, context: Context) -> str | None:
    del context
    if not state.adopted:
        return "it is not adopted; drop the draft"
    if state.ended == REVOKE:
        return "it is revoked already"
    return None if happened.reason and happened.by else "who revokes it, and why, is not told"


def _paused_once(state: RuleRecord, happened: Happened, context: Context) -> str | None:
    del context
    if isinstance(happened, told.Resumed):
        return None if state.suspended else "it is not suspended"
    return "it is suspended already" if state.suspended else None


def _extended_in_time(
    state: RuleRecord, happened: told.Extended, context: Context
) -> str | None:
    del context
    if state.valid_until is None:
        return "it has no last day to move"
    if happened.valid_until <= state.valid_until:
        return f"{happened.valid_until} is not later than {state.valid_until}"
    return None


def _commences_after(
    state: RuleRecord, happened: told.Commenced, context: Context
) -> str | None:
    if state.ended:
        return f"it is {state.ended}"
    if context.basis == DIRECT and not state.published_on:
        return "it is not published"
    if _before(happened.occurred_on, state.published_on):
        return f"counts from {happened.occurred_on}, before it was published on {state.published_on}"
    return None


def _as_decided(state: RuleRecord, happened: told.InCampaign, context: Context) -> str | None:
    del state, context
    outcome = _OUTCOMES[type(happened)]
    if not happened.campaign or happened.campaign_outcome == outcome:
        return None
    decided = happened.campaign_outcome or "nothing"
    return f"{happened.campaign} decided {decided} for it, not {outcome}"


def _filed_once(state: RuleRecord, happened: told.Filed, context: Context) -> str | None:
    del context
    if state.published_on is None:
        return "it is not published"
    if state.filed_on is not None and state.filing_answer not in told.ASKING:
        return f"it was filed on {state.filed_on}"
    if _before(happened.occurred_on, state.published_on):
        return "filed before it was published"
    return None


def _recorded_once(state: RuleRecord, happened: told.Told, context: Context) -> str | None:
    del context
    if happened.told_by is not None or happened.occurred_on is None:
        return None
    action = told.action_of(happened)
    if (action, happened.occurred_on) in state.actions:
        return f"{action} on {happened.occurred_on} is recorded already"
    return None


def _corrects_something(
    state: RuleRecord, happened: told.Corrected, context: Context
) -> str | None:
    del context
    if (happened.action, happened.of_day) not in state.actions:
        return f"nothing was {happened.action} on {happened.of_day}"
    days = [day for day in (happened.right_day, happened.effective_on) if day is not None]
    if not happened.never:
        return None if days else "no right day is told"
    if days:
        return "it never happened, and has a right day"
    if happened.action not in told.NEVER:
        return f"what was {happened.action} can have other days, or be revoked, not be undone"
    return None


def _links(
    state: RuleRecord, happened: told.Linked | told.Unlinked, context: Context
) -> str | None:
    del context
    held = (happened.edge, happened.rule) in state.links
    if isinstance(happened, told.Unlinked):
        return None if held else f"{happened.edge} {happened.rule} is not recorded here"
    return f"{happened.edge} {happened.rule} is recorded already" if held else None


def _before(day: date | None, other: date | None) -> bool:
    return day is not None and other is not None and day < other


RULES: tuple[Rule[RuleRecord], ...] = (
    Rule("G1", "岗位职责", "a step is taken in a post that one holds", IN_POST, _in_post),
    Rule("G2", "DESIGN §3", "a step has its day, not ahead", told.EVENTS, _on_a_day),
    Rule("G3", _MAKING, "another than the drafter reviews", (told.Reviewed,), _reviewed_by_another),
    Rule("G4", _MAKING, "review comes before deliberation", (told.Deliberated,), _reviewed_first),
    Rule("G5", _MAKING, "adoption and change rest on a collective decision",
         (told.Adopted, told.Amended), _decided_together),
    Rule("G6", _MAKING, "what is adopted has a title and is adopted once", (told.Adopted,), _adopted_named),
    Rule("G7", _COMING, "adopted, published, in force: in this order", (told.Published,), _published_in_order),
    Rule("G8", "DOMAIN §3", "only what stands is changed or ended", STANDING, _still_standing),
    Rule("G9", "自废止之日起无效", "what is decided counts from then on, not before",
         (told.Amended, told.Abolished, told.Suspended, told.Resumed), _counts_later),
    Rule("G10", "自始无效", "a revocation says who and why, once", (told.Revoked,), _revoked_once),
    Rule("G11", "DOMAIN §3", "suspended and resumed in turn", (told.Suspended, told.Resumed), _paused_once),
    Rule("G12", "DOMAIN §3", "validity is extended to a later day", (told.Extended,), _extended_in_time),
    Rule("G13", "清理程序", "a campaign is carried out as it decided", tuple(_OUTCOMES), _as_decided),
    Rule("G14", _COMING, "publication comes before commencement", (told.Commenced,), _commences_after),
    Rule("G15", _FILING, "what was published is filed, once, or again as asked", (told.Filed,), _filed_once),
    Rule("G16", "DESIGN §3", "what happened is recorded once", ONCE, _recorded_once),
    Rule("G17", "更正", "a correction names what was entered and what is right",
         (told.Corrected,), _corrects_something),
    Rule("G18", "DOMAIN §3", "a relation is recorded once, and undone once",
         (told.Linked, told.Unlinked), _links),
)  # fmt: skip
