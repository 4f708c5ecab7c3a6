"""Laws of money: any order of events folds, and whatever officers try, the line adds up."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.records import budget, invoice, policy
from ledger.records.budget import Budget
from ledger.records.fund import FAMILY, chain, missing_levels
from tests.ledger.records import spending as s
from tests.ledger.records.histories import any_event
from tests.ledger.records.world import World

GO_ON = "go on"
VERBS = (
    "submit",
    "resubmit",
    "correct",
    "countersign",
    "reject",
    "withdraw",
    "pay",
    "reverse",
    "close",
)
TRIED = st.tuples(
    st.sampled_from(VERBS), st.sampled_from(sorted(s.CAST)), st.sampled_from([1, 400, 900])
)
OFTEN = (("reverse", "钱", 1), ("reject", "冯", 1), ("correct", "何", 400))
USUAL = st.sampled_from([*[(GO_ON, "", 400)] * 15, *OFTEN])
STEPS = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 9).flatmap(lambda n: USUAL if n else TRIED)),
    min_size=20,
    max_size=60,
)
ASKED: dict[str, set[str]] = {
    "submit": {"amount_fen"}, "resubmit": {"amount_fen"}, "correct": {"amount_fen"},
    "countersign": set(), "reject": {"reason"}, "withdraw": {"reason"}, "pay": {"amount_fen"},
    "reverse": {"amount_fen", "reason"}, "book": {"voucher"}, "close": set(),
}  # fmt: skip


@given(st.lists(any_event(FAMILY.events), max_size=12))
@settings(max_examples=150)
def test_any_order_of_events_folds(history):
    """History found in whatever order is never refused by the fold, nor by title, queue and chain."""
    state = FAMILY.initial

    for happened in history:
        state = FAMILY.evolve(state, happened)

    assert state.version == len(history)
    assert FAMILY.waits is not None
    assert isinstance(FAMILY.title(state), str)
    assert len(FAMILY.waits(state)) <= 2
    assert len(chain(state)) >= 0
    assert len(missing_levels(state, s.LEVELS)) <= len(s.LEVELS)


@given(
    st.lists(any_event((*FAMILY.events, *FAMILY.events)), max_size=6), any_event(FAMILY.events)
)
@settings(max_examples=150)
def test_rules_judge_any_event_after_any_history(history, happened):
    """A rule says yes or no of what it is shown; it never gives up."""
    office = World(basis="as-found").given("fund/x", *history)
    state = office.state("fund/x")

    told = [
        rule.broken(state, happened, context)
        for rule in FAMILY.rules
        if isinstance(happened, rule.kinds)
        for context in (office, World(), World(basis="paper"))
    ]

    assert all(each is None or each for each in told)


@given(
    st.lists(any_event(budget.FAMILY.events), max_size=12),
    st.lists(any_event(policy.FAMILY.events), max_size=6),
    st.lists(any_event(invoice.FAMILY.events), max_size=6),
)
@settings(max_examples=100)
def test_any_order_of_lines_policies_and_invoices_folds(lines, policies, invoices):
    """What was found is kept in any order; a line's totals always add up."""
    line = budget.FAMILY.initial
    for each in lines:
        line = budget.evolve(line, each)
        given = line.approved_fen + line.assigned_fen + line.adjusted_fen + line.restored_fen
        assert given == (
            line.broken_down_fen + line.reserved_fen + line.spent_fen + line.left_fen
        )

    for family, history in ((policy.FAMILY, policies), (invoice.FAMILY, invoices)):
        state: Any = family.initial
        for happened in history:
            state = family.evolve(state, happened)
        assert isinstance(family.title(state), str)


def _due(office: World, item: str) -> tuple[str, str]:
    """Return the verb that an item waits for, and somebody whose turn it is."""
    waiting = FAMILY.waits and FAMILY.waits(office.state(item))
    if not waiting:
        return "submit", "何"
    posts = set(waiting[0].posts)
    return waiting[0].verb, next(
        (name for name, held in s.CAST.items() if posts & set(held)), "何"
    )


def _try(office: World, item: str, tried: tuple[str, str, int]) -> None:
    """Try a step; what a rule refuses does not happen."""
    verb, name, amount_fen = tried
    if verb == GO_ON:
        verb, name = _due(office, item)
    asked: dict[str, Any] = {"amount_fen": amount_fen, "reason": "原因", "voucher": "记-1"}
    asked = {key: value for key, value in asked.items() if key in ASKED[verb]}
    if verb == "submit":
        asked = {**s.ASKED, **asked}
    changes, broken = s.as_(office, name).attempt(f"fund.{verb}", item, **asked)
    for change in changes if not broken else []:
        office.given(change.record, change.event)


def played(steps: list[tuple[int, tuple[str, str, int]]]) -> tuple[World, list[str]]:
    """Let officers try steps on three items of one small line."""
    office = s.office(budget_fen=1000)
    items = [f"fund/{n}" for n in range(3)]
    for which, tried in steps:
        _try(office, items[which], tried)
    return office, items


@given(STEPS)
@settings(max_examples=60, deadline=None)
def test_whatever_officers_try_the_line_adds_up(steps):
    """Never overdrawn; what the items hold and have is what the line says, to the fen."""
    office, items = played(steps)

    line: Budget = office.state(s.LINE)
    funds = [office.state(item) for item in items]

    assert line.left_fen >= 0
    assert line.reserved_fen == sum(fund.reserved_fen for fund in funds)
    assert line.spent_fen == sum(fund.paid_fen for fund in funds)
    assert line.restored_fen == sum(fund.reversed_fen for fund in funds)
    assert line.left_fen == 1000 - line.reserved_fen - line.spent_fen + line.restored_fen


@given(STEPS)
@settings(max_examples=60, deadline=None)
def test_whatever_officers_try_nothing_is_paid_unsigned(steps):
    """Each item paid had all four levels, of four persons, and its cashier is a fifth."""
    office, items = played(steps)

    for state in (office.state(item) for item in items):
        if state.payments:
            persons = [str(each.persons[0]) for each in state.signed_when_paid]
            assert missing_levels(state, s.LEVELS) == ()
            assert len({*persons, *map(str, state.payers)}) == len(persons) + 1 == 5
