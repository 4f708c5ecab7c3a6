"""Content on its way in 附件审查: what can be read of it is looked through for classification marks 密级标志.

A state secret may not be stored on a system that is not approved for it (保守国家秘密法 Art. 31). Text is read as UTF-8, UTF-16
or GB 18030; of an OFD or Office file (a ZIP of XML) the text of its parts is read, within bounds; in anything else a level
followed by the star is looked for in these encodings. A picture or a PDF says nothing here: who enters it has looked at it.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence

from ledger.application.acting import Content, Step
from ledger.application.attached import attachments
from ledger.errors import RefusedError
from ledger.records.marks import CODE, LEVELS, STARS, has_mark

MAX_PARTS = 2_000
MAX_PART_BYTES = 8 * 1024 * 1024
MAX_BYTES = 64 * 1024 * 1024

_ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")
_STARRED = tuple(
    {
        f"{level}{star}".encode(encoding)
        for level in LEVELS
        for star in STARS
        for encoding in _ENCODINGS
    }
)
# What ends a line in OFD, Word, and in cells of a sheet; other tags stand within one.
_LINE_ENDS = re.compile(
    r"</(?:\w+:)?(?:p|tr|TextObject|si|c|row|title|Title)>|<(?:\w+:)?br\b[^>]*>"
)
_TAG = re.compile(r"<[^>]*>")
_BOMS = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"\xef\xbb\xbf", "utf-8"))


def screen(content: Sequence[Content], steps: Sequence[Step]) -> None:
    """Refuse content in which a classification mark can be read.

    Raises:
        RefusedError: there is one; the file is named, and nothing of what it says.
    """
    if not content:
        return
    names = {each.digest: each.name for step in steps for each in attachments(step.draft)}
    for each in content:
        if is_marked(each.content):
            name = names.get(each.digest, each.digest[:12])
            raise RefusedError(
                CODE, f"{name}: carries a classification mark; record it in the approved system",
                citation="保守国家秘密法 Art. 31",
            )  # fmt: skip


def is_marked(content: bytes) -> bool:
    """Tell whether a classification mark can be read in a file's bytes."""
    if any(each in content for each in _STARRED):
        return True
    return any(has_mark(text) for text in _texts(content))


def _texts(content: bytes) -> Iterator[str]:
    if content.startswith(b"PK\x03\x04"):
        yield from _of_parts(content)
        return
    text = _decoded(content)
    if text is None:
        return
    yield text
    if text.lstrip("\ufeff \t\r\n").startswith("<"):
        yield _without_tags(text)


def _of_parts(content: bytes) -> Iterator[str]:
    """Yield the text of each XML or text part of a ZIP; parts beyond the bounds are left."""
    left = MAX_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            for part in package.infolist()[:MAX_PARTS]:
                if part.filename.lower().endswith((".xml", ".txt", ".htm", ".html", ".csv")):
                    with package.open(part) as file:
                        held = file.read(min(MAX_PART_BYTES, left))
                    left -= len(held)
                    yield _without_tags(_decoded(held) or "")
    except (
        zipfile.BadZipFile,
        zlib.error,
        RuntimeError,
        NotImplementedError,
        EOFError,
        OSError,
    ):
        # Damaged or under a password: what was read of it was looked through.
        return


def _without_tags(text: str) -> str:
    return html.unescape(_TAG.sub("", _LINE_ENDS.sub("\n", text)))


def _decoded(content: bytes) -> str | None:
    """Return the text of bytes that are text, else None."""
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace")
    if b"\x00" in content:
        return None
    for encoding in ("utf-8", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
