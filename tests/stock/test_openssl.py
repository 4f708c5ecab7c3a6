"""The `openssl` command verifies the Ed25519 signature under a note, from its bytes alone."""

from __future__ import annotations

import base64
import subprocess

import pytest

from tests import needs
from tests.ledger.log.parts import CHECKPOINT, LOG_VKEY

# SubjectPublicKeyInfo of an Ed25519 key, up to its 32 bytes (RFC 8410 §4).
SPKI = bytes.fromhex("302a300506032b6570032100")


@pytest.fixture
def verified(tmp_path):
    """Ask openssl whether the first signature of a note is over its text by a verifier key."""
    openssl = needs.program("openssl", package="openssl")

    def ask(note: bytes, vkey: str) -> bool:
        text, _, lines = note.rpartition(b"\n\n")
        payload = base64.b64decode(lines.splitlines()[0].split(b" ")[2])
        (tmp_path / "text").write_bytes(text + b"\n")
        (tmp_path / "signature").write_bytes(payload[4:])
        (tmp_path / "key.der").write_bytes(SPKI + base64.b64decode(vkey.split("+", 2)[2])[1:])
        done = subprocess.run(
            [
                openssl, "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "key.der",
                "-rawin", "-in", "text", "-sigfile", "signature",
            ],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode in (0, 1), done.stderr
        return done.returncode == 0

    return ask


def test_the_worked_checkpoint_holds(verified):
    """The vector's log key signed the vector's text."""
    assert verified(CHECKPOINT, LOG_VKEY)


def test_a_head_of_both_keys_holds(verified, busy):
    """A second, longer line beneath changes nothing for who knows Ed25519 alone."""
    office, tree = busy

    assert verified((tree / "checkpoint").read_bytes(), office.log_key.verifier)


@pytest.mark.parametrize("place", [0, 30, 60, 150])
def test_a_changed_note_does_not_hold(verified, place):
    """One bit of text or signature."""
    changed = CHECKPOINT[:place] + bytes([CHECKPOINT[place] ^ 1]) + CHECKPOINT[place + 1 :]

    assert not verified(changed, LOG_VKEY)
