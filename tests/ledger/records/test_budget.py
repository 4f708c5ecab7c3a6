"""Budget lines: what is approved, reserved, spent, restored and left, to the fen at every version."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.errors import MalformedError
from ledger.family import Change, Happened
from ledger.records import budget
from tests.ledger.records import spending as s
from tests.ledger.records.world import World

ITEM = "fund/x"
RESERVED = budget.Reserved(item=ITEM, category="办公费", amount_fen=600)


def line(*happened: Happened, approved_fen: int = 1000) -> World:
    """An office with one line and this history, whose keeper is about to act."""
    office = s.office(budget_fen=approved_fen)
    office.given(s.LINE, *happened)
    return s.as_(office, "郑")


def codes(office: World, happened: Happened) -> list[str]:
    """Return the rules that an event breaks, bonds left out: the other end is not told here."""
    broken = office.judge([Change(s.LINE, happened)])
    return [breach.code for breach in broken if not breach.code.startswith("B2")]


def approved(**more: object) -> dict[str, object]:
    """What is told of a further line, with the document that approves it."""
    return {**s.APPROVED, "code": "差旅费", "amount_fen": 1, **more}


def test_a_further_document_gives_more_or_takes_some_back():
    """What the authority approves further counts as approved; left is reckoned from all of it."""
    office = line(RESERVED)
    document = {"citation": "财预〔2022〕30号", "reason": "追加"}

    office.when("budget.revise", s.LINE, delta_fen=500, **document)
    office.when("budget.revise", s.LINE, delta_fen=-100, **document)

    state = office.state(s.LINE)
    assert (state.approved_fen, state.reserved_fen, state.left_fen) == (1400, 600, 800)
    assert office.refused("budget.revise", s.LINE, delta_fen=-801, **document) == ["B13"]
    assert office.refused("budget.revise", s.LINE, delta_fen=0, **document) == ["B12"]


def test_a_line_is_approved_once_and_closed_for_good():
    """B10: nothing happens to a line before its approval or after its close."""
    office = line()
    assert "B10" in office.refused("budget.approve", s.LINE, **s.APPROVED, amount_fen=1)
    office.when("budget.close", s.LINE, reason="撤销")

    assert codes(office, RESERVED) == ["B10"]
    assert office.refused("budget.close", s.LINE, reason="撤销") == ["B10"]
    assert office.judge([Change("budget/2022-X", RESERVED)])[0].code == "B10"


def test_only_its_keepers_approve_adjust_and_close():
    """B11: the posts that the line names."""
    office = s.as_(line(), "何")

    assert office.refused("budget.approve", **approved()) == ["B11"]
    assert office.refused("budget.close", s.LINE, reason="x") == ["B11"]
    assert office.refused("budget.revise", s.LINE, delta_fen=1, citation="x") == ["B11"]


def test_amounts_are_above_nothing():
    """B12: nobody reserves less than nothing to make room."""
    office = line()

    assert codes(office, budget.Reserved(item=ITEM, category="x", amount_fen=-1)) == ["B12"]
    assert codes(office, budget.Restored(item=ITEM, amount_fen=0)) == ["B12"]
    assert office.refused("budget.approve", **approved(amount_fen=0)) == []
    assert office.refused("budget.approve", **approved(amount_fen=-1)) == ["B12"]


@pytest.mark.parametrize(("amount_fen", "broken"), [(400, []), (401, ["R9"])])
def test_the_last_yuan_is_reserved_and_no_more(amount_fen, broken):
    """R9: what is left is what may be reserved."""
    wanted = budget.Reserved(item="fund/y", category="x", amount_fen=amount_fen)

    assert codes(line(RESERVED), wanted) == broken


def test_money_goes_to_its_purpose():
    """B14: a line that names purposes takes nothing else."""
    office = line()
    record = office.when("budget.approve", **approved(code="三公", purposes=("公务接待",)))

    wanted = budget.Reserved(item=ITEM, category="旅游", amount_fen=1)
    reserved = office.judge([Change(record, wanted)])[0]

    assert (reserved.code, reserved.message) == ("B14", "三公 is for 公务接待, not for 旅游")
    right = budget.Reserved(item=ITEM, category="公务接待", amount_fen=1)
    assert [each.code for each in office.judge([Change(record, right)])] == ["B21"]


def test_an_item_spends_and_releases_only_what_it_reserved():
    """B15, B16: not what another item reserved; by a step that is known."""
    office = line(RESERVED)

    assert codes(office, budget.Spent(item=ITEM, amount_fen=600)) == []
    assert codes(office, budget.Spent(item=ITEM, amount_fen=601)) == ["B15"]
    assert codes(office, budget.Spent(item="fund/y", amount_fen=1)) == ["B15"]
    assert codes(office, budget.Released(item=ITEM, amount_fen=600, step="退回")) == []
    assert codes(office, budget.Released(item=ITEM, amount_fen=601, step="x")) == ["B15", "B16"]


def test_what_comes_back_was_spent():
    """B17: no more than was paid."""
    office = line(RESERVED, budget.Spent(item=ITEM, amount_fen=500))

    assert codes(office, budget.Restored(item=ITEM, amount_fen=500)) == []
    assert codes(office, budget.Restored(item=ITEM, amount_fen=501)) == ["B17"]


def test_a_document_of_the_authority_approves_a_line():
    """B30: its number is told, for the first amount and for every further one."""
    office = line()

    assert office.refused("budget.approve", **approved(citation=" ")) == ["B30"]
    assert office.refused("budget.revise", s.LINE, delta_fen=1, citation="") == ["B30"]
    assert office.refused("budget.approve", **approved()) == []


def test_nothing_on_a_line_is_dated_ahead():
    """B39: an approval of tomorrow has not been given; yesterday's counts from its own day."""
    office = line()

    assert office.refused("budget.approve", **approved(occurred_on=date(2022, 3, 2))) == ["B39"]
    record = office.when("budget.approve", **approved(occurred_on=s.YESTERDAY))
    assert office.events[record][-1].occurred_on == s.YESTERDAY


def test_a_line_with_open_reservations_is_not_closed():
    """B19: each item is paid or returned first."""
    assert line(RESERVED).refused("budget.close", s.LINE, reason="x") == ["B19"]


def test_the_final_accounts_state_what_is_left():
    """B36: what the line had, spent and has left; figures of the books that differ are refused."""
    spent = budget.Spent(item=ITEM, amount_fen=600)
    office = line(RESERVED, spent, budget.Restored(item=ITEM, amount_fen=50))

    _, broken = office.attempt("budget.close", s.LINE, left_fen=400, reason="x")
    office.when("budget.close", s.LINE, left_fen=450, reason="x")

    assert [(each.code, each.message) for each in broken] == [
        ("B36", "left: the accounts say 4.00元, the line has 4.50元")
    ]
    told = office.events[s.LINE][-1]
    assert (told.budget_fen, told.spent_fen, told.left_fen) == (1000, 550, 450)


@pytest.mark.parametrize(
    ("forged", "words"), [({"budget_fen": 1}, "budget"), ({"spent_fen": 1}, "spent")]
)
def test_no_figure_of_the_final_accounts_is_made_up(forged, words):
    """B36: nor may a changed program state what the line never had or spent."""
    told = budget.Closed(**{"left_fen": 1000, "budget_fen": 1000, "reason": "x", **forged})

    (breach,) = line().judge([Change(s.LINE, told)])

    assert (breach.code, breach.message.partition(":")[0]) == ("B36", words)


def test_a_line_is_closed_at_the_end_of_its_year_or_says_why_before():
    """B37: the fiscal year is the calendar year."""
    office = line()
    assert office.refused("budget.close", s.LINE) == ["B37"]

    office.day = date(2022, 12, 31)

    assert office.refused("budget.close", s.LINE) == []


def test_a_line_is_named_by_year_and_code():
    """B20: the record is what the year and code make."""
    assert budget.key(2022, "办公费") == s.LINE
    named = approved(code="Y")
    assert line().refused("budget.approve", "budget/2022-X", **named) == ["B20", "B20"]
    with pytest.raises(MalformedError):
        budget.key(2022, "办公 费")


def test_nobody_reserves_without_an_item_that_signs():
    """B21 to B27: each end alone is refused."""
    office = line(RESERVED, budget.Reserved(item=ITEM, category="x", amount_fen=100))
    loose = [
        budget.Reserved(item=ITEM, category="x", amount_fen=1),
        *(budget.Released(item=ITEM, amount_fen=1, step=step) for step in budget.RELEASING),
        budget.Spent(item=ITEM, amount_fen=1),
    ]

    broken = [office.judge([Change(s.LINE, each)])[0].code for each in loose]

    assert broken == ["B21", "B22", "B23", "B24", "B25", "B26"]


def test_a_payment_counts_on_one_day_in_both_places():
    """B26, B27: the line is told the day that the item is told, of payments and reversals."""
    office = s.office()
    item = s.signed(office)
    paid = {"amount_fen": 115_280, "paid_on": s.YESTERDAY}
    s.as_(office, "钱")

    assert s.forged(office, "fund.pay", item, paid, paid_on=s.TODAY) == ["B26", "B26"]
    office.when("fund.pay", item, **paid)
    back = {"amount_fen": 280, "reason": "退货"}
    assert s.forged(office, "fund.reverse", item, back, reversed_on=s.YESTERDAY) == [
        "B27",
        "B27",
    ]
    assert office.events[s.LINE][-1].occurred_on == s.YESTERDAY
