r"""Canonical JSON: one value, one sequence of bytes.

The encoding (RFC 8785 narrowed to what records need):

* UTF-8, no byte-order mark, no white space between tokens, object keys sorted.
* Values are objects, arrays, strings, integers with |n| < 2^53, `true`, `false`, `null`. No floats.
* Keys are ASCII identifiers: `[A-Za-z_][A-Za-z0-9_]*`.
* Strings are escaped as in RFC 8785 §3.2.2.2 (`\"`, `\\`, `\n`, `\t`; everything else stands as it
  is). Refused in them: C0 controls other than `\n` and `\t`, lone surrogates, and the bidi
  overrides U+202A-E and U+2066-9 (what is shown is what is signed).
* Depth is at most 16; a scalar has depth 0.

`parse` takes all of its input and refuses whatever would not be written back as the same bytes.

Worked example (a vector): `{"b":[1,true,null],"a":"骑缝\n"}` is written
`{"a":"骑缝\n","b":[1,true,null]}` (34 bytes, `\n` as two characters), SHA-256
`304928ee417fed93dd265ad80160f1a262f679bc0dfc91320cc02400f0e3ebaf`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from typing import Any, cast

import orjson

from ledger.errors import MalformedError

MAX_DEPTH = 16
MAX_INTEGER = 2**53
ZERO_DIGEST = "0" * 64

_REFUSED = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")
# Members have few names, which are looked at when they are first met; strange data cannot pile up here.
_SEEN_KEYS: set[str] = set()
MANY_KEYS = 4096
_HEX_DIGITS = b"0123456789abcdef"
_ENCODER = json.JSONEncoder(
    ensure_ascii=False,
    check_circular=False,  # `_check` has ended on it, and it is not deep
    allow_nan=False,
    sort_keys=True,
    separators=(",", ":"),
)


def encode(value: Any, *, depth: int = MAX_DEPTH) -> bytes:
    """Return the canonical bytes of a value of dicts, lists, tuples, str, int, bool and None.

    `depth` may be less for what is to stand inside something else.

    Raises:
        MalformedError: the value holds anything else, or breaks a limit of the encoding.
    """
    _check(value, depth)
    return _ENCODER.encode(value).encode()


def spell_text(text: str) -> str:
    """Return a string as it stands in canonical JSON, in its quotes.

    Raises:
        MalformedError: it holds what the encoding refuses.
    """
    if not text.isprintable():
        _check_string(text)
    return json.encoder.encode_basestring(text)


def spell_integer(number: int) -> str:
    """Return an integer as it stands in canonical JSON.

    Raises:
        MalformedError: it is too large.
    """
    _check_integer(number)
    return str(number)


def parse(encoded: bytes, what: str = "canonical JSON", *, depth: int = MAX_DEPTH) -> Any:
    """Return the value of canonical bytes (objects as dict, arrays as list), as `encode` limits it.

    Raises:
        MalformedError: the bytes are not the canonical encoding of any value.
    """
    try:
        value = orjson.loads(encoded)
        if orjson.dumps(value, option=orjson.OPT_SORT_KEYS) == encoded:
            _check(value, depth)
            return value
    except (ValueError, TypeError, MalformedError):
        pass  # What a fast reader does not accept is judged, and named, by the plain one.
    return parse_plainly(encoded, what, depth=depth)


def load(encoded: bytes) -> Any:
    """Return the value of bytes that were held to be canonical before: nothing is looked at again.

    Raises:
        ValueError: they are no JSON.
    """
    return orjson.loads(encoded)


def parse_plainly(
    encoded: bytes, what: str = "canonical JSON", *, depth: int = MAX_DEPTH
) -> Any:
    """Return the same by the standard library alone: what `parse` accepts is accepted here, and alike.

    Raises:
        MalformedError: as `parse`, whose errors are these.
    """
    try:
        value = json.loads(encoded.decode())
    except (ValueError, RecursionError) as error:
        raise MalformedError(what, expected="JSON in UTF-8", found=str(error)[:80]) from error
    if encode(value, depth=depth) != encoded:
        raise MalformedError(what, expected="canonical bytes", found="another spelling")
    return value


def digest(encoded: bytes) -> str:
    """Return SHA-256 as 64 lower-case hex digits."""
    return hashlib.sha256(encoded).hexdigest()


def is_digest(text: object) -> bool:
    """Tell whether this is a digest as `digest` writes it."""
    return isinstance(text, str) and _DIGEST.match(text) is not None


def are_digests(texts: Iterable[object]) -> bool:
    """Tell whether each of these is a digest, looking at all of them at once."""
    told = list(texts)
    if not (set(map(type, told)) <= {str} and set(map(len, cast("list[str]", told))) <= {64}):
        return False
    joined = "".join(cast("list[str]", told))
    return joined.isascii() and not joined.encode().translate(None, _HEX_DIGITS)


def members(value: Any, names: frozenset[str], what: str) -> dict[str, Any]:
    """Return the object if it has exactly these members.

    Raises:
        MalformedError: it is no object, or a member is missing or unknown.
    """
    if not isinstance(value, dict):
        raise MalformedError(what, expected="an object", found=type(value).__name__)
    if value.keys() != names:
        missing = sorted(names - value.keys())
        unknown = sorted(value.keys() - names)
        raise MalformedError(
            what, expected="its declared members", found=f"missing {missing}, unknown {unknown}"
        )
    return value


def _check(value: Any, room: int) -> None:
    kind = type(value)
    if kind is str:
        # What is printable holds nothing that is refused; most strings end here.
        if not value.isprintable():
            _check_string(value)
    elif kind is int:
        _check_integer(value)
    elif kind is dict:
        _check_room(room)
        _check_keys(value)
        _check_all(value.values(), room - 1)
    elif kind is list or kind is tuple:
        _check_room(room)
        _check_all(value, room - 1)
    elif value is not None and kind is not bool:
        raise MalformedError(
            "value",
            expected="object, array, string, integer, true, false or null",
            found=kind.__name__,
        )


def _check_all(values: Iterable[Any], room: int) -> None:
    for value in values:
        if type(value) is not str or not value.isprintable():
            _check(value, room)


def _check_integer(value: int) -> None:
    if not -MAX_INTEGER < value < MAX_INTEGER:
        raise MalformedError("number", expected="|n| < 2^53", found="a larger one")


def _check_keys(value: dict[Any, Any]) -> None:
    if _SEEN_KEYS.issuperset(value):
        return
    for key in value:
        if type(key) is not str or not (key.isascii() and key.isidentifier()):
            raise MalformedError("key", expected="an ASCII identifier", found=repr(key)[:40])
    if len(_SEEN_KEYS) < MANY_KEYS:
        _SEEN_KEYS.update(value)


def _check_string(text: str) -> None:
    refused = _REFUSED.search(text)
    if refused:
        raise MalformedError(
            "string",
            expected="no control, surrogate or bidi override",
            found=f"U+{ord(refused.group()):04X}",
            where=f"character {refused.start()}",
        )


def _check_room(room: int) -> None:
    if room == 0:
        raise MalformedError("value", expected="less depth (at most 16 in all)", found="deeper")
