"""Checking evidence that travelled (`ledger.export.evidence`), with no store and no network.

What is shown if nothing is found: the log's keys signed the checkpoint; every entry in the file is in the
log under it; every entry's act was signed by a key that was enrolled before it, by acts that are here
too, back to the founding act that was pinned; and nothing of a history was left out, as far as a sealed
inventory closes it. What is not shown is named in `not_checked`.
"""

from __future__ import annotations

from contextlib import suppress

from ledger.act import Entry
from ledger.body import parse_body
from ledger.canonical import digest
from ledger.errors import LedgerError, ProofError, UsageError
from ledger.export.checked import Checked, Trust, finding
from ledger.export.closing import Histories, check_closing
from ledger.export.evidence import Evidence, Shown, parse_evidence
from ledger.export.judging import Judge, known_log
from ledger.export.proving import replaced_by, rests_on
from ledger.findings import Finding
from ledger.log.checkpoint import Checkpoint, parse_checkpoint
from ledger.log.note import parse_note
from ledger.log.proof import Proof, check_proof, parse_proof
from ledger.log.succession import Succession
from ledger.log.tree import check_inclusion, leaf_hash
from ledger.records.inventory import Sealed
from ledger.records.office import OFFICE

NOT_CHECKED = (
    "business rules",
    "events of the same acts that concern other records",
)
LATER = "whether the record had further events after the one shown"


def proof_origin(encoded: bytes) -> str:
    """Return the origin that a proof's checkpoint names; nothing of it is checked.

    Raises:
        MalformedError: the bytes are no proof.
    """
    return _told(parse_proof(encoded)).origin


def check_evidence(encoded: bytes, trust: Trust | None) -> Checked:
    """Check a proof that carries evidence; with no `trust` its own keys are used, which proves less.

    Raises:
        MalformedError: the bytes are no proof. UsageError: it carries no evidence.
    """
    proof = parse_proof(encoded)
    if proof.extra is None:
        raise UsageError(
            "this proof carries no entry", todo="name the entry's file with --entry"
        )
    told = _told(proof)
    checked = Checked(
        size=told.size, root=told.root.hex(), pin=trust.source if trust else "file",
        scope=f"entry {proof.index}", not_checked=list(NOT_CHECKED),
    )  # fmt: skip
    try:
        evidence = parse_evidence(proof.extra)
    except LedgerError as error:
        checked.findings.append(Finding("proof.form", "edited", str(error)))
        return checked
    _Checking(proof, evidence, checked, trust).check()
    return checked


def check_entry(encoded: bytes, entry: bytes, trust: Trust) -> Checked:
    """Check that a proof shows this entry to stand in the log, and no more.

    Raises:
        MalformedError: the bytes are no proof.
    """
    proof = parse_proof(encoded)
    told = _told(proof)
    checked = Checked(
        size=told.size, root=told.root.hex(), pin=trust.source,
        scope=f"entry {proof.index}, that it is in the log",
        not_checked=["who signed the entry", *NOT_CHECKED],
    )  # fmt: skip
    with finding(checked, "proof.entry", "edited", index=proof.index):
        check_proof(proof, entry, origin=told.origin, verifiers=trust.verifiers())
        checked.entries = 1
    return checked


def led_by(encoded: bytes, trust: Trust) -> Succession:
    """Return all keys of a log that a proof with evidence leads to from those pinned.

    Any proof made since the rotation will do: it holds the office's whole history.

    Raises:
        MalformedError: the bytes are no proof. UsageError: it carries no evidence.
        ProofError: it does not hold.
    """
    checked = check_evidence(encoded, trust)
    for first in checked.findings:
        raise ProofError("proof of the rotation", f"{first.code}: {first.message}")
    assert checked.succession is not None, "what holds has its founding act"
    return checked.succession


def _told(proof: Proof) -> Checkpoint:
    return parse_checkpoint(parse_note(proof.checkpoint).text)


class _Checking:
    """One file under examination."""

    def __init__(
        self, proof: Proof, evidence: Evidence, checked: Checked, trust: Trust | None
    ) -> None:
        self.proof = proof
        self.told = _told(proof)
        self.evidence = evidence
        self.checked = checked
        self.entries = {each.index: each.entry for each in evidence.entries}
        log = known_log("proof", self.told.origin, self.entries.get(0), trust, checked=checked)
        self.judge = Judge("proof", log, checked)
        self.authority = self._authority()
        self.sealed = self._sealed()
        # Each record's version and last digest, below the inventory's size.
        self.listed: dict[str, tuple[int, str]] = {}

    def check(self) -> None:
        """Check everything that the file holds."""
        self.judge.take_checkpoint(self.proof.checkpoint)
        for number, envelope in enumerate(self.evidence.seals):
            self.judge.take_seal(envelope, f"seal {number}")
        for shown in self.evidence.entries:
            self._check_entry(shown)
        self.judge.finish()
        self._check_whole()
        self._check_claim()
        if self.sealed is not None and self.evidence.closing is not None:
            histories = Histories(self.authority, self.evidence.record, self.listed)
            check_closing(self.evidence.closing, self.sealed, histories, self.checked)
        self._tell_open()

    def _authority(self) -> frozenset[str]:
        """Return the records whose whole histories must be here: all that the acts here rest on."""
        records = {OFFICE}
        for entry in self.entries.values():
            records.update(replaced_by(entry.event))
        for envelope in self.evidence.seals:
            # What is no envelope is named when it is taken in.
            with suppress(LedgerError):
                records.update(rests_on(envelope))
        return frozenset(records)

    def _sealed(self) -> Sealed | None:
        """Return the inventory that the file names, or None."""
        closing = self.evidence.closing
        if closing is None:
            return None
        with finding(self.checked, "proof.inventory", "edited", index=closing.index):
            entry = self.entries.get(closing.index)
            if entry is None or entry.event.kind != Sealed.KIND:
                raise ProofError("inventory", "none stands at the index that is named")
            sealed = parse_body(Sealed, entry.event.body)
            if not 0 < sealed.size <= closing.index:
                raise ProofError(
                    "inventory", f"it lists size {sealed.size}, above its own place"
                )
            return sealed
        return None

    def _check_entry(self, shown: Shown) -> None:
        entry, index = self.entries[shown.index], shown.index
        record = entry.event.record
        with finding(self.checked, "proof.entry", "edited", index=index):
            check_inclusion(
                index=index,
                size=self.told.size,
                leaf=leaf_hash(shown.encoded),
                proof=shown.hashes,
                root=self.told.root,
            )
        if record in self.authority or record == self.evidence.record:
            self._follow(entry, index)
        if not self._belongs(record, index):
            message = "nothing here rests on it"
            self.judge.found("scope", "inserted", message, index=index, record=record)
        self.judge.take_entry(index, entry)

    def _follow(self, entry: Entry, index: int) -> None:
        self.judge.follow(index, entry)
        record = entry.event.record
        if self.sealed is not None and index < self.sealed.size:
            self.listed[record] = self.judge.last[record]

    def _belongs(self, record: str, index: int) -> bool:
        closing = self.evidence.closing
        if record in self.authority or index == self.proof.index:
            return True
        if closing is not None and index == closing.index:
            return True
        return (
            self.sealed is not None
            and record == self.evidence.record
            and index < self.sealed.size
        )

    def _check_whole(self) -> None:
        """Everything that the acts rest on is here, and stands in the one order that it has."""
        for record in sorted(self.authority - self.judge.last.keys()):
            self.judge.found("scope", "deleted", "no event of it is here", record=record)
        firsts = [self.judge.firsts.get(digest(each), -1) for each in self.evidence.seals]
        if firsts != sorted(firsts):
            self.judge.found(
                "seal", "reordered", "seals do not stand in the order of their acts"
            )

    def _check_claim(self) -> None:
        """The proof's own entry is here, and is what the file is about."""
        index, record = self.proof.index, self.evidence.record
        mine = [each.hashes for each in self.evidence.entries if each.index == index]
        if mine != [self.proof.hashes]:
            self.judge.found(
                "entry", "deleted", "it is not here as the proof has it", index=index
            )
            return
        event = self.entries[index].event
        if record is None:
            self.checked.shown = f"entry {index}: {event.kind} of {event.record}"
            self.checked.not_checked += [] if event.record in self.authority else [LATER]
        elif self.evidence.closing is None or self.evidence.closing.index != index:
            message = "no inventory closes the record's history"
            self.judge.found("inventory", "deleted", message, record=record)

    def _tell_open(self) -> None:
        """Name the keys of which nothing shows that they were not revoked or retired before they signed."""
        closing = self.evidence.closing
        size = self.sealed.size if self.sealed else 0
        closed = {each.leaf.record for each in closing.leaves} if closing else set()
        open_ = {
            f"key/{key}"
            for key, first, _ in self.judge.uses
            if first > size or f"key/{key}" not in closed
        }
        if open_:
            told = ", ".join(sorted(each[:16] + "…" for each in open_))
            self.checked.not_checked.append(
                f"whether {told} was retired or revoked before it signed"
            )
