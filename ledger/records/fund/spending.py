"""What may be claimed, returned, paid and reversed: R0, R9, R10, R12 to R14 of DOMAIN §4.4."""

from __future__ import annotations

from ledger.family import AS_FOUND, Context, Rule
from ledger.records import invoice
from ledger.records.fund import events as told
from ledger.records.fund.persons import meeting, person, persons_of
from ledger.records.fund.state import (
    CLOSED,
    IN_SIGN_OFF,
    RETURNED,
    WITHDRAWN,
    Fund,
    at_budget_level,
    let_first,
    to_accept,
)
from ledger.records.money import yuan

_NOT_BUDGETED = "预算法 Art. 13"
_LIFE = "DOMAIN §5 FND"


def _whole(state: Fund, happened: told.Claim, context: Context) -> str | None:
    del state
    if context.basis == AS_FOUND:
        return None
    missing = [
        field
        for field in ("title", "category", "payee", "business_on")
        if not getattr(happened, field)
    ]
    if happened.amount_fen <= 0:
        missing.append("amount")
    if missing:
        return f"not told: {', '.join(missing)}"
    if happened.business_on is not None and happened.business_on > context.day:
        return f"the business is on {happened.business_on}, which has not come"
    return None


def _in_its_life(state: Fund, happened: told.FundEvent, context: Context) -> str | None:
    if context.basis == AS_FOUND:
        return None
    if state.stage == CLOSED:
        return "the item is closed and in the files"
    stages, words = _LIVES[type(happened)]
    if state.stage not in stages:
        return f"{words}; it is {state.stage or 'not submitted'}"
    if isinstance(happened, told.PriorApproved) and state.prior_approval is not None:
        return "it was approved beforehand already"
    if isinstance(happened, told.Corrected) and state.complete:
        return "every level has signed; it can only be returned"
    return None


_LIVES: dict[type[told.FundEvent], tuple[tuple[str, ...], str]] = {
    told.PriorApproved: (("",), "only what is not submitted yet is approved beforehand"),
    told.Submitted: (("", RETURNED, WITHDRAWN), "only a new or returned item is submitted"),
    told.Corrected: ((IN_SIGN_OFF,), "only an item in sign-off is corrected"),
    told.Rejected: ((IN_SIGN_OFF,), "only an item in sign-off is returned"),
    told.Withdrawn: ((IN_SIGN_OFF, RETURNED), "only an item in sign-off is withdrawn"),
    told.CollectiveDecided: ((IN_SIGN_OFF,), "a meeting decides on an item in sign-off"),
    told.EmergencyAllowed: ((IN_SIGN_OFF,), "only an item in sign-off is let be paid first"),
    told.Closed: ((IN_SIGN_OFF,), "only a settled item is closed"),
}


def _own_handler(
    state: Fund, happened: told.Corrected | told.Withdrawn, context: Context
) -> str | None:
    if context.basis == AS_FOUND or meeting(persons_of(happened), state.handlers):
        return None
    handler = ", ".join(str(each) for each in state.handlers) or "nobody"
    return f"{handler} handles this item; others return it"


Taking = told.Countersigned | told.EmergencyAllowed | told.Paid


def _budgeted(state: Fund, happened: told.Claim | Taking, context: Context) -> str | None:
    if context.basis == AS_FOUND:
        return None
    if isinstance(happened, told.Claim):
        return (
            None
            if happened.budget
            else "no budget line is named; what is not budgeted is not paid"
        )
    if happened.budget != state.claim.budget:
        return f"{happened.budget} is not the item's budget line {state.claim.budget}"
    expected, takes = _taken_from_budget(state, happened)
    if takes != expected:
        return f"{yuan(takes)} is taken from the budget line, where {yuan(expected)} is due"
    return None


def _taken_from_budget(state: Fund, happened: Taking) -> tuple[int, int]:
    """Return what a step has to take from the budget line, and what it takes."""
    if isinstance(happened, told.Paid):
        return happened.amount_fen, happened.spends_fen
    reserving = isinstance(happened, told.EmergencyAllowed) or at_budget_level(state, happened)
    return (state.due_to_reserve_fen if reserving else 0), happened.reserves_fen


def _released(
    state: Fund,
    happened: told.Rejected | told.Withdrawn | told.Corrected | told.Closed,
    context: Context,
) -> str | None:
    if context.basis == AS_FOUND and not happened.releases_fen:
        return None
    line = happened.released_budget if isinstance(happened, told.Corrected) else happened.budget
    if happened.releases_fen == state.reserved_fen and line == state.claim.budget:
        return None
    return f"{yuan(happened.releases_fen)} is released, {yuan(state.reserved_fen)} is reserved"


def _vouched(state: Fund, happened: told.Claim, context: Context) -> str | None:
    names = [invoice.invoice_named(each.code, each.number) for each in happened.invoices]
    bad = next(
        (each for each, name in zip(happened.invoices, names, strict=True) if not name), None
    )
    if bad is not None:
        return f"invoice {bad.code} {bad.number}: expected code and number, or 20 digits"
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        return f"{twice} stands here twice"
    fresh = set(names) - state.claimed
    if set(happened.newly_claimed) - fresh or len(set(happened.newly_claimed)) < len(
        happened.newly_claimed
    ):
        return "it claims what is none of its invoices, or is claimed already"
    if context.basis != AS_FOUND and fresh - set(happened.newly_claimed):
        return f"{min(fresh - set(happened.newly_claimed))} is used and not claimed"
    return None


def _kept_original(state: Fund, happened: told.Claim, context: Context) -> str | None:
    del state, context
    if happened.terms is None or not happened.terms.originals_required:
        return None
    bare = next((each for each in happened.invoices if not each.original.strip()), None)
    return f"invoice {bare.number} comes without the digest of its original" if bare else None


def _verified(state: Fund, happened: told.Countersigned, context: Context) -> str | None:
    here = context.basis != AS_FOUND and at_budget_level(state, happened)
    due = to_accept(state) if here else ()
    if happened.accepts == due:
        return None
    return f"it relies on {', '.join(happened.accepts) or 'no invoice'}, where {', '.join(due) or 'none'} is due"


def _with_reason(
    state: Fund,
    happened: told.Rejected | told.Withdrawn | told.Reversed | told.EmergencyAllowed,
    context: Context,
) -> str | None:
    del state
    if happened.reason.strip() or context.basis == AS_FOUND:
        return None
    return "the reason is not told"


def _only_reversed(
    state: Fund, happened: told.Claim | told.Rejected | told.Withdrawn, context: Context
) -> str | None:
    del happened, context
    if state.paid_fen <= 0:
        return None
    return f"{yuan(state.paid_fen)} was paid; a payment is reversed, never taken back"


def _reversible(state: Fund, happened: told.Reversed, context: Context) -> str | None:
    left = state.paid_fen - state.reversed_fen
    if not 0 < happened.amount_fen <= left:
        return f"{yuan(happened.amount_fen)} is reversed, {yuan(left)} is paid and not reversed yet"
    if happened.payment not in {version for version, _ in state.payments}:
        return f"there is no payment at version {happened.payment}"
    if happened.reversed_on is not None and happened.reversed_on > context.day:
        return f"it came back on {happened.reversed_on}, which has not come"
    if context.basis == AS_FOUND or happened.budget_closed:
        return None
    due = min(happened.amount_fen, state.spent_fen)
    if happened.restores_fen != due:
        return f"{yuan(happened.restores_fen)} returns to the budget line, where {yuan(due)} is due"
    return None


def _complete_first(
    state: Fund, happened: told.PaymentRequested | told.Paid, context: Context
) -> str | None:
    del happened
    found = context.basis == AS_FOUND
    if found and state.terms is None:
        return None
    if state.stage != IN_SIGN_OFF:
        return f"the item is not signed off ({state.stage or 'not submitted'})"
    missing = state.first_unsigned(found_too=found)
    if missing is not None and not let_first(state):
        return f"level {missing.level} {missing.name} has not signed"
    return None if state.needed else "no policy says who has to sign it"


def _not_too_much(state: Fund, happened: told.Paid, context: Context) -> str | None:
    left = state.amount_fen - state.paid_fen + state.reversed_fen
    if happened.paid_on is not None and happened.paid_on > context.day:
        return f"the payment is dated {happened.paid_on}, which has not come"
    if context.basis == AS_FOUND and state.round == 0:
        return None
    if happened.amount_fen <= 0 or happened.amount_fen > left:
        return f"{yuan(happened.amount_fen)} is paid, {yuan(left)} is signed and not paid yet"
    return None


def _to_its_payee(state: Fund, happened: told.Paid, context: Context) -> str | None:
    claim = state.claim
    if context.basis == AS_FOUND and not (happened.payee and claim.payee):
        return None
    if not person(happened.payee).same(person(claim.payee)):
        return f"{happened.payee or 'nobody'} is paid, {claim.payee or 'nobody'} was signed for"
    if context.basis == AS_FOUND and not (happened.payee_account and claim.payee_account):
        return None
    if happened.payee_account == claim.payee_account:
        return None
    return f"account {happened.payee_account or '(none)'} is paid, {claim.payee_account or '(none)'} was signed for"


def _after_payment(
    state: Fund, happened: told.Booked | told.Closed, context: Context
) -> str | None:
    if context.basis == AS_FOUND:
        return None
    if not state.payments:
        return "nothing was paid"
    if isinstance(happened, told.Closed) and not state.bookkeepers:
        return "the payment is not booked"
    return None


_CLAIMS = (told.Submitted, told.Corrected)
_ENDING = (told.Rejected, told.Withdrawn)
RULES: tuple[Rule[Fund], ...] = (
    Rule("R0", _LIFE, "an item is told whole", _CLAIMS, _whole),
    Rule("R0", _LIFE, "an item goes its way", tuple(_LIVES), _in_its_life),
    Rule("R0", _LIFE, "a handler keeps their own item", (told.Corrected, told.Withdrawn), _own_handler),
    Rule("R9", _NOT_BUDGETED, "what is paid is budgeted",
         (*_CLAIMS, told.Countersigned, told.EmergencyAllowed, told.Paid), _budgeted),
    Rule("R9", _NOT_BUDGETED, "what is not paid is released",
         (*_ENDING, told.Corrected, told.Closed), _released),
    Rule("R10", "财会〔2020〕6号", "an invoice is claimed once", _CLAIMS, _vouched),
    Rule("R10", "财会〔2020〕6号", "the budget level relies on verified invoices",
         (told.Countersigned,), _verified),
    Rule("R10", "财会〔2020〕6号", "the original of an invoice is kept", _CLAIMS, _kept_original),
    Rule("R12", "DOMAIN R12", "a return has its reason, and an emergency",
         (*_ENDING, told.Reversed, told.EmergencyAllowed), _with_reason),
    Rule("R13", "会计法 Art. 14", "a payment is only reversed", (*_CLAIMS, *_ENDING), _only_reversed),
    Rule("R13", "会计法 Art. 14", "a reversal is of a payment", (told.Reversed,), _reversible),
    Rule("R14", "预算法实施条例 Art. 57", "nothing is paid before sign-off is complete",
         (told.PaymentRequested, told.Paid), _complete_first),
    Rule("R14", "预算法实施条例 Art. 57", "what is paid was signed", (told.Paid,), _not_too_much),
    Rule("R14", "会计法 Art. 14", "it is paid to whom it was signed for", (told.Paid,), _to_its_payee),
    Rule("R14", _LIFE, "books follow payments", (told.Booked, told.Closed), _after_payment),
)  # fmt: skip
