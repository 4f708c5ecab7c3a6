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
    """K7: the grade is what was shown, and no certificate was."""
    certified = replace(ENROLLED, grade=key.CERTIFIED)

    (breach,) = office.judge([Change(KEY, certified)])

    assert breach.code == "K7"
    assert "certificate" in breach.message


def test_a_key_has_no_grade_before_it_is_enrolled(office):
    """A proposal signs nothing."""
    assert office.state(KEY).grade == ""


@pytest.mark.parametrize(("since", "broken"), [(None, []), (1, []), (0, ["K8"]), (-1, ["K8"])])
def test_compromise_counts_from_an_act_on(office, since, broken):
    """K8: from an index after the founding, or not at all."""
    office.given(KEY, ENROLLED)

    codes = office.refused(
        "key.propose-revocation", KEY, reason="被盗", compromised_since=since
    )

    assert codes == broken


def test_a_revocation_is_confirmed_as_it_was_proposed(office):
    """Since when the key was in other hands is what the first officer said, no more and no less."""
    office.given(KEY, ENROLLED)
    office.by(PROPOSER).when("key.propose-revocation", KEY, reason="被盗", compromised_since=7)
    office.by(CONFIRMER)
    other = key.Revoked(reason="被盗", compromised_since=9)

    office_codes = [each.code for each in office.judge([Change(KEY, other)])]
    office.when("key.revoke", KEY)

    assert office_codes == ["K4"]
    assert (office.state(KEY).revoked, office.state(KEY).compromised_since) == (True, 7)
