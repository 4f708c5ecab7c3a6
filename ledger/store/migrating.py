"""Running the migrations that ship with the program; loaded only where there is one to run."""

from __future__ import annotations

from importlib.util import find_spec

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, NullPool, create_engine
from sqlalchemy.exc import SQLAlchemyError

from ledger.store.postgresql import PostgresqlSource
from ledger.store.speech import Source, told
from ledger.store.sqlite import SqliteSource


def migrate(source: Source) -> None:
    """Run the migrations that ship with the program, in one transaction.

    Raises:
        UnavailableError: the database cannot be reached, or refuses.
    """
    spec = find_spec("migrations")
    assert spec is not None, "migrations are not installed"
    folders = list(spec.submodule_search_locations or ())
    config = Config()
    config.set_main_option("script_location", folders[0].replace("%", "%%"))
    try:
        with _engine(source).connect() as connection:
            if source.speech.name == "sqlite":
                # The database keeps a write-ahead log; this stays with the file.
                connection.exec_driver_sql("PRAGMA journal_mode = WAL")
            config.attributes["connection"] = connection
            connection.exec_driver_sql("BEGIN")
            try:
                command.upgrade(config, "head")
            except BaseException:
                connection.exec_driver_sql("ROLLBACK")
                raise
            connection.exec_driver_sql("COMMIT")
    except (SQLAlchemyError, OSError) as error:
        raise told(error, source.speech) from error


def _engine(source: Source) -> Engine:
    """Return SQLAlchemy's way to the database, over connections as the ledger has them."""
    if isinstance(source, SqliteSource):
        return create_engine(
            "sqlite://",
            creator=lambda: source.connect().driver_connection,
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
        )
    assert isinstance(source, PostgresqlSource), "there are two kinds of databases"
    return source.engine
