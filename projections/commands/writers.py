"""Writing what a view says: on the screen, for other tools, or drawn; where it stands goes to stderr."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from typing import BinaryIO

import click

from ledger.commands.answer import as_csv, as_json
from ledger.errors import UsageError
from projections.answer import Answer, totals
from projections.commands.formats import write_html, write_xlsx
from projections.commands.plots import Plot
from projections.commands.plots.bars import draw_bars, pen_for
from projections.commands.screen import draw, screen_width
from projections.projection import column_names

TABLE = "table"
PICTURES = ("png", "svg")
FORMATS = (TABLE, "json", "csv", "xlsx", "html")
_COLUMNS = 100


def tell(told: Answer, form: str, *, wide: bool) -> None:
    """Write the answer in a form.

    Raises:
        UsageError: the form is a picture, or not for a terminal.
    """
    if form in PICTURES:
        raise UsageError(f"--format {form}: is a picture", todo="say which with --plot")
    if form == TABLE:
        tell_table(told, wide=wide)
    else:
        _WRITERS[form](told)


def tell_plot(told: Answer, plot: Plot, form: str) -> None:
    """Draw the answer: as bars on the screen, or as a picture to stdout.

    Raises:
        UsageError: it is drawn in no such form, or a picture would go to a terminal.
    """
    chart = plot.chart(told.rows)
    if form == TABLE:
        width = shutil.get_terminal_size((_COLUMNS, 0)).columns
        for line in draw_bars(chart, pen_for(sys.stdout.encoding, width, chart)):
            click.echo(line)
    elif form in PICTURES:
        stream = _binary("a picture", f"{plot.name}.{form}")
        # Half a second to load: only who asks for a picture waits for it.
        from projections.commands.plots.picture import write_picture  # noqa: PLC0415

        write_picture(chart, stream, form)
    else:
        raise UsageError(
            f"--plot {plot.name} --format {form}: is not drawn so",
            todo=f"leave out --format for bars, or take {' or '.join(PICTURES)}",
        )
    _tell_standing(told)


def tell_table(told: Answer, *, wide: bool = False) -> None:
    """Write the answer as a table for people; `wide` shows all its columns, and ids in full."""
    lines, left_out = draw(told, width=screen_width(), wide=wide)
    click.echo("\n".join(lines))
    _tell_standing(told)
    if left_out:
        click.echo(f"{left_out} more columns with --wide", err=True)


def tell_json(told: Answer) -> None:
    """Write the answer as one JSON object, amounts in fen."""
    as_json(
        {
            "view": told.view,
            "part": told.part,
            "position": told.position,
            "lag": told.lag,
            "parked": told.parked,
            "columns": [
                {"name": column.name, "kind": column.kind, "zh": column.zh, "en": column.en}
                for column in told.columns
            ],
            "rows": list(told.rows),
            "totals": totals(told),
        }
    )


def tell_csv(told: Answer) -> None:
    """Write the answer as CSV, amounts in fen."""
    as_csv(told.rows, column_names(told.columns))
    _tell_standing(told)


def tell_xlsx(told: Answer) -> None:
    """Write the answer as a workbook to stdout, amounts in fen."""
    write_xlsx(told, _binary("a workbook", "view.xlsx"))
    _tell_standing(told)


def tell_html(told: Answer) -> None:
    """Write the answer as a page of its own, amounts in yuan."""
    click.echo(write_html(told))


def _tell_standing(told: Answer) -> None:
    click.echo(
        f"{len(told.rows)} rows; position {told.position}, lag {told.lag}, parked {told.parked}",
        err=True,
    )


def _binary(what: str, name: str) -> BinaryIO:
    """Return stdout for bytes.

    Raises:
        UsageError: it is a terminal.
    """
    if sys.stdout.isatty():
        raise UsageError(f"{what} is not for a terminal", todo=f"send it to a file: > {name}")
    return sys.stdout.buffer


_WRITERS: dict[str, Callable[[Answer], None]] = {
    "json": tell_json,
    "csv": tell_csv,
    "xlsx": tell_xlsx,
    "html": tell_html,
}
