"""The SQL store: how SQLite and PostgreSQL read the log, and who may write to it when."""

from __future__ import annotations

import itertools
import threading
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from typing_extensions import override

from ledger.errors import ProofError, UnavailableError
from ledger.store import sqlite
from ledger.store.appending import Asked
from ledger.store.contract import (
    EventRow,
    Head,
    LogReader,
    RawRow,
    Recorded,
    SealRow,
)
from ledger.store.inserting import (
    SqlAppending,
    ask_for_acts,
    hashes_of,
    head_of,
    of_types,
    typed,
)
from ledger.store.recorder import Appending, LedgerRecorder
from ledger.store.wire import Wire, Wires

END = 2**63 - 1
EVENT_PAGE = 2048
SEAL_PAGE = 1024
HEAD_COLUMNS = 6
LAST_CHARACTER = "\U0010ffff"


class SqlReader(LogReader):
    """The readings of a log, each over a wire that `_wire` lends."""

    @abstractmethod
    def _wire(self) -> AbstractContextManager[Wire]:
        """Lend a wire for one reading."""

    def _row(self, name: str, **values: Any) -> Any:
        with self._wire() as wire:
            return wire.row(name, **values)

    def _rows(self, name: str, **values: Any) -> Sequence[Any]:
        with self._wire() as wire:
            return wire.rows(name, **values)

    @override
    def head(self) -> Head:
        return head_of(self._rows("head"))

    @override
    def find_act(self, act_id: str) -> Recorded | None:
        found = self.seal(act_id)
        if found is None:
            return None
        return Recorded(act_id, found.first_index, found.count, found.digest, found.envelope)

    @override
    def head_and_acts(self, act_ids: Sequence[str]) -> tuple[Head, list[Recorded]]:
        with self._wire() as wire:
            if len(act_ids) == 1:
                rows = wire.rows("head_and_act", act=act_ids[0])
                head = head_of([row[:HEAD_COLUMNS] for row in rows])
                found = rows[0][HEAD_COLUMNS:]
                return head, [typed(Recorded, found)] if found[0] is not None else []
            with wire.together():
                acts = ask_for_acts(wire, act_ids)
                asked = wire.ask("head")
            return head_of(wire.all_of(asked)), [
                typed(Recorded, row) for row in wire.all_of(acts)
            ]

    @override
    def events(self, start: int = 0, stop: int | None = None) -> Iterator[EventRow]:
        end = END if stop is None else stop
        while rows := self._rows("events", start=start, stop=end, limit=EVENT_PAGE):
            for row in rows:
                yield typed(EventRow, row)
            start = rows[-1][0] + 1

    @override
    def event_at(self, index: int) -> EventRow | None:
        row = self._row("event_at", index=index)
        return typed(EventRow, row) if row else None

    @override
    def history(self, record: str, upto_index: int | None = None) -> list[EventRow]:
        rows = self._rows("history", record=record, above=0, upto=END, limit=END)
        end = END if upto_index is None else upto_index
        return [typed(EventRow, row) for row in rows if row[0] <= end]

    @override
    def last(self, record: str) -> EventRow | None:
        row = self._row("history_back", record=record, above=0, upto=END, limit=1)
        return typed(EventRow, row) if row else None

    @override
    def versions(self, records: Sequence[str]) -> dict[str, int]:
        with self._wire() as wire:
            rows = wire.rows("versions", records=wire.speech.lists(records))
        return {record: version or 0 for record, version in rows}

    @override
    def records(
        self, family: str, *, prefix: str = "", after: str = "", limit: int = 1000
    ) -> list[str]:
        lowest = f"{family}/{prefix}"
        rows = self._rows(
            "records",
            lowest=max(lowest, after),
            above=lowest + LAST_CHARACTER,
            after=after,
            limit=limit,
        )
        return [record for (record,) in rows]

    @override
    def seals(self, start: int = 0, stop: int | None = None) -> Iterator[SealRow]:
        end = END if stop is None else stop
        while rows := self._rows("seals", start=start, stop=end, limit=SEAL_PAGE):
            for row in rows:
                yield typed(SealRow, row)
            start = rows[-1][0] + 1

    @override
    def seal(self, act_id: str) -> SealRow | None:
        row = self._row("seal", act=act_id)
        return typed(SealRow, row) if row else None

    @override
    def read_hashes(self, places: Sequence[tuple[int, int]]) -> Sequence[bytes]:
        with self._wire() as wire:
            return hashes_of(wire, places)

    @override
    def content(self, digest: str) -> tuple[bytes, bytes] | None:
        row = self._row("content", digest=digest)
        return of_types(row, (bytes, bytes), "content") if row else None

    @override
    def disclosure(self, digest: str) -> tuple[int, bytes] | None:
        row = self._row("disclosure", digest=digest)
        return of_types(row, (int, bytes), "disclosures") if row else None

    @override
    def disclosure_page(self, after: str, limit: int) -> Sequence[RawRow]:
        return self._rows("disclosures", after=after, limit=limit)

    @override
    def checkpoints(self) -> list[tuple[int, bytes]]:
        rows = self._rows("checkpoints")
        return [of_types(row, (int, bytes), "checkpoints") for row in rows]

    @override
    def cosignatures(self) -> list[tuple[int, str, bytes]]:
        rows = self._rows("cosignatures")
        return [of_types(row, (int, str, bytes), "cosignatures") for row in rows]

    @override
    def stamps(self) -> list[tuple[str, int, bytes]]:
        return [of_types(row, (str, int, bytes), "timestamps") for row in self._rows("stamps")]

    @override
    def event_page(self, start: int, stop: int, limit: int) -> Sequence[RawRow]:
        return self._rows("events", start=start, stop=stop, limit=limit)

    @override
    def act_page(self, act: str, recorded_at: str, start: int, stop: int) -> Sequence[RawRow]:
        return self._rows(
            "act_events", act=act, recorded_at=recorded_at, start=start, stop=stop
        )

    @override
    def kind_page(
        self, kinds: Sequence[str], start: int, stop: int, *, limit: int
    ) -> Sequence[RawRow]:
        with self._wire() as wire:
            asked = wire.speech.lists(kinds)
            return wire.rows("of_kinds", kinds=asked, start=start, stop=stop, limit=limit)

    @override
    def seal_page(self, start: int, stop: int, limit: int) -> Sequence[RawRow]:
        return self._rows("seals", start=start, stop=stop, limit=limit)

    @override
    def record_page(self, after: tuple[str, int], upto: str, limit: int) -> Sequence[RawRow]:
        record, version = after
        return self._rows("by_record", record=record, above=version, upto=upto, limit=limit)

    @override
    def newest_page(self, after: str, limit: int) -> Sequence[tuple[str, int]]:
        return self._rows("newest", after=after, limit=limit)

    @override
    def doubled_acts(self) -> list[str]:
        return [act for (act,) in self._rows("doubled_acts")]


class SqlSnapshot(SqlReader):
    """The log as it stood when the snapshot was taken, read in one transaction."""

    def __init__(self, wire: Wire) -> None:
        self._held = wire

    @override
    @contextmanager
    def _wire(self) -> Iterator[Wire]:
        yield self._held


class SqlStore(SqlReader, LedgerRecorder):
    """A ledger's store in an SQL database whose tables are there (`ledger.store.open`)."""

    def __init__(self, wires: Wires, *, url: str, lock_seconds: float) -> None:
        self.url = url
        self._place = wires.speech.place
        self._wires = wires
        self._lock = threading.Lock()
        self._lock_seconds = lock_seconds
        self._origin = ""

    @override
    def _wire(self) -> AbstractContextManager[Wire]:
        return self._wires.lend()

    @override
    @contextmanager
    def appending(self, asked: Asked) -> Iterator[Appending]:
        # Threads of one process queue here; processes queue at the database's own lock.
        if not self._lock.acquire(timeout=self._lock_seconds):
            raise UnavailableError(f"store {self._place}", "is locked by another thread")
        try:
            with self._wire() as wire:
                append = SqlAppending(wire, asked, self._origin)
                with wire.writing(append.look_up):
                    yield append
            # From here on the append is durable: a crash loses nothing.
            self._origin = append.known_origin
        finally:
            self._lock.release()

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
        rows = self._rows(
            "history_back" if descending else "history",
            record=record,
            above=above,
            upto=END if upto is None else upto,
            limit=END if limit is None else limit,
        )
        return [typed(EventRow, row) for row in rows]

    @override
    def rows_of_kinds(
        self, start: int, stop: int | None, *, kinds: Sequence[str], limit: int
    ) -> list[EventRow]:
        end = END if stop is None else stop
        rows = (
            self.kind_page(kinds, start, end, limit=limit)
            if kinds
            else self.event_page(start, end, limit)
        )
        return [typed(EventRow, row) for row in rows]

    @override
    def add_checkpoint(self, size: int, note: bytes) -> None:
        with self._wire() as wire, wire.writing():
            wire.rows("lock_head")
            kept = wire.row("checkpoint", size=size)
            if kept is None:
                wire.change("add_checkpoint", size=size, note=note)
            elif kept[0] != note:
                raise ProofError(
                    f"checkpoint {size}", "another one of this size is kept already"
                )

    @override
    def add_cosignature(self, size: int, witness: str, line: bytes) -> None:
        with self._under_checkpoint(size) as wire:
            if wire.row("cosignature", size=size, witness=witness) is None:
                wire.change("add_cosignature", size=size, witness=witness, cosignature=line)

    @override
    def add_stamp(self, digest: str, size: int, stamp: bytes) -> None:
        with self._under_checkpoint(size) as wire:
            if wire.row("stamp", digest=digest) is None:
                wire.change("add_stamp", digest=digest, size=size, token=stamp)

    @contextmanager
    def _under_checkpoint(self, size: int) -> Iterator[Wire]:
        """Write something that belongs to a checkpoint, which must be kept."""
        with self._wire() as wire, wire.writing():
            wire.rows("lock_head")
            if wire.row("checkpoint", size=size) is None:
                raise UnavailableError(f"checkpoint {size}", "is not kept in this store")
            yield wire

    @override
    def purge(self, digests: Sequence[str]) -> int:
        held = (("content", "purge_content"), ("disclosure", "purge_disclosure"))
        gone = 0
        with self._wire() as wire:
            with wire.writing():
                for digest, (found, purge) in itertools.product(digests, held):
                    if wire.row(found, digest=digest) is not None:
                        wire.change(purge, digest=digest)
                        gone += 1
            # From here on nobody reads it; what is left is that no file holds it either.
            if wire.speech.name == "sqlite":
                sqlite.sweep(wire.run, self._place)
        return gone

    @override
    @contextmanager
    def snapshot(self) -> Iterator[LogReader]:
        with self._wire() as wire, wire.reading():
            # The first reading fixes what all later ones see.
            wire.row("head")
            yield SqlSnapshot(wire)

    @override
    def close(self) -> None:
        self._wires.close()
