"""R0, R9, R10 and R12 to R14, at the door and in the audit: what each allows and what it refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from ledger.records.fund import events as told
from tests.ledger.records import spending as s

PAY = {"amount_fen": 115_280}


def test_an_item_that_is_not_told_whole_is_refused():
    """R0: title, category, amount, payee and day of the business are told."""
    office = s.as_(s.office(), "何")

    assert office.refused("fund.submit", policy=s.POLICY, budget=s.LINE) == ["R0"]
    assert office.refused("fund.submit", **{**s.ASKED, "business_on": date(2022, 3, 2)}) == [
        "R0"
    ]


def test_only_a_returned_item_is_submitted_again():
    """R0: an item in sign-off is corrected, not submitted a second time."""
    office = s.office()
    item = s.submitted(office)

    assert s.as_(office, "何").refused("fund.resubmit", item) == ["R0"]


def test_only_the_handler_corrects_and_withdraws():
    """R0: others return an item; a fully signed one can only be returned."""
    office = s.office()
    item = s.submitted(office)

    assert s.as_(office, "王").refused("fund.correct", item, payee="乙") == ["R0"]
    assert s.as_(office, "王").refused("fund.withdraw", item, reason="x") == ["R0"]
    s.signed(office, record=item)
    assert s.as_(office, "何").refused("fund.correct", item, payee="乙") == ["R0"]


def test_nothing_is_reserved_beyond_the_budget():
    """R9: the budget level cannot sign for more than is left; the line says what is."""
    office = s.office(budget_fen=200_000)
    s.signed(office)
    second = s.signed(office, upto=2)

    _, broken = s.as_(office, "孙").attempt("fund.countersign", second)

    assert [breach.code for breach in broken] == ["R9"]
    assert broken[0].message == (
        "1,152.80元 from 办公费, which has 847.20元 left; adjust it by a decision first"
    )


def test_what_is_not_budgeted_is_not_asked_for():
    """R9: an item names its line; a signature at the budget level reserves exactly its amount."""
    office = s.office()
    assert s.as_(office, "何").refused("fund.submit", **{**s.ASKED, "budget": None}) == ["R9"]
    item = s.signed(office, upto=2)
    s.as_(office, "孙")

    assert s.forged(office, "fund.countersign", item, {}, reserves_fen=0) == ["R9", "B21"]
    assert s.forged(office, "fund.countersign", item, {}, budget="budget/2022-X") == [
        "R9",
        "B21",
        "B21",
    ]
    for name in ("孙", "刘"):
        s.as_(office, name).when("fund.countersign", item)
    s.as_(office, "钱")
    assert s.forged(office, "fund.pay", item, PAY, spends_fen=0) == ["R9", "B26"]


def test_a_return_releases_what_was_reserved():
    """R9: neither more nor less, in both places."""
    office = s.office()
    item = s.signed(office, upto=3)
    s.as_(office, "刘")

    broken = s.forged(office, "fund.reject", item, {"reason": "x"}, releases_fen=0)

    assert broken == ["R9", "B22"]


def test_where_the_budget_level_is_not_needed_the_last_one_reserves():
    """R9: a small amount that skips the budget level is reserved all the same."""
    levels = (*s.LEVELS[:2], replace(s.LEVELS[2], above_fen=200_000), s.LEVELS[3])
    office = s.office(levels=levels)
    item = s.submitted(office)
    for name in ("何", "冯", "刘"):
        s.as_(office, name).when("fund.countersign", item)

    assert office.state(s.LINE).reserved_for(item) == 115_280


def test_an_invoice_is_claimed_by_one_item_only():
    """R10: a second item with the same invoice is refused, and told which item has it."""
    office = s.office()
    first = s.submitted(office, invoices=(s.INVOICE,))

    _, broken = office.attempt("fund.submit", **s.ASKED, invoices=(s.INVOICE,))

    assert [breach.code for breach in broken] == ["R10"]
    assert (
        broken[0].message == f"invoice 10000037 of 金桥办公用品店 is claimed by {first} already"
    )


def test_an_invoice_of_a_withdrawn_item_stays_claimed():
    """R10: for all time; who took the item back submits it again."""
    office = s.office()
    item = s.submitted(office, invoices=(s.INVOICE,))
    office.when("fund.withdraw", item, reason="x")

    assert office.refused("fund.submit", **s.ASKED, invoices=(s.INVOICE,)) == ["R10"]
    assert office.refused("fund.resubmit", item) == []


def test_an_invoice_is_named_rightly_and_stands_once():
    """R10: no code and number, the same one twice, or one used and not claimed."""
    office = s.as_(s.office(), "何")
    bad = told.Voucher(code="06 20", number="1")

    assert office.refused("fund.submit", **s.ASKED, invoices=(bad,)) == ["R10"]
    assert office.refused("fund.submit", **s.ASKED, invoices=(s.INVOICE, s.INVOICE)) == ["R10"]
    asked = {**s.ASKED, "invoices": (s.INVOICE,)}
    assert s.forged(office, "fund.submit", "fund/x", asked, newly_claimed=()) == ["R10", "R10"]
    assert s.forged(office, "fund.submit", "fund/x", asked, newly_claimed=("invoice/cn/A-1",)) == [
        "R10", "R10", "R10",
    ]  # fmt: skip


def test_a_return_has_its_reason():
    """R12: who returns or takes back says why."""
    office = s.office()
    item = s.submitted(office)

    assert office.refused("fund.withdraw", item) == ["R12"]
    assert office.refused("fund.reject", item, reason=" ") == ["R12"]


def test_a_payment_is_never_taken_back():
    """R13: not returned, withdrawn, corrected nor submitted anew."""
    office = s.office()
    item = s.paid(office)

    assert "R13" in s.as_(office, "钱").refused("fund.reject", item, reason="x")
    assert "R13" in s.as_(office, "何").refused("fund.withdraw", item, reason="x")
    assert "R13" in office.refused("fund.correct", item, payee="乙")
    assert "R13" in office.refused("fund.resubmit", item)


def test_a_reversal_is_of_a_payment_and_no_more():
    """R13: of what was paid, with its reason, to the line it came from."""
    office = s.office()
    unpaid = s.signed(office)
    item = s.paid(office)
    s.as_(office, "钱")

    assert office.refused("fund.reverse", unpaid, amount_fen=1, reason="x") == ["R13"]
    assert office.refused("fund.reverse", item, amount_fen=115_281, reason="x")[0] == "R13"
    assert office.refused("fund.reverse", item, amount_fen=1, reason="x", payment=99) == ["R13"]
    assert office.refused("fund.reverse", item, amount_fen=1) == ["R12"]
    ahead = {"amount_fen": 1, "reason": "x", "reversed_on": date(2022, 3, 2)}
    assert office.refused("fund.reverse", item, **ahead) == ["R13"]
    asked = {"amount_fen": 1, "reason": "x"}
    assert s.forged(office, "fund.reverse", item, asked, restores_fen=0) == ["R13", "B27"]


def test_nothing_is_paid_before_every_level_has_signed():
    """R14: the message names the level that is missing."""
    office = s.office()
    item = s.signed(office, upto=3)

    _, broken = s.as_(office, "钱").attempt("fund.pay", item, **PAY)

    assert [breach.message for breach in broken] == ["level 4 分管财务领导 has not signed"]
    assert office.refused("fund.request-payment", item) == ["R14"]
    assert "R14" in office.refused("fund.pay", "fund/none", **PAY)


def test_no_more_is_paid_than_was_signed():
    """R14: nor twice, nor on a day that has not come."""
    office = s.office()
    item = s.signed(office)
    s.as_(office, "钱")

    assert office.refused("fund.pay", item, amount_fen=115_281) == ["R14", "B15"]
    assert office.refused("fund.pay", item, amount_fen=0) == ["R14"]
    assert office.refused("fund.pay", item, **PAY, paid_on=date(2022, 3, 2)) == ["R14"]
    office.when("fund.pay", item, **PAY)
    assert office.refused("fund.pay", item, **PAY) == ["R14", "B15"]


def test_books_follow_payments():
    """R14: nothing is booked that was not paid, nothing closed that was not booked."""
    office = s.office()
    item = s.signed(office)

    assert s.as_(office, "周").refused("fund.book", item, voucher="记-1") == ["R14"]
    assert office.refused("fund.close", item) == ["R14"]
    s.as_(office, "钱").when("fund.pay", item, **PAY)
    assert s.as_(office, "周").refused("fund.close", item) == ["R14"]
