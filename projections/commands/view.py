"""`qifeng view`: what a view says, now, as of a day, or as it was known; on screen or for other tools."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import click

from ledger.application.ledger import Ledger
from ledger.application.naming import find_record
from ledger.commands.answer import as_csv, as_json
from ledger.commands.desk import open_ledger
from ledger.commands.session import Session
from ledger.errors import MalformedError, UsageError
from ledger.family import family_of
from projections.answer import Answer, Question, answer, find_part, parts_of, totals
from projections.commands.formats import write_html, write_xlsx
from projections.commands.screen import open_screen, show
from projections.projection import RECORD, column_names
from projections.viewing import open_views
from projections.views import VIEWS

TABLE = "table"
FORMATS = (TABLE, "json", "csv", "xlsx", "html")
_VIEW = click.Choice([each.name for each in VIEWS])


@click.command("view")
@click.argument("name", type=_VIEW)
@click.option("--part", default="", help="A part or table of the view; 'list' names them.")
@click.option("--as-of", metavar="DATE", help="As things counted on a day (YYYY-MM-DD).")
@click.option("--from", "since", metavar="DATE", help="What changed after that day.")
@click.option("--known-at", default="", metavar="TIME|INDEX", help="As it was known then.")
@click.option("--where", multiple=True, metavar="COLUMN=VALUE", help="Only these rows; repeat.")
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default=TABLE, help="How to write it."
)
@click.option("--wide", is_flag=True, help="All columns and whole ids in a table.")
@click.option("--json", "as_json_", is_flag=True, help="The same as --format json.")
@click.pass_obj
def view(session: Session, /, name: str, *, as_json_: bool, form: str, **asked: object) -> None:
    """Show a view, as it is, as of a day, or as it was known."""
    if asked["part"] == "list":
        _list_parts(name)
        return
    ledger = open_ledger(session)
    question = _naming_records(ledger, _question(name, **asked))
    told = answer(open_views(session, ledger.store), question, clock=ledger.clock)
    form = "json" if as_json_ else form
    if form == TABLE:
        tell_table(told, wide=bool(asked["wide"]))
    else:
        WRITERS[form](told)


def _question(name: str, **asked: object) -> Question:
    as_of, since = asked["as_of"], asked["since"]
    where = asked["where"]
    assert isinstance(where, tuple), "an option that repeats is a tuple"
    return Question(
        view=name,
        part=str(asked["part"]),
        as_of=_day("--as-of", str(as_of)) if as_of else None,
        since=_day("--from", str(since)) if since else None,
        known_at=str(asked["known_at"]),
        where=tuple(_condition(each) for each in where),
    )


def _day(option: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise MalformedError(option, expected="a day YYYY-MM-DD", found=text[:40]) from error


def _condition(text: str) -> tuple[str, str]:
    column, equals, value = text.partition("=")
    if not equals:
        raise UsageError(f"--where {text!r}", todo="write COLUMN=VALUE")
    return column.strip(), value.strip()


def _naming_records(ledger: Ledger, question: Question) -> Question:
    """Return the question with its record named in full, where it was named in short or by a title."""
    projection = next(each for each in VIEWS if each.name == question.view)
    part = find_part(projection, question.part)
    named = {
        name
        for each in part.columns
        if each.kind == RECORD and each.name == RECORD
        for name in (each.name, each.zh)
    }
    families = sorted({family_of(kind) for kind in projection.settles})
    if len(families) != 1:
        return question
    where = tuple(
        (name, find_record(ledger, families[0], value) if name in named and value else value)
        for name, value in question.where
    )
    return replace(question, where=where)


def _list_parts(name: str) -> None:
    projection = next(each for each in VIEWS if each.name == name)
    for each in parts_of(projection):
        days = "  (--as-of)" if each.as_of else ""
        click.echo(f"{each.name:<24} {each.zh} {each.en}{days}")
        click.echo(f"    {', '.join(column_names(each.columns))}")


def tell_table(told: Answer, *, wide: bool = False) -> None:
    """Write the answer as a table for people; `wide` shows all its columns, and ids in full."""
    left_out = show(told, open_screen(), wide=wide)
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
    stream = sys.stdout.buffer
    if stream.isatty():
        raise UsageError(
            "a workbook is not for a terminal", todo="send it to a file: > view.xlsx"
        )
    write_xlsx(told, stream)
    _tell_standing(told)


def tell_html(told: Answer) -> None:
    """Write the answer as a page of its own, amounts in yuan."""
    click.echo(write_html(told))


def _tell_standing(told: Answer) -> None:
    click.echo(
        f"{len(told.rows)} rows; position {told.position}, lag {told.lag}, parked {told.parked}",
        err=True,
    )


WRITERS: dict[str, Callable[[Answer], None]] = {
    "json": tell_json,
    "csv": tell_csv,
    "xlsx": tell_xlsx,
    "html": tell_html,
}
