"""Where an item of money stands: what is claimed, who has signed this round, what was paid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import assert_never

from ledger.frozen import frozen, replace
from ledger.records.fund import events as told
from ledger.records.fund.persons import Person, persons_of
from ledger.records.invoice import invoice_named
from ledger.records.policy import Level, Terms, required

IN_SIGN_OFF = "会签中"
RETURNED = "退回"
WITHDRAWN = "撤回"
CLOSED = "归档"
HANDLING = "经办 handling"
ALLOWING = "应急批准 allowing it first"
PAYING = "付款 payment"
BOOKING = "记账 booking"


@frozen
class Signature:
    """A signature of this round: by whom, in which post, for which level, on what."""

    level: int
    level_name: str
    meaning: str
    post: str
    persons: tuple[Person, ...]
    basis: str
    item_digest: str
    amount_fen: int | None
    version: int


@frozen
class Link:
    """A link of the chain: a level, and its signature, or None where it waits."""

    level: int
    name: str
    posts: tuple[str, ...]
    signature: Signature | None


@frozen
class Fund:
    """An item of money: what is asked for now, and how far this round of sign-off has come.

    `needed` are the levels that the amount asked for needs; none where no policy is known.
    `reserved_fen` and `spent_fen` are what it holds of, and has from, its budget line; `payments`
    are (version, amount); `signed_when_paid` are the signatures of the round first paid.
    """

    version: int = 0
    claim: told.Claim = told.Submitted()
    needed: tuple[Level, ...] = ()
    prior_approval: told.PriorApproved | None = None
    decision: told.CollectiveDecided | None = None
    allowed: told.EmergencyAllowed | None = None
    round: int = 0
    stage: str = ""
    reason: str = ""
    signatures: tuple[Signature, ...] = ()
    claimed: frozenset[str] = frozenset()
    reserved_fen: int = 0
    payment_requested: bool = False
    payments: tuple[tuple[int, int], ...] = ()
    spent_fen: int = 0
    reversed_fen: int = 0
    drawn_fen: int = 0
    signed_when_paid: tuple[Signature, ...] = ()
    payers: tuple[Person, ...] = ()
    bookkeepers: tuple[Person, ...] = ()

    @property
    def title(self) -> str:
        """What the money is for."""
        return self.claim.title or (self.prior_approval.title if self.prior_approval else "")

    @property
    def amount_fen(self) -> int:
        """What is asked for."""
        return self.claim.amount_fen

    @property
    def terms(self) -> Terms | None:
        """The terms it is judged by, as they were at its submission."""
        return self.claim.terms

    @property
    def item_digest(self) -> str:
        """The digest of what every signature covers."""
        return self.claim.item_digest

    @property
    def handlers(self) -> tuple[Person, ...]:
        """Who asked for the money, and for whom by delegation."""
        return persons_of(self.claim)

    @property
    def paid_fen(self) -> int:
        """What was paid so far, reversals not taken off."""
        return sum(amount for _, amount in self.payments)

    @property
    def net_fen(self) -> int:
        """What was paid so far and has not come back."""
        return self.paid_fen - self.reversed_fen

    @property
    def under(self) -> str | None:
        """The collective decision it stands under, or None."""
        return self.decision.under if self.decision else None

    @property
    def due_to_reserve_fen(self) -> int:
        """What its budget level has yet to reserve: all of it, unless it was let be paid first."""
        return max(0, self.amount_fen - self.reserved_fen - self.spent_fen)

    @property
    def confirm_by(self) -> date | None:
        """The day by which the levels confirm what was done first; None where it was not (R15)."""
        days = self.terms.emergency_days if self.terms else None
        if not self.claim.emergency or days is None or self.claim.policy_day is None:
            return None
        left = (date.max - self.claim.policy_day).days
        return self.claim.policy_day + timedelta(days=max(0, min(days, left)))

    @property
    def waiting_level(self) -> Level | None:
        """The first level needed that has not signed this round, or None."""
        return self.first_unsigned()

    @property
    def complete(self) -> bool:
        """Whether every level needed has signed this round, here or on paper."""
        return bool(self.needed) and self.waiting_level is None

    def signature_of(self, level: Level, *, found_too: bool = False) -> Signature | None:
        """Return the signature of a level in this round, of this very item.

        What was found in history is no signature, unless `found_too`.
        """
        digest = self.claim.item_digest
        for each in self.signatures:
            if each.level == level.level and each.basis and each.item_digest == digest:
                return each
            if found_too and not each.basis and _found_for(each, level):
                return each
        return None

    def first_unsigned(self, *, found_too: bool = False) -> Level | None:
        """Return the first level needed without signature, or None."""
        for level in self.needed:
            if self.signature_of(level, found_too=found_too) is None:
                return level
        return None


def evolve(state: Fund, happened: told.FundEvent) -> Fund:  # noqa: C901, PLR0911, PLR0912 -- a case an event
    """Return the item after the event."""
    # One `replace` an event: folding is most of what a rebuild of views costs.
    n = state.version + 1
    match happened:
        case told.PriorApproved():
            return replace(state, version=n, prior_approval=happened)
        case told.Submitted():
            return _claimed(state, happened, rounds=1, releases_fen=0)
        case told.Corrected():
            return _claimed(state, happened, rounds=0, releases_fen=happened.releases_fen)
        case told.Countersigned():
            return _signed(state, happened)
        case told.Rejected():
            return _returned(state, happened, RETURNED)
        case told.Withdrawn():
            return _returned(state, happened, WITHDRAWN)
        case told.CollectiveDecided():
            # What is found never takes the place of what was decided here.
            kept = state.decision if state.decision and not happened.basis else happened
            drawn = state.drawn_fen + happened.draws_fen
            return replace(state, version=n, decision=kept, drawn_fen=drawn)
        case told.EmergencyAllowed():
            reserved = state.reserved_fen + happened.reserves_fen
            return replace(state, version=n, allowed=happened, reserved_fen=reserved)
        case told.PaymentRequested():
            return replace(state, version=n, payment_requested=True)
        case told.Paid():
            return _paid(state, happened)
        case told.Booked():
            return replace(state, version=n, bookkeepers=persons_of(happened))
        case told.Reversed():
            return replace(
                state,
                version=n,
                reversed_fen=state.reversed_fen + happened.amount_fen,
                spent_fen=state.spent_fen - happened.restores_fen,
                drawn_fen=state.drawn_fen - happened.gives_back_fen,
            )
        case told.Closed():
            reserved = state.reserved_fen - happened.releases_fen
            return replace(state, version=n, stage=CLOSED, reserved_fen=reserved)
        case _:
            assert_never(happened)


def _claimed(state: Fund, happened: told.Claim, *, rounds: int, releases_fen: int) -> Fund:
    terms = happened.terms
    needed = required(terms.levels, happened.amount_fen) if terms else ()
    return replace(
        state, version=state.version + 1, claim=happened, needed=needed, stage=IN_SIGN_OFF, reason="",
        signatures=(), allowed=None, payment_requested=False, round=state.round + rounds,
        reserved_fen=state.reserved_fen - releases_fen,
        claimed=state.claimed | set(happened.newly_claimed),
    )  # fmt: skip


def _signed(state: Fund, happened: told.Countersigned) -> Fund:
    signature = Signature(
        level=happened.level,
        level_name=happened.level_name,
        meaning=happened.meaning,
        post=happened.post,
        persons=persons_of(happened),
        basis=happened.basis,
        item_digest=happened.item_digest,
        amount_fen=happened.amount_fen,
        version=state.version + 1,
    )
    return replace(
        state,
        version=state.version + 1,
        signatures=(*state.signatures, signature),
        reserved_fen=state.reserved_fen + happened.reserves_fen,
    )


def _returned(state: Fund, happened: told.Rejected | told.Withdrawn, stage: str) -> Fund:
    return replace(
        state, version=state.version + 1, stage=stage, reason=happened.reason, signatures=(),
        allowed=None, payment_requested=False, reserved_fen=state.reserved_fen - happened.releases_fen,
    )  # fmt: skip


def _paid(state: Fund, happened: told.Paid) -> Fund:
    n = state.version + 1
    return replace(
        state,
        version=n,
        payments=(*state.payments, (n, happened.amount_fen)),
        signed_when_paid=state.signed_when_paid if state.payments else state.signatures,
        payers=(*state.payers, *persons_of(happened)),
        reserved_fen=state.reserved_fen - happened.spends_fen,
        spent_fen=state.spent_fen + happened.spends_fen,
        drawn_fen=state.drawn_fen + happened.draws_fen,
    )


def _found_for(signature: Signature, level: Level) -> bool:
    """Tell whether a signature found is for a level: by its name, or by its number without one."""
    if signature.level_name:
        return signature.level_name == level.name
    return signature.level == level.level


def chain(state: Fund) -> tuple[Link, ...]:
    """Return the chain as it stands: each level needed with its signature of this round.

    Where no policy is known, the links are the signatures found.
    """
    if state.terms is None:
        return tuple(
            Link(each.level, each.level_name, (each.post,) if each.post else (), each)
            for each in state.signatures
        )
    return tuple(
        Link(each.level, each.name, each.posts, state.signature_of(each, found_too=True))
        for each in state.needed
    )


def missing_levels(state: Fund, levels: Sequence[Level]) -> tuple[Level, ...]:
    """Return the levels that a paid item needed and did not have when it was first paid.

    Levels are told apart by name, so that history can be held against a policy of any day; nothing
    is missing of an item that was not paid.
    """
    if not state.payments:
        return ()
    had = {each.level_name for each in state.signed_when_paid}
    return tuple(each for each in required(levels, state.amount_fen) if each.name not in had)


def parts(state: Fund) -> tuple[tuple[str, tuple[Person, ...]], ...]:
    """Return who has which part in this round: (words for the part, persons), in order."""
    signed = [
        (f"level {each.level} {each.level_name}".strip(), each.persons)
        for each in state.signatures
    ]
    allowed = persons_of(state.allowed) if state.allowed else ()
    money = [(PAYING, state.payers), (BOOKING, state.bookkeepers)]
    return ((HANDLING, state.handlers), *signed, (ALLOWING, allowed), *money)


def reserving_level(state: Fund) -> Level | None:
    """Return the level whose signature reserves the budget.

    It is the policy's budget level, or the last one where this amount does not need that level.
    """
    needed = state.needed
    if state.terms is None or not needed:
        return None
    named = (each for each in needed if each.level == state.terms.budget_level)
    return next(named, needed[-1])


def at_budget_level(state: Fund, happened: told.Countersigned) -> bool:
    """Tell whether a signature is the one that reserves the budget, and relies on the invoices."""
    level = reserving_level(state)
    return level is not None and happened.level == level.level


def to_accept(state: Fund) -> tuple[str, ...]:
    """Return the invoices that the budget level relies on, where the policy has them verified (R10)."""
    if state.terms is None or not state.terms.verified_invoices:
        return ()
    named = (invoice_named(each.code, each.number) for each in state.claim.invoices)
    return tuple(dict.fromkeys(name for name in named if name))


def let_first(state: Fund) -> bool:
    """Tell whether this very item may be paid before it is signed off: an emergency (R15)."""
    allowed = state.allowed
    return (
        allowed is not None
        and bool(allowed.basis)
        and allowed.item_digest == state.item_digest
        and state.confirm_by is not None
    )


def needs_collective(state: Fund) -> bool:
    """Tell whether the amount needs a collective decision under the item's policy."""
    above = state.terms.collective_above_fen if state.terms else None
    return above is not None and state.amount_fen > above
