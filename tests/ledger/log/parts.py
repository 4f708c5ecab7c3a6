"""The worked log of the vectors: its keys, its entries and its signed head."""

from __future__ import annotations

from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from ledger.errors import SignatureError
from ledger.log import note

VECTORS = Path(__file__).parents[2] / "vectors" / "log"
CHECKPOINT = (VECTORS / "checkpoint-of-size-7.note").read_bytes()
ORIGIN = "ledger.office.example/main"
LOG_VKEY = "ledger.office.example/main+6369b136+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4"
WITNESS_VKEY = (
    "witness.archive.example/w1+60e3cae6+BCmsuuFBvMrwsi4alNNNC8c2HlJtC/4SyJeUvJMilm3X"
)
LOG_SEED = bytes(range(0x20))
WITNESS_SEED = bytes(range(0x20, 0x40))
WITNESS_TIME = 1_700_000_000


def cosigned(time: int, text: bytes) -> bytes:
    """What a witness signs at a time."""
    return b"cosignature/v1\ntime %d\n" % time + text


def signer(vkey: str, seed: bytes, time: int = WITNESS_TIME) -> note.Signer:
    """The holder of a key made of a seed."""
    key, private = note.parse_vkey(vkey), Ed25519PrivateKey.from_private_bytes(seed)

    def sign(text: bytes) -> bytes:
        if key.kind == note.ED25519:
            return private.sign(text)
        return time.to_bytes(8, "big") + private.sign(cosigned(time, text))

    return note.Signer(key.name, key.key_id, key.kind, sign)


def verifier(vkey: str) -> note.Verifier:
    """One who knows a key, and asks a library whether a signature holds."""
    key = note.parse_vkey(vkey)
    public = Ed25519PublicKey.from_public_bytes(key.public)

    def verify(text: bytes, signature: bytes) -> None:
        time = int.from_bytes(signature[:-64], "big")
        message = text if key.kind == note.ED25519 else cosigned(time, text)
        try:
            public.verify(signature[-64:], message)
        except InvalidSignature as error:
            raise SignatureError(f"signature of {key.name}", "it does not hold") from error

    return note.Verifier(key.name, key.key_id, key.kind, verify)


def exact_verifier(vkey: str, encoded: bytes) -> note.Verifier:
    """A quick stand-in that knows the one text and the one signature of a good note."""
    key, good = note.parse_vkey(vkey), note.parse_note(encoded)
    lines = {(line.name, line.key_id): line.signature for line in good.signatures}
    expected = (good.text.encode(), lines[key.name, key.key_id])

    def verify(text: bytes, signature: bytes) -> None:
        if (text, signature) != expected:
            raise SignatureError(f"signature of {key.name}", "it does not hold")

    return note.Verifier(key.name, key.key_id, key.kind, verify)


LOG = verifier(LOG_VKEY)
WITNESS = verifier(WITNESS_VKEY)
LOG_SIGNER = signer(LOG_VKEY, LOG_SEED)
WITNESS_SIGNER = signer(WITNESS_VKEY, WITNESS_SEED)
