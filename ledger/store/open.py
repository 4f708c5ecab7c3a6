"""Finding a store by its address: open it, bring it up to date, tell what differs from the release.

Addresses: `sqlite:///path` or a plain path; `postgresql://…` as libpq writes them; `memory:`.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from ledger.errors import NotFoundError, UnavailableError, UsageError
from ledger.store import postgresql, sqlite
from ledger.store.memory import MemoryStore
from ledger.store.schema import REVISION
from ledger.store.sql import SqlStore
from ledger.store.unlike import damaged_indexes, read_revision, unlike_postgresql, unlike_sqlite
from ledger.store.wire import speech_of, told

MEMORY = "memory:"
LOCK_SECONDS = 30.0
# What says that a database cannot be read: its messages, too, may be no text.
BROKEN = (SQLAlchemyError, OSError, UnicodeDecodeError)
_UPGRADE = "run 'qifeng store upgrade'"

Store = SqlStore | MemoryStore


def open_store(url: str, *, create: bool = False, lock_seconds: float = LOCK_SECONDS) -> Store:
    """Return the store at an address; `create` makes it where nothing is yet.

    Appends wait at most `lock_seconds` for others.

    Raises:
        NotFoundError: there is no store, and none is to be made.
        UnavailableError: it cannot be reached, or its schema is of another revision.
        UsageError: the address is of no known kind.
    """
    if url == MEMORY:
        return MemoryStore()
    engine = _engine(url, create=create, lock_seconds=lock_seconds)
    place = place_of(url)
    try:
        _check_fits(engine, place, create=create)
    except BaseException:
        engine.dispose()
        raise
    return SqlStore(engine, url=url, place=place, lock_seconds=lock_seconds)


def upgrade(url: str) -> None:
    """Bring a store's tables up to this program's revision; what is stored stays as it is.

    Raises:
        NotFoundError: there is no store.
        UnavailableError: it cannot be reached, or is newer than this program.
    """
    if url == MEMORY:
        return
    engine = _engine(url, create=False, lock_seconds=LOCK_SECONDS)
    try:
        found = _revision(engine, place_of(url))
        if found > REVISION:
            raise UnavailableError(
                f"store {place_of(url)}", f"its schema is revision {found}, newer than {REVISION}",
                todo="use a newer program; nothing was written",
            )  # fmt: skip
        _migrate(engine, place_of(url))
    finally:
        engine.dispose()


def schema_problems(url: str) -> list[str]:
    """Return what differs between a store and the tables, indexes and triggers as released.

    Empty where all is as released. Raises as `open_store`.
    """
    if url == MEMORY:
        return []
    engine = _engine(url, create=False, lock_seconds=LOCK_SECONDS)
    place = place_of(url)
    try:
        with engine.connect() as connection:
            found = read_revision(connection)
            problems = [] if found == REVISION else [f"schema: revision {found or 'none'}"]
            unlike = unlike_sqlite if engine.dialect.name == "sqlite" else unlike_postgresql
            return problems + unlike(connection)
    except BROKEN as error:
        raise told(error, speech_of(engine, place)) from error
    finally:
        engine.dispose()


def index_problems(url: str) -> list[str]:
    """Return what an SQLite database's indexes say that its tables do not, where rows are found by them alone.

    Raises as `open_store`.
    """
    if url == MEMORY or url.startswith("postgresql"):
        return []
    engine = _engine(url, create=False, lock_seconds=LOCK_SECONDS)
    try:
        with engine.connect() as connection:
            return damaged_indexes(connection)
    except BROKEN as error:
        raise told(error, speech_of(engine, place_of(url))) from error
    finally:
        engine.dispose()


def grant(url: str, officers: str) -> None:
    """Let a PostgreSQL role append and read, and no more; its members are the officers' logins.

    Raises:
        UsageError: the store is not PostgreSQL, or the name is not a plain one.
        UnavailableError: the database refuses.
    """
    if not url.startswith("postgresql"):
        raise UsageError("rights are granted on PostgreSQL only", todo="use file rights")
    engine = _engine(url, create=False, lock_seconds=LOCK_SECONDS)
    try:
        with engine.connect() as connection:
            for statement in postgresql.grants(officers):
                connection.exec_driver_sql(statement)
    except BROKEN as error:
        raise told(error, speech_of(engine, place_of(url))) from error
    finally:
        engine.dispose()


def place_of(url: str) -> str:
    """Return how messages name a store: its file, or its database; never a password."""
    if url.startswith("postgresql"):
        return postgresql.parse_address(url).database or "postgresql"
    return _path(url).name


def _path(url: str) -> Path:
    if "://" in url and not url.startswith("sqlite:///"):
        raise UsageError(
            f"store {url.partition('://')[0]}://…",
            todo="use a path, sqlite:/// or postgresql://",
        )
    path = url.removeprefix("sqlite:///")
    if not path:
        raise UsageError("store address: empty", todo="use a path, sqlite:/// or postgresql://")
    return Path(path)


def _engine(url: str, *, create: bool, lock_seconds: float) -> Engine:
    if url.startswith("postgresql"):
        return postgresql.make_engine(url, timeout_seconds=lock_seconds)
    path = _path(url)
    if not path.exists():
        if not create:
            raise NotFoundError("store", str(path), todo="start a ledger with 'qifeng init'")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UnavailableError(f"store {path.name}", str(error)) from error
    return sqlite.make_engine(path, timeout_seconds=lock_seconds)


def _check_fits(engine: Engine, place: str, *, create: bool) -> None:
    """Hold if the database is a ledger of this program's revision, made now if asked for."""
    found = _revision(engine, place)
    if not found and create:
        _migrate(engine, place)
        found = _revision(engine, place)
    if not found:
        raise NotFoundError("store", place, todo="start a ledger with 'qifeng init'")
    if found != REVISION:
        raise UnavailableError(
            f"store {place}", f"its schema is revision {found}, this program's is {REVISION}",
            todo=_UPGRADE if found < REVISION else "use a newer program; nothing was written",
        )  # fmt: skip


def _revision(engine: Engine, place: str) -> str:
    try:
        with engine.connect() as connection:
            return read_revision(connection)
    except BROKEN as error:
        raise told(error, speech_of(engine, place)) from error


def _migrate(engine: Engine, place: str) -> None:
    # Alembic takes as long to load as all of a small command: only a migration waits for it.
    from ledger.store.migrating import migrate  # noqa: PLC0415

    migrate(engine, place)
