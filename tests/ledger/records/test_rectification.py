"""Problems to be put right: demanded, reported, looked at again by another, put off by a decision."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ledger.family import AS_FOUND
from ledger.records.rectification import CLOSED, FAMILY, OPEN, REPORTED
from tests.ledger.records import spending as s
from tests.ledger.records.world import World

JUNE = date(2022, 6, 1)
DEMAND: dict[str, Any] = {
    "title": "接待无公函", "source": "县审计局", "document": "县审整〔2022〕3号", "responsible": "综合股",
    "rectifiers": ("部门负责人",), "due_on": JUNE,
}  # fmt: skip


def demanded(by: str = "吴", **more: Any) -> tuple[World, str]:
    """An office of which something is demanded."""
    office = s.as_(s.office(), by)
    return office, office.when("rectification.demand", **{**DEMAND, **more})


def reported() -> tuple[World, str]:
    """An office that has reported what was done."""
    office, record = demanded()
    s.as_(office, "冯").when("rectification.report", record, measure="补齐公函")
    return office, record


def test_a_problem_is_put_right():
    """Demanded, reported by who is responsible, closed by who looks at it again."""
    office, record = reported()
    told = office.state(record)

    s.as_(office, "吴").when("rectification.close", record, opinion="属实")

    assert (told.stage, told.reported_on, told.found_on) == (REPORTED, s.TODAY, s.TODAY)
    assert office.state(record).stage == CLOSED


def test_a_problem_returned_is_open_again():
    """What was reported does not count any more."""
    office, record = reported()

    s.as_(office, "吴").when("rectification.return", record, reason="公函无印章")

    told = office.state(record)
    assert (told.stage, told.reported_on, told.reporter) == (OPEN, None, "")


def test_the_day_is_put_off_by_a_decision():
    """H2: to a later day, with decision and reason."""
    office, record = demanded()
    put_off = {
        "due_on": date(2022, 7, 1),
        "decision": "县审批〔2022〕1号",
        "reason": "需补招标",
    }

    for bad in ({"due_on": JUNE}, {"decision": " "}, {"reason": ""}):
        assert office.refused("rectification.extend", record, **{**put_off, **bad}) == ["H2"]
    office.when("rectification.extend", record, **put_off)

    assert office.state(record).due_on == date(2022, 7, 1)


@pytest.mark.parametrize(
    "bad",
    [{"title": ""}, {"source": " "}, {"responsible": ""}, {"due_on": s.YESTERDAY}],
)
def test_a_demand_is_told_whole(bad):
    """H2: the problem, who found it, who is responsible, and a day after it was found."""
    office = s.as_(s.office(), "吴")

    assert office.refused("rectification.demand", **{**DEMAND, **bad}) == ["H2"]


def test_a_report_says_what_was_done():
    """H2: a blank is no measure; a return has its reason."""
    office, record = demanded()

    assert s.as_(office, "冯").refused("rectification.report", record, measure=" ") == ["H2"]


def test_steps_come_in_their_order():
    """H1: nothing is closed that was not reported, or demanded twice."""
    office, record = demanded()

    assert office.refused("rectification.close", record) == ["H1"]
    assert office.refused("rectification.demand", record, **DEMAND) == ["H1"]
    none = "rectification/" + "9" * 26
    assert s.as_(office, "冯").refused("rectification.report", none, measure="x") == ["H1"]


def test_another_one_looks_at_it_again():
    """H3: in a post that the demand names, and not who reported it."""
    office, record = demanded("冯", rectifiers=(), reviewers=("部门负责人",))
    assert s.as_(office, "何").refused("rectification.return", record, reason="x") == [
        "H1",
        "H3",
    ]
    s.as_(office, "冯").when("rectification.report", record, measure="补齐")

    assert office.refused("rectification.close", record) == ["H3"]


def test_who_is_responsible_reports():
    """H4: in the posts named; who enters a report for somebody else leaves the name open."""
    office, record = demanded()

    assert s.as_(office, "何").refused("rectification.report", record, measure="x") == ["H4"]


def test_no_step_lies_ahead():
    """H5: nothing was found or reported tomorrow."""
    office, record = demanded()

    ahead = {"measure": "x", "reported_on": date(2022, 3, 2)}
    assert s.as_(office, "冯").refused("rectification.report", record, **ahead) == ["H5"]


def test_a_problem_found_keeps_its_days_open():
    """As found, no day is made up."""
    office = s.as_(s.office(), "吴")
    office.basis = AS_FOUND

    record = office.when("rectification.demand", **DEMAND)

    assert office.state(record).found_on is None


def test_a_problem_waits_for_who_is_next():
    """First for those who must put it right, then for those who look at it again, then for nobody."""
    office, record = reported()
    waits = FAMILY.waits
    assert waits is not None

    told = [
        [(each.posts, each.verb) for each in waits(state)]
        for state in (demanded()[0].state(record), office.state(record), FAMILY.initial)
    ]

    assert told == [[(("部门负责人",), "report")], [(("办公室主任",), "close")], []]
