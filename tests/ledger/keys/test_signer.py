"""A signer in memory signs, and never shows or gives away what it signs with."""

from __future__ import annotations

import base64
import copy
import pickle  # noqa: TID251 - that it is refused is the promise

import pytest

from ledger.errors import MalformedError
from ledger.keys import ed25519
from ledger.keys.signer import SeedSigner, Signer
from ledger.keys.suite import key_id, verify_suite

SEED = bytes(range(100, 132))


def test_a_signer_tells_its_key_and_signs_for_it():
    """Its key id, suite, public key and grade are the seed's, and its signature holds."""
    signer: Signer = SeedSigner(SEED)

    signatures = signer.sign(b"message")

    verify_suite(signer.suite, signer.public, b"message", signatures)
    assert signer.public == (ed25519.public_of(SEED),)
    assert signer.key_id == key_id("ed25519", signer.public)
    assert (signer.suite, signer.grade) == ("ed25519", "technical")


def test_a_signer_never_shows_its_seed():
    """Neither repr, str, format nor any attribute carries the seed in a form one could read."""
    signer = SeedSigner(SEED)

    shown = [repr(signer), str(signer), f"{signer}", f"{signer!r}"]
    shown += [repr(getattr(signer, name)) for name in dir(signer)]

    for text in shown:
        for secret in (repr(SEED)[2:-1], SEED.hex(), base64.b64encode(SEED).decode()):
            assert secret not in text


@pytest.mark.parametrize(
    "leak", [pickle.dumps, copy.copy, copy.deepcopy, lambda signer: pickle.dumps([signer], 2)]
)
def test_a_signer_is_neither_pickled_nor_copied(leak):
    """What holds a secret does not leave the process by accident."""
    with pytest.raises(TypeError, match="neither pickled nor copied"):
        leak(SeedSigner(SEED))


def test_a_signer_has_no_dictionary_to_dump():
    """No `__dict__`: `vars` and crash reporters find nothing."""
    assert not hasattr(SeedSigner(SEED), "__dict__")


def test_no_signer_of_a_wrong_seed():
    """A seed of another length is refused without being shown."""
    with pytest.raises(MalformedError, match="found 31 bytes") as caught:
        SeedSigner(SEED[:31])

    assert SEED[:31].hex() not in str(caught.value)
