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
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import StaticPool
from typing_extensions import override

from ledger.errors import UnavailableError
from ledger.store.sqlite import bind_plainly
from projections.projection import Projection
from projections.runner.database import REMEDY, ViewDatabase, broken

POINTER = "views.current"
SCHEMA = "qifeng_views"
BUSY_SECONDS = 30.0

_FILE = re.compile(r"views-([1-9][0-9]{0,8})\.db\Z")
_LEFT = re.compile(
    r"views(?:-([1-9][0-9]{0,8})\.db(?:-wal|-shm)?|\.current\.([1-9][0-9]{0,8}))\Z"
)
_IN_USE = ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL")
# A set in the making is thrown away if anything fails: it needs no journal.
_IN_THE_MAKING = ("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF")


_CURRENT = sa.Table(
    "current", sa.MetaData(schema=SCHEMA), sa.Column("n", sa.BigInteger, nullable=False)
)
_NUMBERS = sa.Sequence("numbers", schema=SCHEMA)
_IN_USE_NOW = sa.select(sa.func.max(_CURRENT.c.n))
_LOCK_CURRENT = sa.text(f"LOCK TABLE {SCHEMA}.current IN EXCLUSIVE MODE")


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
            self._held = (path, ViewDatabase(_sqlite_engine(path, _IN_USE), projections))
        return self._held[1] if self._held else None

    @override
    def begin(self, projections: Sequence[Projection]) -> ViewDatabase:
        taken = [0, *(_number(path) for path in self._files())]
        path = self.folder / f"views-{max(taken) + 1}.db"
        try:
            path.open("xb").close()
        except OSError as error:
            raise UnavailableError(f"views {path.name}", str(error)) from error
        built = ViewDatabase(_sqlite_engine(path, _IN_THE_MAKING), projections)
        built.create()
        return built

    @override
    def switch(self, built: ViewDatabase) -> bool:
        path = Path(str(built.engine.url.database))
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
        from ledger.store.postgresql import make_engine  # noqa: PLC0415

        self.engine = make_engine(url)
        self._held: tuple[int, ViewDatabase] | None = None

    @override
    def current(self, projections: Sequence[Projection]) -> ViewDatabase | None:
        n = self._current()
        if n is None:
            return None
        if (
            self._held is None
            or self._held[0] != n
            or self._held[1].projections != tuple(projections)
        ):
            self._held = (n, self._database(n, projections))
        return self._held[1]

    @override
    def begin(self, projections: Sequence[Projection]) -> ViewDatabase:
        try:
            with self.engine.connect() as connection:
                connection.execute(sa.schema.CreateSchema(SCHEMA, if_not_exists=True))
                connection.execute(sa.schema.CreateTable(_CURRENT, if_not_exists=True))
                connection.execute(sa.schema.CreateSequence(_NUMBERS, if_not_exists=True))
                n = connection.execute(sa.select(_NUMBERS.next_value())).scalar_one()
        except SQLAlchemyError as error:
            raise broken(error) from error
        built = self._database(int(n), projections)
        built.create()
        return built

    @override
    def switch(self, built: ViewDatabase) -> bool:
        n = _number_of_schema(str(built.schema.metadata.schema))
        with built.writing() as connection:
            connection.execute(_LOCK_CURRENT)
            current = connection.execute(_IN_USE_NOW).scalar() or 0
            newest = n > current
            if newest:
                connection.execute(sa.delete(_CURRENT))
                connection.execute(sa.insert(_CURRENT).values(n=n))
        self._sweep(n if newest else current)
        return newest

    @override
    def close(self) -> None:
        self.engine.dispose()

    def _sweep(self, in_use: int) -> None:
        """Drop the schemas older than the one in use."""
        asked = sa.text("SELECT nspname FROM pg_namespace WHERE nspname ~ :form")
        try:
            with self.engine.connect() as connection:
                found = connection.execute(asked, {"form": f"^{SCHEMA}_[1-9][0-9]*$"}).scalars()
                for name in [each for each in found if _number_of_schema(each) < in_use]:
                    connection.execute(sa.schema.DropSchema(name, cascade=True))
        except SQLAlchemyError as error:
            raise broken(error) from error

    def _current(self) -> int | None:
        asked = sa.text("SELECT to_regclass(:name) IS NOT NULL")
        try:
            with self.engine.connect() as connection:
                if not connection.execute(asked, {"name": f"{SCHEMA}.current"}).scalar():
                    return None
                n: int | None = connection.execute(_IN_USE_NOW).scalar()
                return n
        except SQLAlchemyError as error:
            raise broken(error) from error

    def _database(self, n: int, projections: Sequence[Projection]) -> ViewDatabase:
        return ViewDatabase(self.engine, projections, schema=f"{SCHEMA}_{n}")


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
        built = ViewDatabase(_sqlite_engine(self._path, _IN_THE_MAKING), projections)
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


def _sqlite_engine(path: Path | None, settings: Sequence[str]) -> sa.Engine:
    """Return an engine over a file, or over a database in memory that all its threads share."""
    bind_plainly()
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=str(path) if path else None),
        isolation_level="AUTOCOMMIT",
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": path is not None},
        **({} if path else {"poolclass": StaticPool}),
    )

    @sa.event.listens_for(engine, "connect")
    def set_up(connection: Any, _: object) -> None:
        for setting in settings:
            connection.execute(setting)

    return engine


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
