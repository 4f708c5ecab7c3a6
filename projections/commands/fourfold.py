"""`qifeng check PACKAGE --four-natures`: the four-nature test 四性检测 of an archive package, with its report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ledger.clock import format_time, system_clock
from ledger.commands.answer import as_json
from ledger.commands.check import Pins, believed_by
from ledger.commands.own import read_file
from ledger.commands.session import Session
from ledger.errors import UnavailableError, UsageError
from ledger.export.check import bundle_origin
from ledger.export.fourfold.outcome import FAILED
from ledger.export.fourfold.report import (
    Report,
    format_html,
    format_xml,
    parse_external,
    run_test,
)
from projections.commands.paper.fonts import find_font, font_folders
from projections.commands.paper.tested import format_pdf

ENDINGS = (".xml", ".html", ".pdf")
PARAMS: tuple[click.Parameter, ...] = (
    click.Option(
        ["--four-natures"], is_flag=True,
        help="四性检测 Test an archive package by the items of DA/T 70.",
    ),
    click.Option(
        ["--out", "outs"], multiple=True, type=click.Path(path_type=Path), metavar="REPORT",
        help="Write that test's report: .xml, .html or .pdf; repeat.",
    ),
    click.Option(
        ["--external"], type=click.Path(path_type=Path, exists=True, dir_okay=False),
        help="CSV of an examiner's results for what no program sees: item, result, evidence.",
    ),
)  # fmt: skip


def test_natures(session: Session, what: Path, asked: dict[str, Any]) -> int:
    """Test a package, tell each item, write the reports asked for; 1 where an item failed.

    Raises:
        UsageError: it is no archive package, or a report's ending is not known.
    """
    for out in asked["outs"]:
        _check_out(out)
    external = asked["external"]
    found = parse_external(read_file(external), external.name) if external else {}
    trust = Pins(session, asked["pin"], asked["handover"]).find(lambda: bundle_origin(what))
    believed = believed_by(session, what, policy=asked["policy"], tsa_roots=asked["tsa_roots"])
    report = run_test(
        what, trust, believed=believed, tested_at=format_time(system_clock()), external=found
    )
    for out in asked["outs"]:
        _write(report, out)
    if asked["as_json_"]:
        as_json(report.as_json())
    else:
        _tell(report)
    return 1 if report.conclusion == FAILED else 0


def _check_out(out: Path) -> None:
    if out.suffix.lower() not in ENDINGS:
        raise UsageError(f"{out.name} has no known ending", todo=f"one of {', '.join(ENDINGS)}")
    if out.exists():
        raise UsageError(f"{out} exists", todo="choose a new name")


def _write(report: Report, out: Path) -> None:
    match out.suffix.lower():
        case ".xml":
            encoded = format_xml(report)
        case ".html":
            encoded = format_html(report)
        case _:
            encoded = format_pdf(report, find_font(None, font_folders()))
    try:
        with out.open("xb") as file:
            file.write(encoded)
    except OSError as error:
        raise UnavailableError(f"report {out.name}", error.strerror or str(error)) from error


def _tell(report: Report) -> None:
    for each in report.rows:
        click.echo(f"{each.item.code}  {each.outcome.result}  {each.item.title}")
        for line in each.outcome.evidence:
            click.echo(f"      {line}")
    counted = ", ".join(f"{result} {count}" for result, count in report.counts.items())
    click.echo(f"结论 conclusion: {report.conclusion} ({counted})")
