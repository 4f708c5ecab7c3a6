"""The search for secrets finds what it looks for; a search that cannot fail proves nothing."""

from __future__ import annotations

import base64

import pytest

from ledger.keys.keyfile import seal_secret
from ledger.keys.keystore import write_keyfile
from tests.stories.secrets import leaks

SEED = bytes(range(7, 39))


@pytest.fixture
def folder(tmp_path):
    """Give a folder with one key file and its passphrase's file."""
    (tmp_path / "passphrase").write_text("one of a kind\n")
    write_keyfile(tmp_path / "甲.key.json", seal_secret(SEED, "one of a kind"))
    return tmp_path


def test_a_sealed_key_is_no_leak(folder):
    """The key file itself holds the seed only under its passphrase."""
    assert leaks(folder, ["nothing"]) == []


@pytest.mark.parametrize(
    "written",
    [
        SEED,
        SEED.hex().encode(),
        SEED.hex().upper().encode(),
        base64.b64encode(SEED),
        base64.urlsafe_b64encode(SEED),
        base64.b64encode(b"x" + SEED + b"yz"),
        base64.b64encode(b"xy" + SEED + b"z"),
        b"one of a kind",
    ],
)
def test_every_spelling_of_a_secret_is_found(folder, written):
    """In a file, and in output."""
    (folder / "log.txt").write_bytes(b"before " + written + b" after")

    assert leaks(folder, []) != []
    (folder / "log.txt").unlink()
    if written != SEED:
        assert leaks(folder, [f"before {written.decode()} after"]) != []
