"""A map at work: rows of a register in, typed events out, in the order of the file.

A row is taken whole or not at all: its first flaw makes it a `RowProblem`. Nothing is sorted,
grouped or dropped here; each event carries what that takes (`key`, `order`, `once`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timezone
from functools import partial
from typing import Any

from ledger.errors import MalformedError
from ledger.frozen import frozen
from ledger.importing.mapping import Cell, EventRule, RegisterMap
from ledger.importing.table import Row, RowProblem, Table
from ledger.importing.values import (
    normal,
    parse_amount_fen,
    parse_day,
    parse_integer,
    parse_moment,
    parse_official_number,
    parse_term,
    parse_text,
)
from ledger.records.marks import has_mark

Parser = Callable[[str], object]

UNMATCHED = "no event of the map takes this row"

MARKED = "carries a classification mark; record it in the approved system"

# Stands for the value of an optional field whose cell is empty.
_LEFT_OUT = object()


@frozen
class MappedEvent:
    """One event told by a row.

    `key` names the record (the map's `record` columns). `once` names the event, empty if the map
    does not say how: equal (`key`, `kind`, `once`) tell the same event again. `order` sorts the
    events of one record; where it is equal, the order of the file stands. Values in `fields` are
    str, date, datetime (UTC), int, bool, or (series, number) for an official number. `place` is where
    in an event log it stands (`Row.place`).
    """

    kind: str
    key: tuple[str, ...]
    fields: dict[str, object]
    row: int
    order: tuple[Any, ...] = ()
    once: tuple[str, ...] = ()
    place: str = ""


@frozen
class _Reading:
    """One column as it is read: its place, how, and what stands for an empty cell."""

    name: str
    column: str
    place: int
    parse: Parser
    empty: frozenset[str]
    instead: tuple[object, ...]


@frozen
class _Rule:
    kind: str
    when: tuple[tuple[int, frozenset[str]], ...]
    constants: dict[str, object]
    readings: tuple[_Reading, ...]


@frozen
class BoundMap:
    """A map that has found its columns in a header; `watched` are the columns of its `when`s."""

    mapping: RegisterMap
    watched: dict[str, int]
    naming: tuple[_Reading, ...]
    rules: tuple[_Rule, ...]
    columns: tuple[str, ...]


def bind(mapping: RegisterMap, header: Sequence[str]) -> BoundMap:
    """Return the map with its columns found in a header.

    Raises:
        MalformedError: a column that the header does not have, or a default that is no value.
    """
    places = {name: place for place, name in enumerate(header)}
    _check_columns(mapping, places)
    reading = partial(_reading, places=places, zone=mapping.zone)
    return BoundMap(
        mapping,
        {test.column: places[test.column] for rule in mapping.events for test in rule.when},
        tuple(reading(cell.column, cell) for cell in _naming(mapping)),
        tuple(_bind_rule(rule, places, zone=mapping.zone) for rule in mapping.events),
        tuple(header),
    )


def map_row(bound: BoundMap, row: Row) -> list[MappedEvent] | RowProblem:
    """Return the events a row tells, none if the map lets unmatched rows be, or what is wrong.

    A classification mark in any column is wrong, also in one that the map leaves out (a column 密级): what
    the row is about may not be taken in without it either (保守国家秘密法 Art. 31).
    """
    marked = next((place for place, cell in enumerate(row.cells) if has_mark(cell)), None)
    if marked is not None:
        return RowProblem(row.number, bound.columns[marked], MARKED, row.place)
    matched = [rule for rule in bound.rules if _holds(rule.when, row.cells)]
    if not matched:
        return [] if bound.mapping.skip_unmatched else _unmatched(bound, row)
    named = _values(bound.naming, row)
    if isinstance(named, RowProblem):
        return named
    keys = len(bound.mapping.record)
    onces = keys + len(bound.mapping.once)
    key, once = tuple(map(str, named[:keys])), tuple(map(str, named[keys:onces]))
    events = []
    for rule in matched:
        values = _values(rule.readings, row)
        if isinstance(values, RowProblem):
            return values
        fields = _fields(rule, values)
        order = named[onces:]
        events.append(MappedEvent(rule.kind, key, fields, row.number, order, once, row.place))
    return events


def map_table(mapping: RegisterMap, table: Table) -> Iterator[MappedEvent | RowProblem]:
    """Yield what the rows of a table tell, in the order of the file.

    Raises:
        MalformedError: a column the table does not have, or the table stops being readable.
    """
    bound = bind(mapping, table.header)
    for row in table.rows:
        outcome = row if isinstance(row, RowProblem) else map_row(bound, row)
        if isinstance(outcome, RowProblem):
            yield outcome
        else:
            yield from outcome


def _check_columns(mapping: RegisterMap, places: dict[str, int]) -> None:
    wanted = [cell.column for cell in _naming(mapping)]
    for rule in mapping.events:
        wanted += [test.column for test in rule.when]
        wanted += [cell.column for cell in rule.fields.values() if isinstance(cell, Cell)]
    unknown = list(dict.fromkeys(column for column in wanted if column not in places))
    if unknown:
        expected = f"columns of the table ({', '.join(list(places)[:20])})"
        found = ", ".join(unknown[:10])
        raise MalformedError(f"map {mapping.name}", expected=expected, found=found)


def _naming(mapping: RegisterMap) -> tuple[Cell, ...]:
    """Return how record, event and order are read, in this order."""
    record = tuple(Cell(column, "text") for column in mapping.record)
    once = tuple(Cell(column, "text", default="") for column in mapping.once)
    return record + once + mapping.order


def _bind_rule(rule: EventRule, places: dict[str, int], *, zone: timezone | None) -> _Rule:
    fields = rule.fields.items()
    return _Rule(
        rule.kind,
        tuple((places[test.column], test.values) for test in rule.when),
        {name: value for name, value in fields if not isinstance(value, Cell)},
        tuple(
            _reading(name, cell, places=places, zone=zone)
            for name, cell in fields
            if isinstance(cell, Cell)
        ),
    )


def _reading(
    name: str, cell: Cell, *, places: dict[str, int], zone: timezone | None
) -> _Reading:
    parse = _parser(cell, zone)
    instead: tuple[object, ...] = ()
    if cell.default is not None:
        instead = (parse(cell.default),)
    elif cell.optional:
        instead = (_LEFT_OUT,)
    return _Reading(name, cell.column, places[cell.column], parse, cell.empty, instead)


def _parser(cell: Cell, zone: timezone | None) -> Parser:
    parsers: dict[str, Parser] = {
        "text": parse_text,
        "day": partial(parse_day, serials=cell.serials),
        "moment": partial(parse_moment, zone=zone),
        "amount_fen": partial(parse_amount_fen, rounding=cell.rounding),
        "integer": parse_integer,
        "term": partial(parse_term, terms=cell.terms or {}),
        "number": partial(parse_official_number, normalise=cell.normalise),
    }
    return parsers[cell.type]


def _holds(when: tuple[tuple[int, frozenset[str]], ...], cells: tuple[str, ...]) -> bool:
    for place, values in when:
        text = normal(cells[place])
        if text not in values if values else not text:
            return False
    return True


def _unmatched(bound: BoundMap, row: Row) -> RowProblem:
    column = next(iter(bound.watched), "")
    return RowProblem(row.number, column, UNMATCHED, row.place)


def _values(readings: tuple[_Reading, ...], row: Row) -> tuple[object, ...] | RowProblem:
    values = []
    for reading in readings:
        try:
            values.append(_value(reading, row.cells[reading.place]))
        except MalformedError as error:
            return RowProblem(row.number, reading.column, str(error), row.place)
    return tuple(values)


def _value(reading: _Reading, text: str) -> object:
    if not text or text.isspace() or (reading.empty and normal(text) in reading.empty):
        if not reading.instead:
            raise MalformedError("cell", expected="a value", found="nothing")
        return reading.instead[0]
    return reading.parse(text)


def _fields(rule: _Rule, values: tuple[object, ...]) -> dict[str, object]:
    read = zip(rule.readings, values, strict=True)
    told = {reading.name: value for reading, value in read if value is not _LEFT_OUT}
    return rule.constants | told
