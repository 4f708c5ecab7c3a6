"""`qifeng store`: the commands of evidence's store, and rebuilding the views beside it."""

from __future__ import annotations

import click

from ledger.commands.desk import open_ledger
from ledger.commands.session import Session
from ledger.commands.store import store as of_evidence
from projections.runner import Runner
from projections.viewing import view_place
from projections.views import VIEWS

_NAMES = [each.name for each in VIEWS]


@click.command("rebuild")
@click.option("--view", "name", type=click.Choice(_NAMES), help="Only this view; else all.")
@click.pass_obj
def rebuild(session: Session, /, *, name: str | None) -> None:
    """Fold views anew from all events, beside those in use, and switch."""
    ledger = open_ledger(session)
    runner = Runner(ledger.store, view_place(session), VIEWS)
    taken = runner.rebuild(name or "")
    for view, standing in runner.standing().items():
        click.echo(f"{view:<18} position {standing.position}  parked {standing.parked}")
    click.echo(f"{taken} events folded", err=True)


store = click.Group(
    "store",
    help="Upgrade, back up, restore or rebuild the store.",
    commands={**of_evidence.commands, "rebuild": rebuild},
)
