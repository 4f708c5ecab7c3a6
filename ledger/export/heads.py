"""Checking signed heads that travelled: a checkpoint, and that one continues another."""

from __future__ import annotations

from ledger.export.checked import Checked, Trust, finding
from ledger.log.checkpoint import open_checkpoint, parse_checkpoint
from ledger.log.consistency import check_consistency_proof, parse_consistency
from ledger.log.note import parse_note

NO_ML_DSA = "the log's ML-DSA-44 signature: the pin names no such key"
HEAD_ONLY = "what the log of that root holds"


def head_origin(note: bytes) -> str:
    """Return the origin that a checkpoint names; nothing of it is checked.

    Raises:
        MalformedError: the bytes are no checkpoint.
    """
    return parse_checkpoint(parse_note(note).text).origin


def check_head(note: bytes, trust: Trust) -> Checked:
    """Check that the log's keys signed a checkpoint.

    Raises:
        MalformedError: the bytes are no checkpoint.
    """
    told = parse_checkpoint(parse_note(note).text)
    checked = _checked(trust, f"checkpoint of size {told.size}")
    checked.size, checked.root = told.size, told.root.hex()
    with finding(checked, "proof.checkpoint", "edited"):
        open_checkpoint(note, told.origin, trust.verifiers())
        checked.shown = (
            f"the log {told.origin} signed the root {checked.root} of size {told.size}"
        )
    return checked


def check_growth(encoded: bytes, trust: Trust) -> Checked:
    """Check that a later head of the log continues an earlier one.

    Raises:
        MalformedError: the bytes are no consistency proof.
    """
    proof = parse_consistency(encoded)
    told = parse_checkpoint(parse_note(proof.new).text)
    checked = _checked(trust, "two checkpoints")
    checked.size, checked.root = told.size, told.root.hex()
    with finding(checked, "proof.consistency", "forked"):
        old, new = check_consistency_proof(proof, told.origin, trust.verifiers())
        checked.shown = f"size {new.size} of the log {new.origin} continues size {old.size}"
    return checked


def _checked(trust: Trust, scope: str) -> Checked:
    left_out = [HEAD_ONLY] if trust.log_key_ml_dsa else [NO_ML_DSA, HEAD_ONLY]
    return Checked(pin=trust.source, scope=scope, not_checked=left_out)
