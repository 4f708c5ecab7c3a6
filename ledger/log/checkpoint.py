"""Checkpoints: the log's head, signed, so that it can be held against the log later.

A checkpoint is a signed note (`ledger.log.note`) whose text is (C2SP tlog-checkpoint v1.0.0)

    origin ‖ 0A ‖ size in decimal ‖ 0A ‖ base64 of the 32-byte root ‖ 0A

and then, in logs of others, extension lines that are not empty. We read and report those and
never write any; a signature of type 06 does not cover them, so they need one of type 01.

* The origin is not empty. It is the name of the log's keys: a checkpoint counts only if every log
  key (type 01 or 06) of that very name that its reader has pinned stands under it and verifies. So
  whoever pinned both halves of a log's key is safe as long as one of the two holds. Where the log's
  key was rotated, these are the keys that speak for heads of that size (`ledger.log.succession`).
* Decimal is ASCII digits without sign or leading zero, at most 2^64 − 1.
* The root of size 0 is the empty root.

Worked example (a vector): seven entries, the log key's seed 00…1f, a witness beneath.

    ledger.office.example/main
    7
    3bib5AOAnjJXUNPSY814kpwpQreUKjS3fhIslZSnTIw=

    — ledger.office.example/main Y2mxNpNJPqqxyLwyaUgOTGFX+iHkdGLz9Mr7DpDVUqfsFkYRLDa63qSyCRgNuHXAsyW2JZG4wpl7IXFQ8xvXuIwfqQQ=
    — witness.archive.example/w1 YOPK5gAAAABlU/EA5Wp9E4szkq0kxoNDdRykYxTq91N8onZbYPH3LvE75VghvVOiFp3d+1I5/mKvoJoNpCRPJUCeej4mDZdMl+lfAw==
"""

from __future__ import annotations

from collections.abc import Sequence

from ledger.errors import KeyNotTrustedError, MalformedError, ProofError
from ledger.frozen import frozen
from ledger.log import tree
from ledger.log.note import (
    ED25519,
    LOG_KINDS,
    Opened,
    Signer,
    Verifier,
    open_note,
    sign_note,
)
from ledger.log.spelling import format_base64, parse_decimal, parse_hash


@frozen
class Checkpoint:
    """A log's name, its tree size and its root hash of 32 bytes."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()


def format_checkpoint(checkpoint: Checkpoint) -> str:
    """Return the text that is signed, extension lines included.

    Raises:
        MalformedError: no checkpoint can say this.
    """
    head = (checkpoint.origin, str(checkpoint.size), format_base64(checkpoint.root))
    text = "".join(f"{line}\n" for line in (*head, *checkpoint.extensions))
    if parse_checkpoint(text) != checkpoint:
        raise MalformedError(
            "checkpoint", expected="what reads back the same", found="another checkpoint"
        )
    return text


def parse_checkpoint(text: str) -> Checkpoint:
    """Return the checkpoint a note's text is.

    Raises:
        MalformedError: the text is no checkpoint.
    """
    *lines, rest = text.split("\n")
    if len(lines) < 3 or rest or not all(lines):
        raise MalformedError(
            "checkpoint", expected="3 or more lines, none empty", found=f"{len(lines)} lines"
        )
    origin, size, root, *extensions = lines
    return Checkpoint(
        origin,
        parse_decimal(size, "checkpoint size"),
        parse_hash(root, "checkpoint root"),
        tuple(extensions),
    )


def sign_checkpoint(checkpoint: Checkpoint, signers: Sequence[Signer]) -> bytes:
    """Return the checkpoint as a note signed by the log's keys.

    Raises:
        MalformedError: it has extension lines, no checkpoint can say this, or no signer is given.
        KeyNotTrustedError: a signer is no key of this log.
        ProofError: it gives size 0 another root than the empty one.
    """
    if checkpoint.extensions:
        raise MalformedError("checkpoint", expected="no extension line", found="some")
    _check_empty(checkpoint)
    for signer in signers:
        if signer.name != checkpoint.origin or signer.kind not in LOG_KINDS:
            raise KeyNotTrustedError(
                signer.key_id.hex(), f"it is no key of the log {checkpoint.origin}"
            )
    return sign_note(format_checkpoint(checkpoint), signers)


def open_checkpoint(encoded: bytes, origin: str, verifiers: Sequence[Verifier]) -> Checkpoint:
    """Return the checkpoint of the log of this origin, if all keys of that log signed it.

    These are the log keys of that name among `verifiers`, one at least. Other keys under it must
    verify too where they are known, as those of witnesses, but are not counted here.

    Raises:
        MalformedError: the bytes are no note, or its text no checkpoint.
        KeyNotTrustedError: no known log key of this origin signed it, one of them did not, or
            none of type 01 signed its extension lines.
        ProofError: it is of another origin, or gives size 0 another root than the empty one.
        Exception: whatever the `verify` of a known key raises.
    """
    opened = open_note(encoded, verifiers)
    checkpoint = parse_checkpoint(opened.text)
    if checkpoint.origin != origin:
        raise ProofError(
            "checkpoint", f"expected origin {origin}, found {checkpoint.origin[:80]}"
        )
    _check_signed_by_log(checkpoint, opened, verifiers)
    _check_empty(checkpoint)
    return checkpoint


def _check_signed_by_log(
    checkpoint: Checkpoint, opened: Opened, verifiers: Sequence[Verifier]
) -> None:
    verified = {(line.name, line.key_id) for line in opened.verified}
    keys = [
        verifier
        for verifier in verifiers
        if verifier.name == checkpoint.origin
        and verifier.kind in LOG_KINDS
        and verifier.first_size <= checkpoint.size <= verifier.last_size
    ]
    signed = {each.kind for each in keys if (each.name, each.key_id) in verified}
    if not signed & ({ED25519} if checkpoint.extensions else LOG_KINDS):
        raise KeyNotTrustedError(
            opened.verified[0].key_id.hex(),
            f"it does not speak for the log {checkpoint.origin} at size {checkpoint.size}; a log key must stand beside it",
        )
    for key in keys:
        if (key.name, key.key_id) not in verified:
            raise KeyNotTrustedError(
                key.key_id.hex(),
                f"it is pinned for the log {checkpoint.origin}, and its signature is missing",
            )


def _check_empty(checkpoint: Checkpoint) -> None:
    if checkpoint.size == 0 and checkpoint.root != tree.EMPTY_ROOT:
        raise ProofError("checkpoint", "size 0 has the empty root, found another")
