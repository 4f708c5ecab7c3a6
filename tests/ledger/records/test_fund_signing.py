"""R1 to R8, at the door and in the audit: what each allows and what it refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ledger.family import PAPER
from ledger.records.policy import Level
from tests.ledger.records import spending as s

CHEAP = Level(
    level=4, name="办公室主任", posts=("办公室主任",), meaning="审批", up_to_fen=50_000
)
DEAR = replace(s.LEVELS[3], above_fen=50_000)
PAY = {"amount_fen": 115_280}


def test_what_changed_after_it_was_read_is_not_signed():
    """R1: a signature names the digest read; the item corrected since has another."""
    office = s.office()
    item = s.submitted(office)
    read = office.state(item).item_digest
    s.as_(office, "何").when("fund.countersign", item, item_digest=read)
    s.as_(office, "何").when("fund.correct", item, amount_fen=115_281)

    assert office.refused("fund.countersign", item, item_digest=read) == ["R1"]


def test_a_signature_over_another_amount_or_a_forged_digest_is_refused():
    """R1: neither the amount signed nor the item's own digest can be made up."""
    office = s.office()
    item = s.submitted(office)

    assert s.forged(office, "fund.countersign", item, {}, amount_fen=1) == ["R1"]
    assert s.forged(office, "fund.submit", "fund/x", s.ASKED, item_digest="0" * 64) == [
        "R1",
        "R1",
    ]
    assert s.forged(office, "fund.submit", "fund/x", s.ASKED, item_digest="") == ["R1"]


@pytest.mark.parametrize(
    "instead",
    [{"persons": 9}, {"days": 2}, {"fund_source": "捐赠"}, {"documents": ("公函",)},
     {"number": "17"}, {"project": "帮扶"}, {"payee_account": "6222"}],
)  # fmt: skip
def test_a_signature_covers_all_that_is_claimed(instead):
    """R1: another number of persons, another source, another document: another item."""
    office = s.office()
    item = s.submitted(office)
    read = office.state(item).item_digest

    office.when("fund.correct", item, **instead)

    assert office.state(item).item_digest != read
    assert office.refused("fund.countersign", item, item_digest=read) == ["R1"]


def test_a_level_does_not_sign_before_the_one_below():
    """R2: by the order in the record; and never twice."""
    office = s.office()
    item = s.signed(office, upto=1)

    changes, broken = s.as_(office, "孙").attempt("fund.countersign", item, level=3)

    assert [breach.code for breach in broken] == ["R2"]
    assert (
        broken[0].message == "level 3 财务审核 signs, but level 2 部门负责人 has not signed yet"
    )
    assert s.as_(office, "何").refused("fund.countersign", item, level=1) == ["R2", "R3"]
    assert len(changes) == 2


def test_nobody_signs_what_is_complete_or_not_in_sign_off():
    """R2: a returned item has no signatures until it is submitted again."""
    office = s.office()
    item = s.signed(office)
    assert "R2" in s.as_(office, "赵").refused("fund.countersign", item)
    s.as_(office, "钱").when("fund.reject", item, reason="账号有误")

    assert s.as_(office, "何").refused("fund.countersign", item) == ["R2"]


def test_the_same_person_never_has_two_parts():
    """R3: whoever signed a level, neither signs another, nor pays, nor books."""
    office = s.office()
    for post in ("部门负责人", "出纳", "会计"):
        office.posts["officer/何"].add(post)
    item = s.submitted(office)
    s.as_(office, "何").when("fund.countersign", item)

    _, broken = office.attempt("fund.countersign", item)

    assert [breach.code for breach in broken] == ["R3"]
    assert "何同志 has a part in this item already: 经办 handling" in broken[0].message
    done = s.signed(office)
    assert s.as_(office, "何").refused("fund.pay", done, **PAY) == ["R3"]
    s.as_(office, "钱").when("fund.pay", done, **PAY)
    assert s.as_(office, "何").refused("fund.book", done, voucher="记-1") == ["R3"]
    office.posts["officer/钱"].add("会计")
    assert s.as_(office, "钱").refused("fund.book", done, voucher="记-1") == ["R3"]


def test_a_delegate_is_no_second_person():
    """R3: who signed for themselves does not sign again for another, nor is the other signed for."""
    office = s.office()
    item = s.signed(office, upto=3)
    s.as_(office, "冯").on_behalf_of = "officer/刘"

    assert office.refused("fund.countersign", item) == ["R3"]


def test_the_handler_signs_the_handling_level_only():
    """R3: where the first level is to witness, the handler does not witness for themselves."""
    witnessed = (replace(s.LEVELS[0], name="证明人", meaning="证明"), *s.LEVELS[1:])
    office = s.office(levels=witnessed)
    item = s.submitted(office)

    assert s.as_(office, "何").refused("fund.countersign", item) == ["R3"]
    assert s.as_(office, "王").refused("fund.countersign", item) == []


@pytest.mark.parametrize(
    "told_as", [{"payee": "冯同志"}, {"payee": "officer/冯"}, {"beneficiaries": ("冯 同志",)}]
)
def test_nobody_signs_for_their_own_benefit(told_as):
    """R4: by record or by name, as payee, traveller or beneficiary."""
    office = s.office()
    item = s.signed(office, upto=1, **told_as)

    assert s.as_(office, "冯").refused("fund.countersign", item) == ["R4"]


@pytest.mark.parametrize("party", ["金桥办公用品店", "金桥 办公用品店", "乙"])
def test_nobody_signs_for_kin(party):
    """R4: who declared an interest in payee, seller or beneficiary leaves it to another."""
    office = s.office()
    item = s.signed(office, upto=1, beneficiaries=("乙",))
    s.as_(office, "冯").when("officer.declare-interest", s.who("冯"), party=party)

    _, broken = office.attempt("fund.countersign", item)

    assert [each.code for each in broken] == ["R4"]
    assert "冯同志 declared an interest in" in broken[0].message


def test_a_delegate_does_not_sign_for_their_principal_s_kin():
    """R4: neither for one's own nor for those of whom one signs for."""
    office = s.office()
    item = s.signed(office, upto=3)
    s.as_(office, "刘").when("officer.declare-interest", s.who("刘"), party="金桥办公用品店")
    s.as_(office, "赵").on_behalf_of = s.who("刘")

    assert office.refused("fund.countersign", item) == ["R4"]


def test_nobody_else_says_that_they_handled_it():
    """R3: the first level is the handler's own word."""
    office = s.office()
    item = s.submitted(office)

    assert s.as_(office, "王").refused("fund.countersign", item) == ["R3"]


def test_a_handler_may_be_paid_back_what_they_laid_out():
    """R4: the handler says that they handled it; the others judge it."""
    office = s.office()

    assert office.state(s.signed(office, payee="何同志")).complete


def test_a_signature_needs_a_post_of_its_level():
    """R5: the post is one of the level's, and the officer holds it."""
    office = s.office()
    item = s.signed(office, upto=1)

    assert s.as_(office, "赵").refused("fund.countersign", item) == ["R5"]
    assert s.as_(office, "赵").refused("fund.countersign", item, post="分管领导") == ["R5"]
    assert s.as_(office, "赵").refused("fund.countersign", item, post="部门负责人") == ["R5"]
    assert s.as_(office, "赵").refused("fund.reject", item, reason="x") == ["R5"]


def test_payment_and_books_need_their_posts():
    """R5: cashier and bookkeeper are posts of the policy as well."""
    office = s.office()
    item = s.signed(office)

    assert s.as_(office, "王").refused("fund.pay", item, **PAY) == ["R5"]
    s.as_(office, "钱").when("fund.pay", item, **PAY)
    assert s.as_(office, "王").refused("fund.book", item, voucher="记-1") == ["R5"]
    assert s.as_(office, "王").refused("fund.reverse", item, amount_fen=1, reason="x") == ["R5"]


def test_an_item_is_submitted_under_a_policy_in_force():
    """R6: named, begun, and not abolished."""
    office = s.as_(s.office(), "何")
    assert office.refused("fund.submit", **{**s.ASKED, "policy": None}) == []
    s.as_(office, "吴").when("policy.abolish", s.POLICY, from_day=s.TODAY, reason="新制度")
    assert s.as_(office, "何").refused("fund.submit", **s.ASKED) == ["R6"]

    later = s.office(effective_on=date(2022, 3, 2))

    assert s.as_(later, "何").refused("fund.submit", **s.ASKED) == ["R6"]


def test_a_correction_stays_under_its_policy():
    """R6: nobody corrects an item into an easier policy."""
    office = s.office()
    item = s.submitted(office)
    easy = replace(office.state(item).terms, levels=s.LEVELS[:1])

    assert s.forged(office, "fund.correct", item, {"payee": "乙"}, terms=easy) == [
        "R6",
        "R1",
        "R1",
    ]


@pytest.mark.parametrize(("amount_fen", "name"), [(50_000, "吴"), (50_001, "刘")])
def test_the_amount_chooses_who_holds_a_level(amount_fen, name):
    """A small amount is approved by the office head, a larger one by the leader in charge."""
    office = s.office(levels=(*s.LEVELS[:3], CHEAP, DEAR))
    item = s.signed(office, upto=3, amount_fen=amount_fen)

    s.as_(office, name).when("fund.countersign", item)

    assert office.state(item).complete


def test_an_item_entered_from_paper_is_judged_by_the_policy_of_its_day():
    """R6: what was submitted on paper last month stands under last month's policy."""
    office = s.office(effective_on=date(2022, 2, 1))
    s.as_(office, "吴").when("policy.amend", s.POLICY, levels=s.LEVELS[:3], citation="纪要")
    s.as_(office, "王").basis = PAPER
    asked = {**s.ASKED, "signer": "何同志", "attachments": s.SCAN}

    item = office.when("fund.submit", **asked, occurred_at="2022-02-28")

    assert len(office.state(item).needed) == 4
    assert office.refused("fund.submit", **asked, occurred_at="2月28日前后某天呀")[0] == "R17"
