r"""Consistency proofs to carry away: that a later head of the log continues an earlier one.

A file `.consistency`, every line ending with 0A:

    qifeng.consistency@v1
    old DECIMAL               how many bytes the old checkpoint has
    BASE64                    the hashes of RFC 9162 §2.1.4, one a line, at most 128
                              an empty line
    …                         the old checkpoint, as it was signed, and right behind it
    …                         the new one

Both are of one log, the old size is not above the new one. (The C2SP witness protocol sends the same
hashes with the same checkpoint, and the old size in place of the old checkpoint.)

Worked example (a vector): the worked log of `ledger.log.checkpoint` at sizes 3 and 7, signed by its
Ed25519 key: `consistency-of-3-in-7.consistency`, four hashes.
"""

from __future__ import annotations

from collections.abc import Sequence

from ledger.errors import MalformedError, ProofError
from ledger.frozen import frozen
from ledger.log import tree
from ledger.log.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from ledger.log.note import MAX_BYTES, Verifier, parse_note
from ledger.log.spelling import format_base64, parse_decimal, parse_hash

HEADER = "qifeng.consistency@v1"
MAX_HASHES = 128


@frozen
class ConsistencyProof:
    """Two checkpoints, as signed, and the hashes that lead from the one to the other."""

    old: bytes
    new: bytes
    hashes: tuple[bytes, ...]


def format_consistency(proof: ConsistencyProof) -> bytes:
    """Return the bytes of a proof.

    Raises:
        MalformedError: no proof can say this.
    """
    hashes = [format_base64(each) for each in proof.hashes]
    head = "\n".join([HEADER, f"old {len(proof.old)}", *hashes, "", ""])
    encoded = head.encode() + proof.old + proof.new
    parse_consistency(encoded)  # What its reader would refuse is not written.
    return encoded


def parse_consistency(encoded: bytes) -> ConsistencyProof:
    """Return the proof these bytes are; neither signatures nor hashes are checked.

    Raises:
        MalformedError: the bytes are no proof.
    """
    head, parted, rest = encoded.partition(b"\n\n")
    lines = head.decode("ascii", "replace").split("\n")
    if not parted or len(encoded) > 3 * MAX_BYTES or lines[0] != HEADER:
        raise MalformedError(
            "consistency proof", expected=HEADER, found=f"{len(encoded)} other bytes"
        )
    if len(lines) < 2 or not lines[1].startswith("old ") or len(lines) > MAX_HASHES + 2:
        raise MalformedError(
            "consistency proof",
            expected=f"old, up to {MAX_HASHES} hashes",
            found=f"{len(lines)} lines",
        )
    length = parse_decimal(lines[1].removeprefix("old "), "consistency proof: old")
    hashes = tuple(parse_hash(line, "consistency proof: hash") for line in lines[2:])
    proof = ConsistencyProof(rest[:length], rest[length:], hashes)
    for note in (proof.old, proof.new):
        parse_checkpoint(parse_note(note).text)
    return proof


def check_consistency_proof(
    proof: ConsistencyProof, origin: str, verifiers: Sequence[Verifier]
) -> tuple[Checkpoint, Checkpoint]:
    """Return both checkpoints, if the log signed them and the later one continues the earlier.

    Raises:
        ProofError: it does not, or they stand the wrong way round.
        MalformedError, KeyNotTrustedError, SignatureError: as `open_checkpoint`.
    """
    old = open_checkpoint(proof.old, origin, verifiers)
    new = open_checkpoint(proof.new, origin, verifiers)
    try:
        tree.check_consistency(
            old_size=old.size,
            new_size=new.size,
            old_root=old.root,
            new_root=new.root,
            proof=proof.hashes,
        )
    except ProofError as error:
        raise ProofError(
            "consistency proof",
            f"size {new.size} is not shown to continue size {old.size}: {error}",
        ) from error
    return old, new
