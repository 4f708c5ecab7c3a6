"""The family of clean-up campaigns: their steps, what each waits for, and rules C1 to C9."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ledger.family import (
    AS_FOUND,
    DIRECT,
    Change,
    Context,
    Facts,
    Family,
    Happened,
    Rule,
    Verb,
    Waiting,
)
from ledger.frozen import replace
from ledger.records.cleanup import events as told
from ledger.records.cleanup.state import Cleanup, evolve, listed_in
from ledger.records.cleanup.sums import leaks
from ledger.records.spans import count

_ARTICLE = "DOMAIN §3, 清理"


def record_step(facts: Facts, record: str, draft: Any) -> Sequence[Change]:
    """Record a step: a day left out is today, and facts from elsewhere are copied in."""
    state: Cleanup = facts.state(record)
    derived: dict[str, Any] = {}
    if draft.occurred_on is None and facts.basis != AS_FOUND:
        derived["occurred_on"] = facts.day
    if isinstance(draft, told.VolumesRetrieved) and draft.volumes:
        derived["count"] = draft.count or _listed(draft)
    if isinstance(draft, told.Decided):
        derived["dispositions"] = state.dispositions
    if isinstance(draft, told.FollowedUp):
        derived["carried_out"] = _shown(facts, state, record=record, rule=draft.rule)
    if isinstance(draft, told.Closed):
        derived["leaks"] = leaks(state, ending=True)
    return [Change(record, replace(draft, **derived))]


def _shown(facts: Facts, state: Cleanup, *, record: str, rule: str) -> str:
    """Return what a rule's own record shows of this campaign; a new rule shows that it is published."""
    shown = facts.state(rule)
    if state.decided_for(rule) == told.NEW:
        return told.NEW if shown.published_on is not None and not shown.ended else ""
    return str(dict(shown.dispositions).get(record, ""))


def _listed(happened: told.VolumesRetrieved) -> int:
    return sum(count(spans) for spans in listed_in(happened.volumes).values())


def waits(state: Cleanup) -> tuple[Waiting, ...]:
    """Return what the campaign waits for next."""
    if not state.title or state.closed:
        return ()
    if not state.proposed and not state.tallies:
        return (Waiting((), "propose-outcome", "no outcomes proposed yet"),)
    if not state.collective or state.decided != state.proposed:
        return (
            Waiting((), "decide", f"{state.dispositions} outcomes await a collective decision"),
        )
    if not state.published:
        return (Waiting((), "publish", "decided, not published"),)
    left = len(state.decided) - state.done
    if left > 0:
        return (Waiting((), "follow-up", f"{left} rules not carried out yet"),)
    return (Waiting((), "close", "carried out; sums to be closed"),)


def _on_a_day(state: Cleanup, happened: Any, context: Context) -> str | None:
    del state
    if happened.occurred_on is None:
        return "the day it happened is not told"
    if happened.occurred_on > context.day:
        return f"{happened.occurred_on} lies ahead of {context.day}"
    return None


def _opened_once(state: Cleanup, happened: told.Opened, context: Context) -> str | None:
    del happened, context
    return f"{state.title} is opened already" if state.title else None


def _while_open(state: Cleanup, happened: told.CleanupEvent, context: Context) -> str | None:
    del happened, context
    if not state.title:
        return "the campaign is not opened"
    return "the campaign is closed" if state.closed else None


def _counted(state: Cleanup, happened: Any, context: Context) -> str | None:
    del state, context
    counts = [
        getattr(happened, name, None) for name in ("count", "files", "in_scope", "existing")
    ]
    if any(count is not None and count < 0 for count in counts):
        return "a count is below 0"
    if isinstance(happened, told.Screened) and (happened.in_scope or 0) > happened.files:
        return f"{happened.in_scope} in scope of {happened.files} files"
    return _listed_as_told(happened) if isinstance(happened, told.VolumesRetrieved) else None


def _listed_as_told(happened: told.VolumesRetrieved) -> str | None:
    for each in happened.volumes:
        if each.end < each.first or each.first < 0:
            return f"{each.catalogue}: volumes run from {each.first} to {each.end}"
    if happened.volumes and happened.count != _listed(happened):
        return f"{happened.count} volumes are told, {_listed(happened)} are listed"
    return None if happened.count else "how many volumes, or which, is not told"


def _undecided(state: Cleanup, happened: told.OutcomeProposed, context: Context) -> str | None:
    del context
    decided = state.decided_for(happened.rule)
    if decided:
        return f"{decided} is decided for {happened.rule}; a new campaign may change it"
    if happened.needs_amendment and happened.outcome != told.CONFIRM:
        return f"需适时修改 goes with {told.CONFIRM}, not with {happened.outcome}"
    return None


def _decided_together(state: Cleanup, happened: told.Decided, context: Context) -> str | None:
    if not state.proposed and not state.tallies:
        return "nothing is proposed"
    if context.basis != DIRECT:
        return None
    if not happened.post:
        return "the post it is entered in is not named"
    return (
        None
        if context.holds(happened.post)
        else f"{context.actor} does not hold {happened.post}"
    )


def _decided_first(state: Cleanup, happened: told.Published, context: Context) -> str | None:
    del happened, context
    return None if state.collective else "no collective decision yet"


def _carried_out(state: Cleanup, happened: told.FollowedUp, context: Context) -> str | None:
    del context
    decided = state.decided_for(happened.rule)
    if not decided:
        return f"nothing is decided for {happened.rule}"
    if happened.carried_out != decided:
        shown = happened.carried_out or "nothing done under this campaign"
        return f"{decided} is decided for {happened.rule}, its record shows {shown}"
    return None


def _closes(state: Cleanup, happened: told.Closed, context: Context) -> str | None:
    del context
    found = leaks(state, ending=True)
    if happened.leaks != found:
        return f"the event tells {'; '.join(happened.leaks) or 'no leak'}, not {'; '.join(found) or 'none'}"
    if found and not happened.explanation:
        return f"the sums do not close: {'; '.join(found)}; say why"
    return None


def _verb(name: str, happened: type[Happened], en: str, *, opens: bool = False) -> Verb:
    return Verb(name, happened.TERM.zh, en, happened, record_step, opens=opens)


FAMILY: Family[Cleanup] = Family(
    name="cleanup",
    zh="清理",
    en="clean-up campaign",
    events=told.EVENTS,
    initial=Cleanup(),
    evolve=evolve,
    title=lambda state: state.title,
    verbs=(
        _verb("open", told.Opened, "Open a clean-up campaign.", opens=True),
        _verb("retrieve-volumes", told.VolumesRetrieved, "Record archive volumes called up, by list or count."),
        _verb("screen", told.Screened, "Record files screened, and how many are in scope."),
        _verb("propose-outcome", told.OutcomeProposed, "Propose what is to become of a rule."),
        _verb("tally", told.Tallied, "Record a total of rules that have no record here."),
        _verb("decide", told.Decided, "Record the collective decision on all proposals."),
        _verb("publish", told.Published, "Record that the outcomes were published."),
        _verb("follow-up", told.FollowedUp, "Record that a rule's outcome was carried out."),
        _verb("close", told.Closed, "Close the campaign, and say why where its sums do not."),
    ),
    rules=(
        Rule("C1", "DESIGN §3", "a step has its day, not ahead", told.EVENTS, _on_a_day),
        Rule("C2", _ARTICLE, "a campaign is opened once", (told.Opened,), _opened_once),
        Rule("C3", _ARTICLE, "a campaign goes on while it is open", told.EVENTS[1:], _while_open),
        Rule("C4", _ARTICLE, "counts fit each other", (*told.EVENTS[:3], told.Tallied), _counted),
        Rule("C5", _ARTICLE, "a decided outcome stands", (told.OutcomeProposed,), _undecided),
        Rule("C6", _ARTICLE, "the collective decides on what is proposed", (told.Decided,), _decided_together),
        Rule("C7", _ARTICLE, "what is followed up was carried out", (told.FollowedUp,), _carried_out),
        Rule("C8", _ARTICLE, "decision comes before publication", (told.Published,), _decided_first),
        Rule("C9", _ARTICLE, "the funnel closes, or says why not", (told.Closed,), _closes),
    ),
    waits=waits,
)  # fmt: skip
