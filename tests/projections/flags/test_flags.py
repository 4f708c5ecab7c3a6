"""Each red flag: a case that it finds, and one like it that is in order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ledger.errors import MalformedError
from ledger.records.budget import Approved, Reserved
from ledger.records.fund import events as told
from ledger.records.policy import PriorApproval
from projections.flags import FLAGS, SEVERITIES
from tests.needs import REPOSITORY
from tests.projections.flags.money import at, by, paid, signed, submitted, terms, whole

VOUCHER = told.Voucher(
    code="062002200111", number="10000037", seller="金桥", amount_fen=115_280
)


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


def test_the_guide_tells_what_every_flag_finds():
    """Whoever is shown a code can look it up; all of DOMAIN's are there."""
    guide = (REPOSITORY / "docs" / "guide.md").read_text(encoding="utf-8")

    assert [flag.code for flag in FLAGS] == [f"F{n:02d}" for n in range(1, 23)]
    assert [flag.code for flag in FLAGS if f"| {flag.code} |" not in guide] == []


def test_an_event_that_cannot_be_read_is_named(money):
    """A damaged event stops the question, with its place and what to do."""
    record = money.item("A", *whole())
    rows = money.store._rows.events
    rows[3] = replace(rows[3], event=b"{}")

    with pytest.raises(MalformedError, match=f"{record} version 2, index 3.*qifeng verify"):
        money.rows("F01")


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

    assert money.found("F01") == [("fund/A", ("经办人", "财务审核", "分管领导"))]


def test_history_without_terms_is_judged_by_the_terms_named(money):
    """F01: what tells no terms of its own is passed over, until a policy is named."""
    money.item("A", submitted(terms=None), signed("经办人", at(1, 2)), paid(2))

    assert money.rows("F01") == []
    assert money.found("F01", judged=terms()) == [("fund/A", ("财务审核", "分管领导"))]


def test_own_terms_are_never_replaced_by_those_named(money):
    """F01: an item is judged by the policy of its submission, for ever (R6)."""
    money.item("A", *whole(terms=terms(levels=terms().levels[:1])))

    assert money.rows("F01", judged=terms()) == []


def test_a_higher_level_that_signed_first_is_out_of_order(money):
    """F02: 财务审核 signed only after 分管领导 had."""
    claim, first, second, third, payment = whole()
    record = money.item("A", claim, first, third, second, payment)

    assert money.found("F02") == [(record, ())]


def test_a_signature_dated_before_the_one_below_is_out_of_order(money):
    """F02: the last level's signature carries a time before that of the level below."""
    claim, first, second, _, payment = whole()
    record = money.item("A", claim, first, second, signed("分管领导", at(1, 3)), payment)

    assert money.found("F02") == [(record, ())]


def test_a_level_passed_over_is_out_of_order(money):
    """F02: 分管领导 signed while 财务审核 had not; nothing is paid yet."""
    record = money.item("A", submitted(), signed("经办人", at(1, 2)), signed("分管领导", at(2)))

    assert money.found("F02") == [(record, ())]


@pytest.mark.parametrize("more", [{"payee": "孙"}, {"beneficiaries": ("孙",)}])
def test_who_gets_the_money_may_not_sign_for_it(money, more):
    """F03: 孙 signs as 财务审核, and is the payee or a beneficiary."""
    record = money.item("A", *whole(**more))

    assert money.found("F03") == [(record, ())]


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


def test_no_budget_line_another_purpose_or_overdrawn(money):
    """F08: nothing carries it, the line is for something else, or holds less than was reserved."""
    small = "budget/2022-会议费"
    money.tell((small, Approved(year=2022, code="会议费", amount_fen=100)))
    money.tell((small, Reserved(item="fund/C", category="会议费", amount_fen=300)))
    money.item("A", submitted(budget=None))
    money.item("B", submitted(category="招待费"))
    money.item("C", submitted(budget=small, category="会议费"))

    assert money.found("F08") == [
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


def test_a_level_dated_after_the_next_one_was_recorded_is_out_of_order(money):
    """F02: 财务审核 is said to have signed on a day on which 分管领导's signature stood there already."""
    claim, first, _, third, payment = whole()
    late = signed("财务审核", "", occurred_at="2022-03-20", basis="paper")
    money.item(
        "A", claim, first, late, signed("分管领导", "2022-03-20", basis="paper"), payment
    )
    money.item("B", claim, first, signed("财务审核", at(2)), third, payment)

    (row,) = money.rows("F02")

    assert row.record == "fund/A"
    assert row.message.startswith("财务审核 signed at 2022-03-20, after 分管领导 was recorded")


def test_days_alone_can_be_out_of_order(money):
    """F02: of paper only days are known; the day of the last level lies before that of the one below."""
    claim, first, *_, payment = whole()
    below, above = (signed(name, day, basis="paper") for name, day in (
        ("财务审核", "2022-03-02"), ("分管领导", "2022-03-01")))  # fmt: skip
    record = money.item("A", claim, first, below, above, payment)

    assert money.found("F02") == [(record, ())]


def test_the_decision_comes_before_the_approval(money):
    """F09: decided only when the last level had signed, by the log or by the days told."""
    judged = terms(collective_above_fen=100_000)
    claim, first, second, third, payment = whole(terms=judged)
    decided = [
        told.CollectiveDecided(
            decision="纪要", decided_on=date(2022, 3, day), ceiling_fen=200_000
        )
        for day in (1, 4)
    ]
    money.item("A", claim, first, second, third, decided[0], payment)
    money.item("B", claim, first, second, decided[1], third, payment)
    money.item("C", claim, first, second, decided[0], third, payment)

    assert [row.record for row in money.rows("F09")] == ["fund/A", "fund/B"]


def test_what_is_approved_and_not_paid_yet_is_looked_at_too(money):
    """F09: the last level signed 1,152.80 yuan that nobody decided on, or more than was decided."""
    judged = terms(collective_above_fen=100_000)
    *approved, _ = whole(terms=judged)
    small = told.CollectiveDecided(decision="纪要", decided_on=date(2022, 3, 1), ceiling_fen=1)
    money.item("A", *approved)
    money.item("B", approved[0], small, *approved[1:])
    money.item("C", *approved[:-1])

    assert [row.record for row in money.rows("F09")] == ["fund/A", "fund/B"]


def test_a_signature_dated_after_the_payment_is_after_the_fact(money):
    """F10: it stands before the payment in the log, and its own day says otherwise."""
    claim, first, second, _, payment = whole()
    money.item("A", claim, first, second, signed("分管领导", at(9)), payment)

    assert money.found("F10") == [("fund/A", ("after payment",))]


def test_what_is_done_first_is_listed_all_the_same(money):
    """F01: an emergency is paid before all have signed; it is told, of medium severity."""
    money.item("A", submitted(emergency=True), signed("经办人", at(1, 2)), paid(2))

    (row,) = money.rows("F01")

    assert (row.severity, row.message.endswith("(told to be an emergency)")) == ("medium", True)


@pytest.mark.parametrize(
    ("more", "flagged"),
    [
        ({"amount_fen": 500_001}, 1),
        ({"amount_fen": 500_000}, 0),
        ({"category": "接待费"}, 1),
        ({"category": "接待费", "emergency": True}, 0),
        ({"category": "会议费", "amount_fen": 200_001}, 1),
        ({"category": "会议费", "amount_fen": 200_000}, 0),
    ],
)
def test_what_must_be_approved_beforehand_was_not(money, more, flagged):
    """F10: above an amount, or a category always, or above the category's own amount."""
    band = PriorApproval(category="会议费", above_fen=200_000, posts=("分管领导",))
    judged = terms(prior_approval_categories=("接待费",), prior_approvals=(band,))
    money.item("A", *whole(terms=judged, **more))

    assert money.found("F10") == [("fund/A", ("beforehand",))] * flagged


def test_a_line_that_nobody_approved_carries_nothing(money):
    """F08: the item names a line of which nothing is known."""
    money.item("A", submitted(budget="budget/2022-无"))

    (row,) = money.rows("F08")

    assert (row.message, row.about) == ("budget/2022-无 was never approved", ("none",))
