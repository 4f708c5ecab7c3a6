"""Red flags in the oversight of money: each one, counted by what it concerns, whatever way the view came."""

from __future__ import annotations

from contextlib import closing
from datetime import date

import pytest

from ledger.records import alarm, budget
from ledger.records.alarm.parameters import Setting
from projections.answer import Question, answer
from projections.projection import column_names
from projections.runner import Runner, ScratchPlace
from projections.views import VIEWS
from projections.views.fund_oversight.flagged import PARTS
from tests.projections.conftest import only
from tests.projections.flags.money import LINE, by, paid, signed, submitted, whole

VIEW = "fund_oversight"
DAY = date(2022, 3, 31)


@pytest.fixture
def spent(history):
    """Two items that are one, split; an item signed by its payee; each in an act of its own."""
    line = budget.Approved(year=2022, code="办公费", name="办公经费", amount_fen=10_000_000)
    history.tell((LINE, line))
    told = {
        "fund/A": whole(1, amount_fen=300_000),
        "fund/B": whole(8, amount_fen=250_000),
        "fund/C": whole(2, payee="孙", category="差旅费"),
    }
    for record, steps in told.items():
        for step in steps:
            history.tell((record, step))
    return history


@pytest.mark.usefixtures("spent")
def test_each_flag_stands_with_all_that_it_concerns(ask):
    """F05 on the first item, with both items, the seller and the line; proved by both claims."""
    row = only(ask(VIEW, "flags", as_of=DAY), code="F05")

    assert row["flag"] == "化整为零"
    assert (row["record"], row["items"]) == ("fund/A", "fund/A、fund/B")
    assert (row["suppliers"], row["lines"]) == ("金桥办公用品店", LINE)
    assert len(row["indexes"].split()) == 2


@pytest.mark.usefixtures("spent")
def test_flags_are_counted_by_item_officer_supplier_and_line(ask):
    """Whoever has most stands first; a subject is counted once a flag."""
    item = only(ask(VIEW, "flags_by_item", as_of=DAY), subject="fund/B")
    officer = only(ask(VIEW, "flags_by_officer", as_of=DAY), subject="孙")
    supplier = only(ask(VIEW, "flags_by_supplier", as_of=DAY), subject="金桥办公用品店")
    line = only(ask(VIEW, "flags_by_line", as_of=DAY), subject=LINE)

    assert (item["title"], item["codes"], item["flags"]) == ("办公用品", "F05", 1)
    assert (officer["codes"], officer["high"]) == ("F03", 1)
    assert (supplier["flags"], supplier["last_on"]) == (1, "2022-03-08")
    assert (line["title"], line["codes"], line["flags"]) == ("办公经费", "F03、F05", 2)


def _parts(runner, **asked):
    return {
        part.name: list(answer(runner, Question(VIEW, part=part.name, **asked)).rows)
        for part in PARTS
    }


def test_flags_across_items_are_the_same_followed_rebuilt_and_known_then(spent):
    """After every act: what following gives is what folding anew gives, and what was known at its index."""
    with closing(ScratchPlace()) as one, closing(ScratchPlace()) as other:
        following = Runner(spent.store, one, VIEWS)
        counts = []
        for size in range(1, spent.store.head().size + 1):
            following.follow(size)
            anew = Runner(spent.store, other, VIEWS)
            anew.rebuild()

            followed = _parts(following, as_of=DAY)

            assert _parts(anew, as_of=DAY, known_at=str(size - 1)) == followed
            counts.append(sum(row["code"] == "F05" for row in followed["flags"]))

    assert (counts[0], counts[-1]) == (0, 1)
    assert sorted(counts) == counts


@pytest.mark.usefixtures("spent")
def test_flags_stand_as_of_a_day(ask):
    """Before the second item was claimed nothing was split."""
    before = ask(VIEW, "flags", as_of=date(2022, 3, 7))
    after = ask(VIEW, "flags", as_of=date(2022, 3, 8))

    assert [row["code"] for row in before] == ["F03"]
    assert [row["code"] for row in after] == ["F03", "F05"]


@pytest.mark.usefixtures("spent")
def test_flags_of_the_days_after_one(ask):
    """`--from`: what was flagged before is left out, and counted no more."""
    late = date(2022, 3, 7)

    assert [row["code"] for row in ask(VIEW, "flags", as_of=DAY, since=late)] == ["F05"]
    assert only(ask(VIEW, "flags_by_line", as_of=DAY, since=late), subject=LINE)["flags"] == 1


@pytest.mark.usefixtures("spent")
def test_one_flag_may_be_asked_for(ask):
    """`--where code=F03` leaves out the others."""
    assert {row["code"] for row in ask(VIEW, "flags", as_of=DAY, where=(("code", "F03"),))} == {
        "F03"
    }


def test_what_flags_go_by_is_told_with_where_it_comes_from(spent, ask):
    """Shipped values say so; set ones name the version; the flags obey."""
    settings = (Setting(parameter="splitting_days", number=6),)
    spent.tell(("alarm/fund", alarm.family.Adopted(settings=settings)))

    rows = ask(VIEW, "flag_parameters", as_of=DAY)

    assert only(rows, parameter="splitting_days")["source"] == "alarm/fund version 1"
    assert only(rows, parameter="splitting_days")["shipped"] == "7"
    assert only(rows, parameter="near_days")["source"] == "shipped"
    assert "F05" not in {row["code"] for row in ask(VIEW, "flags", as_of=DAY)}


def test_the_view_and_the_audit_tell_the_same(spent, ask):
    """A flagged item stands in both with the same events: one query, two doors."""
    spent.tell(
        ("fund/D", submitted(25)),
        ("fund/D", signed("财务审核", "", **by("钱"))),
        ("fund/D", paid(26)),
    )

    (row,) = [
        row
        for row in ask(VIEW, "flags", as_of=DAY)
        if row["record"] == "fund/D" and row["code"] == "F01"
    ]

    assert set(row) == set(column_names(PARTS[0].columns))
    assert row["message"].startswith("paid 1,152.80 CNY on 2022-03-26 without the signature of")
