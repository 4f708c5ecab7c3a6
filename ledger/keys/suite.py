"""Suites: which signatures a kind of key makes, and how a key gets its id.

A suite names one to several *components*, each an algorithm of its own with one public key and
one signature. A signature of the suite is all of them, in suite order: every one must be present
and valid, and no other may be there. The registry `SUITES` is closed; verification never takes an
algorithm from data.

* `ed25519`: one component, public key 32 bytes, signature 64 bytes (`ledger.keys.ed25519`).
* `ed25519+ml-dsa-65`: that one and `ml-dsa-65`, 1952 and 3309 bytes (`ledger.keys.mldsa`): for
  records kept for ever.
* `sm2-sm3`: one component `sm2`, 65 and 64 bytes (`ledger.keys.sm2`), through the system's libcrypto;
  where that is missing, the key cannot be used and its signatures cannot be judged.
* `ed25519+ml-dsa-44`: the log's own (`ledger.keys.logkey`). It lies in a key file as others do, and no
  officer's key is ever of it: it is not in `SUITES`.

* `x25519`: a key to read by (`ledger.keys.hpke`). It lies in a key file as others do, and signs nothing: it is
  not in `SUITES`.

The secret of a component is 32 bytes, that of a suite all of them in suite order.

**Key id**: SHA-256, as 64 hex digits, of the canonical JSON

    {"public":["<std base64 of the raw public key>",…],"suite":"<name>"}

with public keys in suite order. The *component key id*, which stands as `keyid` in a DSSE
envelope, is `<key id>:<component>`; it names, and never decides trust.

Worked example (vector `key-id`): suite `ed25519`, public
`3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29`:

    {"public":["O2onvM62pC1io6jQKm8Nc2UyFXcd4kOmOsBIoYtZ2ik="],"suite":"ed25519"}

key id `cff6c064f72b9356975d52d043331cfc9c5a764f918ef30c25af7781f9dbe504`.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Callable
from functools import cache, lru_cache, partial
from typing import NamedTuple, Protocol

from ledger import canonical
from ledger.errors import MalformedError, SignatureError
from ledger.frozen import frozen

SECRET_BYTES = 32


class Private(Protocol):
    """A key of one component that signs."""

    @property
    def public(self) -> bytes:
        """The raw public key."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Return one signature.

        Raises:
            UnavailableError: the key cannot be used here.
        """
        ...


class Algorithm(NamedTuple):
    """What the algorithm of a component can do."""

    private: Callable[[bytes], Private]
    check_public: Callable[[bytes], None]
    verify: Callable[[bytes, bytes, bytes], None]
    new_secret: Callable[[], bytes] = partial(os.urandom, SECRET_BYTES)


@frozen
class Component:
    """One algorithm of a suite: its lengths, and where it is to be had."""

    name: str
    public_bytes: int
    signature_bytes: int
    load: Callable[[], Algorithm]


@frozen
class Suite:
    """A name and its components, in the order in which keys and signatures stand."""

    name: str
    components: tuple[Component, ...]

    @property
    def secret_bytes(self) -> int:
        """How long a secret of the suite is."""
        return SECRET_BYTES * len(self.components)


# The libraries of these take as long to load as most of a small command: only who signs, or judges what
# was signed, waits for them.
@cache
def _ed25519() -> Algorithm:
    from ledger.keys import ed25519  # noqa: PLC0415

    return Algorithm(ed25519.PrivateKey, ed25519.check_public, ed25519.verify)


@cache
def _ml_dsa(parameters: str) -> Algorithm:
    from ledger.keys import mldsa  # noqa: PLC0415

    found = {each.name: each for each in (mldsa.ML_DSA_44, mldsa.ML_DSA_65)}[parameters]
    return Algorithm(
        partial(mldsa.PrivateKey, found),
        partial(mldsa.check_public, found),
        partial(mldsa.verify, found),
    )


@cache
def _sm2() -> Algorithm:
    from ledger.keys import sm2  # noqa: PLC0415

    return Algorithm(sm2.PrivateKey, sm2.check_public, sm2.verify, sm2.new_secret)


@cache
def _x25519() -> Algorithm:
    from ledger.keys import hpke  # noqa: PLC0415

    return Algorithm(hpke.ReadingKey, hpke.check_reading_key, hpke.refuse_signature)


_ED25519 = Component("ed25519", 32, 64, _ed25519)
_ML_DSA_65 = Component("ml-dsa-65", 1952, 3309, partial(_ml_dsa, "ML-DSA-65"))
_ML_DSA_44 = Component("ml-dsa-44", 1312, 2420, partial(_ml_dsa, "ML-DSA-44"))
_SM2 = Component("sm2", 65, 64, _sm2)
_X25519 = Component("x25519", 32, 0, _x25519)

ED25519 = "ed25519"
HYBRID = "ed25519+ml-dsa-65"
SM2_SM3 = "sm2-sm3"
LOG = "ed25519+ml-dsa-44"
READING = "x25519"
SUITES: tuple[Suite, ...] = (
    Suite(ED25519, (_ED25519,)),
    Suite(HYBRID, (_ED25519, _ML_DSA_65)),
    Suite(SM2_SM3, (_SM2,)),
)
LOG_SUITE = Suite(LOG, (_ED25519, _ML_DSA_44))
READING_SUITE = Suite(READING, (_X25519,))


def find_suite(name: str) -> Suite:
    """Return the suite of this name: an officer's, the log's, or that of keys to read by.

    Raises:
        MalformedError: there is no such suite.
    """
    apart = {LOG: LOG_SUITE, READING: READING_SUITE}
    return apart.get(name) or officers_suite(name)


def officers_suite(name: str) -> Suite:
    """Return the suite of this name, if officers' keys are of it.

    Raises:
        MalformedError: they are not.
    """
    for suite in SUITES:
        if suite.name == name:
            return suite
    known = ", ".join(suite.name for suite in SUITES)
    raise MalformedError("suite", expected=f"one of {known}", found=repr(name)[:40])


def new_secret(suite: str) -> bytes:
    """Return a fresh secret of a suite.

    Raises:
        MalformedError: no such suite.
    """
    return b"".join(component.load().new_secret() for component in find_suite(suite).components)


def private_keys(suite: str, secret: bytes) -> tuple[Private, ...]:
    """Return the keys of a suite's secret, one a component, in suite order.

    Raises:
        MalformedError: no such suite, or the secret is none of it. The message never shows it.
        UnavailableError: an algorithm is not to be had on this machine.
    """
    found = find_suite(suite)
    if len(secret) != found.secret_bytes:
        raise MalformedError(
            f"secret of suite {suite}",
            expected=f"{found.secret_bytes} bytes",
            found=f"{len(secret)} bytes",
        )
    return tuple(
        component.load().private(secret[place * SECRET_BYTES : (place + 1) * SECRET_BYTES])
        for place, component in enumerate(found.components)
    )


def key_id(suite: str, publics: tuple[bytes, ...]) -> str:
    """Return the id of a key: 64 hex digits over its suite and its public keys.

    Raises:
        MalformedError: no such suite, or not exactly its public keys at their lengths.
    """
    _check_lengths(find_suite(suite), publics)
    encoded = [base64.b64encode(public).decode() for public in publics]
    return canonical.digest(canonical.encode({"public": encoded, "suite": suite}))


@lru_cache(maxsize=64)
def component_keyids(key: str, suite: str) -> tuple[str, ...]:
    """Return the DSSE `keyid` of each signature of a key, in suite order.

    Raises:
        MalformedError: no such suite, or `key` is no key id.
    """
    if not canonical.is_digest(key):
        raise MalformedError("key id", expected="64 hex digits", found=repr(key)[:20])
    return tuple(f"{key}:{component.name}" for component in find_suite(suite).components)


def check_publics(suite: str, publics: tuple[bytes, ...]) -> None:
    """Check public keys at enrolment: each one by its algorithm's own rule.

    Raises:
        MalformedError: no such suite, or a public key that may not be enrolled.
        UnavailableError: an algorithm is not to be had on this machine.
    """
    found = officers_suite(suite)
    _check_lengths(found, publics)
    for component, public in zip(found.components, publics, strict=True):
        component.load().check_public(public)


def verify_suite(
    suite: str, publics: tuple[bytes, ...], message: bytes, signatures: tuple[bytes, ...]
) -> None:
    """Verify every component's signature over one message; nothing more may be there.

    Raises:
        SignatureError: a signature is missing, too many, or does not hold.
        MalformedError: no such suite, or not exactly its public keys.
        UnavailableError: an algorithm is not to be had on this machine.
    """
    found = officers_suite(suite)
    _check_lengths(found, publics)
    if len(signatures) != len(found.components):
        raise SignatureError(
            f"suite {suite}",
            f"expected {len(found.components)} signatures, found {len(signatures)}",
        )
    for component, public, signature in zip(found.components, publics, signatures, strict=True):
        component.load().verify(public, message, signature)


def _check_lengths(suite: Suite, publics: tuple[bytes, ...]) -> None:
    expected = [component.public_bytes for component in suite.components]
    found = [len(public) for public in publics]
    if expected != found:
        raise MalformedError(
            f"public keys of suite {suite.name}",
            expected=f"lengths {expected}",
            found=f"lengths {found}",
        )
