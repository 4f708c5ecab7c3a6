"""F19 too much to one supplier, one account of two names: what is found, and what is not."""

from __future__ import annotations

import pytest

from ledger.records.fund import events as told
from tests.projections.flags.money import by, whole

HOTEL = "迎宾酒店"


def sell(money, supplier, times, **more):
    """Let a supplier be paid so many times."""
    for place in range(times):
        money.item(f"{supplier}{place}", *whole(1 + place, payee=supplier, **more))


@pytest.mark.parametrize(("hotel", "others", "flagged"), [(6, 5, 1), (5, 5, 0), (4, 1, 0)])
def test_more_than_half_of_a_category_to_one_supplier(money, hotel, others, flagged):
    """F19: six of eleven payments are more than half; half is not; four payments are too few."""
    sell(money, HOTEL, hotel)
    sell(money, "别家", others)

    rows = money.rows("F19")

    assert [(row.title, row.suppliers, row.about) for row in rows] == [
        (HOTEL, (HOTEL,), ("share",))
    ] * flagged


def test_a_supplier_is_known_by_invoices_where_money_is_only_paid_back(money):
    """F19: 何 laid out the money; what was bought came from the hotel."""
    vouchers = [
        told.Voucher(number=str(each), seller=HOTEL, amount_fen=115_280) for each in range(6)
    ]
    for place, voucher in enumerate(vouchers):
        money.item(f"{place}", *whole(1 + place, payee="何", invoices=(voucher,)))
    money.item("own", *whole(20, payee="何"))

    (row,) = money.rows("F19")

    assert (row.title, row.message) == (
        HOTEL, f"{HOTEL} got 100.0 % of what was paid for 办公费 in 2022: 6,916.80 CNY of 6,916.80 CNY",
    )  # fmt: skip


def test_one_payment_for_two_sellers_is_parted_by_their_invoices(money):
    """F19: of each item a tenth goes to the other one."""
    for place in range(6):
        sold = [told.Voucher(number=f"{place}{seller}", seller=seller, amount_fen=fen)
                for seller, fen in ((HOTEL, 103_752), ("别家", 11_528))]  # fmt: skip
        money.item(f"{place}", *whole(1 + place, payee="何", invoices=tuple(sold)))

    (row,) = money.rows("F19")

    assert "90.0 %" in row.message


def test_each_category_is_a_market(money):
    """F19: the hotel has all of one category and little of another."""
    sell(money, HOTEL, 5, category="会议费")
    sell(money, "别家", 8)

    assert {row.title for row in money.rows("F19")} == {HOTEL, "别家"}


def test_two_names_with_one_account(money):
    """F19: the account of one payee appears under another name; spaces and full width are nothing."""
    money.item("A", *whole(1, payee="甲店", payee_account="6222 0001"))
    money.item("B", *whole(2, payee="甲 店", payee_account="６２２２０００１"))
    money.item("C", *whole(3, payee="乙店", payee_account="62220001"))
    money.item("D", *whole(4, payee="乙店", payee_account="62229999"))

    (row,) = money.rows("F19")

    assert (row.record, row.severity, row.items) == ("fund/C", "high", ("fund/C", "fund/A"))
    assert row.message == "乙店 has the account of 甲店 in fund/A"


def test_an_account_told_only_at_payment_counts_too(money):
    """F19: the money went to another name's account."""
    *signed_off, payment = whole(1, payee="甲店", payee_account="62220001")
    money.item("A", *signed_off, payment)
    other = told.Paid(amount_fen=1, payee="丙店", payee_account="62220001", **by("钱"))
    money.item("B", *whole(2, payee="乙店")[:-1], other)

    assert [row.record for row in money.rows("F19")] == ["fund/B"]
