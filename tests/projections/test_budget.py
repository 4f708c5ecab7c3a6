"""Given what happened to budget lines, the oversight shows them on any day, by month, by head, to the fen."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from ledger.family import AS_FOUND
from ledger.records import budget
from ledger.records.budget import Share
from ledger.records.outlays import Adopted, Amended, Head
from tests.projections import test_money as money

HOSTING, CARS, OFFICE = "budget/2022-公务接待", "budget/2022-公务用车", "budget/2022-办公费"
OUTLAYS = "outlays/三公经费"
HEADS = (
    Head(name="公务接待费", lines=("公务接待",), categories=("公务接待",)),
    Head(name="公务用车购置及运行费", lines=("公务用车",)),
    Head(name="因公出国（境）费", lines=("因公出国",), categories=("因公出国",)),
)
ADOPTED = Adopted(
    code="三公经费", heads=HEADS, citation="条例第七条", effective_on=date(2022, 1, 1)
)
AMOUNTS = ("budget_fen", "spent_fen", "restored_fen", "net_fen", "left_fen", "permille")


def approved(record, amount_fen, **more):
    """What approves a line of 2022, on the first day of the year."""
    code = record.partition("-")[2]
    told = {"code": code, "name": code, "amount_fen": amount_fen, "citation": "财预〔2022〕1号"}
    day = {"occurred_on": date(2022, 1, 1)}
    return record, budget.Approved(year=2022, **{**told, **day, **more})


def spent(record, item, amount_fen, day, category="公务接待"):
    """What an item of a category reserves and, on a day, spends."""
    item = f"fund/{item}"
    reserved = budget.Reserved(item=item, category=category, amount_fen=amount_fen)
    return (record, reserved), (
        record, budget.Spent(item=item, amount_fen=amount_fen, occurred_on=day)
    )  # fmt: skip


def restored(record, item, amount_fen, day):
    """What comes back of an item."""
    return record, budget.Restored(item=f"fund/{item}", amount_fen=amount_fen, occurred_on=day)


def shown(rows, *names):
    """Return these columns of some rows."""
    return [tuple(row[name] for name in names) for row in rows]


def tell_on(history, month, day, *told):
    """Record this on a day of 2022."""
    history.moment = datetime(2022, month, day, 1, tzinfo=UTC) - timedelta(days=1)
    history.tell(*told)


@pytest.fixture
def year(history):
    """Two lines of the three, one of none, and what was spent in two quarters."""
    history.tell(
        approved(HOSTING, 10_000), approved(CARS, 8_000), approved(OFFICE, 50_000),
        (OUTLAYS, ADOPTED),
    )  # fmt: skip
    tell_on(history, 3, 10, *spent(HOSTING, "a", 3_000, date(2022, 3, 10)))
    tell_on(history, 3, 20, *spent(CARS, "c", 8_000, date(2022, 3, 20), category="公务用车"))
    tell_on(history, 4, 5, *spent(HOSTING, "b", 1_000, date(2022, 4, 5), category="会议费"))
    tell_on(history, 5, 6, restored(HOSTING, "a", 500, date(2022, 5, 6)))
    tell_on(history, 5, 7, *spent(OFFICE, "d", 700, date(2022, 5, 7)))
    tell_on(history, 5, 8, *spent(OFFICE, "e", 900, date(2022, 5, 8), category="办公费"))
    return history


def test_a_line_stands_on_a_day_as_all_that_counted_by_then(history, ask):
    """A payment recorded late is there on its own day, and takes nothing later along."""
    history.tell(approved(OFFICE, 1_000))
    for name, day in (("late", 20), ("early", 10)):
        history.tell(*spent(OFFICE, name, 100, date(2022, 2, day), category="办公费"))
    history.tell((OFFICE, budget.Closed(occurred_on=date(2022, 3, 1))))

    told = {
        day: shown(
            ask("fund_oversight", "budget", as_of=day), "spent_fen", "left_fen", "closed"
        )
        for day in (date(2021, 12, 31), date(2022, 1, 1), date(2022, 2, 10), date(2022, 2, 20))
    }

    assert list(told.values()) == [
        [], [(0, 1_000, False)], [(100, 900, False)], [(200, 800, False)],
    ]  # fmt: skip
    assert shown(ask("fund_oversight", "budget"), "spent_fen", "left_fen", "closed_on") == [
        (200, 800, "2022-03-01")
    ]


def test_what_is_paid_on_a_day_is_not_reserved_on_it_too(history, ask):
    """Reserved on the 2nd, paid on the 4th and entered on the 6th: never counted twice nor below nothing."""
    history.tell(approved(OFFICE, 1_000))
    history.moment += timedelta(days=1)
    reserve, pay = spent(OFFICE, "a", 300, date(2022, 3, 5), category="办公费")
    history.tell(reserve)
    history.moment += timedelta(days=3)
    history.tell(pay)

    told = [
        shown(
            ask("fund_oversight", "budget", as_of=date(2022, 3, day)),
            *("reserved_fen", "left_fen"),
        )
        for day in (3, 4, 5, 7)
    ]

    assert told == [[(0, 1_000)], [(300, 700)], [(0, 700)], [(0, 700)]]


def test_a_line_and_its_parts_are_shown_with_what_went_where(history, ask):
    """The whole has what was not broken down; each part names its whole."""
    history.tell(approved(OFFICE, 1_000))
    whole = budget.BrokenDown(parts=(Share(code="印刷费", name="印刷", amount_fen=400),))
    given = budget.Assigned(
        parent=OFFICE, year=2022, code="印刷费", name="印刷", purposes=("印刷费",), amount_fen=400,
        keepers=("财务负责人",), occurred_on=None,
    )  # fmt: skip
    history.tell((OFFICE, whole), ("budget/2022-印刷费", given))
    history.tell(
        (OFFICE, budget.PartClosed(line="budget/2022-印刷费", spent_fen=0, left_fen=400))
    )

    rows = ask("fund_oversight", "budget")

    columns = ("code", "parent", "assigned_fen", "broken_down_fen", "budget_fen", "left_fen")
    assert shown(rows, *columns) == [
        ("办公费", None, 0, 400, 600, 600),
        ("印刷费", OFFICE, 400, 0, 400, 400),
    ]


def test_money_adjusted_and_approved_further_is_told_apart(history, ask):
    """What the authority gave more counts as approved, what a decision moved as adjusted."""
    history.tell(approved(OFFICE, 1_000), approved(CARS, 500))
    history.tell((OFFICE, budget.Revised(delta_fen=-100, citation="财预〔2022〕9号")))
    moved = budget.AdjustedIn(source=OFFICE, amount_fen=50, decision="d", occurred_on=None)
    history.tell(
        (OFFICE, budget.AdjustedOut(to=CARS, amount_fen=50, decision="d")), (CARS, moved)
    )

    rows = ask("fund_oversight", "budget")

    columns = ("code", "approved_fen", "adjusted_fen", "budget_fen")
    assert shown(rows, *columns) == [("公务用车", 500, 50, 550), ("办公费", 900, -50, 850)]


@pytest.mark.usefixtures("year")
def test_months_and_quarters_tell_what_moved_and_where_it_then_stood(ask):
    """Spent and come back in the period; budget, net and the share used at its end."""
    months = ask("fund_oversight", "budget_months", where=(("line", HOSTING),))
    quarters = ask("fund_oversight", "budget_quarters", where=(("line", HOSTING),))

    columns = ("period", "approved_fen", "spent_fen", "restored_fen", "net_fen", "permille")
    assert shown(months, *columns) == [
        ("2022-01", 10_000, 0, 0, 0, 0),
        ("2022-03", 0, 3_000, 0, 3_000, 300),
        ("2022-04", 0, 1_000, 0, 4_000, 400),
        ("2022-05", 0, 0, 500, 3_500, 350),
    ]
    assert shown(quarters, *columns) == [
        ("2022-Q1", 10_000, 3_000, 0, 3_000, 300),
        ("2022-Q2", 0, 1_000, 500, 3_500, 350),
    ]


@pytest.mark.usefixtures("year")
def test_the_three_are_shown_each_with_its_budget_and_the_share_used(ask):
    """A line's spending is its head's, whatever for; from other lines it is outside; none is nothing."""
    rows = ask("fund_oversight", "outlays")

    assert shown(rows, "head", "year", *AMOUNTS, "outside_fen") == [
        ("公务接待费", 2022, 10_000, 4_700, 500, 4_200, 6_500, 420, 700),
        ("公务用车购置及运行费", 2022, 8_000, 8_000, 0, 8_000, 0, 1000, 0),
        ("因公出国（境）费", 2022, 0, 0, 0, 0, 0, None, 0),
    ]


@pytest.mark.usefixtures("year")
def test_the_three_are_shown_by_line_and_quarter(ask):
    """Each line of a head, and what another line paid for it, which has no budget for that."""
    lines = ask("fund_oversight", "outlays_lines", where=(("head", "公务接待费"),))
    quarters = ask("fund_oversight", "outlays_quarters", where=(("head", "公务接待费"),))

    assert shown(lines, "name", "outside", *AMOUNTS) == [
        ("公务接待", False, 10_000, 4_000, 500, 3_500, 6_500, 350),
        ("办公费", True, 0, 700, 0, 700, 0, None),
    ]
    assert shown(quarters, "line", "period", "spent_fen", "restored_fen", "permille") == [
        (HOSTING, "2022-Q1", 3_000, 0, 300),
        (HOSTING, "2022-Q2", 1_000, 500, 350),
        (OFFICE, "2022-Q2", 700, 0, None),
    ]


@pytest.mark.usefixtures("year")
def test_the_three_as_of_a_day_are_as_they_stood_then(ask):
    """At the end of March: what was paid by then, against what was approved by then."""
    rows = ask("fund_oversight", "outlays", as_of=date(2022, 3, 31))

    assert shown(rows, "head", "net_fen", "left_fen") == [
        ("公务接待费", 3_000, 7_000), ("公务用车购置及运行费", 8_000, 0), ("因公出国（境）费", 0, 0),
    ]  # fmt: skip
    assert ask("fund_oversight", "outlays", as_of=date(2021, 12, 31)) == []


def test_what_is_counted_together_is_a_versioned_record(year, ask):
    """From its day on an amendment counts, for all figures of an answer; before it was known, not."""
    before = year.store.head().size - 1
    both = (Head(name="接待与用车", lines=("公务接待", " 公务用车")),)
    day = date(2022, 7, 1)
    year.tell((OUTLAYS, Amended(heads=both, citation="会议纪要", effective_on=day)))

    then = ask("fund_oversight", "outlays", as_of=date(2022, 6, 30))
    later = ask("fund_oversight", "outlays", as_of=day)
    unknown = ask("fund_oversight", "outlays", as_of=day, known_at=str(before))

    assert shown(then, "edition", "head") == shown(unknown, "edition", "head")
    assert {row["edition"] for row in then} == {1}
    assert shown(later, "edition", "head", *AMOUNTS) == [
        (2, "接待与用车", 18_000, 12_000, 500, 11_500, 6_500, 638)
    ]


def test_a_line_named_stands_for_its_parts(history, ask):
    """What a line is broken down into is counted where the whole is, unless named elsewhere."""
    heads = (Head(name="甲", lines=("办公费",)), Head(name="乙", lines=("丙",)))
    history.tell(
        approved(OFFICE, 1_000), (OUTLAYS, Adopted(code="三公经费", heads=heads, citation="x"))
    )
    for code, of in (("乙", OFFICE), ("丙", "budget/2022-乙")):
        share = Share(code=code, name=code, amount_fen=100)
        told = budget.Assigned(
            parent=of, year=2022, code=code, name=code, purposes=(), amount_fen=100, keepers=(),
            occurred_on=None,
        )  # fmt: skip
        history.tell((of, budget.BrokenDown(parts=(share,))), (f"budget/2022-{code}", told))

    rows = ask("fund_oversight", "outlays_lines")

    assert shown(rows, "head", "line", "budget_fen") == [
        ("甲", "budget/2022-乙", 0), ("甲", OFFICE, 900), ("乙", "budget/2022-丙", 100),
    ]  # fmt: skip


def test_what_waits_to_be_paid_is_told_beside_what_is_in_sign_off(history, ask):
    """Signed by all and reserved the one, still to be reserved the other."""
    history.tell(approved(money.LINE, 50_000))
    history.tell((money.ITEM, money.submitted()))
    history.tell(("fund/2", money.submitted(amount_fen=7_000)))
    signed = (money.signed(1, "officer/B"), money.signed(2, "officer/C", reserves_fen=10_000))
    reserved = budget.Reserved(item=money.ITEM, category="办公费", amount_fen=10_000)
    history.tell(*((money.ITEM, each) for each in signed), (money.LINE, reserved))

    (row,) = ask("fund_oversight", "budget")

    assert (row["in_sign_off_fen"], row["to_pay_fen"], row["reserved_fen"]) == (
        7_000,
        10_000,
        10_000,
    )


def test_lines_found_to_be_parts_of_each_other_are_shown_all_the_same(history, ask):
    """What was found may be wrong; the view says what it was told, and ends."""
    heads = (Head(name="甲", lines=("公务接待",)),)
    history.tell((OUTLAYS, Adopted(code="三公经费", heads=heads, citation="x")))
    for record, of in ((CARS, OFFICE), (OFFICE, CARS)):
        code = record.partition("-")[2]
        told = budget.Assigned(
            parent=of, year=2022, code=code, name=code, purposes=(), amount_fen=1, keepers=(),
            occurred_on=None,
        )  # fmt: skip
        history.tell((record, told), basis=AS_FOUND)

    assert {row["line"] for row in ask("fund_oversight", "budget")} == {CARS, OFFICE}
    assert ask("fund_oversight", "outlays_lines") == []
