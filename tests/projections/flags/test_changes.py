"""F17 paid otherwise than signed, F18 reversed oddly: what is found, and what is not."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.records.fund import events as told
from tests.projections.flags.money import at, by, paid, signed, submitted, whole


def test_reversed_without_a_reason(money):
    """F18: money came back and nobody says why; with a reason it is in order."""
    money.item("A", *whole(), told.Reversed(amount_fen=100, reversed_on=date(2022, 3, 9)))
    money.item("B", *whole(2), told.Reversed(amount_fen=100, reason="多付"))

    assert money.found("F18") == [("fund/A", ("no reason",))]


def _corrected(**more):
    """何 corrects the item after all had signed; the business stays that of 1 March."""
    claim = submitted(5, **({"business_on": date(2022, 3, 1)} | more))
    told_anew = {
        name: getattr(claim, name) for name in claim.__dataclass_fields__ if name != "round"
    }
    return told.Corrected(**told_anew, reason="更正")


def test_paid_otherwise_than_it_was_signed(money):
    """F17: the payee was changed after the last level had signed, and nobody signed again."""
    *signed_off, payment = whole()
    money.item("A", *signed_off, _corrected(payee="别家"), payment)

    (row,) = money.rows("F17")

    assert (
        row.message == "paid on 2022-03-04 otherwise than 分管领导 signed on 2022-03-03:"
        " payee is 别家, signed was 金桥办公用品店"
    )
    assert [money.store.event_at(index).kind for index in row.indexes] == [
        "fund.submitted/1", "fund.countersigned/1", "fund.corrected/1", "fund.paid/1",
    ]  # fmt: skip


def test_what_was_signed_again_is_in_order(money):
    """F17: corrected, signed by the last level again, paid."""
    *signed_off, payment = whole()
    money.item("A", *signed_off, _corrected(payee="别家"), signed("分管领导", at(6)), payment)

    assert money.rows("F17") == []


def test_a_correction_that_changes_nothing_is_none(money):
    """F17: contents are held against each other, not the number of corrections."""
    *signed_off, payment = whole()
    money.item("A", *signed_off, _corrected(), payment)

    assert money.rows("F17") == []


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"payee": "别家"}, "payee is 别家"),
        ({"payee_account": "6222"}, "payee_account is 6222"),
        ({"amount_fen": 115_281}, "amount is 1,152.81 CNY"),
    ],
)
def test_a_payment_may_differ_from_what_was_signed(money, more, says):
    """F17: another payee, another account, or more money than all had signed."""
    *signed_off, _ = whole()
    money.item("A", *signed_off, paid(4, **more))

    (row,) = money.rows("F17")

    assert says in row.message


def test_a_digest_of_something_else_is_no_signature(money):
    """F17: the last level signed another digest than that of the item that was paid."""
    claim, first, second, _, payment = whole(item_digest="a" * 64)
    odd = signed("分管领导", at(3), item_digest="b" * 64)
    money.item("A", claim, first, second, odd, payment)
    money.item(
        "B", claim, first, second, signed("分管领导", at(3), item_digest="a" * 64), payment
    )

    assert [row.record for row in money.rows("F17")] == ["fund/A"]


def _reversed(day=10, **more):
    usual = {"amount_fen": 115_280, "reason": "退款", "reversed_on": date(2022, 3, day)}
    return told.Reversed(**(usual | by("钱") | more))


def test_paid_out_anew_to_somebody_else(money):
    """F18: the money came back and went out again, in the same item or another, to another payee."""
    money.item("A", *whole(), _reversed(), paid(12, payee="别家"))
    money.item("B", *whole(2, payee="甲店", amount_fen=500), _reversed(amount_fen=500))
    money.item("C", *whole(15, payee="乙店", amount_fen=500))

    rows = money.rows("F18")

    assert [(row.record, row.items, row.severity) for row in rows] == [
        ("fund/A", ("fund/A",), "high"), ("fund/B", ("fund/B", "fund/C"), "high"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "other",
    [
        {"payee": "金桥办公用品店"},
        {"payee": "别家", "amount_fen": 115_281},
        {"payee": "别家", "title": "茶叶", "category": "接待费"},
        {"payee": "别家", "business_on": None, "day": -6},
    ],
    ids=["same payee", "another amount", "other business", "before it came back"],
)
def test_money_that_went_out_for_something_else(money, other):
    """F18: to the same payee, another amount, other business, or before it came back."""
    day = 16 + other.pop("day", 0) * 2
    money.item("A", *whole(), _reversed())
    money.item("B", *whole(day, **other))

    assert money.rows("F18") == []
