"""Who signed: each seal's signatures, its key and officer at that index, and the head it has seen."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ledger.audit.authority import AUTHORITIES, Authority
from ledger.audit.forms import Opened
from ledger.audit.quick import SealedRow
from ledger.errors import KeyNotTrustedError, LedgerError, UnavailableError
from ledger.family import family_of
from ledger.findings import Finding
from ledger.keys.batch import verify_many
from ledger.keys.ring import KeyLife
from ledger.keys.suite import ED25519, verify_suite
from ledger.log.succession import LogKeys
from ledger.log.tree import root_at
from ledger.store.contract import LogReader

KEPT_READS = 8192
FOUNDING_EVENTS = 3


class SigningCheck:
    """The signatures of one span's acts, and what their acts claim."""

    def __init__(self, reader: LogReader, ground: Any, report: Any) -> None:
        self.reader = reader
        self.ground = ground
        self.authority: Authority = ground.authority
        self.report = report
        self.waiting: list[tuple[int, Opened, KeyLife]] = []
        self.roots: dict[int, str] = {}
        self.seen: list[tuple[int, str, int, str]] = []
        self.read_versions = ReadVersions(reader, ground.authority)

    def check(self, sealed: SealedRow, opened: Opened) -> None:
        """Check all that an act claims; its signature is judged by `finish`."""
        first = sealed.first
        self.seen.append((opened.seen_size, opened.seen_root, first, opened.act))
        if opened.ledger != self.ground.pin.origin:
            message = f"is of ledger {opened.ledger}, the pin says {self.ground.pin.origin}"
            self._found("seal.ledger", "forked", message, (first, f"act/{opened.act}"))
        if first == 0:
            self._check_founding(opened, sealed.digest)
        life = self.authority.lives.get(opened.key)
        if life is not None:
            self.waiting.append((first, opened, life))
        if not self._stands(opened, first, life):
            self._check_key(opened, first, life)
            self._check_officer(opened, first)
        if opened.on_behalf_of is not None:
            self._check_delegation(opened, first)
        if self.ground.reads and first:
            self._check_reads(opened, first)

    def _stands(self, opened: Opened, first: int, life: KeyLife | None) -> bool:
        """Tell whether key and officer are good, as nearly always they are."""
        if life is None or life.officer != opened.actor:
            return False
        if life.revoked is not None and (first > life.revoked or life.compromised is not None):
            return False
        if life.retired is not None and first > life.retired:
            return False
        enrolled = self.authority.enrolled.get(opened.actor, first)
        return life.enrolled < opened.seen_size and life.enrolled < first > enrolled

    def finish(self) -> None:
        """Judge all signatures that wait."""
        simple = [each for each in self.waiting if _alone(each[1], each[2])]
        holds = verify_many(
            (life.public[0], opened.signed, opened.signatures[0]) for _, opened, life in simple
        )
        for (first, opened, life), held in zip(simple, holds, strict=True):
            if not held:
                self._bad(first, opened, f"does not match key {life.key[:12]}…")
        for first, opened, life in self.waiting:
            if not _alone(opened, life):
                self._judge_slowly(first, opened, life)
        self.report.signatures += len(self.waiting)
        self.waiting = []

    def _judge_slowly(self, first: int, opened: Opened, life: KeyLife) -> None:
        try:
            verify_suite(life.suite, life.public, opened.signed, opened.signatures)
        except UnavailableError:
            # A signature that cannot be judged here is not fine: the run ends unfinished.
            raise
        except LedgerError as error:
            self._bad(first, opened, str(error))

    def _bad(self, first: int, opened: Opened, reason: str) -> None:
        message = f"act {opened.act}: signature {reason} (over {len(opened.signed)} bytes)"
        self._found("seal.signature", "edited", message, (first, f"act/{opened.act}"))

    def _found(self, code: str, kind: str, message: str, place: tuple[int, str]) -> None:
        index, record = place
        self.report.findings.add(Finding(code, kind, message, index=index, record=record))

    def _check_founding(self, opened: Opened, digest: str) -> None:
        pin = self.ground.pin
        place = (0, f"act/{opened.act}")
        if digest != pin.founding:
            message = f"the founding act is {digest[:12]}…, the pin says {pin.founding[:12]}…"
            self._found("seal.founding", "forked", message, place)
        if not self.authority.succession.knows(LogKeys(pin.log_key, pin.log_key_ml_dsa)):
            message = "the log's key in the founding act is not the one pinned, nor leads to it"
            self._found("seal.founding", "forked", message, place)
        if len(opened.events) != FOUNDING_EVENTS or opened.seen_size:
            message = "it does not found an office, an officer and a key on an empty log"
            self._found("seal.founding", "forked", message, place)

    def check_seen(self, anew: Mapping[int, bytes]) -> None:
        """Check every head that the acts of the span have seen; `anew` are roots by size."""
        for size, seen_root, first, act in self.seen:
            known = anew.get(size)
            if known is not None and known.hex() == seen_root:
                continue
            message = ""
            if size > first:
                message = f"has seen size {size}, above its own place"
            elif self._root(size) not in (seen_root, ""):
                message = f"has seen another root at size {size} than this log has"
            if message:
                self.report.findings.add(
                    Finding(
                        "seal.seen", "forked", f"act {act} {message}",
                        index=first, record=f"act/{act}",
                    )
                )  # fmt: skip

    def _root(self, size: int) -> str:
        """Return the root that the stored hashes make, or nothing where some are missing."""
        known = self.roots.get(size)
        if known is None:
            try:
                known = self._root_below(size)
            except LedgerError:
                known = ""
            self.roots[size] = known
        return known

    def _root_below(self, size: int) -> str:
        root = root_at(size, self.reader.read_hashes)
        base = self.ground.base
        # Below a base no hash is made anew: what is stored there counts if the base continues it.
        if base is not None and size <= base.size and not base.holds(self.reader, size, root):
            return f"not of the log of {base.name}"
        return root.hex()

    def _check_key(self, opened: Opened, first: int, life: KeyLife | None) -> None:
        place = (first, f"key/{opened.key}")
        try:
            self.authority.key(opened.key, first)
        except KeyNotTrustedError as error:
            self._found("key.not_good", "key misused", f"act {opened.act}: {error}", place)
        if life is None:
            return
        if life.officer != opened.actor:
            message = f"act {opened.act}: {opened.actor} signed with the key of {life.officer}"
            self._found("key.officer", "key misused", message, place)
        if first and life.enrolled >= opened.seen_size:
            message = (
                f"act {opened.act}: its key is enrolled at {life.enrolled}, it has seen size"
            )
            self._found("key.unseen", "key misused", f"{message} {opened.seen_size}", place)

    def _check_officer(self, opened: Opened, first: int) -> None:
        if first and not self.authority.officer(opened.actor, first).enrolled:
            message = f"act {opened.act}: its actor was not enrolled then"
            self._found("authority.officer", "key misused", message, (first, opened.actor))

    def _check_delegation(self, opened: Opened, first: int) -> None:
        principal = opened.on_behalf_of or ""
        day = self.authority.day(opened.at)
        given = self.authority.officer(principal, first)
        if not any(given.delegates(opened.actor, post, day) for post in given.posts):
            message = (
                f"act {opened.act}: {principal} had given its actor no delegation for {day}"
            )
            self._found("authority.delegation", "rule broken", message, (first, opened.actor))

    def _check_reads(self, opened: Opened, first: int) -> None:
        self.report.reads += len(opened.reads)
        for record, version in opened.reads:
            actual = self.read_versions.at(record, version, first)
            if actual is not None:
                message = f"act {opened.act} rests on version {version} of it, {actual}"
                self._found("authority.reads", "rule broken", message, (first, record))


def _alone(opened: Opened, life: KeyLife) -> bool:
    """Tell whether an act carries one Ed25519 signature and no more, as nearly all do."""
    return life.suite == ED25519 and len(life.public) == len(opened.signatures) == 1


@dataclass
class ReadVersions:
    """At which indexes a record's version began and ended; the latest answers are kept."""

    reader: LogReader
    authority: Authority
    kept: OrderedDict[tuple[str, int], tuple[int, float]] = field(default_factory=OrderedDict)

    def at(self, record: str, version: int, index: int) -> str | None:
        """Say how a record was not at this version before an index, or None where it was."""
        if family_of(record) in AUTHORITIES:
            life = self.authority.records.get(record)
            actual = life.version_before(index) if life else 0
            return None if actual == version else f"it was at {actual}"
        since, until = self._span(record, version)
        if since < index <= until:
            return None
        return "which did not exist yet" if since >= index else f"which ended at {until:.0f}"

    def _span(self, record: str, version: int) -> tuple[float, float]:
        known = self.kept.get((record, version))
        if known is None:
            known = self._look_up(record, version)
            self.kept[record, version] = known
            if len(self.kept) > KEPT_READS:
                self.kept.popitem(last=False)
        return known

    def _look_up(self, record: str, version: int) -> tuple[int, float]:
        try:
            rows = self.reader.record_page((record, version - 1), f"{record} ", 2)
        except (LedgerError, ValueError):
            rows = []
        begins = {row[2]: row[0] for row in rows}
        never = 2**63
        since = -1 if version == 0 else begins.get(version, never)
        return since, begins.get(version + 1, float("inf"))
