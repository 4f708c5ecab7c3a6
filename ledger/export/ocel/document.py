"""An OCEL 2.0 log as JSON, a line an event or object, from the tables that hold it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ledger.export.ocel.kinds import MOMENT, TEXT, TRUTH, Column, OcelType, Value
from ledger.export.ocel.tables import ALWAYS, Tables


def format_log(tables: Tables) -> Iterator[str]:
    """Yield the text of the log piece by piece."""
    yield '{"objectTypes":'
    yield _json([_type(kind) for kind in tables.object_kinds()])
    yield ',\n"eventTypes":'
    yield _json([_type(kind) for kind in tables.event_kinds()])
    yield ',\n"objects":[\n'
    yield from _lines(_objects(tables))
    yield '],\n"events":[\n'
    yield from _lines(_events(tables))
    yield "]}\n"


def format_time(stored: str) -> str:
    """Return a time of the tables with its zone: `2022-03-01T01:02:03.000004Z`."""
    return stored.replace(" ", "T") + "Z"


def _type(kind: OcelType) -> dict[str, Any]:
    attributes = [{"name": each.name, "type": each.scalar.json} for each in kind.columns]
    return {"name": kind.label, "attributes": attributes}


def _objects(tables: Tables) -> Iterator[dict[str, Any]]:
    for record, kind, told, relations in tables.objects():
        # What is empty is left out, unless it changes: a common reader takes the first value that
        # it meets for the first that there was.
        changing = {column.name for column, at, _ in told if at != ALWAYS}
        yield {
            "id": record,
            "type": kind.label,
            "attributes": [
                {"name": column.name, "time": format_time(at), "value": _value(column, value)}
                for column, at, value in told
                if value is not None or column.name in changing
            ],
            "relationships": _related(relations),
        }


def _events(tables: Tables) -> Iterator[dict[str, Any]]:
    for event, kind, at, values, relations in tables.events():
        yield {
            "id": event,
            "type": kind.label,
            "time": format_time(at),
            "attributes": [
                {"name": column.name, "value": _value(column, value)}
                for column, value in zip(kind.columns, values, strict=True)
                if value is not None
            ],
            "relationships": _related(relations),
        }


def _related(relations: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"objectId": record, "qualifier": qualifier} for record, qualifier in relations]


def _value(column: Column, value: Value) -> Value:
    if value is None:
        return "" if column.scalar is TEXT else None
    if column.scalar is TRUTH:
        return bool(value)
    if column.scalar is MOMENT and isinstance(value, str):
        return format_time(value)
    return value


def _lines(values: Iterable[dict[str, Any]]) -> Iterator[str]:
    before = ""
    for value in values:
        yield before + _json(value)
        before = ",\n"
    yield "\n"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
