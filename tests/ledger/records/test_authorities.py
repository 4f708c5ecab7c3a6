"""Certification authorities: trusted by administrators on a licence, once, until they are not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.family import AS_FOUND, Change
from ledger.records.authorities import AuthorityDistrusted, AuthorityTrusted
from ledger.records.office import ADMINISTRATOR, OFFICE, SECURITY
from tests.ledger.records.world import World

TRUSTED = AuthorityTrusted(name="认证中心", certificate="r", citation="许可证")
DISTRUSTED = AuthorityDistrusted(name="认证中心", reason="注销")


@pytest.fixture
def office():
    """An office whose security officer acts; A is a clerk."""
    return World(
        actor="officer/B", posts={"officer/B": {SECURITY}, "officer/C": {ADMINISTRATOR}}
    )


def codes(office, happened):
    """The codes of the rules that an event breaks."""
    return [each.code for each in office.judge([Change(OFFICE, happened)])]


def test_trust_is_given_and_ended(office):
    """O11 to O13 allow it; its root is known in between, and may be given anew."""
    assert codes(office, TRUSTED) == []
    assert office.given(OFFICE, TRUSTED).state(OFFICE).authorities == (("认证中心", "r"),)
    assert codes(office, DISTRUSTED) == []
    assert office.given(OFFICE, DISTRUSTED).state(OFFICE).authorities == ()
    assert codes(office, replace(TRUSTED, certificate="s")) == []


def test_only_administrators_say_whom_the_office_trusts(office):
    """O11: a clerk neither gives nor ends trust."""
    assert codes(office.by("officer/A"), TRUSTED) == ["O11"]
    assert codes(office.given(OFFICE, TRUSTED), DISTRUSTED) == ["O11"]


@pytest.mark.parametrize("missing", ["name", "certificate", "citation"])
def test_trust_names_whom_and_by_what_licence(office, missing):
    """O12: nothing of it may be left out."""
    assert codes(office, replace(TRUSTED, **{missing: ""})) == ["O12"]


def test_an_authority_is_trusted_once(office):
    """O12, O13: a new root takes the old one's place openly, by ending trust first."""
    assert codes(office, DISTRUSTED) == ["O13"]
    assert codes(office.given(OFFICE, TRUSTED), replace(TRUSTED, certificate="s")) == ["O12"]


def test_trust_is_never_entered_as_found(office):
    """O3: an import gives no authority."""
    office.basis = AS_FOUND

    assert codes(office, TRUSTED) == ["O3"]
