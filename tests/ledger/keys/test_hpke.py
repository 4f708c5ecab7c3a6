"""HPKE as RFC 9180 says it: what is sealed opens with one key at one place, and a stranger's code agrees."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledger.errors import MalformedError, UnavailableError
from ledger.keys.hpke import (
    OVERHEAD_BYTES,
    ReadingKey,
    check_reading_key,
    refuse_signature,
    seal_for,
)
from ledger.keys.suite import READING, key_id, new_secret, officers_suite

KEY = ReadingKey(bytes(range(32)))
OTHER = ReadingKey(bytes(range(1, 33)))
SUITE = b"HPKE" + bytes.fromhex("0020") + bytes.fromhex("0001") + bytes.fromhex("0002")
KEM = b"KEM" + bytes.fromhex("0020")


def test_what_is_sealed_opens_with_its_key_at_its_place():
    """A message comes back, 48 bytes longer on the way."""
    sealed = seal_for(KEY.public, b"data key", info=b"here")

    assert KEY.open(sealed, info=b"here") == b"data key"
    assert len(sealed) == len(b"data key") + OVERHEAD_BYTES


@pytest.mark.parametrize(("key", "info"), [(OTHER, b"here"), (KEY, b"there")])
def test_another_key_or_another_place_opens_nothing(key, info):
    """Neither another officer nor another record gets anything."""
    sealed = seal_for(KEY.public, b"data key", info=b"here")

    with pytest.raises(UnavailableError, match="is not for this reading key"):
        key.open(sealed, info=info)


def test_every_changed_byte_and_every_cut_is_refused():
    """What was touched does not open."""
    sealed = seal_for(KEY.public, b"k", info=b"")
    changed = [
        sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :] for at in range(len(sealed))
    ]

    for each in changed + [sealed[:size] for size in range(len(sealed))]:
        with pytest.raises(UnavailableError):
            KEY.open(each, info=b"")


@pytest.mark.parametrize("public", [bytes(32), bytes([1]) + bytes(31), bytes(31)])
def test_a_key_of_small_order_or_another_length_is_refused(public):
    """Nothing is sealed for a key whose secrets everybody knows."""
    with pytest.raises(MalformedError, match="reading key"):
        check_reading_key(public)


def test_a_reading_key_signs_nothing_and_is_no_officers_suite():
    """It has an id and lies in a key file, and that is all it shares with keys that sign."""
    assert len(key_id(READING, (KEY.public,))) == 64
    assert len(new_secret(READING)) == 32
    with pytest.raises(UnavailableError, match="signs nothing"):
        KEY.sign(b"")
    with pytest.raises(MalformedError):
        officers_suite(READING)
    with pytest.raises(MalformedError, match="a signing key's"):
        refuse_signature(KEY.public, b"", b"")


def test_a_plain_reading_of_the_rfc_opens_it():
    """RFC 9180 written down with HMAC, X25519 and AES-GCM alone comes to the same text."""
    sealed = seal_for(KEY.public, b"data key", info=b"here")

    assert opened_by_the_rfc(bytes(range(32)), sealed, b"here") == b"data key"


def opened_by_the_rfc(secret: bytes, sealed: bytes, info: bytes) -> bytes:
    """Return what RFC 9180 §4.1, §5.1.1 and §6.1 open, step by step."""
    enc, ciphertext = sealed[:32], sealed[32:]
    private = X25519PrivateKey.from_private_bytes(secret)
    shared = private.exchange(X25519PublicKey.from_public_bytes(enc))
    context = enc + private.public_key().public_bytes_raw()
    extracted = labeled_extract(KEM, b"", b"eae_prk", shared)
    agreed = labeled_expand(KEM, extracted, b"shared_secret", context, 32)
    schedule = (
        b"\x00"
        + labeled_extract(SUITE, b"", b"psk_id_hash", b"")
        + labeled_extract(SUITE, b"", b"info_hash", info)
    )
    root = labeled_extract(SUITE, agreed, b"secret", b"")
    key = labeled_expand(SUITE, root, b"key", schedule, 32)
    nonce = labeled_expand(SUITE, root, b"base_nonce", schedule, 12)
    return AESGCM(key).decrypt(nonce, ciphertext, b"")


def labeled_extract(suite: bytes, salt: bytes, label: bytes, ikm: bytes) -> bytes:
    """RFC 9180 §4, LabeledExtract."""
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + ikm, hashlib.sha256)


def labeled_expand(suite: bytes, prk: bytes, label: bytes, told: bytes, size: int) -> bytes:
    """RFC 9180 §4, LabeledExpand, for one block."""
    message = size.to_bytes(2, "big") + b"HPKE-v1" + suite + label + told
    return hmac.digest(prk, message + b"\x01", hashlib.sha256)[:size]
