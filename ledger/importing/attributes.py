"""The typed values of XES attributes (IEEE 1849-2016): each as the text that a map reads.

Strings and ids stay as they are; a whole number loses its sign `+` and leading zeros; a number is
written without exponent (`1.0E7` is `10000000`), so that it can be an amount, and is an empty cell
where it is no number (`NaN`); a moment keeps its offset, and what is finer than a microsecond is
cut off.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

from ledger.errors import MalformedError

_INT = re.compile(r"[+-]?[0-9]{1,19}\Z")
_FLOAT = re.compile(
    r"[+-]?(?:[0-9]{1,400}(?:\.[0-9]{0,400})?|\.[0-9]{1,400})(?:[eE][+-]?[0-9]{1,3})?\Z"
)
# As XML Schema, Java and Python spell them; the first is how tools write that there is no number.
_NOTHING = ("nan", "+nan", "-nan")
_ENDLESS = ("inf", "+inf", "-inf", "infinity", "+infinity", "-infinity")
_BOOLEAN = {"true": "true", "1": "true", "false": "false", "0": "false"}
_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]{1,30}))?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})?\Z"
)


def parse_scalar(kind: str, value: str) -> str:
    """Return an attribute's value as text; `kind` is one of `SCALARS`.

    Raises:
        MalformedError: the value is not of its kind.
    """
    return _PARSERS[kind](value)


def _int(value: str) -> str:
    if not _INT.match(value.strip()):
        raise _malformed("int", "a whole number", value)
    return str(int(value))


def _float(value: str) -> str:
    plain = value.strip()
    if plain.lower() in _NOTHING:
        return ""
    if plain.lower() in _ENDLESS:
        return plain
    if not _FLOAT.match(plain):
        raise _malformed("float", "a number", value)
    return format(Decimal(plain), "f")


def _boolean(value: str) -> str:
    found = _BOOLEAN.get(value.strip().lower())
    if found is None:
        raise _malformed("boolean", "true or false", value)
    return found


def _date(value: str) -> str:
    matched = _MOMENT.match(value.strip())
    if not matched:
        raise _malformed("date", "such as 2023-05-08T10:30:00+08:00", value)
    fraction = f".{matched[2][:6]}" if matched[2] else ""
    text = matched[1] + fraction + (matched[3] or "")
    try:
        datetime.fromisoformat(text)
    except ValueError as error:
        raise _malformed("date", "a moment of the calendar", value) from error
    return text


def _malformed(kind: str, expected: str, value: str) -> MalformedError:
    found = repr(value[:40]) if value.strip() else "nothing"
    return MalformedError(kind, expected=expected, found=found)


_PARSERS: dict[str, Callable[[str], str]] = {
    "string": str,
    "id": str,
    "date": _date,
    "int": _int,
    "float": _float,
    "boolean": _boolean,
}
SCALARS = tuple(_PARSERS)
