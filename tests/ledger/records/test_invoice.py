"""Invoices: one name for each, one item for each."""

from __future__ import annotations

import pytest

from ledger.errors import MalformedError
from ledger.family import AS_FOUND, Change
from ledger.records import invoice
from tests.ledger.records import spending as s
from tests.ledger.records.world import World


@pytest.mark.parametrize(
    ("code", "number", "record"),
    [
        ("062002200111", "10000037", s.CLAIMED),
        (" ０62002200111", "１0000037 ", s.CLAIMED),
        ("062002200111", "00000037", "invoice/cn/062002200111-00000037"),
        ("", "23622000000012345678", "invoice/cn/23622000000012345678"),
        ("062002200111", "23622000000012345678", "invoice/cn/23622000000012345678"),
        ("ab12", "x1", "invoice/cn/AB12-X1"),
    ],
)
def test_an_invoice_has_one_name_however_it_is_written(code, number, record):
    """Full-width digits, small letters and a code beside 20 digits make no second invoice."""
    assert invoice.key(code, number) == record


@pytest.mark.parametrize(
    ("code", "number"),
    [("", ""), ("", "1234"), ("1", ""), ("1 2", "3"), ("1", "2-3"), ("甲", "1")],
)
def test_what_names_no_invoice_is_refused(code, number):
    """Neither code and number nor 20 digits."""
    with pytest.raises(MalformedError):
        invoice.key(code, number)


def test_an_invoice_is_verified_and_the_result_is_kept():
    """The platform's answer stands with the invoice; an invoice nobody knows has none."""
    office = s.office()
    s.submitted(office, invoices=(s.INVOICE,))

    s.as_(office, "孙").when("invoice.verify", s.CLAIMED, result=invoice.GENUINE)

    assert (office.state(s.CLAIMED).result, invoice.FAMILY.title(office.state(s.CLAIMED))) == (
        "真实", "金桥办公用品店 062002200111 10000037",
    )  # fmt: skip
    assert office.refused("invoice.verify", s.CLAIMED, result="大概") == ["V3"]
    assert office.refused("invoice.verify", "invoice/cn/1-2", result=invoice.GENUINE) == ["V3"]


def test_nobody_claims_an_invoice_without_an_item_that_asks():
    """R10: the claim and the item's own word stand in one act, under the invoice's own name."""
    office = World()
    claim = invoice.Claimed(code="1", number="2", item="fund/x", step=invoice.SUBMITTED)

    assert [each.code for each in office.judge([Change("invoice/cn/1-2", claim)])] == ["R10"]
    assert "V4" in [each.code for each in office.judge([Change("invoice/cn/1-3", claim)])]


def test_an_invoice_found_in_an_old_register_keeps_its_item():
    """V2, V5: only history is found; found twice for two items, the audit tells."""
    office = World(basis=AS_FOUND)
    first, second = (
        Change("invoice/cn/1-2", invoice.Found(code="1", number="2", item=item))
        for item in ("fund/x", "fund/y")
    )

    assert office.judge([first]) == []
    assert [each.code for each in office.judge([first, second])] == ["R10"]
    office.basis = "direct"
    assert [each.code for each in office.judge([first])] == ["V2"]


def test_an_invoice_is_found_under_its_own_name():
    """V5: the record is what code and number make."""
    office = World(basis=AS_FOUND)

    broken = office.judge([Change("invoice/cn/9-9", invoice.Found(code="1", number="2"))])

    assert [each.code for each in broken] == ["V5", "V5"]


def test_an_item_known_first_stays_the_one_that_claims():
    """What is told later of another item does not move the claim."""
    state = invoice.FAMILY.initial
    for item in ("fund/x", "fund/y"):
        state = invoice.evolve(state, invoice.Found(code="1", number="2", item=item))

    assert (state.item, state.known) == ("fund/x", True)
