"""Private keys made elsewhere: Ed25519 in PKCS#8 (PEM or DER) or in OpenSSH's own format.

The imported key is then kept in our own key file: what PKCS#8 tools write under a passphrase
(PBKDF2, 2,048 rounds) costs an attacker less than a millisecond a guess.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    load_der_private_key,
    load_pem_private_key,
    load_ssh_private_key,
)

from ledger.errors import MalformedError, UnavailableError


def import_private(encoded: bytes, passphrase: str | None = None) -> bytes:
    """Return the 32-byte seed of a foreign private key.

    `passphrase` is None for a key that is not encrypted. Nothing of the input is ever shown.

    Raises:
        MalformedError: neither PKCS#8 nor OpenSSH, not Ed25519, or damaged.
        UnavailableError: the passphrase is missing, wrong or needless, or the encryption is
            not supported here.
    """
    password = None if passphrase is None else passphrase.encode(errors="replace")
    try:
        key = _loader(encoded)(encoded, password)
    except TypeError:
        raise _locked("is encrypted" if password is None else "is not encrypted") from None
    except UnsupportedAlgorithm:
        raise _locked("is encrypted in a way that is not supported here") from None
    except ValueError:
        if password is not None:
            raise _locked("does not open with this passphrase, or is damaged") from None
        raise _malformed("neither, or damaged") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise _malformed("a key of another algorithm")
    return key.private_bytes_raw()


def _loader(encoded: bytes) -> Callable[[bytes, bytes | None], Any]:
    if encoded.lstrip().startswith(b"-----BEGIN OPENSSH PRIVATE KEY-----"):
        return load_ssh_private_key
    if encoded.lstrip().startswith(b"-----BEGIN "):
        return load_pem_private_key
    return load_der_private_key


def _malformed(found: str) -> MalformedError:
    return MalformedError(
        "private key", expected="an Ed25519 key in PKCS#8 or OpenSSH format", found=found
    )


def _locked(reason: str) -> UnavailableError:
    return UnavailableError(
        "private key", reason, todo="give the key's own passphrase, if it has one"
    )
