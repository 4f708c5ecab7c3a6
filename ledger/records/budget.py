"""Budget lines 预算科目: approved, reserved item by item, spent, adjusted, closed at year end.

The record is `budget/<year>-<code>`. Items of money reserve from it when their budget level signs,
and spend what they reserved when they are paid; both ends stand in one act, so that two officers
reserving the last yuan meet at this record's version, and exactly one succeeds (R9).
At every version: approved + adjusted = left + reserved + spent - restored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ledger.family import (
    Bond,
    Change,
    Context,
    Facts,
    Family,
    Happened,
    Rule,
    Verb,
    event,
    simply,
    term,
)
from ledger.records.money import yuan
from ledger.records.natural import must_be_natural, natural

_NOT_BUDGETED = "预算法 Art. 13"
RETURNED = "退回"
WITHDRAWN = "撤回"
CORRECTED = "更正"
SETTLED = "结清"
RELEASING = (RETURNED, WITHDRAWN, CORRECTED, SETTLED)
"""The steps of an item that set reserved money free."""


@event("budget.approved/1", "批复", "approved")
class Approved(Happened):
    """The line is approved for the year."""

    year: int = term("预算年度", "fiscal year")
    code: str = term("代号", "short name of the line in its year")
    name: str = term("科目", "name", default="")
    purposes: tuple[str, ...] = term(
        "用途", "categories it may be spent on; none: any", default=()
    )
    amount_fen: int = term("批复金额", "amount approved")
    citation: str = term("批复文号", "document that approves it", default="")
    keepers: tuple[str, ...] = term(
        "归口岗位", "posts that enter, adjust and close it", default=("财务负责人",)
    )


@event("budget.reserved/1", "占用", "reserved")
class Reserved(Happened):
    """Money is set aside for an item that passed its budget level."""

    item: str = term("事项", "item", refers="fund")
    category: str = term("类别", "what the item is for")
    amount_fen: int = term("占用金额", "amount reserved")


@event("budget.released/1", "释放", "released")
class Released(Happened):
    """Money set aside for an item is free again."""

    item: str = term("事项", "item", refers="fund")
    amount_fen: int = term("释放金额", "amount released")
    step: str = term("释放环节", "step of the item that released it", choices=RELEASING)


@event("budget.spent/1", "支出", "spent")
class Spent(Happened):
    """Money set aside for an item was paid."""

    item: str = term("事项", "item", refers="fund")
    amount_fen: int = term("支出金额", "amount spent")


@event("budget.restored/1", "退还", "restored")
class Restored(Happened):
    """Money came back: a payment was reversed."""

    item: str = term("事项", "item", refers="fund")
    amount_fen: int = term("退还金额", "amount restored")


@event("budget.adjusted/1", "调剂", "adjusted")
class Adjusted(Happened):
    """A decision changed the amount of the line."""

    delta_fen: int = term("调剂金额", "by how much, less than zero for a cut")
    decision: str = term("调剂文号", "decision")
    reason: str = term("原因", "reason")


@event("budget.closed/1", "决算", "closed")
class Closed(Happened):
    """The year ends: nothing is reserved or spent any more."""

    reason: str = term("说明", "note", default="")


BudgetEvent = Approved | Reserved | Released | Spent | Restored | Adjusted | Closed


@dataclass(frozen=True, slots=True)
class Budget:
    """A line's totals, and what is reserved for which item, sorted by item."""

    year: int = 0
    code: str = ""
    name: str = ""
    purposes: tuple[str, ...] = ()
    keepers: tuple[str, ...] = ()
    approved_fen: int = 0
    adjusted_fen: int = 0
    spent_fen: int = 0
    restored_fen: int = 0
    reservations: tuple[tuple[str, int], ...] = ()
    closed: bool = False

    @property
    def reserved_fen(self) -> int:
        """What is set aside for items that are not paid yet."""
        return sum(amount for _, amount in self.reservations)

    @property
    def left_fen(self) -> int:
        """What may still be reserved."""
        budgeted = self.approved_fen + self.adjusted_fen
        return budgeted - self.reserved_fen - self.spent_fen + self.restored_fen

    def reserved_for(self, item: str) -> int:
        """Return what is set aside for an item."""
        return dict(self.reservations).get(item, 0)


def key(year: int, code: str) -> str:
    """Return the record of a line.

    Raises:
        MalformedError: the code makes no record's name.
    """
    return f"budget/{year}-{must_be_natural('budget code', code)}"


def evolve(state: Budget, happened: BudgetEvent) -> Budget:  # noqa: PLR0911 -- a case an event
    """Return the line after the event."""
    match happened:
        case Approved():
            return replace(
                state, year=happened.year, code=happened.code, name=happened.name or happened.code,
                purposes=happened.purposes, keepers=happened.keepers,
                approved_fen=state.approved_fen + happened.amount_fen,
            )  # fmt: skip
        case Reserved():
            return _set_aside(state, happened.item, happened.amount_fen)
        case Released():
            return _set_aside(state, happened.item, -happened.amount_fen)
        case Spent():
            freed = _set_aside(state, happened.item, -happened.amount_fen)
            return replace(freed, spent_fen=state.spent_fen + happened.amount_fen)
        case Restored():
            return replace(state, restored_fen=state.restored_fen + happened.amount_fen)
        case Adjusted():
            return replace(state, adjusted_fen=state.adjusted_fen + happened.delta_fen)
        case Closed():
            return replace(state, closed=True)


def _set_aside(state: Budget, item: str, amount_fen: int) -> Budget:
    """Return the line with that much more reserved for an item, never less than nothing."""
    reserved = state.reserved_for(item) + amount_fen
    others = [each for each in state.reservations if each[0] != item]
    kept = [(item, reserved)] if reserved > 0 else []
    return replace(state, reservations=tuple(sorted(others + kept)))


def approve(facts: Facts, record: str, draft: Approved) -> Sequence[Change]:
    """Enter an approved line; its name is its code where it has no other."""
    del facts
    return [Change(record, replace(draft, name=draft.name or draft.code))]


def _in_its_year(state: Budget, happened: BudgetEvent, context: Context) -> str | None:
    del context
    if isinstance(happened, Approved):
        return (
            f"{state.name} is approved already; adjust it by a decision" if state.year else None
        )
    if not state.year:
        return "the budget line was never approved"
    return f"{state.name} of {state.year} is closed" if state.closed else None


def _by_keepers(state: Budget, happened: BudgetEvent, context: Context) -> str | None:
    keepers = happened.keepers if isinstance(happened, Approved) else state.keepers
    if any(context.holds(post) for post in keepers):
        return None
    return f"{context.actor} holds none of the posts {', '.join(keepers)}"


def _above_nothing(
    state: Budget, happened: Approved | Reserved | Released | Spent | Restored, context: Context
) -> str | None:
    del state, context
    least = 0 if isinstance(happened, Approved) else 1
    return None if happened.amount_fen >= least else f"{yuan(happened.amount_fen)} is no amount"


def _within_left(state: Budget, happened: Reserved | Adjusted, context: Context) -> str | None:
    del context
    wanted = happened.amount_fen if isinstance(happened, Reserved) else -happened.delta_fen
    if wanted <= state.left_fen:
        return None
    return f"{yuan(wanted)} from {state.name}, which has {yuan(state.left_fen)} left; adjust it by a decision first"


def _for_its_purpose(state: Budget, happened: Reserved, context: Context) -> str | None:
    del context
    if not state.purposes or happened.category in state.purposes:
        return None
    return f"{state.name} is for {', '.join(state.purposes)}, not for {happened.category or 'nothing named'}"


def _of_its_own(state: Budget, happened: Released | Spent, context: Context) -> str | None:
    del context
    reserved = state.reserved_for(happened.item)
    if happened.amount_fen <= reserved:
        return None
    return f"{yuan(happened.amount_fen)} for {happened.item}, for which {yuan(reserved)} is reserved"


def _known_step(state: Budget, happened: Released, context: Context) -> str | None:
    del state, context
    return None if happened.step in RELEASING else f"no step {happened.step} releases money"


def _was_spent(state: Budget, happened: Restored, context: Context) -> str | None:
    del context
    spent = state.spent_fen - state.restored_fen
    if happened.amount_fen <= spent:
        return None
    return f"{yuan(happened.amount_fen)} comes back, but {yuan(spent)} was spent"


def _decided(state: Budget, happened: Adjusted, context: Context) -> str | None:
    del state, context
    if happened.delta_fen and happened.decision.strip() and happened.reason.strip():
        return None
    return "an adjustment names its amount, its decision and its reason"


def _nothing_open(state: Budget, happened: Closed, context: Context) -> str | None:
    del happened, context
    if not state.reservations:
        return None
    items = ", ".join(item for item, _ in state.reservations[:3])
    return f"{yuan(state.reserved_fen)} is still reserved for {len(state.reservations)} items ({items})"


FAMILY: Family[Budget] = Family(
    name="budget",
    zh="预算科目",
    en="budget line",
    events=(Approved, Reserved, Released, Spent, Restored, Adjusted, Closed),
    initial=Budget(),
    evolve=evolve,
    title=lambda state: f"{state.year} {state.name}" if state.year else "",
    verbs=(
        Verb("approve", "批复", "Enter a budget line as approved.", Approved, approve, opens=True,
             names=lambda draft: key(draft.year, draft.code)),
        Verb("adjust", "调剂", "Adjust a budget line by a decision.", Adjusted, simply),
        Verb("close", "决算", "Close a budget line at the end of its year.", Closed, simply),
    ),
    rules=(
        Rule("B10", "预算法 Art. 13", "a line is approved once and closed at year end",
             (Approved, Reserved, Released, Spent, Restored, Adjusted, Closed), _in_its_year),
        Rule("B11", "会计法 Art. 25", "its keepers enter, adjust and close it", (Approved, Adjusted, Closed), _by_keepers),
        Rule("B12", "会计法 Art. 14", "an amount is above nothing",
             (Approved, Reserved, Released, Spent, Restored), _above_nothing),
        Rule("B13", _NOT_BUDGETED, "a balance is never below nothing", (Reserved, Adjusted), _within_left),
        Rule("B14", "预算法 Art. 63", "money goes to its purpose", (Reserved,), _for_its_purpose),
        Rule("B15", _NOT_BUDGETED, "an item spends and releases what it reserved", (Released, Spent), _of_its_own),
        Rule("B16", "DOMAIN R9", "a step of an item releases money", (Released,), _known_step),
        Rule("B17", "DOMAIN R13", "what comes back was spent", (Restored,), _was_spent),
        Rule("B18", "预算法 Art. 72", "a decision adjusts", (Adjusted,), _decided),
        Rule("B19", "DOMAIN §5 BUD", "a line is closed when nothing is reserved", (Closed,), _nothing_open),
    ),
)  # fmt: skip

BONDS: tuple[Bond, ...] = (
    Bond("B20", "DESIGN §3", "a budget line is named by its year and code",
         "budget.approved/1", lambda record, _: [(record,)],
         "budget.approved/1", lambda _, told: [(f"budget/{told.year}-{natural(told.code)}",)]),
)  # fmt: skip
