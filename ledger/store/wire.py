"""The one way to a database: every statement of a store, and of its views, goes through `Wire.run`.

Statements are run on the driver's own cursor, because one append runs ten of them. What a driver
says when something fails is told here in the house's words: the store cannot be reached now, its
guards refuse a row, or nobody knows whether a commit was done.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from typing import Any

from ledger.errors import OutcomeUnknownError, ProofError, UnavailableError
from ledger.store.speech import Link, Row, Source, told

SPARE_WIRES = 4
_ALONE = nullcontext()


class Wires:
    """The wires of one store: each is lent to one reader or writer, and some are kept between.

    Opening one costs more than most statements do. A forked child has none of its parent's.
    """

    def __init__(self, source: Source) -> None:
        self.speech = source.speech
        self._source = source
        self._spare: list[Wire] = []
        self._process = os.getpid()

    def lend(self) -> AbstractContextManager[Wire]:
        """Lend a wire for as long as a `with` lasts."""
        if self._process != os.getpid():
            self._process, self._spare = os.getpid(), []
        return Lent(self, self._spare)

    def open(self) -> Wire:
        """Open one more wire.

        Raises:
            UnavailableError: none can be had.
        """
        try:
            return Wire(self._source)
        except self.speech.errors as error:
            raise told(error, self.speech) from error

    def keeps(self, spare: list[Wire]) -> bool:
        """Tell whether one more wire may be kept there: a store that was closed has other spare wires."""
        return spare is self._spare and len(spare) < SPARE_WIRES

    def close(self) -> None:
        """Close every connection; one that is lent now, when it comes back."""
        spare, self._spare = self._spare, []
        for wire in spare:
            wire.close()


class Lent:
    """A wire on loan; a plain class, because every reading and every append begins with one."""

    __slots__ = ("_spare", "_wire", "_wires")

    def __init__(self, wires: Wires, spare: list[Wire]) -> None:
        self._wires = wires
        self._spare = spare

    def __enter__(self) -> Wire:
        """Take a spare wire, or open one.

        Raises:
            UnavailableError: none can be had.
        """
        try:
            self._wire = self._spare.pop()
        except IndexError:
            self._wire = self._wires.open()
        return self._wire

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Give it back. After an error it is closed: nobody knows how the connection stands."""
        wire = self._wire
        if kind is None and self._wires.keeps(self._spare) and wire.is_valid:
            self._spare.append(wire)
        else:
            wire.close()


class Wire:
    """One connection to the store."""

    def __init__(self, source: Source) -> None:
        self._connection: Link = source.connect()
        self.speech = source.speech

    @property
    def is_valid(self) -> bool:
        """Tell whether the connection may be used again."""
        return self._connection.is_valid

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

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

    def add_many(self, name: str, rows: Iterable[Row]) -> None:
        """Insert the same in the way that is cheapest for many; not within `together`."""
        statements = self.speech.statements
        self.run(statements.get(f"{name}_many", statements[name]).sql, iter(rows))

    def pages(self, sql: str, values: tuple[Any, ...], *, size: int) -> Iterator[Sequence[Any]]:
        """Yield the rows of a statement, so many at a time; only within a transaction."""
        cursor = self.run(sql, values, paged=True)
        try:
            while rows := cursor.fetchmany(size):
                yield rows
        except self.speech.errors as error:
            raise self._told(error) from error
        finally:
            with suppress(*self.speech.errors):
                cursor.close()

    def run(self, sql: str, values: Any = (), *, paged: bool = False) -> Any:
        """Run SQL with a tuple of values, or with many tuples; return the driver's cursor.

        `paged` is for rows that are too many to be fetched at once.

        Raises:
            UnavailableError: the database cannot do it now.
            ProofError: the database's guards refuse the row.
        """
        try:
            link = self._connection
            cursor = self.speech.paged(link) if paged else link.cursor()
            if isinstance(values, tuple):
                cursor.execute(sql, values)
            else:
                self.speech.add_many(cursor, sql, values)
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

    def writing(self, first: Callable[[], None] = lambda: None) -> Writing:
        """Hold a transaction for writing; leaving without an error commits it.

        What `first` runs is sent together with its beginning.
        """
        return Writing(self, first)

    def begin(self, first: Callable[[], None]) -> None:
        """Begin a transaction for writing, and run what comes first in it."""
        begun = False
        try:
            with self.together():
                self.run(self.speech.begin_writing)
                begun = True
                first()
        except BaseException:
            if begun:
                self.give_up()
            raise

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Hold a transaction in which every reading sees the same."""
        self.run(self.speech.begin_reading)
        try:
            yield
        finally:
            self.give_up()

    def commit(self) -> None:
        """Make durable what was written since `begin`.

        Raises:
            UnavailableError: it is not; nothing was written.
            OutcomeUnknownError: it may be.
        """
        try:
            self.run("COMMIT")
        except UnavailableError as error:
            unknown = self.speech.unknown(error.__cause__)
            self.give_up()
            if unknown:
                raise OutcomeUnknownError(
                    f"{self.speech.what} {self.speech.place}", "commit failed"
                ) from error
            raise
        except BaseException:
            self.give_up()
            raise

    def give_up(self) -> None:
        """Roll back; a connection that cannot even do that is not used again."""
        if self.is_valid:
            try:
                self.run("ROLLBACK")
            except (UnavailableError, ProofError):
                self._drop()

    def _told(self, error: Exception) -> UnavailableError | ProofError:
        if self.speech.lost(error):
            self._drop()
        return told(error, self.speech)

    def _drop(self) -> None:
        with suppress(*self.speech.errors):
            self._connection.invalidate()


class Writing:
    """A transaction for writing, entered once: left without an error it is committed, else rolled back."""

    __slots__ = ("_first", "_wire")

    def __init__(self, wire: Wire, first: Callable[[], None]) -> None:
        self._wire = wire
        self._first = first

    def __enter__(self) -> None:
        """Begin it."""
        self._wire.begin(self._first)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """End it."""
        if kind is None:
            self._wire.commit()
        else:
            self._wire.give_up()
