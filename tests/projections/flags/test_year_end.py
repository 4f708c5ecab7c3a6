"""F11 a rush at the end of the year: what is found, and what is not."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.records import budget
from ledger.records.fund import events as told
from ledger.records.office import OFFICE
from tests.projections.flags.money import LINE

LAST = date(2022, 12, 31)


def spend(money, days, *, line=LINE, amount_fen=100_000):
    """Let an item be paid on each of these days."""
    for day in days:
        name = f"{day.isoformat()}-{len(money.store.records('fund', limit=10_000))}"
        money.item(
            name,
            told.Submitted(
                title=name, amount_fen=amount_fen, budget=line, occurred_at=day.isoformat()
            ),
            told.Paid(amount_fen=amount_fen, paid_on=day),
        )


def monthly(year=2022, day=5, months=range(1, 13)):
    """Return a day of each month."""
    return [date(year, month, day) for month in months]


def test_a_december_that_takes_a_third_of_the_year(money):
    """F11: even spending with five payments more before Christmas, on its line and in all."""
    spend(money, [*monthly(), *(date(2022, 12, day) for day in range(10, 15))])

    rows = money.rows("F11", day=LAST)

    assert [(row.record, row.title, row.about) for row in rows] == [
        (OFFICE, "all spending 2022", ("December",)), (LINE, "办公费 2022", ("December",)),
    ]  # fmt: skip
    assert "35.2 % of the money in December (evenly 8.4 %)" in rows[0].message
    assert len(rows[0].indexes) == 6


def test_even_spending_is_no_rush(money):
    """F11: a payment a month, all year long."""
    spend(money, monthly())

    assert money.rows("F11", day=LAST) == []


def test_the_last_quarter_and_the_last_days_count_too(money):
    """F11: three payments in the last ten days of the year are far more than their share."""
    spend(money, [*monthly(), *(date(2022, 12, day) for day in (22, 27, 31))])

    assert money.rows("F11", day=LAST)[0].about == ("December", "the last 10 days")


def test_few_payments_are_no_rush(money):
    """F11: two in December, however large."""
    spend(money, monthly(months=range(1, 10)))
    spend(money, [date(2022, 12, 1), date(2022, 12, 2)], amount_fen=900_000)

    assert money.rows("F11", day=LAST) == []


def test_a_december_far_above_those_before(money):
    """F11: 15 % in December is not twice its even share, but three times that of the year before."""
    before = "budget/2021-办公费"
    money.tell((before, budget.Approved(year=2021, code="办公费", amount_fen=1)))
    even = monthly(months=range(1, 12))
    money.set(rush_percent=150, rush_payments=1)
    spend(money, [each.replace(year=2021) for each in even], line=before, amount_fen=100_000)
    spend(money, [date(2021, 12, 1)], line=before, amount_fen=50_000)
    spend(money, even, amount_fen=100_000)
    spend(money, [date(2022, 12, 1)], amount_fen=130_000)

    (row,) = [row for row in money.rows("F11", day=LAST) if row.record == LINE]

    assert "10.5 % of the money in December (evenly 8.4 %, before it was 4.3 %)" in row.message


def test_a_year_known_only_from_its_end_is_not_judged(money):
    """F11: the ledger begins in October; all of the year it knows is the last quarter."""
    spend(
        money, [*monthly(months=range(10, 13)), *(date(2022, 12, day) for day in range(10, 15))]
    )

    assert money.rows("F11", day=LAST) == []


def test_a_line_that_is_spent_only_in_december_is_a_rush(money):
    """F11: the office paid all year from other lines; this one waited for Christmas."""
    other = "budget/2022-会议费"
    spend(money, monthly(), line=other)
    spend(money, [date(2022, 12, day) for day in (1, 2, 3)])

    assert [row.record for row in money.rows("F11", day=LAST)] == [OFFICE, LINE]


@pytest.mark.parametrize(("day", "flagged"), [(date(2022, 12, 9), 0), (LAST, 2)])
def test_as_of_a_day_only_what_was_paid_by_then_counts(money, day, flagged):
    """F11: before the rush there was none."""
    spend(money, [*monthly(), *(date(2022, 12, day) for day in range(10, 15))])

    assert len(money.rows("F11", until=day)) == flagged


def test_a_line_approved_later_is_known_by_its_name(money):
    """F11: as of a day on which nothing was entered yet; the years of one code are one line."""
    for year in (2020, 2021):
        spend(money, monthly(year), line=f"budget/{year}-会议费")
    spend(money, [date(2021, 12, day) for day in range(10, 16)], line="budget/2021-会议费")

    rows = money.rows("F11", until=date(2021, 12, 31))

    assert [row.title for row in rows] == ["all spending 2021", "会议费 2021"]
    assert all("before it was 8.3 %" in row.message for row in rows)
