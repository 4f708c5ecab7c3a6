"""Ed25519 by the house's rule of acceptance: every verifier says the same, whatever its library.

RFC 8032 leaves room in which libraries disagree: OpenSSL accepts signatures that libsodium
refuses. A log that outlives its software cannot have that, so the rule is narrower than any of
them. A signature R ‖ S (32 + 32 bytes) by public key A over a message holds if

1. A is canonically encoded, not of small order, and in the subgroup of prime order L:
   `check_public`, judged when the key is enrolled (and by whoever reads keys from an export);
2. it has 64 bytes, and S < L: no second spelling of the same signature;
3. R is not of small order: not one of the 14 encodings in `SMALL_ORDER`;
4. S * B = R + SHA-512(R ‖ A ‖ message) * A, without cofactor, R compared as bytes: the library.

`verify` judges 2 to 4. Keys and signatures are raw bytes; a secret is its 32-byte seed.

Worked example (vector `ed25519-accept`): seed 32 zero bytes, public
`3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29`, message `qifeng`, signature
`34cd368182582ee6f3af6ca18f13d72491f85fc93d8f91d7a36722382ebf1fa8`
`390411419bddad037222a16a65bd0e376668b16625006b56f0f09fefb5a9ff05`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from ledger.errors import MalformedError, SignatureError
from ledger.keys.curve import L, in_prime_subgroup, parse_point

try:
    from nacl.bindings import crypto_sign, crypto_sign_open
    from nacl.exceptions import BadSignatureError
except ImportError:  # pragma: no cover - without libsodium verifying is slower, never different
    HAS_LIBSODIUM = False
else:
    HAS_LIBSODIUM = True

PUBLIC_BYTES = 32
SEED_BYTES = 32
SIGNATURE_BYTES = 64

# All encodings of the eight points whose order divides 8; the last six are not canonical.
SMALL_ORDER: frozenset[bytes] = frozenset(
    bytes.fromhex(encoding)
    for encoding in (
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    )
)

Holds = Callable[[bytes, bytes, bytes], bool]
Sign = Callable[[bytes], bytes]


class PrivateKey:
    """A key that signs, made from its seed, which nothing here shows or hands out."""

    __slots__ = ("_sign", "public")

    def __init__(self, seed: bytes) -> None:
        self.public = public_of(seed)
        self._sign = library_sign(seed)

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature of a message (RFC 8032 §5.1.6)."""
        return self._sign(message)


def check_public(public: bytes) -> None:
    """Check that this is a public key that may be enrolled (about 2 ms the first time).

    Raises:
        MalformedError: not 32 bytes, of small order, not a canonically encoded point of the
            curve, or outside the subgroup of prime order.
    """
    fault = _public_fault(public)
    if fault:
        raise _bad_public(fault)


@lru_cache(maxsize=1024)
def _public_fault(public: bytes) -> str:
    """Return what speaks against a public key, or nothing; an office has few, and meets them often."""
    if len(public) != PUBLIC_BYTES:
        return f"{len(public)} bytes"
    if public in SMALL_ORDER:
        return "a point of small order"
    point = parse_point(public)
    if point is None:
        return "no canonically encoded point of the curve"
    return "" if in_prime_subgroup(point) else "a point of mixed order"


def verify(
    public: bytes, message: bytes, signature: bytes, *, what: str = "Ed25519 signature"
) -> None:
    """Verify one signature by a public key that passed `check_public`.

    Raises:
        SignatureError: the signature does not hold; the message begins with `what`.
    """
    reason = form_fault(public, signature)
    if reason:
        raise SignatureError(what, reason)
    if not library_holds(public, message, signature):
        raise SignatureError(
            what,
            f"does not match key {public.hex()[:12]}… (expected over {len(message)} bytes)",
        )


def holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether `verify` accepts a signature; `ledger.keys.batch` asks it for many."""
    return not form_fault(public, signature) and library_holds(public, message, signature)


def sign(seed: bytes, message: bytes) -> bytes:
    """Return the 64-byte signature of a message by the key of this seed (RFC 8032 §5.1.6)."""
    return private_key(seed).sign(message)


def public_of(seed: bytes) -> bytes:
    """Return the 32-byte public key of a seed."""
    return private_key(seed).public_key().public_bytes_raw()


def private_key(seed: bytes) -> Ed25519PrivateKey:
    """Return the library's key object, which signs without the seed being held in Python.

    Raises:
        MalformedError: the seed does not have 32 bytes. The message never shows it.
    """
    if len(seed) != SEED_BYTES:
        raise MalformedError(
            "Ed25519 seed", expected=f"{SEED_BYTES} bytes", found=f"{len(seed)} bytes"
        )
    return Ed25519PrivateKey.from_private_bytes(seed)


def openssl_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether OpenSSL accepts: step 4 of the rule, nothing of the others."""
    try:
        _openssl_key(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def libsodium_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Tell whether libsodium accepts: step 4, in half of OpenSSL's time, without the GIL."""
    try:
        crypto_sign_open(signature + message, public)
    except BadSignatureError:
        return False
    return True


library_holds: Holds = libsodium_holds if HAS_LIBSODIUM else openssl_holds


def openssl_sign(seed: bytes) -> Sign:
    """Return what signs by OpenSSL, which keeps the secret itself."""
    return private_key(seed).sign


def libsodium_sign(seed: bytes) -> Sign:
    """Return what signs by libsodium: the same bytes in two thirds of the time.

    libsodium is given the secret at each signature, so it is held here, in a function that is neither
    shown with what it holds nor pickled. The public key in it is always the seed's own: signing one
    message with two of them would give the secret away.
    """
    secret = seed + public_of(seed)
    return lambda message: crypto_sign(message, secret)[:SIGNATURE_BYTES]


library_sign = libsodium_sign if HAS_LIBSODIUM else openssl_sign


def form_fault(public: bytes, signature: bytes) -> str:
    """Return what is wrong before any curve is touched, or the empty string."""
    if len(public) != PUBLIC_BYTES:
        return f"expected a public key of {PUBLIC_BYTES} bytes, found {len(public)}"
    if len(signature) != SIGNATURE_BYTES:
        return f"expected {SIGNATURE_BYTES} bytes, found {len(signature)}"
    if int.from_bytes(signature[32:], "little") >= L:
        return "expected S below the group order, found a second spelling"
    if signature[:32] in SMALL_ORDER:
        return "expected R of large order, found a point of small order"
    return ""


@lru_cache(maxsize=4096)
def _openssl_key(public: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(public)


def _bad_public(found: str) -> MalformedError:
    return MalformedError(
        "Ed25519 public key",
        expected="32 bytes, a canonical point of prime order (make another key)",
        found=found,
    )
