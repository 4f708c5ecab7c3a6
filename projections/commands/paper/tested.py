"""The report of the four-nature test as pages: A4 across, a row an item, the same bytes every time."""

from __future__ import annotations

from pathlib import Path

from fpdf.enums import Align, TableHeadingsDisplay, WrapMode
from fpdf.fonts import FontFace
from typing_extensions import override

from ledger.clock import parse_time
from ledger.export.fourfold.report import Report
from projections.commands.paper.leaf import BLACK, FONT, GREY, RED, Leaf

_TITLE_PT, _TEXT_PT, _CELL_PT = 22, 10, 7.5
_WIDTHS = (5, 7, 16, 15, 22, 8, 44)
_HEADS = ("编码", "性质", "名称", "检测对象", "检测依据", "结果", "说明")


class _Pages(Leaf):
    def __init__(self, report: Report, font: Path) -> None:
        super().__init__(parse_time(report.tested_at), font, foot_mm=16)

    @override
    def footer(self) -> None:
        """Write the page's number, outside (GB/T 9704-2012 7.5)."""
        self.set_y(-13)
        self.number(_TEXT_PT)


def format_pdf(report: Report, font: Path) -> bytes:
    """Return the report as PDF.

    Raises:
        UnavailableError: the font cannot be embedded.
    """
    pages = _Pages(report, font)
    pages.set_title(f"四性检测报告 {report.package}")
    pages.add_page()
    pages.set_text_color(*RED)
    pages.set_font(FONT, size=_TITLE_PT)
    pages.cell(
        w=pages.epw, text="四性检测报告", align=Align.C, h=13, new_x="LMARGIN", new_y="NEXT"
    )
    pages.set_text_color(*BLACK)
    pages.set_font(FONT, size=_TEXT_PT)
    for name, value in report.above:
        pages.multi_cell(
            w=pages.epw, text=f"{name}：{value}", h=5, new_x="LMARGIN", new_y="NEXT"
        )
    pages.ln(2)
    _rows(pages, report)
    return bytes(pages.output())


def _rows(pages: _Pages, report: Report) -> None:
    pages.set_font(FONT, size=_CELL_PT)
    face = FontFace(emphasis="", fill_color=GREY)
    with pages.table(
        col_widths=_WIDTHS, width=pages.epw, headings_style=face, wrapmode=WrapMode.CHAR,
        text_align=Align.L, line_height=pages.font_size * 1.5,
        repeat_headings=TableHeadingsDisplay.ON_TOP_OF_EVERY_PAGE,
    ) as table:  # fmt: skip
        table.row(list(_HEADS))
        for each in report.rows:
            item, came = each.item, each.outcome
            told = "\n".join(came.evidence)
            table.row([
                item.code, item.nature, item.title, item.object, item.basis, came.result, told,
            ])  # fmt: skip
