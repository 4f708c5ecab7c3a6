"""One span of a tree, looked at: every entry, every seal that begins in it, every signature, its leaves.

`check_span` is a pure function of the files and of its arguments, which are plain values; so is what it
returns. It decides nothing by itself: reports are put together by `ledger.export.trees`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from typing_extensions import override

from ledger.act import Entry, Event, Seal, open_seal, parse_entry
from ledger.canonical import digest
from ledger.errors import LedgerError, ProofError
from ledger.export.checked import Checked, finding
from ledger.export.judging import Judge
from ledger.export.spans.ground import Ground, learned
from ledger.export.spans.reaching import Reach, Stretch, missing
from ledger.findings import Finding
from ledger.log import tiles, tree
from ledger.log.shape import Frontier
from ledger.log.tiles import ENTRIES, SEALS, WIDTH, Tile


@dataclass
class SpanReport:
    """What looking at a span came to.

    `histories` are its stretches, with None where entries could not be read; `nodes` the hash of each
    full bundle in order, None likewise, and `rest` the frontier of a last one that is not full. `begun`
    and `reached` are the acts over its two edges, None where what they rest on could not be read.
    """

    lo: int
    hi: int
    program: str = ""
    entries: int = 0
    acts: int = 0
    signatures: int = 0
    hash_tiles: int = 0
    findings: list[Finding] = field(default_factory=list)
    histories: list[Stretch | None] = field(default_factory=list)
    nodes: list[bytes | None] = field(default_factory=list)
    rest: Frontier | None = ()
    begun: dict[str, Reach] | None = field(default_factory=dict)
    reached: dict[str, Reach] | None = field(default_factory=dict)
    founded: bool = False
    founder_signed: bool = False


def check_span(ground: Ground, lo: int, hi: int) -> SpanReport:
    """Look at the entries from lo on, before hi; both are edges of bundles, or hi is the tree's size.

    Raises:
        UnavailableError: the tree that is meant is not here.
    """
    return _Span(ground, lo, hi).check()


class _SpanJudge(Judge):
    """Judges a span by what is known of the whole log; acts that began before it were judged there."""

    def begin(self, report: SpanReport) -> None:
        """Begin with nothing seen."""
        self.report = report
        self.covered: dict[str, set[int]] = {}
        self.stretch = Stretch()
        # The bundle's seals, or those before it, could not be read: that is named, once.
        self.blind = False

    @override
    def learn_office(self, index: int, event: Event) -> None:
        """Leave who speaks for the log to whoever puts the reports together."""

    @override
    def follow(self, index: int, entry: Entry) -> None:
        event = entry.event
        if event.record in self.last:
            super().follow(index, entry)
            return
        self.stretch.begins[event.record] = (event.version, event.prev, index)
        self.last[event.record] = (event.version, digest(entry.event_bytes))

    @override
    def _check_seal(self, index: int, entry: Entry) -> None:
        if self.blind and entry.seal not in self.seals:
            return
        super()._check_seal(index, entry)
        self.covered.setdefault(entry.seal, set()).add(index)

    @override
    def _judge_seal(self, seal: Seal, digest: str, first: int, index: int) -> None:
        if first < self.report.lo:
            return
        self.report.acts += 1
        super()._judge_seal(seal, digest, first, index)


class _Span:
    """One span under examination, a bundle in memory at a time."""

    def __init__(self, ground: Ground, lo: int, hi: int) -> None:
        self.ground = ground
        self.lo, self.hi = lo, hi
        self.folder = ground.open()
        self.report = SpanReport(lo, hi, ground.program)
        self.checked = Checked(findings=self.report.findings)
        known = learned(ground.governing)
        self.judge = _SpanJudge(
            "tree", ground.log, self.checked, ring=known.ring, enrolled=known.enrolled
        )
        self.judge.begin(self.report)
        # The last act of the bundle before reaches into this span, or none does.
        self.before: set[str] = set()
        # The acts over either edge, and the edges of bundles whose entries could not be read.
        self.begun: dict[str, Reach] = {}
        self.reached: dict[str, Reach] = {}
        self.unread: set[int] = set()
        # The indexes of which something was found: an act that they belong to is not called torn too.
        self.unclear: set[int] = set()

    def check(self) -> SpanReport:
        """Look at every bundle; returns the report."""
        blind = self._take_before()
        for tile in tiles.tiles_of(ENTRIES, self.hi, self.lo):
            blind = self._check_bundle(tile, blind=blind)
        self._end_stretch()
        self._end_acts()
        self.report.reached = None if self.lo in self.unread else self.reached
        self.report.begun = None if blind or self.hi in self.unread else self.begun
        self.report.entries = self.checked.entries
        self.report.signatures = len(self.judge.uses)
        self.report.founder_signed = self.judge.founder_signed
        return self.report

    def _take_before(self) -> bool:
        """Take in the act that may reach into this span; tells whether it could not be read."""
        if not self.lo:
            return False
        try:
            _, content = self.folder.read(Tile(SEALS, self.lo // WIDTH - 1))
            for envelope in tiles.parse_seals(content)[-1:]:
                self.judge.seals[digest(envelope)] = open_seal(envelope)
        except LedgerError:
            return True
        self.before = set(self.judge.seals)
        return False

    def _check_bundle(self, tile: Tile, *, blind: bool) -> bool:
        """Check a bundle, its seals and its leaves; tells whether its seals could not be read."""
        first, stop = tile.number * WIDTH, tile.number * WIDTH + tile.width
        path = tiles.format_path(tile)
        entries: list[bytes] | None = None
        if self._is_there(tile):
            with finding(self.checked, "tree.entry", "edited", place=path):
                entries = self.folder.entries(tile)
        blind_now = not self._take_seals(Tile(SEALS, tile.number, tile.width), entries)
        if entries is None:
            self._pass_over(first, stop)
        else:
            self.judge.blind = blind or blind_now
            for index, encoded in enumerate(entries, first):
                self._check_entry(index, encoded)
            self._check_leaves(tile, [tree.leaf_hash(each) for each in entries])
        self._close(first, stop)
        return blind_now

    def _pass_over(self, first: int, stop: int) -> None:
        self.unclear.update(range(first, stop))
        self._end_stretch()
        self.report.histories.append(None)
        if stop - first == WIDTH:
            self.report.nodes.append(None)
        else:
            self.report.rest = None
        self.unread.update((first, stop))

    def _check_entry(self, index: int, encoded: bytes) -> None:
        found = len(self.report.findings)
        with finding(self.checked, "tree.entry", "edited", index=index):
            entry = parse_entry(encoded)
            self.judge.follow(index, entry)
            self.judge.take_entry(index, entry)
        if len(self.report.findings) > found:
            self.unclear.add(index)

    def _take_seals(self, tile: Tile, entries: Sequence[bytes] | None) -> bool:
        """Take in a bundle's seals; tells whether they could be read."""
        if not self._is_there(tile):
            return False
        path = tiles.format_path(tile)
        with finding(self.checked, "tree.seal", "edited", place=path):
            there, content = self.folder.read(tile)
            envelopes = tiles.parse_seals(content)
            if there != tile:
                # The full tile, where the partial one has gone: acts of later are not asked for.
                named = {parse_entry(each).seal for each in entries or ()}
                envelopes = [each for each in envelopes if digest(each) in named]
            for envelope in envelopes:
                self.judge.take_seal(envelope, path)
            return True
        return False

    def _close(self, first: int, stop: int) -> None:
        """Let go of the acts that ended, and say what is wrong with them; memory stays flat."""
        seals, firsts = self.judge.seals, self.judge.firsts
        for known in list(seals):
            begin = firsts.get(known)
            if begin is None:
                if known not in self.before and not self.unclear.isdisjoint(range(first, stop)):
                    # Its entries may stand among those that cannot be read, and go on in the next bundle.
                    self.before.add(known)
                    continue
                if known not in self.before:
                    message = f"seal {known[:12]}… covers no entry here"
                    self.judge.found("seal", "inserted", message)
            elif begin + len(seals[known].act.events) <= stop:
                self._close_act(known, begin)
            else:
                continue
            del seals[known]

    def _close_act(self, seal: str, begin: int) -> None:
        reach = self._reach(seal, begin)
        if seal == self.ground.log.founding:
            self.report.founded = True
        if begin < self.lo:
            self.reached[seal] = reach
        elif reach.here != reach.of:
            self.judge.found("seal", "deleted", missing(reach.of - reach.here), index=begin)

    def _reach(self, seal: str, begin: int) -> Reach:
        """Return how much of an act stands here; what something else was found of counts as here."""
        of = len(self.judge.seals[seal].act.events)
        here = self.judge.covered.pop(seal, set())
        here.update(self.unclear.intersection(range(begin, begin + of)))
        return Reach(begin, len(here), of)

    def _end_acts(self) -> None:
        for seal in self.judge.seals.keys() & self.judge.firsts.keys():
            begin = self.judge.firsts[seal]
            reach = self._reach(seal, begin)
            if self.hi == self.ground.size:
                self.judge.found("seal", "deleted", missing(reach.of - reach.here), index=begin)
            else:
                self.begun[seal] = reach

    def _end_stretch(self) -> None:
        self.judge.stretch.ends = self.judge.last
        self.report.histories.append(self.judge.stretch)
        self.judge.stretch, self.judge.last = Stretch(), {}

    def _check_leaves(self, tile: Tile, leaves: list[bytes]) -> None:
        frontier, _ = tree.append_all(0, (), leaves)
        if tile.width == WIDTH:
            self.report.nodes.append(frontier[0])
        else:
            self.report.rest = frontier
        hashes = Tile("0", tile.number, tile.width)
        if not self._is_there(hashes):
            return
        self.report.hash_tiles += 1
        path = tiles.format_path(hashes)
        with finding(self.checked, "tree.hashes", "edited", place=path):
            if self.folder.hashes(hashes) != leaves:
                raise ProofError(path, "it is not what the entries make")

    def _is_there(self, tile: Tile) -> bool:
        if not self.folder.has(tile):
            path = tiles.format_path(tile)
            self.judge.found("file", "deleted", f"{path} is missing", record=path)
            return False
        return True
