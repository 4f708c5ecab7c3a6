"""The rows of a view while it is folded: read once, changed in memory, written a batch at a time.

`BufferedRows` stands between a fold and the database. A row that is asked for and not held is
loaded; everything put or deleted waits until the batch is written; what one event changed can be
undone alone, as long as the next event has not begun. A view that is built from nothing is held
`whole` until it grows too large: then a row that is not held does not exist, and nothing is read.

`FreshRows` are those of one record of which none is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from typing_extensions import override

from projections.projection import (
    BOOL,
    DAY,
    DIGEST,
    FEN,
    INT,
    MOMENT,
    RECORD,
    SECONDS,
    TEXT,
    Row,
    Rows,
    Table,
    column_names,
)

Key = tuple[Any, ...]
Values = tuple[Any, ...]
Load = Callable[[Table, Key], Row | None]

# Rows held by one view before all of them are let go; a row with its strings takes about 1 kB.
MAX_HELD = 100_000

_TYPES = {
    **dict.fromkeys((TEXT, DAY, RECORD, DIGEST, MOMENT), str),
    **dict.fromkeys((INT, FEN, SECONDS), int),
    BOOL: bool,
}
_ABSENT: Any = object()


class HeldTable:
    """The rows of one table that are held, and which of them are not written yet."""

    def __init__(self, table: Table) -> None:
        """Hold nothing yet."""
        self.table = table
        self.rows: dict[Key, Row | None] = {}
        self.changed: dict[Key, None] = {}
        self.blank: Row = dict.fromkeys(column_names(table.columns))
        self.key_of = _tuples(table.key)
        self.values_of = _tuples(column_names(table.columns))
        self._fitting: set[tuple[type, ...]] = set()

    def fill(self, row: Mapping[str, Any]) -> Row:
        """Return the row with every column of the table.

        Raises:
            TypeError: it has another column, or a value of another type.
        """
        return self.checked({**self.blank, **row})

    def checked(self, full: Row) -> Row:
        """Return a row with every column of the table, as it is.

        Raises:
            TypeError: it has another column, or a value of another type.
        """
        types = tuple(map(type, full.values()))
        if types not in self._fitting or len(types) != len(self.blank):
            self._check(full)
            self._fitting.add(types)
        return full

    def _check(self, full: Row) -> None:
        unknown = set(full) - set(self.blank)
        if unknown:
            raise TypeError(f"table {self.table.name}: no column {sorted(unknown)}")
        for column in self.table.columns:
            value = full[column.name]
            nothing = value is None and column.name not in self.table.key
            if not nothing and type(value) is not _TYPES[column.kind]:
                raise TypeError(
                    f"table {self.table.name}: column {column.name} is {column.kind},"
                    f" found {type(value).__name__}"
                )


class BufferedRows(Rows):
    """The rows of one view, between its fold and the database."""

    def __init__(self, tables: Sequence[Table], load: Load, *, whole: bool) -> None:
        """Hold these tables; `whole` says that nothing is stored yet, so nothing is loaded."""
        self.held = {table.name: HeldTable(table) for table in tables}
        self.whole = whole
        self._load = load
        self._journal: list[tuple[HeldTable, Key, Any, bool]] = []

    @override
    def get(self, table: Table, *key: Any) -> Row | None:
        """Return the row of that key, or None. It must not be changed in place."""
        held = self.held[table.name]
        row = held.rows.get(key, _ABSENT)
        if row is not _ABSENT:
            return row  # type: ignore[no-any-return]
        if self.whole:
            return None
        held.rows[key] = loaded = self._load(table, key)
        return loaded

    @override
    def put(self, table: Table, row: Mapping[str, Any]) -> None:
        """Keep the row in place of the one of the same key; columns left out are None."""
        held = self.held[table.name]
        full = held.fill(row)
        self._change(held, held.key_of(full), full)

    @override
    def delete(self, table: Table, *key: Any) -> None:
        """Drop the row of that key, if there is one."""
        self._change(self.held[table.name], key, None)

    def begin_event(self) -> None:
        """Let what changed so far stand: `undo_event` goes back to here."""
        self._journal.clear()

    def undo_event(self) -> None:
        """Take back every change since `begin_event`."""
        for held, key, before, was_changed in reversed(self._journal):
            if before is _ABSENT:
                del held.rows[key]
            else:
                held.rows[key] = before
            if not was_changed:
                held.changed.pop(key, None)
        self._journal.clear()

    def written(self) -> None:
        """Take note that every change is stored; let go of the rows if they are too many."""
        for held in self.held.values():
            held.changed.clear()
        if sum(len(held.rows) for held in self.held.values()) > MAX_HELD:
            self.whole = False
            for held in self.held.values():
                held.rows.clear()

    def _change(self, held: HeldTable, key: Key, row: Row | None) -> None:
        self._journal.append((held, key, held.rows.get(key, _ABSENT), key in held.changed))
        held.rows[key] = row
        held.changed[key] = None


class FreshRows(Rows):
    """The rows of one view that tell of one record, where none of them is stored yet."""

    def __init__(self, tables: Sequence[Table]) -> None:
        """Hold nothing of these tables yet."""
        self.held = {table.name: HeldTable(table) for table in tables}

    @override
    def get(self, table: Table, *key: Any) -> Row | None:
        """Return the row of that key, or None. It must not be changed in place."""
        return self.held[table.name].rows.get(key)

    @override
    def put(self, table: Table, row: Mapping[str, Any]) -> None:
        """Keep the row in place of the one of the same key; columns left out are None."""
        held = self.held[table.name]
        full = held.fill(row)
        held.rows[held.key_of(full)] = full

    @override
    def delete(self, table: Table, *key: Any) -> None:
        """Drop the row of that key, if there is one."""
        self.held[table.name].rows.pop(key, None)

    @override
    def put_numbered(
        self, table: Table, record: Mapping[str, Any], told: Sequence[Mapping[str, Any]]
    ) -> None:
        """Put rows of one record, numbered from 1 in the key's last column; drop older ones above."""
        held, place = self.held[table.name], table.key[-1]
        begun = {**held.blank, **record}
        key = tuple(record[name] for name in table.key[:-1])
        for n, row in enumerate(told, 1):
            held.rows[*key, n] = held.checked({**begun, **row, place: n})
        n = len(told) + 1
        while held.rows.pop((*key, n), None) is not None:
            n += 1

    def clear(self) -> None:
        """Hold nothing any more."""
        for held in self.held.values():
            held.rows.clear()

    def copy(self) -> FreshRows:
        """Return others that hold the same."""
        copied = FreshRows([held.table for held in self.held.values()])
        for name, held in self.held.items():
            copied.held[name].rows.update(held.rows)
        return copied

    def become(self, others: FreshRows) -> None:
        """Hold what others hold, and nothing else."""
        for name, held in self.held.items():
            held.rows = others.held[name].rows

    def move_to(self, told: dict[str, list[Values]]) -> None:
        """Add the rows to those of each table, as values in the order of its columns; hold none."""
        for name, held in self.held.items():
            if held.rows:
                # A row that was filled has the columns in the order of the table.
                told.setdefault(name, []).extend(
                    [tuple(row.values()) for row in held.rows.values() if row]
                )
                held.rows.clear()


def _tuples(names: Sequence[str]) -> Callable[[Mapping[str, Any]], Key]:
    if len(names) == 1:
        (name,) = names
        return lambda row: (row[name],)
    return itemgetter(*names)
