"""One span of the log, looked at byte by byte: its events, their seals, their leaves and its times.

A span is a complete subtree of the tree, so that it can be checked by itself, by any process, in
any order: hashes to its left are taken as stored and are checked where they stand. A span answers
for the acts that begin in it (their events may reach into the next one) and for the leaves in it.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from operator import itemgetter

from ledger.audit import damage
from ledger.audit.authority import Authority
from ledger.audit.bonds import BondCheck
from ledger.audit.chains import Chains
from ledger.audit.forms import EventForms, Opened, is_time, open_envelope
from ledger.audit.leaves import TreeSpan
from ledger.audit.quick import Look, SealedRow, Sound
from ledger.audit.reading import Halving
from ledger.audit.signing import SigningCheck
from ledger.audit.since import Base
from ledger.audit.times import check_times
from ledger.audit.verdict import Findings, Pin
from ledger.errors import LedgerError
from ledger.findings import Finding
from ledger.frozen import frozen
from ledger.store.contract import LogReader, RawRow

MAX_ACT = 256

Who = tuple[str, str, str | None, str]


@frozen
class Ground:
    """What every span is checked against; it travels to worker processes.

    `chains` is the key of this run by which histories are proved; empty where they are read.
    """

    size: int
    root: bytes
    pin: Pin
    authority: Authority
    reads: bool
    bonds: bool
    as_found: bool = False
    base: Base | None = None
    chains: bytes = b""


@dataclass
class SpanReport:
    """What checking a span came to: for each act its first index, and a number into `who`.

    `chains` is its part of the sum that proves the histories, None where they are not proved.
    """

    lo: int
    events: int = 0
    acts: int = 0
    signatures: int = 0
    reads: int = 0
    as_found: int = 0
    total: int = 0
    chains: int | None = None
    findings: Findings = field(default_factory=Findings)
    found: Findings = field(default_factory=Findings)
    misplaced: list[damage.Misplaced] = field(default_factory=list)
    who: list[Who] = field(default_factory=list)
    firsts: array[int] = field(default_factory=lambda: array("Q"))
    numbers: array[int] = field(default_factory=lambda: array("I"))


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
        self.last_who: Who | None = None
        self.signing = SigningCheck(reader, ground, self.report)
        self.bonds = BondCheck(ground, forms, self.report)
        self.chains = Chains()

    def check(self) -> SpanReport:
        """Check the span; returns the report."""
        halving = Halving()
        seals = self._read_seals(halving)
        look = Look(self.reader, self.forms, self.lo, self.hi)
        sound = None if halving.findings else look.look(seals, self.ground.size)
        if sound is not None:
            self._take(sound)
        else:
            self._look_closely(seals, halving)
        self.signing.finish()
        if self.ground.chains and not self.findings.counts:
            self.report.chains = self.chains.sum(self.reader, self.forms, self.ground.chains)
        return self.report

    def _take(self, sound: Sound) -> None:
        """Take in a sound span: what is left is what its acts claim."""
        self.report.events = sound.events
        self.report.acts = len(sound.acts)
        self.report.total = sound.total
        self.chains = sound.chains
        for (sealed, opened), recorded_at in zip(sound.acts, sound.times, strict=True):
            if sealed.first in sound.rows:
                self.bonds.check(sound.rows, opened, sealed.first)
            self.signing.check(sealed, opened)
            self._tell(opened, sealed.first, recorded_at)
        self.signing.check_seen(sound.roots)

    def _look_closely(self, seals: Sequence[SealedRow], halving: Halving) -> None:
        """Look at one thing after the other, and say what is wrong."""
        # An act may reach into the next span, which is read no further; its first row tells the time.
        end = max((each.first + each.count for each in seals), default=0)
        stop = min(max(self.hi + 1, end), self.hi + MAX_ACT - 1)
        events = halving.read(self.reader.event_page, max(0, self.lo - 1), stop, table="events")
        self._take_unreadable(halving.findings)
        self.rows = {row[0]: row for row in events}
        self._check_places()
        self._check_seals(seals)
        check_times(events, span=(self.lo, self.hi), found=self.found)
        self._check_leaves()

    def _read_seals(self, halving: Halving) -> list[SealedRow]:
        """Return the seals that begin in the span, and before them the last one before it."""
        rows = halving.read(
            self.reader.seal_page, max(0, self.lo - MAX_ACT + 1), self.hi, table="seals"
        )
        inside = bisect_left(rows, self.lo, key=itemgetter(0))
        return [self._open(row) for row in rows[max(0, inside - 1) :] if row[0] < self.hi]

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
        indexes = list(self.rows)
        self.report.events = bisect_left(indexes, self.hi) - bisect_left(indexes, self.lo)
        if self.report.events == max(0, end - self.lo) and end == self.hi:
            return
        missing = [
            index
            for index in range(self.lo, end)
            if index not in self.rows and index not in self.explained
        ]
        for first, last in damage.runs(missing):
            self.found(damage.explain_gap(self.reader, first, last, size=self.ground.size))

    def _check_seals(self, seals: Sequence[SealedRow]) -> None:
        free = self.lo
        for sealed in seals:
            if sealed.first < self.lo:
                free = self._reach_in(sealed)
                continue
            if sealed.first > free:
                self._unsealed(free, sealed.first)
            elif sealed.first < free:
                self.found(
                    Finding(
                        "seal.overlap", "inserted",
                        f"act {sealed.row[2]} begins at {sealed.first}, where another act still runs",
                        index=sealed.first,
                    )
                )  # fmt: skip
            self._check_act(sealed)
            free = max(free, sealed.first + sealed.count)
        self._unsealed(free, self.hi)

    def _reach_in(self, sealed: SealedRow) -> int:
        """Take in the events of an act that began in the span before; returns where it ends."""
        stop = min(self.hi, sealed.first + sealed.count)
        self._cover(sealed, self.lo, stop)
        return max(self.lo, stop)

    def _open(self, row: RawRow) -> SealedRow:
        envelope, first = row[4], row[0]
        digest = sha256(envelope).hexdigest()
        try:
            opened = open_envelope(envelope)
        except LedgerError as error:
            if first >= self.lo:
                self.found(
                    Finding(
                        "seal.canonical", "edited",
                        f"act {row[2]}: {error}", index=first, record=f"act/{row[2]}",
                    )
                )  # fmt: skip
            return SealedRow(row, None, digest, first, max(1, min(row[1], MAX_ACT)))
        return SealedRow(row, opened, digest, first, len(opened.events))

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
        opened, first = sealed.opened, sealed.first
        if self._check_events(sealed) and opened is not None:
            row = self.rows.get(first)
            self.signing.check(sealed, opened)
            self._tell(opened, first, row[6] if row else "")

    def _check_events(self, sealed: SealedRow) -> bool:
        """Check the events of an act, each by itself and as sealed; tells whether any stands there."""
        first, stop = sealed.first, sealed.first + sealed.count
        present = [
            (index, self.rows[index]) for index in range(first, stop) if index in self.rows
        ]
        for index, row in present:
            self._check_event(index, row)
        if not present:
            if first not in self.explained:
                self.found(damage.explain_loose(self.reader, sealed.row, self.ground.size))
            return False
        if sealed.opened is not None:
            self._check_columns(sealed, sealed.opened)
            self._check_covers(sealed, sealed.opened)
            self.bonds.check(self.rows, sealed.opened, first)
        self._cover(sealed, first, min(stop, self.hi))
        return True

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
            kind, prev, record, version = self.forms.told(row[3], encoded)
        except LedgerError as error:
            code = "event.canonical"
            self.found(Finding(code, "edited", str(error), index=index, record=row[1]))
            return
        if (record, version, kind) != (row[1], row[2], row[3]):
            self._column_differs(index, row, (record, version, kind))
        says = (prev.encode(), record.encode(), b"%d" % version)
        self.chains.follow(index, [(record, version)], [says], [digest])

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

    def _tell(self, opened: Opened, first: int, recorded_at: str) -> None:
        """Remember who acted here, for the second pass."""
        own = self._other_day(opened, recorded_at) if recorded_at[:13] != opened.at[:13] else ""
        who = (opened.actor, opened.basis, opened.on_behalf_of, own)
        if who != self.last_who:
            self.report.who.append(who)
            self.last_who = who
        self.report.firsts.append(first)
        self.report.numbers.append(len(self.report.who) - 1)

    def _other_day(self, opened: Opened, recorded_at: str) -> str:
        """Return the signer's own time where its day is not the day of recorded_at."""
        if not is_time(recorded_at):
            return ""
        authority = self.ground.authority
        return "" if authority.day(recorded_at) == authority.day(opened.at) else opened.at
