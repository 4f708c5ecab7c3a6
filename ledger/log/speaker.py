"""Who speaks for the log: its Ed25519 key as notes want it, to sign and to be known by.

The one module of the log that meets `ledger.keys`; notes, checkpoints and proofs take what it
returns as plain values.
"""

from __future__ import annotations

from ledger.keys import ed25519
from ledger.keys.logkey import LogKey
from ledger.log.note import ED25519, Signer, Verifier, parse_vkey


def log_signer(key: LogKey) -> Signer:
    """Return the log's key as a signer of its checkpoints."""
    return Signer(key.name, key.note_key_id, ED25519, key.sign)


def log_verifier(vkey: str) -> Verifier:
    """Return whoever knows a log by its pinned verifier key (about 2 ms).

    Raises:
        MalformedError: it is no verifier key of a log, or its public key may not be trusted.
    """
    key = parse_vkey(vkey, kinds=frozenset({ED25519}))
    ed25519.check_public(key.public)

    def verify(text: bytes, signature: bytes) -> None:
        ed25519.verify(key.public, text, signature, what=f"signature of the log {key.name}")

    return Verifier(key.name, key.key_id, key.kind, verify)
