"""Key files: one spelling, sealed as a whole, opened by the passphrase alone."""

from __future__ import annotations

import base64
import hashlib
import json
import unicodedata

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ledger.errors import LedgerError, MalformedError, UnavailableError, UsageError
from ledger.keys.keyfile import (
    CEILING,
    FLOOR,
    Kdf,
    argon2id,
    format_header,
    format_keyfile,
    open_secret,
    parse_keyfile,
    seal_secret,
)
from ledger.keys.signer import SeedSigner
from ledger.keys.suite import LOG, new_secret

SEED = bytes(range(32))
PASSPHRASE = "骑缝"


@pytest.fixture(scope="module")
def encoded(quick):
    """The bytes of a key file sealed with the quick derivation."""
    keyfile = seal_secret(SEED, PASSPHRASE, kdf=Kdf(bytes(16)), nonce=bytes(12), derive=quick)
    return format_keyfile(keyfile)


def accepted(encoded, quick):
    """Tell whether a changed key file is parsed and opened all the same."""
    try:
        open_secret(parse_keyfile(encoded), PASSPHRASE, derive=quick)
    except LedgerError:
        return False
    return True


def changed(encoded, **kdf):
    """Return a key file with other derivation parameters in its header."""
    members = json.loads(encoded)
    members["header"]["kdf"].update(kdf)
    return json.dumps(members, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def test_argon2id_derives_the_vectors_key(vector):
    """Passphrase, salt and parameters give the encryption key to the byte."""
    case = vector("argon2id")
    kdf = Kdf(bytes.fromhex(case["salt"]), case["passes"], case["memory_kib"], case["lanes"])

    assert argon2id(case["passphrase"].encode(), kdf).hex() == case["key"]
    assert kdf == Kdf(kdf.salt)


def test_the_cipher_is_the_vectors(vector):
    """AES-256-GCM with associated data gives ciphertext and tag to the byte."""
    case = vector("aes-256-gcm")
    cipher = AESGCM(bytes.fromhex(case["key"]))

    sealed = cipher.encrypt(
        bytes.fromhex(case["nonce"]), bytes.fromhex(case["plain"]), case["associated"].encode()
    )

    assert sealed.hex() == case["sealed"]


def test_the_worked_example_is_made_and_opened(vector):
    """The key file of the vector, with the true Argon2id, there and back."""
    case = vector("keyfile")
    seed, salt = bytes.fromhex(case["seed"]), bytes.fromhex(case["salt"])

    keyfile = seal_secret(
        seed, case["passphrase"], kdf=Kdf(salt), nonce=bytes.fromhex(case["nonce"])
    )
    encoded = format_keyfile(keyfile)

    assert encoded.decode() == case["file"]
    assert (len(encoded), hashlib.sha256(encoded).hexdigest()) == (case["size"], case["sha256"])
    assert format_header(keyfile.header).decode() == case["header"]
    assert parse_keyfile(encoded) == keyfile
    assert open_secret(parse_keyfile(encoded), case["passphrase"]) == seed


@pytest.mark.parametrize("suite", ["ed25519+ml-dsa-65", "sm2-sm3"])
def test_every_suite_has_its_key_file(suite, quick):
    """The secret of each suite comes back, under the header that names it."""
    secret = new_secret(suite)

    encoded = format_keyfile(seal_secret(secret, PASSPHRASE, suite=suite, derive=quick))

    keyfile = parse_keyfile(encoded)
    assert open_secret(keyfile, PASSPHRASE, derive=quick) == secret
    assert (keyfile.header.suite, keyfile.header.key) == (
        suite,
        SeedSigner(secret, suite).key_id,
    )


def test_the_log_s_worked_example_is_made_and_opened(vector):
    """Both seeds of a log's key in one file, there and back."""
    case = vector("log-keyfile")
    secret = bytes.fromhex("".join(case["seeds"]))

    keyfile = seal_secret(
        secret, case["passphrase"], suite=LOG,
        kdf=Kdf(bytes.fromhex(case["salt"])), nonce=bytes.fromhex(case["nonce"]),
    )  # fmt: skip
    encoded = format_keyfile(keyfile)

    assert encoded.decode() == case["file"]
    assert (len(encoded), hashlib.sha256(encoded).hexdigest()) == (case["size"], case["sha256"])
    assert parse_keyfile(encoded) == keyfile
    assert open_secret(parse_keyfile(encoded), case["passphrase"]) == secret


def test_every_changed_byte_of_a_log_s_key_file_is_refused(vector, quick):
    """One bit in each byte, every truncation: never another key, never half of one."""
    secret = bytes.fromhex("".join(vector("log-keyfile")["seeds"]))
    whole = format_keyfile(seal_secret(secret, PASSPHRASE, suite=LOG, derive=quick))
    places = range(len(whole))

    changed = [whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in places]

    assert accepted(whole, quick)
    assert [
        each for each in changed + [whole[:at] for at in places] if accepted(each, quick)
    ] == []


def test_every_one_byte_change_is_refused(encoded, quick):
    """All 255 other values of every byte, and every added byte, are refused.

    Argon2id itself would take a third of a second for each of the changes that still parse, so a
    quick derivation of passphrase, parameters and salt stands in for it; all else is as it is.
    """
    survivors = [
        (place, value)
        for place in range(len(encoded))
        for value in range(256)
        if value != encoded[place]
        and accepted(encoded[:place] + bytes([value]) + encoded[place + 1 :], quick)
    ]

    assert accepted(encoded, quick)
    assert survivors == []


def test_every_truncation_and_addition_is_refused(encoded, quick):
    """A key file is read whole or not at all."""
    shorter = [encoded[:length] for length in range(len(encoded))]
    longer = [encoded + b"\n", encoded + b" ", b" " + encoded, b"\xef\xbb\xbf" + encoded]

    assert [content for content in shorter + longer if accepted(content, quick)] == []


@pytest.mark.parametrize(
    "kdf",
    [
        {"passes": FLOOR.passes - 1},
        {"memory_kib": FLOOR.memory_kib - 1},
        {"lanes": FLOOR.lanes - 1},
        {"passes": CEILING.passes + 1},
        {"memory_kib": CEILING.memory_kib + 1},
        {"memory_kib": 2**52},
        {"lanes": CEILING.lanes + 1},
        {"passes": True},
        {"passes": "3"},
        {"passes": None},
        {"name": "argon2i"},
        {"salt": ""},
        {"salt": base64.b64encode(bytes(15)).decode()},
        {"salt": 0},
        {"rounds": 1},
    ],
)
def test_weak_or_exhausting_parameters_are_refused(encoded, kdf):
    """Parameters below the floor or above the ceiling are refused before anything is derived."""
    with pytest.raises(MalformedError, match="key file"):
        parse_keyfile(changed(encoded, **kdf))


def test_stronger_parameters_are_read(encoded):
    """Up to the ceiling a file may ask for more."""
    stronger = {"passes": 16, "memory_kib": 1_048_576, "lanes": 16}

    assert parse_keyfile(changed(encoded, **stronger)).header.kdf == CEILING


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("format", "qifeng.key/2"),
        ("suite", "sm2-sm3"),
        ("key", "0" * 64),
        ("key", None),
        ("public", []),
        ("public", "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg="),
        ("public", ["A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbk="]),
        ("public", ["A6EHv"]),
        ("public", ["é"]),
        ("kdf", []),
    ],
)
def test_a_header_of_another_shape_is_refused(encoded, member, value):
    """Unknown formats and suites, and a key id that is not the public key's, are refused."""
    members = json.loads(encoded)
    members["header"][member] = value
    spelled = json.dumps(
        members, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()

    with pytest.raises(MalformedError):
        parse_keyfile(spelled + b"\n")


@pytest.mark.parametrize("wrong", ["骑", "骑缝缝", "qifeng", "骑缝\0"])
def test_a_wrong_passphrase_is_one_clear_error(encoded, quick, wrong):
    """The error names the key, not the passphrase, and ends with exit code 3."""
    with pytest.raises(UnavailableError, match="passphrase does not open") as caught:
        open_secret(parse_keyfile(encoded), wrong, derive=quick)

    assert caught.value.exit_code == 3
    assert wrong not in str(caught.value)


@pytest.mark.parametrize("passphrase", ["", "\ud800"])
def test_no_key_is_sealed_under_nothing(passphrase):
    """An empty passphrase, or one that is not text, is refused and not shown."""
    with pytest.raises(UsageError, match="passphrase: empty or not text") as caught:
        seal_secret(SEED, passphrase)

    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_a_passphrase_opens_however_it_was_typed(quick):
    """Composed and decomposed spellings of the same characters are the same passphrase."""
    typed = "Zürich 缝"
    keyfile = seal_secret(SEED, unicodedata.normalize("NFD", typed), derive=quick)

    assert open_secret(keyfile, unicodedata.normalize("NFC", typed), derive=quick) == SEED


def test_salt_and_nonce_are_fresh(quick):
    """The same key sealed twice under the same passphrase gives files that share no secret byte."""
    first, second = (seal_secret(SEED, PASSPHRASE, derive=quick) for _ in range(2))

    assert first.header.key == second.header.key == SeedSigner(SEED).key_id
    assert first.header.kdf.salt != second.header.kdf.salt
    assert first.nonce != second.nonce
    assert first.sealed != second.sealed


def test_the_file_and_its_repr_do_not_hold_the_seed(encoded):
    """Neither the bytes on disk nor what a debugger shows contain the seed."""
    shown = encoded + repr(parse_keyfile(encoded)).encode()

    for secret in (
        SEED,
        SEED.hex().encode(),
        base64.b64encode(SEED),
        repr(SEED)[2:-1].encode(),
    ):
        assert secret not in shown
