"""F14 signed too fast, at night, by the batch; F15 waiting for too long: what is found, and what is not."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.records.fund import events as told
from tests.projections.flags.money import at, paid, signed, submitted, whole


def test_signed_within_minutes(money):
    """F14: three levels within nine minutes of submission; after ten it is not flagged."""
    names = ("经办人", "财务审核", "分管领导")
    quick = [signed(name, at(1, 1, 7 + place)) for place, name in enumerate(names)]
    slow = [signed(name, at(1, 1, 8 + place)) for place, name in enumerate(names)]
    money.item("A", submitted(), *quick)
    money.item("B", submitted(), *slow)

    assert money.found("F14") == [("fund/A", ("fast",))]


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
        "财务审核 has had it for 31 days, since 2022-03-01"
    ] * flagged


@pytest.mark.parametrize(("hour", "flagged"), [(13, 0), (14, 1), (21, 1), (22, 0)])
def test_signed_at_night(money, hour, flagged):
    """F14: from 22:00 to 6:00 by the office's clock, which is eight hours ahead of UTC."""
    money.item("A", submitted(), signed("经办人", at(2, hour)))

    assert money.found("F14") == [("fund/A", ("night",))] * flagged


def test_the_office_says_when_night_is(money):
    """F14: a night that does not go over midnight is one too."""
    money.set(night_from=1, night_until=5)
    money.item("A", submitted(), signed("经办人", at(2, 15)))
    money.item("B", submitted(), signed("经办人", at(2, 18)))

    assert [row.record for row in money.rows("F14")] == ["fund/B"]


def test_each_level_has_its_own_time(money):
    """F15: the first level took two days, the second had it for 40; then it was signed and paid."""
    claim, first, *_ = whole()
    money.item(
        "A",
        claim,
        first,
        signed("财务审核", "2022-04-10"),
        signed("分管领导", "2022-04-11"),
        paid(30),
    )

    (row,) = money.rows("F15", day=date(2022, 4, 30))

    assert (row.message, row.about) == (
        "财务审核 had it for 40 days, since 2022-03-01",
        ("waited",),
    )


def test_a_return_starts_the_time_again(money):
    """F15: what counts is the present round; the days of the handler are nobody's delay."""
    money.item("A", submitted(1), signed("经办人", at(1, 2)), told.Rejected(reason="缺验收单"),
               submitted(25), signed("经办人", at(25, 2)))  # fmt: skip

    assert money.rows("F15", day=date(2022, 4, 20)) == []


@pytest.mark.parametrize(("day", "flagged"), [(date(2021, 3, 1), 0), (date(2021, 2, 28), 1)])
def test_an_invoice_of_more_than_a_year_ago(money, day, flagged):
    """F15: claimed on 1 March 2022; 365 days are a fiscal year."""
    old = told.Voucher(number="1", seller="金桥", amount_fen=115_280, issued_on=day)
    money.item("A", *whole(1, invoices=(old,)))

    assert money.found("F15") == [("fund/A", ("old invoice",))] * flagged
