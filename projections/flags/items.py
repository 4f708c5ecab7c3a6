"""What a flag looks at: items of money folded from evidence, with their steps, and what was kept beside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Generic, TypeVar

from ledger.frozen import frozen
from ledger.records.fund import Fund, Signature
from ledger.records.fund.events import Claim, Paid, Submitted
from ledger.records.fund.persons import Person, meeting, person, persons_of
from ledger.records.policy import Level, Terms, required

S = TypeVar("S")
CASH = "现金"


@frozen
class Step:
    """One event of a record: where it stands, the office's day, and the moment where it is known."""

    index: int
    day: date
    moment: datetime | None
    happened: Any
    recorded_at: str = ""

    def before(self, other: Step) -> bool:
        """Tell whether this happened before another, by moments where both are known, else by days."""
        if self.moment is not None and other.moment is not None:
            return self.moment < other.moment
        return self.day < other.day

    @property
    def when(self) -> str:
        """The moment where it is known, else the day, for people."""
        return str(self.moment or self.day)


@frozen
class Kept(Generic[S]):
    """A record beside the items: its state, and its steps."""

    record: str
    state: S
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Item:
    """An item of money as its steps left it; `judged` are the terms it is held against, if any.

    `counting` is the item as first paid, or as it stands where it was not paid: its signatures count.
    """

    record: str
    state: Fund
    counting: Fund
    steps: tuple[Step, ...]
    judged: Terms | None = None

    @property
    def claim(self) -> Claim:
        """What is claimed now."""
        return self.state.claim

    @property
    def signatures(self) -> tuple[Signature, ...]:
        """The signatures that count: of the round first paid, else of the present round."""
        return self.counting.signatures

    @property
    def needed(self) -> tuple[Level, ...]:
        """The levels that the amount needs under the terms it is held against; none without terms."""
        return required(self.judged.levels, self.counting.amount_fen) if self.judged else ()

    def step(self, version: int) -> Step:
        """Return the step that made the item what it is at a version."""
        return self.steps[version - 1]

    def of(self, *kinds: type[object]) -> tuple[Step, ...]:
        """Return the steps of these kinds, in order."""
        return tuple(each for each in self.steps if isinstance(each.happened, kinds))

    def signing(self) -> tuple[Step, ...]:
        """Return the steps of the signatures that count."""
        return tuple(self.step(each.version) for each in self.signatures)

    def first_payment(self) -> tuple[Step, ...]:
        """Return the step of the first payment, or nothing."""
        return tuple(self.step(version) for version, _ in self.state.payments[:1])

    def claims(self, *, before: Sequence[Step] = ()) -> tuple[Step, ...]:
        """Return the step that told what is claimed, now or before a step, or nothing."""
        last = before[0].index if before else self.steps[-1].index
        return tuple(each for each in self.of(Claim) if each.index <= last)[-1:]

    def submission(self) -> Step | None:
        """Return the last submission, or None."""
        return next(reversed(self.of(Submitted)), None)

    def payee_of(self, payment: Paid) -> str:
        """Return who was paid: as the payment tells, else as the item does."""
        return payment.payee or self.claim.payee

    @cached_property
    def day(self) -> date:
        """The day of the business, or of the last submission, or of the first step."""
        told = self.submission() or self.steps[0]
        return self.claim.business_on or told.day

    @cached_property
    def suppliers(self) -> tuple[str, ...]:
        """Who sold what the item pays for: the sellers of its invoices, else its payee.

        Who handles the item or benefits from it is no supplier: the money is only paid back to them.
        """
        sellers = dict.fromkeys(each.seller for each in self.claim.invoices if each.seller)
        if sellers or not self.claim.payee:
            return tuple(sellers)
        own = [
            *self.state.handlers,
            *(person(each) for each in self.claim.beneficiaries if each),
        ]
        return () if meeting([person(self.claim.payee)], own) else (self.claim.payee,)


def takers(steps: Iterable[Step]) -> tuple[Person, ...]:
    """Return who took these steps, each once, in order."""
    found: dict[Person, None] = {}
    for step in steps:
        if hasattr(step.happened, "signer"):
            found |= dict.fromkeys(persons_of(step.happened))
    return tuple(found)


def told_amount(amount_fen: int, currency: str) -> str:
    """Return an amount with its currency, as people write it."""
    sign = "-" if amount_fen < 0 else ""
    whole, cents = divmod(abs(amount_fen), 100)
    return f"{sign}{whole:,}.{cents:02d} {currency}"


def told_share(part: int, whole: int) -> str:
    """Return a share in percent with one digit, as people write it."""
    tenths = part * 1000 // whole if whole else 0
    return f"{tenths // 10}.{tenths % 10} %"
