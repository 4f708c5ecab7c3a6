"""`qifeng check --four-natures`: its pages, and what it refuses."""

from __future__ import annotations

from ledger.export.fourfold.items import ITEMS
from ledger.export.fourfold.outcome import unchecked
from ledger.export.fourfold.report import Report, Row
from projections.commands import fourfold
from projections.commands.fourfold import ENDINGS
from projections.commands.paper.fonts import find_font, font_folders
from projections.commands.paper.tested import format_pdf
from tests.ledger.export.archived import filing_office, package


def test_the_pages_are_the_same_every_time():
    """A PDF of one report has one sequence of bytes."""
    rows = tuple(Row(each, unchecked("没有看 <b>")) for each in ITEMS)
    report = Report(package="包", size=1, root="", pin="bundle",
                    tested_at="2022-03-01T00:00:00.000000Z", rows=rows)  # fmt: skip
    font = find_font(None, font_folders())

    assert format_pdf(report, font).startswith(b"%PDF-")
    assert format_pdf(report, font) == format_pdf(report, font)


def test_a_report_belongs_to_the_test(room):
    """Asked for without the test, with another ending, or of what is no package: exit code 2."""
    room.say("--as", "孙梅", "rule", "plan", "--title", "甲办法")
    room("--as", "孙梅", "export", "bundle", room.folder / "b", "--all", "--recipient", "x")

    alone = room("check", room.folder / "b", "--out", "r.xml")
    odd = room("check", room.folder / "b", "--four-natures", "--out", "r.doc")
    none = room("check", room.folder / "b", "--four-natures")

    assert [each.code for each in (alone, odd, none)] == [2, 2, 2]
    assert "--profile archive-cn" in none.err


def test_the_report_is_told_and_written_as_asked(room, tmp_path, monkeypatch):
    """For programs, and as XML, a page and a PDF; a report is never written over."""
    made = package(filing_office(), tmp_path / "p")
    outs = [tmp_path / f"r{ending}" for ending in ENDINGS]
    monkeypatch.setattr(fourfold, "format_pdf", lambda *_: b"%PDF-")
    asked = [each for out in outs for each in ("--out", out)]

    told = room.say("check", made, "--four-natures", *asked)
    again = room("check", made, "--four-natures", "--out", outs[0])

    assert (told["pin"], told["counts"]["不通过"]) == ({"source": "bundle"}, 0)
    assert [out.read_bytes()[:5] for out in outs] == [b"<?xml", b"<!DOC", b"%PDF-"]
    assert (again.code, again.err) == (2, f"error: {outs[0]} exists; choose a new name\n")


def test_a_report_that_cannot_be_written_is_told(room, tmp_path):
    """With the system's own reason."""
    made = package(filing_office(), tmp_path / "p")

    told = room("check", made, "--four-natures", "--out", tmp_path / "nowhere" / "r.xml")

    assert told.code == 3
    assert "report r.xml" in told.err
    assert "No such file or directory" in told.err
