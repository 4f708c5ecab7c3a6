"""A register as a workbook: real days, times and amounts, frozen headings, sums, and what it was made from.

Amounts are in yuan, to the fen, as numbers; moments by the office's clock. Text is never a formula.
The second sheet says what the register was made from, and holds the code that `qifeng check` takes.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from ledger.clock import parse_offset
from ledger.commands.ruled import shown_width
from projections.answer import Answer, totals
from projections.commands.cells import TOTAL, label_column
from projections.commands.paper.heading import Heading
from projections.commands.paper.imprint import format_imprint
from projections.projection import BOOL, DAY, FEN, MOMENT, SECONDS, Column

_FORMATS = {
    DAY: "yyyy-mm-dd",
    MOMENT: "yyyy-mm-dd hh:mm",
    FEN: "#,##0.00",
    SECONDS: "[h]:mm:ss",
}
_DAY_SECONDS = 86_400
_WIDEST = 48
_BOLD = Font(bold=True)


def write_workbook(told: Answer, heading: Heading, stream: BinaryIO) -> None:
    """Write a register as XLSX."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet), "a new workbook has a sheet"
    book.properties.title = f"{heading.office} {told.zh}"
    book.properties.created = book.properties.modified = _naive(heading.imprint.asked_at)
    sheet.title = f"{told.zh}"[:31]
    _put_rows(sheet, told, heading.utc_offset)
    _set_page(sheet, heading)
    _put_about(book.create_sheet("说明 about"), told, heading)
    book.save(stream)


def _put_rows(sheet: Worksheet, told: Answer, utc_offset: str) -> None:
    for place, column in enumerate(told.columns, 1):
        cell = sheet.cell(1, place, f"{column.zh} {column.en}")
        cell.font = _BOLD
        widths = [shown_width(str(row[column.name] or "")) for row in told.rows[:1000]]
        widest = max([shown_width(str(cell.value)), *widths])
        sheet.column_dimensions[get_column_letter(place)].width = min(widest, _WIDEST) + 2
    for at, row in enumerate(told.rows, 2):
        for place, column in enumerate(told.columns, 1):
            _put(sheet.cell(at, place), column, row[column.name], utc_offset)
    for at, sums in enumerate(totals(told), len(told.rows) + 2):
        _put_sums(sheet, at, told, sums)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(told.columns))}{len(told.rows) + 1}"


def _put_sums(sheet: Worksheet, at: int, told: Answer, sums: dict[str, Any]) -> None:
    label = label_column(told.columns, sums)
    for place, column in enumerate(told.columns, 1):
        cell = sheet.cell(at, place)
        if column.name in sums:
            _put(cell, column, sums[column.name], "+00:00")
        elif column.name == label:
            cell.value = TOTAL
        cell.font = _BOLD


def _put(cell: Any, column: Column, value: Any, utc_offset: str) -> None:
    """Put a value into a cell as what it is."""
    cell.value = _typed(column, value, utc_offset)
    if isinstance(cell.value, str) and isinstance(cell, Cell):
        cell.data_type = "s"
    elif column.kind in _FORMATS:
        cell.number_format = _FORMATS[column.kind]


def _typed(column: Column, value: Any, utc_offset: str) -> Any:
    if value in (None, ""):
        return None
    if column.kind == MOMENT and value.endswith("Z"):
        return _naive(datetime.fromisoformat(value).astimezone(parse_offset(utc_offset)))
    return _TYPED.get(column.kind, lambda told: told)(value)


_TYPED: dict[str, Callable[[Any], Any]] = {
    FEN: lambda fen: Decimal(fen) / 100,
    SECONDS: lambda seconds: seconds / _DAY_SECONDS,
    BOOL: lambda told: "是" if told else "否",
    DAY: date.fromisoformat,
    MOMENT: date.fromisoformat,
}


def _naive(moment: datetime) -> datetime:
    """Return a moment as a spreadsheet knows it: without a zone, to the second."""
    return moment.replace(tzinfo=None, microsecond=0)


def _set_page(sheet: Worksheet, heading: Heading) -> None:
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    head, foot = sheet.oddHeader, sheet.oddFooter
    assert head is not None, "a new sheet has a header"
    assert foot is not None, "a new sheet has a footer"
    head.center.text = heading.office.replace("&", "&&")
    foot.left.text = heading.imprint.short
    foot.right.text = "— &P / &N —"


def _put_about(sheet: Worksheet, told: Answer, heading: Heading) -> None:
    imprint = heading.imprint
    asked = imprint.question
    lines: tuple[tuple[str, str | int], ...] = (
        ("单位 office", heading.office),
        ("登记簿 register", f"{told.zh} {told.en}"),
        ("日志标识 origin of the log", imprint.origin),
        ("截至日志序号 known at index", imprint.size - 1),
        ("树根 root", imprint.root),
        ("行摘要 digest of the rows", imprint.rows),
        ("时点 as of", asked.as_of.isoformat() if asked.as_of else ""),
        ("行数 rows", len(told.rows)),
        ("核验码 code for 'qifeng check'", format_imprint(imprint).decode().strip()),
    )
    for at, (name, value) in enumerate(lines, 1):
        sheet.cell(at, 1, name).font = _BOLD
        cell = sheet.cell(at, 2, value)
        if isinstance(value, str) and isinstance(cell, Cell):
            cell.data_type = "s"
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 32, 80
