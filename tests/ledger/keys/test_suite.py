"""Suites: a closed registry; every signature of a suite, and no other."""

from __future__ import annotations

import hashlib

import pytest

from ledger.errors import MalformedError, SignatureError, UnavailableError
from ledger.keys import ed25519
from ledger.keys.signer import SeedSigner
from ledger.keys.suite import (
    SUITES,
    built_suite,
    check_publics,
    component_keyids,
    find_suite,
    key_id,
    verify_suite,
)

SIGNER = SeedSigner(bytes(32))
RESERVED = [
    ("ed25519+ml-dsa-65", (SIGNER.public[0], bytes(1952)), (bytes(64), bytes(3309))),
    ("sm2-sm3", (bytes(65),), (bytes(64),)),
]


def test_a_key_id_is_the_digest_of_its_canonical_form(vector):
    """The worked example: the canonical bytes, their digest, and the DSSE key id."""
    case = vector("key-id")
    publics = tuple(bytes.fromhex(text) for text in case["public"])

    found = key_id(case["suite"], publics)

    assert found == case["key"] == hashlib.sha256(case["canonical"].encode()).hexdigest()
    assert list(component_keyids(found, case["suite"])) == case["keyids"]


def test_the_registry_is_closed():
    """Three names are known, one is built, and any other is refused."""
    assert [(suite.name, suite.built) for suite in SUITES] == [
        ("ed25519", True),
        ("ed25519+ml-dsa-65", False),
        ("sm2-sm3", False),
    ]
    for name in ("", "ED25519", "ed25519 ", "rsa"):
        with pytest.raises(MalformedError, match="expected one of ed25519, "):
            find_suite(name)


@pytest.mark.parametrize(("name", "publics", "signatures"), RESERVED)
def test_a_reserved_suite_is_refused_in_one_clear_error(name, publics, signatures):
    """Enrolling for or verifying by a reserved suite says that this version has not built it."""
    for use in (
        lambda: built_suite(name),
        lambda: check_publics(name, publics),
        lambda: verify_suite(name, publics, b"m", signatures),
    ):
        with pytest.raises(UnavailableError, match="not built yet in this version"):
            use()


def test_a_key_of_two_components_has_two_key_ids():
    """A reserved suite's keys can be named already: one id, a suffix each component."""
    name, publics, _ = RESERVED[0]
    key = key_id(name, publics)

    assert component_keyids(key, name) == (f"{key}:ed25519", f"{key}:ml-dsa-65")


def test_a_key_id_depends_on_the_suite_and_each_public_key():
    """Another public key is another key id, and wrong lengths have none."""
    other = (ed25519.public_of(bytes(31) + b"\x01"),)

    assert key_id("ed25519", other) != SIGNER.key_id
    for publics in ((), (bytes(31),), (bytes(33),), SIGNER.public * 2):
        with pytest.raises(MalformedError, match="lengths"):
            key_id("ed25519", publics)


@pytest.mark.parametrize("key", ["", "0" * 63, "A" * 64, "0" * 65, "0" * 64 + "\n"])
def test_only_a_key_id_has_component_key_ids(key):
    """What is no digest is not taken for a key."""
    with pytest.raises(MalformedError, match="64 hex digits"):
        component_keyids(key, "ed25519")


def test_every_signature_must_be_there_and_no_other():
    """None, two, or a wrong one are refused; exactly the suite's are accepted."""
    (good,) = SIGNER.sign(b"message")
    (other,) = SIGNER.sign(b"another")

    verify_suite("ed25519", SIGNER.public, b"message", (good,))

    for signatures in ((), (good, good), (other,), (good, other)):
        with pytest.raises(SignatureError):
            verify_suite("ed25519", SIGNER.public, b"message", signatures)


def test_publics_are_judged_by_their_algorithm():
    """A sound key passes enrolment; a point of small order does not."""
    check_publics("ed25519", SIGNER.public)

    with pytest.raises(MalformedError, match="small order"):
        check_publics("ed25519", (bytes(32),))
