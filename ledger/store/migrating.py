"""Running the migrations that ship with the program; loaded only where there is one to run."""

from __future__ import annotations

from importlib.util import find_spec

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from ledger.store import sqlite
from ledger.store.wire import speech_of, told


def migrate(engine: Engine, place: str) -> None:
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
        if engine.dialect.name == "sqlite":
            sqlite.set_wal(engine)
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            connection.exec_driver_sql("BEGIN")
            try:
                command.upgrade(config, "head")
            except BaseException:
                connection.exec_driver_sql("ROLLBACK")
                raise
            connection.exec_driver_sql("COMMIT")
    except (SQLAlchemyError, OSError) as error:
        raise told(error, speech_of(engine, place)) from error
