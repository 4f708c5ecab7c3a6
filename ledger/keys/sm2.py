"""SM2 over SM3 by the house's rule: fixed-width keys and signatures, one spelling each.

Public key: 65 bytes, `04` ‖ x ‖ y. Signature: 64 bytes, r ‖ s. Secret: the 32-byte number d. All
numbers are big-endian; the signer's identity is `1234567812345678` (GB/T 35276). A signature holds if

1. the public key is a point of the curve, uncompressed, x and y below p: `check_public`, judged
   when the key is enrolled (the curve's cofactor is 1, so every point has prime order);
2. it has 64 bytes, and 0 < r < n, 0 < s < n;
3. GB/T 32918.2 §7.1: with e = SM3(ZA ‖ message) and t = r + s mod n, not 0, x of sG + tP plus e
   is r: the library (`ledger.keys.libcrypto`).

A signature claims SM3 over what was signed; digests inside the ledger stay SHA-256.

Worked example (vector `sm2`): d `3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8`,
message `message digest`, r `f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3`,
s `b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa`.
"""

from __future__ import annotations

import secrets

from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

from ledger.errors import MalformedError, SignatureError
from ledger.keys import libcrypto

PUBLIC_BYTES = 65
SIGNATURE_BYTES = 64
SECRET_BYTES = 32
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
"""The order of the group (GB/T 32918.5 §2)."""

# SubjectPublicKeyInfo { id-ecPublicKey, SM2 }, its BIT STRING begun.
SPKI_HEAD = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")
# ECPrivateKey (RFC 5915) { 1, d, [0] SM2 } around the 32 bytes of d.
_PRIVATE_HEAD = bytes.fromhex("3031020101") + b"\x04\x20"
_PRIVATE_TAIL = bytes.fromhex("a00a06082a811ccf5501822d")


class PrivateKey:
    """An SM2 key that signs; what shows it shows nothing of its secret."""

    __slots__ = ("_der", "public")

    def __init__(self, secret: bytes) -> None:
        if len(secret) != SECRET_BYTES or not 0 < int.from_bytes(secret) < N - 1:
            raise MalformedError(
                "SM2 secret", expected="32 bytes, from 1 to n-2", found="another value"
            )
        self._der = _PRIVATE_HEAD + secret + _PRIVATE_TAIL
        self.public = libcrypto.public_der_of(self._der)[len(SPKI_HEAD) :]

    def sign(self, message: bytes) -> bytes:
        """Return a 64-byte signature, another one each time.

        Raises:
            UnavailableError: the system's libcrypto is missing.
        """
        r, s = decode_dss_signature(libcrypto.sign(self._der, message))
        return r.to_bytes(32) + s.to_bytes(32)


def new_secret() -> bytes:
    """Return a fresh secret, every one equally likely (GB/T 32918.1 §6.1)."""
    return (1 + secrets.randbelow(N - 2)).to_bytes(SECRET_BYTES)


def check_public(public: bytes) -> None:
    """Check that this is a public key that may be enrolled.

    Raises:
        MalformedError: not 65 bytes, not uncompressed, or no point of the curve.
        UnavailableError: the system's libcrypto is missing.
    """
    if len(public) != PUBLIC_BYTES or public[0] != 4:
        raise _bad_public(f"{len(public)} bytes, first {public[:1].hex() or 'none'}")
    if not libcrypto.on_curve(SPKI_HEAD + public):
        raise _bad_public("no point of the curve")


def verify(public: bytes, message: bytes, signature: bytes) -> None:
    """Verify one signature by a public key of 65 bytes; by one that is no point of the curve none holds.

    Raises:
        SignatureError: the signature does not hold.
        UnavailableError: the system's libcrypto is missing.
    """
    if len(signature) != SIGNATURE_BYTES:
        raise SignatureError(
            "SM2 signature", f"expected {SIGNATURE_BYTES} bytes, found {len(signature)}"
        )
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    if not (0 < r < N and 0 < s < N):
        raise SignatureError("SM2 signature", "expected r and s from 1 to n-1, found others")
    try:
        held = libcrypto.holds(SPKI_HEAD + public, message, encode_dss_signature(r, s))
    except libcrypto.NotTakenError as error:
        # Whoever forged its enrolment must not end a verification by it.
        raise SignatureError("SM2 signature", "its key is no point of the curve") from error
    if not held:
        raise SignatureError(
            "SM2 signature",
            f"does not match key {public.hex()[:12]}… (expected over {len(message)} bytes)",
        )


def _bad_public(found: str) -> MalformedError:
    return MalformedError(
        "SM2 public key",
        expected="65 bytes, 04 ‖ x ‖ y, a point of the curve (make another key)",
        found=found,
    )
