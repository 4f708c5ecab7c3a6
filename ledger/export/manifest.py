r"""A bundle's manifest, and the note that signs it.

A bundle is a folder. `manifest.json` is canonical JSON and lists every other file but the note::

    {"bundle":1,"checkpoint":{"root":"<64 hex>","size":41},"counts":{"entries":7,…},
     "created_at":"…Z","files":[{"kind":"entries","path":"entries.jsonl","sha256":"…",
     "size_bytes":1234},…],"founding":"<64 hex>","log_key":"<vkey>","log_key_ml_dsa":"<vkey>",
     "origin":"…","scope":["fund/01H…",…]}

`log_key_ml_dsa` is empty where the log was founded with an Ed25519 key alone.

`kind` says what a file is: a reader checks the kinds it knows, and names the others as not checked;
so later versions may add parts. `manifest.note` is a C2SP signed note by the log's key over three
lines: the origin, `qifeng-bundle/1`, and base64 of SHA-256 of `manifest.json`. (No checkpoint reads
so: its second line is a size.) Every byte of the folder is thus under that one signature.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ledger import canonical
from ledger.clock import parse_time
from ledger.errors import MalformedError, ProofError
from ledger.log.note import Signer, Verifier, open_note, sign_note
from ledger.log.succession import LogKeys

MANIFEST = "manifest.json"
NOTE = "manifest.note"
PURPOSE = "qifeng-bundle/1"
KINDS = ("checkpoint", "entries", "seals", "proofs", "reading")
_MEMBERS = frozenset(
    {
        "bundle", "checkpoint", "counts", "created_at", "files", "founding", "log_key",
        "log_key_ml_dsa", "origin", "scope",
    }
)  # fmt: skip
_FILE = frozenset({"kind", "path", "sha256", "size_bytes"})


@dataclass(frozen=True, slots=True)
class Listed:
    """One file of a bundle: what it is, its path, digest and size."""

    kind: str
    path: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a bundle holds, and of which log."""

    origin: str
    log_key: str
    log_key_ml_dsa: str
    founding: str
    created_at: str
    size: int
    root: str
    scope: tuple[str, ...]
    counts: tuple[tuple[str, int], ...]
    files: tuple[Listed, ...]

    @property
    def keys(self) -> LogKeys:
        """The log's keys by which the manifest and its checkpoint are signed."""
        return LogKeys(self.log_key, self.log_key_ml_dsa)


def format_manifest(manifest: Manifest) -> bytes:
    """Return the manifest's canonical bytes, with a final newline."""
    return canonical.encode(_members(manifest)) + b"\n"


def parse_manifest(encoded: bytes) -> Manifest:
    """Return the manifest of its bytes.

    Raises:
        MalformedError: they are not exactly one manifest of version 1.
    """
    if not encoded.endswith(b"\n"):
        raise MalformedError(MANIFEST, expected="a final newline", found="a cut file")
    told = canonical.members(canonical.parse(encoded[:-1], MANIFEST), _MEMBERS, MANIFEST)
    if told["bundle"] != 1:
        raise MalformedError(MANIFEST, expected="bundle 1", found=str(told["bundle"])[:20])
    try:
        manifest = Manifest(
            origin=_text(told["origin"]),
            log_key=_text(told["log_key"]),
            log_key_ml_dsa=_text(told["log_key_ml_dsa"]),
            founding=_text(told["founding"]),
            created_at=_text(told["created_at"]),
            size=int(told["checkpoint"]["size"]),
            root=_text(told["checkpoint"]["root"]),
            scope=tuple(_text(each) for each in told["scope"]),
            counts=tuple((name, int(count)) for name, count in told["counts"].items()),
            files=tuple(_parse_listed(each) for each in told["files"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise MalformedError(
            MANIFEST, expected="its declared types", found=str(error)[:60]
        ) from error
    parse_time(manifest.created_at)
    if canonical.encode(_members(manifest)) != encoded[:-1]:
        raise MalformedError(MANIFEST, expected="its declared members", found="others")
    return manifest


def sign_manifest(encoded: bytes, origin: str, signers: Sequence[Signer]) -> bytes:
    """Return the note by which the log's key signs a manifest's bytes."""
    return sign_note(_note_text(encoded, origin), signers)


def check_note(
    note: bytes, encoded: bytes, *, origin: str, verifiers: Sequence[Verifier]
) -> None:
    """Check that the log's key signed exactly this manifest.

    Raises:
        ProofError: the note is over another manifest or origin.
        MalformedError, KeyNotTrustedError, SignatureError: the note does not open.
    """
    opened = open_note(note, verifiers)
    if opened.ignored:
        raise ProofError(NOTE, "it carries a signature line of a key that is not the log's")
    if opened.text != _note_text(encoded, origin):
        raise ProofError(NOTE, f"it does not sign this {MANIFEST}")


def check_path(path: str) -> None:
    """Check that a listed path stays inside the bundle.

    Raises:
        MalformedError: it is absolute, climbs, or is spelled in a way that systems read differently.
    """
    parts = path.split("/")
    plain = all(
        part and part.strip(". ") and not set(part) & set('\\:*?"<>|~\0') for part in parts
    )
    if not plain or path in (MANIFEST, NOTE) or any(ord(each) < 32 for each in path):
        raise MalformedError(
            MANIFEST, expected="paths inside the bundle", found=repr(path)[:60]
        )


def _note_text(encoded: bytes, origin: str) -> str:
    digest = base64.b64encode(hashlib.sha256(encoded).digest()).decode()
    return f"{origin}\n{PURPOSE}\n{digest}\n"


def _members(manifest: Manifest) -> dict[str, Any]:
    return {
        "bundle": 1,
        "checkpoint": {"root": manifest.root, "size": manifest.size},
        "counts": dict(manifest.counts),
        "created_at": manifest.created_at,
        "files": [
            {
                "kind": each.kind,
                "path": each.path,
                "sha256": each.sha256,
                "size_bytes": each.size_bytes,
            }
            for each in manifest.files
        ],
        "founding": manifest.founding,
        "log_key": manifest.log_key,
        "log_key_ml_dsa": manifest.log_key_ml_dsa,
        "origin": manifest.origin,
        "scope": manifest.scope,
    }


def _parse_listed(told: Any) -> Listed:
    canonical.members(told, _FILE, f"{MANIFEST}: file")
    check_path(_text(told["path"]))
    if not canonical.is_digest(told["sha256"]) or type(told["size_bytes"]) is not int:
        raise ValueError("a file's digest or size")
    return Listed(_text(told["kind"]), told["path"], told["sha256"], told["size_bytes"])


def _text(told: Any) -> str:
    if type(told) is not str:
        raise TypeError(f"expected text, found {type(told).__name__}")
    return told
