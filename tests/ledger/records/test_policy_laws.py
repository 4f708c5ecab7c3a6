"""Laws of what binds and what was decided: whatever officers try, the past stands and ceilings hold."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.records.office import OFFICE
from ledger.records.policy import Level
from tests.ledger.records import spending as s
from tests.ledger.records.world import World

CATEGORIES = ("甲", "乙", "丙")
CODES = ("P1", "P2", "P3")
ONE = (Level(level=1, name="审批", posts=("分管领导",), meaning="审批"),)
BINDING = st.fixed_dictionaries(
    {
        "code": st.sampled_from(CODES),
        "categories": st.lists(st.sampled_from(CATEGORIES), unique=True, max_size=2).map(tuple),
        "above_fen": st.sampled_from((0, 100, 200)),
        "up_to_fen": st.sampled_from((0, 0, 300)),
        "replaces": st.just(tuple(f"policy/{code}" for code in CODES)),
        "starts": st.integers(-3, 3),
        "passed": st.integers(0, 2),
    }
)
DAYS = [s.TODAY + timedelta(days=n) for n in range(-5, 40)]


def bound_on(office: World, day: date) -> list[str | None]:
    """Return which policy binds each kind of item on a day."""
    standing = office.state(OFFICE)
    return [
        standing.policy_for(category, amount_fen, day)
        for category in CATEGORIES
        for amount_fen in (1, 150, 250, 350)
    ]


def bind(office: World, tried: dict[str, Any]) -> None:
    """Adopt a policy, or bind it elsewhere where it is adopted; what a rule refuses does not happen."""
    asked = {name: tried[name] for name in ("categories", "above_fen", "up_to_fen")}
    record = f"policy/{tried['code']}"
    asked["replaces"] = tuple(each for each in tried["replaces"] if each != record)
    asked |= {"effective_on": office.day + timedelta(days=tried["starts"]), "citation": "纪要"}
    if record in office.events:
        changes, broken = office.attempt("policy.rescope", record, **asked)
    else:
        named = {"code": tried["code"], "name": "x", "levels": ONE, "budget_level": 1}
        changes, broken = office.attempt("policy.adopt", **asked, **named)
    for change in changes if not broken else []:
        office.given(change.record, change.event)


@given(st.lists(BINDING, max_size=8))
@settings(max_examples=150, deadline=None)
def test_a_binding_never_changes_what_bound_before_its_day(tried):
    """Days gone by keep the policy that bound them, once any did: an item is judged by no later choice."""
    office = World(posts={s.who("吴"): {"办公室主任"}})
    s.as_(office, "吴")
    for each in tried:
        office.day += timedelta(days=each["passed"])
        past = [day for day in DAYS if day < office.day]
        before = [bound_on(office, day) for day in past]

        bind(office, each)

        after = [bound_on(office, day) for day in past]
        pairs = [
            pair for days in zip(before, after, strict=True) for pair in zip(*days, strict=True)
        ]
        assert [now for then, now in pairs if then is not None] == [
            then for then, _ in pairs if then is not None
        ]


TRIED = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from(("pay", "pay", "pay", "reverse", "sign")),
        st.sampled_from((1, 300, 400, 700)),
    ),
    max_size=25,
)


def spend(office: World, item: str, verb: str, amount_fen: int) -> None:
    """Let the cashier, or the next level, try something."""
    if verb == "sign":
        name = s.SIGNERS[min(3, len(office.state(item).signatures))]
        changes, broken = s.as_(office, name).attempt("fund.countersign", item)
    else:
        asked = {"amount_fen": amount_fen} | ({"reason": "x"} if verb == "reverse" else {})
        changes, broken = s.as_(office, "钱").attempt(f"fund.{verb}", item, **asked)
    for change in changes if not broken else []:
        office.given(change.record, change.event)


@given(TRIED)
@settings(max_examples=80, deadline=None)
def test_whatever_is_paid_under_a_decision_stays_below_its_ceiling(tried):
    """Three items of one project, 1,000 decided: what was paid and not reversed is what was drawn."""
    office = s.office(collective_above_fen=0)
    taken = {"code": "1", "title": "项目", "minutes": "纪要", "meeting": "党组会", "taken_on": s.TODAY,
             "ceiling_fen": 1_000, "project": "甲", "eligible": 3, "present": 3, "in_favour": 3,
             "head": "陈", "speakers": ("李", "陈")}  # fmt: skip
    s.as_(office, "吴").when("decision.take", **taken)
    items = [s.submitted(office, project="甲", amount_fen=700) for _ in range(3)]
    for item in items:
        s.as_(office, "吴").when("fund.record-decision", item, under="decision/1")
        s.signed(office, record=item)

    for place, verb, amount_fen in tried:
        spend(office, items[place], verb, amount_fen)

    made = office.state("decision/1")
    states = [office.state(item) for item in items]
    assert made.drawn_fen == sum(state.net_fen for state in states) <= made.ceiling_fen
    assert all(state.drawn_fen == state.net_fen for state in states)
