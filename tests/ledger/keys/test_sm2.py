"""SM2 over SM3: one spelling each, and what the openssl command says of it both ways."""

from __future__ import annotations

import subprocess

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

from ledger.errors import MalformedError, SignatureError, UnavailableError
from ledger.keys import libcrypto, sm2
from ledger.keys.suite import SM2_SM3, verify_suite
from tests.needs import program


@pytest.fixture(scope="module")
def case(vector):
    """The worked example, as bytes."""
    told = vector("sm2")
    return {name: bytes.fromhex(told[name]) for name in ("secret", "public", "signature")} | {
        "message": told["message"].encode()
    }


def test_the_worked_example_holds(case):
    """Secret, public key and signature of the standard's example go together."""
    assert sm2.PrivateKey(case["secret"]).public == case["public"]
    sm2.check_public(case["public"])
    sm2.verify(case["public"], case["message"], case["signature"])


def test_what_is_signed_verifies_and_differs_each_time(case):
    """Signing is randomised; both signatures hold, in 64 bytes each."""
    key = sm2.PrivateKey(case["secret"])

    first, second = key.sign(b"\0message"), key.sign(b"\0message")

    assert first != second
    for signature in (first, second):
        assert len(signature) == 64
        sm2.verify(key.public, b"\0message", signature)


def test_every_one_byte_change_is_refused(case):
    """Of the signature (one other value of each byte) and of the message."""
    changed = [
        case["signature"][:n] + bytes([case["signature"][n] ^ 1]) + case["signature"][n + 1 :]
        for n in range(64)
    ]

    for signature in (*changed, case["signature"][:-1], case["signature"] + b"\0", b""):
        with pytest.raises(SignatureError):
            sm2.verify(case["public"], case["message"], signature)
    with pytest.raises(SignatureError, match="does not match key"):
        sm2.verify(case["public"], case["message"] + b"\0", case["signature"])


@pytest.mark.parametrize("number", [0, sm2.N, sm2.N + 1, 2**256 - 1])
def test_numbers_out_of_range_are_refused(case, number):
    """R and s lie between 1 and n-1: there is no second spelling."""
    for signature in (
        number.to_bytes(32) + case["signature"][32:],
        case["signature"][:32] + number.to_bytes(32),
    ):
        with pytest.raises(SignatureError, match="from 1 to n-1"):
            sm2.verify(case["public"], case["message"], signature)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda public: public[:-1],
        lambda public: public + b"\0",
        lambda public: b"\x02" + public[1:],
        lambda public: public[:0],
        lambda public: bytes(len(public)),
        lambda public: public[:1] + bytes(64),
        lambda public: public[:-1] + bytes([public[-1] ^ 1]),
        lambda public: b"\x04" + b"\xff" * 32 + public[33:],
    ],
)
def test_what_is_no_point_is_no_key(case, spoil):
    """Only an uncompressed point of the curve, in its one spelling, is enrolled."""
    public = spoil(case["public"])

    with pytest.raises(MalformedError, match="a point of the curve"):
        sm2.check_public(public)
    with pytest.raises((MalformedError, SignatureError)):
        verify_suite(SM2_SM3, (public,), case["message"], (case["signature"],))


@pytest.mark.parametrize(
    "secret", [b"", bytes(31), bytes(32), (sm2.N - 1).to_bytes(32), b"\xff" * 32]
)
def test_a_secret_out_of_range_is_refused(secret):
    """It lies between 1 and n-2, and no message shows it."""
    with pytest.raises(MalformedError, match="from 1 to n-2"):
        sm2.PrivateKey(secret)


def test_fresh_secrets_are_keys_of_their_own():
    """Each one makes a key."""
    publics = {sm2.PrivateKey(sm2.new_secret()).public for _ in range(5)}

    assert len(publics) == 5


def test_openssl_verifies_what_we_signed(case, tmp_path):
    """The stock command accepts our signature, in its own encoding."""
    key = sm2.PrivateKey(case["secret"])
    signature = key.sign(b"qifeng")
    numbers = (int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))
    files = _files(tmp_path, public=sm2.SPKI_HEAD + key.public, message=b"qifeng",
                   signature=encode_dss_signature(*numbers))  # fmt: skip

    told = _openssl("-verify", "-pubin", "-inkey", files["public"], "-in", files["message"],
                    "-sigfile", files["signature"])  # fmt: skip

    assert (told.returncode, told.stdout.strip()) == (0, b"Signature Verified Successfully")


def test_we_verify_what_openssl_signed(case, tmp_path):
    """Our rule accepts what the stock command signed."""
    key = sm2.PrivateKey(case["secret"])
    files = _files(tmp_path, private=key._der, message=b"qifeng", signature=b"")
    told = _openssl("-sign", "-inkey", files["private"], "-in", files["message"],
                    "-out", files["signature"])  # fmt: skip
    assert told.returncode == 0, told.stderr

    r, s = decode_dss_signature(files["signature"].read_bytes())

    sm2.verify(key.public, b"qifeng", r.to_bytes(32) + s.to_bytes(32))


def test_without_libcrypto_there_is_one_clear_error(monkeypatch, case):
    """Where the library is missing, SM2 cannot be used; the error says what to do."""
    monkeypatch.setattr(libcrypto, "_declared", lambda _: None)
    libcrypto.load.cache_clear()
    try:
        for use in (
            lambda: sm2.PrivateKey(case["secret"]),
            lambda: sm2.check_public(case["public"]),
            lambda: sm2.verify(case["public"], case["message"], case["signature"]),
        ):
            with pytest.raises(UnavailableError, match="not found; install OpenSSL 3"):
                use()
    finally:
        libcrypto.load.cache_clear()


def test_a_library_without_sm2_is_passed_over():
    """A file that is no libcrypto, or none at all, is not taken for one."""
    assert libcrypto._declared("libm.so.6") is None
    assert libcrypto._declared("no-such-library.so") is None


def test_what_libcrypto_does_not_take_as_a_key_is_told():
    """Bytes that are no key end in our own error."""
    for use in (
        lambda: libcrypto.sign(b"no key", b"m"),
        lambda: libcrypto.holds(b"no key", b"m", b"s"),
        lambda: libcrypto.public_der_of(b"no key"),
    ):
        with pytest.raises(UnavailableError, match="does not take this key"):
            use()
    with pytest.raises(UnavailableError, match="could not sign"):
        libcrypto._ask(0, "sign")


def _files(folder, **contents):
    paths = {name: folder / name for name in contents}
    for name, content in contents.items():
        paths[name].write_bytes(content)
    return paths


def _openssl(*arguments):
    command = [program("openssl", package="openssl"), "pkeyutl", "-rawin", "-digest", "sm3",
               "-keyform", "DER", "-pkeyopt", "distid:1234567812345678"]  # fmt: skip
    return subprocess.run([*command, *map(str, arguments)], capture_output=True, check=False)
