"""`qifeng view`: what a view says, now, as of a day, or as it was known; on screen or for other tools."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import click

from ledger.application.ledger import Ledger
from ledger.application.naming import find_record
from ledger.commands.desk import open_ledger
from ledger.commands.session import Session
from ledger.errors import MalformedError, UsageError
from ledger.family import family_of
from projections.answer import Question, answer, find_part, parts_of
from projections.commands.plots import PLOTS, Plot
from projections.commands.writers import FORMATS, PICTURES, TABLE, tell, tell_plot
from projections.projection import RECORD, column_names
from projections.viewing import open_views
from projections.views import VIEWS

_VIEW = click.Choice([each.name for each in VIEWS])


@click.command("view")
@click.argument("name", type=_VIEW)
@click.option("--part", default="", help="A part or table of the view; 'list' names them.")
@click.option("--as-of", metavar="DATE", help="As things counted on a day (YYYY-MM-DD).")
@click.option("--from", "since", metavar="DATE", help="What changed after that day.")
@click.option("--known-at", default="", metavar="TIME|INDEX", help="As it was known then.")
@click.option("--where", multiple=True, metavar="COLUMN=VALUE", help="Only these rows; repeat.")
@click.option(
    "--format",
    "form",
    type=click.Choice([*FORMATS, *PICTURES]),
    default=TABLE,
    help="How to write it.",
)
@click.option(
    "--plot",
    type=click.Choice([each.name for each in PLOTS]),
    help="Draw it: bars, png or svg.",
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
    plot = _plot(name, **asked)
    if plot is not None:
        asked["part"] = plot.part
    question = _naming_records(ledger, _question(name, **asked))
    told = answer(open_views(session, ledger.store), question, clock=ledger.clock)
    form = "json" if as_json_ else form
    if plot is not None:
        tell_plot(told, plot, form)
    else:
        tell(told, form, wide=bool(asked["wide"]))


def _plot(name: str, **asked: object) -> Plot | None:
    """Return the plot that is asked for, or None.

    Raises:
        UsageError: it is of another view, or of another part than the one that is asked for.
    """
    plot = next((each for each in PLOTS if each.name == asked["plot"]), None)
    if plot is None or (plot.view == name and asked["part"] in ("", plot.part)):
        return plot
    raise UsageError(
        f"--plot {plot.name}: draws part {plot.part} of {plot.view}",
        todo=f"qifeng view {plot.view} --plot {plot.name}",
    )


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
