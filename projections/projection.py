"""What a view is: a name, a version, its tables, and a pure fold over what happened.

A `Projection` is plain data. Its `apply` is given one event after the other, in the order of the
log, with the rows it keeps: it reads a row, makes a changed one and puts it back. It knows no
database, no clock and no key; whatever it needs stands in the event or in its own rows. Because of
that a view can be dropped and folded again at any time, and the result is the same.

Rows are dicts of the table's columns. What `get` gave is never changed in place: a changed row is a
new dict, so that the runner can undo one event that failed without touching the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol

from ledger.family import Family, Happened, family_of
from ledger.frozen import frozen
from ledger.store.contract import LogReader

Row = dict[str, Any]

TEXT = "text"
INT = "int"
FEN = "fen"
DAY = "date"
BOOL = "bool"
RECORD = "record"
DIGEST = "digest"
MOMENT = "moment"
SECONDS = "seconds"
KINDS = (TEXT, INT, FEN, DAY, BOOL, RECORD, DIGEST, MOMENT, SECONDS)


@frozen
class Column:
    """One column of a view: its name and kind, and its headings in Chinese and English.

    Days are text, `YYYY-MM-DD`; moments are text in UTC, `…Z`, or a day where no more is known; money
    is a whole number of fen; how long something took is a whole number of seconds. Records and digests
    are text, which may be shown shortened. Any value may be None but those of the key.
    """

    name: str
    kind: str
    zh: str
    en: str


@frozen
class Table:
    """A table that a view keeps: `key` names the columns that tell its rows apart.

    `as_of` is the table that answers for this one as of a day: its rows count from `valid_from`
    until before `valid_to`, or still. `brief` names the columns that people are shown first, none: all;
    `summed` those whose sum over the rows means something.
    """

    name: str
    zh: str
    en: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    indexes: tuple[tuple[str, ...], ...] = ()
    as_of: Table | None = None
    brief: tuple[str, ...] = ()
    summed: tuple[str, ...] = ()


class Recorded(NamedTuple):
    """One event as a view is given it, with what its act's seal says.

    A named tuple and no dataclass, because one is made for every event of a rebuild. `happened` is
    the typed event, which each view knows by its kinds; `day` is the office's day of recording.
    """

    index: int  # type: ignore[assignment]  # nobody asks an event for tuple.index
    record: str
    version: int
    happened: Any
    act: str
    actor: str
    key: str
    basis: str
    on_behalf_of: str | None
    recorded_at: str
    day: date
    utc_offset: str


class Past(NamedTuple):
    """One event of a record's history, and the record's state after it."""

    recorded: Recorded
    state: Any


@frozen
class Touched:
    """A record that something happened to since rows were last written: all that ever did."""

    record: str
    history: Sequence[Past]

    @property
    def last(self) -> Recorded:
        """The newest event."""
        return self.history[-1].recorded

    @property
    def state(self) -> Any:
        """The record's state as its events leave it."""
        return self.history[-1].state


class Rows(Protocol):
    """The rows of one view while it is folded."""

    def get(self, table: Table, *key: Any) -> Row | None:
        """Return the row of that key, or None. It must not be changed in place."""

    def put(self, table: Table, row: Mapping[str, Any]) -> None:
        """Keep the row in place of the one of the same key; columns left out are None."""

    def delete(self, table: Table, *key: Any) -> None:
        """Drop the row of that key, if there is one."""

    def put_numbered(
        self, table: Table, record: Mapping[str, Any], told: Sequence[Mapping[str, Any]]
    ) -> None:
        """Put rows of one record, numbered from 1 in the key's last column; drop older ones above.

        `record` holds the columns of the key but the last.
        """
        place = table.key[-1]
        for n, row in enumerate(told, 1):
            self.put(table, {**record, **row, place: n})
        n = len(told) + 1
        key = tuple(record[name] for name in table.key[:-1])
        while self.get(table, *key, n) is not None:
            self.delete(table, *key, n)
            n += 1


Settle = Callable[[Touched, Rows], Iterator[None] | None]


def settle_at_once(settle: Settle, touched: Touched, rows: Rows) -> None:
    """Settle one record, from the first step to the last."""
    for _ in settle(touched, rows) or ():
        pass


class Reading(Protocol):
    """The rows of one view as they stand, for answers, and the evidence that they were folded from.

    The view has taken the first `size` events of the `log`; what stands beyond is not for the answer.
    """

    @property
    def log(self) -> LogReader:
        """The log."""

    @property
    def size(self) -> int:
        """How many of its events the view has taken."""

    def find(
        self, table: Table, where: Mapping[str, Any] | None = None, *, on: date | None = None
    ) -> Iterator[Row]:
        """Yield the rows whose columns equal those given, by key; `on` leaves those of that day."""


@frozen
class Asked:
    """What a part of a view is asked.

    `day` is the day that things count on: today, unless another was asked for; `as_of` is that day only
    where it was asked for, else None; `since` is the day after which a part looks that tells of a
    stretch of days. `moment` is now, or when things were known, or the end of the day asked about where
    that comes first. `where` are columns and the values they must equal; a part may use them to read
    less, and need not: the answer is held against them anyhow.
    """

    day: date
    moment: datetime
    where: Mapping[str, Any] = field(default_factory=dict)
    since: date | None = None
    as_of: date | None = None


@frozen
class Part:
    """A part of a view that is computed when it is asked for, from its rows or from the evidence.

    `as_of` says that it answers for whatever day it is asked about, `between` that it tells of the
    days from another one on; `brief` and `summed` are as in a table.
    """

    name: str
    zh: str
    en: str
    columns: tuple[Column, ...]
    compute: Callable[[Reading, Asked], Iterator[Row]]
    as_of: bool = False
    between: bool = False
    brief: tuple[str, ...] = ()
    summed: tuple[str, ...] = ()


@frozen
class Projection:
    """A view: its fold, and what it can be asked.

    `apply` folds one event of the `kinds` it listens to. `settle` is called once for each record that
    was touched, before the rows are written, with its whole history: for what is computed from
    states or from all events, which must be the same however many came at once. It is called
    for the kinds of `settles`, which holds all kinds of a family or none; of such a family nothing is
    applied. It may `yield` between its steps, and puts its rows after the last of them: where many records are
    settled, each step is then taken for some hundreds of them before the next, which is quicker. `version` is raised with every change of the fold: a
    stored view of another version is rebuilt by itself. `parts` are computed answers; `shows` names
    the part or table that is shown when the view is named alone, else it is the first table.
    """

    name: str
    version: int
    zh: str
    en: str
    tables: tuple[Table, ...]
    kinds: frozenset[str] = frozenset()
    apply: Callable[[Recorded, Rows], None] | None = None
    settles: frozenset[str] = frozenset()
    settle: Settle | None = None
    parts: tuple[Part, ...] = ()
    shows: str = ""

    def __post_init__(self) -> None:
        applied = {family_of(kind) for kind in self.kinds}
        settled = {family_of(kind) for kind in self.settles}
        assert applied.isdisjoint(settled), f"{self.name}: a family is applied or settled"

    @property
    def listens(self) -> frozenset[str]:
        """Every kind of event that the view is told of."""
        return self.kinds | self.settles


def table_columns(*spec: tuple[str, str, str, str]) -> tuple[Column, ...]:
    """Return columns from (name, kind, heading in Chinese, heading in English)."""
    assert all(kind in KINDS for _, kind, _, _ in spec), "a column is of a known kind"
    return tuple(Column(*each) for each in spec)


def kinds_of(*events: type[Happened]) -> frozenset[str]:
    """Return the kinds of these event classes."""
    return frozenset(each.KIND for each in events)


def kinds_of_families(*families: Family[Any]) -> frozenset[str]:
    """Return every kind of these families."""
    return frozenset(each.KIND for family in families for each in family.events)


def iso(day: date | None) -> str | None:
    """Return a day as it stands in a view's columns."""
    return None if day is None else day.isoformat()


def counts_on(row: Mapping[str, Any], day: date) -> bool:
    """Tell whether a row with `valid_from` and `valid_to` counts on a day."""
    told = day.isoformat()
    start, stop = row["valid_from"], row["valid_to"]
    return start is not None and start <= told and (stop is None or told < stop)


def column_names(columns: Sequence[Column]) -> tuple[str, ...]:
    """Return the columns' names, in order."""
    return tuple(column.name for column in columns)
