"""A key in a token signs for its officer and never leaves it. SoftHSM stands in for the card."""

from __future__ import annotations

import dataclasses
import subprocess
from pathlib import Path

import pytest

from ledger.errors import MalformedError, UnavailableError, UsageError
from ledger.keys import ed25519
from ledger.keys.pkcs11 import (
    Place,
    TokenFile,
    TokenSigner,
    format_token_file,
    make_in_token,
    parse_token_file,
)
from ledger.keys.suite import verify_suite
from tests.softhsm import PIN, softhsm_module

FILE = TokenFile(Place("/lib/token.so", "county", "孙梅"), ed25519.public_of(bytes(32)))


@pytest.fixture(scope="module")
def place(softhsm):
    """Where the tests' key is made."""
    return Place(softhsm_module(), softhsm, "key of the tests")


@pytest.fixture(scope="module")
def made(place):
    """A key made in the token."""
    return make_in_token(place, PIN)


def test_a_token_signs_what_its_public_key_verifies(made):
    """The signature is a plain one of suite ed25519, and the key passes enrolment."""
    signer = TokenSigner(made, PIN)

    signatures = signer.sign(b"message")

    ed25519.check_public(made.public)
    verify_suite(signer.suite, signer.public, b"message", signatures)
    assert (signer.key_id, signer.grade) == (made.key, "technical")
    assert PIN not in repr(signer)


def test_a_library_by_another_path_is_the_same_library(made, tmp_path):
    """A link and what it points at, in one process: the library is started once."""
    link = tmp_path / "linked.so"
    link.symlink_to(made.place.module)
    file = TokenFile(dataclasses.replace(made.place, module=str(link)), made.public)

    (signature,) = TokenSigner(file, PIN).sign(b"message")

    ed25519.verify(made.public, b"message", signature)


def test_a_label_is_used_once(made):
    """A second key of the same label would make it unclear which one signs."""
    with pytest.raises(UsageError, match="choose another --label"):
        make_in_token(made.place, PIN)


@pytest.mark.parametrize(
    ("change", "pin", "told"),
    [
        ({}, "9999", "PinIncorrect"),
        ({"token": "another"}, PIN, "NoSuchToken"),
        ({"label": "another"}, PIN, "NoSuchKey"),
        ({"module": "/no/such/library.so"}, PIN, "library.so is not here"),
    ],
)
def test_what_a_token_refuses_is_told_without_its_pin(made, change, pin, told):
    """A wrong PIN, another token, no key, no library: one error, exit code 3."""
    file = TokenFile(dataclasses.replace(made.place, **change), made.public)

    with pytest.raises(UnavailableError, match=told) as caught:
        TokenSigner(file, pin).sign(b"message")

    assert PIN not in str(caught.value)


def test_a_file_that_is_no_library_is_refused(made, tmp_path):
    """What cannot be loaded is told, not crashed on."""
    (tmp_path / "token.so").write_text("no library")
    file = TokenFile(
        dataclasses.replace(made.place, module=str(tmp_path / "token.so")), made.public
    )

    with pytest.raises(UnavailableError, match="PKCS11Error"):
        TokenSigner(file, PIN).sign(b"message")


def test_another_key_under_the_label_is_noticed(made):
    """A token exchanged for one that holds another key signs for nobody."""
    with pytest.raises(UnavailableError, match="is not "):
        TokenSigner(TokenFile(made.place, FILE.public), PIN).sign(b"message")


def test_the_key_cannot_be_taken_out(made, softhsm):
    """It is sensitive and not extractable: the token's own tool does not show it."""
    assert softhsm
    import pkcs11

    module = str(Path(made.place.module).resolve())
    token = pkcs11.lib(module).get_token(token_label=made.place.token)
    with token.open(user_pin=PIN) as session:
        key = session.get_key(
            object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=made.place.label
        )
        assert (key[pkcs11.Attribute.SENSITIVE], key[pkcs11.Attribute.EXTRACTABLE]) == (
            True,
            False,
        )
        with pytest.raises(pkcs11.exceptions.PKCS11Error):
            key[pkcs11.Attribute.VALUE]


def test_a_token_file_comes_back(made):
    """Format and parse are a pair."""
    assert parse_token_file(format_token_file(made)) == made
    assert parse_token_file(format_token_file(FILE)) == FILE


def test_every_change_of_a_token_file_shows():
    """A changed byte is refused, or names another place; the public key is never another."""
    encoded = format_token_file(FILE)
    for n in range(len(encoded)):
        for value in {encoded[n] ^ 1, encoded[n] ^ 32, 0x22, 0x30} - {encoded[n]}:
            try:
                told = parse_token_file(encoded[:n] + bytes([value]) + encoded[n + 1 :])
            except MalformedError:
                continue
            assert (told.public, told.place != FILE.place) == (FILE.public, True)


@pytest.mark.parametrize("cut", [0, 1, 10, 100, -1])
def test_a_cut_token_file_is_refused(cut):
    """No part of one is one."""
    with pytest.raises(MalformedError):
        parse_token_file(format_token_file(FILE)[:cut])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"suite":"ed25519"', b'"suite":"sm2-sm3"'),
        (b"qifeng.token/1", b"qifeng.token/2"),
        (b'"token":"county"', b'"token":5'),
        (b'"public":["', b'"public":["AAAA","'),
    ],
)
def test_other_token_files_are_refused(old, new):
    """Of another suite or format, or of other types."""
    encoded = format_token_file(FILE)
    assert old in encoded

    with pytest.raises(MalformedError, match="token file"):
        parse_token_file(encoded.replace(old, new))


def test_softhsm_is_really_asked(softhsm):
    """The token of these tests is one that the stock tool lists."""
    listed = subprocess.run(
        ["softhsm2-util", "--show-slots"], capture_output=True, text=True, check=True
    )

    assert softhsm in listed.stdout
