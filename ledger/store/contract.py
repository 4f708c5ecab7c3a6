"""What a store promises: the rows it keeps, how they are read, and that reading stands still.

Indexes count from 0 without a gap; spans are (start, stop) with stop left out. A stop of None is
the end of the log. The one write beside checkpoints, their cosignatures and time stamps is `insert_events` (see `ledger.store.recorder`).
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from ledger.act import SealedAct
from ledger.clock import Clock
from ledger.frozen import frozen

ContentRow = tuple[str, bytes, bytes]
DisclosureRow = tuple[str, int, bytes]
RawRow = Sequence[Any]


# What stands in the columns of a sound row. A damaged file may hold anything, whatever its schema says.
EVENT_COLUMNS = (int, str, int, str, bytes, str, str, bytes)
SEAL_COLUMNS = (int, int, str, str, bytes, str, str, str)


@frozen
class Head:
    """Where the log stands. Times are empty before the first act.

    `recorded_at` is the last entry's; `clock` is how far the store's clock had come.
    """

    size: int
    root: bytes
    frontier: tuple[bytes, ...]
    recorded_at: str = ""
    clock: str = ""


@frozen
class Recorded:
    """An act that the log holds: events first_index to first_index + count - 1."""

    act_id: str
    first_index: int
    count: int
    digest: str
    envelope: bytes


@frozen
class EventRow:
    """One event as stored; `nodes` is its node string (`ledger.log.tree`)."""

    index: int
    record: str
    version: int
    kind: str
    event: bytes
    act: str
    recorded_at: str
    nodes: bytes


@frozen
class SealRow:
    """One seal as stored; actor, key and at are as the act says."""

    first_index: int
    count: int
    act: str
    digest: str
    envelope: bytes
    actor: str
    key: str
    at: str


class LogReader(Protocol):
    """A log that can be read."""

    @abstractmethod
    def head(self) -> Head:
        """Return where the log stands; size 0 before the founding act."""

    @abstractmethod
    def find_act(self, act_id: str) -> Recorded | None:
        """Return the act as recorded, or None."""

    def head_and_acts(self, act_ids: Sequence[str]) -> tuple[Head, list[Recorded]]:
        """Return where the log stands, and those of these acts that were recorded before it stood there."""
        recorded = [each for each in map(self.find_act, act_ids) if each is not None]
        return self.head(), recorded

    @abstractmethod
    def events(self, start: int = 0, stop: int | None = None) -> Iterator[EventRow]:
        """Yield the events of a span by index, a batch in memory at a time."""

    @abstractmethod
    def event_at(self, index: int) -> EventRow | None:
        """Return the event at an index, or None."""

    @abstractmethod
    def history(self, record: str, upto_index: int | None = None) -> list[EventRow]:
        """Return a record's events by version, those after `upto_index` left out."""

    @abstractmethod
    def last(self, record: str) -> EventRow | None:
        """Return a record's newest event, or None."""

    @abstractmethod
    def versions(self, records: Sequence[str]) -> dict[str, int]:
        """Return the version of each record asked for; 0 where it has no events."""

    @abstractmethod
    def records(
        self, family: str, *, prefix: str = "", after: str = "", limit: int = 1000
    ) -> list[str]:
        """Return full names of a family's records, sorted by bytes.

        `prefix` is how the part after `family/` begins; `after` is the last full name of the page
        before.
        """

    @abstractmethod
    def seals(self, start: int = 0, stop: int | None = None) -> Iterator[SealRow]:
        """Yield the seals whose first index is in a span, by first index."""

    @abstractmethod
    def seal(self, act_id: str) -> SealRow | None:
        """Return an act's seal, or None."""

    @abstractmethod
    def read_hashes(self, places: Sequence[tuple[int, int]]) -> Sequence[bytes]:
        """Return the hashes of complete subtrees (level, position), as `log.tree.ReadHashes`.

        What the store does not hold is left out, so that a proof from it is refused.
        """

    @abstractmethod
    def content(self, digest: str) -> tuple[bytes, bytes] | None:
        """Return (salt, bytes) of content, or None where it is unknown or was purged."""

    @abstractmethod
    def disclosure(self, digest: str) -> tuple[int, bytes] | None:
        """Return (event's index, sealed disclosure) of a private field, or None where it is not here."""

    @abstractmethod
    def disclosure_page(self, after: str, limit: int) -> Sequence[RawRow]:
        """Return the next disclosures by digest as bare rows: digest, event's index, sealed disclosure."""

    @abstractmethod
    def checkpoints(self) -> list[tuple[int, bytes]]:
        """Return (size, note) of every checkpoint, the smallest first."""

    @abstractmethod
    def cosignatures(self) -> list[tuple[int, str, bytes]]:
        """Return (size, witness, signature line) of every cosignature, by size and witness."""

    @abstractmethod
    def stamps(self) -> list[tuple[str, int, bytes]]:
        """Return (digest, size of its checkpoint, stamp) of every time stamp, by size and digest."""

    @abstractmethod
    def event_page(self, start: int, stop: int, limit: int) -> Sequence[RawRow]:
        """Return the first events of a span as bare rows, in the order of `EventRow`'s members."""

    @abstractmethod
    def act_page(self, act: str, recorded_at: str, start: int, stop: int) -> Sequence[RawRow]:
        """Return the events of a span that are of this act and time: index, record, version, kind, event, nodes."""

    @abstractmethod
    def kind_page(
        self, kinds: Sequence[str], start: int, stop: int, *, limit: int
    ) -> Sequence[RawRow]:
        """Return the first events of a span that are of these kinds, as `event_page`."""

    @abstractmethod
    def seal_page(self, start: int, stop: int, limit: int) -> Sequence[RawRow]:
        """Return the first seals of a span as bare rows, in the order of `SealRow`'s members."""

    @abstractmethod
    def record_page(self, after: tuple[str, int], upto: str, limit: int) -> Sequence[RawRow]:
        """Return the next events by (record, version), records below `upto`, as `event_page`."""

    @abstractmethod
    def newest_page(self, after: str, limit: int) -> Sequence[tuple[str, int]]:
        """Return the next records by name, of all families, each with its newest version."""

    @abstractmethod
    def doubled_acts(self) -> list[str]:
        """Return the ids of acts that stand in more than one seal."""


class LogStore(LogReader, Protocol):
    """A log that can be read and appended to; `url` is its address (`ledger.store.open`)."""

    url: str

    def insert_events(
        self,
        stored_events: Sequence[Any],
        *,
        acts: Sequence[SealedAct] = (),
        clock: Clock = ...,
        content: Sequence[ContentRow] = (),
        disclosures: Sequence[DisclosureRow] = (),
        **_: Any,
    ) -> Sequence[int]:
        """Append sealed acts, all or none (`ledger.store.recorder.LedgerRecorder`)."""
        ...

    def add_checkpoint(self, size: int, note: bytes) -> None:
        """Keep a checkpoint; the same one again changes nothing.

        Raises:
            ProofError: another checkpoint of this size is kept already.
        """
        ...

    def add_cosignature(self, size: int, witness: str, line: bytes) -> None:
        """Keep a witness's signature line under the checkpoint of a size; its first one stands.

        Raises:
            UnavailableError: no checkpoint of this size is kept.
        """
        ...

    def add_stamp(self, digest: str, size: int, stamp: bytes) -> None:
        """Keep a time stamp over the checkpoint of a size; the same one again changes nothing.

        Raises:
            UnavailableError: no checkpoint of this size is kept.
        """
        ...

    def purge(self, digests: Sequence[str]) -> int:
        """Destroy content and disclosures of these digests; returns how many there were.

        The log is left as it is. What was destroyed is not in the database's files any more.

        Raises:
            UnavailableError: the store cannot be written now, or others are reading it; try again.
        """
        ...

    def snapshot(self) -> AbstractContextManager[LogReader]:
        """Read the log as it stands now, whatever is appended meanwhile."""
        ...

    def close(self) -> None:
        """Let go of the database."""
        ...
