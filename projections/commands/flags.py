"""`qifeng audit flags`: the red flags over money, each with the events that prove it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import click

from ledger.application.ledger import Ledger
from ledger.application.naming import find_officer, find_record
from ledger.clock import office_day
from ledger.commands.answer import as_csv, as_json, as_table
from ledger.commands.desk import open_ledger
from ledger.commands.session import Session
from ledger.errors import LedgerError, NotFoundError, UsageError
from ledger.importing.values import parse_day
from ledger.records.fund.persons import Person
from ledger.records.policy import Policy, Version
from projections.answer import utc_offset_of
from projections.flags import FLAGS, SEVERITIES, Asked, FlagRow, find_flags, read_evidence

COLUMNS = ("code", "severity", "record", "title", "message", "indexes", "citation")
_CODES = click.Choice([flag.code for flag in FLAGS], case_sensitive=False)
_ABOUT = {flag.code: f"{flag.zh} {flag.en}" for flag in FLAGS}


@click.command("flags")
@click.option("--code", "codes", multiple=True, type=_CODES, metavar="CODE",
              help="Only this flag, such as F05; repeat.")  # fmt: skip
@click.option("--policy", default="", metavar="NAME", help="Judges items that tell no terms.")
@click.option("--officer", default="", metavar="WHO", help="Only where they took a step.")
@click.option("--severity", type=click.Choice(SEVERITIES), help="Only this severity.")
@click.option("--as-of", default="", metavar="DAY", help="As things stood at the end of a day.")
@click.option("--format", "form", type=click.Choice(("table", "json", "csv")), default="table",
              help="How to answer.")  # fmt: skip
@click.option("--json", "form", flag_value="json", help="Answer with JSON.")
@click.option("--limit", default=1000, show_default=True, help="Show at most this many.")
@click.pass_obj
def flags(session: Session, /, form: str, limit: int, **asked: Any) -> None:
    """List the red flags over money; exits with 0 whatever is flagged.

    An item is judged by the terms that were copied into it when it was submitted. Imported history
    tells none: it is held against the policy that --policy names, level by level, by name; without
    one, flags that need terms pass it over. Totals follow on stderr, whatever the limit.
    """
    ledger = open_ledger(session)
    head, reading = _asked(ledger, asked["policy"], asked["as_of"])
    with ledger.store.snapshot() as log:
        evidence = read_evidence(log, reading)
    chosen = [flag for flag in FLAGS if not asked["codes"] or flag.code in asked["codes"]]
    who = find_person(ledger, asked["officer"]) if asked["officer"] else None
    rows = [
        row for row in find_flags(chosen, evidence)
        if asked["severity"] in (None, row.severity)
        and (who is None or any(who.same(each) for each in row.persons))
    ]  # fmt: skip
    _tell(form, head | {"items": len(evidence.items)}, rows, limit=limit)


def find_person(ledger: Ledger, name: str) -> Person:
    """Return the officer of that name or id, or who history calls so without knowing more."""
    try:
        record = find_officer(ledger, name)
    except NotFoundError:
        return Person("", name)
    return Person(record, str(ledger.state(record).name))


def totals(rows: Iterable[FlagRow]) -> dict[str, dict[str, Any]]:
    """Return, for each code in order, how many rows it has, and how many about each thing named."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        total = found.setdefault(row.code, {"rows": 0, "about": Counter[str]()})
        total["rows"] += 1
        total["about"].update(row.about)
    return found


def _asked(ledger: Ledger, policy: str, as_of: str) -> tuple[dict[str, Any], Asked]:
    offset = utc_offset_of(ledger.store)
    until = _day(as_of) if as_of else None
    day = until or office_day(ledger.clock(), offset)
    head: dict[str, Any] = {"as_of": day.isoformat()}
    if not policy:
        return head, Asked(utc_offset=offset, day=day, until=until)
    record = find_record(ledger, "policy", policy)
    version = _version(ledger.state(record), day)
    told = {"policy": record, "policy_version": version.version}
    return head | told, Asked(utc_offset=offset, day=day, until=until, terms=version.terms)


def _version(policy: Policy, day: date) -> Version:
    """Return the version in force on a day; the newest where the policy came or went at another."""
    return policy.in_force(day) or policy.versions[-1]


def _day(text: str) -> date:
    try:
        return parse_day(text)
    except LedgerError as error:
        raise UsageError(str(error), todo="write a day, such as 2022-03-01") from error


def _tell(form: str, head: dict[str, Any], rows: Sequence[FlagRow], *, limit: int) -> None:
    shown, found = rows[:limit], totals(rows)
    if form == "json":
        lines = [row.as_json() for row in shown]
        as_json(head | {"found": len(rows), "totals": found, "lines": lines})
    elif form == "csv":
        as_csv([_row(row) for row in shown], COLUMNS)
    else:
        title = "  ".join(f"{name} {value}" for name, value in head.items())
        as_table([_row(row) for row in shown], COLUMNS, title=title)
    _tell_totals(found, shown=len(shown), rows=len(rows))


def _tell_totals(found: dict[str, dict[str, Any]], *, shown: int, rows: int) -> None:
    for code, total in found.items():
        click.echo(f"{code} {_ABOUT[code]}: {total['rows']}", err=True)
        for name, count in total["about"].most_common():
            click.echo(f"    {name}: {count}", err=True)
    click.echo(f"{rows} flagged, {shown} shown", err=True)


def _row(row: FlagRow) -> dict[str, Any]:
    return row.as_json() | {"indexes": " ".join(str(index) for index in row.indexes)}
