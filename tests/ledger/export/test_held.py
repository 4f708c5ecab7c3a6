"""Hostile zips and folders: one clear error, nothing unpacked, nothing read without end."""

from __future__ import annotations

import errno
import os
import stat
import struct
import sys
import zipfile
from pathlib import Path

import pytest

from ledger.errors import LedgerError, MalformedError, UnavailableError, UsageError
from ledger.export import held as module
from ledger.export.check import check_bundle
from ledger.export.held import lines, open_held, read_capped


def packed(path, *members, **options):
    """A zip of (name, content) or (ZipInfo, content)."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def linked(name):
    """A member that says it is a symbolic link."""
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ([("../x", "")], "names inside it"),
        ([("b/../../x", "")], "names inside it"),
        ([("/etc/x", "")], "names inside it"),
        ([("b\\..\\x", "")], "names inside it"),
        ([("b/c:x", "")], "names inside it"),
        ([("b/x", "1"), ("b/X", "2")], "each name once"),
        ([("b/x", ""), ("c/x", "")], "one folder at its top"),
        ([("x", "")], "one folder at its top"),
        ([(linked("b/x"), "/etc/passwd")], "plain files only"),
        ([("b/x", b"\0" * (20 << 20))], "times as much as packed"),
    ],
)
def test_a_zip_that_may_not_be_trusted_is_refused_by_its_directory(tmp_path, members, said):
    """Before any member is read; nothing is written anywhere."""
    path = packed(tmp_path / "b.zip", *members)

    with pytest.raises(MalformedError, match=said):
        check_bundle(path, None)

    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_stands_twice_is_refused(tmp_path):
    """Readers differ in which of the two they take."""
    path = packed(tmp_path / "b.zip", ("b/x", "1"), ("b/x", "2"))

    with pytest.raises(MalformedError, match="each name once"):
        check_bundle(path, None)


def flagged(path, flags, method=None):
    """A zip whose first member's flags, in the directory, are these too, or its method another."""
    whole = bytearray(packed(path, ("b/x", "1")).read_bytes())
    at = whole.rindex(b"PK\x01\x02")
    whole[at + 8 : at + 10] = struct.pack("<H", flags)
    if method is not None:
        whole[at + 10 : at + 12] = struct.pack("<H", method)
    path.write_bytes(whole)
    return path


@pytest.mark.parametrize(("flags", "method"), [(1, None), (0, 12), (0, 99)])
def test_encrypted_or_oddly_packed_members_are_refused(tmp_path, flags, method):
    """Stored or deflated, in the open."""
    with pytest.raises(MalformedError, match="stored or deflated"):
        check_bundle(flagged(tmp_path / "b.zip", flags, method), None)


def test_members_that_lie_over_each_other_are_refused(tmp_path):
    """Many names of the same packed bytes would unpack to more than the file could hold."""
    path = packed(tmp_path / "b.zip", ("b/x", os.urandom(5000)))
    whole = path.read_bytes()
    at, end = whole.rindex(b"PK\x01\x02"), whole.rindex(b"PK\x05\x06")
    entry = whole[at:end]
    entries = b"".join(entry[:-1] + bytes([letter]) for letter in b"abcdef")
    tail = bytearray(whole[end:])
    tail[8:16] = struct.pack("<HHI", 6, 6, len(entries))
    path.write_bytes(whole[:at] + entries + tail)

    with pytest.raises(MalformedError, match="side by side"):
        check_bundle(path, None)


@pytest.mark.parametrize(
    "content", [b"", b"PK", b"no zip at all", b"PK\x05\x06" + b"\xff" * 18]
)
def test_what_is_no_zip_is_told_in_one_line(tmp_path, content):
    """Nor what claims a directory that fits into no memory."""
    (tmp_path / "b.zip").write_bytes(content)

    with pytest.raises(LedgerError):
        check_bundle(tmp_path / "b.zip", None)


def test_what_is_neither_folder_nor_file_is_told(tmp_path):
    """A name of nothing."""
    with pytest.raises(UsageError):
        check_bundle(tmp_path / "nothing", None)


def test_a_member_whose_bytes_are_damaged_is_found_when_it_is_read(tmp_path):
    """Its checksum speaks against it."""
    path = packed(tmp_path / "b.zip", ("b/x", "some content, long enough to be packed " * 9))
    whole = bytearray(path.read_bytes())
    whole[60] ^= 0xFF
    path.write_bytes(whole)

    with open_held(path) as held, pytest.raises(MalformedError):
        read_capped(held, "x", 10_000)


def broken_disk(*_, **__):
    """Fail as a disk does."""
    raise OSError(errno.EIO, "Input/output error")


def test_a_zip_that_the_disk_does_not_give_is_told(tmp_path, monkeypatch):
    """It is not called damaged: nobody could look at it."""
    path = packed(tmp_path / "b.zip", ("b/x", "1"))
    monkeypatch.setattr(Path, "open", broken_disk)

    with pytest.raises(UnavailableError, match=r"b\.zip.*Input/output error"):
        check_bundle(path, None)


def test_a_directory_that_is_not_where_the_end_says_is_refused(tmp_path):
    """An end record that a cut zip has kept."""
    path = tmp_path / "b.zip"
    path.write_bytes(b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, 46, 0, 0))

    with pytest.raises(MalformedError, match="a whole zip"):
        check_bundle(path, None)


def test_names_in_another_encoding_are_refused(tmp_path):
    """A name that each system reads as it likes."""
    path = packed(tmp_path / "b.zip", ("b/骑", "1"))
    whole = path.read_bytes().replace(struct.pack("<H", 0x800), b"\0\0")
    path.write_bytes(whole)

    with pytest.raises(MalformedError, match="names in UTF-8"):
        check_bundle(path, None)


def test_folders_in_a_zip_are_no_files(tmp_path):
    """Many tools write them; they hold nothing."""
    path = packed(tmp_path / "b.zip", ("b/", ""), ("b/data/", ""), ("b/data/x", "1"))

    with open_held(path) as held:
        assert held.paths == {"data/x"}


def test_a_folder_that_the_disk_does_not_give_is_told(tmp_path, monkeypatch):
    """What it would have held is not called missing."""
    monkeypatch.setattr(Path, "iterdir", broken_disk)

    with pytest.raises(UnavailableError, match="Input/output error"):
        check_bundle(tmp_path, None)


@pytest.fixture
def short_of_breath():
    """Let nothing call itself often; returns how often."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(300)
    yield 300
    sys.setrecursionlimit(before)


def test_folders_in_folders_do_not_run_the_reader_down(tmp_path, short_of_breath):
    """However deep a stranger put a file, it is named like any other."""
    deepest = tmp_path / "b"
    deepest.mkdir()
    for _ in range(short_of_breath):
        deepest /= "d"
        deepest.mkdir()
    (deepest / "x").write_text("1")

    try:
        with open_held(tmp_path / "b") as held:
            assert held.paths == {(deepest / "x").relative_to(tmp_path / "b").as_posix()}
    finally:
        # What clears temporary folders away does run down.
        (deepest / "x").unlink()
        while deepest != tmp_path:
            deepest.rmdir()
            deepest = deepest.parent


def test_more_files_than_a_bundle_may_hold_are_not_listed(tmp_path, monkeypatch):
    """Counted while they are met."""
    monkeypatch.setattr(module, "MAX_FILES", 2)
    for name in "abc":
        (tmp_path / name).touch()

    with pytest.raises(MalformedError, match="at most 2 files"):
        check_bundle(tmp_path, None)


def test_what_is_neither_file_nor_link_is_odd(tmp_path):
    """A pipe is never read: it would not end."""
    os.mkfifo(tmp_path / "x")

    with open_held(tmp_path) as held:
        assert held.odd == {"x": "no plain file"}


def test_a_file_that_went_away_meanwhile_is_told(tmp_path):
    """Listed, and gone when it is read."""
    (tmp_path / "x").write_text("1")

    with open_held(tmp_path) as held:
        (tmp_path / "x").unlink()
        with pytest.raises(UnavailableError, match="file x"):
            read_capped(held, "x", 100)
        with pytest.raises(UnavailableError, match="file x"):
            list(lines(held, "x", 100))


@pytest.mark.parametrize("form", ["folder", "zip"])
def test_no_line_and_no_file_is_read_beyond_its_cap(tmp_path, form):
    """A gigabyte in one line costs a line's worth of memory."""
    if form == "zip":
        path = packed(tmp_path / "b.zip", ("b/x", "y" * 5000 + "\n"))
    else:
        path = tmp_path / "b"
        path.mkdir()
        (path / "x").write_text("y" * 5000 + "\n")

    with open_held(path) as held:
        with pytest.raises(MalformedError, match="at most 100 bytes"):
            read_capped(held, "x", 100)
        with pytest.raises(MalformedError, match="more than 100 bytes"):
            list(lines(held, "x", 100))
        assert list(lines(held, "x", 5000)) == [(1, b"y" * 5000)]


@pytest.mark.parametrize("content", [
    b"[" * 100_000 + b"\n", b"{\n", b"\xff\xfe\n", b'{"bundle":1,"bundle":1}\n', b"\n", b'"x"\n',
])  # fmt: skip
def test_a_cover_of_deep_or_broken_json_is_found(tmp_path, content):
    """Every form of it, without a traceback."""
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "bundle.json").write_bytes(content)

    found = check_bundle(tmp_path / "b", None).findings

    assert ("bundle.cover", "edited") in {(each.code, each.damage) for each in found}
