"""Writing rows of campaigns from their histories, and of rules what they show of campaigns."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ledger.family import family_of
from ledger.records import cleanup
from ledger.records.cleanup import Cleanup, funnel
from ledger.records.cleanup import events as told
from ledger.records.rule import events as ruling
from ledger.records.rule.facts import facts_of, struck
from ledger.records.rule.state import RuleRecord
from projections.projection import Past, Row, Rows, Touched, iso
from projections.views.cleanup_campaigns.tables import (
    CAMPAIGNS,
    CARRIED_OUT,
    DISPOSITIONS,
    RULES,
    SUMS,
    TALLIES,
)

_AS_TOLD = (
    "title", "basis", "scope", "existing", "volumes", "called_up", "unlisted", "files",
    "in_scope", "dispositions", "in_force_after", "body", "minutes", "decided_total", "number",
    "collective", "published", "closed", "explanation",
)  # fmt: skip


def settle(touched: Touched, rows: Rows) -> None:
    """Reckon the rows of a campaign, or of a rule, from its whole history."""
    if family_of(touched.record) == cleanup.FAMILY.name:
        _settle_campaign(touched, rows)
    else:
        _settle_rule(touched, rows)


def _settle_campaign(touched: Touched, rows: Rows) -> None:
    state: Cleanup = touched.state
    record = {"campaign": touched.record}
    rows.put(CAMPAIGNS, {
        **record, **{name: getattr(state, name) for name in _AS_TOLD},
        "opened_on": iso(state.opened_on), "decided_on": iso(state.decided_on),
        "published_on": iso(state.published_on), "closed_on": iso(state.closed_on),
        "index": touched.last.index,
    })  # fmt: skip
    rows.put_numbered(SUMS, record, [
        {"step": line.step, "expected": line.expected, "found": line.found,
         "leaks": line.leaks, "zh": line.zh, "en": line.en}
        for line in funnel(state, ending=state.closed)
    ])  # fmt: skip
    rows.put_numbered(DISPOSITIONS, record, list(_dispositions(touched)))
    decided = dict(state.decided_tallies)
    for outcome, count in state.tallies:
        tally = {"outcome": outcome, "count": count, "decided": decided.get(outcome, 0)}
        rows.put(TALLIES, {**record, **tally})


def _dispositions(touched: Touched) -> Iterator[Row]:
    state: Cleanup = touched.state
    decided, shown = dict(state.decided), dict(state.carried_out)
    proposals: dict[str, tuple[told.OutcomeProposed, int]] = {}
    followed_up_on: dict[str, str | None] = {}
    decided_on: dict[str, str | None] = {}
    for past in touched.history:
        happened = past.recorded.happened
        if isinstance(happened, told.OutcomeProposed):
            proposals[happened.rule] = (happened, past.recorded.index)
        elif isinstance(happened, told.FollowedUp):
            followed_up_on[happened.rule] = iso(happened.occurred_on)
        elif isinstance(happened, told.Decided):
            decided_on |= {
                rule: iso(happened.occurred_on)
                for rule, _ in past.state.decided
                if rule not in decided_on
            }
    for rule, (proposed, index) in proposals.items():
        yield {
            "rule": rule, "outcome": proposed.outcome, "reason": proposed.reason,
            "needs_amendment": proposed.needs_amendment, "decided": decided.get(rule, ""),
            "decided_on": decided_on.get(rule),
            "followed_up": shown.get(rule, ""), "followed_up_on": followed_up_on.get(rule),
            "index": index,
        }  # fmt: skip


def _settle_rule(touched: Touched, rows: Rows) -> None:
    state: RuleRecord = touched.state
    events = [past.recorded.happened for past in touched.history]
    facts = facts_of(events)
    amended = [fact.day for fact in facts if isinstance(fact.event, ruling.Amended)]
    rows.put(RULES, {
        "rule": touched.record, "title": state.title, "published_on": iso(state.published_on),
        "amended_on": iso(max(amended, default=None)), "amend_by": iso(state.amend_by),
        "ended": state.ended, "index": touched.last.index,
    })  # fmt: skip
    days = {fact.place: fact.day for fact in facts}
    never = struck(events)
    shown = [
        _shown(past, days.get(place))
        for place, past in enumerate(touched.history, 1)
        if isinstance(past.recorded.happened, ruling.InCampaign)
        and past.recorded.happened.campaign
        and place not in never
    ]
    rows.put_numbered(CARRIED_OUT, {"rule": touched.record}, shown)


def _shown(past: Past, day: date | None) -> Row:
    campaign, outcome = past.state.dispositions[-1]
    return {
        "campaign": campaign,
        "outcome": outcome,
        "done_on": iso(day),
        "index": past.recorded.index,
    }
