"""A signer: whoever can make the signatures of one key, wherever its secret lies."""

from __future__ import annotations

from typing import NoReturn, Protocol

from typing_extensions import override

from ledger.keys.suite import ED25519, key_id, private_keys

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
    """A key held in this process's memory.

    Nothing here shows the secret, and the signer cannot be copied or pickled, so it cannot slip
    into a worker, a cache or a dump.
    """

    __slots__ = ("_private", "grade", "key_id", "public", "suite")

    def __init__(self, secret: bytes, suite: str = ED25519) -> None:
        self._private = private_keys(suite, secret)
        self.suite = suite
        self.public: tuple[bytes, ...] = tuple(each.public for each in self._private)
        self.key_id = key_id(suite, self.public)
        self.grade = TECHNICAL

    def sign(self, message: bytes) -> tuple[bytes, ...]:
        """Return one signature for each component, in suite order."""
        return tuple(each.sign(message) for each in self._private)

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
