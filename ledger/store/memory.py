"""The store in memory: the contract in plain Python, for tests and for scratch ledgers.

It forgets everything at the end of the process and is the shortest true account of what a store is.
"""

from __future__ import annotations

import copy
import threading
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass, field
from itertools import islice

from typing_extensions import override

from ledger.act import open_seal
from ledger.errors import ProofError, UnavailableError
from ledger.family import family_of
from ledger.log.shape import HASH_BYTES
from ledger.log.tree import EMPTY_ROOT, node_place
from ledger.store.appending import Asked, Plan
from ledger.store.contract import (
    ContentRow,
    EventRow,
    Head,
    LogReader,
    RawRow,
    Recorded,
    SealRow,
)
from ledger.store.recorder import Appending, LedgerRecorder


@dataclass(slots=True)
class Rows:
    """All that is held: events and seals in order, and where each record's events stand."""

    head: Head = field(default_factory=lambda: Head(0, EMPTY_ROOT, ()))
    events: list[EventRow] = field(default_factory=list)
    seals: dict[str, SealRow] = field(default_factory=dict)
    places: dict[str, list[int]] = field(default_factory=dict)
    content: dict[str, tuple[bytes, bytes]] = field(default_factory=dict)
    checkpoints: dict[int, bytes] = field(default_factory=dict)
    cosignatures: dict[tuple[int, str], bytes] = field(default_factory=dict)
    stamps: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    disclosures: dict[str, tuple[int, bytes]] = field(default_factory=dict)

    def pinned(self) -> Rows:
        """Return a copy that later appends leave alone."""
        return Rows(
            self.head,
            list(self.events),
            dict(self.seals),
            copy.deepcopy(self.places),
            dict(self.content),
            dict(self.checkpoints),
            dict(self.cosignatures),
            dict(self.stamps),
            dict(self.disclosures),
        )

    def hashes(self, places: Sequence[tuple[int, int]]) -> list[bytes]:
        """Return hashes of complete subtrees; what is not held is left out."""
        found = [node_place(level, position) for level, position in places]
        return [
            self.events[index].nodes[at : at + HASH_BYTES]
            for index, at in found
            if index < len(self.events)
        ]

    def check_kept(self, size: int) -> None:
        """Hold if the checkpoint of a size is kept."""
        if size not in self.checkpoints:
            raise UnavailableError(f"checkpoint {size}", "is not kept in this store")

    def recorded(self, act_id: str) -> Recorded | None:
        """Return an act as recorded, or None."""
        seal = self.seals.get(act_id)
        if seal is None:
            return None
        return Recorded(act_id, seal.first_index, seal.count, seal.digest, seal.envelope)

    def newest(self, record: str) -> EventRow | None:
        """Return a record's newest event, or None."""
        places = self.places.get(record)
        return self.events[places[-1]] if places else None


class MemoryReader(LogReader):
    """The readings of a log held in memory."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    @override
    def head(self) -> Head:
        return self._rows.head

    @override
    def find_act(self, act_id: str) -> Recorded | None:
        return self._rows.recorded(act_id)

    @override
    def events(self, start: int = 0, stop: int | None = None) -> Iterator[EventRow]:
        index = start
        while index < len(self._rows.events) and (stop is None or index < stop):
            yield self._rows.events[index]
            index += 1

    @override
    def event_at(self, index: int) -> EventRow | None:
        return self._rows.events[index] if 0 <= index < len(self._rows.events) else None

    @override
    def history(self, record: str, upto_index: int | None = None) -> list[EventRow]:
        places = list(self._rows.places.get(record, ()))
        return [
            self._rows.events[index]
            for index in places
            if upto_index is None or index <= upto_index
        ]

    @override
    def last(self, record: str) -> EventRow | None:
        return self._rows.newest(record)

    @override
    def versions(self, records: Sequence[str]) -> dict[str, int]:
        return {record: len(self._rows.places.get(record, ())) for record in records}

    @override
    def records(
        self, family: str, *, prefix: str = "", after: str = "", limit: int = 1000
    ) -> list[str]:
        found = [
            record
            for record in list(self._rows.places)
            if family_of(record) == family
            and record.startswith(f"{family}/{prefix}")
            and record > after
        ]
        return sorted(found)[:limit]

    @override
    def seals(self, start: int = 0, stop: int | None = None) -> Iterator[SealRow]:
        for seal in list(self._rows.seals.values()):
            if seal.first_index >= start and (stop is None or seal.first_index < stop):
                yield seal

    @override
    def seal(self, act_id: str) -> SealRow | None:
        return self._rows.seals.get(act_id)

    @override
    def read_hashes(self, places: Sequence[tuple[int, int]]) -> Sequence[bytes]:
        return self._rows.hashes(places)

    @override
    def content(self, digest: str) -> tuple[bytes, bytes] | None:
        return self._rows.content.get(digest)

    @override
    def disclosure(self, digest: str) -> tuple[int, bytes] | None:
        return self._rows.disclosures.get(digest)

    @override
    def disclosure_page(self, after: str, limit: int) -> Sequence[RawRow]:
        told = sorted(each for each in self._rows.disclosures if each > after)[:limit]
        return [(each, *self._rows.disclosures[each]) for each in told]

    @override
    def checkpoints(self) -> list[tuple[int, bytes]]:
        return sorted(self._rows.checkpoints.items())

    @override
    def cosignatures(self) -> list[tuple[int, str, bytes]]:
        return [(*place, line) for place, line in sorted(self._rows.cosignatures.items())]

    @override
    def stamps(self) -> list[tuple[str, int, bytes]]:
        told = ((digest, size, stamp) for digest, (size, stamp) in self._rows.stamps.items())
        return sorted(told, key=lambda each: (each[1], each[0]))

    @override
    def event_page(self, start: int, stop: int, limit: int) -> Sequence[RawRow]:
        page = self._rows.events[max(0, start) : max(0, min(stop, start + limit))]
        return [astuple(row) for row in page]

    @override
    def act_page(self, act: str, recorded_at: str, start: int, stop: int) -> Sequence[RawRow]:
        return [
            (row.index, row.record, row.version, row.kind, row.event, row.nodes)
            for row in self._rows.events[max(0, start) : max(0, stop)]
            if (row.act, row.recorded_at) == (act, recorded_at)
        ]

    @override
    def kind_page(
        self, kinds: Sequence[str], start: int, stop: int, *, limit: int
    ) -> Sequence[RawRow]:
        found = (row for row in self._rows.events[max(0, start) : stop] if row.kind in kinds)
        return [astuple(row) for row in islice(found, limit)]

    @override
    def seal_page(self, start: int, stop: int, limit: int) -> Sequence[RawRow]:
        return [astuple(row) for row in self.seals(start, stop)][:limit]

    @override
    def record_page(self, after: tuple[str, int], upto: str, limit: int) -> Sequence[RawRow]:
        page: list[RawRow] = []
        for record in sorted(each for each in self._rows.places if after[0] <= each < upto):
            rows = [self._rows.events[index] for index in self._rows.places[record]]
            page += [astuple(row) for row in rows if (record, row.version) > after]
            if len(page) >= limit:
                break
        return page[:limit]

    @override
    def newest_page(self, after: str, limit: int) -> Sequence[tuple[str, int]]:
        records = sorted(record for record in self._rows.places if record > after)[:limit]
        return [(record, len(self._rows.places[record])) for record in records]

    @override
    def doubled_acts(self) -> list[str]:
        return []


class MemoryStore(MemoryReader, LedgerRecorder):
    """A ledger's store that lives as long as its process."""

    url = "memory:"

    def __init__(self) -> None:
        super().__init__(Rows())
        self._lock = threading.RLock()

    @override
    @contextmanager
    def appending(self, asked: Asked) -> Iterator[Appending]:
        with self._lock:
            yield MemoryAppending(self._rows, asked)

    @override
    def between(
        self,
        record: str,
        versions: tuple[int, int | None],
        *,
        descending: bool,
        limit: int | None,
    ) -> list[EventRow]:
        above, upto = versions
        rows = self.history(record)
        lo = bisect_left(rows, above + 1, key=lambda row: row.version)
        hi = (
            len(rows)
            if upto is None
            else bisect_left(rows, upto + 1, key=lambda row: row.version)
        )
        found = rows[lo:hi]
        return (found[::-1] if descending else found)[:limit]

    @override
    def rows_of_kinds(
        self, start: int, stop: int | None, *, kinds: Sequence[str], limit: int
    ) -> list[EventRow]:
        found: list[EventRow] = []
        for row in self.events(start, stop):
            if len(found) == limit:
                break
            if not kinds or row.kind in kinds:
                found.append(row)
        return found

    @override
    def add_checkpoint(self, size: int, note: bytes) -> None:
        with self._lock:
            if self._rows.checkpoints.setdefault(size, note) != note:
                raise ProofError(
                    f"checkpoint {size}", "another one of this size is kept already"
                )

    @override
    def add_cosignature(self, size: int, witness: str, line: bytes) -> None:
        with self._lock:
            self._rows.check_kept(size)
            self._rows.cosignatures.setdefault((size, witness), line)

    @override
    def add_stamp(self, digest: str, size: int, stamp: bytes) -> None:
        with self._lock:
            self._rows.check_kept(size)
            self._rows.stamps.setdefault(digest, (size, stamp))

    @override
    def purge(self, digests: Sequence[str]) -> int:
        held = (self._rows.content, self._rows.disclosures)
        with self._lock:
            gone = [rows.pop(digest, None) for digest in digests for rows in held]
        return sum(each is not None for each in gone)

    @override
    @contextmanager
    def snapshot(self) -> Iterator[LogReader]:
        with self._lock:
            pinned = self._rows.pinned()
        yield MemoryReader(pinned)

    @override
    def close(self) -> None:
        """Forget nothing before the process ends."""


class MemoryAppending:
    """One append under the lock; nothing of it is seen before `write` is done."""

    def __init__(self, rows: Rows, asked: Asked) -> None:
        self._rows = rows
        self.asked = asked

    def head(self) -> Head:
        """Return the head."""
        return self._rows.head

    def origin(self) -> str:
        """Return the origin, from the founding act's seal."""
        founding = next(iter(self._rows.seals.values()))
        return open_seal(founding.envelope).act.ledger

    def recorded(self) -> Sequence[Recorded]:
        """Return those of the acts asked for that are recorded."""
        found = [self._rows.recorded(each) for each in self.asked.acts]
        return [each for each in found if each is not None]

    def last_events(self) -> Sequence[tuple[str, int, bytes]]:
        """Return (record, version, event) of the newest event of each record asked for."""
        rows = [self._rows.newest(each) for each in self.asked.records]
        return [(row.record, row.version, row.event) for row in rows if row is not None]

    def read_hashes(self, places: Sequence[tuple[int, int]]) -> Sequence[bytes]:
        """Return hashes of complete subtrees."""
        return self._rows.hashes(places)

    def write(self, planned: Plan, content: Sequence[ContentRow]) -> None:
        """Take over the planned rows; a reader sees the head move last."""
        for told in planned.seals:
            self._rows.seals[told[2]] = SealRow(*told)
        for row in (EventRow(*told) for told in planned.event_rows()):
            self._rows.events.append(row)
            self._rows.places.setdefault(row.record, []).append(row.index)
        for digest, salt, told_bytes in content:
            self._rows.content.setdefault(digest, (salt, told_bytes))
        for digest, index, sealed in planned.disclosures:
            self._rows.disclosures[digest] = (index, sealed)
        self._rows.head = planned.head
