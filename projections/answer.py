"""Asking a view: as it is, as things counted on a day, or as it was known at a point of the log.

Two times, two options. `as_of` asks for what counted on a day, and only views that keep spans of days
can answer it. `known_at` asks what could be known when the log had come so far, and every view can:
the log is replayed up to there. Each answer says where it stands: `position`, `lag`, `parked`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from ledger.clock import Clock, format_time, office_day, parse_offset, parse_time, system_clock
from ledger.errors import MalformedError, UsageError
from ledger.frozen import frozen
from ledger.store.contract import LogReader, LogStore
from projections.folding.decoding import utc_offset_of
from projections.projection import (
    BOOL,
    DAY,
    FEN,
    INT,
    SECONDS,
    Asked,
    Column,
    Part,
    Projection,
    Reading,
    Row,
    Table,
    column_names,
)
from projections.runner import Runner, Standing

CURRENCY = "currency"
_YES = {"true": True, "yes": True, "1": True, "是": True}
_NO = {"false": False, "no": False, "0": False, "否": False}


@frozen
class Question:
    """What is asked of a view: which part of it, on what day, as known when, and which rows.

    `known_at` is an index of the log (the last that was known), a day, or a time. `since` is the day
    after which a part looks that tells of a stretch of days, up to `as_of`. `asked_at` is the moment at
    which it is asked, where that is neither now nor when `known_at` was known.
    """

    view: str
    part: str = ""
    as_of: date | None = None
    known_at: str = ""
    where: tuple[tuple[str, str], ...] = ()
    since: date | None = None
    asked_at: datetime | None = None


@frozen
class Answer:
    """Rows of a view, and where the view stood when it gave them.

    `brief` and `summed` are as the part or table names them; `narrowed` are the columns of
    which only some values were asked for; moments are told to people in the office's zone of time.
    """

    view: str
    part: str
    zh: str
    en: str
    columns: tuple[Column, ...]
    rows: Sequence[Row]
    position: int
    lag: int
    parked: int
    brief: tuple[str, ...] = ()
    summed: tuple[str, ...] = ()
    utc_offset: str = "+00:00"
    narrowed: tuple[str, ...] = ()


@frozen
class Point:
    """A point of knowing: `known` events, or None for all there are; `size` of them, then and there.

    `moment` is now, or when things were known, and `day` the office's day then, in its zone of time.
    """

    known: int | None
    size: int
    moment: datetime
    utc_offset: str

    @property
    def day(self) -> date:
        """The office's day at that moment."""
        return office_day(self.moment, self.utc_offset)


def answer(runner: Runner, question: Question, *, clock: Clock = system_clock) -> Answer:
    """Return what the view says. Views are read as they stand: follow first.

    Raises:
        NotFoundError: no view has that name.
        UsageError: the view has no such part or column, or keeps no days to ask about.
        MalformedError: a value is not of its column's kind, or the time is none.
    """
    projection = runner.projection(question.view)
    asked_part = find_part(projection, question.part)
    where = _where(asked_part, question.where)
    _check_as_of(projection, asked_part, question)
    point = find_point(runner.store, question.known_at, clock=clock)
    if question.asked_at is not None:
        point = replace(point, moment=question.asked_at)
    asked = _asked(question, point, where)
    with held_at(runner, question.view, point) as (reading, standing):
        rows = list(_rows(reading, asked_part, asked, as_of=question.as_of))
    return Answer(
        projection.name, asked_part.name, asked_part.zh, asked_part.en, asked_part.columns, rows,
        standing.position, standing.lag, standing.parked, asked_part.brief, asked_part.summed,
        point.utc_offset, tuple(where),
    )  # fmt: skip


def find_point(store: LogStore, known_at: str, *, clock: Clock = system_clock) -> Point:
    """Return the point of knowing: now, or that of an index, a day or a time.

    Raises:
        UsageError: the index is not in the log.
        MalformedError: it is neither an index nor a day nor a time.
    """
    with store.snapshot() as log:
        offset = utc_offset_of(log)
        size, moment = find_known(log, known_at, offset) if known_at else (None, clock())
        whole = log.head().size
    return Point(size, whole if size is None else size, moment, offset)


def held_at(
    runner: Runner, view: str, point: Point
) -> AbstractContextManager[tuple[Reading, Standing]]:
    """Hold a view as it stands now, or as it was at an earlier point, and where that is."""
    return runner.held(view) if point.known is None else runner.known_at(view, point.known)


def _asked(question: Question, point: Point, where: Mapping[str, Any]) -> Asked:
    moment, as_of = point.moment, question.as_of
    if as_of is not None and as_of < point.day:
        moment = parse_time(_moment(as_of.isoformat(), point.utc_offset))
    return Asked(as_of or point.day, moment, where, since=question.since, as_of=as_of)


def totals(told: Answer) -> list[Row]:
    """Return the sums of an answer's rows, one row for each currency; none where nothing is summed."""
    if not told.summed or not told.rows:
        return []
    by_currency: dict[str | None, list[Row]] = {}
    for row in told.rows:
        by_currency.setdefault(row.get(CURRENCY), []).append(row)
    return [
        {
            **({CURRENCY: currency} if currency is not None else {}),
            **{name: sum(row[name] or 0 for row in rows) for name in told.summed},
        }
        for currency, rows in by_currency.items()
    ]


def parts_of(projection: Projection) -> tuple[Part | Table, ...]:
    """Return all that a view can be asked for: computed parts, then its tables."""
    return (*projection.parts, *projection.tables)


def find_part(projection: Projection, name: str) -> Part | Table:
    """Return a view's part or table of that name; what it shows alone where no name is given.

    Raises:
        UsageError: it has none of that name.
    """
    wanted = name or projection.shows or projection.tables[0].name
    for each in parts_of(projection):
        if each.name == wanted:
            return each
    names = ", ".join(each.name for each in parts_of(projection))
    raise UsageError(
        f"view {projection.name}: has no part {name!r}", todo=f"parts are: {names}"
    )


def find_known(log: LogReader, known_at: str, utc_offset: str) -> tuple[int, datetime]:
    """Return how many events were known, as `find_size`, and the moment asked about."""
    size = find_size(log, known_at, utc_offset)
    if not known_at.isdecimal():
        return size, parse_time(_moment(known_at, utc_offset))
    last = log.event_at(size - 1)
    assert last is not None, "an index in the log has an event"
    return size, parse_time(last.recorded_at)


def find_size(log: LogReader, known_at: str, utc_offset: str) -> int:
    """Return how many events were known: up to an index, by the end of a day, or at a time.

    Raises:
        UsageError: the index is not in the log.
        MalformedError: it is neither an index nor a day nor a time.
    """
    head = log.head().size
    if known_at.isdecimal():
        if int(known_at) >= head:
            raise UsageError(
                f"index {known_at}: the log has {head} events", todo=f"name one below {head}"
            )
        return int(known_at) + 1
    told = _moment(known_at, utc_offset)
    lo, hi = 0, head
    while lo < hi:
        middle = (lo + hi) // 2
        row = log.event_at(middle)
        assert row is not None, "indexes have no gap"
        if row.recorded_at <= told:
            lo = middle + 1
        else:
            hi = middle
    return lo


def _moment(text: str, utc_offset: str) -> str:
    """Return the last moment meant, as entries are stamped: a day means until its end."""
    try:
        if len(text) == len("2022-03-01"):
            start = datetime.combine(date.fromisoformat(text), datetime.min.time())
            ends = start.replace(tzinfo=parse_offset(utc_offset)) + timedelta(days=1)
            return format_time(ends - timedelta(microseconds=1))
        told = datetime.fromisoformat(text)
    except ValueError as error:
        raise MalformedError(
            "known-at", expected="an index, a day or a time", found=text[:40]
        ) from error
    return format_time(told if told.tzinfo else told.replace(tzinfo=parse_offset(utc_offset)))


def _check_as_of(projection: Projection, part: Part | Table, question: Question) -> None:
    if question.since is not None and not (isinstance(part, Part) and part.between):
        names = [each.name for each in projection.parts if each.between]
        raise UsageError(
            f"view {projection.name}, part {part.name}: tells of no stretch of days with --from",
            todo=f"of this view {', '.join(names) or 'no part'} does",
        )
    if question.as_of is None or _answers_as_of(part):
        return
    parts = [each.name for each in parts_of(projection) if _answers_as_of(each)]
    hint = f"of this view {', '.join(parts)} can, or " if parts else ""
    raise UsageError(
        f"view {projection.name}, part {part.name}: keeps no days to ask about with --as-of",
        todo=f"{hint}ask what was known then with --known-at {question.as_of}",
    )


def _answers_as_of(part: Part | Table) -> bool:
    return bool(part.as_of)


def _rows(
    reading: Reading, part: Part | Table, asked: Asked, *, as_of: date | None
) -> Iterator[Row]:
    if isinstance(part, Part):
        found = part.compute(reading, asked)
    elif as_of is not None and part.as_of is not None:
        found = reading.find(part.as_of, asked.where, on=as_of)
    else:
        found = reading.find(part, asked.where)
    names = column_names(part.columns)
    for row in found:
        if all(row.get(name) == value for name, value in asked.where.items()):
            yield {name: row.get(name) for name in names}


def _where(part: Part | Table, where: Sequence[tuple[str, str]]) -> dict[str, Any]:
    by_name = {name: each for each in part.columns for name in (each.zh, each.name)}
    found: dict[str, Any] = {}
    for name, value in where:
        if name not in by_name:
            names = ", ".join(column_names(part.columns))
            raise UsageError(f"no column {name!r}", todo=f"columns are: {names}")
        found[by_name[name].name] = _value(by_name[name], value)
    return found


def _value(column: Column, text: str) -> Any:
    try:
        if column.kind in (INT, FEN, SECONDS):
            return int(text)
        if column.kind == DAY:
            return date.fromisoformat(text).isoformat()
        if column.kind == BOOL:
            return _boolean(text.lower())
    except ValueError as error:
        raise MalformedError(
            f"column {column.name}", expected=f"a value of kind {column.kind}", found=text[:40]
        ) from error
    return text


def _boolean(text: str) -> bool:
    known: Mapping[str, bool] = {**_YES, **_NO}
    if text not in known:
        raise ValueError(text)
    return known[text]
