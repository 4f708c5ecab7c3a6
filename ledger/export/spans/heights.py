"""The tree above whole bundles: hash tiles from level 1 on, and the root."""

from __future__ import annotations

from ledger.errors import ProofError
from ledger.export.checked import Checked, finding
from ledger.export.spans.folder import TreeFolder
from ledger.findings import Finding
from ledger.log import tiles, tree
from ledger.log.shape import HASH_BYTES, Frontier
from ledger.log.tiles import LEVEL_BITS, WIDTH, Tile


class Heights:
    """Takes the hash of each full bundle, in order, and checks every tile that they fill above."""

    def __init__(self, folder: TreeFolder, size: int, checked: Checked) -> None:
        """Begin with no bundle."""
        self._folder = folder
        self._size = size
        self._checked = checked
        self._open: dict[int, list[bytes]] = {level: [] for level in tiles.levels_of(size)[1:]}
        self._count = 0
        self._frontier: Frontier = ()
        self._rest: Frontier = ()
        self._known = True
        self.tiles = 0

    def take(self, nodes: list[bytes | None], rest: Frontier | None) -> None:
        """Take the next bundles; `rest` is the frontier of a last one that is not full.

        From the first that could not be read on nothing above it is known.
        """
        known = [each for each in nodes if each is not None]
        self._known = self._known and len(known) == len(nodes) and rest is not None
        if not self._known:
            return
        self._frontier, strings = tree.append_all(self._count, self._frontier, known)
        for string in strings:
            self._count += 1
            for level, at in enumerate(range(0, len(string), HASH_BYTES * LEVEL_BITS), 1):
                self._take_hash(level, string[at : at + HASH_BYTES])
        self._rest = rest or ()

    def finish(self) -> None:
        """Check the last tile of each level, and the root."""
        if not self._known:
            return
        for level, hashes in self._open.items():
            if hashes:
                number = tiles.hashes_at(self._size, level) // WIDTH
                self._check(Tile(str(level), number, len(hashes)), hashes)
        if tree.root((*self._frontier, *self._rest)).hex() != self._checked.root:
            message = "the entries do not lead to the signed root"
            self._checked.findings.append(Finding("tree.root", "edited", message))

    def _take_hash(self, level: int, node: bytes) -> None:
        self._open[level].append(node)
        if len(self._open[level]) == WIDTH:
            number = tiles.hashes_at(self._count * WIDTH, level) // WIDTH - 1
            self._check(Tile(str(level), number), self._open[level])
            self._open[level] = []

    def _check(self, tile: Tile, expected: list[bytes]) -> None:
        path = tiles.format_path(tile)
        if not self._folder.has(tile):
            message = f"{path} is missing"
            self._checked.findings.append(Finding("tree.file", "deleted", message, record=path))
            return
        self.tiles += 1
        with finding(self._checked, "tree.hashes", "edited", place=path):
            if self._folder.hashes(tile) != expected:
                raise ProofError(path, "it is not what the entries make")
