"""R0 to R18 at the door and in the audit: for each the case it allows and the cases it refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from ledger.family import AS_FOUND, PAPER
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
    assert office.refused("fund.submit", **{**s.ASKED, "policy": None}) == ["R6"]
    office.events[s.POLICY].clear()
    assert office.refused("fund.submit", **s.ASKED) == ["R6"]

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


def test_nothing_is_reserved_beyond_the_budget():
    """R9: the budget level cannot sign for more than is left; the line says what is."""
    office = s.office(budget_fen=200_000)
    s.signed(office)
    second = s.signed(office, upto=2)

    _, broken = s.as_(office, "孙").attempt("fund.countersign", second)

    assert [breach.code for breach in broken] == ["B13"]
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


def test_a_signature_names_what_it_is_for():
    """R16: there is no blanket signature, and none on nothing."""
    office = s.office()
    item = s.submitted(office)

    assert s.forged(office, "fund.countersign", item, {}, item_digest="") == ["R1", "R16"]


PAPER_ASKED: dict[str, Any] = {
    "signer": "冯同志", "post": "部门负责人", "occurred_at": "2022-02-28", "attachments": s.SCAN,
}  # fmt: skip


def test_what_was_signed_on_paper_is_entered_by_another_with_its_scan():
    """R17: who signed, when, the scan; it counts, and is told from what was signed here."""
    office = s.office()
    item = s.signed(office, upto=1)
    s.as_(office, "王").basis = PAPER

    office.when("fund.countersign", item, **PAPER_ASKED)

    signature = office.state(item).signatures[-1]
    assert (str(signature.persons[0]), signature.basis) == ("冯同志", PAPER)
    assert office.events[item][-1].recorder_name == "王同志"


@pytest.mark.parametrize(
    "instead", [{"attachments": ()}, {"signer": ""}, {"occurred_at": ""}, {"signer": "王同志"},
                {"occurred_at": "9999-01-01"}, {"signer": "officer/王"}]
)  # fmt: skip
def test_a_paper_signature_without_its_proof_is_refused(instead):
    """R17: no scan, no signer, no day, a day to come, or entered by who signed it."""
    office = s.office()
    item = s.signed(office, upto=1)
    s.as_(office, "王").basis = PAPER

    assert office.refused("fund.countersign", item, **{**PAPER_ASKED, **instead}) == ["R17"]


def test_nobody_signs_here_in_another_name():
    """R17: a direct signature is the actor's own."""
    office = s.office()
    item = s.submitted(office)

    assert office.refused("fund.countersign", item, signer="officer/冯") == ["R17"]


def test_what_is_found_carries_no_basis_and_gives_nobody_a_signature():
    """R17: history found does not complete a chain here."""
    office = s.office()
    item = s.submitted(office)
    office.basis = AS_FOUND
    for level, name in enumerate(s.SIGNERS, start=1):
        office.given(
            item,
            told.Countersigned(
                level=level, signer=name, item_digest=office.state(item).item_digest
            ),
        )
    assert s.forged(office, "fund.countersign", item, {}, basis="direct")[-1] == "R17"
    office.basis = "direct"

    assert office.state(item).waiting_level.level == 1
    assert s.as_(office, "钱").refused("fund.pay", item, **PAY) == ["R14", "B15"]


def test_a_moment_told_is_a_moment():
    """R17: a day, or a moment in UTC; nothing else."""
    office = s.office()
    item = s.submitted(office)

    assert office.refused("fund.countersign", item, occurred_at="2022-02-31") == ["R17"]
    assert office.refused("fund.countersign", item, occurred_at="2022-02-28 09:30") == []


def test_a_signature_says_what_it_means():
    """R18: 经办, 证明, 审核, 审批 …; each level's own where none is told."""
    office = s.office()
    item = s.submitted(office)

    assert office.refused("fund.countersign", item, meaning="同意") == ["R18"]
    office.when("fund.countersign", item)
    assert office.state(item).signatures[-1].meaning == "经办"


@pytest.mark.parametrize(("amount_fen", "name"), [(50_000, "吴"), (50_001, "刘")])
def test_the_amount_chooses_who_holds_a_level(amount_fen, name):
    """A small amount is approved by the office head, a larger one by the leader in charge."""
    office = s.office(levels=(*s.LEVELS[:3], CHEAP, DEAR))
    item = s.signed(office, upto=3, amount_fen=amount_fen)

    s.as_(office, name).when("fund.countersign", item)

    assert office.state(item).complete
