"""Where views are kept, and how a set built beside takes the place of the one in use.

* `FilePlace`: `views-<n>.db` beside the ledger's database; the file `views.current` names the one in
  use and is replaced in one step. A crash before that leaves a file that nothing points to; the
  next switch sweeps it away.
* `SchemaPlace`: PostgreSQL schemas `qifeng_views_<n>`; the table `qifeng_views.current` names the
  one in use. Give views a role of their own that may create schemas and may only read the evidence
  (`views.url` in the home names it); without one they use the ledger's own role.
* `ScratchPlace`: in memory, or in a temporary file; for answers about the past, and for comparing.
"""

from __future__ import annotations

import os
import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path

from typing_extensions import override

from ledger.errors import UnavailableError
from ledger.store.sqlite import SqliteSource, bind_plainly
from ledger.store.wire import Wire, Wires
from projections.projection import Projection
from projections.runner.database import ViewDatabase
from projections.runner.wiring import REMEDY, OneWire, view_source

POINTER = "views.current"
SCHEMA = "qifeng_views"
BUSY_SECONDS = 30.0

_FILE = re.compile(r"views-([1-9][0-9]{0,8})\.db\Z")
_LEFT = re.compile(
    r"views(?:-([1-9][0-9]{0,8})\.db(?:-wal|-shm)?|\.current\.([1-9][0-9]{0,8}))\Z"
)
_IN_USE = ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL")
_MEMORY = Path(":memory:")
# A set in the making is thrown away if anything fails: it needs no journal.
_IN_THE_MAKING = ("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF")

_SET_UP = (
    "CREATE SCHEMA IF NOT EXISTS qifeng_views",
    "CREATE TABLE IF NOT EXISTS qifeng_views.current (n BIGINT NOT NULL)",
    "CREATE SEQUENCE IF NOT EXISTS qifeng_views.numbers",
)
_STATEMENTS = {
    "is_set_up": "SELECT to_regclass('qifeng_views.current') IS NOT NULL",
    "next": "SELECT nextval('qifeng_views.numbers')",
    "current": "SELECT max(n) FROM qifeng_views.current",
    "lock": "LOCK TABLE qifeng_views.current IN EXCLUSIVE MODE",
    "forget": "DELETE FROM qifeng_views.current",
    "point": "INSERT INTO qifeng_views.current (n) VALUES (:n)",
    "schemas": "SELECT nspname FROM pg_namespace WHERE nspname ~ '^qifeng_views_[1-9][0-9]*$'",
}


class Place(ABC):
    """Where views are kept."""

    @abstractmethod
    def current(self, projections: Sequence[Projection]) -> ViewDatabase | None:
        """Return the set in use, or None where there is none yet."""

    @abstractmethod
    def begin(self, projections: Sequence[Projection]) -> ViewDatabase:
        """Make an empty set beside the one in use."""

    @abstractmethod
    def switch(self, built: ViewDatabase) -> bool:
        """Put a set built beside into use, in one step, and sweep away what is out of use.

        Returns False, and drops the set, where a later one is in use already.
        """

    @abstractmethod
    def close(self) -> None:
        """Let go of what is open."""


class FilePlace(Place):
    """SQLite files in the ledger's folder."""

    def __init__(self, folder: Path) -> None:
        """Keep views in this folder."""
        self.folder = folder
        self._held: tuple[Path, ViewDatabase] | None = None

    @override
    def current(self, projections: Sequence[Projection]) -> ViewDatabase | None:
        path = self._current()
        if self._held is not None and (
            self._held[0] != path or self._held[1].projections != tuple(projections)
        ):
            self._held[1].close()
            self._held = None
        if path is not None and self._held is None:
            self._held = (path, ViewDatabase(_file(path, _IN_USE), projections))
        return self._held[1] if self._held else None

    @override
    def begin(self, projections: Sequence[Projection]) -> ViewDatabase:
        taken = [0, *(_number(path) for path in self._files())]
        path = self.folder / f"views-{max(taken) + 1}.db"
        try:
            path.open("xb").close()
        except OSError as error:
            raise UnavailableError(f"views {path.name}", str(error)) from error
        built = ViewDatabase(_file(path, _IN_THE_MAKING), projections)
        built.create()
        return built

    @override
    def switch(self, built: ViewDatabase) -> bool:
        path = self.folder / built.wires.speech.place
        built.close()
        current = self._current()
        if current is not None and _number(current) > _number(path):
            _drop(path)
            return False
        pointer = self.folder / f"{POINTER}.{_number(path)}"
        try:
            _flush(path)
            pointer.write_text(path.name, encoding="utf-8")
            _flush(pointer)
            # From here on the new set is in use; before, a crash leaves the old one.
            pointer.replace(self.folder / POINTER)
        except OSError as error:
            raise UnavailableError(f"views {path.name}", str(error)) from error
        self._sweep(path)
        return True

    def _sweep(self, in_use: Path) -> None:
        """Drop the files older than the one in use, and what a crash left of them and their pointers."""
        for older in sorted(self.folder.glob("views*")):
            left = _LEFT.match(older.name)
            if left and int(left[1] or left[2]) < _number(in_use):
                older.unlink(missing_ok=True)

    @override
    def close(self) -> None:
        if self._held is not None:
            self._held[1].close()
            self._held = None

    def _current(self) -> Path | None:
        try:
            name = (self.folder / POINTER).read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise UnavailableError(POINTER, str(error), todo=REMEDY) from error
        path = self.folder / name
        return path if _FILE.match(name) and path.exists() else None

    def _files(self) -> list[Path]:
        return [path for path in self.folder.glob("views-*.db") if _FILE.match(path.name)]


class SchemaPlace(Place):
    """PostgreSQL schemas."""

    def __init__(self, url: str) -> None:
        """Keep views in this database."""
        # With its dialect and driver it takes as long to load as all of a small command.
        from ledger.store.postgresql import PostgresqlSource  # noqa: PLC0415

        self._source = PostgresqlSource(url)
        self._wires = Wires(view_source(self._source, _STATEMENTS))
        self._held: tuple[int, ViewDatabase] | None = None

    @override
    def current(self, projections: Sequence[Projection]) -> ViewDatabase | None:
        with self._wires.lend() as wire:
            n = _in_use(wire)
        if self._held is not None and (
            self._held[0] != n or self._held[1].projections != tuple(projections)
        ):
            self._held[1].close()
            self._held = None
        if n and self._held is None:
            self._held = (n, self._database(n, projections))
        return self._held[1] if self._held else None

    @override
    def begin(self, projections: Sequence[Projection]) -> ViewDatabase:
        with self._wires.lend() as wire:
            for statement in _SET_UP:
                wire.run(statement)
            n = wire.row("next")[0]
        built = self._database(n, projections)
        built.create()
        return built

    @override
    def switch(self, built: ViewDatabase) -> bool:
        n = _number_of_schema(built.schema.schema)
        built.close()
        with self._wires.lend() as wire:
            with wire.writing():
                wire.change("lock")
                current = _in_use(wire)
                newest = n > current
                if newest:
                    wire.change("forget")
                    wire.change("point", n=n)
            self._sweep(wire, max(n, current))
        return newest

    @override
    def close(self) -> None:
        self._wires.close()
        if self._held is not None:
            self._held[1].close()
            self._held = None

    def _sweep(self, wire: Wire, in_use: int) -> None:
        """Drop the schemas older than the one in use."""
        for (name,) in wire.rows("schemas"):
            if _number_of_schema(name) < in_use:
                wire.run(f"DROP SCHEMA {name} CASCADE")

    def _database(self, n: int, projections: Sequence[Projection]) -> ViewDatabase:
        return ViewDatabase(self._source, projections, schema=f"{SCHEMA}_{n}")


class ScratchPlace(Place):
    """A place for one use: in memory, or in a file that somebody else takes away."""

    def __init__(self, path: Path | None = None) -> None:
        """Keep views in this new file, or in memory."""
        self._path = path
        self._current: ViewDatabase | None = None

    @override
    def current(self, projections: Sequence[Projection]) -> ViewDatabase | None:
        return self._current

    @override
    def begin(self, projections: Sequence[Projection]) -> ViewDatabase:
        built = (
            ViewDatabase(_file(self._path, _IN_THE_MAKING), projections)
            if self._path
            else ViewDatabase(_file(_MEMORY, _IN_THE_MAKING), projections, wires=OneWire)
        )
        built.create()
        return built

    @override
    def switch(self, built: ViewDatabase) -> bool:
        self._current = built
        return True

    @override
    def close(self) -> None:
        if self._current is not None:
            self._current.close()


def _file(path: Path, settings: Sequence[str]) -> SqliteSource:
    bind_plainly()
    return SqliteSource(path, timeout_seconds=BUSY_SECONDS, settings=settings)


def _in_use(wire: Wire) -> int:
    """Return the number of the set in use, or 0 where there is none yet."""
    if not wire.row("is_set_up")[0]:
        return 0
    return int(wire.row("current")[0] or 0)


def _number(path: Path) -> int:
    matched = _FILE.match(path.name)
    assert matched is not None, f"{path.name} is no file of views"
    return int(matched[1])


def _number_of_schema(name: str) -> int:
    return int(name.removeprefix(f"{SCHEMA}_"))


def _drop(path: Path) -> None:
    for each in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        each.unlink(missing_ok=True)


def _flush(path: Path) -> None:
    """Wait until a file is on the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
