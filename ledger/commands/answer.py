"""Writing answers: to stdout, for people or as JSON, never both."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click

from ledger.commands.ruled import ruled_lines

WIDTH = 200
"""How wide a table is where no terminal says how much room there is."""


def as_json(answer: Any) -> None:
    """Write one JSON object to stdout, in UTF-8, keys in the order given."""
    click.echo(json.dumps(answer, ensure_ascii=False, default=str))


def as_table(
    rows: Iterable[Mapping[str, Any]], columns: Sequence[str], *, title: str = ""
) -> None:
    """Write rows as a table, as wide as the terminal, or whole where there is none."""
    cells = [[_cell(row.get(column)) for column in columns] for row in rows]
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else WIDTH
    lines = [title] if title else []
    lines += ruled_lines(cells, columns, width=width)
    click.echo("\n".join(lines))


def as_csv(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """Write rows as CSV, with a header line."""
    held = io.StringIO()
    writer = csv.DictWriter(held, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    click.echo(held.getvalue(), nl=False)


def yuan(amount_fen: int) -> str:
    """Return an amount in yuan, with two decimals: 1234500 is `12,345.00`."""
    sign = "-" if amount_fen < 0 else ""
    return f"{sign}{abs(amount_fen) // 100:,}.{abs(amount_fen) % 100:02d}"


def _cell(value: Any) -> str:
    return "" if value is None else str(value).replace("\t", " ")
