"""Checking a bundle with no store and no network: every changed, missing or added byte is named.

What is shown if nothing is found: the log's key signed the outermost manifest, and so every file, and the
checkpoint; every entry, hidden ones too, is in the log under that checkpoint; every shown entry's act
was signed by an officer's key that was enrolled before it and not revoked; each shown record's events
follow each other without a gap from the first. What is not shown is named in `not_checked`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

from ledger.errors import LedgerError, MalformedError
from ledger.export.bagit import (
    ABOUT,
    ALGORITHMS,
    BAGIT,
    DATA,
    DECLARATION,
    FETCH,
    MAX_LINE_BYTES,
    folded,
    manifest,
    parse_about,
    parse_line,
    tag_manifest,
)
from ledger.export.checked import NOT_CHECKED, Checked, Trust, finding
from ledger.export.cover import COVER, MAX_COVER_BYTES, NOTE, Cover, check_note, parse_cover
from ledger.export.held import Held, chunks, lines, open_held, read_capped
from ledger.export.sealed import Contents
from ledger.export.vouched import NOBODY, Believed
from ledger.findings import Finding
from ledger.log.speaker import log_verifier
from ledger.log.succession import LogKeys

MAX_SMALL_BYTES = 64 << 20
TABLES = "whether tables and pages say what the entries say"


def bundle_origin(path: Path) -> str:
    """Return the origin that a bundle's cover names; nothing of it is checked.

    Raises:
        MalformedError: it has no cover, or is no bundle. UnavailableError: it cannot be read.
    """
    with open_held(path) as held:
        if COVER not in held.paths:
            raise MalformedError(path.name, expected=COVER, found="none")
        return parse_cover(read_capped(held, COVER, MAX_COVER_BYTES)).origin


def check_bundle(path: Path, trust: Trust | None, believed: Believed = NOBODY) -> Checked:
    """Check a bundle, a folder or a zip; with no `trust` the key inside is used, which proves less.

    `believed` is whom the reader wants as witnesses and as time-stamping authorities.

    Raises:
        UnavailableError: it cannot be read. MalformedError: it is a zip that may not be trusted.
        NotJudgedError: a signature in it cannot be judged on this machine.
    """
    checked = Checked(
        pin=trust.source if trust else "bundle", not_checked=[*NOT_CHECKED, TABLES]
    )
    with open_held(path) as held:
        _Bag(held, checked, trust, believed).check()
    return checked


class _Bag:
    """One bundle under examination."""

    def __init__(
        self, held: Held, checked: Checked, trust: Trust | None, believed: Believed
    ) -> None:
        self.held = held
        self.believed = believed
        self.checked = checked
        self.trust = trust

    def check(self) -> None:
        """Check the names, the signature, every file, and what the log's files say."""
        self._check_names()
        tags = self._listed(tag_manifest)
        payload = self._listed(manifest)
        cover = self._cover()
        listed = {*tags, *payload, *map(tag_manifest, ALGORITHMS), NOTE}
        for each in sorted(self.held.paths - listed):
            self._found("file", "inserted", f"{each} is not listed", each)
        self._check_files({**tags, **payload})
        self._check_own_files(payload)
        if cover is not None:
            self.checked.size, self.checked.root = cover.size, cover.root
            Contents(self.held, cover, self.checked, self.believed).check()
        self._check_note(cover)

    def _found(self, code: str, damage: str, message: str, record: str = "") -> None:
        self.checked.findings.append(Finding(f"bundle.{code}", damage, message, record=record))

    def _check_names(self) -> None:
        for path, what in sorted(self.held.odd.items()):
            self._found("file", "inserted", f"{path} is {what}", path)
        seen: dict[str, str] = {}
        for path in sorted(self.held.paths):
            other = seen.setdefault(folded(path), path)
            if other != path:
                self._found(
                    "file", "inserted", f"{path} is the name of {other} elsewhere", path
                )
        if FETCH in self.held.paths:
            self._found("file", "inserted", f"{FETCH} would fetch from elsewhere", FETCH)

    def _listed(self, name_of: Callable[[str], str]) -> dict[str, dict[str, str]]:
        """Return the digests that one kind of manifest lists, by path and algorithm."""
        found: dict[str, dict[str, str]] = {}
        for algorithm in ALGORITHMS:
            name = name_of(algorithm)
            if name not in self.held.paths:
                self._found("manifest", "deleted", f"{name} is missing", name)
                continue
            with finding(self.checked, "bundle.manifest", "edited", place=name):
                for number, line in lines(self.held, name, MAX_LINE_BYTES):
                    self._take_line(found, line, algorithm, f"{name} line {number}")
        for path, digests in found.items():
            if len(digests) != len(ALGORITHMS):
                self._found("manifest", "deleted", f"{path} is not in every manifest", path)
        return found

    def _take_line(
        self, found: dict[str, dict[str, str]], line: bytes, algorithm: str, place: str
    ) -> None:
        with finding(self.checked, "bundle.manifest", "edited", place=place):
            path, digest = parse_line(line, algorithm, place)
            if algorithm in found.setdefault(path, {}):
                raise MalformedError(place, expected="each path once", found=path[:80])
            found[path][algorithm] = digest

    def _cover(self) -> Cover | None:
        if COVER not in self.held.paths:
            self._found("cover", "deleted", f"{COVER} is missing", COVER)
            return None
        try:
            cover = parse_cover(read_capped(self.held, COVER, MAX_COVER_BYTES))
        except LedgerError as error:
            self._found("cover", "edited", str(error), COVER)
            return None
        return cover

    def _check_note(self, cover: Cover | None) -> None:
        outermost = tag_manifest(ALGORITHMS[0])
        if NOTE not in self.held.paths:
            self._found("note", "deleted", f"{NOTE} is missing: nothing is signed", NOTE)
            return
        if cover is None or outermost not in self.held.paths:
            return
        speaking = _speaking(cover, self.trust, self.checked)
        if self.trust and _differs(cover, self.trust, speaking):
            self._found("pin", "forked", "log key or founding act is not the one pinned")
        with finding(self.checked, "bundle.note", "edited", place=NOTE):
            check_note(
                read_capped(self.held, NOTE, MAX_COVER_BYTES),
                read_capped(self.held, outermost, MAX_SMALL_BYTES),
                origin=cover.origin,
                verifiers=[log_verifier(speaking.ed25519)],
            )

    def _check_files(self, listed: Mapping[str, Mapping[str, str]]) -> None:
        for path, digests in sorted(listed.items()):
            if path not in self.held.paths:
                self._found("file", "deleted", f"{path} is missing", path)
                continue
            with finding(self.checked, "bundle.file", "edited", place=path):
                hashes = {name: hashlib.new(name) for name in digests}
                for chunk in chunks(self.held, path):
                    for each in hashes.values():
                        each.update(chunk)
                if any(digests[name] != each.hexdigest() for name, each in hashes.items()):
                    self._found("file", "edited", f"{path} is not as listed", path)

    def _check_own_files(self, payload: Mapping[str, object]) -> None:
        """Check that the bag says of itself what it is."""
        if BAGIT not in self.held.paths or ABOUT not in self.held.paths:
            self._found("bag", "deleted", f"{BAGIT} or {ABOUT} is missing")
            return
        with finding(self.checked, "bundle.bag", "edited", place=BAGIT):
            if read_capped(self.held, BAGIT, MAX_LINE_BYTES) != DECLARATION:
                raise MalformedError(
                    BAGIT, expected="BagIt 1.0 in UTF-8", found="something else"
                )
        with finding(self.checked, "bundle.bag", "edited", place=ABOUT):
            told = parse_about(read_capped(self.held, ABOUT, MAX_COVER_BYTES))
            files = told.get("Payload-Oxum", "").partition(".")[2]
            if files != str(sum(path.startswith(DATA) for path in payload)):
                raise MalformedError(
                    ABOUT, expected=f"{len(payload)} payload files", found=files[:20]
                )


def _speaking(cover: Cover, trust: Trust | None, checked: Checked) -> LogKeys:
    """Return the keys that sign for a log of this size, as far as those trusted lead to them."""
    known = checked.succession
    if known and known.tenures and (trust is None or known.knows(trust.keys)):
        return known.at(cover.size)
    return trust.keys if trust else cover.keys


def _differs(cover: Cover, trust: Trust, speaking: LogKeys) -> bool:
    if (cover.log_key, cover.founding) != (speaking.ed25519, trust.founding):
        return True
    return speaking.ml_dsa not in ("", cover.log_key_ml_dsa)
