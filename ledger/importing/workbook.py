"""Workbooks: one sheet of an XLSX file, as records of cells written as text.

Days come out as `2023-05-08`, moments as `2023-05-08T10:30:00`, whole numbers without `.0`, other
numbers with the 15 digits a spreadsheet keeps. A formula counts by its stored result. Hidden rows
are read like others. What a file may unpack to is checked in its directory before anything is
unpacked; the unpacker never gives more than the directory says.
"""

from __future__ import annotations

import hashlib
import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Protocol
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl import Workbook
from openpyxl.styles.numbers import is_datetime
from openpyxl.utils.exceptions import InvalidFileException

from ledger.errors import MalformedError, NotFoundError, UsageError
from ledger.frozen import frozen

MAX_FILE_BYTES = 2**26
MAX_UNPACKED_BYTES = 2**28
MAX_PARTS = 2_000
MAX_ROWS = 1_048_576

_CHUNK = 2**20
# A workbook has no use for entities; a hostile one grows by them beyond every size on paper.
_ENTITIES = tuple(
    "<!ENTITY".encode(encoding) for encoding in ("ascii", "utf-16-le", "utf-16-be")
)
# What the spreadsheet reader lets out when a part is damaged: it promises no class of its own.
_DAMAGED = (
    InvalidFileException,
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    EOFError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    NotImplementedError,
    RuntimeError,
)


class _Cell(Protocol):
    """What the reader gives for a cell."""

    @property
    def value(self) -> object: ...
    @property
    def number_format(self) -> str: ...


@frozen
class OpenedSheet:
    """One sheet: SHA-256 of the file, the sheet's name, and its records, the header first."""

    digest: str
    sheet: str
    records: Iterator[tuple[str, ...]]


def open_workbook(path: Path, *, sheet: str | None) -> OpenedSheet:
    """Return one sheet of a workbook; records as long as the header, or longer.

    Raises:
        UsageError: the workbook has several sheets and none was named.
        NotFoundError: there is no sheet of that name.
        MalformedError: not a workbook, damaged, or too large; also while records are read.
    """
    what = f"table {path.name}"
    if path.stat().st_size > MAX_FILE_BYTES:
        expected = f"at most {MAX_FILE_BYTES} bytes"
        raise MalformedError(what, expected=expected, found=f"{path.stat().st_size}")
    packed = path.read_bytes()
    try:
        _check_sizes(packed, what)
        workbook = _load(packed)
        named = _choose(workbook, sheet, what)
    except _DAMAGED as error:
        raise MalformedError(what, expected="a workbook", found=_reason(error)) from error
    records = _records(workbook, named, what)
    return OpenedSheet(hashlib.sha256(packed).hexdigest(), named, records)


def _reason(error: BaseException) -> str:
    return f"{type(error).__name__}: {str(error)[:80]}"


def _check_sizes(packed: bytes, what: str) -> None:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        parts = archive.infolist()
        unpacked = sum(part.file_size for part in parts)
        if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED_BYTES:
            expected = f"at most {MAX_PARTS} parts and {MAX_UNPACKED_BYTES} bytes unpacked"
            found = f"{len(parts)} and {unpacked}"
            raise MalformedError(what, expected=expected, found=found)
        for part in parts:
            _check_entities(archive, part, what)


def _check_entities(archive: zipfile.ZipFile, part: zipfile.ZipInfo, what: str) -> None:
    tail = b""
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            window = tail + chunk
            if any(mark in window for mark in _ENTITIES):
                found = "XML entities"
                raise MalformedError(
                    what, expected="a workbook", found=found, where=part.filename
                )
            tail = window[-32:]


def _load(packed: bytes) -> Workbook:
    with warnings.catch_warnings():
        # It warns of styles and validations that it leaves out; neither is read here.
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(io.BytesIO(packed), read_only=True, data_only=True)


def _choose(workbook: Workbook, sheet: str | None, what: str) -> str:
    names = [worksheet.title for worksheet in workbook.worksheets]
    if sheet is None and len(names) == 1:
        return str(names[0])
    if sheet is None:
        raise UsageError(f"{what}: has {len(names)} sheets", todo=f"name one of {names[:10]}")
    if sheet not in names:
        raise NotFoundError("sheet", sheet, todo=f"the file has {names[:10]}")
    return sheet


def _records(workbook: Workbook, sheet: str, what: str) -> Iterator[tuple[str, ...]]:
    number = width = 0
    try:
        with closing(workbook):
            worksheet = workbook[sheet]
            # The size a file states for its sheet is often wrong; the rows themselves count.
            worksheet.reset_dimensions()
            for number, row in enumerate(worksheet.iter_rows(), start=1):
                _check_row(number, what)
                cells = tuple(_text(cell) for cell in row)
                width = width or len(cells)
                yield cells + ("",) * (width - len(cells))
    except _DAMAGED as error:
        where = f"row {number + 1}"
        found = _reason(error)
        raise MalformedError(what, expected="a workbook", found=found, where=where) from error


def _check_row(number: int, what: str) -> None:
    if number > MAX_ROWS:
        raise MalformedError(what, expected=f"at most {MAX_ROWS} rows", found="more")


def _text(cell: _Cell) -> str:
    """Return a cell's value as text."""
    value = cell.value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return _plain(value)
    if isinstance(value, date | time):
        return _when(value, cell.number_format)
    if isinstance(value, timedelta):
        return f"{value.total_seconds():.0f}s"
    return "" if value is None else str(value)


def _when(value: date | time, number_format: str) -> str:
    midnight = isinstance(value, datetime) and value.time() == time(0)
    # At midnight only the cell's format tells a day from a moment.
    if midnight and is_datetime(number_format) == "date":
        return value.isoformat()[:10]
    return value.isoformat()


def _plain(number: float) -> str:
    """Return a number as a spreadsheet keeps it: 15 significant digits, no exponent."""
    text = format(Decimal(format(number, ".15g")), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
