"""Values of a view as people read them: yuan, the office's time, short ids; and the sums below."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any

from ledger.clock import is_id, parse_offset
from ledger.commands.answer import yuan
from projections.projection import BOOL, DIGEST, FEN, INT, MOMENT, RECORD, SECONDS, TEXT, Column

TOTAL = "合计 total"
RIGHT = (INT, FEN, SECONDS)
LABELLED = (TEXT, RECORD)
_MIN_ID = 8
_DIGEST = 12
_UNITS = (("d", 86_400), ("h", 3600), ("m", 60), ("s", 1))


def shown(column: Column, value: Any, utc_offset: str) -> str:
    """Return a value as people read it, nothing left out; nothing is an empty text."""
    if value is None:
        return ""
    if column.kind == MOMENT:
        return local_time(value, utc_offset)
    return _SHOWN.get(column.kind, str)(value)


def label_column(columns: Iterable[Column], sums: Mapping[str, Any]) -> str | None:
    """Return the column in which a row of sums says that it is one: the first of words that is free."""
    free = (each.name for each in columns if each.kind in LABELLED and each.name not in sums)
    return next(free, None)


def local_time(moment: str, utc_offset: str) -> str:
    """Return a moment by the office's clock, `2022-01-13 09:14`; a day stays a day."""
    if not moment.endswith("Z"):
        return moment
    local = datetime.fromisoformat(moment).astimezone(parse_offset(utc_offset))
    return f"{local:%Y-%m-%d %H:%M}"


def duration(seconds: int) -> str:
    """Return how long something took, in its two largest units: `1d 02h`, `3h 05m`, `7m 00s`, `5s`."""
    sign, left = ("-", -seconds) if seconds < 0 else ("", seconds)
    for (unit, size), (next_unit, next_size) in pairwise(_UNITS):
        if left >= size:
            return f"{sign}{left // size}{unit} {left % size // next_size:02d}{next_unit}"
    return f"{sign}{left}s"


def shortened(column: Column, values: Iterable[str]) -> Mapping[str, str]:
    """Return records by short ids that still tell these apart, and digests by their beginning.

    What is named by a number or a code is left whole.
    """
    if column.kind == DIGEST:
        return {value: value[:_DIGEST] for value in values}
    if column.kind != RECORD:
        return {}
    named = {value: value.rpartition("/")[2] for value in values}
    ids = {value: name for value, name in named.items() if is_id(name)}
    n = _MIN_ID
    while len({name[:n] for name in ids.values()}) < len(set(ids.values())):
        n += 1
    return {value: value[: len(value) - len(name) + n] for value, name in ids.items()}


_SHOWN: Mapping[str, Callable[[Any], str]] = {
    FEN: yuan,
    BOOL: lambda value: "是" if value else "否",
    SECONDS: duration,
}
