"""Keys of officers: proposed by one, confirmed by another, of the grade that was shown for them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.family import Change
from ledger.records import key
from ledger.records.office import ADMINISTRATOR
from tests.ledger.records.world import World

PROPOSER, CONFIRMER = "officer/A", "officer/B"
KEY = "key/k"
PROPOSED = key.Proposed(
    officer="officer/C", suite="ed25519", public=("p",), possession=("q",), proposer=PROPOSER
)
ENROLLED = key.Enrolled(officer="officer/C", suite="ed25519", public=("p",), possession=("q",))


@pytest.fixture
def office():
    """An office in which one administrator proposed a key, and another acts."""
    posts = {PROPOSER: {ADMINISTRATOR}, CONFIRMER: {ADMINISTRATOR}}
    return World(actor=CONFIRMER, posts=posts).given(KEY, PROPOSED)


def test_a_key_of_our_own_making_is_technical(office):
    """What nobody certified says so, and may be enrolled."""
    breaches = office.judge([Change(KEY, ENROLLED)])

    office.given(KEY, ENROLLED)

    assert breaches == []
    assert office.state(KEY).grade == key.TECHNICAL


def test_nobody_calls_a_key_certified_without_a_certificate(office):
    """K6: the grade is what was shown, and no certificate was."""
    certified = replace(ENROLLED, grade=key.CERTIFIED)

    (breach,) = office.judge([Change(KEY, certified)])

    assert breach.code == "K6"
    assert "certificate" in breach.message


def test_a_key_has_no_grade_before_it_is_enrolled(office):
    """A proposal signs nothing."""
    assert office.state(KEY).grade == ""
