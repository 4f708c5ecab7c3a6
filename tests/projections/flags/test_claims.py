"""F07 claimed twice: the same invoice, and what is perhaps the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ledger.records.fund import events as told
from tests.projections.flags.money import submitted, whole

VOUCHER = told.Voucher(
    code="062002200111", number="10000037", seller="金桥", amount_fen=115_280
)


def test_one_invoice_claimed_by_two_items(money):
    """F07: the later item is flagged; half-width and full-width digits are the same number."""
    wide = told.Voucher(code="０６２００２２００１１１", number="10000037")
    money.item("A", *whole(1, invoices=(VOUCHER,)))
    money.item("B", *whole(5, invoices=(wide,)))

    (row,) = money.rows("F07")

    assert (row.record, row.severity, row.about) == ("fund/B", "high", ("same invoice",))
    assert row.message == "invoice/cn/062002200111-10000037 is claimed by fund/A already"


def test_equal_amount_payee_and_day_are_candidates(money):
    """F07: perhaps the same thing twice, and so of low severity."""
    money.item("A", *whole(1))
    money.item("B", *whole(1))

    (row,) = money.rows("F07")

    assert (row.record, row.severity, row.about) == ("fund/B", "low", ("candidates",))


@pytest.mark.parametrize(
    ("number", "amount_fen", "day", "flagged"),
    [
        ("10000038", 115_281, 20, 1),
        ("10000039", 115_280, 4, 1),
        ("10000039", 115_280, 5, 0),
        ("10000039", 115_281, 1, 0),
    ],
    ids=["numbers run on", "equal amounts, 3 days", "equal amounts, 4 days", "unlike"],
)
def test_invoices_of_one_seller_that_are_nearly_one(money, number, amount_fen, day, flagged):
    """F07: numbers that run on, or equal amounts within three days, are candidates."""
    one = replace(VOUCHER, issued_on=date(2022, 3, 1))
    other = replace(VOUCHER, number=number, amount_fen=amount_fen, issued_on=date(2022, 3, day))
    money.item("A", *whole(1, invoices=(one,)))
    money.item("B", *whole(8, invoices=(other,)))

    rows = money.rows("F07")

    assert [(row.record, row.severity) for row in rows] == [("fund/B", "low")] * flagged


@pytest.mark.parametrize(("day", "flagged"), [(4, 1), (5, 0)])
def test_equal_amounts_a_few_days_apart_are_candidates(money, day, flagged):
    """F07: to one payee within three days; a payee that history does not tell is one, too."""
    money.item("A", told.Submitted(amount_fen=4_152, currency="EUR", occurred_at="2022-03-01"))
    money.item(
        "B", told.Submitted(amount_fen=4_152, currency="EUR", occurred_at=f"2022-03-{day:02d}")
    )

    assert len(money.rows("F07")) == flagged


def test_what_was_taken_back_is_claimed_by_nobody(money):
    """F07: entered wrongly, withdrawn, and entered again is one claim; nothing is claimed twice by 0."""
    money.item("A", submitted(1), told.Withdrawn(reason="重填"))
    money.item("B", submitted(1))
    money.item("C", submitted(1, amount_fen=0))
    money.item("D", submitted(1, amount_fen=0))

    assert money.rows("F07") == []
