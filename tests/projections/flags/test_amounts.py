"""F05 split up, F06 just under a threshold, F13 round or far out: what is found, and what is not."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.records.fund import events as told
from ledger.records.policy import PriorApproval
from tests.projections.flags.money import submitted, terms, whole


def test_items_split_under_the_threshold(money):
    """F05: 3,000 and 2,500 yuan to one seller within a week; above 5,000 approval comes first."""
    money.item("A", *whole(1, amount_fen=300_000))
    money.item("B", *whole(8, amount_fen=250_000))

    (row,) = money.rows("F05")

    assert (row.record, row.about) == ("fund/A", ("above 5,000.00 CNY",))
    assert row.message.endswith(
        "come to 5,500.00 CNY, each not above 5,000.00 CNY; with fund/B"
    )


@pytest.mark.parametrize(
    "second",
    [
        whole(9, amount_fen=250_000),
        whole(8, amount_fen=200_000),
        whole(8, amount_fen=250_000, payee="别家", category="差旅费"),
        (
            told.PriorApproved(title="办公用品", ceiling_fen=300_000),
            *whole(8, amount_fen=250_000),
        ),
        (*whole(8, amount_fen=250_000)[:1], told.Withdrawn(reason="重复")),
    ],
    ids=["eight days", "not above", "another seller", "approved beforehand", "withdrawn"],
)
def test_items_that_are_not_split(money, second):
    """F05: too far apart, not above the threshold together, or not the same business."""
    money.item("A", *whole(1, amount_fen=300_000))
    money.item("B", *second)

    assert money.rows("F05") == []


@pytest.mark.parametrize(
    ("amount_fen", "flagged"), [(449_999, 0), (450_000, 1), (500_000, 1), (500_001, 0)]
)
def test_just_under_a_threshold(money, amount_fen, flagged):
    """F06: from nine tenths of the threshold up to it; above it more is asked for anyway."""
    money.item("A", *whole(amount_fen=amount_fen))

    assert len(money.rows("F06")) == flagged


@pytest.mark.parametrize(
    ("amount_fen", "flagged"), [(1_000_000, 1), (4_000_000, 1), (900_000, 0)]
)
def test_round_amounts(money, amount_fen, flagged):
    """F13: whole ten thousands of yuan, such as a study fee of 40,000."""
    money.item("A", *whole(amount_fen=amount_fen))

    assert len(money.rows("F13")) == flagged


def _bought(day, **more):
    """80,000 yuan of furniture under the budget line, approved beforehand."""
    usual = {"amount_fen": 8_000_000, "category": "家具"}
    return told.PriorApproved(title="家具", ceiling_fen=10**8), *whole(day, **(usual | more))


def test_a_year_of_purchases_above_the_threshold_of_tender(money):
    """F05: 80,000 in March three times over is above 200,000, each far below it (Art. 28)."""
    money.set(tender_above_fen=20_000_000)
    for day in (1, 10, 20):
        money.item(f"{day:02d}", *_bought(day))

    (row,) = money.rows("F05")

    assert (row.record, row.about, len(row.items)) == ("fund/01", ("public tender",), 3)
    assert "all 家具 under budget/2022-办公费 in 2022" in row.message


@pytest.mark.parametrize(
    "third",
    [
        {"category": "办公费"},
        {"budget": "budget/2022-会议费"},
        {"business_on": date(2021, 12, 31)},
        {"amount_fen": 20_000_001},
        {"currency": "EUR"},
    ],
    ids=["another category", "another line", "another year", "put to tender", "other money"],
)
def test_purchases_that_are_no_one_purchase(money, third):
    """F05: the law sums one category of one budget line in one fiscal year, tenders left out."""
    money.set(tender_above_fen=20_000_000)
    money.item("A", *_bought(1))
    money.item("B", *_bought(10))
    money.item("C", *_bought(20, **third))

    assert money.rows("F05") == []


def test_purchases_for_one_project_are_one_whatever_line_pays(money):
    """F05: two budget lines, one project."""
    money.set(tender_above_fen=15_000_000, purchase_categories=("家具",))
    money.item("A", *_bought(1, project="会议室"))
    money.item("B", *_bought(10, project="会议室", budget="budget/2022-会议费"))

    assert [row.record for row in money.rows("F05")] == ["fund/A"]


def test_only_what_the_office_buys_is_a_purchase(money):
    """F05: where the office names categories of purchases, wages are none."""
    money.set(tender_above_fen=15_000_000, purchase_categories=("家具",))
    money.item("A", *_bought(1, category="劳务费"))
    money.item("B", *_bought(10, category="劳务费"))

    assert money.rows("F05") == []


@pytest.mark.parametrize(("others", "flagged"), [(8, 1), (9, 0)])
def test_items_near_a_threshold_are_counted_against_the_others(money, others, flagged):
    """F06: one of nine is more than a tenth; one of ten is what chance would have."""
    money.item("A", *whole(amount_fen=480_000))
    for place in range(others):
        money.item(f"B{place}", *whole(amount_fen=1_000 + place))

    assert len(money.rows("F06")) == flagged


def test_each_handler_has_a_norm_of_their_own(money):
    """F06: many small items of others do not hide one's habit."""
    money.item("A", *whole(amount_fen=480_000, signer="officer/王", signer_name="王"))
    for place in range(20):
        money.item(f"B{place:02d}", *whole(amount_fen=1_000 + place))

    assert [row.record for row in money.rows("F06")] == ["fund/A"]


@pytest.mark.parametrize(("items", "flagged"), [(19, 1), (18, 0)])
def test_an_amount_far_out_of_its_category(money, items, flagged):
    """F13: more than ten times the median; a category of fewer than twenty items has none."""
    money.item("A", submitted(amount_fen=1_001))
    for place in range(items):
        money.item(f"B{place:02d}", submitted(amount_fen=100))

    assert money.found("F13") == [("fund/A", ("outlier",))] * flagged


def test_ten_times_the_median_is_not_more_than_that(money):
    """F13: the limit itself is in order, and categories and currencies stand apart."""
    money.item("A", submitted(amount_fen=1_000))
    money.item("B", submitted(amount_fen=9_999, category="差旅费"))
    money.item("C", submitted(amount_fen=9_999, currency="EUR"))
    for place in range(30):
        money.item(f"D{place:02d}", submitted(amount_fen=100))

    assert money.rows("F13") == []


def test_the_office_says_what_is_round(money):
    """F13: parameters are the office's own; 5,000 yuan is round where it says so."""
    money.item("A", submitted(amount_fen=500_000))
    assert money.rows("F13") == []

    money.set(round_fen=500_000)

    assert money.found("F13") == [("fund/A", ("round",))]


@pytest.mark.parametrize(("category", "flagged"), [("会议费", 1), ("办公费", 0)])
def test_the_threshold_of_a_category_is_its_own(money, category, flagged):
    """F05 and F06: meetings are approved beforehand above 2,000 yuan, other things above 5,000."""
    band = PriorApproval(category="会议费", above_fen=200_000, posts=("分管领导",))
    judged = terms(prior_approvals=(band,))
    for day in (1, 2):
        money.item(f"{day}", *whole(day, amount_fen=190_000, category=category, terms=judged))

    assert len(money.rows("F05")) == flagged
    assert len(money.rows("F06")) == 2 * flagged
