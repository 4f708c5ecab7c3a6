"""Checking a bundle with no store and no network: every changed, missing or added byte is named.

What is shown if nothing is found: the log's key signed this manifest and this checkpoint; every
listed file is as it was; every entry is in the log under that checkpoint; every entry's act was
signed by an officer's key that was enrolled before it and not revoked; each record's events follow
each other without a gap from the first. What is not shown is named in `not_checked`.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from pathlib import Path

from ledger import canonical
from ledger.act import Entry, format_entry, parse_entry
from ledger.canonical import ZERO_DIGEST
from ledger.errors import MalformedError, UnavailableError
from ledger.export.checked import Checked, Trust, finding
from ledger.export.judging import Judge, Log
from ledger.export.manifest import (
    KINDS,
    MANIFEST,
    NOTE,
    Listed,
    Manifest,
    check_note,
    parse_manifest,
)
from ledger.findings import Finding
from ledger.log.checkpoint import parse_checkpoint
from ledger.log.note import parse_note
from ledger.log.speaker import log_verifier
from ledger.log.succession import LogKeys
from ledger.log.tree import check_inclusion, leaf_hash

MAX_LINE_BYTES = 1_000_000


def check_bundle(folder: Path, trust: Trust | None) -> Checked:
    """Check a bundle's folder; with no `trust` the key inside is used, which proves less.

    Raises:
        UnavailableError: the folder cannot be read.
    """
    checked = Checked(pin=trust.source if trust else "bundle")
    held = _list_files(folder)
    if MANIFEST not in held:
        checked.findings.append(Finding("bundle.manifest", "deleted", f"{MANIFEST} is missing"))
        return checked
    try:
        encoded = _read(folder / MANIFEST)
        manifest = parse_manifest(encoded)
    except MalformedError as error:
        checked.findings.append(Finding("bundle.manifest", "edited", str(error)))
        return checked
    checked.size, checked.root = manifest.size, manifest.root
    good = _check_files(folder, manifest, held, checked)
    contents = _Contents(folder, manifest, good, checked)
    contents.check()
    _check_trust(folder, manifest, encoded, trust=trust, checked=checked)
    return checked


def _check_trust(
    folder: Path, manifest: Manifest, encoded: bytes, *, trust: Trust | None, checked: Checked
) -> None:
    speaking = _speaking(manifest, trust, checked)
    if trust and _differs(manifest, trust, speaking):
        checked.findings.append(
            Finding("bundle.pin", "forked", "log key or founding act is not the one pinned")
        )
    if not (folder / NOTE).is_file():
        checked.findings.append(
            Finding("bundle.note", "deleted", f"{NOTE} is missing: nothing is signed")
        )
        return
    with finding(checked, "bundle.note", "edited"):
        verifiers = [log_verifier(speaking.ed25519)]
        check_note(_read(folder / NOTE), encoded, origin=manifest.origin, verifiers=verifiers)


def _speaking(manifest: Manifest, trust: Trust | None, checked: Checked) -> LogKeys:
    """Return the keys that sign for a log of this size, as far as those trusted lead to them."""
    known = checked.succession
    if known and known.tenures and (trust is None or known.knows(trust.keys)):
        return known.at(manifest.size)
    return trust.keys if trust else manifest.keys


def _differs(manifest: Manifest, trust: Trust, speaking: LogKeys) -> bool:
    if (manifest.log_key, manifest.founding) != (speaking.ed25519, trust.founding):
        return True
    return speaking.ml_dsa not in ("", manifest.log_key_ml_dsa)


def _check_files(
    folder: Path, manifest: Manifest, held: set[str], checked: Checked
) -> dict[str, Listed]:
    """Return the listed files whose bytes are as listed, by kind; name all others."""
    good: dict[str, Listed] = {}
    listed = {each.path for each in manifest.files}
    for path in sorted(held - listed - {MANIFEST, NOTE}):
        checked.findings.append(
            Finding("bundle.file", "inserted", f"{path} is not listed", record=path)
        )
    for each in manifest.files:
        if each.path not in held:
            checked.findings.append(
                Finding("bundle.file", "deleted", f"{each.path} is missing", record=each.path)
            )
        elif _digest(folder / each.path) != (each.sha256, each.size_bytes):
            checked.findings.append(
                Finding(
                    "bundle.file", "edited", f"{each.path} is not as listed", record=each.path
                )
            )
        if each.kind in KINDS:
            good[each.kind] = each
        else:
            checked.not_checked.append(f"{each.path} (kind {each.kind} is not known here)")
    for kind in KINDS:
        if kind not in good:
            checked.findings.append(
                Finding("bundle.file", "deleted", f"no file of kind {kind} is listed")
            )
    return good


class _Contents:
    """The entries, seals and proofs of a bundle, held against each other."""

    def __init__(
        self, folder: Path, manifest: Manifest, files: dict[str, Listed], checked: Checked
    ) -> None:
        self.folder = folder
        self.manifest = manifest
        self.files = files
        self.checked = checked
        self.last: dict[str, tuple[int, str]] = {}
        log = Log(manifest.origin, manifest.founding, manifest.keys)
        self.judge = Judge("bundle", log, checked)

    def check(self) -> None:
        """Check everything that the files hold."""
        self._check_checkpoint()
        for number, line in self._lines("seals"):
            self.judge.take_seal(line, f"seals.jsonl line {number}")
        proofs = dict(self._proofs())
        before = -1
        for number, line in self._lines("entries"):
            place = f"entries.jsonl line {number}"
            with finding(self.checked, "bundle.entry", "edited", place=place):
                index, entry = _parse_line(line)
                if index <= before:
                    raise MalformedError(
                        place, expected=f"an index over {before}", found=str(index)
                    )
                before = index
                self._check_entry(index, entry, proofs.pop(index, None))
        if proofs:
            message = f"proofs without entries: {sorted(proofs)[:5]}"
            self.judge.found("proof", "inserted", message)
        self.judge.finish()
        self._check_scope()

    def _check_checkpoint(self) -> None:
        if "checkpoint" not in self.files:
            return
        path = self.folder / self.files["checkpoint"].path
        with finding(self.checked, "bundle.checkpoint", "edited"):
            note = _read(path)
            self.judge.take_checkpoint(note)
            head = parse_checkpoint(parse_note(note).text)
            if (head.size, head.root.hex()) != (self.manifest.size, self.manifest.root):
                raise MalformedError(
                    "checkpoint", expected="the manifest's head", found="another"
                )

    def _check_entry(self, index: int, entry: Entry, proof: tuple[bytes, ...] | None) -> None:
        event = entry.event
        leaf = leaf_hash(format_entry(entry.event_bytes, entry.recorded_at, entry.seal))
        if proof is None:
            self.judge.found("proof", "deleted", "its proof is missing", index=index)
        else:
            with finding(self.checked, "bundle.proof", "edited", index=index):
                check_inclusion(
                    index=index, size=self.manifest.size, leaf=leaf, proof=proof,
                    root=bytes.fromhex(self.manifest.root),
                )  # fmt: skip
        version, last = self.last.get(event.record, (0, ZERO_DIGEST))
        if (event.version, event.prev) != (version + 1, last):
            message = f"version {event.version} does not follow {version}"
            self.judge.found("chain", "deleted", message, index=index, record=event.record)
        self.last[event.record] = (event.version, canonical.digest(entry.event_bytes))
        self.judge.take_entry(index, entry)

    def _check_scope(self) -> None:
        for record in self.manifest.scope:
            if record not in self.last:
                self.judge.found("scope", "deleted", "no event of it is here", record=record)
        counts = dict(self.manifest.counts)
        if counts.get("entries") != self.checked.entries:
            message = f"{counts.get('entries')} entries were declared, {self.checked.entries} are here"
            self.judge.found("count", "deleted", message)

    def _proofs(self) -> Iterator[tuple[int, tuple[bytes, ...]]]:
        for number, line in self._lines("proofs"):
            place = f"proofs.jsonl line {number}"
            with finding(self.checked, "bundle.proof", "edited", place=place):
                told = canonical.members(
                    canonical.parse(line, place), frozenset({"hashes", "index"}), place
                )
                hashes = tuple(base64.b64decode(each, validate=True) for each in told["hashes"])
                yield told["index"], hashes

    def _lines(self, kind: str) -> Iterator[tuple[int, bytes]]:
        if kind not in self.files or not (self.folder / self.files[kind].path).is_file():
            return
        path = self.folder / self.files[kind].path
        with path.open("rb") as file:
            number = 0
            while line := file.readline(MAX_LINE_BYTES):
                number += 1
                if not line.endswith(b"\n"):
                    message = f"{path.name} line {number} has no end"
                    self.judge.found("line", "truncated", message)
                    return
                yield number, line[:-1]


def _parse_line(line: bytes) -> tuple[int, Entry]:
    told = canonical.members(
        canonical.parse(line, "line"), frozenset({"entry", "index"}), "line"
    )
    if type(told["index"]) is not int or told["index"] < 0:
        raise MalformedError("line: index", expected="0 or more", found=str(told["index"])[:20])
    return told["index"], parse_entry(canonical.encode(told["entry"]))


def _list_files(folder: Path) -> set[str]:
    if not folder.is_dir():
        raise UnavailableError(
            f"bundle {folder}", "is no folder", todo="name a bundle's folder"
        )
    return {
        each.relative_to(folder).as_posix()
        for each in folder.rglob("*")
        if each.is_symlink() or not each.is_dir()
    }


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnavailableError(f"file {path.name}", str(error)) from error


def _digest(path: Path) -> tuple[str, int]:
    if path.is_symlink():
        return "", -1
    digest, size = hashlib.sha256(), 0
    try:
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
                size += len(chunk)
    except OSError as error:
        raise UnavailableError(f"file {path.name}", str(error)) from error
    return digest.hexdigest(), size
