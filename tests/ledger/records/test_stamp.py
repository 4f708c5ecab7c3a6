"""Time stamps over checkpoints: taken once, renewed while they are good, kept by administrators."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.records.office import ADMINISTRATOR
from ledger.records.stamp import key
from tests.ledger.records.world import World

RECORD = key(7)
TOLD: dict[str, Any] = {
    "stamp": "a" * 64,
    "stamped_at": "2022-03-01T01:00:00.000000Z",
    "authority": "CN=Time Stamps",
    "algorithm": "sha256",
    "expires_at": "2023-03-01T00:00:00.000000Z",
}
LATER = {**TOLD, "stamp": "b" * 64, "stamped_at": "2023-02-01T00:00:00.000000Z",
         "expires_at": "2025-01-01T00:00:00.000000Z"}  # fmt: skip


def office(*posts: str) -> World:
    """An office whose officer holds these posts."""
    return World(posts={"officer/A": set(posts or (ADMINISTRATOR,))})


def stamped() -> World:
    """The same, after the checkpoint of size 7 was stamped."""
    world = office()
    world.when("stamp.take", size=7, checkpoint="c" * 64, **TOLD)
    return world


def test_a_checkpoint_is_stamped_and_its_stamp_renewed():
    """The last stamp counts; each renewal names the stamp it renews."""
    world = stamped()

    world.when("stamp.renew", RECORD, **LATER)

    state = world.state(RECORD)
    assert (state.size, state.checkpoint) == (7, "c" * 64)
    assert [each.stamp for each in state.told] == ["a" * 64, "b" * 64]
    assert state.last.renews == "a" * 64


def test_a_checkpoint_is_stamped_once():
    """Z1: a second first stamp is none, and nothing is renewed that was never taken."""
    world = stamped()

    assert world.refused("stamp.take", size=7, checkpoint="c" * 64, **LATER) == ["Z1"]
    assert office().refused("stamp.renew", RECORD, **LATER) == ["Z1"]


@pytest.mark.parametrize(
    "stamped_at", ["2022-02-28T00:00:00.000000Z", "2023-03-01T00:00:00.000001Z"]
)
def test_a_stamp_is_renewed_while_it_is_good(stamped_at):
    """Z2: a stamp that has ended is renewed by nothing, nor is one by an older stamp."""
    assert stamped().refused("stamp.renew", RECORD, **{**LATER, "stamped_at": stamped_at}) == [
        "Z2"
    ]


def test_administrators_keep_the_stamps():
    """Z3: nobody else records one."""
    told = {"size": 7, "checkpoint": "c" * 64, **TOLD}

    assert office("领导").refused("stamp.take", **told) == ["Z3"]
