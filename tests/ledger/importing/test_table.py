"""A text table is read row by row as it stands, or the file is refused."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pytest

from ledger.errors import MalformedError, NotFoundError, UnavailableError, UsageError
from ledger.importing import delimited
from ledger.importing.table import Row, RowProblem, read_table


@pytest.fixture
def write(tmp_path):
    """Write bytes into a file and give its path."""

    def write_file(content: bytes, name: str = "register.csv"):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write_file


def test_table_has_name_digest_header_and_numbered_rows(write):
    """Rows carry the number that a person sees in a spreadsheet; the header is row 1."""
    content = b"number,title\n1,one\n2,two\n"

    table = read_table(write(content))

    assert (table.name, table.sheet) == ("register.csv", "")
    assert table.digest == hashlib.sha256(content).hexdigest()
    assert table.header == ("number", "title")
    assert list(table.rows) == [Row(2, ("1", "one")), Row(3, ("2", "two"))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encoding_is_told_from_the_bytes(write, encoding):
    """UTF-8 with and without mark, and GB18030, give the same rows."""
    path = write("文号,标题\n县委发〔2023〕5号,关于㐀的通知\n".encode(encoding))

    table = read_table(path)

    assert table.header == ("文号", "标题")
    assert list(table.rows) == [Row(2, ("县委发〔2023〕5号", "关于㐀的通知"))]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiter_is_told_from_the_header(write, delimiter):
    """The delimiter that cuts the header into most cells is the table's."""
    path = write(f'"a,1"{delimiter}b{delimiter}c\n1{delimiter}2{delimiter}3\n'.encode())

    table = read_table(path)

    assert table.header == ("a,1", "b", "c")
    assert list(table.rows) == [Row(2, ("1", "2", "3"))]


def test_gzipped_table_has_the_digest_of_its_packed_bytes(write):
    """Provenance is the file that was given, not what it unpacks to."""
    packed = gzip.compress(b"a,b\n1,2\n", mtime=0)

    table = read_table(write(packed, "register.csv.gz"))

    assert table.digest == hashlib.sha256(packed).hexdigest()
    assert list(table.rows) == [Row(2, ("1", "2"))]


def test_quoted_cells_keep_commas_quotes_and_lines(write):
    """RFC 4180 quotes are read; a cell of two lines still is one row."""
    path = write(b'a,b\r\n"x, ""y""","1\n2"\r\n3,4\r\n')

    assert list(read_table(path).rows) == [Row(2, ('x, "y"', "1\n2")), Row(3, ("3", "4"))]


def test_empty_rows_are_passed_over_and_keep_their_number(write):
    """What a person would not see as a row is none, but it is counted."""
    path = write(b"a,b\n1,2\n\n , \n,\n3,4\n")

    assert [row.number for row in read_table(path).rows if isinstance(row, Row)] == [2, 6]


def test_empty_columns_at_the_end_are_dropped(write):
    """Delimiters that a spreadsheet left behind a table are no columns."""
    table = read_table(write(b"a,b,,\n1,2,,\n3,4\n"))

    assert table.header == ("a", "b")
    assert list(table.rows) == [Row(2, ("1", "2")), Row(3, ("3", "4"))]


@pytest.mark.parametrize(
    ("line", "column", "message"),
    [
        (b"1", "", "expected 2 cells, found 1"),
        (b"1,2,3", "", "expected 2 cells, found 3"),
        (b"1,\x002", "b", "a NUL byte"),
        (b"1,#REF!", "b", "the spreadsheet's error #REF!"),
        (b"1," + b"x" * 32_768, "b", "32768 characters"),
    ],
)
def test_flawed_row_is_a_problem_in_its_place(write, line, column, message):
    """A row that cannot be read is named; the rows around it are read."""
    path = write(b"a,b\n1,2\n" + line + b"\n5,6\n")

    before, problem, after = read_table(path).rows

    assert (before, after) == (Row(2, ("1", "2")), Row(4, ("5", "6")))
    assert isinstance(problem, RowProblem)
    assert (problem.row, problem.column) == (3, column)
    assert message in problem.message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "at row 1: expected a header, found nothing"),
        (b"\n\n", "expected a header"),
        (b"\xef\xbb\xbf", "expected a header"),
        (b"a,,c\n", "row 1, column 2: expected a column name, found nothing"),
        (b"a,b, a\n", "row 1: expected different names, found 'a' 2 times"),
        (b"a,b\x00\n", "row 1, column 2: expected a column name, found a NUL byte"),
        (b"PK\x03", "row 1, column 1: expected a column name, found the character U.0003"),
        (b",".join(b"c%d" % n for n in range(1_001)), "at most 1000 columns, found 1001"),
        (b"\xd0\xcf\x11\xe0rest", "an old .xls or an encrypted workbook"),
        (b"\xff\xfea\x00", "expected UTF-8 or GB18030 text"),
        (b"\x1f\x8bno gzip", "expected a whole gzip file"),
        (b"x" * 200_000, "row 1: expected CSV, found field larger"),
    ],
)
def test_file_that_is_no_table_is_refused(write, content, message):
    """Empty files, doubtful headers and foreign formats end in one error that names the place."""
    path = write(content)

    with pytest.raises(MalformedError, match=message) as refused:
        read_table(path)

    assert "register.csv" in str(refused.value)


@pytest.mark.parametrize(
    ("tail", "message"),
    [
        (b'"open', "row 3: expected CSV, found unexpected end of data"),
        (b'"a"b,c\n', "row 3: expected CSV"),
        (b'"' + b"x\n" * 600_000, "row 3"),
        (b"x" * 1_000_002, "row 3: expected at most 1000000 characters"),
        (b"x" * 200_000 + b",1\n", "row 3: expected CSV, found field larger"),
    ],
)
def test_table_that_stops_being_readable_is_refused_with_the_row(write, tail, message):
    """An open quote or an endless row ends the reading; the rows before it were read."""
    rows = read_table(write(b"a,b\n1,2\n" + tail)).rows

    assert next(rows) == Row(2, ("1", "2"))
    with pytest.raises(MalformedError, match=message):
        next(rows)


def test_damaged_byte_in_utf8_is_not_taken_for_gb18030(write):
    """A text that has been UTF-8 so far stays UTF-8: one bad byte is named, not guessed around."""
    path = write(
        "文号,标题\n".encode() + "关于加强公文办理工作的通知".encode() + b"\xb0\xa1,x\n"
    )

    with pytest.raises(MalformedError, match="at line 2: expected UTF-8 to the end"):
        read_table(path)


def test_every_truncation_of_a_gzipped_table_is_refused(write):
    """A gzip file cut anywhere never passes for a shorter table."""
    packed = gzip.compress(b"a,b\n1,2\n3,4\n", mtime=0)

    for length in range(1, len(packed)):
        path = write(packed[:length])
        with pytest.raises(MalformedError):
            list(read_table(path).rows)


def test_gzip_bomb_is_refused_before_its_rows_are_read(write, monkeypatch):
    """What a file unpacks to is bounded, however small the file is."""
    monkeypatch.setattr(delimited, "MAX_TEXT_BYTES", 10_000)
    path = write(gzip.compress(b"a,b\n" + b"1,2\n" * 5_000))

    with pytest.raises(MalformedError, match="at most 10000 bytes of text, found more"):
        read_table(path)


def test_file_that_changes_while_it_is_read_is_refused(write):
    """The digest that goes into the ledger is of exactly the rows that were read."""
    path = write(b"a,b\n1,2\n")
    table = read_table(path)
    path.write_bytes(b"a,b\n1,2\n\n")

    with pytest.raises(MalformedError, match="a file that changed meanwhile"):
        list(table.rows)


def test_missing_file_and_folder_are_not_found(tmp_path):
    """What is no file is said to be not found."""
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(NotFoundError):
            read_table(path)


def test_csv_has_no_sheets(write):
    """A sheet named for a CSV file is a mistake of the caller, and said to be one."""
    with pytest.raises(UsageError, match="only workbooks have sheets"):
        read_table(write(b"a\n1\n"), sheet="Sheet1")


@pytest.mark.parametrize("opened", range(1, 8))
def test_file_that_cannot_be_read_is_unavailable(write, monkeypatch, opened):
    """A disk or a right that fails, at any opening, is told from a file that is malformed."""
    path = write(b"a,b\n1,2\n")
    openings = iter(range(1, 100))
    true_open = Path.open

    def failing_open(self, *args, **kwargs):
        if next(openings) >= opened:
            raise PermissionError(13, "Permission denied")
        return true_open(self, *args, **kwargs)

    monkeypatch.setattr(Path, "open", failing_open)

    with pytest.raises(UnavailableError, match="Permission denied"):
        list(read_table(path).rows)
