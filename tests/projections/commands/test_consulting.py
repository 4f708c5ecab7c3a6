"""`qifeng audit --under`: a question is recorded before it is answered."""

from __future__ import annotations

import pytest

from ledger.application.mapper import open_event


@pytest.fixture
def opened(room):
    """A room with an open consultation."""
    told = room.say(
        "--as", "孙梅", "consultation", "open", "--reader", "王审计", "--unit", "县审计局",
        "--purpose", "经责审计", "--letter", "县审函1号",
    )  # fmt: skip
    return room, told["events"][0]["record"]


def test_a_question_is_an_event_and_is_answered(opened):
    """The words of the command, the size of the log, the officer who asked for the auditor."""
    room, record = opened

    told = room(
        "--as",
        "孙梅",
        "audit",
        "--under",
        "县审计局 王审计",
        "search",
        "办公",
        "--family",
        "rule",
    )

    assert told.code == 0, told.err
    state = room.ledger().state(record)
    assert state.questions == 1
    (question,) = [
        open_event(row.event, room.ledger().kinds)[1].question
        for row in room.ledger().store.history(record)
        if row.kind == "consultation.asked/1"
    ]
    words = ("audit", "--under", "县审计局 王审计", "search", "办公", "--family", "rule")
    assert question == words


def test_after_the_end_nothing_is_answered(opened):
    """A closed consultation is refused, and the answer is not given."""
    room, record = opened
    room.say("--as", "孙梅", "consultation", "close", record)

    told = room("--as", "孙梅", "audit", "--under", record, "trail", record)

    assert (told.code, told.out) == (1, "")
    assert "CO2" in told.err


def test_without_a_consultation_nothing_is_recorded(opened):
    """Reading alone writes nothing."""
    room, record = opened
    before = room.ledger().store.head().size

    room.say("audit", "trail", record)

    assert room.ledger().store.head().size == before
