"""Each red flag: a case that it finds, and one like it that is in order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ledger.records.budget import Approved, Reserved
from ledger.records.fund import events as told
from projections.flags import FLAGS, SEVERITIES
from tests.projections.flags.money import Money, at, by, paid, signed, submitted, terms, whole

VOUCHER = told.Voucher(
    code="062002200111", number="10000037", seller="金桥", amount_fen=115_280
)


@pytest.fixture
def money() -> Money:
    """A log with a budget line."""
    return Money()


def _found(money, code, **asked):
    return [(row.record, row.about) for row in money.rows(code, **asked)]


@pytest.mark.parametrize("code", [flag.code for flag in FLAGS])
def test_an_item_in_order_raises_no_flag(money, code):
    """Signed by three, day by day, paid by a fourth from its line: nothing to look at."""
    money.item("A", *whole())

    assert money.rows(code) == []


def test_every_flag_is_whole():
    """Codes stand in order, once each, with both names, a severity and a citation."""
    codes = [flag.code for flag in FLAGS]

    assert codes == sorted(set(codes))
    assert all(flag.zh and flag.en and flag.citation for flag in FLAGS)
    assert {flag.severity for flag in FLAGS} <= set(SEVERITIES)


def test_paid_before_the_chain_was_complete_names_each_level(money):
    """F01: two levels had not signed when it was paid; a signature afterwards mends nothing."""
    record = money.item(
        "A", submitted(), signed("经办人", at(1, 2)), paid(2), signed("财务审核", at(3))
    )

    (row,) = money.rows("F01")

    assert (row.record, row.about) == (record, ("财务审核", "分管领导"))
    assert (
        row.message
        == "paid 1,152.80 CNY on 2022-03-02 without the signature of 财务审核, 分管领导"
    )
    assert [money.store.event_at(index).kind for index in row.indexes] == [
        "fund.submitted/1", "fund.countersigned/1", "fund.paid/1",
    ]  # fmt: skip


def test_signatures_before_a_return_do_not_count_for_a_later_payment(money):
    """F01: the chain starts again after a return, and what was signed before it is void."""
    money.item("A", *whole()[:4], told.Rejected(reason="票据不全"), submitted(6), paid(7))

    assert _found(money, "F01") == [("fund/A", ("经办人", "财务审核", "分管领导"))]


def test_history_without_terms_is_judged_by_the_terms_named(money):
    """F01: what tells no terms of its own is passed over, until a policy is named."""
    money.item("A", submitted(terms=None), signed("经办人", at(1, 2)), paid(2))

    assert money.rows("F01") == []
    assert _found(money, "F01", judged=terms()) == [("fund/A", ("财务审核", "分管领导"))]


def test_own_terms_are_never_replaced_by_those_named(money):
    """F01: an item is judged by the policy of its submission, for ever (R6)."""
    money.item("A", *whole(terms=terms(levels=terms().levels[:1])))

    assert money.rows("F01", judged=terms()) == []


def test_a_higher_level_that_signed_first_is_out_of_order(money):
    """F02: 财务审核 signed only after 分管领导 had."""
    claim, first, second, third, payment = whole()
    record = money.item("A", claim, first, third, second, payment)

    assert _found(money, "F02") == [(record, ())]


def test_a_signature_dated_before_the_one_below_is_out_of_order(money):
    """F02: the last level's signature carries a time before that of the level below."""
    claim, first, second, _, payment = whole()
    record = money.item("A", claim, first, second, signed("分管领导", at(1, 3)), payment)

    assert _found(money, "F02") == [(record, ())]


def test_a_level_passed_over_is_out_of_order(money):
    """F02: 分管领导 signed while 财务审核 had not; nothing is paid yet."""
    record = money.item("A", submitted(), signed("经办人", at(1, 2)), signed("分管领导", at(2)))

    assert _found(money, "F02") == [(record, ())]


@pytest.mark.parametrize("more", [{"payee": "孙"}, {"beneficiaries": ("孙",)}])
def test_who_gets_the_money_may_not_sign_for_it(money, more):
    """F03: 孙 signs as 财务审核, and is the payee or a beneficiary."""
    record = money.item("A", *whole(**more))

    assert _found(money, "F03") == [(record, ())]


def test_the_handler_may_not_approve(money):
    """F03: 何 asked for it and signs as 分管领导; signing for having handled it is in order."""
    claim, first, second, _, payment = whole()
    money.item("A", claim, first, second, signed("分管领导", at(3), **by("何")), payment)

    (row,) = money.rows("F03")

    assert row.message == "何, who asks for the money or gets it, signed as 分管领导"


def test_one_person_in_two_parts(money):
    """F04: who signed as 财务审核 also paid."""
    money.item("A", *whole()[:-1], paid(4, **by("孙")))

    (row,) = money.rows("F04")

    assert row.message == "孙 is signer of 财务审核 and cashier"


def test_a_part_by_delegation_is_a_part(money):
    """F04: 钱 paid, and signed for 刘 by delegation."""
    claim, first, second, _, payment = whole()
    delegated = {**by("钱"), "principal": "officer/刘", "principal_name": "刘"}
    money.item("A", claim, first, second, signed("分管领导", at(3), **delegated), payment)

    (row,) = money.rows("F04")

    assert row.message == "钱 is signer of 分管领导 and cashier"


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


def test_no_budget_line_another_purpose_or_overdrawn(money):
    """F08: nothing carries it, the line is for something else, or holds less than was reserved."""
    small = "budget/2022-会议费"
    money.tell((small, Approved(year=2022, code="会议费", amount_fen=100)))
    money.tell((small, Reserved(item="fund/C", category="会议费", amount_fen=300)))
    money.item("A", submitted(budget=None))
    money.item("B", submitted(category="招待费"))
    money.item("C", submitted(budget=small, category="会议费"))

    assert _found(money, "F08") == [
        ("fund/A", ("none",)), ("fund/B", ("purpose",)), ("fund/C", ("over",)),
    ]  # fmt: skip


def test_history_that_tells_no_budget_is_not_flagged(money):
    """F08: of what was found nobody knows the budget line."""
    money.item("A", told.Submitted(title="旧账", amount_fen=100, terms=terms()))

    assert money.rows("F08") == []


@pytest.mark.parametrize(("ceiling_fen", "flagged"), [(None, 1), (115_279, 1), (115_280, 0)])
def test_large_amounts_are_decided_collectively(money, ceiling_fen, flagged):
    """F09: above 1,000 yuan a meeting decides, before payment and up to a ceiling."""
    claim, *others = whole(terms=terms(collective_above_fen=100_000))
    meetings = [
        told.CollectiveDecided(decision="纪要1", decided_on=date(2022, 3, 1), ceiling_fen=each)
        for each in (ceiling_fen,)
        if each
    ]
    money.item("A", claim, *meetings, *others)

    assert len(money.rows("F09")) == flagged


@pytest.mark.parametrize(("day", "flagged"), [(4, 0), (5, 1)])
def test_approval_comes_before_the_business(money, day, flagged):
    """F10: approved on the day of the business is not beforehand."""
    approval = told.PriorApproved(
        title="会议", ceiling_fen=200_000, approved_on=date(2022, 3, day)
    )
    money.item("A", approval, *whole(5))

    assert len(money.rows("F10")) == flagged


def test_a_signature_after_payment_is_after_the_fact(money):
    """F10: the last level signed when the money had gone."""
    claim, first, second, third, payment = whole()
    money.item("A", claim, first, second, payment, third)

    assert [row.message for row in money.rows("F10")] == ["分管领导 signed after the payment"]


@pytest.mark.parametrize(
    ("amount_fen", "flagged"), [(1_000_000, 1), (4_000_000, 1), (900_000, 0)]
)
def test_round_amounts(money, amount_fen, flagged):
    """F13: whole ten thousands of yuan, such as a study fee of 40,000."""
    money.item("A", *whole(amount_fen=amount_fen))

    assert len(money.rows("F13")) == flagged


def test_signed_within_minutes(money):
    """F14: three levels within nine minutes of submission; after ten it is not flagged."""
    names = ("经办人", "财务审核", "分管领导")
    quick = [signed(name, at(1, 1, 7 + place)) for place, name in enumerate(names)]
    slow = [signed(name, at(1, 1, 8 + place)) for place, name in enumerate(names)]
    money.item("A", submitted(), *quick)
    money.item("B", submitted(), *slow)

    assert _found(money, "F14") == [("fund/A", ("fast",))]


def test_times_of_entry_are_not_times_of_signing(money):
    """F14: what was found is entered in one go; that says nothing about how fast it was signed."""
    bare = {"occurred_at": "", "basis": ""}
    money.item(
        "A", submitted(occurred_at="2022-03-01"),
        *(signed(name, "", **bare) for name in ("经办人", "财务审核", "分管领导")),
    )  # fmt: skip

    assert money.rows("F14") == []


@pytest.mark.parametrize(("items", "flagged"), [(10, 0), (11, 1)])
def test_signed_by_the_batch(money, items, flagged):
    """F14: eleven signatures of one officer within a minute are one burst; ten are none."""
    for place in range(items):
        money.item(f"{place:02d}", submitted(), signed("财务审核", at(5, 1, 0, place)))

    bursts = [row for row in money.rows("F14") if row.about == ("batch",)]

    assert [len(row.indexes) for row in bursts] == [items] * flagged


@pytest.mark.parametrize(("day", "flagged"), [(date(2022, 3, 31), 0), (date(2022, 4, 1), 1)])
def test_in_sign_off_for_more_than_thirty_days(money, day, flagged):
    """F15: submitted on 1 March, it is 30 days old on the 31st, and too old a day later."""
    money.item("A", submitted(), signed("经办人", at(1, 2)))

    rows = money.rows("F15", day=day)

    assert [row.message for row in rows] == [
        "in sign-off for 31 days, since 2022-03-01; waits for 财务审核"
    ] * flagged


def test_reversed_without_a_reason(money):
    """F18: money came back and nobody says why; with a reason it is in order."""
    money.item("A", *whole(), told.Reversed(amount_fen=100, reversed_on=date(2022, 3, 9)))
    money.item("B", *whole(2), told.Reversed(amount_fen=100, reason="多付"))

    assert _found(money, "F18") == [("fund/A", ())]
