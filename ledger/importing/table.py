"""A register as it lies in a file: its header and its rows, numbered as a spreadsheet does.

CSV (also `.csv.gz`) is read by `ledger.importing.delimited`, XLSX by `ledger.importing.workbook`,
event logs in XES by `ledger.importing.xes`; which of them is told by the file's first bytes, not by
its name. Row 1 is the header; a row with nothing in it is passed over and keeps its number. The rows
of an event log are its events, numbered from 1 through the whole file. What makes the whole file
doubtful (encoding, quotes, sizes, header) is a `MalformedError`; what is wrong with one row is a
`RowProblem` in its place, so that the caller decides whether the rest may go on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from ledger.errors import MalformedError, NotFoundError, UnavailableError, UsageError
from ledger.frozen import frozen
from ledger.importing.delimited import digest_of_file, read_delimited
from ledger.importing.markup import is_markup
from ledger.importing.values import normal, unfit_character
from ledger.importing.xes import LoggedEvent, open_log

MAX_COLUMNS = 1_000
MAX_CELL_CHARS = 32_767

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_SPREADSHEET_ERRORS = frozenset(
    {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"}
)


@frozen
class Row:
    """One row: its number (the header is 1) and one cell for each column of the header.

    `place` is `3/2` for the second event of an event log's third trace, and empty in a table.
    """

    number: int
    cells: tuple[str, ...]
    place: str = ""


@frozen
class RowProblem:
    """One row that cannot be taken: its number, the column (may be empty), why, and its `place`."""

    row: int
    column: str
    message: str
    place: str = ""


@frozen
class Table:
    """A register: file name, SHA-256 of the file, sheet (empty for CSV), header and rows.

    `rows` can be gone through once. It ends in a `MalformedError` where the file stops being
    readable. `unit` is what a row is called: a row, or an event.
    """

    name: str
    digest: str
    sheet: str
    header: tuple[str, ...]
    rows: Iterator[Row | RowProblem]
    unit: str = "row"


def shown_place(row: int, place: str) -> str:
    """Return a row's place for people: `row 7`, or `trace 3, event 2` of an event log."""
    trace, slash, event = place.partition("/")
    return f"trace {trace}, event {event}" if slash else f"row {row}"


def read_table(path: Path, *, sheet: str | None = None) -> Table:
    """Return the register in a CSV, gzipped CSV, XLSX, XES or gzipped XES file.

    `sheet` names the sheet of a workbook and may be left out if there is only one.

    Raises:
        NotFoundError: no such file or sheet.
        UsageError: a sheet was named where there is none, or must be named and was not.
        MalformedError: empty, damaged, too large, or a header with empty or double names.
        UnavailableError: the file cannot be read.
    """
    if not path.is_file():
        raise NotFoundError("file", str(path))
    try:
        with path.open("rb") as file:
            magic = file.read(4)
        if magic == _ZIP:
            return _workbook_table(path, sheet)
        if sheet is not None:
            todo = "leave out the sheet"
            raise UsageError(f"table {path.name}: only workbooks have sheets", todo=todo)
        if is_markup(path):
            return _log_table(path)
        return _delimited_table(path, magic)
    except OSError as error:
        raise UnavailableError(path.name, error.strerror or "cannot be read") from error


def _log_table(path: Path) -> Table:
    opened = open_log(path)
    rows = _logged(opened.events, opened.header)
    return Table(path.name, opened.digest, "", opened.header, rows, "event")


def _delimited_table(path: Path, magic: bytes) -> Table:
    if magic == _OLE:
        found = "an old .xls or an encrypted workbook (save it as .xlsx or CSV)"
        raise MalformedError(f"table {path.name}", expected="CSV or XLSX", found=found)
    digest = digest_of_file(path)
    return _table(path.name, digest, "", read_delimited(path, digest=digest))


def _workbook_table(path: Path, sheet: str | None) -> Table:
    # The spreadsheet reader takes longer to load than a small CSV file takes to import.
    from ledger.importing.workbook import open_workbook  # noqa: PLC0415

    opened = open_workbook(path, sheet=sheet)
    return _table(path.name, opened.digest, opened.sheet, opened.records)


def _table(name: str, digest: str, sheet: str, records: Iterator[tuple[str, ...]]) -> Table:
    first = next(records, ())
    header = _header(name, first)
    return Table(name, digest, sheet, header, _rows(records, header))


def _header(name: str, cells: tuple[str, ...]) -> tuple[str, ...]:
    """Return the column names, trimmed; empty ones at the end are dropped."""
    names = [normal(cell.removeprefix("\ufeff")) for cell in cells]
    while names and not names[-1]:
        names.pop()
    what = f"table {name}"
    if not names:
        raise MalformedError(what, expected="a header", found="nothing", where="row 1")
    if len(names) > MAX_COLUMNS:
        expected, found = f"at most {MAX_COLUMNS} columns", f"{len(names)}"
        raise MalformedError(what, expected=expected, found=found, where="row 1")
    if "" in names:
        where = f"row 1, column {names.index('') + 1}"
        raise MalformedError(what, expected="a column name", found="nothing", where=where)
    _check_names(what, names)
    return tuple(names)


def _check_names(what: str, names: list[str]) -> None:
    for place, name in enumerate(names, start=1):
        flaw = _flaw(name) or unfit_character(name)
        if flaw:
            where = f"row 1, column {place}"
            raise MalformedError(what, expected="a column name", found=flaw, where=where)
    name, count = Counter(names).most_common(1)[0]
    if count > 1:
        found = f"{name[:40]!r} {count} times"
        raise MalformedError(what, expected="different names", found=found, where="row 1")


def _rows(
    records: Iterator[tuple[str, ...]], header: tuple[str, ...]
) -> Iterator[Row | RowProblem]:
    width = len(header)
    for number, record in enumerate(records, start=2):
        if not "".join(record).strip():
            continue
        cells = record
        if len(cells) > width and not any(cells[width:]):
            cells = cells[:width]
        if len(cells) != width:
            message = f"expected {width} cells, found {len(cells)}"
            yield RowProblem(number, "", message)
        else:
            yield _row(number, cells, header)


def _row(
    number: int, cells: tuple[str, ...], header: tuple[str, ...], *, place: str = ""
) -> Row | RowProblem:
    for name, cell in zip(header, cells, strict=True):
        flaw = _flaw(cell)
        if flaw:
            return RowProblem(number, name, f"expected a value, found {flaw}", place)
    return Row(number, cells, place)


def _logged(
    events: Iterable[LoggedEvent], header: tuple[str, ...]
) -> Iterator[Row | RowProblem]:
    for number, event in enumerate(events, start=1):
        place = f"{event.trace}/{event.place}"
        if event.problem:
            yield RowProblem(number, event.column, event.problem, place)
        else:
            yield _row(number, event.cells, header, place=place)


def _flaw(cell: str) -> str:
    """Say what makes a cell unfit to be read at all, or nothing."""
    if len(cell) > MAX_CELL_CHARS:
        return f"{len(cell)} characters (at most {MAX_CELL_CHARS})"
    if "\0" in cell:
        return "a NUL byte"
    if cell.startswith("#") and cell in _SPREADSHEET_ERRORS:
        return f"the spreadsheet's error {cell}"
    return ""
