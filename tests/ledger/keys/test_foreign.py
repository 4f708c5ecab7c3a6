"""Private keys made elsewhere come in as seeds, and nothing of them leaks."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_ssh_public_key,
)

from ledger.errors import LedgerError, MalformedError, UnavailableError
from ledger.keys import ed25519, foreign
from ledger.keys.foreign import import_private

SEED = bytes(range(32))
KEY = Ed25519PrivateKey.from_private_bytes(SEED)
FORMS = [
    pytest.param(Encoding.PEM, PrivateFormat.PKCS8, id="pkcs8-pem"),
    pytest.param(Encoding.DER, PrivateFormat.PKCS8, id="pkcs8-der"),
    pytest.param(Encoding.PEM, PrivateFormat.OpenSSH, id="openssh"),
]


def encrypted(encoding, private_format):
    """Return the key under the passphrase `old`."""
    if private_format is PrivateFormat.OpenSSH:
        pytest.importorskip("bcrypt", reason="encrypted OpenSSH keys need bcrypt")
    return KEY.private_bytes(encoding, private_format, BestAvailableEncryption(b"old"))


@pytest.mark.parametrize(("encoding", "private_format"), FORMS)
def test_a_bare_key_comes_in(encoding, private_format):
    """PKCS#8 and OpenSSH without a passphrase give the seed."""
    assert import_private(KEY.private_bytes(encoding, private_format, NoEncryption())) == SEED


@pytest.mark.parametrize(("encoding", "private_format"), FORMS)
def test_an_encrypted_key_comes_in_with_its_passphrase_only(encoding, private_format):
    """With the passphrase it opens; without it, or with another, there is one clear error."""
    content = encrypted(encoding, private_format)

    assert import_private(content, "old") == SEED
    with pytest.raises(UnavailableError, match="is encrypted"):
        import_private(content)
    with pytest.raises(UnavailableError, match=r"private key: .*own passphrase") as caught:
        import_private(content, "not-this")
    assert "not-this" not in str(caught.value)


def test_a_needless_passphrase_is_told():
    """A passphrase for a key that has none is most likely a mistake about the key."""
    content = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    with pytest.raises(UnavailableError, match="is not encrypted"):
        import_private(content, "old")


def test_an_encryption_that_is_not_supported_is_told(monkeypatch):
    """Without the library for OpenSSH's bcrypt there is one clear error, not a traceback."""

    def unsupported(_content, _password):
        raise UnsupportedAlgorithm("needs another package")

    monkeypatch.setattr(foreign, "load_ssh_private_key", unsupported)

    with pytest.raises(UnavailableError, match="not supported here"):
        import_private(b"-----BEGIN OPENSSH PRIVATE KEY-----\n", "old")


def test_a_key_of_another_algorithm_is_refused():
    """Only Ed25519 comes in."""
    other = ec.generate_private_key(ec.SECP256R1())
    content = other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    with pytest.raises(MalformedError, match="another algorithm"):
        import_private(content)


@pytest.mark.parametrize(("encoding", "private_format"), FORMS)
def test_no_truncation_gives_another_seed(encoding, private_format):
    """A key cut short is refused in our own error, or is the same key without its last mark."""
    content = KEY.private_bytes(encoding, private_format, NoEncryption())

    outcomes = {outcome(content[:length]) for length in range(len(content))}

    assert outcomes <= {"refused", SEED}


@pytest.mark.parametrize("content", [b"", b"\0", b"not a key", b"-----BEGIN X-----\n"])
def test_what_is_no_key_is_refused(content):
    """Other bytes are refused as malformed."""
    with pytest.raises(MalformedError, match="expected an Ed25519 key"):
        import_private(content)


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")
def test_a_key_by_ssh_keygen_comes_in(tmp_path):
    """What OpenSSH itself writes is read, and its public half agrees."""
    path = tmp_path / "id"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)

    seed = import_private(path.read_bytes())

    public = load_ssh_public_key(path.with_suffix(".pub").read_bytes())
    assert ed25519.public_of(seed) == public.public_bytes_raw()


def outcome(content):
    """Return the seed, or that it was refused."""
    try:
        return import_private(content)
    except LedgerError:
        return "refused"
