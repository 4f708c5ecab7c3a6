"""Writes docs/glossary.md: `make docs`, or `python -m tests.glossary`.

The words at its top are written by hand, and stay. Below them stands one row an event kind, from the
families: the word stored for ever, the office's term, the English one, what it means.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ledger.records import FAMILIES

GLOSSARY = Path(__file__).resolve().parents[1] / "docs" / "glossary.md"
HEAD = """## Records

What the ledger's records are called, and everything that may happen to them. From here on this page is
written by `make docs` from the families themselves; a test compares the two.
"""


def words() -> str:
    """Return what stands above the records: the words, as written by hand."""
    return GLOSSARY.read_text(encoding="utf-8").partition(HEAD)[0]


def glossary() -> str:
    """Return the page."""
    return words() + "\n".join([HEAD, *_rows()]) + "\n"


def _rows() -> Iterator[str]:
    for family in FAMILIES:
        yield f"### {family.name} {family.zh}: {family.en}\n"
        yield "| kind | term | in English | means |"
        yield "|---|---|---|---|"
        for happened in family.events:
            means = " ".join((happened.__doc__ or "").split("\n\n")[0].split())
            yield f"| `{happened.KIND}` | {happened.TERM.zh} | {happened.TERM.en} | {means} |"
        yield ""


if __name__ == "__main__":
    GLOSSARY.write_text(glossary(), encoding="utf-8")
