"""Incidents with the ledger 数据安全事件: told whole, by administrators, once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ledger.family import AS_FOUND, PAPER, Context
from ledger.records.incident import FAMILY, Incident, Recorded
from ledger.records.office import ADMINISTRATOR, SECURITY
from tests.ledger.records.world import World

GOOD = Recorded(
    size=10,
    held_size=20,
    held_root="ab" * 32,
    held_by="档案馆",
    lost="十条",
    decision="继续使用",
)


def broken(happened: Recorded, *, before: Incident = FAMILY.initial, **world: Any) -> list[str]:
    """The rules that an incident breaks."""
    told = {"posts": {"officer/A": {ADMINISTRATOR}}} | world
    context: Context = World(**told)
    return [rule.code for rule in FAMILY.rules if rule.broken(before, happened, context)]


@pytest.mark.parametrize("post", [ADMINISTRATOR, SECURITY])
def test_an_administrator_records_an_incident(post):
    """What was lost, who could show it, what was decided."""
    assert broken(GOOD, posts={"officer/A": {post}}) == []
    state = FAMILY.evolve(FAMILY.initial, GOOD)
    assert state == Incident(10, 20, "ab" * 32, "档案馆", "十条", "继续使用")
    assert (FAMILY.title(state), FAMILY.title(FAMILY.initial)) == ("完好至 10，外存 20", "")


def test_a_head_known_by_its_size_alone_is_enough():
    """A receipt may say where an act stood, and no root above it."""
    assert broken(replace(GOOD, held_root="")) == []


def test_an_incident_is_recorded_once():
    """IN1: a further loss is a further incident."""
    assert broken(GOOD, before=FAMILY.evolve(FAMILY.initial, GOOD)) == ["IN1"]


@pytest.mark.parametrize(
    "wrong", [{"held_size": 10}, {"size": -1}, {"held_root": "AB" * 32}, {"held_root": "ab"}]
)
def test_an_incident_without_loss_is_refused(wrong):
    """IN2: nobody excuses what is whole, or a root that cannot be."""
    assert broken(replace(GOOD, **wrong)) == ["IN2"]


@pytest.mark.parametrize("field", ["held_by", "lost", "decision"])
def test_an_incident_is_told_whole(field):
    """IN3: white space says nothing."""
    assert broken(replace(GOOD, **{field: " "})) == ["IN3"]


@pytest.mark.parametrize(
    "world", [{"posts": {"officer/A": {"领导"}}}, {"basis": AS_FOUND}, {"basis": PAPER}]
)
def test_others_record_none(world):
    """IN4: a business post, an import, a paper."""
    assert broken(GOOD, **world) == ["IN4"]
