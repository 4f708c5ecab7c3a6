"""Between the log's key and signed notes: its signer, and the verifier of a pinned vkey."""

from __future__ import annotations

from ledger.keys import ed25519
from ledger.keys.logkey import LogKey
from ledger.log.note import ED25519, Signer, Verifier, key_id, parse_vkey


def signer_of(key: LogKey) -> Signer:
    """Return the note signer of the log's key."""
    return Signer(key.name, key_id(key.name, ED25519, key.public), ED25519, key.sign)


def verifier_of(vkey: str) -> Verifier:
    """Return the note verifier of a log's verifier key (type 01).

    Raises:
        MalformedError: it is no Ed25519 verifier key, or one that may not be trusted.
    """
    key = parse_vkey(vkey, kinds=frozenset({ED25519}))
    ed25519.check_public(key.public)

    def verify(text: bytes, signature: bytes) -> None:
        ed25519.verify(key.public, text, signature, what=f"checkpoint of {key.name}")

    return Verifier(key.name, key_id(key.name, ED25519, key.public), ED25519, verify)
