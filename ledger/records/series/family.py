"""The family of number series: its verbs, and rules N1 to N8."""

from __future__ import annotations

from collections.abc import Sequence

from ledger.family import (
    AS_FOUND,
    Change,
    Context,
    Facts,
    Family,
    Rule,
    Verb,
    family_of,
    simply,
)
from ledger.frozen import replace
from ledger.records.numbers import key
from ledger.records.posts import doer, in_no_post, not_the_doer, same_person
from ledger.records.series.events import (
    NUMBERED,
    Allocated,
    Closed,
    Found,
    Opened,
    Succeeded,
    Voided,
)
from ledger.records.series.state import Series, evolve
from ledger.records.spans import holds, holes, words

_ARTICLE = "公文处理工作条例 Art. 25"


def open_series(facts: Facts, record: str, draft: Opened) -> Sequence[Change]:
    """Open a series; the one it succeeds ends."""
    del facts
    ends = [Change(draft.predecessor, Succeeded(by=record))] if draft.predecessor else []
    return [Change(record, draft), *ends]


def void(facts: Facts, record: str, draft: Voided) -> Sequence[Change]:
    """Void a number found without a record."""
    return [Change(record, replace(draft, approver=doer(facts)))]


def _opened_once(state: Series, happened: Opened, context: Context) -> str | None:
    if state.code:
        return f"{state.code}〔{state.year}〕 is open already"
    if happened.first_number < 1 or happened.family not in NUMBERED:
        return "it starts at 1 or above and numbers one of " + ", ".join(NUMBERED)
    if any(context.holds(post) for post in happened.approvers):
        return None
    return f"{context.actor} holds none of the posts that void its numbers"


def _ended_once(state: Series, happened: Closed | Succeeded, context: Context) -> str | None:
    if not state.code or state.successor or (state.closed and isinstance(happened, Closed)):
        return "the series is not open, or ended already"
    return in_no_post(context, state.approvers)


def _next(state: Series, happened: Allocated | Found, context: Context) -> str | None:
    del context
    if happened.n == state.next:
        return None
    if holds(state.seen, happened.n):
        return f"number {happened.n} is a double"
    missing = words(holes(state.seen, state.next, happened.n - 1))
    return f"number {happened.n} does not follow {state.last}" + (
        f" (missing: {missing})" if missing else ""
    )


def _in_time(state: Series, happened: Allocated | Found, context: Context) -> str | None:
    del context
    if happened.occurred_on is None:
        return None
    if happened.occurred_on.year != state.year:
        return f"{happened.occurred_on} is not in the series' year {state.year}"
    if state.last_on is not None and happened.occurred_on < state.last_on:
        return (
            f"{happened.occurred_on} is before {state.last_on}, when the last number was given"
        )
    return None


def _open_for(state: Series, happened: Allocated, context: Context) -> str | None:
    if not state.code or state.closed:
        return "the series is closed" if state.closed else "the series was never opened"
    if family_of(happened.record) != state.family:
        return f"{happened.record} is not of the family {state.family} that it numbers"
    return in_no_post(context, state.registrars)


def _as_found_only(state: Series, happened: Found, context: Context) -> str | None:
    del state, happened
    return (
        None
        if context.basis == AS_FOUND
        else "numbers are found only in history entered as found"
    )


def _void_once(state: Series, happened: Voided, context: Context) -> str | None:
    del context
    if happened.n in state.voids or not holds(state.seen, happened.n):
        return f"number {happened.n} was not given, or is void already"
    if not happened.record and not holds(state.unrecorded, happened.n):
        return f"number {happened.n} belongs to a record; void it there"
    return None


def _void_by_another(state: Series, happened: Voided, context: Context) -> str | None:
    if not happened.reason.strip():
        return "a void needs its reason"
    if same_person(context, happened.registrar):
        return f"{happened.registrar} allocated it; another officer must void it"
    if not any(context.holds(post) for post in state.approvers):
        return f"{context.actor} holds none of the posts {', '.join(state.approvers)}"
    return not_the_doer(context, happened.approver)


FAMILY: Family[Series] = Family(
    name="series",
    zh="发文字号",
    en="number series",
    events=(Opened, Allocated, Found, Voided, Closed, Succeeded),
    initial=Series(),
    evolve=evolve,
    title=lambda state: f"{state.code}〔{state.year}〕 {state.last}号" if state.code else "",
    verbs=(
        Verb("open", "启用编号", "Open a number series.", Opened, open_series, opens=True,
             names=lambda draft: f"series/{key(draft.code, draft.year)}"),
        Verb("find", "录入原有编号", "Enter a number of an old register that has no record.", Found, simply),
        Verb("void", "作废编号", "Void a number that has no record.", Voided, void),
        Verb("close", "停用编号", "Close a number series.", Closed, simply),
    ),
    rules=(
        Rule("N1", _ARTICLE, "a series is opened once, by who answers for it", (Opened,), _opened_once),
        Rule("N2", _ARTICLE, "a series ends once", (Closed, Succeeded), _ended_once),
        Rule("N3", _ARTICLE, "numbers follow one by one", (Allocated, Found), _next),
        Rule("N4", _ARTICLE, "numbers follow the days, in their year", (Allocated, Found), _in_time),
        Rule("N5", _ARTICLE, "registrars number what the series is for", (Allocated,), _open_for),
        Rule("N6", "as-found", "only history is found", (Found,), _as_found_only),
        Rule("N7", "作废号登记", "a number dies once", (Voided,), _void_once),
        Rule("N8", "双人办理", "a number is voided by another", (Voided,), _void_by_another),
    ),
)  # fmt: skip
