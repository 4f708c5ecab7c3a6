"""A signer: whoever can make the signatures of one key, wherever its secret lies."""

from __future__ import annotations

from typing import NoReturn, Protocol

from typing_extensions import override

from ledger.keys import ed25519
from ledger.keys.suite import key_id

# How far a signature's key is vouched for: by this ledger's own enrolment only.
TECHNICAL = "technical"


class Signer(Protocol):
    """What signs acts: a key in memory, in an agent, or in a token."""

    @property
    def key_id(self) -> str:
        """The key's id (`ledger.keys.suite.key_id`)."""
        ...

    @property
    def suite(self) -> str:
        """The name of the key's suite."""
        ...

    @property
    def public(self) -> tuple[bytes, ...]:
        """The raw public keys, in suite order."""
        ...

    @property
    def grade(self) -> str:
        """How far the key is vouched for; `technical` unless a certificate says more."""
        ...

    def sign(self, message: bytes) -> tuple[bytes, ...]:
        """Return one signature for each component, in suite order.

        Raises:
            UnavailableError: the key cannot be used now (agent gone, key withdrawn).
        """
        ...


class SeedSigner:
    """An Ed25519 key held in this process's memory.

    The seed itself is not kept, only the library's key object. Nothing here shows it, and the
    signer cannot be copied or pickled, so it cannot slip into a worker, a cache or a dump.
    """

    __slots__ = ("_private", "grade", "key_id", "public", "suite")

    def __init__(self, seed: bytes) -> None:
        self._private = ed25519.private_key(seed)
        self.suite = "ed25519"
        self.public: tuple[bytes, ...] = (self._private.public_key().public_bytes_raw(),)
        self.key_id = key_id(self.suite, self.public)
        self.grade = TECHNICAL

    def sign(self, message: bytes) -> tuple[bytes, ...]:
        """Return the one signature of suite `ed25519` (RFC 8032, deterministic)."""
        return (self._private.sign(message),)

    @override
    def __repr__(self) -> str:
        return f"SeedSigner({self.key_id[:12]}…)"

    @override
    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled or copied.

        Raises:
            TypeError: always.
        """
        raise TypeError("a signer holds a secret: it is neither pickled nor copied")
