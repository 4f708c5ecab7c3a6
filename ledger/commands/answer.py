"""Writing answers: to stdout, for people or as JSON, never both."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click
from rich.console import Console
from rich.table import Table

# What a record says is text, whatever brackets and colons stand in it.
_PLAIN: dict[str, Any] = {
    "soft_wrap": False,
    "markup": False,
    "emoji": False,
    "highlight": False,
}


def as_json(answer: Any) -> None:
    """Write one JSON object to stdout, in UTF-8, keys in the order given."""
    click.echo(json.dumps(answer, ensure_ascii=False, default=str))


def as_table(
    rows: Iterable[Mapping[str, Any]], columns: Sequence[str], *, title: str = ""
) -> None:
    """Write rows as a table, as wide as the terminal, or whole where there is none."""
    console = Console(**_PLAIN)
    table = Table(title=title or None, title_justify="left")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(_cell(row.get(column)) for column in columns))
    if not console.is_terminal:
        console = Console(width=200, **_PLAIN)
    console.print(table)


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
    return "" if value is None else str(value)
