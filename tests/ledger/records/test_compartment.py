"""Compartments: who lets whom read, and for which keys a compartment's secret is sealed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.family import AS_FOUND, Change
from ledger.records import compartment, officer
from ledger.records.compartment import Created, Member, MemberAdded, MemberLeft
from ledger.records.office import ADMINISTRATOR, SECURITY
from tests.ledger.records.world import World

KEEPER, CLERK, STRANGER = "officer/A", "officer/B", "officer/C"
PUBLIC = "A" * 42 + "E="
RECORD = compartment.key("fund")


def member(who):
    """An officer's part, for the reading key that they told."""
    return Member(officer=who, reading_key=PUBLIC, sealed="s")


CREATED = Created(family="fund", public="p", members=(member(KEEPER),))
ADDED = MemberAdded(member=member(CLERK))
LEFT = MemberLeft(
    officer=CLERK, reason="调离", public="q", members=(member(KEEPER),), previous="old"
)


@pytest.fixture
def office():
    """An office whose security administrator and clerk have told reading keys."""
    made = World(actor=KEEPER, posts={KEEPER: {SECURITY}})
    for who in (KEEPER, CLERK):
        made.given(who, officer.Enrolled(name=who), officer.ReadingKeyTold(public=PUBLIC))
    return made.given(STRANGER, officer.Enrolled(name=STRANGER))


def codes(office, happened, record=RECORD):
    """Return the codes of the rules that an event breaks, each once."""
    return list(dict.fromkeys(each.code for each in office.judge([Change(record, happened)])))


def test_a_compartment_is_created_grows_and_gets_a_new_key(office):
    """Members come with a part each; who leaves is not sealed for any more."""
    assert codes(office, CREATED) == []
    office.given(RECORD, CREATED)
    assert codes(office, ADDED) == []
    office.given(RECORD, ADDED)
    assert codes(office, LEFT) == []
    office.given(RECORD, LEFT)

    state = office.state(RECORD)

    assert (state.generation, state.public, state.previous) == (2, "q", ("old",))
    assert state.member(CLERK) is None


@pytest.mark.parametrize("post", [ADMINISTRATOR, "领导"])
def test_x1_the_security_administrator_alone_says_who_may_read(office, post):
    """X1: another administrator, or a leader, does not."""
    office.posts = {KEEPER: {post}}

    assert codes(office, CREATED) == ["X1"]


def test_x2_a_family_has_one_compartment_under_its_name(office):
    """X2: no second one, and none under another name."""
    assert codes(office, CREATED, "compartment/telegram") == ["X2"]

    office.given(RECORD, CREATED)

    assert codes(office, CREATED) == ["X2"]


def test_x3_only_a_member_hands_the_key_on(office):
    """X3: a security administrator who is no member cannot have done it."""
    office.given(RECORD, CREATED)
    office.posts[CLERK] = {SECURITY}
    office.actor = CLERK

    assert codes(office, ADDED) == ["X3"]


def test_x4_the_secret_is_sealed_for_keys_that_their_officers_told(office):
    """X4: no stranger's key, none of nobody, and the first member is who creates it."""
    office.given(RECORD, CREATED)
    wrong = Member(officer=CLERK, reading_key="B" * 42 + "E=", sealed="s")

    assert codes(office, MemberAdded(member=wrong)) == ["X4"]
    assert codes(office, MemberAdded(member=member(STRANGER))) == ["X4"]
    assert codes(office, MemberAdded(member=member("nobody"))) == ["X4"]
    assert "X4" in codes(office, replace(CREATED, members=(member(CLERK),)))


def test_x6_a_new_key_is_for_those_who_stay(office):
    """X6: not for who left, for nobody left out, and only where somebody left."""
    office.given(RECORD, CREATED)
    assert "X6" in codes(office, LEFT)
    office.given(RECORD, ADDED)

    for members in [(), (member(CLERK),), (member(KEEPER), member(CLERK))]:
        assert "X6" in codes(office, replace(LEFT, members=members))


def test_x5_who_may_read_is_never_entered_as_found(office):
    """X5: an import lets nobody in."""
    office.basis = AS_FOUND

    assert "X5" in codes(office, CREATED)


def test_a10_one_tells_ones_own_reading_key(office):
    """A10: in one's own name, in a form that can be one."""
    own = officer.ReadingKeyTold(public=PUBLIC, officer=KEEPER)

    assert codes(office, own, KEEPER) == []
    assert codes(office, replace(own, officer=CLERK), CLERK) == ["A10"]
    assert codes(office, replace(own, public="no key"), KEEPER) == ["A10"]
    assert codes(office, replace(own, officer=CLERK), KEEPER) == ["A10"]
