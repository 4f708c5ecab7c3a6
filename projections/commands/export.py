"""`qifeng export`: what is handed to those who have none of our software."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress

from ledger.application.ledger import Ledger
from ledger.commands.acknowledging import acknowledge
from ledger.commands.answer import as_json
from ledger.commands.desk import open_ledger
from ledger.commands.options import Typed
from ledger.commands.session import Session
from ledger.errors import NotFoundError, UsageError
from ledger.export.ocel import FORMATS, Counts, Scope, write_ocel
from ledger.importing.values import parse_day
from ledger.records import FAMILIES
from ledger.records.office import OFFICE
from projections.commands.bundle import bundle, public
from projections.commands.parquet import parquet
from projections.commands.register import register

_DAY = Typed("day", parse_day)
_ENDINGS = {".sqlite": "sqlite", ".db": "sqlite", ".json": "json", ".jsonocel": "json"}


@click.group("export")
def export() -> None:
    """Export bundles that others can check, registers for people, and event logs for mining."""


export.add_command(bundle)
export.add_command(public)
export.add_command(acknowledge)
export.add_command(register)
export.add_command(parquet)


@export.command("ocel")
@click.argument("out", type=click.Path(path_type=Path))
@click.option(
    "--from", "from_day", type=_DAY, help="Events that happened on this day or later."
)
@click.option(
    "--until", "until_day", type=_DAY, help="Events that happened on this day or earlier."
)
@click.option("--family", "families", multiple=True, help="Only this family; repeat.")
@click.option(
    "--format", "form", type=click.Choice(FORMATS), help="Instead of by OUT's ending."
)
@click.option("--json", "as_json_", is_flag=True, help="Answer with one JSON object.")
@click.pass_obj
def ocel(
    session: Session, /, out: Path, *, form: str | None, as_json_: bool, **asked: Any
) -> None:
    """Write events and what they touched as an OCEL 2.0 log, for process mining tools.

    OUT ends in .sqlite or .db, or in .json or .jsonocel.
    """
    form = form or _ENDINGS.get(out.suffix.lower())
    if form is None:
        raise UsageError(f"{out.name} has no known ending", todo="say --format sqlite or json")
    ledger = open_ledger(session)
    scope = scope_of(ledger, asked["families"], (asked["from_day"], asked["until_day"]))
    counts = export_ocel(ledger, out, scope, form=form)
    told = asdict(counts)
    if as_json_:
        as_json({"file": str(out), "format": form, **told})
        return
    for name, count in told.items():
        click.echo(f"{name}: {count}")
    click.echo(f"written to {out}", err=True)


def scope_of(
    ledger: Ledger, families: tuple[str, ...], days: tuple[date | None, date | None]
) -> Scope:
    """Return what is to be exported: all families where none is named.

    Raises:
        NotFoundError: a family is not there. UsageError: the period ends before it begins.
    """
    for family in families:
        if family not in ledger.families:
            raise NotFoundError("family", family, todo=f"one of {', '.join(ledger.families)}")
    from_day, until_day = days
    if from_day and until_day and until_day < from_day:
        raise UsageError(
            f"{until_day} is before {from_day}", todo="turn --from and --until round"
        )
    chosen = frozenset(families or ledger.families)
    return Scope(chosen, from_day, until_day, ledger.state(OFFICE).utc_offset)


def export_ocel(ledger: Ledger, out: Path, scope: Scope, *, form: str) -> Counts:
    """Write an OCEL log, with a progress bar on a terminal."""
    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(out.name)
        return write_ocel(
            ledger.store,
            out,
            scope,
            families=FAMILIES,
            form=form,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
