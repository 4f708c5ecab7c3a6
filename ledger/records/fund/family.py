"""The family of requests for money: its verbs, what an item waits for, and its bonds.

A step that takes from a budget line or claims an invoice, and that record's own event, stand in one
act: the bonds hold the two ends together, each matched by exactly one of the other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ledger.family import Bond, Decide, Family, Happened, Verb, Waiting
from ledger.records import budget, decision, invoice
from ledger.records.fund import (
    beforehand,
    claiming,
    deciding,
    emergency,
    judged,
    paying,
    spending,
)
from ledger.records.fund import events as told
from ledger.records.fund.state import (
    IN_SIGN_OFF,
    RETURNED,
    Fund,
    evolve,
    let_first,
    needs_collective,
)
from ledger.records.money import yuan
from ledger.records.policy import Level, Terms

_TWO_ENDS = "DESIGN §2"
Keys = list[tuple[object, ...]]


def title(state: Fund) -> str:
    """Return what the money is for, and how much."""
    return f"{state.title} {yuan(state.amount_fen)}".strip() if state.version else ""


def waits(state: Fund) -> tuple[Waiting, ...]:
    """Return what the item waits for next: a signature, payment, booking, or its handler.

    An emergency that may be paid first waits for its signature and for payment at once.
    """
    terms = state.terms
    if state.stage == RETURNED:
        return (Waiting((), "resubmit", f"returned: {state.reason or 'no reason told'}"),)
    if state.stage != IN_SIGN_OFF or terms is None:
        return ()
    if state.waiting_level is None:
        return (_settling(state, terms),)
    signature = _signature(state, terms, state.waiting_level)
    if let_first(state) and state.net_fen < state.amount_fen:
        return (signature, Waiting(terms.payers, "pay", f"应急 emergency: {_to_pay(state)}"))
    return (signature,)


def _settling(state: Fund, terms: Terms) -> Waiting:
    """Return what a signed item waits for: payment, then booking, then its file."""
    if state.net_fen < state.amount_fen and not state.bookkeepers:
        return Waiting(terms.payers, "pay", f"signed off, {_to_pay(state)}")
    if not state.bookkeepers:
        return Waiting(terms.bookkeepers, "book", "paid, not booked")
    return Waiting(terms.bookkeepers, "close", "booked, not closed")


def _to_pay(state: Fund) -> str:
    return f"{yuan(state.amount_fen)} to be paid"


def _signature(state: Fund, terms: Terms, level: Level) -> Waiting:
    """Return who signs next, or, before the last level of a large amount, who records the decision."""
    if needs_collective(state) and state.under is None and level == state.needed[-1]:
        note = f"{yuan(state.amount_fen)} needs a collective decision"
        return Waiting(terms.minute_takers, "record-decision", note)
    due = f", 应急 confirm by {state.confirm_by}" if state.confirm_by else ""
    return Waiting(level.posts, "countersign", f"level {level.level} {level.name}{due}")


def _verb(name: str, happened: type[Happened], en: str, decide: Decide) -> Verb:
    return Verb(name, happened.TERM.zh, en, happened, decide)


FAMILY: Family[Fund] = Family(
    name="fund",
    zh="经费事项",
    en="request for money",
    events=told.EVENTS,
    initial=Fund(),
    evolve=evolve,
    title=title,
    verbs=(
        Verb("approve-first", "事前审批", "Approve what is to be done, before it is done.",
             told.PriorApproved, claiming.approve_first, opens=True),
        Verb("submit", "申报", "Ask for money.", told.Submitted, claiming.submit, opens=True),
        _verb("resubmit", told.Submitted, "Ask for what was approved beforehand, or was returned.",
              claiming.submit),
        _verb("correct", told.Corrected, "Correct your item in sign-off; signatures are void.",
              claiming.correct),
        Verb("countersign", "会签", "Sign for the level whose turn it is.",
             told.Countersigned, deciding.countersign, many=True),
        _verb("reject", told.Rejected, "Return an item to its handler, with the reason.", deciding.reject),
        _verb("withdraw", told.Withdrawn, "Take your own item back.", deciding.withdraw),
        _verb("record-decision", told.CollectiveDecided, "Put an item under a collective decision.",
              deciding.record_decision),
        _verb("allow-emergency", told.EmergencyAllowed, "Let an emergency be paid before sign-off.",
              deciding.allow),
        _verb("request-payment", told.PaymentRequested, "Hand a signed item over for payment.",
              deciding.request_payment),
        _verb("pay", told.Paid, "Record the payment of a signed item.", paying.pay),
        _verb("book", told.Booked, "Record that a payment was booked.", paying.book),
        _verb("reverse", told.Reversed, "Record that money paid came back.", paying.reverse),
        _verb("close", told.Closed, "Close a settled item and put it on file.", paying.close),
    ),
    rules=(*judged.RULES, *beforehand.RULES, *emergency.RULES, *spending.RULES),
    waits=waits,
)  # fmt: skip


def _digest(record: str, happened: told.Claim) -> Keys:
    return [(record, happened.item_digest)] if happened.item_digest else []


def _own_digest(record: str, happened: told.Claim) -> Keys:
    return [(record, told.item_digest(record, happened))] if happened.item_digest else []


def _claims(record: str, happened: told.Claim) -> Keys:
    named = {invoice.invoice_named(each.code, each.number): each for each in happened.invoices}
    return [
        (name, record, named[name].seller, named[name].amount_fen)
        if name in named
        else (name, record)
        for name in happened.newly_claimed
    ]


def _claimed(step: str) -> Callable[[str, invoice.Claimed], Keys]:
    return lambda record, happened: (
        [(record, happened.item, happened.seller, happened.amount_fen)]
        if happened.step == step
        else []
    )


def _accepts(record: str, happened: told.Countersigned) -> Keys:
    return [(each, record) for each in happened.accepts]


def _releases(
    record: str, happened: told.Rejected | told.Withdrawn | told.Corrected | told.Closed
) -> Keys:
    line = happened.released_budget if isinstance(happened, told.Corrected) else happened.budget
    return [(line, record, happened.releases_fen)] if happened.releases_fen else []


def _released(step: str) -> Callable[[str, budget.Released], Keys]:
    return lambda record, happened: (
        [(record, happened.item, happened.amount_fen)] if happened.step == step else []
    )


def _takes(amount: str, *others: str) -> Callable[[str, Any], Keys]:
    """Return the keys of a step that takes this amount from its budget line, or none."""
    return lambda record, happened: (
        [(happened.budget, record, *(getattr(happened, each) for each in (amount, *others)))]
        if getattr(happened, amount)
        else []
    )


def _reserved(step: str) -> Callable[[str, budget.Reserved], Keys]:
    return lambda record, happened: (
        [(record, happened.item, happened.amount_fen)] if happened.step == step else []
    )


def _applies(record: str, happened: told.CollectiveDecided) -> Keys:
    return [
        (happened.under, record, happened.category, happened.project, happened.decision,
         happened.decided_on, happened.ceiling_fen, happened.amount_fen, happened.draws_fen)
    ] if happened.under else []  # fmt: skip


def _applied(record: str, happened: decision.Applied) -> Keys:
    return [
        (record, happened.item, happened.category, happened.project, happened.minutes,
         happened.taken_on, happened.ceiling_fen, happened.amount_fen, happened.drawn_fen)
    ]  # fmt: skip


def _draws(field: str) -> Callable[[str, Any], Keys]:
    """Return the keys of a step that draws on its decision, or gives back to it, or none."""
    return lambda record, happened: (
        [(happened.under, record, getattr(happened, field))] if getattr(happened, field) else []
    )


def _drawn(record: str, happened: decision.Drawn | decision.GivenBack) -> Keys:
    return [(record, happened.item, happened.amount_fen)]


def _moved(record: str, happened: budget.Spent | budget.Restored) -> Keys:
    return [(record, happened.item, happened.amount_fen, happened.occurred_on)]


def _release_bond(code: str, kind: str, step: str) -> Bond:
    return Bond(code, _TWO_ENDS, f"money released by {step} is released in both places",
                kind, _releases, "budget.released/1", _released(step))  # fmt: skip


BONDS: tuple[Bond, ...] = (
    Bond("R1", "会计法 Art. 14", "an item's digest is its own",
         "fund.submitted/1", _digest, "fund.submitted/1", _own_digest),
    Bond("R1", "会计法 Art. 14", "a corrected item's digest is its own",
         "fund.corrected/1", _digest, "fund.corrected/1", _own_digest),
    Bond("B21", _TWO_ENDS, "a signature at the budget level reserves",
         "fund.countersigned/1", _takes("reserves_fen"), "budget.reserved/1", _reserved(budget.SIGNED)),
    Bond("B28", _TWO_ENDS, "an emergency allowed reserves",
         "fund.emergency_allowed/1", _takes("reserves_fen"), "budget.reserved/1", _reserved(budget.ALLOWED)),
    Bond("R7", _TWO_ENDS, "an item under a decision stands in both places",
         "fund.collective_decided/1", _applies, "decision.applied/1", _applied),
    Bond("R7", _TWO_ENDS, "a payment draws on its decision",
         "fund.paid/1", _draws("draws_fen"), "decision.drawn/1", _drawn),
    Bond("R7", _TWO_ENDS, "a reversal gives back to its decision",
         "fund.reversed/1", _draws("gives_back_fen"), "decision.given_back/1", _drawn),
    _release_bond("B22", "fund.rejected/1", budget.RETURNED),
    _release_bond("B23", "fund.withdrawn/1", budget.WITHDRAWN),
    _release_bond("B24", "fund.corrected/1", budget.CORRECTED),
    _release_bond("B25", "fund.closed/1", budget.SETTLED),
    Bond("B26", _TWO_ENDS, "a payment is spent from the budget line",
         "fund.paid/1", _takes("spends_fen", "paid_on"), "budget.spent/1", _moved),
    Bond("B27", _TWO_ENDS, "a reversal restores the budget line",
         "fund.reversed/1", _takes("restores_fen", "reversed_on"), "budget.restored/1", _moved),
    Bond("R10", "财会〔2020〕6号", "an item submitted claims its invoices",
         "fund.submitted/1", _claims, "invoice.claimed/1", _claimed(invoice.SUBMITTED)),
    Bond("R10", "财会〔2020〕6号", "an item corrected claims its invoices",
         "fund.corrected/1", _claims, "invoice.claimed/1", _claimed(invoice.CORRECTED)),
    Bond("R10", "财会〔2020〕6号", "an invoice relied on is accepted in both places",
         "fund.countersigned/1", _accepts, "invoice.accepted/1", lambda record, it: [(record, it.item)]),
)  # fmt: skip
