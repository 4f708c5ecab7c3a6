"""A bag's own files: lines that read back, and names that stay inside."""

from __future__ import annotations

import hashlib

import pytest

from ledger.errors import MalformedError
from ledger.export.bagit import (
    Summed,
    check_path,
    folded,
    format_about,
    format_manifest,
    parse_about,
    parse_line,
)

DIGEST = hashlib.sha256(b"a").hexdigest()


def test_the_worked_example_is_written_so():
    """The line of the docstring."""
    (line,) = format_manifest([Summed("data/50%", 1, (DIGEST, ""))], "sha256")

    assert line.decode() == f"{DIGEST}  data/50%25\n"
    assert parse_line(line[:-1], "sha256", "m") == ("data/50%", DIGEST)


@pytest.mark.parametrize("line", [
    b"", b"data/x", f"{DIGEST} data/x".encode(), f"{DIGEST.upper()}  data/x".encode(), b"ab  data/x",
    f"{DIGEST}  ".encode(), f"{DIGEST}  ../x".encode(), f"{DIGEST}  data/\xff".encode("latin-1"),
])  # fmt: skip
def test_a_line_out_of_form_is_refused(line):
    """Two spaces, a digest in lower case, a path inside."""
    with pytest.raises(MalformedError):
        parse_line(line, "sha256", "m")


@pytest.mark.parametrize("path", [
    "/etc/passwd", "../x", "a/../b", "a//b", "", "~root", "a\\b", "c:x", "a\nb", ".", "a/.", "a/b.", "a ",
    "e\u0301", "x" * 2000,
])  # fmt: skip
def test_names_stay_inside_and_are_read_alike(path):
    """What leaves the bag, or what systems spell differently, is refused."""
    with pytest.raises(MalformedError):
        check_path(path, "m")


@pytest.mark.parametrize(
    "path", ["data/x", "data/县委发〔2022〕5号.pdf", "data/a b", ".hidden"]
)
def test_plain_names_may_stand(path):
    """Chinese names and spaces within are plain."""
    check_path(path, "m")

    assert folded(path.upper()) == folded(path)


def test_information_reads_back():
    """Labels and values, line ends within made spaces; continued lines are read too."""
    encoded = format_about([("A", "one\ntwo"), ("B-C", "x: y")])

    assert parse_about(encoded) == {"A": "one two", "B-C": "x: y"}
    assert parse_about(b"A: one\n  two\n") == {"A": "one two"}
    for wrong in (b"\xff: x\n", b"no colon\n"):
        with pytest.raises(MalformedError):
            parse_about(wrong)
