"""The log's key: Ed25519, under the log's name, for checkpoints as C2SP signed notes.

It is never an officer's key, and officers' acts are never signed with it. At rest it lies in the
same key file as any other (`ledger.keys.keyfile`, suite `ed25519`); the name is the log's origin
and stands in the ledger's configuration.

For signed notes (C2SP signed-note, type byte 01 = Ed25519 over the text):

* note key id = the first 4 bytes of SHA-256(name ‖ `0A` ‖ `01` ‖ public key);
* verifier key = name `+` the id as 8 hex digits `+` base64(`01` ‖ public key);
* a signature is the plain Ed25519 signature of the note's text; in the signature line stands
  base64(id ‖ signature), which is `ledger.log.note`'s business.

A name is not empty and holds no white space, no control character and no `+`.

Worked example (vector `log-key`): name `county.example/office/00`, seed 32 zero bytes: verifier key
`county.example/office/00+1c361bc7+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop`.
"""

from __future__ import annotations

import base64
import hashlib

from typing_extensions import override

from ledger.errors import MalformedError
from ledger.keys.signer import SeedSigner

ED25519_NOTE = b"\x01"


class LogKey:
    """A log's name and the signer that speaks in it."""

    __slots__ = ("_signer", "name")

    def __init__(self, name: str, signer: SeedSigner) -> None:
        check_log_name(name)
        self.name = name
        self._signer = signer

    @property
    def public(self) -> bytes:
        """The raw public key."""
        return self._signer.public[0]

    @property
    def note_key_id(self) -> bytes:
        """The 4 bytes that lead a signature line's payload."""
        return note_key_id(self.name, self.public)

    @property
    def verifier(self) -> str:
        """The verifier key: what a reader of the log pins."""
        return format_verifier(self.name, self.public)

    def sign(self, text: bytes) -> bytes:
        """Return the 64-byte signature of a note's text."""
        return self._signer.sign(text)[0]

    @override
    def __repr__(self) -> str:
        return f"LogKey({self.verifier})"


def check_log_name(name: str) -> None:
    """Check that a log can have this name.

    Raises:
        MalformedError: empty, or with white space, a control character, or `+`.
    """
    if not name or "+" in name or any(c.isspace() or not c.isprintable() for c in name):
        raise MalformedError(
            "log name",
            expected="text without white space, controls and +",
            found=repr(name)[:60],
        )


def note_key_id(name: str, public: bytes) -> bytes:
    """Return the 4-byte note key id of an Ed25519 key under a name."""
    return hashlib.sha256(name.encode() + b"\n" + ED25519_NOTE + public).digest()[:4]


def format_verifier(name: str, public: bytes) -> str:
    """Return the verifier key (vkey) of an Ed25519 key under a name."""
    encoded = base64.b64encode(ED25519_NOTE + public).decode()
    return f"{name}+{note_key_id(name, public).hex()}+{encoded}"
