"""What reaches from one span into the next: records' histories, and acts whose events stand in both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ledger.canonical import ZERO_DIGEST
from ledger.frozen import frozen

Begin = tuple[int, str, int]
Found = Callable[[str, str, str, int, str], None]


@dataclass
class Stretch:
    """Histories within entries that were all read: how each record's begins there, and how it ends.

    A begin is (version, the digest it follows, index), an end (version, digest).
    """

    begins: dict[str, Begin] = field(default_factory=dict)
    ends: dict[str, tuple[int, str]] = field(default_factory=dict)


@frozen
class Reach:
    """An act that reaches over a span's edge: its first index, how many of its events stand here, of how many."""

    first: int
    here: int
    of: int


class Histories:
    """Holds stretches together, in order: each record's history goes on where it ended.

    It keeps a version and a digest of every record: memory grows by some 250 bytes a record.
    """

    def __init__(self, found: Found) -> None:
        """Begin before the first entry."""
        self._found = found
        self._ends: dict[str, bytes] = {}
        self._before_gap: dict[str, bytes] | None = None

    def gap(self) -> None:
        """Pass entries that could not be read: what follows may have gone on in them."""
        self._before_gap = {**(self._before_gap or {}), **self._ends}
        self._ends = {}

    def take(self, stretch: Stretch) -> None:
        """Hold what begins against what ended before."""
        for record, begin in stretch.begins.items():
            if not self._follows(record, begin):
                version, _, index = begin
                message = f"version {version} does not follow {self._last(record)[0]}"
                self._found("chain", "deleted", message, index, record)
        for record, (version, digest) in stretch.ends.items():
            self._ends[record] = version.to_bytes(8, "big") + bytes.fromhex(digest)

    def _follows(self, record: str, begin: Begin) -> bool:
        version, prev, _ = begin
        last, digest = self._last(record)
        if self._before_gap is not None and record not in self._ends:
            return version > last
        return (version, prev) == (last + 1, digest)

    def _last(self, record: str) -> tuple[int, str]:
        packed = self._ends.get(record) or (self._before_gap or {}).get(record)
        if packed is None:
            return 0, ZERO_DIGEST
        return int.from_bytes(packed[:8], "big"), packed[8:].hex()


def hold_acts(
    begun: Mapping[str, Reach], reached: Mapping[str, Reach], edge: int, found: Found
) -> None:
    """Check that the acts begun before an edge go on behind it, each at its place and whole."""
    for seal in sorted({*begun, *reached}):
        ours, theirs = begun.get(seal), reached.get(seal)
        if ours is None or theirs is None or ours.first != theirs.first:
            message = (
                f"an act over the edge at {edge} begins at another place by its events below it"
            )
            found("seal", "reordered", message, edge, "")
        elif ours.here + theirs.here != ours.of:
            found("seal", "deleted", missing(ours.of - ours.here - theirs.here), ours.first, "")


def missing(count: int) -> str:
    """Return what is said of an act that is not whole."""
    return f"{count} events of its act are not where they belong"
