"""Writes docs/glossary.md from the families: `python -m tests.glossary`.

One row an event kind: the word stored for ever, the office's term, the English one, what it means.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ledger.records import FAMILIES

GLOSSARY = Path(__file__).resolve().parents[1] / "docs" / "glossary.md"
HEAD = """# Glossary of records

What the ledger's records are called, and everything that may happen to them. Written by
`python -m tests.glossary` from the families themselves; a test compares the two.
"""


def glossary() -> str:
    """Return the page."""
    return "\n".join([HEAD, *_rows()]) + "\n"


def _rows() -> Iterator[str]:
    for family in FAMILIES:
        yield f"## {family.name} {family.zh}: {family.en}\n"
        yield "| kind | term | in English | means |"
        yield "|---|---|---|---|"
        for happened in family.events:
            means = " ".join((happened.__doc__ or "").split("\n\n")[0].split())
            yield f"| `{happened.KIND}` | {happened.TERM.zh} | {happened.TERM.en} | {means} |"
        yield ""


if __name__ == "__main__":
    GLOSSARY.write_text(glossary(), encoding="utf-8")
