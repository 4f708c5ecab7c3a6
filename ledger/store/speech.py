"""How one database is spoken to: what each of the two says of itself, and a wire is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from ledger.errors import ProofError, UnavailableError
from ledger.frozen import frozen
from ledger.store.statements import Written

Lists = Callable[[Sequence[Any]], Any]
Row = tuple[Any, ...]


@frozen
class Speech:
    """One database's statements, how its transactions begin, how lists and bytes travel, how it fails.

    `mark` stands where a value goes. `paged` gives a cursor from which many rows can be fetched a page
    at a time, within a transaction. `what` and `place` are how messages name the database; `advice` says what to do about an error, where the database names it; `lost` tells an error that
    ends the connection; `unknown` one of a COMMIT that may have been done all the same.
    """

    name: str
    what: str
    place: str
    mark: str
    statements: dict[str, Written]
    begin_writing: str
    begin_reading: str
    lists: Lists
    pipeline: Callable[[Any], AbstractContextManager[Any]] | None
    add_many: Callable[[Any, str, Iterable[Row]], None]
    paged: Callable[[Link], Any]
    blob: Callable[[bytes], Any]
    errors: tuple[type[Exception], ...]
    refusals: type[Exception] | tuple[()]
    advice: Callable[[BaseException], str]
    lost: Callable[[Exception], bool]
    unknown: Callable[[BaseException | None], bool]


class Link(Protocol):
    """One connection, as the driver gives it and SQLAlchemy's pool wraps it."""

    @property
    def is_valid(self) -> bool:
        """Tell whether it may be used again."""
        ...

    @property
    def driver_connection(self) -> Any:
        """The driver's own connection."""
        ...

    def cursor(self) -> Any:
        """Return a cursor of the driver's."""
        ...

    def invalidate(self) -> None:
        """Never use it again."""
        ...

    def close(self) -> None:
        """Close it."""
        ...


class Source(Protocol):
    """Where connections to one database come from."""

    @property
    def speech(self) -> Speech:
        """How the database is spoken to."""
        ...

    def connect(self) -> Link:
        """Open a connection."""
        ...


def told(error: Exception, speech: Speech) -> UnavailableError | ProofError:
    """Return a driver's error in the house's words."""
    original = getattr(error, "orig", None) or error
    what = f"{speech.what} {speech.place}"
    reason = (str(original).strip().splitlines() or [type(original).__name__])[0]
    if isinstance(original, speech.refusals):
        return ProofError(
            what, f"{reason}: its tables are not as they were left; run 'qifeng verify'"
        )
    if isinstance(original, UnicodeDecodeError):
        reason = "it cannot be read"
    todo = speech.advice(original)
    return UnavailableError(what, reason, todo=todo) if todo else UnavailableError(what, reason)
