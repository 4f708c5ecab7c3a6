"""Proofs to carry away: that an entry stands in the log, checked with the log's key alone.

A file `.tlog-proof` (C2SP tlog-proof v1), every line ending with 0A:

    c2sp.org/tlog-proof@v1
    extra BASE64              only where there is some; nobody signed it, so never trust it
                              (ours holds `ledger.export.evidence`, which proves itself)
    index DECIMAL
    BASE64                    the hashes from the leaf to the root, one a line, at most 64
                              an empty line
    …                         the checkpoint, as it was signed (`ledger.log.checkpoint`)

The index is below the checkpoint's size, and the hashes are as many as the size demands. A file has
at most 16,000,000 bytes.

Worked example (a vector): entry 5, `40414243`, in the checkpoint of size 7.

    c2sp.org/tlog-proof@v1
    index 5
    vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=
    sIaT7C5yFZcTBkHoIR5+7cy0wmQTlj7ubB4u0W/7Gl8=
    037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=

    ledger.office.example/main
    7
    3bib5AOAnjJXUNPSY814kpwpQreUKjS3fhIslZSnTIw=

    — ledger.office.example/main Y2mxNpNJPqqxyLwyaUgOTGFX+iHkdGLz9Mr7DpDVUqfsFkYRLDa63qSyCRgNuHXAsyW2JZG4wpl7IXFQ8xvXuIwfqQQ=
"""

from __future__ import annotations

from collections.abc import Sequence

from ledger.errors import MalformedError
from ledger.frozen import frozen
from ledger.log import tree
from ledger.log.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from ledger.log.note import Verifier, parse_note
from ledger.log.spelling import format_base64, parse_base64, parse_decimal, parse_hash

HEADER = "c2sp.org/tlog-proof@v1"
MAX_PROOF_BYTES = 16_000_000


@frozen
class Proof:
    """An index, the hashes from its leaf to the root, and the signed checkpoint, as bytes.

    `extra` is None or not empty, and stands under no signature.
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None


def format_proof(proof: Proof) -> bytes:
    """Return the bytes of a proof.

    Raises:
        MalformedError: no proof can say this.
    """
    extra = [] if proof.extra is None else [f"extra {format_base64(proof.extra)}"]
    hashes = [format_base64(hash_) for hash_ in proof.hashes]
    lines = [HEADER, *extra, f"index {proof.index}", *hashes, "", ""]
    encoded = "\n".join(lines).encode() + proof.checkpoint
    parse_proof(encoded)  # What its reader would refuse is not written.
    return encoded


def parse_proof(encoded: bytes) -> Proof:
    """Return the proof these bytes are; neither signature nor hashes are checked.

    Raises:
        MalformedError: the bytes are no proof, the index is not below the checkpoint's size, or
            there are more hashes than any size allows.
    """
    head, parted, checkpoint = encoded.partition(b"\n\n")
    if not parted or len(encoded) > MAX_PROOF_BYTES:
        raise MalformedError(
            "proof", expected="an empty line and a checkpoint", found=f"{len(encoded)} bytes"
        )
    lines = _lines(head)
    extra = _extra(lines.pop(1)) if lines[1:] and lines[1].startswith("extra ") else None
    if lines[0] != HEADER or not lines[1:] or not lines[1].startswith("index "):
        raise MalformedError("proof", expected=f"{HEADER}, index", found=repr(lines[:2])[:80])
    index = parse_decimal(lines[1].removeprefix("index "), "proof index")
    hashes = tuple(parse_hash(line, "proof hash") for line in lines[2:])
    _check_fits(index, len(hashes), parse_checkpoint(parse_note(checkpoint).text))
    return Proof(index, hashes, checkpoint, extra)


def check_proof(
    proof: Proof, entry: bytes, *, origin: str, verifiers: Sequence[Verifier]
) -> Checkpoint:
    """Return the checkpoint under which the proof shows this entry, if a key of the log signed it.

    Raises:
        ProofError: the entry is not shown at that index of that log.
        MalformedError, KeyNotTrustedError, SignatureError: as `open_checkpoint`.
    """
    checkpoint = open_checkpoint(proof.checkpoint, origin, verifiers)
    tree.check_inclusion(
        index=proof.index,
        size=checkpoint.size,
        leaf=tree.leaf_hash(entry),
        proof=proof.hashes,
        root=checkpoint.root,
    )
    return checkpoint


def _lines(head: bytes) -> list[str]:
    try:
        return head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise MalformedError(
            "proof", expected="ASCII", found=error.reason, where=f"byte {error.start}"
        ) from error


def _extra(line: str) -> bytes:
    extra = parse_base64(line.removeprefix("extra "), "proof extra")
    if not extra:
        raise MalformedError("proof extra", expected="no line, or some bytes", found="none")
    return extra


def _check_fits(index: int, count: int, checkpoint: Checkpoint) -> None:
    if index >= checkpoint.size:
        raise MalformedError(
            "proof index", expected=f"below the size {checkpoint.size}", found=str(index)
        )
    most = (checkpoint.size - 1).bit_length()
    if count > most:
        raise MalformedError("proof", expected=f"at most {most} hashes", found=str(count))
