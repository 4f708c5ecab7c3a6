"""Retention schedules: adopted once by those who keep them, told whole, counted from the year after."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.records.schedule import Period, Schedule
from tests.ledger.records.world import World

KEEPER = "officer/A"
PERIODS = (
    Period(name="永久"),
    Period(name="定期30年", years=30),
    Period(name="定期10年", years=10),
)
TABLE = {
    "code": "文书档案", "periods": PERIODS, "keepers": ("档案员",), "citation": "县档〔2022〕1号",
}  # fmt: skip


@pytest.fixture
def office():
    """An office with an archivist."""
    return World(actor=KEEPER, posts={KEEPER: {"档案员"}})


def test_a_table_is_adopted_and_amended(office):
    """What was adopted stands until the whole is told anew."""
    record = office.when("schedule.adopt", **TABLE)

    office.when("schedule.amend", record, periods=PERIODS[:1], citation="县档〔2023〕2号")

    assert record == "schedule/文书档案"
    assert office.state(record) == Schedule("文书档案", PERIODS[:1], ("档案员",))


@pytest.mark.parametrize(
    ("name", "ends_on"),
    [("永久", None), ("定期30年", date(2052, 12, 31)), ("定期10年", date(2032, 12, 31))],
)
def test_a_period_counts_from_the_year_after(name, ends_on):
    """会计档案管理办法 Art. 14: from the first day after the year's end; 0 years is for ever."""
    table = Schedule("x", PERIODS)

    assert table.ends_on(name, date(2022, 1, 1)) == ends_on
    assert table.ends_on(name, date(2022, 12, 31)) == ends_on


def test_rs1_a_table_is_adopted_once(office):
    """RS1: it is amended then, and what was never adopted is not."""
    office.when("schedule.adopt", **TABLE)

    assert office.refused("schedule.adopt", **TABLE) == ["RS1"]
    assert "RS1" in office.refused(
        "schedule.amend", "schedule/X", periods=PERIODS, citation="县档〔2023〕2号"
    )


@pytest.mark.parametrize(
    "bad",
    [
        {"citation": " "},
        {"periods": ()},
        {"periods": (Period(name=" "),)},
        {"periods": (PERIODS[0], PERIODS[0])},
        {"periods": (Period(name="x", years=-1),)},
        {"periods": (Period(name="x", years=101),)},
    ],
)
def test_rs2_a_table_is_told_whole(office, bad):
    """RS2: with its approval, each class once, of 0 to 100 years."""
    assert office.refused("schedule.adopt", **{**TABLE, **bad}) == ["RS2"]


def test_rs3_keepers_alone_set_it(office):
    """RS3: nobody else adopts or amends."""
    record = office.when("schedule.adopt", **TABLE)
    office.actor = "officer/B"

    assert office.refused("schedule.adopt", **{**TABLE, "code": "会计档案"}) == ["RS3"]
    assert office.refused(
        "schedule.amend", record, periods=PERIODS, citation="县档〔2023〕2号"
    ) == ["RS3"]
