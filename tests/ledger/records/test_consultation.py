"""Consultations: opened with a letter, asked under while open, closed once."""

from __future__ import annotations

import pytest

from ledger.family import Change
from ledger.records.consultation import Asked, Consultation
from tests.ledger.records.world import World

WHO = {
    "reader": "王审计",
    "unit": "县审计局",
    "purpose": "经责审计",
    "letter": "县审函〔2022〕1号",
}
QUESTION = Asked(question=("audit", "trail", "fund/1"), size=41)


def codes(office, record, happened):
    """Return the codes of the rules that an event breaks."""
    return [each.code for each in office.judge([Change(record, happened)])]


def test_questions_are_counted_until_it_is_closed():
    """Each is an event; after the end none is asked."""
    office = World()
    record = office.when("consultation.open", **WHO)
    assert codes(office, record, QUESTION) == []
    office.given(record, QUESTION, QUESTION)

    office.when("consultation.close", record)

    assert office.state(record) == Consultation(
        "王审计", "县审计局", "经责审计", 2, closed=True
    )
    assert codes(office, record, QUESTION) == ["CO2"]
    assert office.refused("consultation.close", record) == ["CO2"]


@pytest.mark.parametrize("member", list(WHO))
def test_co1_it_is_told_whole(member):
    """CO1: who, from where, why, by which letter."""
    assert World().refused("consultation.open", **{**WHO, member: " "}) == ["CO1"]


def test_co2_nothing_is_asked_before_it_is_open():
    """CO2: no letter, no question."""
    assert codes(World(), "consultation/1", QUESTION) == ["CO2"]


@pytest.mark.parametrize("words", [(), ("x",) * 201])
def test_co3_a_question_has_words(words):
    """CO3: not none, and not without end."""
    office = World()
    record = office.when("consultation.open", **WHO)

    assert codes(office, record, Asked(question=words, size=41)) == ["CO3"]
