"""R1 to R8, at the door and in the audit: what each allows and what it refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from ledger.family import PAPER
from ledger.records.fund import FAMILY
from ledger.records.fund import events as told
from ledger.records.policy import Level
from tests.ledger.records import spending as s

CHEAP = Level(
    level=4, name="办公室主任", posts=("办公室主任",), meaning="审批", up_to_fen=50_000
)
DEAR = replace(s.LEVELS[3], above_fen=50_000)
COLLECTIVE: dict[str, Any] = {"collective_above_fen": 100_000}
PRIOR: dict[str, Any] = {"prior_approval_above_fen": 100_000}
DECIDED: dict[str, Any] = {
    "decision": "党组会纪要3号",
    "decided_on": s.TODAY,
    "ceiling_fen": 200_000,
}
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
     {"emergency": True}, {"project": "帮扶"}, {"payee_account": "6222"}],
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
    assert s.as_(office, "王").refused("fund.countersign", item, level=1) == ["R2"]
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


def test_a_large_amount_waits_for_a_collective_decision():
    """R7: before the last level signs, up to the ceiling decided."""
    office = s.office(**COLLECTIVE)
    item = s.signed(office, upto=3)
    assert s.as_(office, "刘").refused("fund.countersign", item) == ["R7"]

    s.as_(office, "吴").when(
        "fund.record-decision", item, **{**DECIDED, "ceiling_fen": 100_000}
    )
    assert s.as_(office, "刘").refused("fund.countersign", item) == ["R7"]
    s.as_(office, "吴").when("fund.record-decision", item, **DECIDED)

    assert s.as_(office, "刘").refused("fund.countersign", item) == []


def test_a_small_amount_needs_no_collective_decision():
    """R7: the band begins above the amount that the policy names."""
    office = s.office(collective_above_fen=115_280)

    assert office.state(s.signed(office)).complete


def test_a_decision_is_recorded_by_who_takes_the_minutes():
    """R7: with its minutes and ceiling, not ahead of its day, in the post of the policy."""
    office = s.office(**COLLECTIVE)
    item = s.submitted(office)

    assert s.as_(office, "何").refused("fund.record-decision", item, **DECIDED) == ["R5"]
    s.as_(office, "吴")
    assert office.refused("fund.record-decision", item, **{**DECIDED, "ceiling_fen": 0}) == [
        "R7"
    ]
    ahead = {**DECIDED, "decided_on": date(2022, 3, 2)}
    assert office.refused("fund.record-decision", item, **ahead) == ["R7"]


def test_what_needs_approval_is_approved_before_the_business():
    """R8: above the band; the day of approval lies before the day of the business."""
    office = s.office(**PRIOR)
    assert s.as_(office, "何").refused("fund.submit", **s.ASKED) == ["R8"]
    first = s.as_(office, "刘").when(
        "fund.approve-first",
        title="办公用品",
        category="办公费",
        ceiling_fen=200_000,
        policy=s.POLICY,
    )
    office.day = date(2022, 3, 4)

    s.as_(office, "何")

    assert office.refused("fund.resubmit", first, **{**s.ASKED, "business_on": s.TODAY}) == [
        "R8"
    ]
    asked = {**s.ASKED, "business_on": date(2022, 3, 3)}
    assert office.refused("fund.resubmit", first, **{**asked, "amount_fen": 200_001}) == ["R8"]
    assert s.as_(office, "刘").refused("fund.resubmit", first, **asked) == ["R8"]
    assert s.as_(office, "何").refused("fund.resubmit", first, **asked) == []


def test_some_categories_are_always_approved_beforehand():
    """R8: travel and reception, whatever they cost."""
    office = s.office(prior_approval_categories=("差旅费",))

    assert s.as_(office, "何").refused("fund.submit", **{**s.ASKED, "category": "差旅费"}) == [
        "R8"
    ]
    assert office.refused("fund.submit", **s.ASKED) == []


def test_an_approval_is_not_dated_back():
    """R8: who approves today approves today, in a post of the policy, and once."""
    office = s.as_(s.office(), "刘")
    asked = {"title": "培训", "ceiling_fen": 1, "policy": s.POLICY}

    assert office.refused("fund.approve-first", **asked, approved_on=s.YESTERDAY) == ["R8"]
    assert s.as_(office, "何").refused("fund.approve-first", **asked) == ["R5"]
    item = s.as_(office, "刘").when("fund.approve-first", **asked)
    assert office.refused("fund.approve-first", item, **asked) == ["R0"]


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


def test_an_approval_found_without_its_day_proves_nothing():
    """R8: nobody can tell that it came first."""
    office = s.office(**PRIOR)
    item = "fund/found"
    office.given(item, told.PriorApproved(title="办公用品", ceiling_fen=200_000))

    assert s.as_(office, "何").refused("fund.resubmit", item, **s.ASKED) == ["R8"]


def test_a_large_item_waits_for_the_minutes_before_the_last_level():
    """R7: the queue shows it to who records the decision, and to the leader only afterwards."""
    office = s.office(**COLLECTIVE)
    item = s.signed(office, upto=3)
    before = FAMILY.waits(office.state(item))[0]
    s.as_(office, "吴").when("fund.record-decision", item, **DECIDED)

    after = FAMILY.waits(office.state(item))[0]

    assert [before.verb, after.verb] == ["record-decision", "countersign"]


def test_no_more_is_paid_than_was_decided_collectively():
    """R7: payments together stay below the ceiling, even where the item was signed."""
    office = s.office(**COLLECTIVE)
    item = s.signed(office, upto=3)
    s.as_(office, "吴").when("fund.record-decision", item, **DECIDED)
    s.as_(office, "刘").when("fund.countersign", item)
    s.as_(office, "吴").when(
        "fund.record-decision", item, **{**DECIDED, "ceiling_fen": 100_000}
    )

    assert s.as_(office, "钱").refused("fund.pay", item, **PAY) == ["R7"]
