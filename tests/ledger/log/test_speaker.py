"""The log's own key under its checkpoints."""

from __future__ import annotations

import pytest

from ledger.errors import MalformedError, SignatureError
from ledger.keys.ed25519 import SMALL_ORDER
from ledger.keys.logkey import LogKey
from ledger.keys.signer import SeedSigner
from ledger.log import note
from ledger.log.checkpoint import open_checkpoint, sign_checkpoint
from ledger.log.speaker import log_signer, log_verifier
from tests.ledger.log.parts import CHECKPOINT, LOG_SEED, LOG_VKEY, ORIGIN, WITNESS_VKEY

KEY = LogKey(ORIGIN, SeedSigner(LOG_SEED))


def test_the_log_key_signs_the_worked_checkpoint() -> None:
    """The log's key makes the line that stands in the vector, and its verifier key is the one."""
    checkpoint = open_checkpoint(CHECKPOINT, ORIGIN, [log_verifier(LOG_VKEY)])

    assert CHECKPOINT.startswith(sign_checkpoint(checkpoint, [log_signer(KEY)]))
    assert KEY.verifier == LOG_VKEY


def test_a_failing_signature_is_named() -> None:
    """A changed signature is refused in the log's name."""
    changed = CHECKPOINT.replace(b"YRLD", b"YRLE")

    with pytest.raises(SignatureError, match="signature of the log ledger"):
        open_checkpoint(changed, ORIGIN, [log_verifier(LOG_VKEY)])


def test_a_witness_key_is_no_log_key() -> None:
    """The key of a witness cannot be pinned as a log's."""
    with pytest.raises(MalformedError, match="a key of type 01"):
        log_verifier(WITNESS_VKEY)


@pytest.mark.parametrize("public", sorted(SMALL_ORDER), ids=bytes.hex)
def test_a_key_of_small_order_is_not_pinned(public: bytes) -> None:
    """A public key under which anything could seem signed is refused when it is pinned."""
    vkey = note.format_vkey(note.VerifierKey(ORIGIN, note.ED25519, public))

    with pytest.raises(MalformedError, match="Ed25519 public key"):
        log_verifier(vkey)
