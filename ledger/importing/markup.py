"""XML as it streams in: elements opened and closed, from bytes that may be hostile.

A document type declaration is refused outright, and with it every entity of its own, default value
and file named elsewhere: nothing in a document can grow, and nothing is ever fetched. What is
bounded: the unpacked document (`MAX_TEXT_BYTES`), one tag or text, and how deep elements stand.
Names lose their namespace; text that is more than white space is refused, for no format read here
has any.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from xml.parsers import expat

from ledger.errors import MalformedError, UnavailableError
from ledger.importing.delimited import MAX_TEXT_BYTES, open_unpacked

MAX_DEPTH = 32
MAX_TOKEN_BYTES = 2**20

# An element's name, and its attributes where it opens, None where it closes.
Mark = tuple[str, dict[str, str] | None]

_CHUNK = 2**16
_HEAD = 512
_BEGINNING = re.compile(
    rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*<(?:\?xml|!|(?:[\w.-]+:)?log\b)"
)
_SEPARATOR = " "


def is_markup(path: Path) -> bool:
    """Tell whether a file, plain or gzipped, begins as an XML document or event log does."""
    try:
        with open_unpacked(path) as file:
            head = file.read(_HEAD)
    except (gzip.BadGzipFile, zlib.error, EOFError):
        return False
    # In UTF-16 every other byte of plain letters is zero.
    return _BEGINNING.match(head.replace(b"\0", b"")) is not None


def read_marks(path: Path, *, what: str) -> Iterator[Mark]:
    """Yield where elements of an XML file (plain or gzipped) open and close, in its order.

    Raises:
        MalformedError: not well-formed, beyond a bound, with a document type or with text; the
            place is named by its line.
        UnavailableError: the file cannot be read.
    """
    marks: list[Mark] = []
    parser = _Parser(what, marks)
    read = 0
    try:
        with open_unpacked(path) as file:
            while True:
                chunk = file.read(_CHUNK)
                read += len(chunk)
                if read > MAX_TEXT_BYTES:
                    expected = f"at most {MAX_TEXT_BYTES} bytes of text"
                    raise MalformedError(what, expected=expected, found="more")
                parser.feed(chunk, read=read)
                yield from marks
                marks.clear()
                if not chunk:
                    return
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise MalformedError(what, expected="a whole gzip file", found=str(error)) from error
    except OSError as error:
        raise UnavailableError(path.name, error.strerror or "cannot be read") from error


class _Parser:
    """The standard library's parser, with nothing switched on that reaches beyond the document."""

    def __init__(self, what: str, marks: list[Mark]) -> None:
        self._what = what
        self._marks = marks
        self._depth = 0
        self._expat = expat.ParserCreate(namespace_separator=_SEPARATOR)
        self._expat.buffer_text = True
        self._expat.StartDoctypeDeclHandler = self._refuse_doctype
        self._expat.StartElementHandler = self._open
        self._expat.EndElementHandler = self._close
        self._expat.CharacterDataHandler = self._text

    def feed(self, chunk: bytes, *, read: int) -> None:
        try:
            self._expat.Parse(chunk, not chunk)
        except expat.ExpatError as error:
            found = expat.errors.messages.get(error.code, "another form")
            raise self._malformed("well-formed XML", found) from error
        except (LookupError, ValueError) as error:
            raise self._malformed("XML in UTF-8 or UTF-16", str(error)) from error
        # What has been read and not been understood yet is one unfinished tag or text.
        if read - max(self._expat.CurrentByteIndex, 0) > MAX_TOKEN_BYTES + _CHUNK:
            raise self._malformed(f"tags and texts of at most {MAX_TOKEN_BYTES} bytes", "more")

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._malformed(f"elements at most {MAX_DEPTH} deep", "more")
        self._marks.append((_local(name), attributes))

    def _close(self, name: str) -> None:
        self._depth -= 1
        self._marks.append((_local(name), None))

    def _text(self, text: str) -> None:
        if not text.isspace():
            raise self._malformed("elements", f"text {text.strip()[:20]!r} between them")

    def _refuse_doctype(self, *_: object) -> None:
        raise self._malformed("XML without a document type", "<!DOCTYPE")

    def _malformed(self, expected: str, found: str) -> MalformedError:
        where = f"line {self._expat.CurrentLineNumber}"
        return MalformedError(self._what, expected=expected, found=found, where=where)


def _local(name: str) -> str:
    return name.rpartition(_SEPARATOR)[2]
