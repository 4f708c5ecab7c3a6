"""The keys somebody holds: key files and token files, and nothing else in the folder."""

from __future__ import annotations

import pytest

from ledger.errors import MalformedError
from ledger.keys import ed25519
from ledger.keys.held import held_keys
from ledger.keys.keyfile import seal_secret
from ledger.keys.keystore import write_keyfile, write_private_file
from ledger.keys.pkcs11 import Place, TokenFile, format_token_file
from ledger.keys.signer import SeedSigner


def test_keys_are_listed_by_file_name(tmp_path, quick):
    """Each with its suite, whether a token signs, and what passes for none left out."""
    token = TokenFile(Place("/lib/token.so", "county", "b"), ed25519.public_of(bytes(32)))
    hybrid = SeedSigner(bytes(64), "ed25519+ml-dsa-65")
    write_keyfile(
        tmp_path / "c.key.json",
        seal_secret(bytes(64), "word", suite=hybrid.suite, derive=quick),
    )
    write_private_file(tmp_path / "b.token.json", format_token_file(token))
    (tmp_path / "a.key.json.bak").write_text("")

    held = held_keys(tmp_path)

    assert [(each.path.name, each.key, each.suite, each.in_token) for each in held] == [
        ("b.token.json", token.key, "ed25519", True),
        ("c.key.json", hybrid.key_id, "ed25519+ml-dsa-65", False),
    ]
    assert held[1].public == hybrid.public
    assert held_keys(tmp_path / "nowhere") == ()


def test_a_file_that_is_no_key_is_told(tmp_path):
    """Whatever bears a key's name is read as one."""
    write_private_file(tmp_path / "a.key.json", b"no key\n")

    with pytest.raises(MalformedError, match="key file"):
        held_keys(tmp_path)
