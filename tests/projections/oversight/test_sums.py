"""Totals by line, supplier, category, officer and period, in figures that can be added up by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from ledger.records import budget
from ledger.records.fund import events as fund
from tests.projections.conftest import only
from tests.projections.oversight import kept as k

LINE = "budget/2022-办公费"
SIGNED = (
    k.signed("2022-03-02", 1),
    k.signed("2022-03-03", 2, "郑"),
    k.signed("2022-03-04", 3, "刘"),
)
OFFICE = {
    "fund/1": (k.submitted("2022-03-01", 10_000), *SIGNED, k.paid(date(2022, 3, 31))),
    "fund/2": (k.submitted("2022-03-01", 3_000, payee="印刷厂", category="印刷费"), *SIGNED),
    "fund/3": (k.submitted("2022-04-01", 700), k.returned("2022-04-02", 1)),
    "fund/4": (
        k.submitted("2022-04-01", 5_000), k.signed("2022-04-01", 1), k.paid(date(2022, 7, 1), 5_000),
        fund.Reversed(amount_fen=2_000, reversed_on=date(2022, 7, 9), **k.by("钱")),
    ),
    "fund/5": (k.submitted("2022-04-01", 400, budget=None), k.signed("2022-04-02", 1)),
}  # fmt: skip


def rows():
    """Return the rows of an office with five items, one of them without a budget line."""
    return k.kept({record: k.history(steps) for record, steps in OFFICE.items()})


def test_a_month_tells_counts_and_amounts_of_each_move():
    """Each step stands in the month of its own day."""
    march, april, july = rows().ask("months")

    assert (march["period"], april["period"], july["period"]) == (
        "2022-03",
        "2022-04",
        "2022-07",
    )
    assert (march["submitted_n"], march["submitted_fen"]) == (2, 13_000)
    assert (march["approved_n"], march["approved_fen"]) == (2, 13_000)
    assert (march["paid_n"], march["paid_fen"], april["paid_n"]) == (1, 10_000, 0)
    assert (april["returned_n"], april["returned_fen"]) == (1, 700)
    assert (july["paid_fen"], july["reversed_n"], july["reversed_fen"]) == (5_000, 1, 2_000)


def test_quarters_and_years_hold_their_months():
    """The third quarter has July's payment; the year has all."""
    first, second, third = rows().ask("quarters")
    (year,) = rows().ask("years")

    assert (first["period"], second["period"], third["period"]) == (
        "2022-Q1", "2022-Q2", "2022-Q3"
    )  # fmt: skip
    assert (third["paid_fen"], year["paid_fen"], year["period"]) == (5_000, 15_000, "2022")


def test_as_of_a_day_periods_hold_what_had_happened():
    """By the end of March nothing was returned."""
    (march,) = rows().ask("months", as_of=date(2022, 3, 31))

    assert (march["submitted_n"], march["paid_fen"], march["returned_n"]) == (2, 10_000, 0)


def test_a_correction_makes_an_approval_void():
    """What was signed in full is asked for anew: the approval is taken off again."""
    corrected = fund.Corrected(
        amount_fen=12_000,
        terms=k.TERMS,
        item_digest="e",
        occurred_at="2022-03-09",
        **k.by("何"),
    )
    told = k.kept({k.ITEM: k.history([k.submitted("2022-03-01"), *SIGNED, corrected])})

    (month,) = told.ask("months")

    assert (month["approved_n"], month["voided_n"], month["voided_fen"]) == (1, 1, 10_000)
    assert (month["corrected_n"], month["corrected_fen"]) == (1, 2_000)


def test_suppliers_stand_with_their_share_most_paid_first():
    """Two suppliers, 13,000 fen net to one of them and nothing yet to the other."""
    first, second = rows().ask("payees")

    assert (first["payee"], first["items"], first["net_fen"], first["permille"]) == (
        "文具店", 4, 13_000, 1000
    )  # fmt: skip
    assert (second["payee"], second["approved_fen"], second["net_fen"]) == ("印刷厂", 3_000, 0)
    assert (first["largest_fen"], first["handlers"]) == (10_000, 1)


def test_currencies_are_never_added_up():
    """A supplier paid in two currencies stands twice."""
    told = k.kept({
        "fund/1": k.history([k.submitted("2022-03-01", 10)]),
        "fund/2": k.history([k.submitted("2022-03-01", 20, currency="EUR")]),
    })  # fmt: skip

    assert [(row["currency"], row["asked_fen"]) for row in told.ask("payees")] == [
        ("CNY", 10),
        ("EUR", 20),
    ]


def test_an_officer_stands_with_each_level_and_step():
    """孙 signs level 1 and returned one; 钱 paid twice and took one reversal."""
    told = rows().ask("officers")

    level_1 = only(told, signer="孙", level_name="经办")
    assert (level_1["signatures"], level_1["returned"], level_1["amount_fen"]) == (4, 1, 40_000)
    assert only(told, signer="钱", level_name="付款")["amount_fen"] == 15_000
    assert only(told, signer="钱", level_name="冲销")["signatures"] == 1
    assert only(told, signer="何", level_name="申报")["amount_fen"] == 19_100


def test_who_was_entered_by_name_is_the_one_officer_of_that_name():
    """A signature from paper counts with the officer's own; of two of one name nobody can say."""
    on_paper = {"basis": "paper", "signer_name": "孙"}
    first = k.history([k.submitted("2022-03-01"), k.signed("2022-03-02", 1)])
    paper = replace(k.signed("2022-03-02", 1, **on_paper), signer="孙")
    second = k.history([k.submitted("2022-03-01"), paper])
    namesake = replace(k.signed("2022-03-02", 1), signer="officer/另一位")
    third = k.history([k.submitted("2022-03-01"), namesake])

    one = k.kept({"fund/1": first, "fund/2": second}).ask("officers", level_name="经办")
    several = k.kept({"fund/1": first, "fund/2": second, "fund/3": third})

    assert [(row["officer"], row["signatures"], row["paper"]) for row in one] == [
        ("officer/孙", 2, 1)
    ]
    assert len(several.ask("officers", level_name="经办")) == 3


def test_a_line_stands_with_its_budget_and_its_items(history, ask):
    """Reserved, in sign-off, approved and not paid, paid, came back, left; and paid outside of it."""
    history.tell(
        (LINE, budget.Approved(year=2022, code="办公费", name="办公费", amount_fen=50_000))
    )
    for record, steps in OFFICE.items():
        history.tell(*((record, step) for step in steps))
    history.tell((LINE, budget.Reserved(item="fund/1", category="办公费", amount_fen=10_000)))
    history.tell((LINE, budget.Spent(item="fund/1", amount_fen=10_000)))

    with_line, without = ask("fund_oversight", "lines")

    assert (with_line["name"], with_line["budget_fen"], with_line["left_fen"]) == (
        "办公费", 50_000, 40_000
    )  # fmt: skip
    assert (with_line["items"], with_line["approved_fen"], with_line["in_sign_off_fen"]) == (
        4, 3_000, 0
    )  # fmt: skip
    assert (with_line["paid_fen"], with_line["reversed_fen"], with_line["outside_fen"]) == (
        15_000, 2_000, 5_000
    )  # fmt: skip
    assert (without["line"], without["in_sign_off_fen"], without["budget_fen"]) == (
        "",
        400,
        None,
    )


def test_spending_runs_against_the_budget_as_it_was_then(history, ask):
    """A cut of the budget shows from the month on in which it was decided."""
    history.tell((LINE, budget.Approved(year=2022, code="办公费", amount_fen=50_000)))
    history.tell(*(("fund/1", step) for step in OFFICE["fund/1"]))
    for _ in range(40):
        history.tell(
            ("budget/2022-差旅费", budget.Released(item="fund/9", amount_fen=0, step="退回"))
        )
    history.tell((LINE, budget.Revised(delta_fen=-10_000, citation="d", reason="r")))

    rows = ask("fund_oversight", "spending")

    assert [(row["month"], row["net_fen"], row["total_fen"], row["budget_fen"]) for row in rows] == [
        (1, 0, 0, None), (2, 0, 0, None), (3, 10_000, 10_000, 50_000), (4, 0, 10_000, 40_000),
    ]  # fmt: skip
    assert rows[-1]["permille"] == 250


def test_spending_is_told_of_the_year_asked_for(history, ask):
    """Of a year without budget or payment there is nothing to tell."""
    history.tell(*(("fund/1", step) for step in OFFICE["fund/1"]))

    assert ask("fund_oversight", "spending", as_of=date(2021, 12, 31)) == []
    assert len(ask("fund_oversight", "spending", where=(("year", "2022"),))) >= 3
