"""Suites: a closed registry; every signature of a suite, and no other."""

from __future__ import annotations

import hashlib

import pytest

from ledger.errors import MalformedError, SignatureError
from ledger.keys import ed25519
from ledger.keys.signer import SeedSigner
from ledger.keys.suite import (
    LOG,
    SUITES,
    check_publics,
    component_keyids,
    find_suite,
    key_id,
    new_secret,
    private_keys,
    verify_suite,
)

SIGNER = SeedSigner(bytes(32))
NAMES = [suite.name for suite in SUITES]


def test_a_key_id_is_the_digest_of_its_canonical_form(vector):
    """The worked example: the canonical bytes, their digest, and the DSSE key id."""
    case = vector("key-id")
    publics = tuple(bytes.fromhex(text) for text in case["public"])

    found = key_id(case["suite"], publics)

    assert found == case["key"] == hashlib.sha256(case["canonical"].encode()).hexdigest()
    assert list(component_keyids(found, case["suite"])) == case["keyids"]


def test_the_registry_is_closed():
    """Three names are known, and any other is refused."""
    assert NAMES == ["ed25519", "ed25519+ml-dsa-65", "sm2-sm3"]
    for name in ("", "ED25519", "ed25519 ", "rsa"):
        with pytest.raises(MalformedError, match="expected one of ed25519, "):
            find_suite(name)


@pytest.mark.parametrize("name", NAMES)
def test_every_suite_signs_what_it_verifies(name):
    """A fresh key of each suite passes enrolment, signs, and its signatures are all needed."""
    signer = SeedSigner(new_secret(name), name)
    signatures = signer.sign(b"message")
    check_publics(name, signer.public)

    verify_suite(name, signer.public, b"message", signatures)

    for place in range(len(signatures)):
        others = SeedSigner(new_secret(name), name).sign(b"message")
        spoilt = (*signatures[:place], others[place], *signatures[place + 1 :])
        for told in (spoilt, signatures[:place], (*signatures, signatures[0])):
            with pytest.raises(SignatureError):
                verify_suite(name, signer.public, b"message", told)


@pytest.mark.parametrize("name", NAMES)
def test_a_secret_has_its_suites_length(name):
    """32 bytes a component; the message shows none of them."""
    secret = new_secret(name)
    assert len(secret) == find_suite(name).secret_bytes

    for spoilt in (secret[:-1], secret + b"\1", b""):
        with pytest.raises(MalformedError, match=f"found {len(spoilt)} bytes"):
            private_keys(name, spoilt)


def test_a_key_of_two_components_has_two_key_ids():
    """One id, a suffix each component."""
    name = "ed25519+ml-dsa-65"
    key = SeedSigner(bytes(64), name).key_id

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


def test_the_log_s_suite_is_no_officer_s():
    """It has a key id, for its key file; nobody enrols a key of it, and no act is signed with one."""
    secret = new_secret(LOG)
    publics = tuple(each.public for each in private_keys(LOG, secret))

    assert len(key_id(LOG, publics)) == 64
    with pytest.raises(MalformedError, match="suite"):
        check_publics(LOG, publics)
    with pytest.raises(MalformedError, match="suite"):
        verify_suite(LOG, publics, b"m", ())
