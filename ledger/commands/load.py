"""`qifeng import`: a register from CSV, XLSX or XES into the ledger, through a map, never twice."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress

from ledger.application.acting import Acting
from ledger.application.ledger import Ledger
from ledger.commands.answer import as_json
from ledger.commands.desk import open_acting, open_ledger
from ledger.commands.session import Session
from ledger.errors import UsageError
from ledger.importing.mapper import MappedEvent, bind, map_row
from ledger.importing.mapping import RegisterMap, load_mapping
from ledger.importing.report import DryRun, new_report
from ledger.importing.table import RowProblem, read_table, shown_place
from ledger.importing.taking import Outcome, Source, Telling, judge, refuse_breaches, take
from ledger.rules import Breach

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
SHOWN = 20


@dataclass
class Reading:
    """A register as read through its map: where from, the report, and the events it tells."""

    source: Source
    report: DryRun
    mapped: list[MappedEvent] = field(default_factory=list)


@click.command("import")
@click.argument("file", type=FILE)
@click.option("--as", "family", required=True, help="The family its rows tell of.")
@click.option("--map", "map_path", type=FILE, required=True, help="How rows become events.")
@click.option("--sheet", help="The sheet, if the workbook has several.")
@click.option("--dry-run", is_flag=True, help="Report row by row; record nothing.")
@click.option(
    "--as-found", is_flag=True, help="Take history that breaks today's rules as it was."
)
@click.option(
    "--skip-bad", is_flag=True, help="Leave rows that cannot be read; they are counted."
)
@click.option("--json", "as_json_", is_flag=True, help="Answer with one JSON object.")
@click.pass_obj
def load(session: Session, /, file: Path, **asked: Any) -> int:
    """Import a register from CSV or XLSX, or an event log from XES."""
    reading = read_register(file, load_mapping(asked["map_path"]), sheet=asked["sheet"])
    family = reading.source.mapping.family
    if family != asked["family"]:
        raise UsageError(f"the map is for {family}", todo=f"call it with --as {family}")
    ledger = open_ledger(session)
    acting = open_acting(session, ledger)
    broken = [] if asked["as_found"] else list(
        judge(ledger, acting, reading.source, reading.mapped)
    )  # fmt: skip
    if asked["dry_run"]:
        tell_report(reading.report, broken, machine=asked["as_json_"])
        return 1 if reading.report.problem_count or broken else 0
    refuse_problems(reading.report, skip=asked["skip_bad"])
    refuse_breaches(broken)
    outcome = take_register(ledger, acting, reading)
    tell_outcome(reading, outcome, machine=asked["as_json_"])
    return 0


def read_register(file: Path, mapping: RegisterMap, *, sheet: str | None = None) -> Reading:
    """Read a register through a map.

    Raises:
        MalformedError: the file is no table, or lacks a column of the map.
    """
    table = read_table(file, sheet=sheet)
    source = Source(table.name, table.sheet, table.digest, mapping)
    reading = Reading(source, new_report(mapping, table))
    bound = bind(mapping, table.header)
    for row in table.rows:
        if isinstance(row, RowProblem):
            reading.report.count_problem(row)
            continue
        outcome = map_row(bound, row)
        reading.report.count(row, outcome, bound)
        if not isinstance(outcome, RowProblem):
            reading.mapped += outcome
    return reading


def take_register(ledger: Ledger, acting: Acting, reading: Reading) -> Outcome:
    """Take a register in, with a progress bar on a terminal."""
    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(reading.source.file)
        return take(
            ledger,
            acting,
            reading.source,
            reading.mapped,
            skipped=reading.report.problem_count,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )


def refuse_problems(report: DryRun, *, skip: bool) -> None:
    """Refuse a register with rows that cannot be read, unless they are to be skipped.

    Raises:
        UsageError: there is such a row.
    """
    if report.problem_count and not skip:
        first = report.problems[0]
        raise UsageError(
            f"{report.table}: {report.problem_count} {report.unit}s cannot be taken; the first is"
            f" {shown_place(first.row, first.place)}, {first.column or f'whole {report.unit}'}:"
            f" {first.message}",
            todo="see them all with --dry-run; mend them, or leave them with --skip-bad",
        )


def tell_report(report: DryRun, broken: list[tuple[Telling, Breach]], *, machine: bool) -> None:
    """Say what an import would bring, row by row where something is wrong."""
    if machine:
        rules = [
            {"row": telling.row, "code": each.code, "message": each.message}
            for telling, each in broken
        ]
        as_json(report.as_json() | {"breaches": rules})
        return
    for line in report.lines():
        click.echo(line)
    for telling, each in broken[:SHOWN]:
        click.echo(f"{telling.where}: {each.code} {each.message}")
    if len(broken) > SHOWN:
        click.echo(f"… and {len(broken) - SHOWN} more breaches of rules")


def tell_outcome(reading: Reading, outcome: Outcome, *, machine: bool) -> None:
    """Say what an import brought."""
    told = {
        "file": reading.source.file,
        "digest": reading.source.file_digest,
        "intake": reading.source.record,
        "records": outcome.records - outcome.records_known,
        "events": outcome.events,
        "records_known": outcome.records_known,
        "told_again": outcome.told_again,
        "rows_skipped": reading.report.problem_count,
        "resumed_at_record": outcome.resumed_at,
    }
    if machine:
        as_json(told)
        return
    for name, value in told.items():
        click.echo(f"{name}: {value}")
