"""Budget lines: what is approved, reserved, spent, restored and left, to the fen at every version."""

from __future__ import annotations

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


def test_an_adjustment_makes_room_and_a_cut_takes_it():
    """By a decision, with its reason; left is reckoned from all of it."""
    office = line(RESERVED)

    office.when("budget.adjust", s.LINE, delta_fen=500, decision="财〔2022〕3号", reason="追加")

    state = office.state(s.LINE)
    assert (state.approved_fen, state.adjusted_fen, state.reserved_fen, state.left_fen) == (
        1000,
        500,
        600,
        900,
    )


def test_a_line_is_approved_once_and_closed_for_good():
    """B10: nothing happens to a line before its approval or after its close."""
    office = line()
    assert "B10" in office.refused(
        "budget.approve", s.LINE, year=2022, code="办公费", amount_fen=1
    )
    office.when("budget.close", s.LINE)

    assert codes(office, RESERVED) == ["B10"]
    assert office.refused("budget.close", s.LINE) == ["B10"]
    assert office.judge([Change("budget/2022-X", RESERVED)])[0].code == "B10"


def test_only_its_keepers_approve_adjust_and_close():
    """B11: the posts that the line names."""
    office = s.as_(line(), "何")

    assert office.refused("budget.approve", year=2022, code="差旅费", amount_fen=1) == ["B11"]
    assert office.refused("budget.close", s.LINE) == ["B11"]


def test_amounts_are_above_nothing():
    """B12: nobody reserves less than nothing to make room."""
    office = line()

    assert codes(office, budget.Reserved(item=ITEM, category="x", amount_fen=-1)) == ["B12"]
    assert codes(office, budget.Restored(item=ITEM, amount_fen=0)) == ["B12"]
    assert office.refused("budget.approve", year=2022, code="差旅费", amount_fen=0) == []


@pytest.mark.parametrize(("amount_fen", "broken"), [(400, []), (401, ["B13"])])
def test_the_last_yuan_is_reserved_and_no_more(amount_fen, broken):
    """B13: what is left is what may be reserved; the same holds for a cut."""
    office = line(RESERVED)
    cut = {"delta_fen": -amount_fen, "decision": "财〔2022〕3号", "reason": "收回"}

    assert (
        codes(office, budget.Reserved(item="fund/y", category="x", amount_fen=amount_fen))
        == broken
    )
    assert office.refused("budget.adjust", s.LINE, **cut) == broken


def test_money_goes_to_its_purpose():
    """B14: a line that names purposes takes nothing else."""
    office = s.as_(line(), "郑")
    record = office.when(
        "budget.approve", year=2022, code="三公", amount_fen=1000, purposes=("公务接待",)
    )

    (reserved,) = [
        office.judge(
            [Change(record, budget.Reserved(item=ITEM, category="旅游", amount_fen=1))]
        )[0]
    ]

    assert (reserved.code, reserved.message) == ("B14", "三公 is for 公务接待, not for 旅游")


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


@pytest.mark.parametrize("instead", [{"delta_fen": 0}, {"decision": " "}, {"reason": ""}])
def test_an_adjustment_has_its_decision(instead):
    """B18: amount, decision and reason."""
    asked = {"delta_fen": 1, "decision": "财〔2022〕3号", "reason": "追加", **instead}

    assert line().refused("budget.adjust", s.LINE, **asked) == ["B18"]


def test_a_line_with_open_reservations_is_not_closed():
    """B19: each item is paid or returned first."""
    assert line(RESERVED).refused("budget.close", s.LINE) == ["B19"]


def test_a_line_is_named_by_year_and_code():
    """B20: the record is what the year and code make."""
    assert budget.key(2022, "办公费") == s.LINE
    assert line().refused(
        "budget.approve", "budget/2022-X", year=2022, code="Y", amount_fen=1
    ) == ["B20", "B20"]
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
