"""`qifeng audit flags`: the red flags over money, each with the events that prove it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import click

from ledger.application.ledger import Ledger
from ledger.application.mapper import open_event
from ledger.application.naming import find_officer, find_record
from ledger.clock import office_day
from ledger.commands.answer import as_csv, as_json, as_table
from ledger.commands.desk import open_ledger
from ledger.commands.session import Session
from ledger.errors import LedgerError, NotFoundError, UsageError
from ledger.importing.values import parse_day
from ledger.records import policy as policies
from ledger.records.fund.persons import Person
from ledger.store.contract import LogReader
from projections.answer import find_known
from projections.flags import FLAGS, SEVERITIES, Asked, FlagRow, find_flags, read_evidence
from projections.flags.wanted import FORMS, Wanted, parse_period
from projections.folding.decoding import utc_offset_of

COLUMNS = ("code", "severity", "day", "record", "title", "message", "indexes", "citation")
ALL_COLUMNS = (
    "code", "severity", "day", "record", "title", "message", "officers", "suppliers", "lines",
    "items", "about", "indexes", "citation",
)  # fmt: skip
SHOWN_INDEXES = 12
SHIPPED = "shipped"
_CODES = click.Choice([flag.code for flag in FLAGS], case_sensitive=False)
_ABOUT = {flag.code: f"{flag.zh} {flag.en}" for flag in FLAGS}


@click.command("flags")
@click.option("--code", "codes", multiple=True, type=_CODES, metavar="CODE",
              help="Only this flag, such as F05; repeat.")  # fmt: skip
@click.option("--severity", type=click.Choice(SEVERITIES), help="Only this severity.")
@click.option("--officer", default="", metavar="WHO", help="Only where they took a step.")
@click.option(
    "--supplier", default="", metavar="NAME", help="Only what concerns this supplier."
)
@click.option("--budget", default="", metavar="LINE", help="Only what concerns this line.")
@click.option(
    "--item", default="", metavar="ITEM", help="Only what concerns this item of money."
)
@click.option("--period", default="", metavar="PERIOD", help=f"Only of these days: {FORMS}.")
@click.option("--policy", default="", metavar="NAME", help="Judges items that tell no terms.")
@click.option("--as-of", default="", metavar="DAY", help="As things stood at the end of a day.")
@click.option("--known-at", default="", metavar="TIME|INDEX", help="As it was known then.")
@click.option("--format", "form", type=click.Choice(("table", "json", "csv")), default="table",
              help="How to answer.")  # fmt: skip
@click.option("--json", "form", flag_value="json", help="Answer with JSON.")
@click.option("--limit", default=1000, show_default=True, help="Show at most this many.")
@click.pass_obj
def flags(session: Session, /, form: str, limit: int, **asked: Any) -> None:
    """List the red flags over money; exits with 0 whatever is flagged.

    From where on something is flagged is told by the parameters in force on the day asked about
    (qifeng alarm), or else by the shipped ones. An item is judged by the terms that were copied into
    it when it was submitted. Imported history tells none: it is held against the policy that --policy
    names, level by level, by name; without one, flags that need terms pass it over. Filters leave out
    rows, never what a flag is counted from. Totals follow on stderr, whatever the limit.
    """
    ledger = open_ledger(session)
    wanted = _wanted(ledger, asked)
    with ledger.store.snapshot() as log:
        head, reading = _asked(ledger, log, asked)
        evidence = read_evidence(log, reading)
    chosen = [flag for flag in FLAGS if not asked["codes"] or flag.code in asked["codes"]]
    rows = [row for row in find_flags(chosen, evidence) if wanted.keeps(row)]
    head |= {
        "parameters": "alarm/fund" if evidence.version else SHIPPED,
        "parameters_version": evidence.version,
        "items": len(evidence.items),
    }
    _tell(form, head, rows, limit=limit)


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


def _wanted(ledger: Ledger, asked: dict[str, Any]) -> Wanted:
    return Wanted(
        severity=asked["severity"] or "",
        officer=find_person(ledger, asked["officer"]) if asked["officer"] else None,
        supplier=asked["supplier"],
        line=find_record(ledger, "budget", asked["budget"]) if asked["budget"] else "",
        item=find_record(ledger, "fund", asked["item"]) if asked["item"] else "",
        period=parse_period(asked["period"]) if asked["period"] else None,
    )


def _asked(
    ledger: Ledger, log: LogReader, asked: dict[str, Any]
) -> tuple[dict[str, Any], Asked]:
    """Return how evidence is to be read, and what the answer says of it."""
    offset = utc_offset_of(log)
    size, moment = log.head().size, ledger.clock()
    if asked["known_at"]:
        size, moment = find_known(log, asked["known_at"], offset)
    until = _day(asked["as_of"]) if asked["as_of"] else None
    day = until or office_day(moment, offset)
    head: dict[str, Any] = {"as_of": day.isoformat(), "position": size}
    terms = None
    if asked["policy"]:
        record = find_record(ledger, "policy", asked["policy"])
        version = _version(_policy(ledger, log, record, size), record, day)
        head |= {"policy": record, "policy_version": version.version}
        terms = version.terms
    return head, Asked(utc_offset=offset, day=day, until=until, size=size, terms=terms)


def _policy(ledger: Ledger, log: LogReader, record: str, size: int) -> policies.Policy:
    """Return a policy as the first events of the log tell it."""
    state = policies.FAMILY.initial
    for row in log.history(record, size - 1):
        state = policies.FAMILY.evolve(state, open_event(row.event, ledger.kinds)[1])
    return state


def _version(policy: policies.Policy, record: str, day: date) -> policies.Version:
    """Return the version in force on a day; the newest where the policy came or went at another."""
    if not policy.versions:
        raise NotFoundError("policy", record, todo="it was not adopted by then")
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
        as_csv([_csv_row(row) for row in shown], ALL_COLUMNS)
    else:
        title = "  ".join(f"{name} {value}" for name, value in head.items())
        as_table([_table_row(row) for row in shown], COLUMNS, title=title)
    _tell_totals(head, found, shown=len(shown), rows=len(rows))


def _tell_totals(
    head: dict[str, Any], found: dict[str, dict[str, Any]], *, shown: int, rows: int
) -> None:
    for code, total in found.items():
        click.echo(f"{code} {_ABOUT[code]}: {total['rows']}", err=True)
        for name, count in total["about"].most_common():
            click.echo(f"    {name}: {count}", err=True)
    if head["parameters"] == SHIPPED:
        click.echo(
            "parameters: as shipped; the office has set none (qifeng alarm adopt)", err=True
        )
    else:
        click.echo(f"parameters: alarm/fund version {head['parameters_version']}", err=True)
    click.echo(f"{rows} flagged, {shown} shown", err=True)


def _csv_row(row: FlagRow) -> dict[str, Any]:
    told: dict[str, Any] = row.as_json()
    for name in ("indexes", "items", "lines"):
        told[name] = " ".join(str(each) for each in told[name])
    for name in ("officers", "suppliers", "about"):
        told[name] = "、".join(told[name])
    return told


def _table_row(row: FlagRow) -> dict[str, Any]:
    indexes = [str(index) for index in row.indexes]
    if len(indexes) > SHOWN_INDEXES:
        indexes = [*indexes[:SHOWN_INDEXES], f"… ({len(indexes)})"]
    return row.as_json() | {"indexes": " ".join(indexes)}
