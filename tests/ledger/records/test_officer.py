"""Officers' delegations and interests: given by who may, kept apart from what is found."""

from __future__ import annotations

from datetime import date
from typing import Any

from ledger.family import AS_FOUND
from tests.ledger.records import spending as s
from tests.ledger.records.world import World

LIU = s.who("刘")
GIVEN: dict[str, Any] = {
    "delegate": s.who("赵"), "post": "分管领导", "from_day": s.TODAY, "until_day": date(2022, 4, 1),
}  # fmt: skip
ENDED: dict[str, Any] = {"delegate": s.who("赵"), "post": "分管领导", "reason": "返岗"}


def office() -> World:
    """An office with an administrator."""
    made = s.office()
    made.by("officer/陈", "系统管理员")
    return made


def test_one_delegates_one_s_own_posts_only():
    """A5: nobody takes another's post by writing their delegation."""
    made = office()

    assert s.as_(made, "赵").refused("officer.delegate", LIU, **GIVEN) == ["A5"]
    assert s.as_(made, "刘").refused("officer.delegate", LIU, **GIVEN) == []
    changes, _ = s.as_(made, "赵").attempt("officer.delegate", s.who("赵"), **GIVEN)
    moved = [type(each)(LIU, each.event) for each in changes]
    assert "A5" in [each.code for each in made.judge(moved)]


def test_nobody_delegates_to_themselves_or_what_they_have_not():
    """A5: the post is held, the delegate another, and the end not before the beginning."""
    made = s.as_(office(), "刘")

    for wrong in ({"post": "出纳"}, {"delegate": LIU}, {"until_day": s.YESTERDAY}):
        assert made.refused("officer.delegate", LIU, **{**GIVEN, **wrong}) == ["A5"]


def test_a_delegation_is_ended_by_who_gave_it_has_it_or_administers():
    """A6: not by anybody else, and only where there is one."""
    made = s.as_(office(), "刘")
    assert made.refused("officer.end-delegation", LIU, **ENDED) == ["A6"]
    made.when("officer.delegate", LIU, **GIVEN)

    who = {name: s.as_(made, name).refused("officer.end-delegation", LIU, **ENDED)
           for name in ("刘", "赵", "陈", "何")}  # fmt: skip

    assert who == {"刘": [], "赵": [], "陈": [], "何": ["A6"]}


def test_an_interest_is_declared_by_its_officer_or_an_administrator():
    """A7, A8: and ended by an administrator alone, who says why."""
    made = office()
    kin = {"party": " 金桥办公用品店 ", "relation": "配偶经营"}
    assert s.as_(made, "何").refused("officer.declare-interest", LIU, **kin) == ["A7"]
    assert s.as_(made, "刘").refused("officer.declare-interest", LIU, party=" ") == ["A7"]

    made.when("officer.declare-interest", LIU, **kin)

    assert made.state(LIU).interests == {"金桥办公用品店"}
    over = {"party": "金桥办公用品店", "reason": "已转让"}
    assert made.refused("officer.end-interest", LIU, **over) == ["A8"]
    s.as_(made, "陈").when("officer.end-interest", LIU, **over)
    assert made.state(LIU).interests == frozenset()


def test_an_interest_is_kept_with_its_own_officer():
    """A7: declared of one officer, it does not stand in another's record."""
    made = s.as_(office(), "刘")
    changes, _ = made.attempt("officer.declare-interest", LIU, party="乙")
    moved = [type(each)(s.who("何"), each.event) for each in changes]

    assert [each.code for each in made.judge(moved)] == ["A7", "A7"]


def test_posts_are_never_found():
    """A9: an import gives nobody a post, a delegation or a key."""
    made = s.as_(office(), "刘")
    made.basis = AS_FOUND

    assert "A9" in made.refused("officer.delegate", LIU, **GIVEN)
