"""What a bundle is made of: parts, each a pure function from what is at hand to files.

A part yields `File`s: a path in the bag and the bytes, made only when they are written (a file that
is whole already, after a crash, is not made again). A bundle is a list of parts; adding one is a
function and a line in the list. Paths below `data/` are payload, all others tag files.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any

from ledger.application.mapper import Kinds
from ledger.export.bagit import Summed
from ledger.export.cover import Cover
from ledger.export.scope import Scope
from ledger.export.survey import Survey
from ledger.family import Family, Happened
from ledger.frozen import frozen
from ledger.store.contract import LogReader

Disclose = Callable[[str, Happened], Mapping[str, str]]
"""By record and event: the disclosures of private fields that may be told, by digest."""


def nothing_disclosed(record: str, happened: Happened) -> Mapping[str, str]:
    """Disclose nothing."""
    del record, happened
    return {}


@frozen
class File:
    """One file of a bundle."""

    path: str
    chunks: Callable[[], Iterable[bytes]]


@frozen(kw_only=True)
class Making:
    """What parts are made from: the log as it stood at the cover's size, and what goes in of it.

    `checkpoint` is the signed head of that size; `fields` are those chosen to be told of withheld records,
    `private` the private fields that are disclosed. `written` are the files written so far: a part that
    lists them stands behind those that write them.
    """

    log: LogReader
    scope: Scope
    survey: Survey
    cover: Cover
    checkpoint: bytes
    families: Mapping[str, Family[Any]]
    kinds: Kinds
    utc_offset: str
    fields: tuple[str, ...] = ()
    private: tuple[str, ...] = ()
    disclose: Disclose = nothing_disclosed
    written: list[Summed] = field(default_factory=list)


Part = Callable[[Making], Iterator[File]]


def text(path: str, told: str) -> File:
    """Return a file of a text."""
    return File(path, lambda: [told.encode()])


def table(
    path: str, columns: Sequence[str], rows: Callable[[], Iterable[Mapping[str, Any]]]
) -> File:
    """Return a CSV file in UTF-8, with a header line; its rows are asked for when it is written."""

    def chunks() -> Iterator[bytes]:
        yield _line(columns)
        for row in rows():
            yield _line([_cell(row.get(name)) for name in columns])

    return File(path, chunks)


def _line(cells: Sequence[str]) -> bytes:
    held = io.StringIO()
    csv.writer(held, lineterminator="\n").writerow(cells)
    return held.getvalue().encode()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple | list | frozenset):
        return "; ".join(
            sorted(map(str, value)) if isinstance(value, frozenset) else map(str, value)
        )
    return str(value)
