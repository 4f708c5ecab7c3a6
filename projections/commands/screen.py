"""A view's rows for people: a table as wide as the terminal, or a block for each row if that is narrow.

Numbers stand on the right, headings in both languages above each other, sums below. What is the same
in all rows, the currency or what was asked for, is told once above. Where there is no terminal nothing
is folded, so that lines can be searched.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence

import click

from ledger.commands.ruled import laid_out, shown_width
from ledger.frozen import frozen
from projections.answer import CURRENCY, Answer, totals
from projections.commands.cells import RIGHT, TOTAL, label_column, shortened, shown
from projections.projection import TEXT, Column, Row

NOTHING = "（无 none）"
_FOLDED = 10
_GAP = 2
_ENDLESS = 100_000
TITLE = "title"

Cells = Mapping[str, str]


@frozen
class Sheet:
    """What is shown of an answer: its columns, its rows and the sums below, each value as text.

    `above` are headings and values that hold for all rows.
    """

    title: str
    above: Sequence[tuple[str, str]]
    columns: Sequence[Column]
    rows: Sequence[Cells]
    sums: Sequence[Cells]

    def widths(self, room: int) -> list[int] | None:
        """Return how wide each column stands within so many cells, or None where they cannot.

        Headings are folded between words; text is folded where it must be, and nothing else is.
        """
        full = [max(_words(column), self._widest(column)) for column in self.columns]
        least = [
            max(_words(column), min(width, _FOLDED)) if column.kind == TEXT else width
            for column, width in zip(self.columns, full, strict=True)
        ]
        free = room - sum(least) - _GAP * (len(least) - 1)
        if free < 0:
            return None
        for place, width in enumerate(full):
            more = min(width - least[place], free)
            least[place] += more
            free -= more
        return least

    def _widest(self, column: Column) -> int:
        cells = (row[column.name] for row in (*self.rows, *self.sums))
        return max(map(shown_width, cells), default=0)


def screen_width() -> int:
    """Return how many places a line has: those of the terminal, or without end where there is none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else _ENDLESS


def draw(told: Answer, *, width: int, wide: bool) -> tuple[list[str], int]:
    """Return an answer's lines, and how many columns were left out.

    `wide` shows every column, and ids in full. Columns with nothing in them are left out and not counted.
    """
    sheet, left_out = sheet_of(told, wide=wide)
    lines = [_bold(sheet.title), *(f"{heading}: {value}" for heading, value in sheet.above)]
    widths = sheet.widths(width)
    if not sheet.rows:
        lines.append(NOTHING)
    elif widths is None:
        lines += _blocks(sheet)
    else:
        lines += _table(sheet, widths)
    return lines, left_out


def sheet_of(told: Answer, *, wide: bool) -> tuple[Sheet, int]:
    """Return what is shown of an answer, and how many columns with something in them are left out."""
    filled = [each for each in told.columns if _filled(told, each)]
    columns = [each for each in filled if wide or not told.brief or each.name in told.brief]
    return _sheet(told, columns, wide=wide), len(filled) - len(columns)


def _filled(told: Answer, column: Column) -> bool:
    return any(row[column.name] not in (None, "") for row in told.rows)


def _sheet(told: Answer, columns: Sequence[Column], *, wide: bool) -> Sheet:
    common = {each.name for each in columns if not wide and _is_common(told, each)}
    above = [
        (f"{each.zh} {each.en}", shown(each, told.rows[0][each.name], told.utc_offset))
        for each in columns if each.name in common
    ]  # fmt: skip
    columns = [each for each in columns if each.name not in common]
    rows = [
        {each.name: shown(each, row[each.name], told.utc_offset) for each in columns}
        for row in told.rows
    ]
    for column in columns if not wide else ():
        short = shortened(column, {row[column.name] for row in rows})
        for row in rows:
            row[column.name] = short.get(row[column.name], row[column.name])
    sums = totals(told) if len(rows) > 1 else []
    return Sheet(
        f"{told.zh} {told.en}", above, columns, rows, [_sum(columns, each) for each in sums]
    )


def _is_common(told: Answer, column: Column) -> bool:
    """Tell whether a column says the same of all rows, and may be told once: above them."""
    asked = (*told.narrowed, TITLE) if told.narrowed else ()
    if column.name not in (CURRENCY, *asked):
        return False
    return len({row[column.name] for row in told.rows}) == 1


def _sum(columns: Sequence[Column], sums: Row) -> Cells:
    cells = {each.name: shown(each, sums.get(each.name), "") for each in columns}
    free = label_column(columns, sums)
    return {**cells, free: TOTAL} if free else cells


def _words(column: Column) -> int:
    """Return how wide a column's heading is at least."""
    return max(shown_width(word) for word in f"{column.zh} {column.en}".split())


def _table(sheet: Sheet, widths: Sequence[int]) -> Iterator[str]:
    """Yield headings, rows and sums."""
    right = {place for place, each in enumerate(sheet.columns) if each.kind in RIGHT}
    names = [each.name for each in sheet.columns]

    def lines(rows: Iterable[Cells]) -> Iterator[str]:
        for row in rows:
            for pieces in laid_out([row[name] for name in names], widths, right=right):
                yield (" " * _GAP).join(pieces).rstrip()

    yield from map(
        _bold, lines([{each.name: f"{each.zh}\n{each.en}" for each in sheet.columns}])
    )
    yield "─" * (sum(widths) + _GAP * (len(widths) - 1))
    yield from lines(sheet.rows)
    if sheet.sums:
        yield ""
        yield from map(_bold, lines(sheet.sums))


def _blocks(sheet: Sheet) -> Iterator[str]:
    """Yield each row as lines of heading and value."""
    headings = {each.name: f"{each.zh} {each.en}" for each in sheet.columns}
    width = max(map(shown_width, headings.values()))
    for n, row in enumerate((*sheet.rows, *sheet.sums), 1):
        head = str(n) if n <= len(sheet.rows) else TOTAL
        yield _bold(f"-- {head} ".ljust(width + _GAP, "-"))
        for column in sheet.columns:
            if row[column.name]:
                heading = headings[column.name]
                yield f"{heading}{' ' * (width - shown_width(heading) + _GAP)}{row[column.name]}"


def _bold(line: str) -> str:
    """Return a line in bold, which whoever writes it leaves out where there is no terminal."""
    return click.style(line, bold=True)
