"""Reading keys 阅读密钥: HPKE, by which something is sealed for whoever holds a key, and for nobody else.

RFC 9180 in base mode, one message a time: KEM DHKEM(X25519, HKDF-SHA256), KDF HKDF-SHA256, AEAD AES-256-GCM,
no associated data. What is sealed is `enc ‖ ciphertext`, 48 bytes longer than what went in. `info` binds it to its
place: with another `info` it does not open.

A reading key signs nothing. Its file is a key file (`ledger.keys.keyfile`) of the suite `x25519`; its
public key is the 32 raw bytes of RFC 7748, of which those of small order are refused.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from ledger.errors import MalformedError, UnavailableError

PUBLIC_BYTES = 32
OVERHEAD_BYTES = 48

_PROBE = bytes(range(32))


class ReadingKey:
    """A private reading key, from its 32 raw bytes."""

    __slots__ = ("_private", "public", "secret")

    def __init__(self, secret: bytes) -> None:
        """Take the key of this secret."""
        self.secret = secret
        self._private = X25519PrivateKey.from_private_bytes(secret)
        self.public = self._private.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """Refuse: nothing is signed with a key to read by."""
        del message
        raise UnavailableError("reading key", "signs nothing", todo="use the officer's own key")

    def open(self, sealed: bytes, *, info: bytes) -> bytes:
        """Return what was sealed for this key at this place.

        Raises:
            UnavailableError: it is for another key or place, or was changed.
        """
        try:
            return _suite().decrypt(sealed, self._private, info)
        except (InvalidTag, ValueError) as error:
            raise UnavailableError("sealed key", "is not for this reading key") from error


def seal_for(public: bytes, message: bytes, *, info: bytes) -> bytes:
    """Seal a message for the holder of a reading key.

    Raises:
        MalformedError: that is no reading key.
    """
    check_reading_key(public)
    return _suite().encrypt(message, X25519PublicKey.from_public_bytes(public), info)


def check_reading_key(public: bytes) -> None:
    """Hold if these bytes are a public key that something can be sealed for.

    Raises:
        MalformedError: another length, or a point of small order (its secrets are known to all).
    """
    if len(public) != PUBLIC_BYTES:
        raise MalformedError(
            "reading key", expected=f"{PUBLIC_BYTES} bytes", found=f"{len(public)}"
        )
    try:
        X25519PrivateKey.from_private_bytes(_PROBE).exchange(
            X25519PublicKey.from_public_bytes(public)
        )
    except ValueError as error:
        raise MalformedError(
            "reading key", expected="a point of large order", found="one of small order"
        ) from error


def refuse_signature(public: bytes, message: bytes, signature: bytes) -> None:
    """Refuse: a reading key's signature never counts.

    Raises:
        MalformedError: always.
    """
    del public, message, signature
    raise MalformedError("signature", expected="a signing key's", found="a reading key")


def _suite() -> Suite:
    return Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
