"""The library's recorder, kept by us: notification id = index + 1, topic = kind, state = event bytes.

`LedgerRecorder` is what every store is built on. A store says how it reads and how one append is
written (`appending`); this class says what an append is, in one place for all of them. The library
sees an `ApplicationRecorder`; everybody else sees a `ledger.store.contract.LogStore`.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol
from uuid import UUID

from eventsourcing.persistence import (
    ApplicationRecorder,
    IntegrityError,
    Notification,
    StoredEvent,
    Subscription,
)
from typing_extensions import override

from ledger.act import SealedAct
from ledger.clock import Clock, system_clock
from ledger.errors import ConflictError
from ledger.store.appending import (
    Asked,
    Decided,
    Held,
    Plan,
    asked_by,
    check_content,
    disclosures_of,
    plan,
)
from ledger.store.contract import ContentRow, DisclosureRow, EventRow, Head, LogReader


class LostRaceError(ConflictError, IntegrityError):
    """A lost race, as the library and as the house know it."""


class Appending(Held, Protocol):
    """One append in the making: the store is locked, nothing is written yet."""

    def head(self) -> Head:
        """Return the head, which nobody else moves while this lasts."""
        ...

    def write(self, planned: Plan, content: Sequence[ContentRow]) -> None:
        """Write all that is planned, and read it back; it is durable once this append ends well."""
        ...


class LedgerRecorder(ApplicationRecorder, LogReader):
    """A store of sealed acts behind the library's interface; `url` is its address."""

    url: str

    @abstractmethod
    def appending(self, asked: Asked) -> AbstractContextManager[Appending]:
        """Lock the head for one append; leaving without an error makes it durable, whole.

        What is asked for is looked up under the lock.

        Raises:
            UnavailableError: the store cannot be locked or written now; nothing was written.
            OutcomeUnknownError: it broke off while it became durable.
        """

    @abstractmethod
    def add_checkpoint(self, size: int, note: bytes) -> None:
        """Keep a checkpoint."""

    @abstractmethod
    def add_cosignature(self, size: int, witness: str, line: bytes) -> None:
        """Keep a witness's signature line."""

    @abstractmethod
    def add_stamp(self, digest: str, size: int, stamp: bytes) -> None:
        """Keep a time stamp."""

    @abstractmethod
    def purge(self, digests: Sequence[str]) -> int:
        """Destroy content and disclosures."""

    @abstractmethod
    def snapshot(self) -> AbstractContextManager[LogReader]:
        """Read the log as it stands now."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the database."""

    @abstractmethod
    def rows_of_kinds(
        self, start: int, stop: int | None, *, kinds: Sequence[str], limit: int
    ) -> list[EventRow]:
        """Return the first rows of a span, of these kinds only if there are any."""

    @override
    def insert_events(
        self,
        stored_events: Sequence[StoredEvent | Decided],
        *,
        acts: Sequence[SealedAct] = (),
        clock: Clock = system_clock,
        content: Sequence[ContentRow] = (),
        disclosures: Sequence[DisclosureRow] = (),
        **_: Any,
    ) -> Sequence[int]:
        """Append sealed acts, all of them durably or none; return their notification ids.

        `stored_events` are the events of all acts, in order, as the library's rows or as ours. `content` is (salted digest, salt,
        bytes); `disclosures` are (digest, place of their event among these, sealed disclosure). Acts that are recorded already give the ids of their first recording; the clock is
        read once for each of the others. Signatures are not looked at here: the application has
        checked them.

        Raises:
            ConflictError: (also the library's IntegrityError) somebody else wrote first.
            ActReusedError, ProofError, MalformedError, ClockError: as `ledger.store.appending`.
            UnavailableError, OutcomeUnknownError: as `appending`.
        """
        decided = [row if isinstance(row, Decided) else _decided(row) for row in stored_events]
        if not decided and not acts:
            return []
        check_content(content)
        try:
            with self.appending(asked_by(acts, decided)) as append:
                planned = plan(append.head(), append, acts=acts, decided=decided, clock=clock)
                planned.disclosures = disclosures_of(planned, decided, disclosures)
                if planned.events:
                    append.write(planned, content)
        except ConflictError as lost:
            raise LostRaceError(lost.record, expected=lost.expected, found=lost.found) from lost
        return [index + 1 for index in planned.indexes]

    @override
    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """Return a record's events by version, for the library."""
        rows = self.between(str(originator_id), (gt or 0, lte), descending=desc, limit=limit)
        return [StoredEvent(row.record, row.version, row.kind, row.event) for row in rows]

    @abstractmethod
    def between(
        self,
        record: str,
        versions: tuple[int, int | None],
        *,
        descending: bool,
        limit: int | None,
    ) -> list[EventRow]:
        """Return a record's events above the first version, up to and with the second."""

    @override
    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """Return events by index, for the library: ids start to stop, both included."""
        first = (start or 1) - 1
        if start is not None and not inclusive_of_start:
            first = start
        rows = self.rows_of_kinds(first, stop, kinds=topics, limit=limit)
        return [
            Notification(row.record, row.version, row.kind, row.event, id=row.index + 1)
            for row in rows
        ]

    @override
    def max_notification_id(self) -> int | None:
        """Return the size of the log, or None where it is empty."""
        return self.head().size or None

    @override
    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> Subscription[ApplicationRecorder]:
        """Refuse: the log is followed by polling, on every database alike."""
        raise NotImplementedError("follow the log by polling select_notifications")


def _decided(row: StoredEvent) -> Decided:
    return Decided(str(row.originator_id), row.originator_version, row.topic, row.state)
