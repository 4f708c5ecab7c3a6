"""The log's key: Ed25519 and ML-DSA-44 under the log's name, for checkpoints as C2SP signed notes.

It is never an officer's key, and officers' acts are never signed with it. At rest both halves lie
in one key file (`ledger.keys.keyfile`, suite `ed25519+ml-dsa-44`); the name is the log's origin. The
founding act names both verifier keys, so that whoever has pinned its digest has pinned them. A log
founded with an Ed25519 key alone has no second half, here and in its founding act.

For signed notes (C2SP signed-note; type byte 01 = Ed25519 over the text, 06 = ML-DSA-44 over what
`ledger.log.cosignature` says):

* note key id = the first 4 bytes of SHA-256(name ‖ `0A` ‖ type ‖ public key);
* verifier key = name `+` the id as 8 hex digits `+` base64(type ‖ public key);
* an Ed25519 signature is that of the note's text; in the signature line stands base64(id ‖
  signature), which is `ledger.log.note`'s business.

A name is not empty, has at most 255 bytes, and holds no white space, no control character, no `+`.

Worked example (vector `log-key`): name `county.example/office/00`, seed 32 zero bytes: verifier key
`county.example/office/00+1c361bc7+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop`. With an ML-DSA-44
half of the same seed the second verifier key begins `county.example/office/00+a839fb70+Brpx`.
"""

from __future__ import annotations

import base64
import hashlib

from typing_extensions import override

from ledger.errors import MalformedError
from ledger.keys.signer import SeedSigner
from ledger.keys.suite import Private

ED25519_NOTE = b"\x01"
ML_DSA_44_NOTE = b"\x06"
MAX_NAME_BYTES = 255


class LogKey:
    """A log's name and the signers that speak in it; without a second seed, Ed25519 alone."""

    __slots__ = ("_ml_dsa", "_signer", "name", "public_ml_dsa")

    def __init__(self, name: str, signer: SeedSigner, ml_dsa_seed: bytes | None = None) -> None:
        check_log_name(name)
        self.name = name
        self._signer = signer
        self._ml_dsa = None if ml_dsa_seed is None else _second_half(ml_dsa_seed)
        self.public_ml_dsa = b"" if self._ml_dsa is None else self._ml_dsa.public

    @property
    def public(self) -> bytes:
        """The raw Ed25519 public key."""
        return self._signer.public[0]

    @property
    def note_key_id(self) -> bytes:
        """The 4 bytes that lead the payload of an Ed25519 signature line."""
        return note_key_id(self.name, self.public)

    @property
    def verifier(self) -> str:
        """The Ed25519 verifier key: what a reader of the log pins."""
        return format_verifier(self.name, self.public)

    @property
    def verifier_ml_dsa(self) -> str:
        """The ML-DSA-44 verifier key, or an empty text where the log has none."""
        if not self.public_ml_dsa:
            return ""
        return format_verifier(self.name, self.public_ml_dsa, kind=ML_DSA_44_NOTE)

    def sign(self, text: bytes) -> bytes:
        """Return the 64-byte Ed25519 signature of a note's text."""
        return self._signer.sign(text)[0]

    def sign_ml_dsa(self, message: bytes) -> bytes:
        """Return a 2,420-byte ML-DSA-44 signature; another one each time."""
        assert self._ml_dsa is not None, "asked of a log key that has this half"
        return self._ml_dsa.sign(message)

    @override
    def __repr__(self) -> str:
        return f"LogKey({self.verifier})"


def _second_half(seed: bytes) -> Private:
    # The library is loaded only where the log's key speaks.
    from ledger.keys import mldsa  # noqa: PLC0415

    return mldsa.PrivateKey(mldsa.ML_DSA_44, seed)


def check_log_name(name: str) -> None:
    """Check that a log can have this name.

    Raises:
        MalformedError: empty, over 255 bytes, or with white space, a control character, or `+`.
    """
    if not name or "+" in name or any(c.isspace() or not c.isprintable() for c in name):
        raise MalformedError(
            "log name",
            expected="text without white space, controls and +",
            found=repr(name)[:60],
        )
    if len(name.encode()) > MAX_NAME_BYTES:
        # ML-DSA-44 signs the name behind one byte of length.
        raise MalformedError(
            "log name",
            expected=f"at most {MAX_NAME_BYTES} bytes",
            found=f"{len(name.encode())}",
        )


def note_key_id(name: str, public: bytes, *, kind: bytes = ED25519_NOTE) -> bytes:
    """Return the 4-byte note key id of a key of this type byte under a name."""
    return hashlib.sha256(name.encode() + b"\n" + kind + public).digest()[:4]


def format_verifier(name: str, public: bytes, *, kind: bytes = ED25519_NOTE) -> str:
    """Return the verifier key (vkey) of a key of this type byte under a name."""
    encoded = base64.b64encode(kind + public).decode()
    return f"{name}+{note_key_id(name, public, kind=kind).hex()}+{encoded}"
