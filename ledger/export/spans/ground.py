"""What every span of a tree is checked against: the head, the log, and who could sign for whom when.

The governing entries are those about keys, officers enrolled and the office itself. They are few, and
found by a glance at all bundles, before anything is judged; whether they stand as they must is judged
where they stand, like everything else.
"""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from ledger.act import Entry, parse_entry
from ledger.canonical import digest
from ledger.errors import LedgerError, UnavailableError
from ledger.export.judging import OFFICER_ENROLLED, Log, learn
from ledger.export.spans.folder import TreeFolder
from ledger.frozen import frozen
from ledger.keys.ring import Ring
from ledger.log import tiles
from ledger.log.tiles import ENTRIES
from ledger.records.office import OFFICE

# What the canonical bytes of a governing entry hold; a few others may, and are parsed in vain.
_MARKS = (
    b'"kind":"key.',
    b'"kind":"%s"' % OFFICER_ENROLLED.encode(),
    b'"record":"%s"' % OFFICE.encode(),
)
Governing = tuple[tuple[int, bytes], ...]


@frozen
class Ground:
    """Plain values that travel to whoever looks: the folder's path, as they see it too, is one of them.

    `head` is the digest of the checkpoint's bytes; `program` is whose checks are meant.
    """

    folder: str
    head: str
    size: int
    log: Log
    program: str = ""
    governing: Governing = ()

    def open(self) -> TreeFolder:
        """Return the folder.

        Raises:
            UnavailableError: no such tree is here.
        """
        folder = TreeFolder(Path(self.folder))
        if digest(folder.note()) != self.head:
            raise UnavailableError(
                f"tiles in {self.folder}",
                "another checkpoint is there",
                todo="let every worker see the same tree by the same path",
            )
        return folder


@frozen
class Known:
    """Whose keys they were, good from where to where, and who was enrolled at which index."""

    ring: Ring
    enrolled: dict[str, int]


@lru_cache(maxsize=2)
def learned(governing: Governing) -> Known:
    """Return what governing entries say; what of them cannot be read is named where it stands."""
    known = Known(Ring(), {})
    for index, entry in parsed(governing):
        with suppress(LedgerError):
            learn(known.ring, known.enrolled, index, entry.event)
    return known


def parsed(governing: Governing) -> list[tuple[int, Entry]]:
    """Return the governing entries that can be read."""
    found = []
    for index, encoded in governing:
        with suppress(LedgerError):
            found.append((index, parse_entry(encoded)))
    return found


def survey(ground: Ground, lo: int, hi: int) -> Governing:
    """Return the governing entries of a span, and the log's first; what cannot be read is passed over."""
    folder = ground.open()
    found: list[tuple[int, bytes]] = []
    for tile in tiles.tiles_of(ENTRIES, hi, lo):
        with suppress(LedgerError):
            first = tile.number * tiles.WIDTH
            for index, encoded in enumerate(folder.entries(tile), first):
                if index == 0 or any(mark in encoded for mark in _MARKS):
                    found.append((index, encoded))
    return tuple(found)
