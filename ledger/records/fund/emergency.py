"""What is done first and approved afterwards 应急: R15 of DOMAIN §4.4.

A claim says so itself; the policy says within how many days, and who may let it be paid at once. The
levels confirm it by then, each in its turn; who confirms later says why. Until every level has, it
cannot be closed, and it is always listed.
"""

from __future__ import annotations

from datetime import date, timedelta

from ledger.family import AS_FOUND, Context, Rule
from ledger.records.fund import events as told
from ledger.records.fund.state import Fund
from ledger.records.fund.steps import day_of

_PATH = "DOMAIN R15"


def _declared(state: Fund, happened: told.Claim, context: Context) -> str | None:
    del state, context
    if not happened.emergency or happened.terms is None:
        return None
    days = happened.terms.emergency_days
    if days is None:
        return "its policy knows no emergencies; have it approved first"
    done, asked = happened.business_on, happened.policy_day
    if done is None or asked is None or _days(done, asked) <= days:
        return None
    return f"done on {done}, asked for on {asked}: an emergency is told within {days} days"


def _days(start: date, end: date) -> int:
    return (end - start) // timedelta(days=1)


def _allowed_once(state: Fund, happened: told.EmergencyAllowed, context: Context) -> str | None:
    if context.basis == AS_FOUND:
        return None
    if state.confirm_by is None:
        return "the item was not declared an emergency when it was asked for"
    if state.allowed is not None:
        return "it may be paid first already"
    if state.complete:
        return "every level has signed; it is paid in the usual way"
    told_so = (happened.item_digest, happened.amount_fen, happened.confirm_by)
    if told_so == (state.item_digest, state.amount_fen, state.confirm_by):
        return None
    return "what is allowed is not the item as it stands; read it anew"


def _confirmed_in_time(
    state: Fund, happened: told.Countersigned, context: Context
) -> str | None:
    due = state.confirm_by
    if due is None or day_of(context, happened) <= due or happened.opinion.strip():
        return None
    return f"an emergency was to be confirmed by {due}; say why it is late (--opinion)"


def _confirmed_first(state: Fund, happened: told.Closed, context: Context) -> str | None:
    del happened
    missing = state.first_unsigned(found_too=context.basis == AS_FOUND)
    if state.confirm_by is None or missing is None:
        return None
    return (
        f"level {missing.level} {missing.name} has not confirmed it, due by {state.confirm_by}"
    )


RULES: tuple[Rule[Fund], ...] = (
    Rule("R15", _PATH, "an emergency is declared, and soon", (told.Submitted, told.Corrected), _declared),
    Rule("R15", _PATH, "an emergency is let be paid first, once", (told.EmergencyAllowed,), _allowed_once),
    Rule("R15", _PATH, "an emergency is confirmed within days", (told.Countersigned,), _confirmed_in_time),
    Rule("R15", _PATH, "an emergency is closed when it is confirmed", (told.Closed,), _confirmed_first),
)  # fmt: skip
