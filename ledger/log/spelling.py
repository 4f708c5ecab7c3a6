"""The one spelling of numbers, bytes and hashes in notes, checkpoints and proofs.

Decimal is ASCII digits without sign or leading zero, below 2^64; base64 is RFC 4648 §4, padded;
a hash is the base64 of 32 bytes. Whatever would not be written back the same is refused.
"""

from __future__ import annotations

import base64
import re

from ledger.errors import MalformedError
from ledger.log.shape import HASH_BYTES, MAX_SIZE

_DECIMAL = re.compile(r"(?:0|[1-9][0-9]{0,19})\Z")


def parse_decimal(text: str, what: str) -> int:
    """Return a number below 2^64; it is written with `str`.

    Raises:
        MalformedError: another spelling, or a number above.
    """
    number = int(text) if _DECIMAL.match(text) else MAX_SIZE + 1
    if number > MAX_SIZE:
        raise MalformedError(
            what, expected="a decimal number below 2^64", found=repr(text[:30])
        )
    return number


def format_base64(raw: bytes) -> str:
    """Return RFC 4648 §4 base64, padded."""
    return base64.b64encode(raw).decode()


def parse_base64(text: str, what: str) -> bytes:
    """Return the bytes of base64, in the one spelling that `format_base64` has for them.

    Raises:
        MalformedError: it is no base64, or another spelling.
    """
    try:
        raw = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise MalformedError(what, expected="base64", found=str(error)[:80]) from error
    if format_base64(raw) != text:
        raise MalformedError(what, expected="canonical base64", found="another spelling")
    return raw


def parse_hash(text: str, what: str) -> bytes:
    """Return the 32 bytes of a hash in base64.

    Raises:
        MalformedError: it is no base64, another spelling, or of another length.
    """
    raw = parse_base64(text, what)
    if len(raw) != HASH_BYTES:
        raise MalformedError(what, expected=f"{HASH_BYTES} bytes", found=f"{len(raw)} bytes")
    return raw
