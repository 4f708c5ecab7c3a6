"""How an event's body is written: a function for each class, written out once.

A class knows the order and the types of its members, so that nothing is sorted, looked up or asked of a
value twice; what is not of its declared type goes to the plain way, which says so. The bytes are those of
`ledger.canonical.encode` over `ledger.body.format_body`.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Hashable
from datetime import date
from functools import cache
from json.encoder import encode_basestring
from typing import Any, cast, get_args, get_origin

from ledger.body import as_tuple, fields_of, mistyped
from ledger.canonical import MAX_INTEGER, spell_integer, spell_text
from ledger.family import Happened, Part
from ledger.frozen import compiled

Spell = Callable[[Any], str]


def encode_body(happened: Happened | Part) -> bytes:
    """Return the canonical bytes of an event's body: `canonical.encode` of what `format_body` returns.

    Raises:
        TypeError, MalformedError: as they do.
    """
    return _spell(happened).encode()


def _spell(happened: Happened | Part) -> str:
    return _writer(cast("Hashable", type(happened)))(happened)


@cache
def _writer(cls: Hashable) -> Spell:
    """Write out how a value of a class is written, all its members in one expression."""
    assert isinstance(cls, type), "bodies are of classes"
    known = dict(_KNOWN)
    members = []
    for each in sorted(fields_of(cls), key=lambda field: field.name):
        known[f"spell_{each.name}"] = _speller(each.kind)
        members.append(f'"{each.name}":{{{_expression(each.kind, each.name)}}}')
    return compiled("def write(of):", [f"return f'''{{{{{','.join(members)}}}}}'''"], known)


def _expression(kind: Any, name: str) -> str:
    """Return the expression of a field as it is written; what it does not expect, `spell_…` is asked."""
    if kind in _EXPECTED:
        return f"{_EXPECTED[kind].format(f'(it := of.{name})')} else spell_{name}(it)"
    if get_origin(kind) is tuple:
        return f"nothing if (it := of.{name}) == () else spell_{name}(it)"
    inner = _inner(kind)
    if inner in _EXPECTED:
        expected = _EXPECTED[inner].format("it")
        return f"null if (it := of.{name}) is None else {expected} else spell_{name}(it)"
    return f"spell_{name}(of.{name})"


def _speller(kind: Any) -> Spell:
    """Return how a value of a field's type is written, as its codec and then `canonical` would."""
    if kind in _SPELLED:
        return _SPELLED[kind]
    if isinstance(kind, type) and issubclass(kind, Part):
        return _spell
    if get_origin(kind) is not tuple:
        inner = _speller(_inner(kind))
        return lambda value: "null" if value is None else inner(value)
    each_one = _speller(get_args(kind)[0])
    return lambda values: "[" + ",".join(map(each_one, as_tuple(values))) + "]"


def _inner(kind: Any) -> Any:
    """Return what an optional value is where there is one; any other type as it is."""
    told = [each for each in get_args(kind) if each is not types.NoneType]
    return told[0] if told else kind


def _spell_text(value: Any) -> str:
    if type(value) is not str:
        raise mistyped(str, value)
    return spell_text(value)


def _spell_integer(value: Any) -> str:
    if type(value) is not int:
        raise mistyped(int, value)
    return spell_integer(value)


def _refuse_truth(value: Any) -> str:
    """Refuse what is neither true nor false; these two never come here."""
    raise mistyped(bool, value)


def _spell_day(value: Any) -> str:
    return f'"{date.isoformat(value)}"'


_SPELLED: dict[Any, Spell] = {
    str: _spell_text,
    int: _spell_integer,
    bool: _refuse_truth,
    date: _spell_day,
}

# How most values of a type are written, up to `else`; what is printable holds nothing that is refused.
_EXPECTED: dict[Any, str] = {
    str: "quoted(it) if type({}) is str and it.isprintable()",
    int: "it if type({}) is int and -too_large < it < too_large",
    bool: "true if {} is True else false if it is False",
}
_KNOWN: dict[str, Any] = {
    "quoted": encode_basestring,
    "too_large": MAX_INTEGER,
    "true": "true",
    "false": "false",
    "null": "null",
    "nothing": "[]",
}
