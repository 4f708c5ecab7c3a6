"""F22 not put right by its day: what is found, and what is not."""

from __future__ import annotations

from datetime import date

from ledger.records import rectification as told
from tests.projections.flags.money import whole

PROBLEM = "rectification/1"
DEMANDED = told.Demanded(
    title="接待无公函", source="县审计局", responsible="综合股", item="fund/A",
    reviewers=("办公室主任",), found_on=date(2022, 3, 1), due_on=date(2022, 3, 20),
)  # fmt: skip


def _reported(day):
    return told.Reported(measure="补齐公函", reported_on=date(2022, 3, day))


def test_a_problem_past_its_day_is_flagged(money):
    """F22: on the day itself there is still time; the item it is about is named."""
    money.item("A", *whole())
    money.tell((PROBLEM, DEMANDED))

    (row,) = money.rows("F22", day=date(2022, 3, 21))

    assert money.rows("F22", day=date(2022, 3, 20)) == []
    assert (row.record, row.items, row.severity, row.about) == (
        PROBLEM, ("fund/A",), "high", ("open",),
    )  # fmt: skip
    assert row.message == "综合股 was to put it right by 2022-03-20; 1 days later it is open"


def test_a_problem_reported_in_time_is_in_order(money):
    """F22: to close it is for those who look at it again."""
    money.tell((PROBLEM, DEMANDED), (PROBLEM, _reported(20)))

    assert money.rows("F22", day=date(2022, 6, 1)) == []


def test_a_late_report_is_told_as_late(money):
    """F22: of low severity, whether it was closed since or not."""
    money.tell((PROBLEM, DEMANDED), (PROBLEM, _reported(25)))
    (open_still,) = money.rows("F22", day=date(2022, 3, 26))
    money.tell((PROBLEM, told.Closed(closed_on=date(2022, 3, 27))))
    (closed,) = money.rows("F22", day=date(2022, 3, 28))

    assert (open_still.severity, open_still.about) == ("low", ("late",))
    assert (
        closed.message
        == "due on 2022-03-20, reported as put right only on 2022-03-25, closed since"
    )


def test_a_report_that_was_returned_does_not_count(money):
    """F22: it is open again."""
    money.tell(
        (PROBLEM, DEMANDED), (PROBLEM, _reported(10)), (PROBLEM, told.Returned(reason="x"))
    )

    assert money.found("F22", day=date(2022, 3, 31)) == [(PROBLEM, ("open",))]


def test_a_day_put_off_is_the_day(money):
    """F22: by a decision, to the end of April."""
    later = told.Extended(
        due_on=date(2022, 4, 30), decision="县审批〔2022〕1号", reason="需招标"
    )
    money.tell((PROBLEM, DEMANDED), (PROBLEM, later))

    assert money.rows("F22", day=date(2022, 4, 30)) == []
