"""F12 documents, standards and cash; F21 the source of aid: what is found, and what is not."""

from __future__ import annotations

import pytest

from ledger.records.policy import DocumentSet, Standard
from tests.projections.flags.money import paid, submitted, terms, whole

RECEPTION = terms(
    documents=(
        DocumentSet(category="接待费", documents=("公函", "接待清单")),
        DocumentSet(documents=("发票",), above_fen=100_000),
    ),
    standards=(
        Standard(category="接待费", per_person_fen=10_000),
        Standard(category="培训费", per_person_day_fen=40_000),
    ),
    no_cash_categories=("接待费",),
)
IN_ORDER = {
    "category": "接待费", "amount_fen": 100_000, "persons": 10, "documents": ("公函", "接待清单"),
    "terms": RECEPTION,
}  # fmt: skip


def test_a_reception_in_order(money):
    """F12: the letter, the list, ten persons at 100 yuan, by transfer."""
    *signed_off, _ = whole(**IN_ORDER)
    money.item("A", *signed_off, paid(4, 100_000, method="转账"))

    assert money.rows("F12") == []


@pytest.mark.parametrize(
    ("more", "about", "says"),
    [
        ({"documents": ("接待清单",)}, ("公函",), "接待费 hands in no 公函"),
        ({"documents": ()}, ("公函", "接待清单"), "no 公函, 接待清单"),
        ({"amount_fen": 100_001, "persons": 11}, ("发票",), "hands in no 发票"),
        ({"persons": 9}, ("standard",), "1,000.00 CNY for 9 persons, where 100.00 CNY each"),
        ({"persons": 0}, ("standard",), "for 0 persons"),
    ],
)
def test_a_reception_not_in_order(money, more, about, says):
    """F12: a document is missing, or it costs more a head than the standard."""
    money.item("A", *whole(**(IN_ORDER | more)))

    (row,) = money.rows("F12")

    assert (row.about, says in row.message) == (about, True)


@pytest.mark.parametrize(("method", "flagged"), [("现金", 1), ("公务卡", 0), ("", 0)])
def test_a_reception_is_not_paid_in_cash(money, method, flagged):
    """F12: by card or transfer only; where the way is not told nobody knows."""
    *signed_off, _ = whole(**IN_ORDER)
    money.item("A", *signed_off, paid(4, 100_000, method=method))
    money.item("B", *whole(5)[:-1], paid(8, method="现金"))

    assert money.found("F12") == [("fund/A", ("cash",))] * flagged


@pytest.mark.parametrize(("days", "flagged"), [(2, 1), (3, 0)])
def test_a_standard_may_be_by_head_and_day(money, days, flagged):
    """F12: 20 persons at 400 yuan a day; 24,000 yuan are three days of training."""
    training = {"category": "培训费", "amount_fen": 2_400_000, "persons": 20, "days": days}
    money.item("A", *whole(terms=RECEPTION, documents=("发票",), **training))

    assert len(money.rows("F12")) == flagged


def test_history_that_tells_none_of_it_is_not_flagged(money):
    """F12: of an old table nobody knows what was handed in, nor how many sat at the table."""
    money.item("A", submitted(**(IN_ORDER | {"basis": "", "documents": (), "persons": 0})))

    assert money.rows("F12") == []


@pytest.mark.parametrize(
    ("more", "flagged"),
    [
        ({"category": "帮扶物资"}, 1),
        ({"category": "捐赠", "fund_source": " "}, 1),
        ({"category": "捐赠", "fund_source": "干部职工捐款"}, 0),
        ({"category": "慰问", "budget": "budget/2022-办公费"}, 0),
        ({"category": "办公费"}, 0),
        ({"category": "捐赠", "amount_fen": 0}, 0),
    ],
)
def test_aid_tells_where_its_money_comes_from(money, more, flagged):
    """F21: a source, or a budget line; other categories have no such question."""
    money.item("A", *whole(**({"budget": None} | more)))

    assert len(money.rows("F21")) == flagged


def test_the_office_says_what_is_aid(money):
    """F21: its own words for it are set."""
    money.set(aid_categories=("结对共建",))
    money.item("A", *whole(budget=None, category="捐赠"))
    money.item("B", *whole(budget=None, category="结对共建"))

    assert [row.record for row in money.rows("F21")] == ["fund/B"]
