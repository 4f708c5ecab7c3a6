"""The key ring: whose key it was, and good from which index to which.

Learned from the log's own key events, in order. A key signs for its officer in acts whose first
index lies after its enrolment and before its revocation: index decides, never a clock.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ledger.errors import KeyNotTrustedError, MalformedError

ENROLLED = "key.enrolled/1"
REVOKED = "key.revoked/1"


@dataclass(frozen=True, slots=True)
class KeyLife:
    """One key's life: enrolled at an index, revoked at a later one or not at all."""

    key: str
    officer: str
    suite: str
    public: tuple[bytes, ...]
    possession: tuple[bytes, ...]
    enrolled: int
    revoked: int | None = None


class Ring:
    """All keys of a log up to where it was read. Learning is its only change of state."""

    def __init__(self) -> None:
        """Begin with no keys."""
        self._lives: dict[str, KeyLife] = {}

    @property
    def lives(self) -> Mapping[str, KeyLife]:
        """The keys' lives by key id."""
        return self._lives

    def learn(self, *, kind: str, record: str, body: Mapping[str, Any], index: int) -> None:
        """Take in a key event; other kinds are passed over.

        Raises:
            MalformedError: an enrolment holds no readable public key.
        """
        key = record.partition("/")[2]
        if kind == ENROLLED and key not in self._lives:
            self._lives[key] = KeyLife(
                key=key,
                officer=str(body.get("officer")),
                suite=str(body.get("suite")),
                public=_decoded(body.get("public")),
                possession=_decoded(body.get("possession")),
                enrolled=index,
            )
        elif kind == REVOKED and key in self._lives and self._lives[key].revoked is None:
            self._lives[key] = replace(self._lives[key], revoked=index)

    def good(self, key: str, index: int) -> KeyLife:
        """Return the key's life if it signs at this index.

        Raises:
            KeyNotTrustedError: unknown, not enrolled yet, or revoked before.
        """
        life = self._lives.get(key)
        if life is None:
            raise KeyNotTrustedError(key, "was never enrolled")
        if index <= life.enrolled and not (index == 0 and self._is_founders(life)):
            raise KeyNotTrustedError(key, f"is enrolled at {life.enrolled}, not before {index}")
        if life.revoked is not None and index > life.revoked:
            raise KeyNotTrustedError(key, f"was revoked at {life.revoked}, used at {index}")
        return life

    def _is_founders(self, life: KeyLife) -> bool:
        """The founder's key is the log's first; it alone signs the act that enrols it."""
        return life.enrolled == min(each.enrolled for each in self._lives.values())


def _decoded(told: Any) -> tuple[bytes, ...]:
    try:
        return tuple(base64.b64decode(each, validate=True) for each in told)
    except (TypeError, ValueError, binascii.Error) as error:
        raise MalformedError(
            "key", expected="base64 components", found=str(told)[:40]
        ) from error
