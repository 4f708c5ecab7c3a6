"""The one way to the database: every statement of a store goes through `Wire.run`.

SQLAlchemy writes the statements and keeps the connections; they are run on the driver's own
cursor, because one append runs nine of them. What a driver says when something fails is told here
in the house's words: the store cannot be reached now, its guards refuse a row, or nobody knows
whether a commit was done.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from ledger.errors import OutcomeUnknownError, ProofError, UnavailableError
from ledger.frozen import frozen
from ledger.store import postgresql, sqlite
from ledger.store.statements import Written, write_out

Lists = Callable[[Sequence[Any]], Any]
Row = tuple[Any, ...]

SPARE_WIRES = 4
_ALONE = nullcontext()


@frozen
class Speech:
    """How one database is spoken to: its statements, how transactions begin, how lists travel."""

    name: str
    place: str
    statements: dict[str, Written]
    begin_writing: str
    begin_reading: str
    lists: Lists
    pipeline: Callable[[Any], AbstractContextManager[Any]] | None
    add_many: Callable[[Any, str, Sequence[Row]], None]
    errors: tuple[type[Exception], ...]
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
        pipeline=spoken.PIPELINE,
        add_many=spoken.add_many,
        # Of a damaged file SQLite may say what is no text.
        errors=(dialect.loaded_dbapi.Error, SQLAlchemyError, UnicodeDecodeError),
        refusals=dialect.loaded_dbapi.IntegrityError,
        is_lost=lambda error: bool(dialect.is_disconnect(error, None, None)),
    )


class Wires:
    """The wires of one store: each is lent to one reader or writer, and some are kept between.

    The engine's pool makes and closes the connections; asking it for one costs more than most
    statements do. A forked child has none of its parent's.
    """

    def __init__(self, engine: Engine, speech: Speech) -> None:
        self.speech = speech
        self._engine = engine
        self._spare: list[Wire] = []
        self._process = os.getpid()

    @contextmanager
    def lend(self) -> Iterator[Wire]:
        """Lend a wire.

        Raises:
            UnavailableError: none can be had.
        """
        if self._process != os.getpid():
            self._process, self._spare = os.getpid(), []
        spare = self._spare
        try:
            wire = spare.pop()
        except IndexError:
            wire = self._opened()
        fit = False
        try:
            yield wire
            fit = wire.is_valid
        finally:
            # After an error the pool looks at the connection; and a store that was closed
            # meanwhile has other spare wires.
            if fit and spare is self._spare and len(spare) < SPARE_WIRES:
                spare.append(wire)
            else:
                wire.close()

    def close(self) -> None:
        """Close every connection; one that is lent now, when it comes back."""
        spare, self._spare = self._spare, []
        for wire in spare:
            wire.close()
        self._engine.dispose()

    def _opened(self) -> Wire:
        try:
            return Wire(self._engine, self.speech)
        except self.speech.errors as error:
            raise told(error, self.speech) from error


class Wire:
    """One connection to the store."""

    def __init__(self, engine: Engine, speech: Speech) -> None:
        self._engine = engine
        self._pool = engine.pool
        self._connection: Any = engine.raw_connection()
        self.speech = speech

    @property
    def is_valid(self) -> bool:
        """Tell whether the connection may be used again."""
        return bool(self._connection.is_valid)

    def close(self) -> None:
        """Give the connection back to the pool it came from."""
        self._connection.close()
        if self._pool is not self._engine.pool:
            # The store was closed meanwhile: what came back to its old pool is closed too.
            self._pool.dispose()

    def ask(self, name: str, **values: Any) -> Any:
        """Run a statement; its cursor gives its rows to `all_of`."""
        statement = self.speech.statements[name]
        return self.run(statement.sql, statement.values(values))

    def all_of(self, cursor: Any) -> Sequence[Any]:
        """Return all rows of a statement that was run."""
        try:
            rows: Sequence[Any] = cursor.fetchall()
        except self.speech.errors as error:
            raise self._told(error) from error
        return rows

    def rows(self, name: str, **values: Any) -> Sequence[Any]:
        """Run a statement and return all its rows."""
        return self.all_of(self.ask(name, **values))

    def row(self, name: str, **values: Any) -> Any:
        """Run a statement and return its first row, or None."""
        cursor = self.ask(name, **values)
        try:
            return cursor.fetchone()
        except self.speech.errors as error:
            raise self._told(error) from error

    def change(self, name: str, **values: Any) -> None:
        """Run a statement that returns no rows."""
        self.ask(name, **values)

    def add(self, name: str, rows: Sequence[Row]) -> None:
        """Insert rows, whose values stand in the statement's order."""
        self.run(self.speech.statements[name].sql, rows[0] if len(rows) == 1 else list(rows))

    def add_many(self, name: str, rows: Sequence[Row]) -> None:
        """Insert the same in the way that is cheapest for many; not within `together`."""
        statements = self.speech.statements
        self.run(statements.get(f"{name}_many", statements[name]).sql, list(rows))

    def run(self, sql: str, values: Any = ()) -> Any:
        """Run SQL with a tuple of values, or a list of tuples; return the driver's cursor.

        Raises:
            UnavailableError: the database cannot do it now.
            ProofError: the database's guards refuse the row.
        """
        try:
            cursor = self._connection.cursor()
            if type(values) is list:
                self.speech.add_many(cursor, sql, values)
            else:
                cursor.execute(sql, values)
        except self.speech.errors as error:
            raise self._told(error) from error
        return cursor

    def together(self) -> AbstractContextManager[None]:
        """Send what is run in here without waiting for each answer, where the database can.

        An error of any of them is told at the end at the latest; what follows it was not run.
        """
        pipeline = self.speech.pipeline
        return _ALONE if pipeline is None else self._piped(pipeline)

    @contextmanager
    def _piped(self, pipeline: Callable[[Any], AbstractContextManager[Any]]) -> Iterator[None]:
        try:
            with pipeline(self._connection.driver_connection):
                yield
        except self.speech.errors as error:
            raise self._told(error) from error

    @contextmanager
    def writing(self, first: Callable[[], None] = lambda: None) -> Iterator[None]:
        """Hold a transaction for writing; leaving without an error commits it.

        What `first` runs is sent together with its beginning.
        """
        begun = False
        try:
            with self.together():
                self.run(self.speech.begin_writing)
                begun = True
                first()
            yield
        except BaseException:
            if begun:
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
        if self.is_valid:
            try:
                self.run("ROLLBACK")
            except (UnavailableError, ProofError):
                self._drop()

    def _told(self, error: Exception) -> UnavailableError | ProofError:
        if self.speech.is_lost(error):
            self._drop()
        return told(error, self.speech)

    def _drop(self) -> None:
        with suppress(*self.speech.errors):
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
    if isinstance(original, UnicodeDecodeError):
        todo = sqlite.TODO["SQLITE_CORRUPT"]
        return UnavailableError(f"store {speech.place}", "it cannot be read", todo=todo)
    name = sqlite.error_name(original)
    if name in sqlite.TODO:
        return UnavailableError(f"store {speech.place}", reason, todo=sqlite.TODO[name])
    return UnavailableError(f"store {speech.place}", reason)
