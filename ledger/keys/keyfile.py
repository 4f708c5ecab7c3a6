"""The key file: one private key at rest, under a passphrase.

A key file is one line of canonical JSON and a final newline, exactly (members are shown here on
lines of their own; in the file there is no white space):

    {"header":{
       "format":"qifeng.key/1",
       "kdf":{"lanes":4,"memory_kib":65536,"name":"argon2id","passes":3,"salt":"<16 bytes>"},
       "key":"<key id>",
       "public":["<public key>",…],
       "suite":"ed25519"},
     "nonce":"<12 bytes>",
     "sealed":"<48 bytes>"}

* `suite` is one of `ledger.keys.suite`; public keys stand in suite order. The secret is that suite's,
  32 bytes a component: 32 (`ed25519`, `sm2-sm3`) or 64 (`ed25519+ml-dsa-65`, and `ed25519+ml-dsa-44`,
  which is the log's).

* Bytes are standard base64 with padding; no other spelling is read.
* Encryption key = Argon2id v1.3 (RFC 9106) of the passphrase, with the header's parameters and
  salt, 32 bytes. The passphrase is taken in Unicode form NFC, in UTF-8, and is never empty.
* `sealed` = AES-256-GCM of the raw secret, ciphertext ‖ 16-byte tag, under `nonce`, with
  the canonical bytes of the header as associated data: no byte of it can be changed unseen.
* Salt and nonce are fresh for each file; a new passphrase makes a new file.
* The reader refuses parameters below those shown (weak) or above 16 passes, 1 GiB, 16 lanes (a
  file that would exhaust the machine), and a file that others may read or write.

The public part can be read without the passphrase (`read_header`), but only opening proves it.
A wrong passphrase and a changed file look alike: one `UnavailableError`, exit code 3, because the
key could not be used and nothing is said about any record.

Worked example (vector `keyfile`): passphrase `骑缝`, seed 00…1f, salt 00…0f, nonce 12 zero bytes.
Encryption key `e444d4ce2e7ddf0f2cc6b9854ec32bbea116e21010a4d5ae382b355129fffafe`; the file has
389 bytes, SHA-256 `8101384a9124216ae9ac9340600847f115d65ccb249bda0d49e797195850a61b`.
With the seeds 00…1f and 20…3f of a log's key it has 2198 bytes (vector `log-keyfile`), SHA-256
`7f11f0dff506cfaa50def01a92fef40323999a87a67ad3d0c3cdc050a34eb4fe`.
"""

from __future__ import annotations

import base64
import binascii
import os
import unicodedata
from collections.abc import Callable
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from ledger import canonical
from ledger.errors import MalformedError, UnavailableError, UsageError
from ledger.frozen import frozen
from ledger.keys.suite import ED25519, find_suite, key_id, private_keys

FORMAT = "qifeng.key/1"
SALT_BYTES = 16
NONCE_BYTES = 12
TAG_BYTES = 16

_FILE = frozenset({"header", "nonce", "sealed"})
_HEADER = frozenset({"format", "kdf", "key", "public", "suite"})
_KDF = frozenset({"lanes", "memory_kib", "name", "passes", "salt"})


@frozen
class Kdf:
    """How the passphrase becomes the encryption key: Argon2id's parameters and salt."""

    salt: bytes
    passes: int = 3
    memory_kib: int = 65_536
    lanes: int = 4


FLOOR = Kdf(salt=bytes(SALT_BYTES))
CEILING = Kdf(salt=bytes(SALT_BYTES), passes=16, memory_kib=1_048_576, lanes=16)

# From the passphrase's bytes and the parameters to 32 bytes. Only tests pass another one.
Derive = Callable[[bytes, Kdf], bytes]


@frozen
class Header:
    """The public part of a key file."""

    key: str
    public: tuple[bytes, ...]
    kdf: Kdf
    suite: str = ED25519


@frozen
class KeyFile:
    """A key file's parts; it holds the secret only in sealed form."""

    header: Header
    nonce: bytes
    sealed: bytes


def argon2id(passphrase: bytes, kdf: Kdf) -> bytes:
    """Return the 32-byte encryption key of a passphrase (0.1 to 0.3 s, 64 MiB)."""
    return Argon2id(
        salt=kdf.salt,
        length=32,
        iterations=kdf.passes,
        lanes=kdf.lanes,
        memory_cost=kdf.memory_kib,
    ).derive(passphrase)


def seal_secret(  # noqa: PLR0913 -- the last three are set by tests alone
    secret: bytes,
    passphrase: str,
    *,
    suite: str = ED25519,
    kdf: Kdf | None = None,
    nonce: bytes | None = None,
    derive: Derive = argon2id,
) -> KeyFile:
    """Seal a suite's secret under a passphrase; salt and nonce are fresh unless a test sets them.

    Raises:
        UsageError: the passphrase is empty or not text.
        MalformedError: no such suite, or the secret is none of it.
        UnavailableError: an algorithm of the suite is not to be had on this machine.
    """
    kdf = kdf or Kdf(salt=os.urandom(SALT_BYTES))
    nonce = nonce or os.urandom(NONCE_BYTES)
    public = tuple(each.public for each in private_keys(suite, secret))
    header = Header(key=key_id(suite, public), public=public, kdf=kdf, suite=suite)
    cipher = AESGCM(derive(_passphrase_bytes(passphrase), kdf))
    return KeyFile(header, nonce, cipher.encrypt(nonce, secret, format_header(header)))


def open_secret(keyfile: KeyFile, passphrase: str, *, derive: Derive = argon2id) -> bytes:
    """Return the secret of a key file, of its header's suite.

    Raises:
        UsageError: the passphrase is empty or not text.
        UnavailableError: the passphrase is wrong, the file was changed, or an algorithm of its
            suite is not to be had on this machine.
    """
    header = keyfile.header
    cipher = AESGCM(derive(_passphrase_bytes(passphrase), header.kdf))
    try:
        secret = cipher.decrypt(keyfile.nonce, keyfile.sealed, format_header(header))
    except InvalidTag as error:
        raise UnavailableError(
            f"key {header.key[:12]}…",
            "the passphrase does not open its key file, or the file was changed",
            todo="try the passphrase again, or take the file from its backup",
        ) from error
    public = tuple(each.public for each in private_keys(header.suite, secret))
    assert public == header.public, "a sealed secret is its header's key"
    return secret


def format_header(header: Header) -> bytes:
    """Return the canonical header: the associated data of the encryption."""
    return canonical.encode(_header_members(header))


def format_keyfile(keyfile: KeyFile) -> bytes:
    """Return the bytes of a key file."""
    members = {
        "header": _header_members(keyfile.header),
        "nonce": _base64(keyfile.nonce),
        "sealed": _base64(keyfile.sealed),
    }
    return canonical.encode(members) + b"\n"


def parse_keyfile(encoded: bytes) -> KeyFile:
    """Return the parts of a key file; its header is not proven until it is opened.

    Raises:
        MalformedError: not exactly a key file, or parameters out of bounds.
    """
    if not encoded.endswith(b"\n"):
        raise MalformedError(
            "key file", expected="one line with its newline", found="no newline"
        )
    members = canonical.members(canonical.parse(encoded[:-1], "key file"), _FILE, "key file")
    header = _parse_header(members["header"])
    sealed_bytes = find_suite(header.suite).secret_bytes + TAG_BYTES
    return KeyFile(
        header=header,
        nonce=_bytes(members["nonce"], NONCE_BYTES, "nonce"),
        sealed=_bytes(members["sealed"], sealed_bytes, "sealed"),
    )


def _header_members(header: Header) -> dict[str, Any]:
    kdf = header.kdf
    return {
        "format": FORMAT,
        "kdf": {
            "lanes": kdf.lanes,
            "memory_kib": kdf.memory_kib,
            "name": "argon2id",
            "passes": kdf.passes,
            "salt": _base64(kdf.salt),
        },
        "key": header.key,
        "public": [_base64(public) for public in header.public],
        "suite": header.suite,
    }


def _parse_header(value: object) -> Header:
    members = canonical.members(value, _HEADER, "key file header")
    _expect("format", members["format"], FORMAT)
    suite = find_suite(str(members["suite"]))
    told = members["public"]
    if not isinstance(told, list) or len(told) != len(suite.components):
        raise MalformedError(
            "key file public",
            expected=f"a list of {len(suite.components)}",
            found="another value",
        )
    public = tuple(
        _bytes(each, component.public_bytes, "public")
        for each, component in zip(told, suite.components, strict=True)
    )
    _expect("key", members["key"], key_id(suite.name, public))
    return Header(
        key=members["key"], public=public, kdf=_parse_kdf(members["kdf"]), suite=suite.name
    )


def _parse_kdf(value: object) -> Kdf:
    members = canonical.members(value, _KDF, "key file kdf")
    _expect("kdf name", members["name"], "argon2id")
    for name in ("passes", "memory_kib", "lanes"):
        low, high = getattr(FLOOR, name), getattr(CEILING, name)
        if type(members[name]) is not int or not low <= members[name] <= high:
            raise MalformedError(
                f"key file {name}", expected=f"{low} to {high}", found=repr(members[name])[:20]
            )
    return Kdf(
        salt=_bytes(members["salt"], SALT_BYTES, "salt"),
        passes=members["passes"],
        memory_kib=members["memory_kib"],
        lanes=members["lanes"],
    )


def _expect(name: str, found: object, expected: str) -> None:
    if found != expected:
        raise MalformedError(f"key file {name}", expected=expected, found=repr(found)[:80])


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _bytes(text: object, length: int, name: str) -> bytes:
    """Return the bytes of strict base64; what is refused is not shown."""
    try:
        raw = base64.b64decode(text, validate=True) if isinstance(text, str) else b""
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != length or _base64(raw) != text:
        raise MalformedError(
            f"key file {name}", expected=f"{length} bytes in base64", found="another value"
        )
    return raw


def _passphrase_bytes(passphrase: str) -> bytes:
    """Return the bytes that Argon2id takes; no error carries the passphrase."""
    try:
        encoded = unicodedata.normalize("NFC", passphrase).encode()
    except UnicodeEncodeError:
        encoded = b""
    if not encoded:
        raise UsageError("passphrase: empty or not text", todo="give another one")
    return encoded
