"""Purges: one proposes, another approves, and only then is anything destroyed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.family import AS_FOUND, Change
from ledger.records import custody, purge
from ledger.records.office import ADMINISTRATOR, SECURITY
from ledger.records.purge import Approved, CarriedOut, Proposed
from tests.ledger.records.world import World

FIRST, SECOND = "officer/A", "officer/B"
RECORD = "purge/1"
OF = "fund/1"
KEPT = "custody/FUND.1"
DIGESTS = ("a" * 64, "B" * 43)
PROPOSED = Proposed(of=OF, reason="误录", approval="批示1号", digests=DIGESTS, proposer=FIRST)


@pytest.fixture
def office():
    """An office with two administrators."""
    return World(actor=FIRST, posts={FIRST: {ADMINISTRATOR}, SECOND: {SECURITY}})


def codes(office, happened):
    """Return the codes of the rules that an event breaks, with what its decision adds beside it."""
    beside = []
    if isinstance(happened, Approved):
        beside = [custody.clear(happened.of, RECORD)]
    if isinstance(happened, CarriedOut):
        beside = [custody.destroy(happened.of, RECORD, happened.escorts)]
    return [each.code for each in office.judge([Change(RECORD, happened), *beside])]


def test_a_purge_goes_from_proposal_to_the_end(office):
    """Each step is allowed to whom it belongs, and the state tells where it stands."""
    assert codes(office, PROPOSED) == []
    office.given(RECORD, PROPOSED)
    office.actor = SECOND
    assert codes(office, Approved(of=OF, digests=DIGESTS)) == []
    office.given(RECORD, Approved(of=OF, digests=DIGESTS))
    office.given(KEPT, custody.Cleared(of=OF, purge=RECORD))
    assert codes(office, CarriedOut(of=OF, destroyed=2)) == []

    state = office.given(RECORD, CarriedOut(of=OF, destroyed=2)).state(RECORD)

    assert (state.approved, state.carried_out, state.digests) == (True, True, DIGESTS)


def test_a_purge_of_what_has_no_custody_is_refused(office):
    """The bond to custody stands nowhere where a record's name makes none."""
    of = "series/县委办发〔2022〕"
    office.given(RECORD, replace(PROPOSED, of=of))
    office.actor = SECOND

    assert codes(office, PROPOSED) != []
    broken = office.judge([Change(RECORD, Approved(of=of, digests=DIGESTS))])

    assert [each.code for each in broken] == ["Y6"]


def test_approval_takes_over_what_was_proposed(office):
    """Who approves names nothing anew."""
    office.given(RECORD, PROPOSED)

    change, beside = purge.approve(office, RECORD, Approved())

    assert change.event == Approved(of=OF, digests=DIGESTS)
    assert (beside.record, beside.event) == (KEPT, custody.Cleared(of=OF, purge=RECORD))
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
    assert codes(office, Approved(of=OF, digests=DIGESTS)) == ["Y3"]
    office.given(RECORD, PROPOSED)
    assert codes(office, Approved(of=OF, digests=DIGESTS)) == ["Y3"]
    office.actor = SECOND
    assert codes(office, Approved(of=OF, digests=DIGESTS[:1])) == ["Y3"]
    office.given(RECORD, Approved(of=OF, digests=DIGESTS))
    assert codes(office, Approved(of=OF, digests=DIGESTS)) == ["Y3"]


def test_y4_nothing_is_destroyed_before_it_is_approved(office):
    """Y4: a proposal alone destroys nothing."""
    office.given(RECORD, PROPOSED)

    assert codes(office, CarriedOut(of=OF, destroyed=1)) == ["Y4", "CU8"]


def test_y5_a_purge_is_never_entered_as_found(office):
    """Y5: an import excuses no loss."""
    office.basis = AS_FOUND

    assert codes(office, PROPOSED) == ["Y5"]


@pytest.mark.parametrize("happened", [Approved(of=OF, digests=DIGESTS), CarriedOut(of=OF)])
def test_y6_y7_no_purge_passes_by_the_record_s_custody(office, happened):
    """Y6, Y7: without its line in the custody, or with that of another record, a purge is refused."""
    office.given(RECORD, PROPOSED)
    if isinstance(happened, CarriedOut):
        office.given(RECORD, Approved(of=OF, digests=DIGESTS))
    office.actor = SECOND
    code = "Y6" if isinstance(happened, Approved) else "Y7"
    other = (
        custody.clear("fund/2", RECORD)
        if code == "Y6"
        else custody.destroy("fund/2", RECORD, ())
    )

    alone = office.judge([Change(RECORD, happened)])
    beside_another = office.judge([Change(RECORD, happened), other])

    assert [each.code for each in alone] == [code]
    assert code in [each.code for each in beside_another]
