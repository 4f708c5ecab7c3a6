r"""Disclosures 披露: private fields as RFC 9901 tells them, and how they lie in the store, encrypted.

**Disclosure**: base64url, without padding, of the canonical JSON `["<salt>","<name>","<text>"]`; the salt is 128
random bits in base64url and dies with the text. **Digest**: base64url of SHA-256 of the disclosure's ASCII bytes (the
string is hashed, not the array). The event's body has the digests, in `private._sd`, sorted.

**Sealed disclosure**: what table `disclosures` holds under the digest, canonical JSON::

    {"compartment":"compartment/fund","data_key":"<base64, 80 bytes>","generation":1,
     "nonce":"<base64, 12 bytes>","sealed":"<base64>"}

* `sealed` is the disclosure under AES-256-GCM with a data key made for this record's step alone, and `nonce`; its
  associated data is the canonical `{"compartment":…,"digest":…,"generation":…,"ledger":…,"record":…}`.
* `data_key` is that key, sealed by HPKE (`ledger.keys.hpke`) for the compartment's key of this generation; `info` is the
  canonical `{"compartment":…,"generation":…,"ledger":…,"purpose":"qifeng.data-key/1","record":…}`.

Whoever records a private field needs no key to read by; whoever is to read it holds the compartment's key. The
event names SHA-256 of the sealed disclosure, in `private.sealed`. Purging deletes the row: with it go text, salt
and data key.

Worked example (RFC 9901): `["_26bc4LT-ac6q2KI6cBW5es","payee","王芳"]` is
`WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsInBheWVlIiwi546L6IqzIl0`, its digest
`BMU41DQuiKZDPxRciqEHKo9EeJb43J8RBCLoEj6eq1A`.
"""

from __future__ import annotations

import base64
import binascii
import os
from hashlib import sha256
from typing import Protocol

from ledger import canonical
from ledger.errors import MalformedError, ProofError
from ledger.frozen import frozen
from ledger.members import read_base64

NONCE_BYTES = 12
KEY_BYTES = 32
SEALED_KEY_BYTES = 80
"""A data key as `ledger.keys.hpke` seals it."""
SALT_BYTES = 16

_MEMBERS = frozenset({"compartment", "data_key", "generation", "nonce", "sealed"})


class Opener(Protocol):
    """What opens a data key: the reading key for which it was sealed (`ledger.keys.hpke`)."""

    def open(self, sealed: bytes, *, info: bytes) -> bytes:
        """Return what was sealed.

        Raises:
            UnavailableError: it is for another key or place, or was changed.
        """
        ...


@frozen
class Place:
    """Where a private field is at home: ledger, record, and the compartment's key it is sealed for."""

    ledger: str
    record: str
    compartment: str
    generation: int


@frozen
class Disclosed:
    """A disclosure ready to be stored: its digest, and its sealed form."""

    digest: str
    sealed: bytes


@frozen
class SealedDisclosure:
    """A sealed disclosure's parts."""

    compartment: str
    generation: int
    data_key: bytes
    nonce: bytes
    sealed: bytes


def format_disclosure(salt: str, name: str, text: str) -> str:
    """Return the disclosure of an object's member (RFC 9901 §4.2.1)."""
    return _base64url(canonical.encode([salt, name, text]))


def parse_disclosure(disclosure: str) -> tuple[str, str, str]:
    """Return (salt, name, text) of a disclosure of our making.

    Raises:
        MalformedError: it is none. The message tells nothing of it.
    """
    try:
        decoded = base64.urlsafe_b64decode(disclosure + "=" * (-len(disclosure) % 4))
    except (binascii.Error, ValueError) as error:
        raise MalformedError(
            "disclosure", expected="base64url", found="another form"
        ) from error
    told = canonical.parse(decoded, "disclosure")
    if type(told) is not list or len(told) != 3 or not all(type(each) is str for each in told):
        raise MalformedError("disclosure", expected="[salt, name, text]", found="another form")
    return told[0], told[1], told[2]


def disclosure_digest(disclosure: str) -> str:
    """Return the digest by which a body names a disclosure (RFC 9901 §4.2.3)."""
    return _base64url(sha256(disclosure.encode("ascii")).digest())


def seal_disclosures(
    texts: dict[str, str], place: Place, public: bytes
) -> tuple[Disclosed, ...]:
    """Return each private text as a sealed disclosure, by digest; one data key is made for them all."""
    # The library is loaded only where something private is written or read.
    from ledger.keys.hpke import seal_for  # noqa: PLC0415

    data_key = os.urandom(KEY_BYTES)
    wrapped = seal_for(public, data_key, info=_key_bound_to(place))
    sealed = [
        _seal(
            format_disclosure(_base64url(os.urandom(SALT_BYTES)), name, text),
            place,
            data_key=data_key,
            wrapped=wrapped,
        )
        for name, text in texts.items()
    ]
    return tuple(sorted(sealed, key=lambda each: each.digest))


def open_disclosure(
    digest: str, told: SealedDisclosure, place: Place, key: Opener
) -> tuple[str, str]:
    """Return (name, text) of a sealed disclosure, held against its digest.

    Raises:
        UnavailableError, ProofError: as `unseal_disclosure`.
    """
    _, name, text = parse_disclosure(unseal_disclosure(digest, told, place, key))
    return name, text


def unseal_disclosure(digest: str, told: SealedDisclosure, place: Place, key: Opener) -> str:
    """Return a sealed disclosure as RFC 9901 has it, held against its digest.

    Raises:
        UnavailableError: it is sealed for another key, record or ledger.
        ProofError: it was changed, or is not the one of this digest.
    """
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

    data_key = key.open(told.data_key, info=_key_bound_to(place))
    try:
        opened = AESGCM(data_key).decrypt(told.nonce, told.sealed, _header(place, digest))
    except InvalidTag as error:
        raise ProofError(f"disclosure {digest[:12]}…", "does not open: changed") from error
    disclosure = opened.decode("ascii", "replace")
    if not disclosure.isascii() or disclosure_digest(disclosure) != digest:
        raise ProofError(f"disclosure {digest[:12]}…", "is not the one of its digest")
    return disclosure


def format_sealed(told: SealedDisclosure) -> bytes:
    """Return the bytes of a sealed disclosure."""
    return canonical.encode(
        {
            "compartment": told.compartment,
            "data_key": base64.b64encode(told.data_key).decode(),
            "generation": told.generation,
            "nonce": base64.b64encode(told.nonce).decode(),
            "sealed": base64.b64encode(told.sealed).decode(),
        }
    )


def parse_sealed(encoded: bytes) -> SealedDisclosure:
    """Return the parts of a sealed disclosure.

    Raises:
        MalformedError: the bytes are none.
    """
    what = "sealed disclosure"
    told = canonical.members(canonical.parse(encoded, what), _MEMBERS, what)
    if type(told["compartment"]) is not str or type(told["generation"]) is not int:
        raise MalformedError(what, expected="a compartment's key", found="another form")
    data_key = read_base64(told["data_key"], f"{what}: data_key")
    nonce = read_base64(told["nonce"], f"{what}: nonce")
    if (len(data_key), len(nonce)) != (SEALED_KEY_BYTES, NONCE_BYTES):
        raise MalformedError(what, expected="a data key and a nonce", found="other lengths")
    return SealedDisclosure(
        told["compartment"],
        told["generation"],
        data_key,
        nonce,
        read_base64(told["sealed"], f"{what}: sealed"),
    )


def _seal(disclosure: str, place: Place, *, data_key: bytes, wrapped: bytes) -> Disclosed:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

    digest = disclosure_digest(disclosure)
    nonce = os.urandom(NONCE_BYTES)
    sealed = AESGCM(data_key).encrypt(nonce, disclosure.encode(), _header(place, digest))
    told = SealedDisclosure(place.compartment, place.generation, wrapped, nonce, sealed)
    return Disclosed(digest, format_sealed(told))


def _header(place: Place, digest: str) -> bytes:
    return canonical.encode(
        {
            "compartment": place.compartment,
            "digest": digest,
            "generation": place.generation,
            "ledger": place.ledger,
            "record": place.record,
        }
    )


def _key_bound_to(place: Place) -> bytes:
    return canonical.encode(
        {
            "compartment": place.compartment,
            "generation": place.generation,
            "ledger": place.ledger,
            "purpose": "qifeng.data-key/1",
            "record": place.record,
        }
    )


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
