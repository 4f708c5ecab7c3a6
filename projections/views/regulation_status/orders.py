"""What clean-up campaigns decided for rules, and when it was carried out: the orders 落实任务.

A campaign decides first and is carried out rule by rule afterwards. The campaign's record tells the
decision and the follow-up, the rule's own record the step; whichever says first that it is done, counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from ledger.records.cleanup import events as cleaning
from ledger.records.cleanup.state import Cleanup
from ledger.records.rule.events import InCampaign
from projections.projection import Reading, Row, Rows, Touched, iso
from projections.views.regulation_status.tables import ORDERS, STEPS_TAKEN


def settle_campaign(touched: Touched, rows: Rows) -> None:
    """Put one row for each rule that a campaign decided on."""
    state: Cleanup = touched.state
    found: dict[str, Row] = {}
    for past in touched.history:
        happened = past.recorded.happened
        day = iso(getattr(happened, "occurred_on", None) or past.recorded.day)
        if isinstance(happened, cleaning.Decided):
            for rule, outcome in past.state.decided:
                if rule not in found or found[rule]["outcome"] != outcome:
                    begun = {"valid_from": day, "index": past.recorded.index}
                    found[rule] = {"rule": rule, "outcome": outcome, **begun}
        elif isinstance(happened, cleaning.FollowedUp):
            order = found.get(happened.rule)
            if order is not None and order["outcome"] == happened.carried_out:
                found[happened.rule] = {**order, "valid_to": day}
    told = [{"title": state.title, **row} for row in found.values()]
    rows.put_numbered(ORDERS, {"campaign": touched.record}, told)


def put_steps(touched: Touched, rows: Rows) -> None:
    """Put the steps that a rule's own record took in the name of campaigns."""
    told = [
        {
            "campaign": happened.campaign,
            "occurred_on": iso(happened.occurred_on or past.recorded.day),
            "index": past.recorded.index,
        }
        for past in touched.history
        if isinstance(happened := past.recorded.happened, InCampaign) and happened.campaign
    ]
    rows.put_numbered(STEPS_TAKEN, {"rule": touched.record}, told)


def open_orders(reading: Reading, day: date, *, ended: Iterable[str]) -> Iterator[Row]:
    """Yield what was decided and not carried out on a day, but for rules that had ended by then."""
    gone = frozenset(ended)
    taken = {
        (row["rule"], row["campaign"])
        for row in reading.find(STEPS_TAKEN)
        if row["occurred_on"] <= day.isoformat()
    }
    for row in reading.find(ORDERS, on=day):
        if row["rule"] not in gone and (row["rule"], row["campaign"]) not in taken:
            yield row
