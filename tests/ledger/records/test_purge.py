"""Purges: one proposes, another approves, and only then is anything destroyed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.family import AS_FOUND, Change
from ledger.records import purge
from ledger.records.office import ADMINISTRATOR, SECURITY
from ledger.records.purge import Approved, CarriedOut, Proposed
from tests.ledger.records.world import World

FIRST, SECOND = "officer/A", "officer/B"
RECORD = "purge/1"
DIGESTS = ("a" * 64, "B" * 43)
PROPOSED = Proposed(
    of="fund/1", reason="误录", approval="批示1号", digests=DIGESTS, proposer=FIRST
)


@pytest.fixture
def office():
    """An office with two administrators."""
    return World(actor=FIRST, posts={FIRST: {ADMINISTRATOR}, SECOND: {SECURITY}})


def codes(office, happened):
    """Return the codes of the rules that an event breaks."""
    return [each.code for each in office.judge([Change(RECORD, happened)])]


def test_a_purge_goes_from_proposal_to_the_end(office):
    """Each step is allowed to whom it belongs, and the state tells where it stands."""
    assert codes(office, PROPOSED) == []
    office.given(RECORD, PROPOSED)
    office.actor = SECOND
    assert codes(office, Approved(digests=DIGESTS)) == []
    office.given(RECORD, Approved(digests=DIGESTS))
    assert codes(office, CarriedOut(destroyed=2)) == []

    state = office.given(RECORD, CarriedOut(destroyed=2)).state(RECORD)

    assert (state.approved, state.carried_out, state.digests) == (True, True, DIGESTS)


def test_approval_takes_over_what_was_proposed(office):
    """Who approves names nothing anew."""
    office.given(RECORD, PROPOSED)

    (change,) = purge.approve(office, RECORD, Approved())

    assert change.event == Approved(digests=DIGESTS)
    assert purge.propose(office, RECORD, replace(PROPOSED, proposer=""))[0].event == PROPOSED


def test_y1_administrators_alone_purge(office):
    """Y1: a clerk does not even propose."""
    office.posts = {FIRST: {"经办人"}}

    assert codes(office, PROPOSED) == ["Y1"]


@pytest.mark.parametrize(
    "changed",
    [{"reason": " "}, {"approval": ""}, {"digests": ()}, {"digests": ("all of it",)}],
)
def test_y2_a_purge_has_grounds_and_an_object(office, changed):
    """Y2: a reason, a document that approves it, and what is to go."""
    assert codes(office, replace(PROPOSED, **changed)) == ["Y2"]


def test_y2_a_purge_is_proposed_once(office):
    """Y2: what is to go is not changed under the eyes of who approves."""
    office.given(RECORD, PROPOSED)

    assert codes(office, PROPOSED) == ["Y2"]


def test_y3_another_approves_exactly_what_was_proposed(office):
    """Y3: not the proposer, not something else, not without a proposal, not twice."""
    assert codes(office, Approved(digests=DIGESTS)) == ["Y3"]
    office.given(RECORD, PROPOSED)
    assert codes(office, Approved(digests=DIGESTS)) == ["Y3"]
    office.actor = SECOND
    assert codes(office, Approved(digests=DIGESTS[:1])) == ["Y3"]
    office.given(RECORD, Approved(digests=DIGESTS))
    assert codes(office, Approved(digests=DIGESTS)) == ["Y3"]


def test_y4_nothing_is_destroyed_before_it_is_approved(office):
    """Y4: a proposal alone destroys nothing."""
    office.given(RECORD, PROPOSED)

    assert codes(office, CarriedOut(destroyed=1)) == ["Y4"]


def test_y5_a_purge_is_never_entered_as_found(office):
    """Y5: an import excuses no loss."""
    office.basis = AS_FOUND

    assert codes(office, PROPOSED) == ["Y5"]
