"""Which types of events and objects an OCEL log has: worked out from the families' declarations."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Union, get_args, get_origin

from ledger.body import fields_of
from ledger.family import Family, Happened
from ledger.frozen import frozen

Value = str | int | bool | None

LABEL = "label"

# Names of tables that a type must not take: `event_` or `object_` stands before its own.
_TAKEN = ("object", "map_type")
# What a record counts of itself is in the ids of its events.
_LEFT_OUT = ("version",)


@frozen
class Scalar:
    """A type of attributes: as SQLite declares it, and as JSON names it."""

    sql: str
    json: str


TEXT = Scalar("TEXT", "string")
WHOLE = Scalar("INTEGER", "integer")
TRUTH = Scalar("BOOLEAN", "boolean")
MOMENT = Scalar("TIMESTAMP", "time")

_SCALARS: dict[Any, Scalar] = {str: TEXT, int: WHOLE, bool: TRUTH, date: TEXT}

# What the seal and the log say of an event, beside its body.
FROM_LOG: Mapping[str, Scalar] = {
    "act": TEXT,
    "actor": TEXT,
    "basis": TEXT,
    "index": WHOLE,
    "recorded_at": MOMENT,
}


@frozen
class Column:
    """An attribute: its name in the log, its type, and how it is read from a body or state."""

    name: str
    scalar: Scalar
    read: Callable[[Any], Any]

    def value(self, source: Any) -> Value:
        """Return the attribute's value; what is empty is None."""
        found = self.read(source)
        if found is None or found == "":
            return None
        if isinstance(found, date):
            return found.isoformat()
        # Two versions of a kind may tell a field differently: then it is text.
        return str(found) if self.scalar is TEXT else typing.cast("Value", found)


@frozen
class OcelType:
    """A type of events or objects: its label in the log, its ASCII name, its attributes."""

    label: str
    map: str
    columns: tuple[Column, ...]


def stem_of(kind: str) -> str:
    """Return a kind without its schema's version: `fund.paid` of `fund.paid/1`."""
    return kind.partition("/")[0]


def event_types(families: Iterable[Family[Any]]) -> dict[str, OcelType]:
    """Return the types of events by kind without version; every version of it is of one type."""
    versions: dict[str, list[type[Happened]]] = {}
    for family in families:
        for cls in family.events:
            versions.setdefault(stem_of(cls.KIND), []).append(cls)
    found = {stem: _event_type(stem, classes) for stem, classes in versions.items()}
    _check_maps(found.values())
    return found


def object_types(families: Iterable[Family[Any]]) -> dict[str, OcelType]:
    """Return the types of objects by family."""
    found = {family.name: _object_type(family) for family in families}
    _check_maps(found.values())
    return found


def _event_type(stem: str, classes: list[type[Happened]]) -> OcelType:
    scalars: dict[str, Scalar] = {}
    for cls in classes:
        for each in fields_of(cls):
            scalar = _scalar(each.kind)
            if scalar is not None:
                same = scalars.get(each.name, scalar) is scalar
                scalars[each.name] = scalar if same else TEXT
    columns = [Column(name, scalar, _item(name)) for name, scalar in FROM_LOG.items()]
    for name, scalar in scalars.items():
        shown = f"body_{name}" if name in FROM_LOG else name
        columns.append(Column(shown, scalar, _item(shown)))
    return OcelType(f"{classes[-1].TERM.zh} {stem}", _camel(stem), tuple(columns))


def _item(name: str) -> Callable[[Any], Any]:
    return lambda told: told.get(name)


def _object_type(family: Family[Any]) -> OcelType:
    columns = [Column(LABEL, TEXT, family.title)]
    for name, hint in _hints(type(family.initial)).items():
        scalar, inner = _scalar(hint), _plain(hint)
        if scalar is not None and name not in _LEFT_OUT:
            columns.append(Column(_own(name), scalar, _member(name)))
        elif dataclasses.is_dataclass(inner) and isinstance(inner, type):
            columns += _inner_columns(name, inner)
    return OcelType(f"{family.zh} {family.name}", _camel(family.name), tuple(columns))


def _inner_columns(name: str, inner: type) -> list[Column]:
    return [
        Column(f"{name}_{each}", scalar, _member(name, each))
        for each, hint in _hints(inner).items()
        for scalar in [_scalar(hint)]
        if scalar is not None
    ]


def _member(name: str, inner: str = "") -> Callable[[Any], Any]:
    def read(state: Any) -> Any:
        found = getattr(state, name)
        return getattr(found, inner) if inner and found is not None else found

    return read


def _hints(cls: type) -> dict[str, Any]:
    hints = typing.get_type_hints(cls)
    return {each.name: hints[each.name] for each in dataclasses.fields(cls)}


def _own(name: str) -> str:
    return f"state_{name}" if name == LABEL else name


def _scalar(hint: Any) -> Scalar | None:
    inner = _plain(hint)
    return _SCALARS.get(inner) if isinstance(inner, type) else None


def _plain(hint: Any) -> Any:
    """Return a type without `| None`; of several others, none."""
    if get_origin(hint) not in (Union, types.UnionType):
        return hint
    inner = [each for each in get_args(hint) if each is not types.NoneType]
    return inner[0] if len(inner) == 1 else None


def _camel(stem: str) -> str:
    return "".join(word.capitalize() for word in stem.replace(".", "_").split("_"))


def _check_maps(found: Iterable[OcelType]) -> None:
    maps = [each.map.lower() for each in found]
    assert len(set(maps)) == len(maps), f"names that differ: {sorted(maps)}"
    assert not set(maps) & set(_TAKEN), f"names that no other table has: {sorted(maps)}"
