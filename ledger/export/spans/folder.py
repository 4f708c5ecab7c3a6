"""A tree of tiles on a disk (`ledger.log.tiles`), read a tile at a time."""

from __future__ import annotations

from pathlib import Path

from ledger.errors import UnavailableError
from ledger.log import tiles
from ledger.log.tiles import CHECKPOINT, Tile


class TreeFolder:
    """A folder that holds a tree."""

    def __init__(self, path: Path) -> None:
        """Look at nothing yet."""
        self.path = path

    def note(self) -> bytes:
        """Return the checkpoint's bytes.

        Raises:
            UnavailableError: it cannot be read.
        """
        return _read(self.path / CHECKPOINT)

    def has(self, tile: Tile) -> bool:
        """Tell whether a tile is there, or the full one in its place."""
        return any(
            (self.path / tiles.format_path(each)).is_file() for each in (tile, tile.whole)
        )

    def read(self, tile: Tile) -> tuple[Tile, bytes]:
        """Return a tile, or the full one in its place where the partial one has gone.

        Raises:
            UnavailableError: it cannot be read.
        """
        there = tile if (self.path / tiles.format_path(tile)).is_file() else tile.whole
        return there, _read(self.path / tiles.format_path(there))

    def entries(self, tile: Tile) -> list[bytes]:
        """Return as many entries of a bundle as the tile is wide.

        Raises:
            UnavailableError: it cannot be read. MalformedError: it is no such bundle.
        """
        there, content = self.read(tile)
        return tiles.parse_bundle(content, there.width)[: tile.width]

    def hashes(self, tile: Tile) -> list[bytes]:
        """Return as many hashes of a hash tile as the tile is wide.

        Raises:
            UnavailableError: it cannot be read. MalformedError: it is no such tile.
        """
        there, content = self.read(tile)
        return tiles.parse_hashes(content, there.width)[: tile.width]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnavailableError(f"file {path.name}", error.strerror or str(error)) from error
