"""Checking a tree of tiles (`ledger.log.tiles`) with no store: every entry, every hash, every signature.

What is shown if nothing is found: the log's keys signed the checkpoint; all entries lead to its root, and
every hash tile is what they make; every act stands whole and was signed by a key that was good at its
index, back to the founding act that was pinned; each record's events follow each other. What is not shown
is named.

It goes over the tree twice, a span at a time (`ledger.export.spans`): a glance for the few entries that
say whose keys are good, then the look. Whoever looks, here or elsewhere, finds the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from importlib import metadata
from itertools import chain
from pathlib import Path

from ledger.canonical import digest
from ledger.errors import UnavailableError
from ledger.export.checked import Checked, Trust
from ledger.export.judging import Judge, Log, known_log
from ledger.export.spans.folder import TreeFolder
from ledger.export.spans.ground import Governing, Ground, parsed, survey
from ledger.export.spans.hands import ALONE, Hands, Lohi
from ledger.export.spans.heights import Heights
from ledger.export.spans.reaching import Histories, Reach, hold_acts
from ledger.export.spans.span import SpanReport, check_span
from ledger.findings import Finding
from ledger.log.checkpoint import Checkpoint, parse_checkpoint
from ledger.log.note import parse_note
from ledger.log.succession import LogKeys
from ledger.log.tiles import WIDTH

NOT_CHECKED = ("business rules", "attached content, which no tile holds")
SPAN = 4096
# A glance is so quick that it takes so many spans at once.
GLANCE = 16
Progress = Callable[[int, int], None]


def tree_head(folder: Path) -> Checkpoint:
    """Return the head that a tree's checkpoint says; nothing of it is checked.

    Raises:
        UnavailableError: there is none. MalformedError: it is no checkpoint.
    """
    return _head_of(TreeFolder(folder).note())


def check_tree(folder: Path, trust: Trust | None) -> Checked:
    """Check a tree; with no `trust` the keys of its own founding act are used, which proves less.

    Raises:
        UnavailableError: the checkpoint cannot be read. MalformedError: it is none.
    """
    checking = TreeCheck(folder, trust)
    checking.run()
    return checking.checked


@dataclass
class Looked:
    """How much was looked at."""

    files: int = 0
    signatures: int = 0
    hash_tiles: int = 0


class TreeCheck:
    """One tree under examination; what was found stands in `checked`, as far as it went."""

    def __init__(self, folder: Path, trust: Trust | None, *, width: int = SPAN) -> None:
        """Read the checkpoint, and nothing else; `width` is a span's, in entries: whole bundles.

        Raises:
            UnavailableError: the checkpoint cannot be read. MalformedError: it is none.
        """
        self.folder = TreeFolder(folder)
        self.note = self.folder.note()
        self.head = _head_of(self.note)
        self.trust = trust
        self.width = width
        self.looked = Looked()
        self.checked = Checked(
            size=self.head.size, root=self.head.root.hex(), pin=trust.source if trust else "tree",
            scope="tree", not_checked=list(NOT_CHECKED),
        )  # fmt: skip

    def run(self, hands: Hands = ALONE, progress: Progress | None = None) -> None:
        """Check all of it by these hands; `progress` is told how many entries of how many are done.

        Raises:
            UnavailableError: a span was not looked at to its end, or by another program.
        """
        try:
            self._run(hands, progress)
        finally:
            self.checked.findings.sort(key=_place)
        self.checked.shown = (
            f"all {self.head.size} entries of the log {self.head.origin}, under its signed root"
        )

    def _run(self, hands: Hands, progress: Progress | None) -> None:
        ground = self.ground()
        wide = spans(self.head.size, self.width * GLANCE)
        governing = tuple(chain.from_iterable(hands.run(survey, ground, wide)))
        judge = self._judge(governing)
        joint = _Joint(self, judge)
        ground = replace(ground, log=judge.log, governing=governing)
        for report in hands.run(check_span, ground, spans(self.head.size, self.width)):
            if report.program != ground.program:
                raise UnavailableError(
                    "verify", f"a worker runs {report.program}, not {ground.program}",
                    todo="install the same everywhere",
                )  # fmt: skip
            joint.take(report)
            if progress is not None:
                progress(report.hi, self.head.size)
        joint.finish()

    def ground(self) -> Ground:
        """Return what a glance takes; who speaks for the log is not known yet."""
        return Ground(
            folder=str(self.folder.path.resolve()),
            head=digest(self.note),
            size=self.head.size,
            log=Log(self.head.origin, "", LogKeys("")),
            program=f"qifeng {metadata.version('qifeng')}",
        )

    def _judge(self, governing: Governing) -> Judge:
        """Return whoever judges what concerns the whole log: its keys, its head, its founding."""
        entries = parsed(governing)
        founding = next((entry for index, entry in entries if index == 0), None)
        log = known_log("tree", self.head.origin, founding, self.trust, checked=self.checked)
        judge = Judge("tree", log, self.checked)
        judge.take_checkpoint(self.note)
        for index, entry in entries:
            judge.learn_office(index, entry.event)
        return judge


class _Joint:
    """Puts the reports on spans together, in their order."""

    def __init__(self, checking: TreeCheck, judge: Judge) -> None:
        self.checked = checking.checked
        self.looked = checking.looked
        self.judge = judge
        self.heights = Heights(checking.folder, checking.head.size, checking.checked)
        self.histories = Histories(self._found)
        # The acts that reach out of the span before; None where that could not be read.
        self.begun: dict[str, Reach] | None = {}

    def take(self, report: SpanReport) -> None:
        self.checked.entries += report.entries
        self.checked.acts += report.acts
        self.checked.findings.extend(report.findings)
        self.looked.signatures += report.signatures
        self.looked.hash_tiles += report.hash_tiles
        # Of each bundle the entries, the seals and the hashes.
        self.looked.files += 3 * -(-(report.hi - report.lo) // WIDTH)
        self.heights.take(report.nodes, report.rest)
        for stretch in report.histories:
            if stretch is None:
                self.histories.gap()
            else:
                self.histories.take(stretch)
        if self.begun is not None and report.reached is not None:
            hold_acts(self.begun, report.reached, report.lo, self._found)
        self.begun = report.begun
        if report.founded:
            self.judge.firsts[self.judge.log.founding] = 0
        self.judge.founder_signed = self.judge.founder_signed or report.founder_signed

    def finish(self) -> None:
        self.heights.finish()
        self.looked.hash_tiles += self.heights.tiles
        self.looked.files += self.heights.tiles
        self.judge.check_speakers()
        self.judge.check_founding()

    def _found(self, code: str, damage: str, message: str, index: int, record: str) -> None:
        self.judge.found(code, damage, message, index=index, record=record)


def spans(size: int, width: int) -> Iterator[Lohi]:
    """Yield the spans of a tree of this size, in order."""
    for lo in range(0, size, width):
        yield lo, min(size, lo + width)


def _head_of(note: bytes) -> Checkpoint:
    return parse_checkpoint(parse_note(note).text)


def _place(finding: Finding) -> tuple[int, str, str, str]:
    index = -1 if finding.index is None else finding.index
    return index, finding.code, finding.record, finding.message
