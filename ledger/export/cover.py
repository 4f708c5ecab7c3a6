r"""A bundle's cover for programs, `bundle.json`, and the note that signs the whole bundle.

`bundle.json` is canonical JSON with a final newline::

    {"audience":"full","basis":"…","bundle":1,"checkpoint":{"root":"<64 hex>","size":41},
     "counts":{"acts":5,"entries":7,"hidden":0,"records":3},"created_at":"…Z",
     "founding":"<64 hex>","log_key":"<vkey>","log_key_ml_dsa":"<vkey>","origin":"…",
     "purpose":"…","recipient":"…","scope":["family fund",…]}

`log_key_ml_dsa` is empty where the log was founded with an Ed25519 key alone; `scope` says in
words what was asked for; `audience` is one of `AUDIENCES`.

`bundle.note` is a C2SP signed note by the log's key over three lines: the origin, `qifeng-bundle/1`,
and base64 of SHA-256 of `tagmanifest-sha256.txt`. (No checkpoint reads so: its second line is a size.)
The tag manifest holds the digests of all manifests, these those of every other file: each byte of the
bundle but the note's own is under that one signature, and a bundle without it is never intact. It
stands in no manifest, for it signs the outermost one.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from typing import Any

from ledger import canonical
from ledger.clock import parse_time
from ledger.errors import MalformedError, ProofError
from ledger.frozen import frozen
from ledger.log.note import Signer, Verifier, open_note, sign_note
from ledger.log.succession import LogKeys

COVER = "bundle.json"
NOTE = "bundle.note"
PURPOSE = "qifeng-bundle/1"
FULL = "full"
PUBLIC = "public"
CHOSEN = "chosen"
AUDIENCES = (FULL, PUBLIC, CHOSEN)
MAX_COVER_BYTES = 1 << 20
_MEMBERS = frozenset(
    {
        "audience", "basis", "bundle", "checkpoint", "counts", "created_at", "founding", "log_key",
        "log_key_ml_dsa", "origin", "purpose", "recipient", "scope",
    }
)  # fmt: skip


@frozen(kw_only=True)
class Cover:
    """Of which log a bundle is, made when, for whom and why, and how much it holds."""

    origin: str
    founding: str
    log_key: str
    log_key_ml_dsa: str
    created_at: str
    size: int
    root: str
    recipient: str = ""
    purpose: str = ""
    basis: str = ""
    audience: str = FULL
    scope: tuple[str, ...] = ()
    counts: tuple[tuple[str, int], ...] = ()

    @property
    def keys(self) -> LogKeys:
        """The log's keys by which the bundle and its checkpoint are signed."""
        return LogKeys(self.log_key, self.log_key_ml_dsa)


def format_cover(cover: Cover) -> bytes:
    """Return the cover's canonical bytes, with a final newline."""
    return canonical.encode(_members(cover)) + b"\n"


def parse_cover(encoded: bytes) -> Cover:
    """Return the cover of its bytes.

    Raises:
        MalformedError: they are not exactly one cover of version 1.
    """
    if not encoded.endswith(b"\n"):
        raise MalformedError(COVER, expected="a final newline", found="a cut file")
    told = canonical.members(canonical.parse(encoded[:-1], COVER), _MEMBERS, COVER)
    if told["bundle"] != 1:
        raise MalformedError(COVER, expected="bundle 1", found=str(told["bundle"])[:20])
    head = canonical.members(told["checkpoint"], frozenset({"root", "size"}), COVER)
    try:
        texts = {
            name: _text(told[name])
            for name in _MEMBERS - {"bundle", "checkpoint", "counts", "scope"}
        }
        cover = Cover(
            **texts,
            size=int(head["size"]),
            root=_text(head["root"]),
            scope=tuple(_text(each) for each in told["scope"]),
            counts=tuple((name, int(count)) for name, count in told["counts"].items()),
        )
    except (TypeError, ValueError, AttributeError) as error:
        raise MalformedError(
            COVER, expected="its declared types", found=str(error)[:60]
        ) from error
    parse_time(cover.created_at)
    if cover.audience not in AUDIENCES or canonical.encode(_members(cover)) != encoded[:-1]:
        raise MalformedError(COVER, expected="its declared members", found="others")
    return cover


def sign_bundle(outermost: bytes, origin: str, signers: Sequence[Signer]) -> bytes:
    """Return the note by which the log's key signs a bundle: its outermost manifest's bytes."""
    return sign_note(_note_text(outermost, origin), signers)


def check_note(
    note: bytes, outermost: bytes, *, origin: str, verifiers: Sequence[Verifier]
) -> None:
    """Check that the log's key signed exactly this outermost manifest.

    Raises:
        ProofError: the note is over another bundle or origin.
        MalformedError, KeyNotTrustedError, SignatureError: the note does not open.
    """
    opened = open_note(note, verifiers)
    if opened.ignored:
        raise ProofError(NOTE, "it carries a signature line of a key that is not the log's")
    if opened.text != _note_text(outermost, origin):
        raise ProofError(NOTE, "it does not sign this bundle's outermost manifest")


def _note_text(outermost: bytes, origin: str) -> str:
    digest = base64.b64encode(hashlib.sha256(outermost).digest()).decode()
    return f"{origin}\n{PURPOSE}\n{digest}\n"


def _members(cover: Cover) -> dict[str, Any]:
    return {
        "audience": cover.audience,
        "basis": cover.basis,
        "bundle": 1,
        "checkpoint": {"root": cover.root, "size": cover.size},
        "counts": dict(cover.counts),
        "created_at": cover.created_at,
        "founding": cover.founding,
        "log_key": cover.log_key,
        "log_key_ml_dsa": cover.log_key_ml_dsa,
        "origin": cover.origin,
        "purpose": cover.purpose,
        "recipient": cover.recipient,
        "scope": cover.scope,
    }


def _text(told: Any) -> str:
    if type(told) is not str:
        raise TypeError(f"expected text, found {type(told).__name__}")
    return told
