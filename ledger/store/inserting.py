"""One append in an SQL database: what it asks under the lock, the rows it writes, what it reads back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeVar

from ledger.act import open_seal
from ledger.errors import ProofError
from ledger.log.shape import HASH_BYTES
from ledger.log.tree import node_place
from ledger.store.appending import Asked, Plan
from ledger.store.contract import (
    EVENT_COLUMNS,
    SEAL_COLUMNS,
    ContentRow,
    EventRow,
    Head,
    Recorded,
    SealRow,
)
from ledger.store.wire import Wire

MANY_ROWS = 64

R = TypeVar("R")

_HEAD = (int, bytes, bytes, str, str)
_ENVELOPE = (bytes,)
_LAST_EVENT = (str, int, bytes)
# What a class is made of, and where that stands.
_COLUMNS: dict[type, tuple[tuple[type, ...], str]] = {
    EventRow: (EVENT_COLUMNS, "events"),
    SealRow: (SEAL_COLUMNS, "seals"),
    Recorded: ((str, int, int, str, bytes), "seals"),
}


class SqlAppending:
    """One append: the transaction is open and the head row is locked."""

    def __init__(self, wire: Wire, asked: Asked, known_origin: str) -> None:
        self._wire = wire
        self._cursors: tuple[Any, Any, Any] = (None, None, None)
        self.asked = asked
        self.known_origin = known_origin

    def look_up(self) -> None:
        """Lock the head, and ask what this append rests on as it is from then on."""
        wire = self._wire
        self._cursors = (
            wire.ask("lock_head"),
            ask_for_acts(wire, self.asked.acts),
            wire.ask("last_events", records=wire.speech.lists(self.asked.records)),
        )

    def head(self) -> Head:
        """Return the locked head."""
        return head_of(self._wire.all_of(self._cursors[0]))

    def origin(self) -> str:
        """Return the origin, from the founding act's seal."""
        if not self.known_origin:
            row = self._wire.row("first_seal") or (b"",)
            (envelope,) = of_types(row, _ENVELOPE, "seals")
            self.known_origin = open_seal(envelope).act.ledger
        return self.known_origin

    def recorded(self) -> Sequence[Recorded]:
        """Return those of the acts asked for that are recorded."""
        return [typed(Recorded, row) for row in self._wire.all_of(self._cursors[1])]

    def last_events(self) -> Sequence[Any]:
        """Return (record, version, event) of the newest event of each record asked for."""
        rows = self._wire.all_of(self._cursors[2])
        return [of_types(row, _LAST_EVENT, "events") for row in rows]

    def read_hashes(self, places: Sequence[tuple[int, int]]) -> Sequence[bytes]:
        """Return hashes of complete subtrees."""
        return hashes_of(self._wire, places)

    def write(self, planned: Plan, content: Sequence[ContentRow]) -> None:
        """Write seals, events, content and head; read back before it is committed."""
        wire = self._wire
        unknown = {row[0]: row for row in content if wire.row("content", digest=row[0]) is None}
        events = planned.event_rows(wire.speech.blob)
        many = planned.head.size - planned.before.size >= MANY_ROWS
        if many:
            wire.add_many("add_seal", planned.seals)
            wire.add_many("add_event", events)
        with wire.together():
            if not many:
                wire.add("add_seal", planned.seals)
                wire.add("add_event", list(events))
            if unknown:
                wire.add("add_content", list(unknown.values()))
            if planned.disclosures:
                wire.add("add_disclosure", planned.disclosures)
            self._move_head(planned.head)
            cursor = wire.ask("read_back", first=planned.before.size)
        self._check_read_back(planned, tuple(wire.all_of(cursor)[0]))

    def _move_head(self, head: Head) -> None:
        self._wire.change(
            "move_head",
            new_size=head.size,
            new_root=head.root,
            new_frontier=b"".join(head.frontier),
            new_recorded_at=head.recorded_at,
            new_clock=head.clock,
        )

    def _check_read_back(self, planned: Plan, found: tuple[Any, ...]) -> None:
        head = planned.head
        if found != (head.size, head.root, head.size - 1, head.size - planned.before.size):
            raise ProofError(
                f"store {self._wire.speech.place}",
                f"reads back size {found[0]}, last index {found[2]}; expected size {head.size}",
            )


def ask_for_acts(wire: Wire, act_ids: Sequence[str]) -> Any:
    """Ask for acts by their ids, one of them more cheaply than many."""
    if len(act_ids) == 1:
        return wire.ask("find_act", act=act_ids[0])
    return wire.ask("find_acts", acts=wire.speech.lists(act_ids))


def head_of(rows: Sequence[Any]) -> Head:
    """Return the head that table `head` tells in its one row, whose id is 1.

    Raises:
        ProofError: it has no row, another one, or more than one, or a column holds something else.
    """
    if len(rows) != 1 or rows[0][5] != 1:
        raise ProofError("table head", "has not its one row; run 'qifeng verify'")
    told = rows[0][:5]
    return _head(*of_types(told, _HEAD, "head"))


def typed(cls: type[R], row: Sequence[Any]) -> R:
    """Return a row as one of its class.

    Raises:
        ProofError: as `of_types`.
    """
    types, table = _COLUMNS[cls]
    return cls(*of_types(row, types, table))


def of_types(row: Sequence[Any], types: tuple[type, ...], table: str) -> Any:
    """Return a row of a table, as it is. A damaged file may hold anything, whatever its schema says.

    Raises:
        ProofError: a column holds something of another type.
    """
    if tuple(map(type, row)) != types:
        raise ProofError(
            f"table {table}", "a row holds something of another type; run 'qifeng verify'"
        )
    return row


@lru_cache(maxsize=8)
def _head(size: int, root: bytes, frontier: bytes, recorded_at: str, clock: str) -> Head:
    """Return a head; an append asks for the one it was decided on once more, under the lock."""
    hashes = [frontier[at : at + HASH_BYTES] for at in range(0, len(frontier), HASH_BYTES)]
    return Head(size, root, tuple(hashes), recorded_at, clock)


def hashes_of(wire: Wire, places: Sequence[tuple[int, int]]) -> list[bytes]:
    """Return the hashes of complete subtrees (level, position); what is not held is left out."""
    found = [node_place(level, position) for level, position in places]
    indexes = sorted({index for index, _ in found})
    rows = wire.rows("hashes", indexes=wire.speech.lists(indexes))
    nodes = {index: held for index, held in rows if type(held) is bytes}
    return [
        nodes[index][at : at + HASH_BYTES]
        for index, at in found
        if len(nodes.get(index, b"")) >= at + HASH_BYTES
    ]
