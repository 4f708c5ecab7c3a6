"""Gathering evidence from a store (`ledger.export.evidence`): entries, seals, and by whose word they count."""

from __future__ import annotations

from dataclasses import dataclass, field

from ledger.act import Event, format_entry, open_seal, parse_event
from ledger.application.inventory import SealedAt, read_inventory, read_sealed
from ledger.errors import MalformedError, NotFoundError, UsageError
from ledger.export.evidence import Closing, Evidence, Shown, format_evidence
from ledger.frozen import frozen
from ledger.keys.ring import ENROLLED
from ledger.log.checkpoint import Checkpoint
from ledger.log.inventory import Inventory, Placed
from ledger.log.proof import MAX_PROOF_BYTES, Proof, format_proof
from ledger.log.tree import prove_inclusion
from ledger.records.office import OFFICE
from ledger.store.contract import EventRow, LogReader, SealRow


@frozen
class Signed:
    """A checkpoint of the log, and the note that says it."""

    checkpoint: Checkpoint
    note: bytes


def prove_entry(reader: LogReader, head: Signed, index: int) -> bytes:
    """Return the evidence file of the entry at an index below the head's size.

    The newest inventory closes the histories that the entry's signature rests on, if it reaches so far
    and is true; without one the file shows less.

    Raises:
        NotFoundError: there is no such entry, or no seal of it. MalformedError: the file would be too long.
    """
    gathered = _Gathered(reader, head.checkpoint.size)
    gathered.add_entry(index)
    sealed = _newest(reader, head.checkpoint.size)
    listed = _listed(reader, sealed) if sealed and sealed.sealed.size > index else None
    closing = None
    if sealed is not None and listed is not None:
        gathered.add_entry(sealed.index)
        closing = _close(gathered, sealed.index, listed)
    return _written(head, index, gathered, closing)


def prove_record(reader: LogReader, head: Signed, record: str) -> bytes:
    """Return the evidence file of all events of a record, or that it has none, up to an inventory.

    Raises:
        UsageError: no inventory is sealed below the head's size, or the newest is false.
        NotFoundError: a seal is missing. MalformedError: the file would be too long.
    """
    sealed = _newest(reader, head.checkpoint.size)
    if sealed is None:
        raise UsageError(
            "no inventory is sealed that would close a record's history",
            todo="seal one with 'qifeng log inventory'",
        )
    listed = _listed(reader, sealed)
    if listed is None:
        raise UsageError(
            f"the inventory sealed at {sealed.index} is not that of this log",
            todo="run 'qifeng verify'",
        )
    gathered = _Gathered(reader, head.checkpoint.size)
    gathered.add_entry(sealed.index)
    gathered.add_history(record, stop=sealed.sealed.size)
    closing = _close(gathered, sealed.index, listed, asked=record)
    return _written(head, sealed.index, gathered, closing, record=record)


def _newest(reader: LogReader, size: int) -> SealedAt | None:
    below = [each for each in read_sealed(reader) if each.index < size]
    return below[-1] if below else None


def _listed(reader: LogReader, sealed: SealedAt) -> Inventory | None:
    """Return what an inventory lists, worked out again; None where it says something else."""
    told = sealed.sealed
    if told.size > sealed.index:
        return None
    listed = read_inventory(reader, told.size)
    true = (len(listed.leaves), listed.root.hex()) == (told.records, told.root)
    return listed if true else None


def _close(
    gathered: _Gathered, index: int, listed: Inventory, *, asked: str | None = None
) -> Closing:
    """Return the leaves that close the histories gathered, and those of a record asked for or beside it."""
    placed: dict[int, Placed] = {}
    for record in (*gathered.authority, *([asked] if asked else [])):
        leaves = listed.prove(record)
        if record == asked or _is_listed(record, leaves):
            placed.update((each.index, each) for each in leaves)
    return Closing(index, tuple(placed[at] for at in sorted(placed)))


def _is_listed(record: str, leaves: tuple[Placed, ...]) -> bool:
    return [each.leaf.record for each in leaves] == [record]


def _written(
    head: Signed,
    index: int,
    gathered: _Gathered,
    closing: Closing | None,
    *,
    record: str | None = None,
) -> bytes:
    entries = gathered.entries()
    evidence = Evidence(entries, gathered.envelopes(), closing, record)
    (hashes,) = (each.hashes for each in entries if each.index == index)
    proof = Proof(index, hashes, head.note, format_evidence(evidence))
    encoded = format_proof(proof)
    if len(encoded) > MAX_PROOF_BYTES:
        raise MalformedError(
            "proof",
            expected=f"at most {MAX_PROOF_BYTES} bytes ('qifeng export bundle' takes more)",
            found=f"{len(encoded)}",
        )
    return encoded


@dataclass
class _Gathered:
    """What was gathered so far, and what all of it rests on."""

    reader: LogReader
    size: int
    rows: dict[int, EventRow] = field(default_factory=dict)
    seals: dict[str, SealRow] = field(default_factory=dict)
    authority: dict[str, None] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=lambda: [OFFICE])

    def add_entry(self, index: int) -> None:
        """Take in one entry, and what makes it good.

        Raises:
            NotFoundError: there is no such entry below the size, or no seal of it.
        """
        row = self.reader.event_at(index) if 0 <= index < self.size else None
        if row is None:
            raise NotFoundError("entry", str(index), todo=f"the log holds 0 to {self.size - 1}")
        self._add(row)
        self._rest()

    def add_history(self, record: str, *, stop: int) -> None:
        """Take in a record's events below an index, and what makes them good."""
        for row in self.reader.history(record, stop - 1):
            self._add(row)
        self._rest()

    def entries(self) -> tuple[Shown, ...]:
        """Return the entries, by index, each with its inclusion proof."""
        return tuple(self._shown(self.rows[index]) for index in sorted(self.rows))

    def envelopes(self) -> tuple[bytes, ...]:
        """Return the envelopes, in the order of their acts."""
        ordered = sorted(self.seals.values(), key=lambda each: each.first_index)
        return tuple(each.envelope for each in ordered)

    def _shown(self, row: EventRow) -> Shown:
        entry = format_entry(row.event, row.recorded_at, self.seals[row.act].digest)
        hashes = prove_inclusion(row.index, self.size, self.reader.read_hashes)
        return Shown(row.index, entry, hashes)

    def _rest(self) -> None:
        """Take in the histories that what is here rests on, until nothing is missing."""
        while self.waiting:
            record = self.waiting.pop()
            if record not in self.authority:
                self.authority[record] = None
                for row in self.reader.history(record, self.size - 1):
                    self._add(row)

    def _add(self, row: EventRow) -> None:
        if row.index in self.rows:
            return
        self.rows[row.index] = row
        self.waiting += replaced_by(parse_event(row.event))
        if row.act in self.seals:
            return
        seal = self.reader.seal(row.act)
        if seal is None:
            raise NotFoundError("seal of act", row.act, todo="run 'qifeng verify'")
        self.seals[row.act] = seal
        self.waiting += rests_on(seal.envelope)


def replaced_by(event: Event) -> list[str]:
    """Return the key whose place a key that is enrolled here takes, if any: it signed the handover."""
    replaced = event.body.get("replaces") if event.kind == ENROLLED else None
    return [str(replaced)] if replaced else []


def rests_on(envelope: bytes) -> list[str]:
    """Return the records whose histories an act's signature rests on: key, actor, principal.

    Raises:
        MalformedError: the envelope is none.
    """
    act = open_seal(envelope).act
    principal = [act.on_behalf_of] if act.on_behalf_of else []
    return [f"key/{act.key}", act.actor, *principal]
