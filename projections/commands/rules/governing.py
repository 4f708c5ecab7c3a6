"""Which rule version governed an item, as its events tell or held against a rule that one names."""

from __future__ import annotations

from typing import Any

import click

from ledger.application.ledger import Ledger
from ledger.application.naming import find_any, find_record, title_of
from ledger.audit.governing import Governed, governed
from ledger.audit.rulings import Ruling
from ledger.commands.answer import as_json, as_table
from ledger.commands.desk import open_ledger
from ledger.commands.session import Session
from projections.answer import find_point
from projections.commands.rules.options import AS_JSON, KNOWN_AT

_COLUMNS = ("index", "day", "what", "judged by", "source", "rule", "known then", "known now")


@click.command("governing")
@click.argument("item")
@click.option("--rule", default="", metavar="RULE", help="Hold the item against this rule.")
@KNOWN_AT
@AS_JSON
@click.pass_obj
def governing(
    session: Session, /, item: str, *, rule: str, known_at: str, as_json_: bool
) -> None:
    """Tell which rule version governed an item, on the day it was submitted or registered."""
    ledger = open_ledger(session)
    point = find_point(ledger.store, known_at, clock=ledger.clock)
    record = find_any(ledger, item)
    named = find_record(ledger, "rule", rule) if rule else ""
    lines = governed(ledger.store, record, rule=named, known=point.known)
    if as_json_:
        as_json(
            {
                "item": record,
                "position": point.size,
                "lines": [each.as_json() for each in lines],
            }
        )
        return
    title = f"{title_of(ledger, record)}  {record}"
    as_table([_row(ledger, each) for each in lines], _COLUMNS, title=title)


def _row(ledger: Ledger, line: Governed) -> dict[str, Any]:
    ground = line.ground
    named = title_of(ledger, ground.by) if ground.by else ""
    return {
        "index": line.index,
        "day": line.day.isoformat(),
        "what": line.zh,
        "judged by": f"{named} {ground.by} version {ground.version}".strip()
        if ground.by
        else "",
        "source": ground.citation,
        "rule": title_of(ledger, ground.rule) if ground.rule else "",
        "known then": _words(line.then),
        "known now": _words(line.now),
    }


def _words(ruling: Ruling | None) -> str:
    if ruling is None or ruling.span is None:
        return ""
    return f"{ruling.status} version {ruling.span.version}"
