"""What a row says: one entry of the log, with what its act's seal says of it."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any

from ledger.act import MAX_EVENTS, format_entry
from ledger.clock import office_day, parse_time
from ledger.errors import LedgerError, ProofError
from ledger.family import family_of
from ledger.frozen import frozen
from ledger.log import tree
from ledger.log.shape import Frontier
from ledger.store.contract import EventRow, LogReader, SealRow

INDEX, NUMBER, TEXT, WORD, TIME, DAY, DIGEST = (
    "index", "number", "text", "word", "time", "day", "digest",
)  # fmt: skip


@frozen
class Column:
    """One column: its type, and what it is called in both languages. A word is one of not many."""

    name: str
    type: str
    zh: str
    en: str


COLUMNS = (
    Column("index", INDEX, "日志序", "place in the log, from 0"),
    Column("record", TEXT, "记录", "the record that it happened to"),
    Column("family", WORD, "记录类别", "the record's family"),
    Column("kind", WORD, "事件种类", "what happened, with its schema's version"),
    Column("version", NUMBER, "记录内序", "place in the record's history, from 1"),
    Column("recorded_at", TIME, "入账时刻", "when the ledger took it, UTC"),
    Column("recorded_on", DAY, "入账日", "the office's day of that"),
    Column("occurred_on", DAY, "发生日期", "the day it happened, where the event tells it so"),
    Column("act", TEXT, "行为", "the act, signed once over all of its events"),
    Column("actor", WORD, "行为人", "who acted"),
    Column("on_behalf_of", WORD, "代行对象", "whom they acted for"),
    Column("basis", WORD, "录入依据", "direct, as found 原有, or from paper 补录"),
    Column("key", WORD, "签名密钥", "the key that signed the act"),
    Column("signed_at", TIME, "签名时刻", "when the signer says that it was, UTC"),
    Column("digest", DIGEST, "事件摘要", "SHA-256 of the event's bytes"),
    Column("body", TEXT, "事件内容", "what the event says: its body's canonical JSON"),
)
Row = tuple[Any, ...]


@frozen
class _Told:
    """What an act's seal says of each of its events."""

    seal: SealRow
    events: tuple[str, ...]
    row: Row


class Rows:
    """The rows of one range of a log, in order, each hashed as it goes by."""

    def __init__(self, log: LogReader, start: int, stop: int, *, utc_offset: str) -> None:
        """Begin at `start` with the hashes that the log has below it."""
        self._log = log
        self._start = start
        self._stop = stop
        self._utc_offset = utc_offset
        self._frontier: Frontier = tree.frontier_at(start, log.read_hashes) if start else ()

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows.

        Raises:
            ProofError: an event is not what its act's seal covers. MalformedError: one cannot be read.
        """
        told: _Told | None = None
        acts = self._acts()
        leaves: list[bytes] = []
        for row in self._log.events(self._start, self._stop):
            while told is None or row.index >= told.seal.first_index + told.seal.count:
                told = self._next(acts, row.index)
            digest = sha256(row.event)
            if digest.hexdigest() != told.events[row.index - told.seal.first_index]:
                raise _unsound(row.index, "is not what its seal covers")
            entry = format_entry(row.event, row.recorded_at, told.seal.digest)
            leaves.append(tree.leaf_hash(entry))
            if len(leaves) == MAX_EVENTS:
                self._append(row.index, leaves)
                leaves = []
            yield self._row(row, told.row, digest.digest())
        self._append(self._stop - 1, leaves)

    @property
    def root(self) -> bytes:
        """The root that all rows so far lead to."""
        return tree.root(self._frontier)

    def _append(self, last: int, leaves: list[bytes]) -> None:
        self._frontier, _ = tree.append_all(last + 1 - len(leaves), self._frontier, leaves)

    def _acts(self) -> Iterator[_Told]:
        first = max(0, self._start - MAX_EVENTS + 1)
        return map(_told, self._log.seals(first, self._stop))

    def _next(self, acts: Iterator[_Told], index: int) -> _Told:
        told = next(acts, None)
        if told is None or told.seal.first_index > index:
            raise _unsound(index, "has no seal")
        return told

    def _row(self, row: EventRow, told: Row, digest: bytes) -> Row:
        body = row.event[8 : row.event.rindex(b',"kind":"')].decode()
        occurred_on = json.loads(body).get("occurred_on") if '"occurred_on":"' in body else None
        moment = _time(row.recorded_at)
        act, *rest = told
        return (
            row.index, row.record, family_of(row.record), row.kind, row.version, moment,
            _day(moment, self._utc_offset), _date(occurred_on) if occurred_on else None,
            act, *rest, digest, body,
        )  # fmt: skip


def _told(seal: SealRow) -> _Told:
    try:
        act = json.loads(base64.b64decode(json.loads(seal.envelope)["payload"]))
        row = (
            seal.act,
            seal.actor,
            act["on_behalf_of"],
            act["basis"],
            seal.key,
            _time(act["at"]),
        )
        return _Told(seal, tuple(act["events"]), row)
    except (KeyError, TypeError, ValueError, LedgerError) as error:
        raise _unsound(seal.first_index, f"has a seal that cannot be read: {error}") from error


def _unsound(index: int, what: str) -> ProofError:
    return ProofError(f"event at {index}", f"{what}; 'qifeng verify' says what is wrong")


@lru_cache(maxsize=1024)
def _time(told: str) -> datetime:
    return parse_time(told)


@lru_cache(maxsize=1024)
def _day(moment: datetime, utc_offset: str) -> date:
    return office_day(moment, utc_offset)


@lru_cache(maxsize=4096)
def _date(told: str) -> date:
    return date.fromisoformat(told)
