"""Which formats an archive keeps, told by a file's bytes; and how its items are numbered."""

from __future__ import annotations

import pytest

from ledger.export.archive.layout import FileNumber, parse_file_number, safe_name
from ledger.export.formats import ALLOWED, flaw_of, format_of, look_at


@pytest.mark.parametrize(
    ("content", "name", "found"),
    [
        (b"%PDF-1.7\nstartxref\n9\n%%EOF\n", "a.pdf", "PDF"),
        (rb"{\rtf1 text}", "a.rtf", "RTF"),
        (b"PK\x03\x04", "a.docx", "DOCX"),
        (b"PK\x03\x04", "a.ofd", "OFD"),
        (b"\x89PNG\r\n\x1a\n\0IEND\xaeB`\x82", "a.png", "PNG"),
        (b"RIFF\0\0\0\0AVI LIST", "a.avi", "AVI"),
        (b"RIFF\0\0\0\0WAVEfmt ", "a.wav", "WAV"),
        (b"\0\0\1\xba\x44\xff", "a.mpg", "MPEG"),
        ("正文".encode(), "a.txt", "TXT"),
    ],
)
def test_what_an_archive_keeps_is_known_by_its_bytes(content, name, found):
    """The common formats of GB/T 18894-2016; an office file and an OFD by their names too."""
    assert format_of(look_at(content), name) == found
    assert found in ALLOWED


@pytest.mark.parametrize(
    ("content", "name", "found"),
    [
        (b"\xd0\xcf\x11\xe0", "a.wps", "OLE"),
        (b"PK\x03\x04", "a.xlsx", "XLSX"),
        (b"PK\x03\x04", "a.zip", "ZIP"),
        (b"Rar!", "a.txt", "RAR"),
        (b"\xff\xfe\0", "a.bin", "UNKNOWN"),
    ],
)
def test_what_it_does_not_keep_is_named(content, name, found):
    """Packed files, old office files, workbooks, and what nobody knows."""
    assert format_of(look_at(content), name) == found
    assert found not in ALLOWED


@pytest.mark.parametrize(
    ("whole", "found"), [(rb"{\rtf1 text}", "RTF"), (b"\x89PNG\0IEND\xaeB`\x82", "PNG")]
)
def test_a_file_that_was_cut_does_not_open(whole, found):
    """Its end is missing."""
    assert flaw_of(look_at(whole), found) == ""
    assert "has no end" in (flaw_of(look_at(whole[:-9]), found) or "")


@pytest.mark.parametrize(
    ("content", "flaw"),
    [
        (b"II*\0\x08\0\0\0\0", ""),
        (b"MM\0*\0\0\0\x08\0", ""),
        (b"II*\0\x08\0\0\0", "the TIFF's first page is outside it"),
        (b"MM\0*\0\0\0\x09\0", "the TIFF's first page is outside it"),
        (b"II*\0\0\0\0\x08\0", "the TIFF's first page is outside it"),
        (b"II*\0", "the TIFF's first page is outside it"),
    ],
)
def test_a_tiff_opens_where_its_first_page_is_in_it(content, flaw):
    """In either order of bytes (TIFF 6.0): behind the header, before the file's end."""
    look = look_at(content)

    assert (format_of(look, "a.tif"), flaw_of(look, "TIFF")) == ("TIFF", flaw)


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ("关于清理工作的通知.pdf", "关于清理工作的通知.pdf"),
        ("a/b:c\u202e.txt", "a_b_c_.txt"),
        (" .. ", "_"),
        ("长" * 90 + ".pdf", "长" * 76 + ".pdf"),
        ("长" * 90, "长" * 80),
        ("长" * 79 + " .通知的全文和各附件", "长" * 79),
    ],
)
def test_a_name_is_one_that_all_systems_read_alike(told, name):
    """What is too long is cut, its ending kept where it is one."""
    assert safe_name(told) == name


def test_a_file_number_has_its_parts():
    """With and without an office's code, and with a second category."""
    whole = FileNumber("0042", "WS", 2026, "定期30年", "BGS", 1)

    assert parse_file_number("0042-WS·2026-D30-BGS-0001") == whole
    assert parse_file_number("J001-KJ·JJ·2026-Y-0012") == FileNumber("J001", "KJ·JJ", 2026, "永久", "", 12)  # fmt: skip
    assert parse_file_number("J001-ZY·01·2026-D10-0012") == FileNumber("J001", "ZY·01", 2026, "定期10年", "", 12)  # fmt: skip


@pytest.mark.parametrize(
    "told",
    [
        "0042-KJ.JJ·2026-Y-0001", "0042-WS-2026-Y-0001", "0042-WS·26-Y-0001", "0042-WS·2026-D20-0001",
        "0042-WS·2026-Y-1", "0042-ws·2026-Y-0001", "0042-WS·2026-Y-BGS-0001-1", "",
    ],
)  # fmt: skip
def test_what_is_no_file_number_is_none(told):
    """Another sign between codes, a period that there is not, an item number that is too short."""
    assert parse_file_number(told) is None
