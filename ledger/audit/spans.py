"""One span of the log, looked at byte by byte: its events, their seals, their leaves and its times.

A span is a complete subtree of the tree, so that it can be checked by itself, by any process, in
any order: hashes to its left are taken as stored and are checked where they stand. A span answers
for the acts that begin in it (their events may reach into the next one) and for the leaves in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from ledger.audit import damage
from ledger.audit.authority import Authority
from ledger.audit.bonds import BondCheck
from ledger.audit.forms import TIME, EventForms, Opened, open_envelope
from ledger.audit.leaves import TreeSpan
from ledger.audit.reading import Halving
from ledger.audit.signing import SigningCheck
from ledger.audit.verdict import Findings, Pin
from ledger.errors import LedgerError
from ledger.findings import Finding
from ledger.store.contract import LogReader, RawRow

MAX_ACT = 256


@dataclass(frozen=True, slots=True)
class Ground:
    """What every span is checked against; it travels to worker processes."""

    size: int
    root: bytes
    pin: Pin
    authority: Authority
    reads: bool
    bonds: bool


@dataclass
class SpanReport:
    """What checking a span came to; `told` gives (who, offset) of each event's act, by place."""

    lo: int
    events: int = 0
    acts: int = 0
    signatures: int = 0
    reads: int = 0
    as_found: int = 0
    total: int = 0
    findings: Findings = field(default_factory=Findings)
    misplaced: list[damage.Misplaced] = field(default_factory=list)
    who: list[tuple[str, str, str | None, str]] = field(default_factory=list)
    told: list[tuple[int, int]] = field(default_factory=list)


@dataclass
class SealedRow:
    """A seal's row and what its envelope says; `opened` is None where it cannot be read."""

    row: RawRow
    opened: Opened | None
    digest: str

    @property
    def first(self) -> int:
        """Where the act's first event stands."""
        return int(self.row[0])

    @property
    def count(self) -> int:
        """How many events the act covers, as it was signed; else as the row says."""
        count = len(self.opened.events) if self.opened else int(self.row[1])
        return max(1, min(count, MAX_ACT))


class Span:
    """The checking of one span."""

    def __init__(
        self, reader: LogReader, ground: Ground, forms: EventForms, *, lo: int, hi: int
    ) -> None:
        self.reader = reader
        self.ground = ground
        self.forms = forms
        self.lo = lo
        self.hi = hi
        self.report = SpanReport(lo)
        self.findings = self.report.findings
        self.rows: dict[int, RawRow] = {}
        self.digests: dict[int, str] = {}
        self.leaves: dict[int, bytes] = {}
        self.seals: dict[int, tuple[str, str]] = {}
        self.explained: set[int] = set()
        self.signing = SigningCheck(reader, ground, self.report)
        self.bonds = BondCheck(ground, forms, self.report)

    def check(self) -> SpanReport:
        """Check the span; returns the report."""
        halving = Halving()
        events = halving.read(
            self.reader.event_page, max(0, self.lo - 1), self.hi + MAX_ACT - 1, table="events"
        )
        seals = halving.read(
            self.reader.seal_page, max(0, self.lo - MAX_ACT + 1), self.hi, table="seals"
        )
        self._take_unreadable(halving.findings)
        self.rows = {row[0]: row for row in events}
        self._check_places()
        self._check_seals([row for row in seals if row[0] < self.hi])
        self._check_times(events)
        self._check_leaves()
        self.signing.finish()
        return self.report

    def found(self, finding: Finding) -> None:
        """Report a finding."""
        self.findings.add(finding)

    def _take_unreadable(self, findings: Sequence[Finding]) -> None:
        for finding in findings:
            if finding.index is not None and self.lo <= finding.index < self.hi:
                self.found(finding)
                self.explained.add(finding.index)

    def _check_places(self) -> None:
        """Every index of the span below the size has its event."""
        end = min(self.hi, self.ground.size)
        self.report.events = sum(1 for index in self.rows if self.lo <= index < self.hi)
        if self.report.events == max(0, end - self.lo) and end == self.hi:
            return
        missing = [
            index
            for index in range(self.lo, end)
            if index not in self.rows and index not in self.explained
        ]
        for first, last in damage.runs(missing):
            self.found(damage.explain_gap(self.reader, first, last, size=self.ground.size))

    def _check_seals(self, seals: Sequence[RawRow]) -> None:
        free = self.lo
        for row in seals:
            sealed = self._open(row)
            if sealed.first < self.lo:
                free = max(free, min(self.hi, sealed.first + sealed.count))
                self._cover(sealed, self.lo, min(self.hi, sealed.first + sealed.count))
                continue
            self._unsealed(free, sealed.first)
            if sealed.first < free:
                self.found(
                    Finding(
                        "seal.overlap", "inserted",
                        f"act {row[2]} begins at {sealed.first}, where another act still runs",
                        index=sealed.first,
                    )
                )  # fmt: skip
            self._check_act(sealed)
            free = max(free, sealed.first + sealed.count)
        self._unsealed(free, self.hi)

    def _open(self, row: RawRow) -> SealedRow:
        envelope = row[4]
        digest = sha256(envelope).hexdigest() if isinstance(envelope, bytes) else ""
        try:
            return SealedRow(row, open_envelope(envelope), digest)
        except (LedgerError, TypeError) as error:
            if row[0] >= self.lo:
                self.found(
                    Finding(
                        "seal.canonical", "edited",
                        f"act {row[2]}: {error}", index=row[0], record=f"act/{row[2]}",
                    )
                )  # fmt: skip
            return SealedRow(row, None, digest)

    def _unsealed(self, start: int, stop: int) -> None:
        for index in range(start, min(stop, self.hi)):
            row = self.rows.get(index)
            if row is not None:
                if index not in self.explained:
                    self.found(damage.explain_unsealed(self.reader, row))
                self.explained.add(index)
                self._check_event(index, row)

    def _cover(self, sealed: SealedRow, start: int, stop: int) -> None:
        """Remember what leaf each event of an act should have."""
        seal_part = b',"seal":"' + sealed.digest.encode() + b'"}'
        last_at, middle = None, b""
        for index in range(start, stop):
            row = self.rows.get(index)
            if row is None:
                continue
            if row[6] != last_at:
                last_at = row[6]
                middle = b',"recorded_at":"' + last_at.encode() + b'"' + seal_part
            self.leaves[index] = sha256(b'\x00{"entry":1,"event":' + row[4] + middle).digest()
            if sealed.row[3] != sealed.digest:
                self.seals[index] = (sealed.row[3], sealed.digest)

    def _check_act(self, sealed: SealedRow) -> None:
        self.report.acts += 1
        first = sealed.first
        stop = first + sealed.count
        present = 0
        for index in range(first, stop):
            row = self.rows.get(index)
            if row is not None:
                present += 1
                self._check_event(index, row)
        if not present and first in self.explained:
            return
        if not present:
            self.found(damage.explain_loose(self.reader, sealed.row, self.ground.size))
            return
        opened = sealed.opened
        if opened is not None:
            self._check_columns(sealed, opened)
            self._check_covers(sealed, opened)
            self.signing.check(sealed, opened, self.found)
            self.bonds.check(self.rows, opened, first)
            self._tell(opened, first)
        self._cover(sealed, first, min(stop, self.hi))

    def _check_leaves(self) -> None:
        tree = TreeSpan(
            reader=self.reader,
            size=self.ground.size,
            root=self.ground.root,
            lo=self.lo,
            hi=self.hi,
            rows=self.rows,
            leaves=self.leaves,
            seals=self.seals,
            explained=self.explained,
            found=self.found,
            wanted=frozenset(size for size, _, _, _ in self.signing.seen),
        )
        tree.check()
        self.signing.check_seen(tree.roots)

    def _check_event(self, index: int, row: RawRow) -> None:
        encoded = row[4]
        digest = self.digests[index] = sha256(encoded).hexdigest()
        self.report.total += int(digest[:16], 16)
        try:
            kind, _, record, version = self.forms.told(row[3], encoded)
        except LedgerError as error:
            code = "event.canonical"
            self.found(Finding(code, "edited", str(error), index=index, record=row[1]))
            return
        if (record, version, kind) != (row[1], row[2], row[3]):
            self._column_differs(index, row, (record, version, kind))

    def _column_differs(self, index: int, row: RawRow, told: tuple[str, int, str]) -> None:
        for name, stored, signed in zip(
            ("record", "version", "kind"), row[1:4], told, strict=True
        ):
            if stored != signed:
                self.found(
                    Finding(
                        "event.column", "edited",
                        f"column {name} says {stored!r}, the event itself {signed!r}",
                        index=index, record=told[0],
                    )
                )  # fmt: skip

    def _check_columns(self, sealed: SealedRow, opened: Opened) -> None:
        _, count, act, digest, _, actor, key, at = sealed.row
        stored = (count, act, digest, actor, key, at)
        told = (
            len(opened.events), opened.act, sealed.digest, opened.actor, opened.key, opened.at
        )  # fmt: skip
        if stored == told:
            return
        names = ("count", "act", "digest", "actor", "key", "at")
        for name, column, signed in zip(names, stored, told, strict=True):
            if column != signed:
                self.found(
                    Finding(
                        "seal.column", "edited",
                        f"column {name} says {column!r}, the envelope itself {signed!r}",
                        index=sealed.first, record=f"act/{opened.act}",
                    )
                )  # fmt: skip

    def _check_covers(self, sealed: SealedRow, opened: Opened) -> None:
        """The act's events are those at its place, in its order, and say so."""
        first, digests, rows = sealed.first, self.digests, self.rows
        for index, expected in enumerate(opened.events, first):
            row = rows.get(index)
            if row is None:
                continue
            if digests.get(index) != expected:
                self.explained.add(index)
                self.report.misplaced.append(
                    damage.Misplaced(index, row[1], row[2], digests.get(index, ""), expected)
                )
            if row[5] != opened.act:
                self.found(
                    Finding(
                        "event.act", "edited",
                        f"column act says {row[5]!r}, the act that covers it is {opened.act}",
                        index=index, record=row[1],
                    )
                )  # fmt: skip

    def _tell(self, opened: Opened, first: int) -> None:
        row = self.rows.get(first)
        who = (opened.actor, opened.basis, opened.on_behalf_of, self._other_day(opened, row))
        if not self.report.who or self.report.who[-1] != who:
            self.report.who.append(who)
        self.report.told.append((first, len(self.report.who) - 1))

    def _other_day(self, opened: Opened, row: Any) -> str:
        """Return the signer's own time where its day is not the day of recorded_at."""
        if row is None or row[6][:13] == opened.at[:13] or not TIME.fullmatch(row[6]):
            return ""
        authority = self.ground.authority
        return "" if authority.day(row[6]) == authority.day(opened.at) else opened.at

    def _check_times(self, events: Sequence[RawRow]) -> None:
        before = None
        for row in events:
            index, at = row[0], row[6]
            if before is not None and at != before[6] and index < self.hi:
                self._check_time(index, row, before)
            if index >= self.hi:
                break
            before = row
        if before is not None and events and not TIME.fullmatch(events[0][6]):
            self._bad_time(events[0])

    def _check_time(self, index: int, row: RawRow, before: RawRow) -> None:
        if not TIME.fullmatch(row[6]):
            self._bad_time(row)
        elif row[6] < before[6] and TIME.fullmatch(before[6]):
            self.findings.add(
                Finding(
                    "time.order", "edited",
                    f"recorded_at {row[6]} is before {before[6]} of the event before it",
                    index=index, record=row[1],
                )
            )  # fmt: skip
        elif row[5] == before[5]:
            self.findings.add(
                Finding(
                    "time.act", "edited",
                    f"recorded_at {row[6]}, though its act was recorded at {before[6]}",
                    index=index, record=row[1],
                )
            )  # fmt: skip

    def _bad_time(self, row: RawRow) -> None:
        if self.lo <= row[0] < self.hi:
            self.findings.add(
                Finding(
                    "time.form", "edited",
                    f"recorded_at {row[6][:40]!r} is no time", index=row[0], record=row[1],
                )
            )  # fmt: skip
