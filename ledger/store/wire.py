"""The one way to the database: every statement of a store goes through `Wire.run`.

SQLAlchemy writes the statements and keeps the connections; they are run on the driver's own
cursor, because one append runs nine of them. What a driver says when something fails is told here
in the house's words: the store cannot be reached now, its guards refuse a row, or nobody knows
whether a commit was done.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from ledger.errors import OutcomeUnknownError, ProofError, UnavailableError
from ledger.store import postgresql, sqlite
from ledger.store.statements import Written, write_out

Lists = Callable[[Sequence[Any]], Any]


@dataclass(frozen=True, slots=True)
class Speech:
    """How one database is spoken to: its statements, how transactions begin, how lists travel."""

    name: str
    place: str
    statements: dict[str, Written]
    begin_writing: str
    begin_reading: str
    lists: Lists
    errors: type[Exception]
    refusals: type[Exception]
    is_lost: Callable[[Exception], bool]


def speech_of(engine: Engine, place: str) -> Speech:
    """Return how the engine's database is spoken to; `place` names it in messages."""
    dialect: Any = engine.dialect
    spoken: Any = sqlite if dialect.name == "sqlite" else postgresql
    return Speech(
        name=dialect.name,
        place=place,
        statements=write_out(dialect) | spoken.SPECIAL,
        begin_writing=spoken.BEGIN_WRITING,
        begin_reading=spoken.BEGIN_READING,
        lists=json.dumps if spoken is sqlite else list,
        errors=dialect.loaded_dbapi.Error,
        refusals=dialect.loaded_dbapi.IntegrityError,
        is_lost=lambda error: bool(dialect.is_disconnect(error, None, None)),
    )


@contextmanager
def lend_wire(engine: Engine, speech: Speech) -> Iterator[Wire]:
    """Lend a connection of the engine's pool.

    Raises:
        UnavailableError: none can be had.
    """
    pool = engine.pool
    try:
        connection = engine.raw_connection()
    except (SQLAlchemyError, speech.errors) as error:
        raise told(error, speech) from error
    try:
        yield Wire(connection, speech)
    finally:
        connection.close()
        if pool is not engine.pool:
            # The store was closed meanwhile: what came back to its old pool is closed too.
            pool.dispose()


class Wire:
    """One connection to the store."""

    def __init__(self, connection: Any, speech: Speech) -> None:
        self._connection = connection
        self.speech = speech

    def rows(self, name: str, **values: Any) -> Sequence[Any]:
        """Run a statement and return all its rows."""
        statement = self.speech.statements[name]
        cursor = self.run(statement.sql, statement.values(values))
        try:
            rows: Sequence[Any] = cursor.fetchall()
        except self.speech.errors as error:
            raise self._told(error) from error
        return rows

    def row(self, name: str, **values: Any) -> Any:
        """Run a statement and return its first row, or None."""
        statement = self.speech.statements[name]
        cursor = self.run(statement.sql, statement.values(values))
        try:
            return cursor.fetchone()
        except self.speech.errors as error:
            raise self._told(error) from error

    def change(self, name: str, **values: Any) -> None:
        """Run a statement that returns no rows."""
        statement = self.speech.statements[name]
        self.run(statement.sql, statement.values(values))

    def add(self, name: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert rows, whose values stand in the statement's order."""
        statement = self.speech.statements[name]
        self.run(statement.sql, rows[0] if len(rows) == 1 else list(rows))

    def run(self, sql: str, values: Any = ()) -> Any:
        """Run SQL with a tuple of values, or a list of tuples; return the driver's cursor.

        Raises:
            UnavailableError: the database cannot do it now.
            ProofError: the database's guards refuse the row.
        """
        try:
            cursor = self._connection.cursor()
            if type(values) is list:
                cursor.executemany(sql, values)
            else:
                cursor.execute(sql, values)
        except self.speech.errors as error:
            raise self._told(error) from error
        return cursor

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold a transaction for writing; leaving without an error commits it."""
        self.run(self.speech.begin_writing)
        try:
            yield
        except BaseException:
            self._give_up()
            raise
        self._commit()

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Hold a transaction in which every reading sees the same."""
        self.run(self.speech.begin_reading)
        try:
            yield
        finally:
            self._give_up()

    def _commit(self) -> None:
        try:
            self.run("COMMIT")
        except UnavailableError as error:
            unknown = outcome_unknown(error.__cause__, self.speech)
            self._give_up()
            if unknown:
                raise OutcomeUnknownError(
                    f"store {self.speech.place}", "commit failed"
                ) from error
            raise
        except BaseException:
            self._give_up()
            raise

    def _give_up(self) -> None:
        """Roll back; a connection that cannot even do that is not used again."""
        if self._connection.is_valid:
            try:
                self.run("ROLLBACK")
            except (UnavailableError, ProofError):
                self._drop()

    def _told(self, error: Exception) -> UnavailableError | ProofError:
        if self.speech.is_lost(error):
            self._drop()
        return told(error, self.speech)

    def _drop(self) -> None:
        with suppress(SQLAlchemyError, self.speech.errors):
            self._connection.invalidate()


def outcome_unknown(error: BaseException | None, speech: Speech) -> bool:
    """Tell whether a failed COMMIT may have been done all the same."""
    if speech.name == "sqlite":
        return sqlite.error_name(error) not in sqlite.NOT_COMMITTED
    return getattr(error, "sqlstate", None) is None


def told(error: Exception, speech: Speech) -> UnavailableError | ProofError:
    """Return a driver's error in the house's words."""
    original = getattr(error, "orig", None) or error
    reason = (str(original).strip().splitlines() or [type(original).__name__])[0]
    if isinstance(original, speech.refusals):
        return ProofError(
            f"store {speech.place}",
            f"{reason}: its tables are not as they were left; run 'qifeng verify'",
        )
    name = sqlite.error_name(original)
    if name in sqlite.TODO:
        return UnavailableError(f"store {speech.place}", reason, todo=sqlite.TODO[name])
    return UnavailableError(f"store {speech.place}", reason)
