"""Answers as files for other tools: a workbook, and a page that stands alone."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import BinaryIO

from openpyxl import Workbook
from openpyxl.cell.cell import Cell

from projections.answer import Answer
from projections.projection import Column, Row, column_names

_PAGE = """<!doctype html>
<html lang="zh"><head><meta charset="utf-8"><title>{title}</title><style>
body {{ font-family: sans-serif; margin: 2em }}
table {{ border-collapse: collapse }} td, th {{ border: 1px solid #999; padding: .2em .5em }}
th {{ background: #eee; text-align: left }} p {{ color: #555 }}
</style></head><body><h1>{title}</h1><table><thead><tr>{head}</tr></thead><tbody>
{body}
</tbody></table><p>{standing}</p></body></html>"""


def write_xlsx(told: Answer, stream: BinaryIO) -> None:
    """Write the answer's rows as the only sheet of a workbook; text is never a formula."""
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


def write_html(told: Answer, shown: Callable[[Column, Row], str]) -> str:
    """Return a page with the answer's rows; it loads nothing and runs nothing."""
    cells = ("".join(_cell(shown(column, row)) for column in told.columns) for row in told.rows)
    return _PAGE.format(
        title=html.escape(f"{told.zh} {told.en}"),
        head="".join(
            f"<th>{html.escape(f'{each.zh} {each.en}')}</th>" for each in told.columns
        ),
        body="\n".join(f"<tr>{row}</tr>" for row in cells),
        standing=f"position {told.position}, lag {told.lag}, parked {told.parked}",
    )


def _cell(text: str) -> str:
    return f"<td>{html.escape(text)}</td>"
