"""ML-DSA: keys from their seeds, signatures of one length, nothing else accepted."""

from __future__ import annotations

import pytest

from ledger.errors import MalformedError, SignatureError
from ledger.keys import mldsa

SETS = [mldsa.ML_DSA_44, mldsa.ML_DSA_65]
SEED = bytes(range(32))


def test_the_worked_example_holds(vector):
    """The seed's public key, and a signature made once."""
    case = {
        name: bytes.fromhex(text)
        for name, text in vector("ml-dsa-65").items()
        if name != "message"
    }
    public = mldsa.PrivateKey(mldsa.ML_DSA_65, case["seed"]).public

    mldsa.verify(mldsa.ML_DSA_65, public, b"qifeng", case["signature"])

    assert public == case["public"]


@pytest.mark.parametrize("parameters", SETS, ids=lambda each: each.name)
def test_what_is_signed_verifies_and_differs_each_time(parameters):
    """Signing is randomised; keys and signatures have their set's lengths."""
    key = mldsa.PrivateKey(parameters, SEED)

    first, second = key.sign(b"message"), key.sign(b"message")

    assert first != second
    assert (len(key.public), len(first)) == (
        parameters.public_bytes,
        parameters.signature_bytes,
    )
    for signature in (first, second):
        mldsa.verify(parameters, key.public, b"message", signature)


@pytest.mark.parametrize("parameters", SETS, ids=lambda each: each.name)
def test_what_is_not_signed_is_refused(parameters):
    """Another message, a changed byte, a missing or an added one."""
    key = mldsa.PrivateKey(parameters, SEED)
    signature = key.sign(b"message")
    changed = [
        signature[:n] + bytes([signature[n] ^ 1]) + signature[n + 1 :]
        for n in range(0, len(signature), 97)
    ]

    for spoilt in (*changed, signature[:-1], signature + b"\0", b""):
        with pytest.raises(SignatureError):
            mldsa.verify(parameters, key.public, b"message", spoilt)
    with pytest.raises(SignatureError, match="does not match key"):
        mldsa.verify(parameters, key.public, b"another", signature)


@pytest.mark.parametrize("parameters", SETS, ids=lambda each: each.name)
def test_lengths_are_checked(parameters):
    """A seed or public key of another length is refused, and not shown."""
    mldsa.check_public(parameters, mldsa.PrivateKey(parameters, SEED).public)

    with pytest.raises(MalformedError, match="expected 32 bytes, found 31"):
        mldsa.PrivateKey(parameters, SEED[:31])
    with pytest.raises(MalformedError, match=f"expected {parameters.public_bytes} bytes"):
        mldsa.check_public(parameters, bytes(100))
