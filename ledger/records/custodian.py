"""Custodians' counters 机要月报: what may be told of telegrams that may not be shown.

The record is `custodian/<unit>-<month>`. Cipher and classified telegrams are handled in the approved
system; across the line go only numbers, signed by the custodian who answers for them (DOMAIN §2.4).
"""

from __future__ import annotations

from collections.abc import Sequence

from ledger.family import (
    DIRECT,
    Bond,
    Change,
    Context,
    Facts,
    Family,
    Happened,
    Rule,
    Verb,
    event,
    term,
)
from ledger.frozen import frozen, replace
from ledger.records.marks import no_mark
from ledger.records.moments import is_month
from ledger.records.natural import must_be_natural, natural
from ledger.records.posts import CUSTODIAN, acting_post, out_of_post

COUNTS = ("received", "sent", "handled", "urgent_count", "held", "mishandled", "missed")


@event("custodian.counted/1", "机要月报", "counted")
class Counted(Happened):
    """A month's numbers, signed by the custodian."""

    unit: str = term("机要单位", "custodian unit")
    month: str = term("月份", "month, YYYY-MM")
    received: int = term("收电", "received")
    sent: int = term("发电", "sent")
    handled: int = term("办结", "handled")
    urgent_count: int = term("紧急重要", "urgent or important")
    held: int = term("压误", "held")
    mishandled: int = term("错办", "mishandled")
    missed: int = term("漏办", "missed")
    post: str = term("岗位", "post acted in", default="")


@event("custodian.recounted/1", "更正月报", "recounted")
class Recounted(Happened):
    """The month's numbers told anew, with the reason; the first ones stand in the history."""

    reason: str = term("更正原因", "reason")
    received: int = term("收电", "received")
    sent: int = term("发电", "sent")
    handled: int = term("办结", "handled")
    urgent_count: int = term("紧急重要", "urgent or important")
    held: int = term("压误", "held")
    mishandled: int = term("错办", "mishandled")
    missed: int = term("漏办", "missed")
    post: str = term("岗位", "post acted in", default="")


CustodianEvent = Counted | Recounted


@frozen
class Counters:
    """A month's numbers as they were told last."""

    unit: str = ""
    month: str = ""
    received: int = 0
    sent: int = 0
    handled: int = 0
    urgent_count: int = 0
    held: int = 0
    mishandled: int = 0
    missed: int = 0


def key(unit: str, month: str) -> str:
    """Return a month's record name.

    Raises:
        MalformedError: the unit makes no name.
    """
    return f"custodian/{must_be_natural('custodian unit', unit)}-{month}"


def evolve(state: Counters, happened: CustodianEvent) -> Counters:
    """Return the numbers after the event."""
    counts = {name: getattr(happened, name) for name in COUNTS}
    if isinstance(happened, Counted):
        state = replace(state, unit=happened.unit, month=happened.month)
    return replace(state, **counts)


def sign(facts: Facts, record: str, draft: CustodianEvent) -> Sequence[Change]:
    """Sign a month's numbers in the custodian's post."""
    return [Change(record, replace(draft, post=acting_post(facts, draft.post, (CUSTODIAN,))))]


def _by_the_custodian(
    state: Counters, happened: CustodianEvent, context: Context
) -> str | None:
    del state
    if context.basis != DIRECT:
        return "counters are signed by the custodian, not entered for them"
    return out_of_post(context, happened.post, (CUSTODIAN,))


def _add_up(state: Counters, happened: CustodianEvent, context: Context) -> str | None:
    del state, context
    if any(getattr(happened, name) < 0 for name in COUNTS):
        return "a count is below 0"
    if happened.urgent_count > happened.received + happened.sent:
        return "more are urgent than there were"
    return None


def _once(state: Counters, happened: CustodianEvent, context: Context) -> str | None:
    if isinstance(happened, Recounted):
        if not state.month:
            return "the month was never counted"
        return None if happened.reason.strip() else "the reason is not told"
    if state.month:
        return f"{state.month} was counted already; recount it with a reason"
    if not is_month(happened.month) or happened.month > context.day.isoformat()[:7]:
        return f"{happened.month} is no month up to now"
    return None


FAMILY: Family[Counters] = Family(
    name="custodian",
    zh="机要月报",
    en="custodian's counters",
    events=(Counted, Recounted),
    initial=Counters(),
    evolve=evolve,
    title=lambda state: f"{state.unit} {state.month}".strip(),
    verbs=(
        Verb(
            "count",
            "机要月报",
            "Sign a month's numbers of telegrams that may not be shown.",
            Counted,
            sign,
            opens=True,
            names=lambda draft: key(draft.unit, draft.month),
        ),
        Verb("recount", "更正月报", "Sign a month's numbers anew.", Recounted, sign),
    ),
    rules=(
        Rule(
            "U1", "DOMAIN §2.4", "the custodian signs", (Counted, Recounted), _by_the_custodian
        ),
        Rule("U2", "DOMAIN §2.4", "counts add up", (Counted, Recounted), _add_up),
        Rule("U3", "DOMAIN §2.4", "a month is counted once", (Counted, Recounted), _once),
        no_mark(Counted, Recounted),
    ),
)

BONDS: tuple[Bond, ...] = (
    Bond(
        "U4",
        "DOMAIN §2.4",
        "counters are named by unit and month",
        "custodian.counted/1",
        lambda record, _: [(record,)],
        "custodian.counted/1",
        lambda _, told: [(f"custodian/{natural(told.unit)}-{told.month}",)],
    ),
)
