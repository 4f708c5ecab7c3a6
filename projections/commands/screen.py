"""A view's rows for people: a table as wide as the terminal, or a block for each row if that is narrow.

Numbers stand on the right, headings in both languages above each other, sums below. What is the same
in all rows, the currency or what was asked for, is told once above. Where there is no terminal nothing
is folded, so that lines can be searched.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rich.console import Console
from rich.text import Text

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


def open_screen() -> Console:
    """Return stdout: as wide as the terminal, or without end where there is none."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=_ENDLESS)


def show(told: Answer, console: Console, *, wide: bool) -> int:
    """Write an answer; `wide` shows every column, and ids in full. Returns how many were left out.

    Columns with nothing in them are left out and not counted.
    """
    sheet, left_out = sheet_of(told, wide=wide)
    console.print(Text(sheet.title, style="bold"))
    for heading, value in sheet.above:
        console.print(Text(f"{heading}: {value}"), soft_wrap=True)
    widths = sheet.widths(console.width)
    if not sheet.rows:
        console.print(NOTHING)
    elif widths is None:
        _blocks(console, sheet)
    else:
        _table(console, sheet, widths)
    return left_out


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


def _table(console: Console, sheet: Sheet, widths: Sequence[int]) -> None:
    """Write headings, rows and sums. Thousands of rows are written at once, and styled nowhere."""
    right = {place for place, each in enumerate(sheet.columns) if each.kind in RIGHT}
    names = [each.name for each in sheet.columns]

    def lines(rows: Iterable[Cells]) -> Iterator[str]:
        for row in rows:
            for pieces in laid_out([row[name] for name in names], widths, right=right):
                yield (" " * _GAP).join(pieces).rstrip()

    heading = {each.name: f"{each.zh}\n{each.en}" for each in sheet.columns}
    across = sum(widths) + _GAP * (len(widths) - 1)
    console.out("\n".join(lines([heading])), style="bold", highlight=False)
    console.out("─" * across, highlight=False)
    console.out("\n".join(lines(sheet.rows)), highlight=False)
    if sheet.sums:
        console.out("\n" + "\n".join(lines(sheet.sums)), style="bold", highlight=False)


def _blocks(console: Console, sheet: Sheet) -> None:
    """Write each row as lines of heading and value."""
    headings = {each.name: f"{each.zh} {each.en}" for each in sheet.columns}
    width = max(map(shown_width, headings.values()))
    for n, row in enumerate((*sheet.rows, *sheet.sums), 1):
        head = str(n) if n <= len(sheet.rows) else TOTAL
        console.print(Text(f"-- {head} ".ljust(width + _GAP, "-"), style="bold"))
        for column in sheet.columns:
            if row[column.name]:
                heading = headings[column.name]
                gap = " " * (width - shown_width(heading) + _GAP)
                console.print(Text(f"{heading}{gap}{row[column.name]}"), soft_wrap=True)
