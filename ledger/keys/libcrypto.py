"""The door to the system's libcrypto (OpenSSL 3): SM2 over SM3, which no Python library here signs.

Looked for once, when a key of suite `sm2-sm3` is first used; where it is missing or too old, that
key cannot be used and everything else goes on. Nothing is loaded from a path that data names.

Keys go in as DER: SubjectPublicKeyInfo for public ones, ECPrivateKey (RFC 5915) for private ones,
both with the named curve SM2 (OID 1.2.156.10197.1.301). Signatures go in and out as OpenSSL writes
them, DER of two INTEGERs; `ledger.keys.sm2` holds what the house's format and rule are.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from ledger.errors import NotJudgedError, UnavailableError

SM2_ID = b"1234567812345678"
"""The signer's identity (GB/T 35276): 16 bytes, the same for everybody."""

_NAMES = {
    "darwin": ("libcrypto.3.dylib", "libcrypto.dylib"),
    "win32": ("libcrypto-3-x64.dll", "libcrypto-3.dll"),
}
_LINUX = ("libcrypto.so.3", "libcrypto.so.4")

_POINTER = ctypes.c_void_p
_SIZE = ctypes.c_size_t
_INT = ctypes.c_int
# name: (result, arguments); every pointer is opaque to us.
_FUNCTIONS = {
    "d2i_PUBKEY": (_POINTER, (_POINTER, _POINTER, ctypes.c_long)),
    "d2i_AutoPrivateKey": (_POINTER, (_POINTER, _POINTER, ctypes.c_long)),
    "i2d_PUBKEY": (_INT, (_POINTER, _POINTER)),
    "EVP_PKEY_free": (None, (_POINTER,)),
    "EVP_PKEY_CTX_new": (_POINTER, (_POINTER, _POINTER)),
    "EVP_PKEY_CTX_free": (None, (_POINTER,)),
    "EVP_PKEY_CTX_set1_id": (_INT, (_POINTER, ctypes.c_char_p, _INT)),
    "EVP_PKEY_public_check": (_INT, (_POINTER,)),
    "EVP_MD_CTX_new": (_POINTER, ()),
    "EVP_MD_CTX_free": (None, (_POINTER,)),
    "EVP_MD_CTX_set_pkey_ctx": (None, (_POINTER, _POINTER)),
    "EVP_sm3": (_POINTER, ()),
    "EVP_DigestSignInit": (_INT, (_POINTER, _POINTER, _POINTER, _POINTER, _POINTER)),
    "EVP_DigestSign": (_INT, (_POINTER, _POINTER, _POINTER, ctypes.c_char_p, _SIZE)),
    "EVP_DigestVerifyInit": (_INT, (_POINTER, _POINTER, _POINTER, _POINTER, _POINTER)),
    "EVP_DigestVerify": (_INT, (_POINTER, ctypes.c_char_p, _SIZE, ctypes.c_char_p, _SIZE)),
    "ERR_clear_error": (None, ()),
}


def sign(private_der: bytes, message: bytes) -> bytes:
    """Return the DER signature of a message by an SM2 key; another one each time.

    Raises:
        UnavailableError: no libcrypto that knows SM2, or it does not take the key.
    """
    library = load()
    with (
        _key(library, "d2i_AutoPrivateKey", private_der) as key,
        _digesting(library, key) as md,
    ):
        _ask(library.EVP_DigestSignInit(md, None, library.EVP_sm3(), None, key), "prepare")
        length = _SIZE(0)
        _ask(
            library.EVP_DigestSign(md, None, ctypes.byref(length), message, len(message)),
            "sign",
        )
        signature = ctypes.create_string_buffer(length.value)
        _ask(
            library.EVP_DigestSign(md, signature, ctypes.byref(length), message, len(message)),
            "sign",
        )
        return signature.raw[: length.value]


def holds(public_der: bytes, message: bytes, signature_der: bytes) -> bool:
    """Tell whether libcrypto accepts a DER signature by an SM2 public key.

    Raises:
        UnavailableError: no libcrypto that knows SM2, or it does not take the key.
    """
    library = load()
    with _key(library, "d2i_PUBKEY", public_der) as key, _digesting(library, key) as md:
        _ask(library.EVP_DigestVerifyInit(md, None, library.EVP_sm3(), None, key), "prepare")
        answer: int = library.EVP_DigestVerify(
            md, signature_der, len(signature_der), message, len(message)
        )
        library.ERR_clear_error()
        return answer == 1


def on_curve(public_der: bytes) -> bool:
    """Tell whether a public key is a point of the curve other than infinity.

    Raises:
        UnavailableError: no libcrypto that knows SM2.
    """
    library = load()
    try:
        with _key(library, "d2i_PUBKEY", public_der) as key:
            context = library.EVP_PKEY_CTX_new(key, None)
            sound: int = library.EVP_PKEY_public_check(context)
            library.EVP_PKEY_CTX_free(context)
            return sound == 1
    except NotTakenError:
        return False
    finally:
        library.ERR_clear_error()


def public_der_of(private_der: bytes) -> bytes:
    """Return the SubjectPublicKeyInfo of a private key.

    Raises:
        UnavailableError: no libcrypto that knows SM2, or it does not take the key.
    """
    library = load()
    with _key(library, "d2i_AutoPrivateKey", private_der) as key:
        length: int = library.i2d_PUBKEY(key, None)
        written = ctypes.create_string_buffer(max(length, 1))
        place = ctypes.c_void_p(ctypes.addressof(written))
        _ask(int(library.i2d_PUBKEY(key, ctypes.byref(place)) > 0), "write out a key")
        return written.raw[:length]


@cache
def load() -> ctypes.CDLL:
    """Return the system's libcrypto, with all functions declared.

    Raises:
        UnavailableError: there is none, or it does not know SM2.
    """
    for name in (*_NAMES.get(sys.platform, _LINUX), ctypes.util.find_library("crypto") or ""):
        if name and (library := _declared(name)) is not None:
            return library
    raise NotJudgedError(
        "suite sm2-sm3",
        "the system's libcrypto (OpenSSL 3) with SM2 was not found",
        todo="install OpenSSL 3, or use a key of suite ed25519",
    )


class NotTakenError(UnavailableError):
    """Libcrypto does not take what it was given as a key."""


def _declared(name: str) -> ctypes.CDLL | None:
    try:
        library = ctypes.CDLL(name)
        for each, (result, arguments) in _FUNCTIONS.items():
            function = getattr(library, each)
            function.restype, function.argtypes = result, arguments
    except (OSError, AttributeError):
        return None
    return library


@contextmanager
def _key(library: ctypes.CDLL, reader: str, der: bytes) -> Iterator[int]:
    place = ctypes.c_char_p(der)
    key: int | None = getattr(library, reader)(None, ctypes.byref(place), len(der))
    if not key:
        library.ERR_clear_error()
        raise NotTakenError("suite sm2-sm3", "libcrypto does not take this key")
    try:
        yield key
    finally:
        library.EVP_PKEY_free(key)


@contextmanager
def _digesting(library: ctypes.CDLL, key: int) -> Iterator[int]:
    """Yield a context that digests the signer's identity first (ZA of GB/T 32918.2 §5.5)."""
    md = library.EVP_MD_CTX_new()
    context = library.EVP_PKEY_CTX_new(key, None)
    try:
        _ask(int(bool(md and context)), "begin")
        _ask(library.EVP_PKEY_CTX_set1_id(context, SM2_ID, len(SM2_ID)), "take the identity")
        library.EVP_MD_CTX_set_pkey_ctx(md, context)
        yield md
    finally:
        library.EVP_MD_CTX_free(md)
        library.EVP_PKEY_CTX_free(context)
        library.ERR_clear_error()


def _ask(answer: int, step: str) -> None:
    if answer != 1:
        raise NotJudgedError(
            "suite sm2-sm3", f"libcrypto could not {step}", todo="use an OpenSSL 3 with SM2"
        )
