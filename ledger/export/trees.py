"""Checking a tree of tiles (`ledger.log.tiles`) with no store: every entry, every hash, every signature.

What is shown if nothing is found: the log's keys signed the checkpoint; all entries lead to its root, and
every hash tile is what they make; every act was signed by a key that was good at its index, back to the
founding act that was pinned; each record's events follow each other. What is not shown is named.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ledger.act import Entry, parse_entry
from ledger.canonical import digest
from ledger.errors import LedgerError, ProofError, UnavailableError
from ledger.export.checked import Checked, Trust, finding
from ledger.export.judging import Judge, known_log
from ledger.log import tiles, tree
from ledger.log.checkpoint import Checkpoint, parse_checkpoint
from ledger.log.note import parse_note
from ledger.log.shape import HASH_BYTES, Frontier
from ledger.log.tiles import CHECKPOINT, LEVEL_BITS, WIDTH, Tile

NOT_CHECKED = ("business rules", "attached content, which no tile holds")


def tree_head(folder: Path) -> Checkpoint:
    """Return the head that a tree's checkpoint says; nothing of it is checked.

    Raises:
        UnavailableError: there is none. MalformedError: it is no checkpoint.
    """
    return parse_checkpoint(parse_note(_read(folder / CHECKPOINT)).text)


def check_tree(folder: Path, trust: Trust | None) -> Checked:
    """Check a tree; with no `trust` the keys of its own founding act are used, which proves less.

    Raises:
        UnavailableError: the checkpoint cannot be read. MalformedError: it is none.
    """
    head = tree_head(folder)
    checked = Checked(
        size=head.size, root=head.root.hex(), pin=trust.source if trust else "tree",
        scope="tree", not_checked=list(NOT_CHECKED),
    )  # fmt: skip
    checking = _Checking(folder, head, checked, trust)
    checking.judge.take_checkpoint(_read(folder / CHECKPOINT))
    checking.check()
    checked.shown = f"all {head.size} entries of the log {head.origin}, under its signed root"
    return checked


class _Checking:
    """One tree under examination, a bundle in memory at a time."""

    def __init__(
        self, folder: Path, head: Checkpoint, checked: Checked, trust: Trust | None
    ) -> None:
        self.folder = folder
        self.head = head
        self.checked = checked
        log = known_log("tree", head.origin, self._founding(), trust, checked=checked)
        self.judge = Judge("tree", log, checked)
        self.open: dict[int, list[bytes]] = {level: [] for level in tiles.levels_of(head.size)}
        self.frontier: Frontier = ()

    def check(self) -> None:
        """Check every tile."""
        for tile in tiles.tiles_of(tiles.ENTRIES, self.head.size):
            if not self._check_bundle(tile):
                return
        for level, hashes in self.open.items():
            if hashes:
                number = tiles.hashes_at(self.head.size, level) // WIDTH
                self._check_hashes(Tile(str(level), number, len(hashes)), hashes)
        if tree.root(self.frontier) != self.head.root:
            self.judge.found("root", "edited", "the entries do not lead to the signed root")
        self.judge.finish()

    def _founding(self) -> Entry | None:
        try:
            first = next(tiles.tiles_of(tiles.ENTRIES, self.head.size))
            return parse_entry(self._entries(first)[0])
        except (LedgerError, StopIteration):
            # What is wrong with it is named when its turn comes.
            return None

    def _check_bundle(self, tile: Tile) -> bool:
        """Check a bundle, its seals and the hash tiles it fills; tells whether it could be read."""
        first, seals = tile.number * WIDTH, Tile(tiles.SEALS, tile.number, tile.width)
        if not (self._is_there(tile) and self._is_there(seals)):
            return False
        with finding(self.checked, "tree.entry", "edited", place=tiles.format_path(tile)):
            entries = self._entries(tile)
            self._take_seals(seals, entries)
            for index, encoded in enumerate(entries, first):
                self._check_entry(index, encoded)
            self._forget(first + tile.width)
            leaves = [tree.leaf_hash(each) for each in entries]
            self.frontier, nodes = tree.append_all(first, self.frontier, leaves)
            self._take_hashes(first, nodes)
            return True
        return False

    def _check_entry(self, index: int, encoded: bytes) -> None:
        with finding(self.checked, "tree.entry", "edited", index=index):
            entry = parse_entry(encoded)
            self.judge.follow(index, entry)
            self.judge.take_entry(index, entry)

    def _take_seals(self, tile: Tile, entries: Sequence[bytes]) -> None:
        path = tiles.format_path(tile)
        with finding(self.checked, "tree.seal", "edited", place=path):
            there, content = self._read(tile)
            envelopes = tiles.parse_seals(content)
            if there != tile:
                # The full tile, where the partial one has gone: acts of later are not asked for.
                named = {parse_entry(each).seal for each in entries}
                envelopes = [each for each in envelopes if digest(each) in named]
            for envelope in envelopes:
                self.judge.take_seal(envelope, path)

    def _forget(self, stop: int) -> None:
        """Let go of the seals of acts that ended, so that memory stays flat; the founding's is asked for."""
        seals, firsts = self.judge.seals, self.judge.firsts
        for known in [each for each in seals if each in firsts]:
            if firsts[known] + len(seals[known].act.events) <= stop:
                del seals[known]

    def _take_hashes(self, first: int, nodes: Sequence[bytes]) -> None:
        for index, node_string in enumerate(nodes, first):
            for level, at in enumerate(range(0, len(node_string), HASH_BYTES * LEVEL_BITS)):
                self.open[level].append(node_string[at : at + HASH_BYTES])
                if len(self.open[level]) == WIDTH:
                    number = tiles.hashes_at(index + 1, level) // WIDTH - 1
                    self._check_hashes(Tile(str(level), number), self.open[level])
                    self.open[level] = []

    def _check_hashes(self, tile: Tile, expected: list[bytes]) -> None:
        path = tiles.format_path(tile)
        with finding(self.checked, "tree.hashes", "edited", place=path):
            if not self._is_there(tile):
                return
            there, content = self._read(tile)
            if tiles.parse_hashes(content, there.width)[: tile.width] != expected:
                raise ProofError(path, "it is not what the entries make")

    def _entries(self, tile: Tile) -> list[bytes]:
        there, content = self._read(tile)
        return tiles.parse_bundle(content, there.width)[: tile.width]

    def _is_there(self, tile: Tile) -> bool:
        paths = [self.folder / tiles.format_path(each) for each in (tile, tile.whole)]
        if not any(each.is_file() for each in paths):
            path = tiles.format_path(tile)
            self.judge.found("file", "deleted", f"{path} is missing", record=path)
            return False
        return True

    def _read(self, tile: Tile) -> tuple[Tile, bytes]:
        """Return a tile, or the full one in its place where the partial one has gone."""
        path = self.folder / tiles.format_path(tile)
        there = tile if path.is_file() else tile.whole
        return there, _read(self.folder / tiles.format_path(there))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnavailableError(f"file {path.name}", error.strerror or str(error)) from error
