"""Suites: which signatures a kind of key makes, and how a key gets its id.

A suite names one to several *components*, each an algorithm of its own with one public key and
one signature. A signature of the suite is all of them, in suite order: every one must be present
and valid, and no other may be there. The registry `SUITES` is closed; verification never takes an
algorithm from data.

* `ed25519`: one component, public key 32 bytes, signature 64 bytes.
* `ed25519+ml-dsa-65` and `sm2-sm3`: the names are reserved; using them is refused in this version.

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
from collections.abc import Callable
from dataclasses import dataclass

from ledger import canonical
from ledger.errors import MalformedError, SignatureError, UnavailableError
from ledger.keys import ed25519


@dataclass(frozen=True, slots=True)
class Algorithm:
    """What a component can do, in a version that has built it."""

    check_public: Callable[[bytes], None]
    verify: Callable[[bytes, bytes, bytes], None]


@dataclass(frozen=True, slots=True)
class Component:
    """One algorithm of a suite; `algorithm` is None while only its name is reserved."""

    name: str
    public_bytes: int
    signature_bytes: int
    algorithm: Algorithm | None = None


@dataclass(frozen=True, slots=True)
class Suite:
    """A name and its components, in the order in which keys and signatures stand."""

    name: str
    components: tuple[Component, ...]

    @property
    def built(self) -> bool:
        """Tell whether this version can use the suite."""
        return all(component.algorithm for component in self.components)


_ED25519 = Component(
    "ed25519",
    ed25519.PUBLIC_BYTES,
    ed25519.SIGNATURE_BYTES,
    Algorithm(ed25519.check_public, ed25519.verify),
)

SUITES: tuple[Suite, ...] = (
    Suite("ed25519", (_ED25519,)),
    Suite("ed25519+ml-dsa-65", (_ED25519, Component("ml-dsa-65", 1952, 3309))),
    Suite("sm2-sm3", (Component("sm2", 65, 64),)),
)


def find_suite(name: str) -> Suite:
    """Return the suite of this name, built or reserved.

    Raises:
        MalformedError: there is no such suite.
    """
    for suite in SUITES:
        if suite.name == name:
            return suite
    known = ", ".join(suite.name for suite in SUITES)
    raise MalformedError("suite", expected=f"one of {known}", found=repr(name)[:40])


def built_suite(name: str) -> Suite:
    """Return the suite of this name, for use.

    Raises:
        MalformedError: there is no such suite.
        UnavailableError: its name is reserved, but this version has not built it.
    """
    suite = find_suite(name)
    if not suite.built:
        raise UnavailableError(
            f"suite {name}",
            "not built yet in this version",
            todo="use a newer version, or a key of suite ed25519",
        )
    return suite


def key_id(suite: str, publics: tuple[bytes, ...]) -> str:
    """Return the id of a key: 64 hex digits over its suite and its public keys.

    Raises:
        MalformedError: no such suite, or not exactly its public keys at their lengths.
    """
    _check_lengths(find_suite(suite), publics)
    encoded = [base64.b64encode(public).decode() for public in publics]
    return canonical.digest(canonical.encode({"public": encoded, "suite": suite}))


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
        UnavailableError: the suite is not built.
    """
    components = built_suite(suite).components
    _check_lengths(find_suite(suite), publics)
    for component, public in zip(components, publics, strict=True):
        assert component.algorithm is not None, "a built suite has all its algorithms"
        component.algorithm.check_public(public)


def verify_suite(
    suite: str, publics: tuple[bytes, ...], message: bytes, signatures: tuple[bytes, ...]
) -> None:
    """Verify every component's signature over one message; nothing more may be there.

    Raises:
        SignatureError: a signature is missing, too many, or does not hold.
        MalformedError: no such suite, or not exactly its public keys.
        UnavailableError: the suite is not built.
    """
    components = built_suite(suite).components
    _check_lengths(find_suite(suite), publics)
    if len(signatures) != len(components):
        raise SignatureError(
            f"suite {suite}", f"expected {len(components)} signatures, found {len(signatures)}"
        )
    for component, public, signature in zip(components, publics, signatures, strict=True):
        assert component.algorithm is not None, "a built suite has all its algorithms"
        component.algorithm.verify(public, message, signature)


def _check_lengths(suite: Suite, publics: tuple[bytes, ...]) -> None:
    expected = [component.public_bytes for component in suite.components]
    found = [len(public) for public in publics]
    if expected != found:
        raise MalformedError(
            f"public keys of suite {suite.name}",
            expected=f"lengths {expected}",
            found=f"lengths {found}",
        )
