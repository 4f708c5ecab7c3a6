r"""Tiles: a log as a tree of plain files, from which anyone audits it with stock tools.

The layout is that of C2SP tlog-tiles v0.1.0, with one kind of file more:

    checkpoint                        the signed head (`ledger.log.checkpoint`), replaced as the log grows
    tile/<L>/<N>[.p/<W>]              hash tiles of level L, 0 to 63
    tile/entries/<N>[.p/<W>]          entry bundles
    tile/seals/<N>[.p/<W>]            the seals of the acts that begin in entry bundle N

* A tile is N-th of its kind, from 0, and has W items: 256, or 1 to 255 in the last one, which then
  lies below `.p/`. N is written in groups of three digits, all but the last with `x` before it:
  `000`, `x455/667`, `x001/x234/067`; L and W are decimal without leading zero.
* A hash tile is W hashes of 32 bytes. Hash i of tile N of level L is the root of the complete
  subtree of 256^L leaves from leaf (256·N + i)·256^L on; level 0 holds leaf hashes. A partial tile is
  never hashed upward. At size n level L has floor(n / 256^L) hashes.
* An entry bundle is, for each of its W entries, u16 length ‖ entry: at most 65,535 bytes each.
* A seal tile is, for each act whose first index lies in the W entries, in order of index, u32 length ‖
  envelope (`ledger.act`). No hash covers it; each entry names the digest of its envelope.

Once written a file never changes. A partial tile may go when the full one exists; a reader asks for
what their checkpoint requires, and takes the full tile where a partial one is gone.

Worked example (a vector): the seven entries of `ledger.log.tree`'s example. `tile/entries/000.p/7` is
`0000 000100 000110 00022021 00023031 000440414243 00085051525354555657`, `tile/0/000.p/7` the
seven leaf hashes, SHA-256 `ec88933a26b0c5a411a10c4afb43f254255423d6a269e8975a7fa0841434e577`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ledger.errors import MalformedError
from ledger.frozen import frozen
from ledger.log.shape import HASH_BYTES

WIDTH = 256
LEVEL_BITS = 8
MAX_LEVEL = 63
MAX_ENTRY_BYTES = 65_535
CHECKPOINT = "checkpoint"
TILE = "tile"
ENTRIES = "entries"
SEALS = "seals"

_ENTRY_LENGTH = 2
_SEAL_LENGTH = 4
_PATH = re.compile(
    r"tile/(entries|seals|0|[1-9][0-9]?)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?\Z"
)


@frozen
class Tile:
    """One file below `tile/`: its kind (a level in decimal, `entries` or `seals`), N and W."""

    kind: str
    number: int
    width: int = WIDTH

    @property
    def whole(self) -> Tile:
        """The full tile in the same place."""
        return Tile(self.kind, self.number)


def format_path(tile: Tile) -> str:
    """Return a tile's path from the top of the tree, parted by `/`."""
    groups = [f"{tile.number % 1000:03d}"]
    rest = tile.number // 1000
    while rest:
        groups.append(f"x{rest % 1000:03d}")
        rest //= 1000
    partial = "" if tile.width == WIDTH else f".p/{tile.width}"
    return f"{TILE}/{tile.kind}/{'/'.join(reversed(groups))}{partial}"


def parse_path(path: str) -> Tile:
    """Return the tile of a path.

    Raises:
        MalformedError: it is no tile's path, or another spelling of one.
    """
    found = _PATH.match(path)
    if found:
        kind, groups, width = found.groups()
        tile = Tile(kind, int(re.sub("[x/]", "", groups)), int(width or WIDTH))
        in_range = tile.width <= WIDTH and not (kind.isdecimal() and int(kind) > MAX_LEVEL)
        if in_range and format_path(tile) == path:
            return tile
    raise MalformedError("tile path", expected="a tile of this layout", found=repr(path)[:60])


def hashes_at(size: int, level: int) -> int:
    """Return how many hashes a level has in the tree of this size."""
    return size >> LEVEL_BITS * level


def levels_of(size: int) -> range:
    """Return the levels that have a hash in the tree of this size."""
    return range((size.bit_length() + LEVEL_BITS - 1) // LEVEL_BITS)


def tiles_of(kind: str, count: int, start: int = 0) -> Iterator[Tile]:
    """Yield the tiles that hold the first `count` items of a kind, from item `start` on, in order.

    The last is partial where the count is no multiple of 256.
    """
    for number in range(start // WIDTH, (count + WIDTH - 1) // WIDTH):
        yield Tile(kind, number, min(WIDTH, count - number * WIDTH))


def format_hashes(hashes: Sequence[bytes]) -> bytes:
    """Return the bytes of a hash tile."""
    return b"".join(hashes)


def parse_hashes(encoded: bytes, width: int) -> list[bytes]:
    """Return the hashes of a tile of this width.

    Raises:
        MalformedError: it has another length.
    """
    if len(encoded) != width * HASH_BYTES:
        raise MalformedError(
            "hash tile", expected=f"{width * HASH_BYTES} bytes", found=f"{len(encoded)} bytes"
        )
    return [encoded[at : at + HASH_BYTES] for at in range(0, len(encoded), HASH_BYTES)]


def format_bundle(entries: Sequence[bytes]) -> bytes:
    """Return the bytes of an entry bundle.

    Raises:
        MalformedError: an entry is over 65,535 bytes.
    """
    for entry in entries:
        if len(entry) > MAX_ENTRY_BYTES:
            raise MalformedError(
                "entry", expected=f"at most {MAX_ENTRY_BYTES} bytes", found=f"{len(entry)}"
            )
    return b"".join(len(entry).to_bytes(_ENTRY_LENGTH, "big") + entry for entry in entries)


def parse_bundle(encoded: bytes, width: int) -> list[bytes]:
    """Return the entries of a bundle of this width.

    Raises:
        MalformedError: it does not hold exactly so many.
    """
    entries = list(_counted(encoded, _ENTRY_LENGTH, "entry bundle"))
    if len(entries) != width:
        raise MalformedError(
            "entry bundle", expected=f"{width} entries", found=f"{len(entries)}"
        )
    return entries


def format_seals(envelopes: Sequence[bytes]) -> bytes:
    """Return the bytes of a seal tile."""
    return b"".join(len(each).to_bytes(_SEAL_LENGTH, "big") + each for each in envelopes)


def parse_seals(encoded: bytes) -> list[bytes]:
    """Return the envelopes of a seal tile.

    Raises:
        MalformedError: the bytes do not end with an envelope.
    """
    return list(_counted(encoded, _SEAL_LENGTH, "seal tile"))


def _counted(encoded: bytes, length_bytes: int, what: str) -> Iterator[bytes]:
    at = 0
    while at < len(encoded):
        start = at + length_bytes
        stop = start + int.from_bytes(encoded[at:start], "big")
        if start > len(encoded) or stop > len(encoded):
            raise MalformedError(
                what, expected=f"an item up to byte {stop}", found=f"{len(encoded)} bytes"
            )
        yield encoded[start:stop]
        at = stop
