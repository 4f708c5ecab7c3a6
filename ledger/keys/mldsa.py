"""ML-DSA (FIPS 204): signatures that hold against a quantum computer, for records kept for ever.

Two parameter sets are used: ML-DSA-65 beside Ed25519 in officers' seals, ML-DSA-44 in checkpoints
and cosignatures. A secret is its 32-byte seed (FIPS 204 §3.6.3); the context is empty; signing is
randomised, so that bytes differ each time. Public keys and signatures have one length each:

    ML-DSA-44   public 1312   signature 2420
    ML-DSA-65   public 1952   signature 3309

Worked example (vector `ml-dsa-65`): the public key of seed 00…1f, and a signature over `qifeng`.
"""

from __future__ import annotations

from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import mldsa

from ledger.errors import MalformedError, SignatureError
from ledger.frozen import frozen

SEED_BYTES = 32

Private = mldsa.MLDSA44PrivateKey | mldsa.MLDSA65PrivateKey
Public = mldsa.MLDSA44PublicKey | mldsa.MLDSA65PublicKey


@frozen
class ParameterSet:
    """One of FIPS 204's parameter sets: its name, its lengths, and the library's classes for it."""

    name: str
    public_bytes: int
    signature_bytes: int
    private: type[Private]
    public: type[Public]


ML_DSA_44 = ParameterSet(
    "ML-DSA-44", 1312, 2420, mldsa.MLDSA44PrivateKey, mldsa.MLDSA44PublicKey
)
ML_DSA_65 = ParameterSet(
    "ML-DSA-65", 1952, 3309, mldsa.MLDSA65PrivateKey, mldsa.MLDSA65PublicKey
)


class PrivateKey:
    """A key that signs, made from its seed; the seed itself is not kept."""

    __slots__ = ("_private", "public")

    def __init__(self, parameters: ParameterSet, seed: bytes) -> None:
        if len(seed) != SEED_BYTES:
            raise MalformedError(
                f"{parameters.name} seed",
                expected=f"{SEED_BYTES} bytes",
                found=f"{len(seed)} bytes",
            )
        self._private = parameters.private.from_seed_bytes(seed)
        self.public = self._private.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """Return a signature with empty context, another one each time (FIPS 204 Algorithm 2)."""
        return self._private.sign(message)


def check_public(parameters: ParameterSet, public: bytes) -> None:
    """Check that this is a public key: its length, and that the library takes it.

    Raises:
        MalformedError: it is none.
    """
    if len(public) != parameters.public_bytes:
        raise MalformedError(
            f"{parameters.name} public key",
            expected=f"{parameters.public_bytes} bytes",
            found=f"{len(public)} bytes",
        )
    _loaded(parameters, public)


def verify(parameters: ParameterSet, public: bytes, message: bytes, signature: bytes) -> None:
    """Verify one signature with empty context (FIPS 204 Algorithm 3).

    Raises:
        SignatureError: the signature does not hold.
    """
    if len(signature) != parameters.signature_bytes:
        raise SignatureError(
            f"{parameters.name} signature",
            f"expected {parameters.signature_bytes} bytes, found {len(signature)}",
        )
    try:
        _loaded(parameters, public).verify(signature, message)
    except InvalidSignature as error:
        raise SignatureError(
            f"{parameters.name} signature",
            f"does not match key {public.hex()[:12]}… (expected over {len(message)} bytes)",
        ) from error


@lru_cache(maxsize=1024)
def _loaded(parameters: ParameterSet, public: bytes) -> Public:
    return parameters.public.from_public_bytes(public)
