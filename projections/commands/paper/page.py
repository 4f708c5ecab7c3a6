"""A register as pages: A4 across, headed as official documents are, the same bytes every time.

GB/T 9704-2012 7.2.4 and 7.4: the office's name in red above a red line; 7.5: the page number in
四号 between dashes, outside. On every page stand the index and the root that the register was made
from; after the last row the whole code, as text and as a QR code.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import segno
from fpdf.enums import Align, TableBordersLayout, TableHeadingsDisplay, WrapMode
from fpdf.errors import FPDFException
from fpdf.fonts import FontFace
from typing_extensions import override

from ledger.errors import UsageError
from projections.commands.cells import RIGHT, local_time
from projections.commands.paper.heading import Heading
from projections.commands.paper.imprint import format_imprint
from projections.commands.paper.leaf import BLACK, FONT, GREY, RED, Leaf
from projections.commands.screen import NOTHING, Sheet

_NAME_PT, _TITLE_PT, _SMALL_PT, _NUMBER_PT = 26, 18, 8, 14
_CELL_PTS = (10.5, 9.0, 7.5, 6.0)
_QR_MM = 30.0
_LINE = 1.5


class _Pages(Leaf):
    def __init__(self, heading: Heading, font: Path) -> None:
        super().__init__(heading.imprint.asked_at, font, foot_mm=18)
        self._heading = heading

    @override
    def footer(self) -> None:
        """Write the foot of a page: what it was made from, and its number outside."""
        self.set_y(-14)
        self.set_font(FONT, size=_SMALL_PT)
        self.cell(
            text=f"日志序号·根·行摘要 index · root · rows  {self._heading.imprint.short}", h=8
        )
        self.set_x(self.l_margin)
        self.number(_NUMBER_PT)

    def head(self, sheet: Sheet) -> None:
        """Write what stands above the rows, once."""
        self.set_text_color(*RED)
        self.set_font(FONT, size=_NAME_PT)
        self.cell(
            w=self.epw,
            text=self._heading.office,
            align=Align.C,
            h=14,
            new_x="LMARGIN",
            new_y="NEXT",
        )
        self.set_draw_color(*RED)
        self.set_line_width(0.7)
        self.line(self.l_margin, self.get_y() + 1, self.l_margin + self.epw, self.get_y() + 1)
        self.set_draw_color(*BLACK)
        self.set_text_color(*BLACK)
        self.set_line_width(0.2)
        self.ln(4)
        self.set_font(FONT, size=_TITLE_PT)
        self.cell(
            w=self.epw, text=sheet.title, align=Align.C, h=12, new_x="LMARGIN", new_y="NEXT"
        )
        self.set_font(FONT, size=_SMALL_PT + 1)
        for name, value in (*sheet.above, *self._told()):
            self.multi_cell(
                w=self.epw, text=f"{name}：{value}", h=5, new_x="LMARGIN", new_y="NEXT"
            )
        self.ln(2)

    def rows(self, sheet: Sheet) -> None:
        """Write the rows, headings again on every page, and the sums."""
        widths = _widths(sheet)
        face = FontFace(emphasis="", fill_color=GREY)
        self.set_font(FONT, size=self._size(widths))
        with self.table(
            col_widths=widths, width=self.epw, headings_style=face, wrapmode=WrapMode.CHAR,
            text_align=tuple(Align.R if each.kind in RIGHT else Align.L for each in sheet.columns),
            borders_layout=TableBordersLayout.ALL, line_height=self.font_size * _LINE,
            repeat_headings=TableHeadingsDisplay.ON_TOP_OF_EVERY_PAGE,
        ) as table:  # fmt: skip
            table.row([f"{each.zh}\n{each.en}" for each in sheet.columns])
            for row in (*sheet.rows, *sheet.sums):
                table.row([row[each.name] for each in sheet.columns])

    def code(self) -> None:
        """Write the whole code, as text beside its picture."""
        text = format_imprint(self._heading.imprint).decode().strip()
        if self.will_page_break(_QR_MM + 6):
            self.add_page()
        self.ln(4)
        top = self.get_y()
        try:
            matrix = segno.make_qr(text, error="m").matrix
        except segno.DataOverflowError:
            matrix = ()
        size = _QR_MM / max(len(matrix), 1)
        for y, line in enumerate(matrix):
            for x, dark in enumerate(line):
                if dark:
                    self.rect(self.l_margin + x * size, top + y * size, size, size, style="F")
        self.set_xy(self.l_margin + _QR_MM + 4, top)
        self.set_font(FONT, size=_SMALL_PT)
        room = self.epw - _QR_MM - 4
        self.multi_cell(
            w=room, text=f"核验码 code for 'qifeng check'\n{text}", h=4, wrapmode=WrapMode.CHAR
        )

    def _told(self) -> list[tuple[str, str]]:
        heading = self._heading
        asked = heading.imprint.question
        days = [("时点 as of", asked.as_of.isoformat())] if asked.as_of else []
        known = (
            f"{heading.imprint.size - 1}（{local_time(heading.moment, heading.utc_offset)}）"
        )
        return [
            *days,
            ("截至日志序号 known at index", known),
            ("树根 root", heading.imprint.root),
        ]

    def _size(self, widths: Sequence[int]) -> float:
        """Return the largest type in which the rows fit across the page, or nearly."""
        for points in _CELL_PTS:
            self.set_font(FONT, size=points)
            if sum(widths) * self.get_string_width("0") * 1.15 <= self.epw:
                return points
        return _CELL_PTS[-1]


def write_pdf(sheet: Sheet, heading: Heading, font: Path, stream: BinaryIO) -> None:
    """Write a register as PDF.

    Raises:
        UsageError: it has more columns than a page can hold.
        UnavailableError: the font cannot be embedded.
    """
    pages = _Pages(heading, font)
    pages.set_title(f"{heading.office} {sheet.title}")
    pages.set_subject(format_imprint(heading.imprint).decode().strip())
    pages.add_page()
    pages.head(sheet)
    if sheet.rows:
        try:
            pages.rows(sheet)
        except FPDFException as error:
            raise UsageError(
                f"{len(sheet.columns)} columns do not fit on a page",
                todo="leave out --wide, or write .xlsx",
            ) from error
    else:
        pages.set_font(FONT, size=_CELL_PTS[0])
        pages.cell(text=NOTHING, h=8, new_x="LMARGIN", new_y="NEXT")
    pages.code()
    stream.write(bytes(pages.output()))


def _widths(sheet: Sheet) -> list[int]:
    """Return how wide each column stands, in digits: as its longest value, within reason."""
    full = sheet.widths(10**6)
    assert full is not None, "there is room for everything"
    return [max(4, min(width + 2, 44)) for width in full]
