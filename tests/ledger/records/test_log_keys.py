"""The log's key is rotated by two administrators; the family sees no signature."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.family import AS_FOUND, Change
from ledger.records import office as families
from ledger.records.log_keys import (
    LogKeyProposed,
    LogKeyRotated,
    propose_log_key,
    rotate_log_key,
)
from ledger.records.office import ADMINISTRATOR, OFFICE
from tests.ledger.records.world import World

A, B, CLERK = "officer/A", "officer/B", "officer/C"
NEW = LogKeyProposed(
    log_key="new", log_key_ml_dsa="pq", handover=("h",), possession=("p",), proposer=A
)
ROTATED = LogKeyRotated(log_key="new", log_key_ml_dsa="pq", handover=("h",), possession=("p",))
FOUNDED = families.Founded(name="机关", origin="o", utc_offset="+08:00", log_key="old")


def world(actor=B, *, staffed=True):
    """An office with a log key, in which two administrators and a clerk may act."""
    made = World(actor=actor, posts={A: {ADMINISTRATOR}, B: {ADMINISTRATOR}}).given(
        OFFICE, FOUNDED
    )
    return made.given(OFFICE, families.Staffed(key="key/b")) if staffed else made


def codes(office, happened):
    """The codes of the rules that an event of the office breaks."""
    return [each.code for each in office.judge([Change(OFFICE, happened)])]


def test_one_proposes_and_another_confirms():
    """Nothing is rotated before; then the new key is the log's, and the old one's name is kept."""
    office = world(A)
    (proposed,) = propose_log_key(office, OFFICE, replace(NEW, proposer=""))
    assert proposed.event == NEW
    assert codes(office, NEW) == []
    office.given(OFFICE, NEW)
    assert office.state(OFFICE).log_key == "old"

    (told,) = rotate_log_key(office.by(B), OFFICE, LogKeyRotated())
    assert told.event == ROTATED
    assert codes(office, ROTATED) == []
    state = office.given(OFFICE, ROTATED).state(OFFICE)

    assert (state.log_key, state.log_key_ml_dsa, state.earlier_log_keys) == (
        "new",
        "pq",
        ("old",),
    )
    assert state.proposed_log_key is None


def test_who_proposed_does_not_confirm():
    """O9: it takes another administrator, and saying 'alone' helps nobody once there are two."""
    office = world(A).given(OFFICE, NEW)

    assert codes(office, ROTATED) == ["O9"]
    assert codes(office, replace(ROTATED, alone=True)) == ["O9"]


def test_one_officer_rotates_alone():
    """Before the office is staffed there is nobody else: one act proposes and confirms."""
    office = world(A, staffed=False)

    changes = propose_log_key(office, OFFICE, replace(NEW, proposer=""))

    assert [each.event for each in changes] == [NEW, replace(ROTATED, alone=True)]
    assert office.judge(list(changes)) == []


@pytest.mark.parametrize(
    "other", [{"log_key": "x"}, {"log_key_ml_dsa": "x"}, {"handover": ()}, {"possession": ()}]
)
def test_what_is_confirmed_is_what_was_proposed(other):
    """O9: another key, or other signatures, are another proposal."""
    office = world().given(OFFICE, NEW)

    assert codes(office, replace(ROTATED, **other)) == ["O9"]


def test_nothing_is_confirmed_that_nobody_proposed():
    """O9: a confirmation rests on a proposal."""
    office = world()

    assert rotate_log_key(office, OFFICE, LogKeyRotated()) == [Change(OFFICE, LogKeyRotated())]
    assert codes(office, ROTATED) == ["O9"]


def test_a_clerk_neither_proposes_nor_confirms():
    """O8: administrators rotate the log's key."""
    office = world(CLERK)

    assert codes(office, NEW) == ["O8"]
    assert codes(office.given(OFFICE, NEW), ROTATED) == ["O8"]


@pytest.mark.parametrize("key", ["old", "new"])
def test_a_key_that_speaks_or_spoke_is_not_proposed(key):
    """O10: neither the one that speaks nor one before it comes again."""
    office = world().given(OFFICE, NEW, ROTATED)

    assert codes(office, replace(NEW, log_key=key)) == ["O10"]


def test_a_rotation_is_never_entered_as_found():
    """O3: nobody imports authority over the log."""
    office = world(A)
    office.basis = AS_FOUND

    assert codes(office, NEW) == ["O3"]
