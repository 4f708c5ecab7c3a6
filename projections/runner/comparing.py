"""Comparing two tables that should be the same: the stored one, and a fresh replay of the log."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ledger.frozen import frozen
from projections.projection import Row, Table


@frozen
class Difference:
    """A row that a fresh replay has otherwise than the view: None where there is no such row."""

    table: Table
    key: tuple[Any, ...]
    stored: Row | None
    replayed: Row | None


def differences(
    table: Table, stored: Iterator[Row], replayed: Iterator[Row]
) -> Iterator[Difference]:
    """Merge two tables sorted by key, and yield where they differ."""
    mine, fresh = next(stored, None), next(replayed, None)
    while mine is not None or fresh is not None:
        ours, theirs = _place(table, mine), _place(table, fresh)
        if theirs is None or (ours is not None and ours < theirs):
            yield Difference(table, _key(table, mine), mine, None)
            mine = next(stored, None)
        elif ours is None or theirs < ours:
            yield Difference(table, _key(table, fresh), None, fresh)
            fresh = next(replayed, None)
        else:
            if mine != fresh:
                yield Difference(table, _key(table, mine), mine, fresh)
            mine, fresh = next(stored, None), next(replayed, None)


def _key(table: Table, row: Row | None) -> tuple[Any, ...]:
    return () if row is None else tuple(row[name] for name in table.key)


def _place(table: Table, row: Row | None) -> tuple[Any, ...] | None:
    """Return a row's key as the databases sort it: text by its bytes."""
    if row is None:
        return None
    return tuple(each.encode() if isinstance(each, str) else each for each in _key(table, row))
