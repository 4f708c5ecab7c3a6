"""Bank statements: received, entered line by line, explained, complete when they add up."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ledger.family import AS_FOUND
from ledger.records.statement import IN, OUT
from tests.ledger.records import spending as s
from tests.ledger.records.world import World

FEBRUARY: dict[str, Any] = {
    "account": "6222 0001", "from_day": date(2022, 2, 1), "until_day": s.YESTERDAY,
}  # fmt: skip
LINE: dict[str, Any] = {
    "traded_on": date(2022, 2, 9), "amount_fen": 115_280, "counterparty": "金桥办公用品店",
}  # fmt: skip


def received(**more: Any) -> tuple[World, str]:
    """An office whose bookkeeper has a statement."""
    office = s.as_(s.office(), "周")
    return office, office.when("statement.receive", **{**FEBRUARY, **more})


def test_a_statement_is_received_entered_and_completed():
    """Only when it is complete does it cover the days of its period."""
    office, record = received()
    office.when("statement.enter", record, **LINE)
    office.when("statement.enter", record, **{**LINE, "direction": IN, "amount_fen": 100})

    before = office.state(record).covers(s.YESTERDAY)
    office.when("statement.complete", record)
    after = office.state(record)

    assert (before, after.covers(s.YESTERDAY), after.covers(s.TODAY)) == (False, True, False)
    assert (after.moved_fen, len(after.lines)) == (-115_180, 2)


def test_a_complete_statement_adds_up():
    """ST4: opening balance and lines make the closing balance, where both are told."""
    office, record = received(opening_fen=200_000, closing_fen=84_720)

    assert office.refused("statement.complete", record) == ["ST4"]
    office.when("statement.enter", record, **LINE)

    office.when("statement.complete", record)
    assert office.state(record).completed


@pytest.mark.parametrize(
    ("verb", "asked"),
    [
        ("receive", {**FEBRUARY, "until_day": date(2022, 1, 1)}),
        ("receive", {**FEBRUARY, "account": " "}),
        ("enter", {**LINE, "amount_fen": 0}),
        ("enter", {**LINE, "traded_on": s.TODAY}),
        ("explain", {"line": 1, "reason": " "}),
    ],
)
def test_a_line_is_told_whole(verb, asked):
    """ST3: an amount, a day within the period, a reason."""
    office, record = received()
    office.when("statement.enter", record, **LINE)

    assert office.refused(
        f"statement.{verb}", "" if verb == "receive" else record, **asked
    ) == ["ST3"]


def test_steps_come_in_their_order():
    """ST1: no second receipt, no line before it or after the end, no word on a line that is not there."""
    office, record = received()

    assert office.refused("statement.receive", record, **FEBRUARY) == ["ST1"]
    assert office.refused("statement.explain", record, line=1, reason="手续费") == ["ST1"]
    assert office.refused("statement.enter", "statement/" + "9" * 26, **LINE) == ["ST1"]
    office.when("statement.complete", record)
    assert office.refused("statement.enter", record, **LINE) == ["ST1"]


def test_what_is_no_item_of_money_is_explained():
    """A fee of the bank needs no sign-off; who says so signs for it."""
    office, record = received()
    office.when("statement.enter", record, **{**LINE, "amount_fen": 500})

    office.when("statement.explain", record, line=1, reason="手续费")

    assert office.state(record).explained == ((1, "手续费"),)


def test_who_pays_does_not_keep_the_statement():
    """ST2: its keepers are told when it is received; the cashier is none of them."""
    office, record = received()

    assert s.as_(office, "钱").refused("statement.enter", record, **LINE) == ["ST2"]


def test_lines_found_are_a_statement_of_what_they_tell():
    """An imported table has lines only, whoever enters it; it is completed for a period by its keepers."""
    office = s.office()
    office.basis = AS_FOUND
    record = office.when(
        "statement.enter", "statement/" + "1" * 26, account="6222 0001", **LINE
    )
    office.basis = "direct"
    assert s.as_(office, "钱").refused("statement.complete", record) == ["ST2", "ST4"]
    s.as_(office, "周")

    assert office.refused("statement.complete", record) == ["ST4"]
    office.when("statement.complete", record, from_day=date(2022, 2, 1), until_day=s.YESTERDAY)

    told = office.state(record)
    assert (told.account, told.lines[0].direction, told.covers(s.YESTERDAY)) == (
        "6222 0001", OUT, True,
    )  # fmt: skip
