"""R8, R10 and R11: what is approved beforehand, and handed in, before anybody signs."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ledger.family import AS_FOUND, Change
from ledger.records.fund import events as told
from ledger.records.invoice import Accepted
from ledger.records.policy import DocumentSet
from tests.ledger.records import spending as s
from tests.ledger.records.world import World

PRIOR: dict[str, Any] = {"prior_approval_above_fen": 100_000}
LATER = date(2022, 3, 4)
DONE = date(2022, 3, 3)
RECEPTION: dict[str, Any] = {
    "documents": (DocumentSet(category="接待费", documents=("公函", "接待清单")),),
    "no_cash_categories": ("接待费",),
}


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


def test_an_approval_found_without_its_day_proves_nothing():
    """R8: nobody can tell that it came first."""
    office = s.office(**PRIOR)
    item = "fund/found"
    office.given(item, told.PriorApproved(title="办公用品", ceiling_fen=200_000))

    assert s.as_(office, "何").refused("fund.resubmit", item, **s.ASKED) == ["R8"]


def approved(made: World, name: str, **asked: Any) -> str:
    """Let this officer approve beforehand; three days later something was done."""
    made.day = s.TODAY
    first = s.as_(made, name).when(
        "fund.approve-first", **{"title": "办公用品", "ceiling_fen": 200_000, **asked}
    )
    made.day = LATER
    s.as_(made, "何")
    return first


def test_the_band_says_who_approves_beforehand():
    """R8: above 500 yuan the leader, above 2,000 another; the approval is of the policy that binds."""
    office = s.office(prior_approvals=s.BANDS)
    asked = {**s.ASKED, "business_on": DONE}
    assert s.as_(office, "刘").refused(
        "fund.approve-first", title="x", ceiling_fen=200_001
    ) == ["R5"]

    first = approved(office, "刘")

    assert office.refused("fund.resubmit", first, **asked) == []
    assert office.refused("fund.resubmit", first, **{**asked, "category": "接待费"}) == ["R8"]


def test_what_was_approved_as_one_thing_is_not_asked_for_as_another():
    """R8: an approval tells its category."""
    office = s.office(**PRIOR)
    asked = {**s.ASKED, "business_on": DONE}

    first = approved(office, "刘", category="培训费")

    assert office.refused("fund.resubmit", first, **{**asked, "category": "办公费"}) == ["R8"]
    assert office.refused("fund.resubmit", first, **{**asked, "category": "培训费"}) == []


def test_an_approval_is_given_in_a_post_of_the_policy_not_of_the_event():
    """R5: the posts written into an approval are not what allows it."""
    office = s.office(**PRIOR)
    asked = {"title": "x", "category": "办公费", "ceiling_fen": 1, "policy": s.POLICY}

    s.as_(office, "何")

    assert s.forged(
        office, "fund.approve-first", "fund/x", asked, post="经办人", approvers=("经办人",)
    ) == ["R5"]


def test_an_item_found_without_approval_is_reported():
    """R8, R11: history that names its terms is held against them."""
    office = s.office(**PRIOR, **RECEPTION)
    terms = office.state(s.submitted(office, amount_fen=1)).terms
    office.basis = AS_FOUND

    assert office.refused("fund.submit", **s.ASKED) == ["R8"]
    claim = {**s.ASKED, "category": "接待费", "amount_fen": 1}
    changes, _ = office.attempt("fund.submit", **claim)
    assert changes[0].event.terms == terms
    assert [each.code for each in office.judge(changes)] == ["R11"]


@pytest.mark.parametrize(
    ("documents", "codes"),
    [((), ["R11"]), (("公函",), ["R11"]), (("接待清单", "公函", "发票"), [])],
)
def test_a_category_comes_with_its_documents(documents, codes):
    """R11: a reception without its letter and list is not even submitted."""
    office = s.as_(s.office(**RECEPTION), "何")

    asked = {**s.ASKED, "category": "接待费", "documents": documents}

    assert office.refused("fund.submit", **asked) == codes
    assert office.refused("fund.submit", **s.ASKED) == []


def test_what_is_missing_is_named():
    """R11: the message tells which documents."""
    office = s.as_(s.office(**RECEPTION), "何")

    _, broken = office.attempt("fund.submit", **{**s.ASKED, "category": "接待费"})

    assert broken[0].message == "接待费 is claimed without 公函, 接待清单 (--documents)"


@pytest.mark.parametrize(("method", "codes"), [("现金", ["R11"]), ("公务卡", []), ("", [])])
def test_some_categories_are_never_paid_in_cash(method, codes):
    """R11: receptions are paid by card or transfer."""
    office = s.office(**RECEPTION)
    item = s.signed(office, category="接待费", documents=("公函", "接待清单"))
    pay = {"amount_fen": 115_280, "method": method}

    assert s.as_(office, "钱").refused("fund.pay", item, **pay) == codes


def test_the_original_of_an_invoice_is_kept_where_the_policy_says_so():
    """R10: electronic reimbursement needs the file itself, so its digest is in the claim."""
    office = s.as_(s.office(originals_required=True), "何")
    kept = told.Voucher(code="062002200111", number="10000037", original="a" * 64)

    assert office.refused("fund.submit", **s.ASKED, invoices=(s.INVOICE,)) == ["R10"]
    assert office.refused("fund.submit", **s.ASKED, invoices=(kept,)) == []


@pytest.mark.parametrize(
    "instead", [{"payee": "乙商店"}, {"payee_account": "6333"}, {"payee_account": ""}]
)
def test_money_goes_to_whom_it_was_signed_for(instead):
    """R14: another payee, or another account, is another item."""
    office = s.office()
    item = s.signed(office, payee_account="6222")
    s.as_(office, "钱")
    pay = {"amount_fen": 115_280}

    assert s.forged(office, "fund.pay", item, pay, **instead) == ["R14"]
    assert office.refused("fund.pay", item, **pay) == []


def test_a_payment_found_to_another_payee_is_reported():
    """R14: where both names are told, the audit compares them."""
    office = s.office()
    item = s.signed(office)
    office.basis = AS_FOUND

    assert office.refused("fund.pay", item, amount_fen=1, payee="乙商店") == ["R14"]
    assert office.refused("fund.pay", item, amount_fen=1) == []


def test_a_payment_found_without_an_account_is_not_held_against_one():
    """R14: history may not tell to which account it went; one that is told, and another, is reported."""
    office = s.office()
    item = s.signed(office, payee_account="6222-0001")
    office.basis = AS_FOUND
    pay = {"amount_fen": 1, "payee": s.ASKED["payee"]}

    assert s.forged(office, "fund.pay", item, pay, payee_account="") == []
    assert s.forged(office, "fund.pay", item, pay, payee_account="9999") == ["R14"]


def test_the_budget_level_relies_on_verified_invoices_where_the_policy_says_so():
    """R10: not verified, or not genuine, it is not reserved for; verified, it is accepted in the same act."""
    office = s.office(verified_invoices=True)
    item = s.signed(office, upto=2, invoices=(s.INVOICE,))
    s.as_(office, "孙")
    _, broken = office.attempt("fund.countersign", item)
    assert [(each.code, each.record) for each in broken] == [("R10", s.CLAIMED)]
    assert broken[0].message.startswith("invoice 10000037 is not verified")
    office.when("invoice.verify", s.CLAIMED, result="不符")
    assert office.refused("fund.countersign", item) == ["R10"]

    office.when("invoice.verify", s.CLAIMED, result="真实")

    assert s.forged(office, "fund.countersign", item, {}, accepts=()) == ["R10", "R10"]
    office.when("fund.countersign", item)
    assert office.events[s.CLAIMED][-1].item == item
    assert office.events[item][-1].accepts == (s.CLAIMED,)


def test_an_invoice_of_another_item_is_not_relied_on():
    """R10: it is accepted by the item that claims it."""
    office = s.office(verified_invoices=True)
    s.submitted(office, invoices=(s.INVOICE,))

    told_there = [Change(s.CLAIMED, Accepted(item="fund/other"))]

    assert "R10" in [each.code for each in office.judge(told_there)]
