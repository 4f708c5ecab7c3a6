"""Writing a log as a tree of tiles (`ledger.log.tiles`): only what is new, the checkpoint last.

Each file is written beside its place and renamed, so that it is there whole or not at all; the
checkpoint is replaced when everything that it speaks for is on disk. A crash on the way leaves the
older tree, with some files of the newer one that nobody asks for; calling again ends the work.

Nothing is copied on trust. Leaves are computed from the entries, the hashes above them from the
leaves, and the old part of a tile that goes on is held against the old checkpoint: what is written
leads to the signed roots, old and new, or is not written.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ledger.act import format_entry
from ledger.canonical import digest
from ledger.errors import LedgerError, ProofError, UnavailableError, UsageError
from ledger.frozen import frozen
from ledger.log import tiles, tree
from ledger.log.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from ledger.log.note import Verifier, parse_note
from ledger.log.tiles import CHECKPOINT, LEVEL_BITS, TILE, WIDTH, Tile
from ledger.store.contract import EventRow, LogReader, SealRow

DRAFT = ".unfinished"
MAX_ACT = 256


@frozen
class Written:
    """What was written: the tree's size before and now, and how many files are new."""

    old_size: int
    size: int
    files: int


@frozen
class Head:
    """The head to write up to: as told, as signed, and by whom it must be signed."""

    checkpoint: Checkpoint
    note: bytes
    verifiers: Sequence[Verifier]


def write_tiles(store: LogReader, folder: Path, head: Head) -> Written:
    """Write the log up to this head, which it holds, into a folder; returns what was written.

    Raises:
        UsageError: the folder holds something else, or the tree of another log.
        ProofError: the tree there is ahead of the head or not a part of it, or the store does not
            hold what the head says. Nothing of what is there was changed.
        UnavailableError: a file cannot be read or written.
    """
    try:
        old = _standing(folder, head)
        growth = _Growth(store, _Folder(folder), old, head.checkpoint)
        growth.folder.sweep()
        if old.size < head.checkpoint.size:
            growth.write()
        growth.folder.finish(CHECKPOINT, head.note)
        growth.drop_partials()
    except OSError as error:
        raise UnavailableError(
            f"tiles in {folder}", str(error), todo="the tree there is as it was; try again"
        ) from error
    return Written(old.size, head.checkpoint.size, growth.folder.files)


def _standing(folder: Path, head: Head) -> Checkpoint:
    """Return the head of the tree that stands there; of size 0 where none does."""
    path = folder / CHECKPOINT
    origin = head.checkpoint.origin
    if not path.exists():
        strange = _strange(folder)
        if strange:
            raise UsageError(
                f"{folder} holds {strange} and no {CHECKPOINT}", todo="choose an empty folder"
            )
        return Checkpoint(origin, 0, tree.EMPTY_ROOT)
    note = path.read_bytes()
    try:
        theirs = parse_checkpoint(parse_note(note).text).origin
    except LedgerError as error:
        raise UsageError(f"{path}: {error}", todo="choose another folder") from error
    if theirs != origin:
        raise UsageError(
            f"{folder} is the tree of the log {theirs[:80]}, not of {origin}",
            todo="choose another folder",
        )
    old = open_checkpoint(note, origin, head.verifiers)
    if old.size > head.checkpoint.size:
        raise ProofError(
            f"tiles in {folder}",
            f"they run to size {old.size}, this log to {head.checkpoint.size}:"
            " the store was rolled back or cut; do not write, call the administrator",
        )
    if old.size == head.checkpoint.size and old.root != head.checkpoint.root:
        raise ProofError(
            f"tiles in {folder}",
            f"two roots were signed for size {old.size}: the log was forked",
        )
    return old


def _strange(folder: Path) -> str:
    if not folder.exists():
        return ""
    names = sorted(each.name for each in folder.iterdir())
    return next((each for each in names if each != TILE and not each.startswith(DRAFT)), "")


class _Growth:
    """A tree of tiles on its way from one size to another."""

    def __init__(
        self, store: LogReader, folder: _Folder, old: Checkpoint, new: Checkpoint
    ) -> None:
        self.store = store
        self.folder = folder
        self.old = old
        self.new = new
        # The last entry bundle that was begun is written again, as far as it goes now.
        self.start = old.size // WIDTH * WIDTH
        # The hashes of each level's last tile, as far as it is filled.
        self.open: dict[int, list[bytes]] = {
            level: self._begun(level) for level in tiles.levels_of(new.size)
        }

    def write(self) -> None:
        """Write all tiles that are new.

        Raises:
            ProofError: the store does not lead to the old root or to the new one.
        """
        frontier = self._frontier()
        if self.old.size == self.start:
            self._check(self.old, frontier)
        for tile in tiles.tiles_of(tiles.ENTRIES, self.new.size, self.start):
            first = tile.number * WIDTH
            rows, seals = self._rows(first, tile.width)
            entries = list(_entries(rows, seals))
            leaves = [tree.leaf_hash(entry) for entry in entries]
            if first < self.old.size:
                at_old, _ = tree.append_all(first, frontier, leaves[: self.old.size - first])
                self._check(self.old, at_old)
            frontier, node_strings = tree.append_all(first, frontier, leaves)
            if first + tile.width == self.new.size:
                self._check(self.new, frontier)
            self._write_bundle(tile, entries, seals)
            self._take(first, node_strings)
        self._write_partials()

    def _begun(self, level: int) -> list[bytes]:
        """Return the hashes of a level that stand before `start` in the tile that goes on."""
        stop = tiles.hashes_at(self.start, level)
        places = [
            (LEVEL_BITS * level, position) for position in range(stop // WIDTH * WIDTH, stop)
        ]
        hashes = list(self.store.read_hashes(places)) if places else []
        if len(hashes) != len(places):
            raise ProofError("store", f"hashes of level {LEVEL_BITS * level} are missing")
        return hashes

    def _frontier(self) -> tuple[bytes, ...]:
        """Return the frontier at `start`, from the hashes of the tiles that go on."""
        frontier: tuple[bytes, ...] = ()
        for level in reversed(self.open):
            frontier += tree.append_all(0, (), self.open[level])[0]
        return frontier

    def _check(self, head: Checkpoint, frontier: tuple[bytes, ...]) -> None:
        if tree.root(frontier) != head.root:
            raise ProofError(
                "store",
                f"it does not lead to the signed root of size {head.size}:"
                " it was forked or damaged; run 'qifeng verify'",
            )

    def _rows(self, first: int, width: int) -> tuple[list[EventRow], list[SealRow]]:
        rows = list(self.store.events(first, first + width))
        if [row.index for row in rows] != list(range(first, first + width)):
            raise ProofError("store", f"events are missing from index {first} on")
        seals = list(self.store.seals(max(0, first - MAX_ACT + 1), first + width))
        return rows, seals

    def _write_bundle(
        self, tile: Tile, entries: Sequence[bytes], seals: Sequence[SealRow]
    ) -> None:
        first = tile.number * WIDTH
        envelopes = [each.envelope for each in seals if each.first_index >= first]
        self.folder.write(tile, tiles.format_bundle(entries))
        seal_tile = Tile(tiles.SEALS, tile.number, tile.width)
        self.folder.write(seal_tile, tiles.format_seals(envelopes))

    def _take(self, first: int, node_strings: Sequence[bytes]) -> None:
        """Take in the hashes that a bundle's leaves complete, and write each tile they fill."""
        for index, node_string in enumerate(node_strings, first):
            for level, at in enumerate(range(0, len(node_string), 32 * LEVEL_BITS)):
                self.open[level].append(node_string[at : at + 32])
                if len(self.open[level]) == WIDTH:
                    number = tiles.hashes_at(index + 1, level) // WIDTH - 1
                    self._write_hashes(Tile(str(level), number), level)
                    self.open[level] = []

    def _write_partials(self) -> None:
        for level, hashes in self.open.items():
            if hashes and tiles.hashes_at(self.old.size, level) < tiles.hashes_at(
                self.new.size, level
            ):
                number = tiles.hashes_at(self.new.size, level) // WIDTH
                self._write_hashes(Tile(str(level), number, len(hashes)), level)

    def _write_hashes(self, tile: Tile, level: int) -> None:
        self.folder.write(tile, tiles.format_hashes(self.open[level]))

    def drop_partials(self) -> None:
        """Take away partial tiles, also those of older trees, where the full one stands now."""
        levels = [(str(level), level) for level in tiles.levels_of(self.old.size)]
        for kind, level in [*levels, (tiles.ENTRIES, 0), (tiles.SEALS, 0)]:
            begun, width = divmod(tiles.hashes_at(self.old.size, level), WIDTH)
            if width and tiles.hashes_at(self.new.size, level) // WIDTH > begun:
                self.folder.drop(Tile(kind, begun, width))


def _entries(rows: Sequence[EventRow], seals: Sequence[SealRow]) -> Iterator[bytes]:
    sealed = {
        index: seal.digest
        for seal in seals
        if digest(seal.envelope) == seal.digest
        for index in range(seal.first_index, seal.first_index + seal.count)
    }
    for row in rows:
        if row.index not in sealed:
            raise ProofError(
                "store", f"event {row.index} has no sound seal; run 'qifeng verify'"
            )
        yield format_entry(row.event, row.recorded_at, sealed[row.index])


@dataclass
class _Folder:
    """The folder that is written into, and what was written so far."""

    path: Path
    files: int = 0
    touched: set[Path] = field(default_factory=set)

    def write(self, tile: Tile, content: bytes) -> None:
        """Write a tile; it is there whole, or not at all."""
        self._replace(tiles.format_path(tile), content)
        self.files += 1

    def sweep(self) -> None:
        """Take away what a crash left half written."""
        for draft in self.path.glob(f"{DRAFT}-*"):
            draft.unlink(missing_ok=True)

    def finish(self, name: str, content: bytes) -> None:
        """Write the file that speaks for all others, when those are on disk."""
        for folder in sorted(self.touched):
            _sync(folder)
        self._replace(name, content)
        _sync(self.path)

    def drop(self, tile: Tile) -> None:
        """Take away the partial tiles of a place where the full one stands."""
        partials = (self.path / tiles.format_path(tile)).parent
        if partials.is_dir():
            for path in partials.iterdir():
                path.unlink()
            partials.rmdir()

    def _replace(self, name: str, content: bytes) -> None:
        path = self.path / name
        missing = list(
            itertools.takewhile(
                lambda each: not each.exists(), [path.parent, *path.parent.parents]
            )
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        self.touched.update([path.parent, *(each.parent for each in missing)])
        draft = self.path / f"{DRAFT}-{os.getpid()}"
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)


def _sync(folder: Path) -> None:
    if os.name == "posix":  # pragma: no branch - other systems cannot sync a folder
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
