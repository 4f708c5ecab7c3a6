"""What may happen to a budget line: R9 of DOMAIN §4.4 and B10 to B39, each at the door and in the audit."""

from __future__ import annotations

from ledger.family import Context, Rule
from ledger.records.budget import events as told
from ledger.records.budget.state import Budget, part_of
from ledger.records.moments import ahead
from ledger.records.money import yuan
from ledger.records.posts import in_no_post

_NOT_BUDGETED = "预算法 Art. 13"
_PURPOSE = "预算法 Art. 63"
_ADJUSTING = "预算法 Art. 72"
_FINAL = "预算法 Art. 74"
_TRUE = "预算法 Art. 75"
_YEAR_END = (12, 31)

Amounted = (
    told.Approved | told.Reserved | told.Released | told.Spent | told.Restored
    | told.AdjustedOut | told.AdjustedIn | told.BrokenDown | told.Revised
)  # fmt: skip
Taking = told.Reserved | told.BrokenDown | told.AdjustedOut | told.Revised


def _in_its_year(state: Budget, happened: told.BudgetEvent, context: Context) -> str | None:
    del context
    if isinstance(happened, told.Approved | told.Assigned):
        if not state.year:
            return None
        return f"{state.name} of {state.year} is approved already; adjust it by a decision"
    if not state.year:
        return "the budget line was never approved"
    if not state.closed:
        return None
    return f"{state.name} of {state.year} is closed; nothing is written to it any more"


def _by_keepers(
    state: Budget,
    happened: told.Approved | told.Revised | told.BrokenDown | told.AdjustedOut | told.Closed,
    context: Context,
) -> str | None:
    keepers = happened.keepers if isinstance(happened, told.Approved) else state.keepers
    return in_no_post(context, keepers)


def _above_nothing(state: Budget, happened: Amounted, context: Context) -> str | None:
    del state, context
    if isinstance(happened, told.Revised):
        return None if happened.delta_fen else "nothing is added or taken"
    least = 0 if isinstance(happened, told.Approved) else 1
    small = next((each for each in _amounts(happened) if each < least), None)
    return None if small is None else f"{yuan(small)} is no amount"


def _amounts(happened: Amounted) -> tuple[int, ...]:
    """Return what an event takes or gives, one amount for each place it goes to."""
    if isinstance(happened, told.BrokenDown):
        return tuple(each.amount_fen for each in happened.parts)
    if isinstance(happened, told.Revised):
        return (-happened.delta_fen,)
    return (happened.amount_fen,)


def _within_left(state: Budget, happened: Taking, context: Context) -> str | None:
    del context
    wanted = sum(_amounts(happened))
    if wanted <= max(state.left_fen, 0):
        return None
    return f"{yuan(wanted)} from {state.name}, which has {yuan(state.left_fen)} left; adjust it by a decision first"


def _for_its_purpose(state: Budget, happened: told.Reserved, context: Context) -> str | None:
    del context
    if not state.purposes or happened.category in state.purposes:
        return None
    return f"{state.name} is for {', '.join(state.purposes)}, not for {happened.category or 'nothing named'}"


def _parts_keep_purpose(
    state: Budget, happened: told.BrokenDown, context: Context
) -> str | None:
    del context
    if not state.purposes:
        return None
    for each in happened.parts:
        other = [purpose for purpose in each.purposes if purpose not in state.purposes]
        if other or not each.purposes:
            words = ", ".join(other) or "whatever comes"
            return f"{each.code} would be for {words}; {state.name} is for {', '.join(state.purposes)}"
    return None


def _of_its_own(
    state: Budget, happened: told.Released | told.Spent, context: Context
) -> str | None:
    del context
    reserved = state.reserved_for(happened.item)
    if happened.amount_fen <= reserved:
        return None
    return f"{yuan(happened.amount_fen)} for {happened.item}, for which {yuan(reserved)} is reserved"


def _known_step(
    state: Budget, happened: told.Reserved | told.Released, context: Context
) -> str | None:
    del state, context
    if isinstance(happened, told.Reserved):
        known = happened.step in told.RESERVING
        return None if known else f"no step {happened.step} sets money aside"
    known = happened.step in told.RELEASING
    return None if known else f"no step {happened.step} releases money"


def _was_spent(state: Budget, happened: told.Restored, context: Context) -> str | None:
    del context
    if happened.amount_fen <= state.net_fen:
        return None
    return f"{yuan(happened.amount_fen)} comes back, but {yuan(state.net_fen)} was spent"


def _decided(state: Budget, happened: told.AdjustedOut, context: Context) -> str | None:
    del state, context
    if happened.decision.strip() and happened.reason.strip():
        return None
    return "an adjustment names its decision and its reason"


def _nothing_open(state: Budget, happened: told.Closed, context: Context) -> str | None:
    del happened, context
    if not state.reservations:
        return None
    items = ", ".join(item for item, _ in state.reservations[:3])
    return (
        f"{yuan(state.reserved_fen)} is still reserved for {len(state.reservations)} items"
        f" ({items}); pay them or return them first"
    )


def _not_ahead(state: Budget, happened: told.BudgetEvent, context: Context) -> str | None:
    del state
    return ahead(happened, context)


def _by_document(
    state: Budget, happened: told.Approved | told.Revised, context: Context
) -> str | None:
    del state, context
    if happened.citation.strip():
        return None
    return "no document is named that approves it; tell its number (--citation)"


def _parts_apart(state: Budget, happened: told.BrokenDown, context: Context) -> str | None:
    del context
    names = [part_of(f"budget/{state.year}-", each.code) for each in happened.parts]
    if not names:
        return "it names no part"
    twice = next((name for name in names if names.count(name) > 1), None)
    return f"{twice} stands here twice" if twice else None


def _within_the_year(state: Budget, happened: told.AdjustedOut, context: Context) -> str | None:
    del context
    if happened.to == part_of(f"budget/{state.year}-", state.code):
        return f"{state.name} would give to itself"
    if happened.to.startswith(f"budget/{state.year}-"):
        return None
    return f"{happened.to} is of another year than {state.name} of {state.year}"


def _stated(state: Budget, happened: told.Closed, context: Context) -> str | None:
    del context
    for words, said, found in (
        ("left", happened.left_fen or 0, state.left_fen),
        ("budget", happened.budget_fen, state.budget_fen),
        ("spent", happened.spent_fen, state.net_fen),
    ):
        if said != found:
            return f"{words}: the accounts say {yuan(said)}, the line has {yuan(found)}"
    if happened.parent != state.parent:
        return f"it names {happened.parent} as its whole, which is {state.parent}"
    return None


def _at_year_end(state: Budget, happened: told.Closed, context: Context) -> str | None:
    today = (context.day.year, context.day.month, context.day.day)
    if today >= (state.year, *_YEAR_END) or happened.reason.strip():
        return None
    return f"{state.year} has not ended; say why {state.name} is closed before (--reason)"


def _parts_first(state: Budget, happened: told.Closed, context: Context) -> str | None:
    del happened, context
    if not state.open_parts:
        return None
    return f"its parts are not closed: {', '.join(state.open_parts[:3])}; close them first"


_AMOUNTED = (
    told.Approved, told.Revised, told.BrokenDown, told.Reserved, told.Released, told.Spent,
    told.Restored, told.AdjustedOut, told.AdjustedIn,
)  # fmt: skip
_KEPT = (told.Approved, told.Revised, told.BrokenDown, told.AdjustedOut, told.Closed)
RULES: tuple[Rule[Budget], ...] = (
    Rule("B10", _NOT_BUDGETED, "a line is approved once, and ends when it is closed",
         told.EVENTS, _in_its_year),
    Rule("B11", "会计法 Art. 25", "its keepers enter, break down, adjust and close it", _KEPT, _by_keepers),
    Rule("B12", "会计法 Art. 14", "an amount is above nothing", _AMOUNTED, _above_nothing),
    Rule("R9", _NOT_BUDGETED, "no more is reserved than is left", (told.Reserved,), _within_left),
    Rule("B13", _NOT_BUDGETED, "what is reserved or spent is not given away",
         (told.BrokenDown, told.AdjustedOut, told.Revised), _within_left),
    Rule("B14", _PURPOSE, "money goes to its purpose", (told.Reserved,), _for_its_purpose),
    Rule("B15", _NOT_BUDGETED, "an item spends and releases what it reserved",
         (told.Released, told.Spent), _of_its_own),
    Rule("B16", "DOMAIN R9", "a step of an item sets money aside and releases it",
         (told.Reserved, told.Released), _known_step),
    Rule("B17", "DOMAIN R13", "what comes back was spent", (told.Restored,), _was_spent),
    Rule("B18", _ADJUSTING, "a decision adjusts", (told.AdjustedOut,), _decided),
    Rule("B19", _FINAL, "a line is closed when nothing is reserved", (told.Closed,), _nothing_open),
    Rule("B30", "预算法 Art. 52", "the authority's document approves a line",
         (told.Approved, told.Revised), _by_document),
    Rule("B31", _PURPOSE, "the parts of a line keep its purpose", (told.BrokenDown,), _parts_keep_purpose),
    Rule("B33", "DOMAIN §5 BUD", "the parts of a line are told apart", (told.BrokenDown,), _parts_apart),
    Rule("B35", _ADJUSTING, "money is moved to another line of the year", (told.AdjustedOut,), _within_the_year),
    Rule("B36", _TRUE, "the final accounts state what the line had, spent and has left",
         (told.Closed,), _stated),
    Rule("B37", "预算法 Art. 18", "a line is closed at the end of its year, or says why before",
         (told.Closed,), _at_year_end),
    Rule("B38", _FINAL, "the parts of a line are closed before the whole", (told.Closed,), _parts_first),
    Rule("B39", "DESIGN §3", "nothing is dated ahead", _KEPT, _not_ahead),
)  # fmt: skip
