"""Lines of one budget together: broken down into parts, adjusted from one to another, closed part first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ledger.errors import MalformedError
from ledger.family import Change
from ledger.records import budget
from ledger.records.budget import Share
from tests.ledger.records import spending as s
from tests.ledger.records.world import World

WHOLE = "budget/2022-公用经费"
PARTS = (
    Share(code="印刷费", amount_fen=300, purposes=("印刷费",)),
    Share(code="接待", amount_fen=200, purposes=("公务接待",), keepers=("办公室主任",)),
)
PRINTING, HOSTING = "budget/2022-印刷费", "budget/2022-接待"
DECISION = {"decision": "财调〔2022〕3号", "reason": "印刷任务增加"}


def whole(**more: Any) -> World:
    """An office with a line of 1000 fen for three purposes, whose keeper is about to act."""
    office = s.as_(s.office(budget_fen=1000), "郑")
    purposes = ("印刷费", "公务接待", "差旅费")
    told = {"code": "公用经费", "purposes": purposes, "amount_fen": 1000, **more}
    office.when("budget.approve", **{**s.APPROVED, **told})
    return office


def broken_down(**more: Any) -> World:
    """The same, broken down into two parts."""
    office = whole(**more)
    office.when("budget.break-down", WHOLE, parts=PARTS)
    return office


def reserved(record: str, amount_fen: int, category: str = "印刷费") -> budget.Reserved:
    """What an item sets aside on a line, as the line is told it."""
    assert record
    return budget.Reserved(item="fund/x", category=category, amount_fen=amount_fen)


def test_a_line_broken_down_is_its_parts_and_what_is_left_of_it():
    """Each part is a line with its own money, purposes and keepers; the sum is what it was."""
    office = broken_down()

    line, part = office.state(WHOLE), office.state(HOSTING)

    assert (line.broken_down_fen, line.left_fen, line.budget_fen) == (500, 500, 500)
    assert (part.parent, part.assigned_fen, part.left_fen) == (WHOLE, 200, 200)
    assert (part.year, part.name, part.purposes) == (2022, "接待", ("公务接待",))
    assert (part.keepers, office.state(PRINTING).keepers) == (("办公室主任",), ("财务负责人",))


def test_a_part_may_be_broken_down_again():
    """As deep as the office needs."""
    office = broken_down()

    office.when("budget.break-down", PRINTING, parts=(Share(code="文件印刷", amount_fen=300),))

    assert office.state("budget/2022-文件印刷").purposes == ("印刷费",)
    assert office.state(PRINTING).left_fen == 0


@pytest.mark.parametrize(("amount_fen", "broken"), [(500, []), (501, ["B13"])])
def test_parts_are_never_more_than_what_is_unassigned(amount_fen, broken):
    """B13: what is reserved, spent or broken down already cannot be given again."""
    office = broken_down()

    more = (Share(code="差旅费", amount_fen=amount_fen, purposes=("差旅费",)),)

    assert office.refused("budget.break-down", WHOLE, parts=more) == broken


def test_what_is_reserved_is_not_broken_down():
    """B13: an item holds it."""
    office = whole().given(WHOLE, reserved(WHOLE, 600))

    assert office.refused("budget.break-down", WHOLE, parts=PARTS) == ["B13"]


def test_the_parts_of_a_line_keep_its_purpose():
    """B31: breaking down is no way round a decision; a line for anything may be narrowed."""
    office = whole()
    other = (Share(code="宴请", amount_fen=1, purposes=("宴请",)),)

    _, (breach,) = office.attempt("budget.break-down", WHOLE, parts=other)

    assert (breach.code, breach.message) == (
        "B31",
        "宴请 would be for 宴请; 公用经费 is for 印刷费, 公务接待, 差旅费",
    )
    assert office.refused("budget.break-down", s.LINE, parts=other) == []


def test_a_part_for_anything_is_no_part_of_a_line_for_something():
    """B31: a program that leaves the purposes out is refused as well."""
    office = whole()
    changes, _ = office.attempt("budget.break-down", WHOLE, parts=PARTS)
    bare = replace(changes[0].event, parts=(replace(PARTS[0], purposes=()),))

    codes = [each.code for each in office.judge([Change(WHOLE, bare)])]

    assert codes == ["B31", "B32"]


@pytest.mark.parametrize("parts", [(), (PARTS[0], replace(PARTS[1], code=" 印刷费 "))])
def test_parts_are_named_and_told_apart(parts):
    """B33: at least one, and no two of one name."""
    assert "B33" in whole().refused("budget.break-down", WHOLE, parts=parts)


def test_a_part_begins_as_a_new_line():
    """B10: a line that exists is given money by a decision, not by breaking down."""
    office = broken_down()
    again = (Share(code="印刷费", amount_fen=1, purposes=("印刷费",)),)

    assert office.refused("budget.break-down", WHOLE, parts=again) == ["B10"]
    with pytest.raises(MalformedError):
        office.attempt("budget.break-down", WHOLE, parts=(Share(code="印 刷", amount_fen=1),))


def test_breaking_down_has_two_ends_that_say_the_same():
    """B32: nobody is assigned what was not broken down, nor another amount, purpose or keeper."""
    office = whole()
    changes, _ = office.attempt("budget.break-down", WHOLE, parts=PARTS)
    (down, *parts) = changes

    lies: tuple[dict[str, Any], ...] = (
        {"amount_fen": 201}, {"purposes": ()}, {"keepers": ("经办人",)}, {"parent": s.LINE}
    )  # fmt: skip
    told = [Change(HOSTING, replace(parts[1].event, **lie)) for lie in lies]

    for lie in told:
        broken = [each.code for each in office.judge([down, parts[0], lie])]
        assert broken == ["B32", "B32"]
    assert [each.code for each in office.judge([down, parts[0]])] == ["B32"]
    assert [each.code for each in office.judge([parts[0]])] == ["B32"]
    assert [each.code for each in office.judge([down, parts[0], Change("budget/2022-Y", parts[1].event)])] == [
        "B20", "B20", "B32", "B32",
    ]  # fmt: skip


def test_a_decision_moves_money_from_one_line_to_another():
    """Out here by its keeper (B11), in there, in one act; the sum of the two stays what it was."""
    office = broken_down()
    asked = {"to": PRINTING, "amount_fen": 150, **DECISION}
    assert office.refused("budget.adjust", HOSTING, **asked) == ["B11"]

    s.as_(office, "吴").when("budget.adjust", HOSTING, **asked)

    source, target = office.state(HOSTING), office.state(PRINTING)
    assert (source.adjusted_fen, source.left_fen) == (-150, 50)
    assert (target.adjusted_fen, target.left_fen) == (150, 450)
    assert office.events[PRINTING][-1].decision == DECISION["decision"]


@pytest.mark.parametrize(("amount_fen", "broken"), [(400, []), (401, ["B13"])])
def test_what_is_reserved_or_spent_is_never_moved(amount_fen, broken):
    """B13: only what is left."""
    office = broken_down()
    spent = budget.Spent(item="fund/x", amount_fen=200)
    office.given(s.LINE, reserved(s.LINE, 600), spent)

    asked = {"to": PRINTING, "amount_fen": amount_fen, **DECISION}

    assert office.refused("budget.adjust", s.LINE, **asked) == broken


@pytest.mark.parametrize("instead", [{"decision": " "}, {"reason": ""}])
def test_money_is_not_moved_without_a_decision(instead):
    """B18: purposes do not change but by a decision, which is cited with its reason."""
    asked = {"to": PRINTING, "amount_fen": 1, **DECISION, **instead}

    assert broken_down().refused("budget.adjust", s.LINE, **asked) == ["B18"]


def test_money_is_moved_within_the_year_and_to_another_line():
    """B35: not to last year's line, nor to itself; B10: nor to one that never was or is closed."""
    office = broken_down()
    last = office.when("budget.approve", **{**s.APPROVED, "year": 2021, "amount_fen": 1})
    asked = {"amount_fen": 1, **DECISION}

    assert office.refused("budget.adjust", s.LINE, to=last, **asked) == ["B35"]
    assert office.refused("budget.adjust", s.LINE, to=s.LINE, **asked) == ["B35"]
    assert office.refused("budget.adjust", s.LINE, to="budget/2022-X", **asked) == ["B10"]
    office.when("budget.close", PRINTING, reason="x")
    assert office.refused("budget.adjust", s.LINE, to=PRINTING, **asked) == ["B10"]


def test_adjusting_has_two_ends_that_say_the_same():
    """B34: no money comes from nowhere, goes nowhere, or changes on the way."""
    office = broken_down()
    (out, moved), _ = office.attempt(
        "budget.adjust", s.LINE, to=PRINTING, amount_fen=100, **DECISION
    )

    lies: tuple[dict[str, Any], ...] = (
        {"amount_fen": 101}, {"decision": "x"}, {"source": HOSTING}, {"occurred_on": s.YESTERDAY}
    )  # fmt: skip
    told = [Change(PRINTING, replace(moved.event, **lie)) for lie in lies]

    for lie in told:
        assert [each.code for each in office.judge([out, lie])] == ["B34", "B34"]
    assert [each.code for each in office.judge([out])] == ["B34"]
    assert [each.code for each in office.judge([moved])] == ["B34"]


def test_parts_are_closed_before_the_whole():
    """B38: and the whole is told of each, in the same act (B29)."""
    office = broken_down()
    assert office.refused("budget.close", WHOLE, reason="x") == ["B38"]

    office.when("budget.close", PRINTING, reason="x")
    s.as_(office, "吴").when("budget.close", HOSTING, reason="x")
    s.as_(office, "郑").when("budget.close", WHOLE, reason="x")

    assert office.state(WHOLE).closed
    assert [each.left_fen for each in office.events[WHOLE][-3:]] == [300, 200, 500]


def test_closing_a_part_has_two_ends_that_say_the_same():
    """B29: the whole is told what the part states; B36: a part names its whole."""
    office = broken_down()
    (closed, ended), _ = office.attempt("budget.close", PRINTING, reason="x")

    assert [each.code for each in office.judge([closed])] == ["B29"]
    assert [each.code for each in office.judge([ended])] == ["B29"]
    lie = Change(WHOLE, replace(ended.event, left_fen=1))
    assert [each.code for each in office.judge([closed, lie])] == ["B29", "B29"]
    lie = Change(PRINTING, replace(closed.event, parent=None))
    assert [each.code for each in office.judge([lie])] == ["B36"]
