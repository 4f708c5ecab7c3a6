"""Writing an OCEL log: events first, then the objects they touched, under its name when complete."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Sequence
from itertools import dropwhile, takewhile
from pathlib import Path
from typing import Any

from ledger.application.mapper import kinds_of
from ledger.errors import UnavailableError, UsageError
from ledger.export.ocel.document import format_log
from ledger.export.ocel.kinds import OcelType, Value, event_types, object_types, stem_of
from ledger.export.ocel.reading import Reading, Scope, Touched
from ledger.export.ocel.tables import Counts, Tables, new_tables
from ledger.family import Family, family_of
from ledger.store.contract import EventRow, LogReader, LogStore

SQLITE = "sqlite"
JSON = "json"
FORMATS = (SQLITE, JSON)

Progress = Callable[[int, int], None]


def write_ocel(  # noqa: PLR0913 -- where from, where to, what, how; and a word for people
    store: LogStore,
    out: Path,
    scope: Scope,
    *,
    families: Sequence[Family[Any]],
    form: str,
    progress: Progress = lambda _done, _total: None,
) -> Counts:
    """Write the events of a scope, and what they touched, into a new file; returns what it holds.

    `families` is the closed registry; `progress` gets (index read so far, size of the log). The
    file has its name only once it is complete and on the disk.

    Raises:
        UsageError: the file exists, or no event lies in the scope.
        UnavailableError: evidence cannot be read, or the file cannot be written.
    """
    _check_free(out)
    draft, tables_draft = (
        out.with_name(f"{out.name}.unfinished{end}") for end in ("", "-tables")
    )
    try:
        _discard(draft, tables_draft)
        out.parent.mkdir(parents=True, exist_ok=True)
        place = draft if form == SQLITE else tables_draft
        with store.snapshot() as pinned, new_tables(place) as tables:
            counts = _fill(pinned, tables, scope, families=families, progress=progress)
            if form == JSON:
                _write(draft, format_log(tables))
        # Once the export has its name, nothing is left beside it, even after a crash.
        _discard(tables_draft)
        _keep(draft, out)
    except OSError as error:
        raise UnavailableError(
            f"file {out.name}", str(error), todo="nothing was exported"
        ) from error
    finally:
        _discard(draft, tables_draft)
    return counts


def _fill(
    reader: LogReader,
    tables: Tables,
    scope: Scope,
    *,
    families: Sequence[Family[Any]],
    progress: Progress,
) -> Counts:
    reading = Reading(reader, kinds_of(families), scope)
    events = event_types(families)
    for index, touched in reading.events():
        for each in touched:
            _add_event(tables, events[stem_of(each.row.kind)], each)
        progress(index, reading.size)
    counts = tables.counts()
    if not counts.events:
        raise UsageError(
            "no event of these families and days", todo="nothing was exported; ask for others"
        )
    objects = _Objects(reading, tables, families)
    for record, first in tables.touched():
        objects.add(record, first)
    tables.finish()
    return tables.counts()


def _add_event(tables: Tables, kind: OcelType, told: Touched) -> None:
    event = f"{told.row.record}:{told.row.version}"
    tables.add_event(kind, event, told.moment, told.values)
    tables.relate(event, told.relations, told.row.index)
    tables.bind(told.row.record, told.named)


class _Objects:
    """Records as they become objects, each folded once."""

    def __init__(
        self, reading: Reading, tables: Tables, families: Sequence[Family[Any]]
    ) -> None:
        self._reading = reading
        self._tables = tables
        self._families = {family.name: family for family in families}
        self._types = object_types(families)

    def add(self, record: str, first: int) -> None:
        """Add a record as it was when it was first touched, and its changes by exported events."""
        rows = self._history(record, first)
        # A record may begin behind the event that names it, in the same act: then as it began.
        begun = max(first, rows[0].index)
        family, kind = self._families[family_of(record)], self._types[family_of(record)]
        state = family.initial
        for row in takewhile(lambda row: row.index <= begun, rows):
            state = family.evolve(state, self._reading.open(row)[1])
        told = _values(kind, state)
        self._tables.add_object(kind, record, told)
        for row in dropwhile(lambda row: row.index <= begun, rows):
            happened = self._reading.open(row)[1]
            state = family.evolve(state, happened)
            moment = self._reading.moment(row, happened)
            if moment is None:
                continue
            now = _values(kind, state)
            for place, (before, after) in enumerate(zip(told, now, strict=True)):
                if before != after:
                    self._tables.add_change(kind, record, moment, (place, after))
            told = now

    def _history(self, record: str, first: int) -> Sequence[EventRow]:
        """Return the events that are looked at: all, or, of a family not exported, up to then."""
        reader = self._reading.reader
        if family_of(record) in self._reading.scope.families:
            return reader.history(record)
        return reader.history(record, first) or reader.history(record)[:1]


def _values(kind: OcelType, state: Any) -> tuple[Value, ...]:
    return tuple(column.value(state) for column in kind.columns)


def _check_free(out: Path) -> None:
    if out.exists():
        raise UsageError(f"{out} exists", todo="choose another name")


def _write(path: Path, chunks: Iterable[str]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(chunks)


def _keep(draft: Path, out: Path) -> None:
    with draft.open("rb") as file:
        os.fsync(file.fileno())
    _check_free(out)
    # From here on the export is complete: a crash leaves it whole, under one name or the other.
    draft.rename(out)


def _discard(*drafts: Path) -> None:
    for draft in drafts:
        # What cannot be taken away was not written, or is told by the error that is under way.
        with contextlib.suppress(OSError):
            draft.unlink()
