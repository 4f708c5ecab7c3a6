"""A sheet of a workbook is read as the text a person sees, or the file is refused."""

from __future__ import annotations

import hashlib
import io
import zipfile
from datetime import date, datetime, time, timedelta

import openpyxl
import pytest

from ledger.errors import LedgerError, MalformedError, NotFoundError, UsageError
from ledger.importing import workbook as workbook_module
from ledger.importing.table import Row, RowProblem, read_table


@pytest.fixture
def save(tmp_path):
    """Write rows into the sheets of a workbook and give its path."""

    def save_workbook(**sheets):
        workbook = openpyxl.Workbook()
        workbook.remove(workbook.active)
        for title, rows in sheets.items():
            worksheet = workbook.create_sheet(title)
            for row in rows:
                worksheet.append(row)
        path = tmp_path / "register.xlsx"
        workbook.save(path)
        return path

    return save_workbook


def repack(path, changes):
    """Write a workbook again with parts changed or added."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()} | changes
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def test_workbook_gives_name_digest_sheet_header_and_rows(save):
    """The only sheet is taken; gaps keep the numbers that a person sees."""
    path = save(登记簿=[["文号", "标题"], ["县委发〔2023〕5号", "通知"], [], ["甲"]])

    table = read_table(path)

    assert (table.name, table.sheet) == ("register.xlsx", "登记簿")
    assert table.digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert table.header == ("文号", "标题")
    assert list(table.rows) == [Row(2, ("县委发〔2023〕5号", "通知")), Row(4, ("甲", ""))]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("甲", "甲"),
        (None, ""),
        (3, "3"),
        (3.0, "3"),
        (1234.5, "1234.5"),
        (0.1 + 0.2, "0.3"),
        (-0.00001, "-0.00001"),
        (1e20, "100000000000000000000"),
        (True, "TRUE"),
        (False, "FALSE"),
        (date(2023, 5, 8), "2023-05-08"),
        (datetime(2023, 5, 8, 10, 30), "2023-05-08T10:30:00"),  # noqa: DTZ001 - a sheet's moments have no zone
        (datetime(2023, 5, 8), "2023-05-08T00:00:00"),  # noqa: DTZ001 - as above
        (time(8, 30), "08:30:00"),
        (timedelta(hours=30), "108000s"),
    ],
)
def test_cells_become_the_text_a_person_sees(save, value, text):
    """Days in ISO form, whole numbers without .0, no exponents, no noise of binary fractions."""
    path = save(Sheet=[["name", "value"], ["x", value]])

    assert list(read_table(path).rows) == [Row(2, ("x", text))]


def test_sheet_must_be_named_if_there_are_several(save):
    """No sheet is guessed; the message lists those that there are."""
    path = save(发文=[["a"], [1]], 收文=[["a"], [2]])

    assert list(read_table(path, sheet="收文").rows) == [Row(2, ("2",))]
    with pytest.raises(UsageError, match=r"has 2 sheets; name one of .*发文.*收文"):
        read_table(path)
    with pytest.raises(NotFoundError, match="电报"):
        read_table(path, sheet="电报")


def test_flawed_rows_of_a_sheet_are_problems_in_their_place(save):
    """A cell beyond the header and a spreadsheet's error are named with their row."""
    path = save(Sheet=[["a", "b"], [1, 2, 3], [1, "#N/A"], [5, 6]])

    first, second, third = read_table(path).rows

    assert first == RowProblem(2, "", "expected 2 cells, found 3")
    assert second == RowProblem(3, "b", "expected a value, found the spreadsheet's error #N/A")
    assert third == Row(4, ("5", "6"))


def test_empty_sheet_is_refused(save):
    """A sheet without a header is no register."""
    with pytest.raises(MalformedError, match="expected a header, found nothing"):
        read_table(save(Sheet=[]))


def test_zip_bomb_is_refused_by_its_directory(save):
    """A small file that would unpack to more than the bound is refused before unpacking."""
    path = save(Sheet=[["a"], [1]])
    repack(path, {"xl/bomb.xml": b" " * (2**28 + 1)})

    assert path.stat().st_size < 2**20
    with pytest.raises(MalformedError, match="bytes unpacked, found"):
        read_table(path)


def test_too_many_parts_are_refused(save):
    """The number of parts is bounded too."""
    path = save(Sheet=[["a"], [1]])
    repack(path, {f"xl/part{n}.xml": b"" for n in range(2_001)})

    with pytest.raises(MalformedError, match="at most 2000 parts"):
        read_table(path)


def test_packed_size_is_bounded(save, monkeypatch):
    """A workbook is held in memory while it is read, so its size is bounded."""
    monkeypatch.setattr(workbook_module, "MAX_FILE_BYTES", 100)

    with pytest.raises(MalformedError, match="expected at most 100 bytes"):
        read_table(save(Sheet=[["a"], [1]]))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_entities_are_refused(save, encoding):
    """XML that grows by entities is refused in every encoding, before it is parsed."""
    path = save(Sheet=[["a"], [1]])
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    repack(path, {"xl/sharedStrings.xml": bomb.encode(encoding)})

    with pytest.raises(
        MalformedError, match=r"sharedStrings.xml: expected a workbook, found XML entities"
    ):
        read_table(path)


def test_endless_row_numbers_are_refused(save, monkeypatch):
    """A row that claims to be the millionth and more does not make the reader fill the gap."""
    monkeypatch.setattr(workbook_module, "MAX_ROWS", 1_000)
    path = save(Sheet=[["a"], [1]])
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    repack(path, {"xl/worksheets/sheet1.xml": sheet.replace(b'r="2"', b'r="999999999999"')})

    with pytest.raises(MalformedError, match="at most 1000 rows, found more"):
        list(read_table(path).rows)


def test_sheet_damaged_further_down_is_refused_with_the_row(save):
    """The rows before the damage are read; then one error names where it begins."""
    path = save(Sheet=[["a"], [1], [2]])
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    repack(path, {"xl/worksheets/sheet1.xml": sheet.replace(b"<v>2</v>", b"<v>2</w>")})
    rows = read_table(path).rows

    assert next(rows) == Row(2, ("1",))
    with pytest.raises(MalformedError, match="row 3: expected a workbook, found ParseError"):
        next(rows)


def test_zip_that_is_no_workbook_is_refused(tmp_path):
    """Any other zip file is named as what it is not."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.txt", "a")
    path = tmp_path / "register.xlsx"
    path.write_bytes(packed.getvalue())

    with pytest.raises(MalformedError, match="expected a workbook"):
        read_table(path)


def test_every_truncation_of_a_workbook_is_refused(save):
    """A workbook cut anywhere never passes for a shorter one."""
    path = save(Sheet=[["编号", "金额"], ["a", 1234.5]])
    whole = path.read_bytes()

    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        with pytest.raises(MalformedError):
            list(read_table(path).rows)


def test_no_changed_byte_brings_anything_but_an_error_of_ours(save):
    """Whatever byte is damaged, the reader ends in rows or in one of our errors."""
    path = save(Sheet=[["编号", "金额"], ["a", 1234.5]])
    whole = path.read_bytes()
    refused = 0

    for place in range(0, len(whole), 11):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        try:
            list(read_table(path).rows)
        except LedgerError:
            refused += 1

    assert refused > 300
