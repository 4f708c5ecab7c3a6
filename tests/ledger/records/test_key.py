"""Keys of officers: proposed by one, confirmed by another, of the grade that was shown for them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.family import Change
from ledger.records import key
from ledger.records.authorities import AuthorityTrusted
from ledger.records.office import ADMINISTRATOR, OFFICE, Staffed
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


SHOWN = {"authority": "某省电子认证中心", "certificates": ("c",)}


def test_a_certificate_of_a_trusted_authority_makes_a_key_certified(office):
    """K7: while the office trusts it, and then for good; confirming says the grade that was shown for."""
    trusted = AuthorityTrusted(name="某省电子认证中心", certificate="r", citation="许可证")
    office.given(KEY, replace(PROPOSED, **SHOWN)).given(OFFICE, Staffed(key="k"), trusted)

    (told,) = key.confirm(office, KEY, key.Enrolled())

    assert told.event == replace(ENROLLED, grade=key.CERTIFIED, **SHOWN)
    assert office.judge([told]) == []
    assert office.given(KEY, told.event).state(KEY).grade == key.CERTIFIED


def test_a_certificate_makes_no_grade_by_itself(office):
    """K7: of an authority that is not trusted, or not said in the grade."""
    office.given(KEY, replace(PROPOSED, **SHOWN))
    certified = replace(ENROLLED, grade=key.CERTIFIED, **SHOWN)

    told = [
        office.judge([Change(KEY, each)]) for each in (certified, replace(ENROLLED, **SHOWN))
    ]

    assert [[each.code for each in breaches] for breaches in told] == [["K7"], ["K7"]]


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


OLD, NEW = "key/old", "key/new"
CLERK = "officer/C"
ROTATION = replace(PROPOSED, replaces=OLD, handover=("h",), proposer=CLERK)
ROTATED = replace(ENROLLED, replaces=OLD, handover=("h",))
RETIRED = key.Retired(successor=NEW)


@pytest.fixture
def rotating():
    """An office in which a clerk has a key and proposed another in its place."""
    posts = {PROPOSER: {ADMINISTRATOR}, CONFIRMER: {ADMINISTRATOR}}
    made = World(actor=CONFIRMER, posts=posts).given(OFFICE, Staffed(key="key/b"))
    return made.given(OLD, PROPOSED, ENROLLED).given(NEW, ROTATION)


def codes(office, *changes):
    """The codes of the rules that changes break."""
    return [each.code for each in office.judge([Change(*each) for each in changes])]


def test_an_officer_proposes_a_key_in_place_of_their_own(rotating):
    """K1, K9: no administrator is needed to ask for it, and the old key signs until it is confirmed."""
    assert codes(rotating.by(CLERK), ("key/other", ROTATION)) == []
    assert rotating.state(OLD).good


def test_nobody_rotates_another_s_key(rotating):
    """K9: not even an administrator, and not for another officer."""
    assert codes(rotating.by(PROPOSER), ("key/other", ROTATION)) == ["K9"]
    other = replace(ROTATION, officer="officer/D")
    assert codes(rotating.by("officer/D"), ("key/other", other)) == ["K9"]


def test_a_clerk_proposes_no_further_key_of_their_own(rotating):
    """K1: what takes no other key's place is enrolled by administrators."""
    assert codes(rotating.by(CLERK), ("key/other", replace(ROTATION, replaces=""))) == ["K1"]


@pytest.mark.parametrize(
    "ended",
    [key.Revoked(reason="被盗"), key.Retired(successor="key/x")],
    ids=["revoked", "retired"],
)
def test_only_a_good_key_is_rotated(rotating, ended):
    """K9, K10: neither proposed nor confirmed once the old key signs no more."""
    rotating.given(OLD, ended)

    assert codes(rotating.by(CLERK), ("key/other", ROTATION)) == ["K9"]
    assert codes(rotating.by(CONFIRMER), (NEW, ROTATED), (OLD, RETIRED)) == ["K10"]


def test_another_confirms_and_the_old_key_is_retired(rotating):
    """K3, K11: in one act; the old key keeps what it signed, and is not revoked."""
    told = key.confirm(rotating, NEW, key.Enrolled())

    assert [each.event for each in told] == [ROTATED, RETIRED]
    assert rotating.judge(told) == []
    rotating.given(NEW, ROTATED).given(OLD, RETIRED)
    old = rotating.state(OLD)
    assert (old.good, old.revoked, old.successor) == (False, False, NEW)
    assert rotating.state(NEW).good


def test_who_proposed_a_rotation_does_not_confirm_it(rotating):
    """K3: not even an administrator rotates their own key alone, and in an unstaffed office nobody does."""
    rotating.posts[CLERK] = {ADMINISTRATOR}
    assert codes(rotating.by(CLERK), (NEW, ROTATED), (OLD, RETIRED)) == ["K3"]

    alone = World(actor=CLERK, posts={CLERK: {ADMINISTRATOR}})
    alone.given(OLD, PROPOSED, ENROLLED).given(NEW, ROTATION)
    assert [each.code for each in alone.judge(key.confirm(alone, NEW, key.Enrolled()))] == [
        "K3"
    ]


@pytest.mark.parametrize("changes", [[(NEW, ROTATED)], [(OLD, RETIRED)],
                                     [(NEW, ROTATED), (OLD, key.Retired(successor="key/x"))]])  # fmt: skip
def test_a_rotation_has_both_ends(rotating, changes):
    """K11: a key in another's place retires it, nothing else retires a key."""
    assert set(codes(rotating, *changes)) == {"K11"}


@pytest.mark.parametrize("other", [{"replaces": "key/x"}, {"replaces": ""}, {"handover": ()}])
def test_a_rotation_is_confirmed_as_it_was_proposed(rotating, other):
    """K3: of that key, with that signature."""
    assert "K3" in codes(rotating, (NEW, replace(ROTATED, **other)), (OLD, RETIRED))


def test_a_retired_key_can_still_be_revoked(rotating):
    """K5: that it was stolen may come out later; what it signed since then counts no more."""
    rotating.given(NEW, ROTATED).given(OLD, RETIRED)

    assert (
        rotating.refused("key.propose-revocation", OLD, reason="被盗", compromised_since=3)
        == []
    )
