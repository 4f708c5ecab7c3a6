"""The tables of an OCEL 2.0 log in SQLite, with the keys that validators test; written once, in order."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from ledger.errors import UnavailableError
from ledger.export.ocel.kinds import MOMENT, Column, OcelType, Value
from ledger.frozen import frozen

ALWAYS = "1970-01-01 00:00:00"

# One of an object's attributes with its time, `ALWAYS` for what it was at first.
Told = tuple[Column, str, Value]

_SCHEMA = """
CREATE TABLE event_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT);
CREATE TABLE object_map_type (ocel_type TEXT PRIMARY KEY, ocel_type_map TEXT);
CREATE TABLE event (ocel_id TEXT PRIMARY KEY, ocel_type TEXT,
  FOREIGN KEY (ocel_type) REFERENCES event_map_type (ocel_type));
CREATE TABLE object (ocel_id TEXT PRIMARY KEY, ocel_type TEXT,
  FOREIGN KEY (ocel_type) REFERENCES object_map_type (ocel_type));
CREATE TABLE event_object (ocel_event_id TEXT, ocel_object_id TEXT, ocel_qualifier TEXT,
  PRIMARY KEY (ocel_event_id, ocel_object_id, ocel_qualifier),
  FOREIGN KEY (ocel_event_id) REFERENCES event (ocel_id),
  FOREIGN KEY (ocel_object_id) REFERENCES object (ocel_id));
CREATE TABLE object_object (ocel_source_id TEXT, ocel_target_id TEXT, ocel_qualifier TEXT,
  PRIMARY KEY (ocel_source_id, ocel_target_id, ocel_qualifier),
  FOREIGN KEY (ocel_source_id) REFERENCES object (ocel_id),
  FOREIGN KEY (ocel_target_id) REFERENCES object (ocel_id));
CREATE TEMP TABLE touched (record TEXT PRIMARY KEY, first INTEGER) WITHOUT ROWID;
"""
_SETTINGS = (
    # The file is thrown away if anything fails before it is complete and on the disk.
    "PRAGMA journal_mode = OFF",
    "PRAGMA synchronous = OFF",
    # Of objects that are touched first and told later, so that keys hold at the end.
    "PRAGMA foreign_keys = OFF",
)
_EVENT = "INSERT INTO event VALUES (?, ?)"
_OBJECT = "INSERT INTO object VALUES (?, ?)"
_TO_OBJECT = "INSERT INTO event_object VALUES (?, ?, ?)"
_BETWEEN = "INSERT OR IGNORE INTO object_object VALUES (?, ?, ?)"
_TOUCH = "INSERT OR IGNORE INTO touched VALUES (?, ?)"
_TOUCHED = "SELECT record, first FROM touched ORDER BY record"
_RELATIONS = (
    "SELECT ocel_event_id, ocel_object_id, ocel_qualifier FROM event_object ORDER BY rowid"
)
_BONDS = (
    "SELECT ocel_source_id, ocel_target_id, ocel_qualifier FROM object_object"
    " ORDER BY ocel_source_id, ocel_target_id, ocel_qualifier"
)
_COUNTS = {
    "events": "SELECT count(*) FROM event",
    "objects": "SELECT count(*) FROM object",
    "event_types": "SELECT count(*) FROM event_map_type",
    "object_types": "SELECT count(*) FROM object_map_type",
    "event_object": "SELECT count(*) FROM event_object",
    "object_object": "SELECT count(*) FROM object_object",
}


@frozen
class Counts:
    """What an exported log holds; `changes` are those of objects' attributes."""

    events: int
    objects: int
    event_types: int
    object_types: int
    event_object: int
    object_object: int
    changes: int


def format_moment(moment: datetime) -> str:
    """Return a moment in UTC as `2022-03-01 01:02:03.000004`."""
    return moment.isoformat(sep=" ", timespec="microseconds").partition("+")[0]


class Tables:
    """An OCEL log being written, or read back in the order in which it was written."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Write into a new database (see `new_tables`)."""
        self._connection = connection
        self._events: dict[str, OcelType] = {}
        self._objects: dict[str, OcelType] = {}
        self._inserts: dict[str, str] = {}
        self._changes = 0

    def add_event(
        self, kind: OcelType, event: str, moment: datetime, values: Mapping[str, Any]
    ) -> None:
        """Add an event; the first of a type makes its table."""
        if kind.label not in self._events:
            self._add_type(kind, "event", "ocel_id TEXT PRIMARY KEY, ocel_time TIMESTAMP")
            self._events[kind.label] = kind
        self._run(_EVENT, event, kind.label)
        told = [
            _stored(column.scalar is MOMENT, column.value(values)) for column in kind.columns
        ]
        self._run(self._inserts[f"event_{kind.map}"], event, format_moment(moment), *told)

    def relate(self, event: str, relations: Sequence[tuple[str, str]], index: int) -> None:
        """Relate an event to (object, qualifier)s, which are thereby touched at its index."""
        for record, qualifier in relations:
            self._run(_TO_OBJECT, event, record, qualifier)
            self._run(_TOUCH, record, index)

    def bind(self, record: str, named: Sequence[tuple[str, str]]) -> None:
        """Relate a record to the (object, qualifier)s that its event named; again is nothing new."""
        for other, qualifier in named:
            if other != record:
                self._run(_BETWEEN, record, other, qualifier)

    def touched(self) -> Iterator[tuple[str, int]]:
        """Yield every record touched, with the index of the first event that did, by name."""
        yield from self._connection.execute(_TOUCHED)

    def add_object(self, kind: OcelType, record: str, values: Sequence[Value]) -> None:
        """Add an object as it was at first: one value for each column of its type."""
        if kind.label not in self._objects:
            columns = "ocel_id TEXT, ocel_time TIMESTAMP, ocel_changed_field TEXT"
            self._add_type(kind, "object", columns)
            self._objects[kind.label] = kind
        self._run(_OBJECT, record, kind.label)
        self._run(self._inserts[f"object_{kind.map}"], record, ALWAYS, None, *values)

    def add_change(
        self, kind: OcelType, record: str, moment: datetime, changed: tuple[int, Value]
    ) -> None:
        """Add that an object's column, named by its place, got another value."""
        place, value = changed
        values = [value if n == place else None for n in range(len(kind.columns))]
        row = (record, format_moment(moment), kind.columns[place].name, *values)
        self._run(self._inserts[f"object_{kind.map}"], *row)
        self._changes += 1

    def counts(self) -> Counts:
        """Return how much has been written."""
        counted = {
            name: int(self._connection.execute(sql).fetchone()[0])
            for name, sql in _COUNTS.items()
        }
        return Counts(**counted, changes=self._changes)

    def event_kinds(self) -> list[OcelType]:
        """Return the types of events that occur, by label."""
        return [self._events[label] for label in sorted(self._events)]

    def object_kinds(self) -> list[OcelType]:
        """Return the types of objects that occur, by label."""
        return [self._objects[label] for label in sorted(self._objects)]

    def events(self) -> Iterator[tuple[str, OcelType, str, list[Value], list[tuple[str, str]]]]:
        """Yield (id, type, time, values, relations) of every event, in the order of the log."""
        rows = {label: self._rows(f"event_{kind.map}") for label, kind in self._events.items()}
        related = _Grouped(self._connection.execute(_RELATIONS))
        for event, label in self._connection.execute(
            "SELECT ocel_id, ocel_type FROM event ORDER BY rowid"
        ):
            _, moment, *values = next(rows[label])
            yield event, self._events[label], moment, values, related.of(event)

    def objects(self) -> Iterator[tuple[str, OcelType, list[Told], list[tuple[str, str]]]]:
        """Yield (id, type, attributes told, relations) of every object, by name."""
        rows = {
            label: _Grouped(self._rows(f"object_{kind.map}"))
            for label, kind in self._objects.items()
        }
        bound = _Grouped(self._connection.execute(_BONDS))
        for record, label in self._connection.execute(
            "SELECT ocel_id, ocel_type FROM object ORDER BY rowid"
        ):
            kind = self._objects[label]
            told = [each for row in rows[label].of(record) for each in _told(kind, row)]
            yield record, kind, told, bound.of(record)

    def finish(self) -> None:
        """Make all of it one whole file."""
        self._connection.execute("COMMIT")

    def _add_type(self, kind: OcelType, what: str, keys: str) -> None:
        table = f"{what}_{kind.map}"
        columns = "".join(f', "{each.name}" {each.scalar.sql}' for each in kind.columns)
        self._connection.execute(
            f'CREATE TABLE "{table}" ({keys}{columns},'
            f" FOREIGN KEY (ocel_id) REFERENCES {what} (ocel_id))"
        )
        self._run(f"INSERT INTO {what}_map_type VALUES (?, ?)", kind.label, kind.map)  # noqa: S608 -- names of ours
        places = ", ".join("?" * (keys.count(",") + 1 + len(kind.columns)))
        self._inserts[table] = f'INSERT INTO "{table}" VALUES ({places})'  # noqa: S608 -- names of ours

    def _rows(self, table: str) -> Iterator[tuple[Any, ...]]:
        return self._connection.execute(f'SELECT * FROM "{table}" ORDER BY rowid')  # noqa: S608 -- names of ours

    def _run(self, sql: str, *values: Any) -> None:
        self._connection.execute(sql, values)


@contextlib.contextmanager
def new_tables(path: Path) -> Iterator[Tables]:
    """Give empty tables in a new file, which is whole once `finish` was called.

    Raises:
        UnavailableError: the disk is full, or the file cannot be written.
    """
    try:
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
            for statement in (*_SETTINGS, "BEGIN", *_SCHEMA.split(";")):
                connection.execute(statement)
            yield Tables(connection)
    except sqlite3.Error as error:
        raise UnavailableError(
            f"file {path.name}", str(error), todo="nothing was exported; see to the disk"
        ) from error


class _Grouped:
    """Rows that begin with a name, taken name by name in the order in which they come."""

    def __init__(self, rows: Iterator[tuple[Any, ...]]) -> None:
        self._groups = groupby(rows, itemgetter(0))
        self._next = next(self._groups, None)

    def of(self, name: str) -> list[Any]:
        """Return the rest of the rows of that name, none where the next rows are of another."""
        if self._next is None or self._next[0] != name:
            return []
        found = [row[1:] for row in self._next[1]]
        self._next = next(self._groups, None)
        return found


def _told(kind: OcelType, row: Sequence[Any]) -> Iterator[Told]:
    """Yield the attributes that a row of an object tells: all of them, or the changed one."""
    moment, changed, *values = row
    for column, value in zip(kind.columns, values, strict=True):
        if changed is None or column.name == changed:
            yield column, moment, value


def _stored(is_moment: bool, value: Value) -> Value:  # noqa: FBT001 -- said by the column
    if is_moment and isinstance(value, str):
        return value.replace("T", " ").removesuffix("Z")
    return value
