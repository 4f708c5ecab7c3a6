"""The key ring: whose key it was, and good from which index to which.

Learned from the log's own key events, in order. A key signs for its officer in acts whose first
index lies after its enrolment and before its retirement or revocation: index decides, never a clock.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ledger.errors import KeyNotTrustedError, MalformedError
from ledger.frozen import frozen

ENROLLED = "key.enrolled/1"
REVOKED = "key.revoked/1"
RETIRED = "key.retired/1"


@frozen
class KeyLife:
    """One key's life: enrolled at an index, retired or revoked at a later one or not at all.

    `replaces` is the id of the key that it took the place of, which signed `handover`.

    `compromised` is the index of the first act that may be somebody else's: from there on its
    signatures count no more, whenever that became known; those below it stand.
    """

    key: str
    officer: str
    suite: str
    public: tuple[bytes, ...]
    possession: tuple[bytes, ...]
    enrolled: int
    revoked: int | None = None
    compromised: int | None = None
    retired: int | None = None
    replaces: str = ""
    handover: tuple[bytes, ...] = ()

    def check_good(self, index: int) -> None:
        """Hold if the key signs an act whose first index this is.

        Raises:
            KeyNotTrustedError: it was enrolled only there, retired or revoked before, or in other hands.
        """
        if index <= self.enrolled:
            raise KeyNotTrustedError(
                self.key, f"is enrolled at {self.enrolled}, not before {index}"
            )
        if self.revoked is not None and index > self.revoked:
            raise KeyNotTrustedError(
                self.key, f"was revoked at {self.revoked}, used at {index}"
            )
        if self.retired is not None and index > self.retired:
            raise KeyNotTrustedError(
                self.key, f"was retired at {self.retired}, used at {index}"
            )
        if self.compromised is not None and index >= self.compromised:
            raise KeyNotTrustedError(
                self.key, f"is compromised since {self.compromised}, used at {index}"
            )


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
                replaces=str(body.get("replaces") or "").partition("/")[2],
                handover=_decoded(body.get("handover") or ()),
            )
        elif kind == RETIRED and key in self._lives and self._lives[key].retired is None:
            self._lives[key] = replace(self._lives[key], retired=index)
        elif kind == REVOKED and key in self._lives and self._lives[key].revoked is None:
            since = body.get("compromised_since")
            self._lives[key] = replace(
                self._lives[key],
                revoked=index,
                compromised=since if isinstance(since, int) else None,
            )

    def good(self, key: str, index: int) -> KeyLife:
        """Return the key's life if it signs at this index.

        Raises:
            KeyNotTrustedError: unknown, or as `KeyLife.check_good`.
        """
        life = self._lives.get(key)
        if life is None:
            raise KeyNotTrustedError(key, "was never enrolled")
        if index or not self._is_founders(life):
            life.check_good(index)
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
