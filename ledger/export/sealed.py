"""The entries, seals and proofs of a bundle, held against each other as they go by, a line at a time."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from typing import Any

from ledger import canonical
from ledger.act import parse_entry
from ledger.errors import MalformedError, ProofError
from ledger.export.checked import Checked, finding
from ledger.export.cover import Cover
from ledger.export.enclosed import (
    Named,
    attached_to,
    check_disclosed,
    check_enclosed,
    concealed_by,
)
from ledger.export.held import Held, lines, read_capped
from ledger.export.judging import Judge, Log
from ledger.export.logged import (
    CHECKPOINT,
    ENTRIES,
    LOG,
    PROOFS,
    RECORDS,
    SEALS,
    WITNESSED,
    span_folder,
)
from ledger.export.vouched import NOBODY, Believed, Head, check_quorum, check_stamps
from ledger.log.checkpoint import parse_checkpoint
from ledger.log.consistency import check_consistency_proof, parse_consistency
from ledger.log.note import parse_note
from ledger.log.tree import check_inclusion, leaf_hash

MAX_ENTRY_BYTES = 70_000
MAX_SEAL_BYTES = 80_000
MAX_PROOF_BYTES = 4096
MAX_RECORD_BYTES = 4096
MAX_NOTE_BYTES = 1 << 16
_BEFORE_ENTRY = b'{"entry":'
_SPAN = re.compile(rf"{LOG}([0-9]{{12}})/{ENTRIES}\Z")
Proofs = Iterator[tuple[int, tuple[bytes, ...]]]


class Contents:
    """The log's files of one bundle under examination."""

    def __init__(
        self, held: Held, cover: Cover, checked: Checked, believed: Believed = NOBODY
    ) -> None:
        self.held = held
        self.believed = believed
        self.cover = cover
        self.checked = checked
        log = Log(cover.origin, cover.founding, cover.keys)
        self.judge = Judge("bundle", log, checked)
        self.before = -1
        self.hidden = 0
        self.attached: set[Named] = set()
        self.concealed: set[tuple[str, int]] = set()

    def check(self) -> None:
        """Check everything that the log's files hold."""
        self._check_checkpoint()
        for start in self._spans():
            folder = span_folder(start)
            with finding(self.checked, "bundle.entry", "edited", place=folder + ENTRIES):
                self._check_span(folder)
        self.judge.finish()
        self._check_witnessed()
        self._check_stamps()
        self._check_records()
        self._check_counts()
        self.checked.shown = (
            f"for {self.cover.recipient or 'nobody named'}: {'; '.join(self.cover.scope)[:200]};"
            f" {self.checked.entries} entries shown, {self.hidden} hidden"
        )
        check_enclosed(self.held, self.attached, self.checked)
        check_disclosed(self.held, self.concealed, self.checked)

    def _spans(self) -> list[int]:
        found = sorted(int(each[1]) for each in map(_SPAN.match, self.held.paths) if each)
        if not found:
            self.judge.found("file", "deleted", "no entries are here")
        return found

    def _check_checkpoint(self) -> None:
        if CHECKPOINT not in self.held.paths:
            self.judge.found("file", "deleted", f"{CHECKPOINT} is missing", record=CHECKPOINT)
            return
        with finding(self.checked, "bundle.checkpoint", "edited", place=CHECKPOINT):
            note = read_capped(self.held, CHECKPOINT, MAX_NOTE_BYTES)
            self.judge.take_checkpoint(note)
            told = parse_checkpoint(parse_note(note).text)
            if (told.size, told.root.hex()) != (self.cover.size, self.cover.root):
                raise ProofError(CHECKPOINT, "it is not of the size and root on the cover")

    def _check_witnessed(self) -> None:
        """Check that the log continues the head that witnesses cosigned, and that they are those believed."""
        cosigned = b""
        if WITNESSED in self.held.paths:
            with finding(self.checked, "bundle.checkpoint", "forked", place=WITNESSED):
                told = read_capped(self.held, WITNESSED, 3 * MAX_NOTE_BYTES)
                proof = parse_consistency(told)
                cosigned = proof.old
                _, new = check_consistency_proof(
                    proof, self.cover.origin, self.judge.verifiers()
                )
                if (new.size, new.root.hex()) != (self.cover.size, self.cover.root):
                    raise ProofError(WITNESSED, "it does not lead to the bundle's checkpoint")
        check_quorum(cosigned, self.believed, self.checked)

    def _check_stamps(self) -> None:
        with finding(self.checked, "bundle.stamp", "edited", place=f"{LOG}stamps"):
            cover = self.cover
            head = Head(cover.origin, cover.size, cover.root, self.judge.verifiers())
            check_stamps(self.held, head, self.believed, self.checked)

    def _check_span(self, folder: str) -> None:
        proofs, seals = self._proofs(folder), self._seals(folder)
        proof = next(proofs, None)
        for number, line in self._lines(folder + ENTRIES, MAX_ENTRY_BYTES):
            place = f"{folder}{ENTRIES} line {number}"
            with finding(self.checked, "bundle.entry", "edited", place=place):
                told = self._take_line(line, place)
                index = told["index"]
                while proof is not None and proof[0] < index:
                    self.judge.found(
                        "proof", "inserted", "it is of no entry here", index=proof[0]
                    )
                    proof = next(proofs, None)
                hashes = proof[1] if proof is not None and proof[0] == index else None
                proof = next(proofs, None) if hashes is not None else proof
                self._check_told(told, index, hashes, seals=seals)
        for index, _ in [*([proof] if proof else []), *proofs]:
            self.judge.found("proof", "inserted", "it is of no entry here", index=index)
        for envelope, place in seals:
            self.judge.take_seal(envelope, place)

    def _take_line(self, line: bytes, place: str) -> dict[str, Any]:
        told = canonical.parse(line, place)
        names = frozenset({"hidden" if "hidden" in told else "entry", "index"})
        canonical.members(told, names, place)
        index = told["index"]
        if type(index) is not int or index <= self.before:
            raise MalformedError(
                place, expected=f"an index over {self.before}", found=str(index)[:20]
            )
        self.before = index
        if "entry" in told:
            # The line is canonical and so is what stands in it: the entry's bytes are cut out, not written again.
            told["entry"] = line[len(_BEFORE_ENTRY) : -len(b',"index":%d}' % index)]
        return dict(told)

    def _check_told(
        self,
        told: dict[str, Any],
        index: int,
        hashes: tuple[bytes, ...] | None,
        *,
        seals: Iterator[tuple[bytes, str]],
    ) -> None:
        if "hidden" in told:
            self.hidden += 1
            if not canonical.is_digest(told["hidden"]):
                raise MalformedError(
                    f"entry {index}", expected="a leaf hash", found="something else"
                )
            self._check_leaf(index, bytes.fromhex(told["hidden"]), hashes)
            return
        entry = parse_entry(told["entry"])
        self._check_leaf(index, leaf_hash(told["entry"]), hashes)
        while entry.seal not in self.judge.seals and (sealed := next(seals, None)):
            self.judge.take_seal(*sealed)
        self.judge.follow(index, entry)
        self.judge.take_entry(index, entry)
        self._forget(index)
        self.attached.update(attached_to(entry.event.body, index))
        self.concealed.update((each, index) for each in concealed_by(entry.event.body))

    def _check_leaf(self, index: int, leaf: bytes, hashes: tuple[bytes, ...] | None) -> None:
        if hashes is None:
            self.judge.found("proof", "deleted", "its inclusion proof is missing", index=index)
            return
        with finding(self.checked, "bundle.proof", "edited", index=index):
            check_inclusion(
                index=index, size=self.cover.size, leaf=leaf, proof=hashes,
                root=bytes.fromhex(self.cover.root),
            )  # fmt: skip

    def _forget(self, index: int) -> None:
        """Let go of the seals of acts that ended, so that memory stays flat; the founding's is asked for."""
        seals, firsts = self.judge.seals, self.judge.firsts
        for known in [each for each in seals if each in firsts]:
            if firsts[known] + len(seals[known].act.events) <= index:
                del seals[known]

    def _check_records(self) -> None:
        """Hold the list of records against the histories that are here: none is cut, none is missing."""
        listed, hidden = set[str](), 0
        for number, line in self._lines(RECORDS, MAX_RECORD_BYTES):
            place = f"{RECORDS} line {number}"
            with finding(self.checked, "bundle.scope", "edited", place=place):
                told = canonical.members(
                    canonical.parse(line, place),
                    frozenset({"events", "hidden", "record"}),
                    place,
                )
                record, events = told["record"], told["events"]
                listed.add(record)
                hidden += told["hidden"]
                here = self.judge.last.get(record, (0, ""))[0]
                if here != events - told["hidden"]:
                    message = f"{events} events were declared, {here} are here"
                    self.judge.found("scope", "deleted", message, record=record)
        if hidden != self.hidden:
            message = f"{hidden} hidden events were declared by record, {self.hidden} are here"
            self.judge.found("scope", "deleted", message)
        for record in sorted(self.judge.last.keys() - listed):
            self.judge.found("scope", "inserted", "it is not among the records", record=record)

    def _check_counts(self) -> None:
        counts = dict(self.cover.counts)
        here = {
            "entries": self.checked.entries + self.hidden,
            "hidden": self.hidden,
            "acts": self.checked.acts,
        }
        for name, count in here.items():
            if counts.get(name) != count:
                message = f"{counts.get(name)} {name} were declared, {count} are here"
                self.judge.found("count", "deleted", message)

    def _proofs(self, folder: str) -> Proofs:
        for number, line in self._lines(folder + PROOFS, MAX_PROOF_BYTES):
            place = f"{folder}{PROOFS} line {number}"
            with finding(self.checked, "bundle.proof", "edited", place=place):
                told = canonical.members(
                    canonical.parse(line, place), frozenset({"hashes", "index"}), place
                )
                hashes = tuple(base64.b64decode(each, validate=True) for each in told["hashes"])
                yield int(told["index"]), hashes

    def _seals(self, folder: str) -> Iterator[tuple[bytes, str]]:
        for number, line in self._lines(folder + SEALS, MAX_SEAL_BYTES):
            yield line, f"{folder}{SEALS} line {number}"

    def _lines(self, path: str, most: int) -> Iterator[tuple[int, bytes]]:
        """Yield the lines of a file as far as it can be read; what is wrong with it is found."""
        if path not in self.held.paths:
            self.judge.found("file", "deleted", f"{path} is missing", record=path)
            return
        with finding(self.checked, "bundle.line", "truncated", place=path):
            yield from lines(self.held, path, most)
