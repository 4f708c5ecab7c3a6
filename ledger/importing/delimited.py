"""Text tables: CSV with commas, semicolons or tabs, plain or gzipped, as records of cells.

The text is UTF-8, with or without byte-order mark, or else GB18030; UTF-8 with a damaged byte
far down is refused and not taken for GB18030. The delimiter is the one that cuts the header into
most cells. Quotes follow RFC 4180, strictly. Files are streamed; what one row, or the unpacked
file, may hold is bounded, so that a missing quote or a gzip bomb ends in an error.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from ledger.errors import MalformedError, UnavailableError

MAX_TEXT_BYTES = 2**30
MAX_ROW_CHARS = 1_000_000

_DELIMITERS = (",", ";", "\t")
_CHUNK = 2**20
_GZIP = b"\x1f\x8b"
# A GB18030 text hardly ever begins with so many characters that are also good UTF-8.
_SURELY_UTF8 = 16


def digest_of_file(path: Path) -> str:
    """Return SHA-256 of a file's bytes, as 64 lower-case hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_delimited(path: Path, *, digest: str) -> Iterator[tuple[str, ...]]:
    """Yield every record of a text table, the header first; an empty line is an empty record.

    `digest` is what `digest_of_file` said before; the file must still have it at the end.

    Raises:
        MalformedError: damaged, too large, wrongly quoted, or changed while it was read.
        UnavailableError: the file cannot be read.
    """
    what = f"table {path.name}"
    try:
        encoding = _encoding(path)
        with open_unpacked(path) as file, io.TextIOWrapper(file, encoding, newline="") as text:
            yield from _records(text, what)
    except UnicodeDecodeError as error:
        found = f"byte {error.object[error.start]:#04x} that is neither"
        raise MalformedError(what, expected="UTF-8 or GB18030 text", found=found) from error
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise MalformedError(what, expected="a whole gzip file", found=str(error)) from error
    except OSError as error:
        raise UnavailableError(path.name, error.strerror or "cannot be read") from error
    if digest_of_file(path) != digest:
        raise MalformedError(what, expected="one file", found="a file that changed meanwhile")


def open_unpacked(path: Path) -> BinaryIO:
    """Open a file's bytes, unpacked if it is gzipped."""
    with path.open("rb") as file:
        packed = file.read(2) == _GZIP
    return cast("BinaryIO", gzip.open(path)) if packed else path.open("rb")


def _encoding(path: Path) -> str:
    """Tell the encoding by decoding the whole text as UTF-8, which also bounds its size."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    read = lines = wide = 0
    with open_unpacked(path) as file:
        while True:
            chunk = file.read(_CHUNK)
            read += len(chunk)
            if read > MAX_TEXT_BYTES:
                expected = f"at most {MAX_TEXT_BYTES} bytes of text"
                raise MalformedError(f"table {path.name}", expected=expected, found="more")
            try:
                decoded = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                good = error.object[: error.start]
                if wide + _wide(good.decode()) >= _SURELY_UTF8:
                    raise _damaged(path, line=lines + good.count(b"\n") + 1) from error
                return "gb18030"
            if not chunk:
                return "utf-8-sig"
            lines += decoded.count("\n")
            wide += _wide(decoded)


def _wide(text: str) -> int:
    return 0 if text.isascii() else len(text) - len(text.encode("ascii", "ignore"))


def _damaged(path: Path, *, line: int) -> MalformedError:
    expected, found = "UTF-8 to the end", "a byte that is not"
    return MalformedError(
        f"table {path.name}", expected=expected, found=found, where=f"line {line}"
    )


def _records(text: io.TextIOWrapper, what: str) -> Iterator[tuple[str, ...]]:
    delimiter = _delimiter(text)
    text.seek(0)
    lines = _Lines(text, what)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        for record in reader:
            yield tuple(record)
            lines.next_row()
    except csv.Error as error:
        where = f"row {lines.row}"
        raise MalformedError(what, expected="CSV", found=str(error), where=where) from error


def _delimiter(text: io.TextIOWrapper) -> str:
    head = text.read(MAX_ROW_CHARS)
    return max(_DELIMITERS, key=lambda delimiter: _cells_of_first(head, delimiter))


def _cells_of_first(head: str, delimiter: str) -> int:
    try:
        return len(next(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter), ()))
    except csv.Error:
        return 0


class _Lines:
    """The lines of a text, refusing a row that grows beyond its bound."""

    def __init__(self, text: io.TextIOWrapper, what: str) -> None:
        self._text = text
        self._what = what
        self._chars = 0
        self.row = 1

    def next_row(self) -> None:
        self.row += 1
        self._chars = 0

    def __iter__(self) -> Iterator[str]:
        while line := self._text.readline(MAX_ROW_CHARS + 1):
            self._chars += len(line)
            if self._chars > MAX_ROW_CHARS:
                expected = f"at most {MAX_ROW_CHARS} characters (is a quote left open?)"
                where = f"row {self.row}"
                raise MalformedError(self._what, expected=expected, found="more", where=where)
            yield line
