"""Event bodies: a family's event as canonical members, and back.

Fields are str, int, bool, `date` (written `YYYY-MM-DD`), a part, any of these or None, and tuples
of str or of parts. A body has exactly its event's declared members; nothing is filled in and
nothing is dropped when it is read.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable, Hashable
from datetime import date
from functools import cache, lru_cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin

from ledger.errors import MalformedError
from ledger.family import Happened, Part, Term, hidden_by
from ledger.frozen import frozen, written

T = TypeVar("T")
Codec = tuple[Callable[[Any], Any], Callable[[Any], Any]]

_PLAIN = (str, int, bool)


@frozen
class Field:
    """One declared field: name, words, Python type, and how it is written and read."""

    name: str
    term: Term
    kind: Any
    write: Callable[[Any], Any]
    read: Callable[[Any], Any]
    required: bool
    default: Any


def fields_of(cls: type) -> tuple[Field, ...]:
    """Return the declared fields of an event or part, in order of declaration."""
    return _declared(cast("Hashable", cls))


@cache
def _declared(cls: Hashable) -> tuple[Field, ...]:
    assert isinstance(cls, type), "fields are asked of classes"
    hints = typing.get_type_hints(cls)
    return tuple(
        Field(
            name=declared.name,
            term=declared.metadata["term"],
            kind=hints[declared.name],
            write=codec[0],
            read=codec[1],
            required=declared.default is dataclasses.MISSING,
            default=declared.default,
        )
        for declared in dataclasses.fields(cls)
        for codec in [_codec(hints[declared.name])]
    )


def asked_of(cls: type[Happened]) -> tuple[Field, ...]:
    """Return what people are asked for of an event: its fields that are not derived, and its private ones.

    A private field is a text that is not required; it is no member of the event (`ledger.family.concealed`).
    """
    write, read = _exactly(str)
    private = tuple(
        Field(each.name, Term(each.zh, f"{each.en} (private)"), str, write, read, False, "")  # noqa: FBT003
        for each in hidden_by(cls)
    )
    return (*(each for each in fields_of(cls) if not each.term.derived), *private)


def format_body(happened: Happened | Part) -> dict[str, Any]:
    """Return the members of an event's body, ready for `ledger.canonical.encode`."""
    body = {}
    for name, plain, write in _writers(cast("Hashable", type(happened))):
        value = getattr(happened, name)
        body[name] = value if type(value) is plain else write(value)
    return body


@cache
def _writers(cls: Hashable) -> tuple[tuple[str, type | None, Callable[[Any], Any]], ...]:
    """Return how each field is written, and the type of which values stand as they are."""
    return tuple(
        (field.name, field.kind if field.kind in _PLAIN else None, field.write)
        for field in _declared(cls)
    )


def parse_body(cls: type[T], body: Any) -> T:
    """Return the event that a body tells.

    Raises:
        MalformedError: a member is missing, unknown, or of another type.
    """
    count, read = _reader(cast("Hashable", cls))
    if type(body) is not dict or len(body) != count:
        raise _members_differ(cls, body)
    try:
        told: T = read(body)
    except KeyError as error:
        raise _members_differ(cls, body) from error
    except (TypeError, ValueError) as error:
        raise MalformedError(
            getattr(cls, "KIND", cls.__name__), expected="its declared types", found=str(error)
        ) from error
    return told


@cache
def _reader(cls: Hashable) -> tuple[int, Callable[[dict[str, Any]], Any]]:
    """Return how many members a class has, and what makes one of it of them: written out, once."""
    assert isinstance(cls, type), "fields are asked of classes"
    declared = _declared(cls)
    known: dict[str, Any] = {f"read_{field.name}": field.read for field in declared}
    told = [_expression(field.kind, field.name) for field in declared]
    return len(declared), written(cls, "body", [], told, day=_known_day, **known)


def _expression(kind: Any, name: str) -> str:
    """Return how a member is read: as it stands where it is of its type, else its codec is asked."""
    member, otherwise = f"(it := body[{name!r}])", f"else read_{name}(it)"
    if kind in _PLAIN:
        return f"it if type({member}) is {kind.__name__} {otherwise}"
    if kind is date:
        return f"day(it) if type({member}) is str {otherwise}"
    inner = [each for each in get_args(kind) if each is not types.NoneType]
    if get_origin(kind) is not tuple and inner and inner[0] in _PLAIN:
        plain = inner[0].__name__
        return f"None if {member} is None else it if type(it) is {plain} {otherwise}"
    return f"read_{name}({member})"


def _members_differ(cls: type, body: Any) -> MalformedError:
    names = {field.name for field in fields_of(cls)}
    found = set(body) if isinstance(body, dict) else {type(body).__name__}
    return MalformedError(
        getattr(cls, "KIND", cls.__name__),
        expected="its declared members",
        found=f"missing {sorted(names - found)}, unknown {sorted(found - names)}",
    )


def _codec(kind: Any) -> Codec:
    if kind in _PLAIN:
        return _exactly(kind)
    if kind is date:
        return (date.isoformat, _read_day)
    if isinstance(kind, type) and issubclass(kind, Part):
        return (format_body, lambda told: parse_body(kind, told))
    arguments = get_args(kind)
    if get_origin(kind) in (Union, types.UnionType):
        (inner,) = (_codec(each) for each in arguments if each is not types.NoneType)
        return _optional(inner)
    if get_origin(kind) is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        return _many(_codec(arguments[0]))
    raise AssertionError(f"no field type of events: {kind!r}")


def mistyped(kind: type, value: object) -> TypeError:
    """Return the error about a value that is not of its field's type."""
    return TypeError(f"expected {kind.__name__}, found {type(value).__name__}")


def _exactly(kind: type) -> Codec:
    def check(value: Any) -> Any:
        if type(value) is not kind:
            raise mistyped(kind, value)
        return value

    return (check, check)


def as_tuple(values: Any) -> tuple[Any, ...]:
    """Hold that these are a tuple: a text is a sequence too, and would be written letter by letter.

    Raises:
        TypeError: they are none.
    """
    if type(values) is not tuple:
        raise mistyped(tuple, values)
    return values


def _read_day(told: Any) -> date:
    if type(told) is not str:
        raise TypeError(f"expected a day YYYY-MM-DD, found {type(told).__name__}")
    day = date.fromisoformat(told)
    if day.isoformat() != told:
        raise ValueError("expected a day YYYY-MM-DD, found another spelling")
    return day


# The days of an office are few beside its events.
_known_day = lru_cache(maxsize=4096)(_read_day)


def _optional(inner: Codec) -> Codec:
    write, read = inner
    return (
        lambda value: None if value is None else write(value),
        lambda told: None if told is None else read(told),
    )


def _many(inner: Codec) -> Codec:
    write, read = inner

    def read_all(told: Any) -> tuple[Any, ...]:
        if type(told) is not list:
            raise TypeError(f"expected a list, found {type(told).__name__}")
        return tuple(read(each) for each in told)

    def write_all(values: Any) -> list[Any]:
        return [write(each) for each in as_tuple(values)]

    return (write_all, read_all)
