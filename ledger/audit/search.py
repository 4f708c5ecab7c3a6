"""Searching evidence: events by family, kind, officer, period, field conditions and text; and acts.

Rows go by once, in order of index, a page in memory at a time; what is skipped is never decoded.
"""

from __future__ import annotations

import operator
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ledger.audit.forms import open_envelope
from ledger.audit.trail import Teller, TrailLine, Who, readable
from ledger.errors import LedgerError, UsageError
from ledger.family import family_of
from ledger.frozen import frozen
from ledger.store.contract import EventRow, LogReader, SealRow

PAGE = 1024
MAX_ACT = 256

Condition = tuple[str, str, Any]

OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "~": lambda held, asked: str(asked) in str(held),
}


@frozen
class Query:
    """What is searched for; an empty member asks nothing.

    `officer` is a record name. Periods are closed and compared as text: RFC 3339 times for
    `recorded`, days or times for `occurred`, each given as (from, to). `where` are
    (field, operator, value) with one of = != < <= > >= and ~ (contains).
    """

    family: str = ""
    kind: str = ""
    officer: str = ""
    recorded: tuple[str, str] = ("", "")
    occurred: tuple[str, str] = ("", "")
    where: tuple[Condition, ...] = ()
    text: str = ""


@frozen
class ActLine:
    """One act, told: who, when, on which records."""

    act: str
    index: int
    count: int
    who: Who
    basis: str
    signed_at: str
    recorded_at: str
    what: tuple[tuple[str, str], ...]
    seal: str

    def as_json(self) -> dict[str, Any]:
        """Return the act as it stands in `--json` output."""
        return {
            "act": self.act,
            "index": self.index,
            "count": self.count,
            "officer": self.who.officer,
            "name": self.who.name,
            "posts": list(self.who.posts),
            "on_behalf_of": self.who.on_behalf_of,
            "key": self.who.key,
            "grade": self.who.grade,
            "certificate": self.who.certificate,
            "basis": self.basis,
            "signed_at": self.signed_at,
            "recorded_at": self.recorded_at,
            "what": [{"record": record, "kind": kind} for record, kind in self.what],
            "seal": self.seal,
        }


def search(reader: LogReader, query: Query) -> Iterator[TrailLine]:
    """Yield the events that fit, by index; rows that cannot be read are passed over.

    Raises:
        UsageError: a condition's operator is unknown.
    """
    for _, sign, _ in query.where:
        if sign not in OPERATORS:
            raise UsageError(f"operator {sign!r}", todo=f"use one of {' '.join(OPERATORS)}")
    return _search(Teller(reader), query)


def acts(reader: LogReader, *, officer: str = "", start: int = 0) -> Iterator[ActLine]:
    """Yield acts by index from `start` on: all, or those of one officer."""
    teller = Teller(reader)
    for seal in _seals(reader, start):
        if officer and officer != seal.actor:
            continue
        line = _act_line(teller, seal)
        if line is not None:
            yield line


def officer_acts(reader: LogReader, officer: str) -> Iterator[ActLine]:
    """Yield the acts that an officer signed, by index."""
    return acts(reader, officer=officer)


def _search(teller: Teller, query: Query) -> Iterator[TrailLine]:
    asked = unicodedata.normalize("NFC", query.text)
    start = _first_at(teller.reader, query.recorded[0]) if query.recorded[0] else 0
    for rows in _pages(teller.reader, start):
        if query.recorded[1] and rows and rows[0].recorded_at > query.recorded[1]:
            return
        fits = [row for row in rows if _row_fits(row, query, asked)]
        if not fits:
            continue
        seals = _seals_around(teller.reader, fits)
        firsts = [seal.first_index for seal in seals]
        for row in fits:
            place = bisect_right(firsts, row.index) - 1
            if place < 0 or (query.officer and seals[place].actor != query.officer):
                continue
            line = readable(teller, row, seals[place])
            if line is not None and _line_fits(line, query):
                yield line


def _row_fits(row: EventRow, query: Query, asked: str) -> bool:
    if query.family and family_of(row.record) != query.family:
        return False
    if query.kind and query.kind not in (row.kind, row.kind.rpartition("/")[0]):
        return False
    since, until = query.recorded
    if row.recorded_at < since or (until and row.recorded_at > until):
        return False
    if not asked:
        return True
    held = row.event.decode(errors="replace")
    return asked in held or asked in unicodedata.normalize("NFC", held)


def _line_fits(line: TrailLine, query: Query) -> bool:
    since, until = query.occurred
    if (since or until) and not line.occurred:
        return False
    if line.occurred < since or (until and line.occurred[: len(until)] > until):
        return False
    return all(_holds(line, condition) for condition in query.where)


def _holds(line: TrailLine, condition: Condition) -> bool:
    name, sign, asked = condition
    for each in line.fields:
        if each.name == name:
            return _compare(each.value, sign, asked)
    return False


def _compare(held: Any, sign: str, asked: Any) -> bool:
    if isinstance(held, int) and isinstance(asked, str) and sign != "~":
        asked = int(asked) if asked.lstrip("-").isdecimal() else asked
    if type(held) is not type(asked) and sign not in ("~", "!="):
        return False
    return OPERATORS[sign](held, asked)


def _pages(reader: LogReader, start: int) -> Iterator[list[EventRow]]:
    size = reader.head().size
    while start < size:
        rows = [EventRow(*row) for row in reader.event_page(start, size, PAGE)]
        if not rows:
            return
        yield rows
        start = rows[-1].index + 1


def _seals(reader: LogReader, start: int) -> Iterator[SealRow]:
    size = reader.head().size
    while start < size:
        rows = reader.seal_page(start, size, PAGE)
        if not rows:
            return
        for row in rows:
            yield SealRow(*row)
        start = rows[-1][0] + 1


def _seals_around(reader: LogReader, rows: Sequence[EventRow]) -> list[SealRow]:
    start = max(0, rows[0].index - MAX_ACT + 1)
    stop = rows[-1].index + 1
    return [SealRow(*row) for row in reader.seal_page(start, stop, stop - start)]


def _first_at(reader: LogReader, moment: str) -> int:
    """Return the first index recorded at that moment or later, by halving."""
    lo, hi = 0, reader.head().size
    while lo < hi:
        middle = (lo + hi) // 2
        row = reader.event_at(middle)
        if row is not None and row.recorded_at < moment:
            lo = middle + 1
        else:
            hi = middle
    return lo


def _act_line(teller: Teller, seal: SealRow) -> ActLine | None:
    try:
        opened = open_envelope(seal.envelope)
    except LedgerError:
        return None
    stop = seal.first_index + len(opened.events)
    rows = [EventRow(*row) for row in teller.reader.event_page(seal.first_index, stop, MAX_ACT)]
    return ActLine(
        act=opened.act,
        index=seal.first_index,
        count=len(rows),
        who=teller.who(opened, seal.first_index),
        basis=opened.basis,
        signed_at=opened.at,
        recorded_at=rows[0].recorded_at if rows else "",
        what=tuple((row.record, row.kind) for row in rows),
        seal=seal.digest,
    )
