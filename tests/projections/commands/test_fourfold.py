"""`qifeng check --four-natures`: its pages, and what it refuses."""

from __future__ import annotations

from ledger.export.fourfold.items import ITEMS
from ledger.export.fourfold.outcome import unchecked
from ledger.export.fourfold.report import Report, Row
from projections.commands.paper.fonts import find_font, font_folders
from projections.commands.paper.tested import format_pdf


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
