"""Finding a store by its address: open it, bring it up to date, tell what differs from the release.

Addresses: `sqlite:///path` or a plain path; `postgresql://…` as libpq writes them; `memory:`.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from ledger.errors import NotFoundError, UnavailableError, UsageError
from ledger.store.memory import MemoryStore
from ledger.store.speech import Source
from ledger.store.sql import SqlStore
from ledger.store.sqlite import SqliteSource, damaged_indexes
from ledger.store.statements import REVISION
from ledger.store.wire import Wires

MEMORY = "memory:"
LOCK_SECONDS = 30.0
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
    source = _source(url, create=create, lock_seconds=lock_seconds)
    wires = Wires(source)
    try:
        _check_fits(source, wires, create=create)
    except BaseException:
        wires.close()
        raise
    return SqlStore(wires, url=url, lock_seconds=lock_seconds)


def upgrade(url: str) -> None:
    """Bring a store's tables up to this program's revision; what is stored stays as it is.

    Raises:
        NotFoundError: there is no store.
        UnavailableError: it cannot be reached, or is newer than this program.
    """
    if url == MEMORY:
        return
    source = _source(url)
    with closing(Wires(source)) as wires:
        found = _revision(wires)
    if found > REVISION:
        raise UnavailableError(
            f"store {source.speech.place}", f"its schema is revision {found}, newer than {REVISION}",
            todo="use a newer program; nothing was written",
        )  # fmt: skip
    _migrate(source)


def schema_problems(url: str) -> list[str]:
    """Return what differs between a store and the tables, indexes and triggers as released.

    Empty where all is as released. Raises as `open_store`.
    """
    if url == MEMORY:
        return []
    # What is released is told by SQLAlchemy: whoever does not ask need not wait for it.
    from ledger.store.unlike import unlike_postgresql, unlike_sqlite  # noqa: PLC0415

    source = _source(url)
    unlike = unlike_sqlite if source.speech.name == "sqlite" else unlike_postgresql
    with closing(Wires(source)) as wires:
        found = _revision(wires)
        problems = [] if found == REVISION else [f"schema: revision {found or 'none'}"]
        with wires.lend() as wire:
            return problems + unlike(wire)


def index_problems(url: str) -> list[str]:
    """Return what an SQLite database's indexes say that its tables do not, where rows are found by them alone.

    Raises as `open_store`.
    """
    if url == MEMORY or url.startswith("postgresql"):
        return []
    with closing(Wires(_source(url))) as wires, wires.lend() as wire:
        return damaged_indexes(lambda sql: wire.all_of(wire.run(sql)))


def grant(url: str, officers: str) -> None:
    """Let a PostgreSQL role append and read, and no more; its members are the officers' logins.

    Raises:
        UsageError: the store is not PostgreSQL, or the name is not a plain one.
        UnavailableError: the database refuses.
    """
    if not url.startswith("postgresql"):
        raise UsageError("rights are granted on PostgreSQL only", todo="use file rights")
    from ledger.store.postgresql import grants  # noqa: PLC0415

    statements = grants(officers)
    with closing(Wires(_source(url))) as wires, wires.lend() as wire:
        for statement in statements:
            wire.run(statement)


def place_of(url: str) -> str:
    """Return how messages name a store: its file, or its database; never a password."""
    if url.startswith("postgresql"):
        from ledger.store import postgresql  # noqa: PLC0415

        return postgresql.place_of(url)
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


def _source(url: str, *, create: bool = False, lock_seconds: float = LOCK_SECONDS) -> Source:
    if url.startswith("postgresql"):
        # SQLAlchemy and its dialect take longer to load than all of a small command does.
        from ledger.store.postgresql import PostgresqlSource  # noqa: PLC0415

        return PostgresqlSource(url, timeout_seconds=lock_seconds)
    path = _path(url)
    if not path.exists():
        if not create:
            raise NotFoundError("store", str(path), todo="start a ledger with 'qifeng init'")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UnavailableError(f"store {path.name}", str(error)) from error
    return SqliteSource(path, timeout_seconds=lock_seconds)


def _check_fits(source: Source, wires: Wires, *, create: bool) -> None:
    """Hold if the database is a ledger of this program's revision, made now if asked for."""
    place = source.speech.place
    found = _revision(wires)
    if not found and create:
        _migrate(source)
        found = _revision(wires)
    if not found:
        raise NotFoundError("store", place, todo="start a ledger with 'qifeng init'")
    if found != REVISION:
        raise UnavailableError(
            f"store {place}", f"its schema is revision {found}, this program's is {REVISION}",
            todo=_UPGRADE if found < REVISION else "use a newer program; nothing was written",
        )  # fmt: skip


def _revision(wires: Wires) -> str:
    """Return the schema's revision; empty where the database holds no ledger."""
    with wires.lend() as wire:
        if wire.row("has_revision") is None:
            return ""
        row = wire.row("revision")
    return str(row[0]) if row else ""


def _migrate(source: Source) -> None:
    # Alembic takes as long to load as all of a small command: only a migration waits for it.
    from ledger.store.migrating import migrate  # noqa: PLC0415

    migrate(source)
