"""How far a bundle has come: lines written, of those that its cover lets expect.

Counted are the files that tell the whole scope, an entry, an act or a record a line; what comes beside them is short,
or made of them (the pages).
"""

from __future__ import annotations

from ledger.export.cover import Cover
from ledger.export.logged import ENTRIES, PROOFS, SEALS

RECORDS = "data/records.csv"
METADATA = "data/metadata.jsonl"
TRAIL = "data/trail.csv"
HEADINGS = 2


def is_counted(path: str) -> bool:
    """Tell whether a file's lines are counted."""
    return path in (RECORDS, METADATA, TRAIL) or path.endswith((ENTRIES, PROOFS, SEALS))


def expected(cover: Cover) -> int:
    """Return about how many lines are counted in all: of records that are hidden nothing is told."""
    counts = dict(cover.counts)
    shown = counts["entries"] - counts["hidden"]
    records = 0 if counts["hidden"] else counts["records"]
    return 2 * counts["entries"] + counts["acts"] + shown + 2 * records + HEADINGS
