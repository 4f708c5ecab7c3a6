"""Where a rule stands now, as far as the door needs it to judge the next step."""

from __future__ import annotations

from datetime import date
from typing import Any, assert_never

from ledger.frozen import frozen, replace
from ledger.records.rule import events as told

ABOLISH = "废止"
LAPSE = "失效"
REVOKE = "撤销"
AMEND = "修订"
CONFIRM = "继续有效"
_OUTCOMES = {"abolished": ABOLISH, "lapsed": LAPSE, "amended": AMEND, "confirmed": CONFIRM}


@frozen
class RuleRecord:
    """A rule: its names, how far its making has come, and whether and how it ended.

    `planned` to `deliberated` speak of the plan or draft on the table; `actions` are the (action,
    day) pairs recorded; `ends` the (action, how, day) of each end, the last of which is `ended`; `links` the (relation, rule) pairs that hold; `dispositions` the (campaign,
    outcome) pairs carried out here.
    """

    title: str = ""
    kind: str = ""
    issuer: str = ""
    topic: str = ""
    level: str = ""
    number: str = ""
    text_digest: str = ""
    planned: bool = False
    due: date | None = None
    drafted: bool = False
    drafter: str = ""
    reviewed: bool = False
    deliberated: bool = False
    adopted: bool = False
    adopted_on: date | None = None
    unpublished: bool = False
    published_on: date | None = None
    effective_on: date | None = None
    awaits_commencement: bool = False
    valid_until: date | None = None
    trial: bool = False
    suspended: bool = False
    needs_amendment: bool = False
    amend_by: date | None = None
    ended: str = ""
    ended_on: date | None = None
    ends: tuple[tuple[str, str, date | None], ...] = ()
    files_to: str = ""
    filed_on: date | None = None
    filing_answer: str = ""
    actions: frozenset[tuple[str, date]] = frozenset()
    links: frozenset[tuple[str, str]] = frozenset()
    dispositions: tuple[tuple[str, str], ...] = ()

    @property
    def standing(self) -> bool:
        """Adopted, and neither abolished, lapsed nor revoked; it may have expired."""
        return self.adopted and not self.ended


def evolve(state: RuleRecord, happened: told.RuleEvent) -> RuleRecord:
    """Return the rule after the event."""
    state = _noted(state, happened)
    if isinstance(happened, told.PREPARING):
        return _prepared(state, happened)
    if isinstance(happened, told.TEXT):
        return _texted(state, happened)
    if isinstance(happened, told.VALIDITY):
        return _validity(state, happened)
    return _beside(state, happened)


def _noted(state: RuleRecord, happened: told.RuleEvent) -> RuleRecord:
    """Return the rule with the action's day, and the title and campaign it may tell."""
    actions = state.actions
    if happened.occurred_on is not None:
        actions |= {(told.action_of(happened), happened.occurred_on)}
    title = getattr(happened, "title", "") or state.title
    return replace(state, actions=actions, title=title)


def _prepared(state: RuleRecord, happened: told.PreparingEvent) -> RuleRecord:
    match happened:
        case told.Planned():
            return replace(state, planned=True, due=happened.due)
        case told.Drafted():
            return replace(
                state, drafted=True, drafter=happened.drafter, reviewed=False, deliberated=False
            )
        case told.Consulted():
            return state
        case told.Reviewed():
            return replace(state, reviewed=happened.result == told.PASSED, deliberated=False)
        case told.Deliberated():
            return replace(
                state, reviewed=happened.result == told.PASSED,
                deliberated=happened.result == told.PASSED,
            )  # fmt: skip
        case told.Dropped():
            return _off_the_table(state)
        case _:
            assert_never(happened)


def _off_the_table(state: RuleRecord) -> RuleRecord:
    return replace(
        state, planned=False, due=None, drafted=False, reviewed=False, deliberated=False
    )


def _texted(state: RuleRecord, happened: told.TextEvent) -> RuleRecord:
    match happened:
        case told.Adopted():
            return _adopted(state, happened)
        case told.Approved():
            return replace(
                state, adopted=True, adopted_on=state.adopted_on or happened.occurred_on
            )
        case told.Published():
            return _published(state, happened)
        case told.Commenced():
            return replace(
                state,
                adopted=True,
                awaits_commencement=state.awaits_commencement and bool(happened.provisions),
                effective_on=state.effective_on
                if happened.provisions
                else happened.occurred_on,
            )
        case told.Amended():
            return _amended(state, happened)
        case told.Renumbered():
            return replace(state, number=happened.number)
        case _:
            assert_never(happened)


def _adopted(state: RuleRecord, happened: told.Adopted) -> RuleRecord:
    return replace(
        _off_the_table(state),
        kind=happened.kind or state.kind,
        issuer=happened.issuer or state.issuer,
        topic=happened.topic or state.topic,
        level=happened.level or state.level,
        text_digest=happened.text_digest or state.text_digest,
        adopted=True,
        adopted_on=happened.occurred_on,
        unpublished=True,
        ended="",
        ended_on=None,
        ends=(),
        suspended=False,
        valid_until=None,
    )


def _published(state: RuleRecord, happened: told.Published) -> RuleRecord:
    return replace(
        state,
        number=happened.number or state.number,
        text_digest=happened.text_digest or state.text_digest,
        adopted=True,
        unpublished=False,
        published_on=happened.occurred_on,
        effective_on=happened.effective_on or happened.occurred_on,
        awaits_commencement=happened.awaits_commencement,
        valid_until=happened.valid_until,
        trial=happened.trial,
        files_to=happened.files_to,
        filed_on=None,
        filing_answer="",
    )


def _amended(state: RuleRecord, happened: told.Amended) -> RuleRecord:
    state = _disposed(state, happened, AMEND)
    return replace(
        _off_the_table(state),
        adopted=True,
        number=happened.number or state.number,
        text_digest=happened.text_digest or state.text_digest,
        needs_amendment=False,
        amend_by=None,
    )


def _validity(state: RuleRecord, happened: told.ValidityEvent) -> RuleRecord:
    match happened:
        case told.Confirmed():
            return replace(
                _disposed(state, happened, CONFIRM),
                needs_amendment=happened.needs_amendment,
                amend_by=happened.amend_by,
            )
        case told.Abolished():
            return _ended(_disposed(state, happened, ABOLISH), happened, ABOLISH)
        case told.Lapsed():
            return _ended(_disposed(state, happened, LAPSE), happened, LAPSE)
        case told.Revoked():
            return _ended(state, happened, REVOKE)
        case told.Suspended() | told.Resumed():
            return replace(state, suspended=isinstance(happened, told.Suspended))
        case told.Extended():
            return replace(state, valid_until=happened.valid_until)
        case _:
            assert_never(happened)


def _disposed(state: RuleRecord, happened: told.InCampaign, outcome: str) -> RuleRecord:
    if not happened.campaign:
        return state
    return replace(state, dispositions=(*state.dispositions, (happened.campaign, outcome)))


def _ended(state: RuleRecord, happened: Any, how: str) -> RuleRecord:
    on = getattr(happened, "effective_on", None) or happened.occurred_on
    state = replace(state, suspended=False, needs_amendment=False)
    return _with_ends(state, (*state.ends, (told.action_of(happened), how, on)))


def _with_ends(state: RuleRecord, ends: tuple[tuple[str, str, date | None], ...]) -> RuleRecord:
    _, how, on = ends[-1] if ends else ("", "", None)
    return replace(state, ends=ends, ended=how, ended_on=on)


def _beside(state: RuleRecord, happened: told.BesideEvent) -> RuleRecord:
    match happened:
        case told.Filed():
            return replace(state, filed_on=happened.occurred_on, filing_answer="")
        case told.Corrected():
            return _corrected(state, happened)
        case told.FilingAnswered():
            return replace(state, filing_answer=happened.answer)
        case told.Linked():
            return replace(state, links=state.links | {(happened.edge, happened.rule)})
        case told.Unlinked():
            return replace(state, links=state.links - {(happened.edge, happened.rule)})
        case told.Interpreted() | told.Noted():
            return state
        case _:
            assert_never(happened)


def _corrected(state: RuleRecord, happened: told.Corrected) -> RuleRecord:
    """Return the rule with what the door reads put right."""
    wrong = (happened.action, happened.of_day)
    if wrong not in state.actions:
        return state
    if happened.never:
        return _undone(replace(state, actions=state.actions - {wrong}), happened.action)
    day = happened.right_day or happened.of_day
    if happened.action == "adopted" and state.adopted_on == happened.of_day:
        state = replace(state, adopted_on=day)
    if happened.action == "published" and state.published_on == happened.of_day:
        since = day if state.effective_on == happened.of_day else state.effective_on
        state = replace(state, published_on=day, effective_on=happened.effective_on or since)
    if happened.action in ("abolished", "lapsed"):
        on = happened.effective_on or day
        ends = (each if each[0] != happened.action else (*each[:2], on) for each in state.ends)
        state = _with_ends(state, tuple(ends))
    return replace(state, actions=state.actions - {wrong} | {(happened.action, day)})


def _not_disposed(state: RuleRecord, outcome: str) -> RuleRecord:
    """Return the rule without the last outcome of that name that it carried out."""
    for place in range(len(state.dispositions) - 1, -1, -1):
        if state.dispositions[place][1] == outcome:
            rest = (*state.dispositions[:place], *state.dispositions[place + 1 :])
            return replace(state, dispositions=rest)
    return state


def _undone(state: RuleRecord, action: str) -> RuleRecord:
    """Return the rule without what an entry of this action had changed."""
    state = _not_disposed(state, _OUTCOMES.get(action, ""))
    match action:
        case "abolished" | "lapsed" | "revoked":
            return _with_ends(state, tuple(each for each in state.ends if each[0] != action))
        case "suspended" | "resumed":
            return replace(state, suspended=action == "resumed")
        case "confirmed":
            return replace(state, needs_amendment=False, amend_by=None)
        case "filed":
            return replace(state, filed_on=None)
        case "filing_answered":
            return replace(state, filing_answer="")
        case _:
            return state
