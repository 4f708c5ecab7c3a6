"""Answers as files for other tools: a workbook, and a page that stands alone."""

from __future__ import annotations

import html
from typing import BinaryIO

from projections.answer import Answer, totals
from projections.commands.cells import RIGHT, TOTAL, label_column, shown
from projections.projection import Column, Row, column_names

_PAGE = """<!doctype html>
<html lang="zh"><head><meta charset="utf-8"><title>{title}</title><style>
body {{ font-family: sans-serif; margin: 2em }}
table {{ border-collapse: collapse }} td, th {{ border: 1px solid #999; padding: .2em .5em }}
th {{ background: #eee; text-align: left }} p {{ color: #555 }}
.n {{ text-align: right; white-space: nowrap }} tfoot {{ font-weight: bold }}
</style></head><body><h1>{title}</h1><table><thead><tr>{head}</tr></thead><tbody>
{body}
</tbody><tfoot>{foot}</tfoot></table><p>{standing}</p></body></html>"""


def write_xlsx(told: Answer, stream: BinaryIO) -> None:
    """Write the answer's rows as the only sheet of a workbook; text is never a formula."""
    # The spreadsheet writer takes longer to load than any other answer takes in all.
    from openpyxl import Workbook  # noqa: PLC0415
    from openpyxl.cell.cell import Cell  # noqa: PLC0415

    book = Workbook()
    sheet = book.active
    assert sheet is not None, "a new workbook has a sheet"
    sheet.title = told.part[:31]
    sheet.append([f"{column.zh} {column.en}" for column in told.columns])
    names = column_names(told.columns)
    for place, row in enumerate(told.rows, 2):
        for column, name in enumerate(names, 1):
            cell = sheet.cell(place, column, row[name])
            if isinstance(row[name], str) and isinstance(cell, Cell):
                cell.data_type = "s"
    book.save(stream)


def write_html(told: Answer) -> str:
    """Return a page with the answer's rows and sums; it loads nothing and runs nothing."""
    sums = [_labelled(told, each) for each in totals(told)]
    return _PAGE.format(
        title=html.escape(f"{told.zh} {told.en}"),
        head="".join(
            f"<th>{html.escape(f'{each.zh} {each.en}')}</th>" for each in told.columns
        ),
        body="\n".join(_row(told, row) for row in told.rows),
        foot="\n".join(_row(told, row) for row in sums),
        standing=f"position {told.position}, lag {told.lag}, parked {told.parked}",
    )


def _labelled(told: Answer, sums: Row) -> Row:
    """Return sums as a row, which says so in its first column that is free."""
    row = {name: sums.get(name) for name in column_names(told.columns)}
    free = label_column(told.columns, sums)
    return {**row, free: TOTAL} if free else row


def _row(told: Answer, row: Row) -> str:
    cells = (
        _cell(column, shown(column, row[column.name], told.utc_offset))
        for column in told.columns
    )
    return f"<tr>{''.join(cells)}</tr>"


def _cell(column: Column, text: str) -> str:
    right = " class=n" if column.kind in RIGHT else ""
    return f"<td{right}>{html.escape(text)}</td>"
