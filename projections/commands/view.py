"""`qifeng view`: what a view says, now, as of a day, or as it was known; on screen or for other tools."""

from __future__ import annotations

import click

from ledger.commands.desk import open_ledger
from ledger.commands.session import Session
from ledger.errors import UsageError
from projections.answer import answer, parts_of
from projections.commands.asking import asking, question_of
from projections.commands.plots import PLOTS, Plot
from projections.commands.writers import FORMATS, PICTURES, TABLE, tell, tell_plot
from projections.projection import column_names
from projections.viewing import open_views
from projections.views import VIEWS


@click.command("view")
@asking
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
    question = question_of(ledger, name, **asked)
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


def _list_parts(name: str) -> None:
    projection = next(each for each in VIEWS if each.name == name)
    for each in parts_of(projection):
        days = "  (--as-of)" if each.as_of else ""
        click.echo(f"{each.name:<24} {each.zh} {each.en}{days}")
        click.echo(f"    {', '.join(column_names(each.columns))}")
