"""`qifeng audit`: who did what, when, in which post, with which key; and what looks wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

import click

from ledger.application.naming import find_any, find_officer, find_record
from ledger.audit.register import numbers as numbers_of
from ledger.audit.search import ActLine, Query, acts, officer_acts, search
from ledger.audit.trail import TrailLine, no_texts, trail
from ledger.commands.answer import as_csv, as_json, as_table
from ledger.commands.desk import open_ledger
from ledger.commands.reading import open_reader
from ledger.commands.session import Session
from ledger.errors import LedgerError, UsageError
from ledger.importing.values import parse_amount_fen, parse_day
from projections.commands.consulting import UNDER, AskedGroup, record_question

FORMAT = click.option(
    "--format", "form", type=click.Choice(("table", "json", "csv")), default="table",
    help="How to answer.",
)  # fmt: skip
JSON = click.option("--json", "form", flag_value="json", help="Answer with JSON.")
LIMIT = click.option("--limit", default=1000, show_default=True, help="At most this many.")
_CONDITION = re.compile(r"([a-z_]+)\s*(<=|>=|!=|=|<|>|~)\s*(.*)\Z", re.DOTALL)
_DIGEST = re.compile(r"[0-9a-f]{64}|0\.00 元|否")
_SAID_ELSEWHERE = frozenset({"signer", "signer_name", "principal_name", "basis", "terms"})
_TRAIL = ("index", "recorded", "happened", "who", "posts", "basis", "what", "key", "grade")
_FOUND = ("index", "record", "recorded", "who", "what")
_ACTS = ("index", "recorded", "who", "posts", "basis", "events", "what")
_NUMBERS = ("number", "state", "record", "on", "reason")


@click.group("audit", cls=AskedGroup, later={"flags": "projections.commands.flags:flags"})
@UNDER
@click.pass_context
def audit(ctx: click.Context, /, *, under: str) -> None:
    """Ask who did what, when, with which key."""
    if under:
        record_question(ctx, under)


@audit.command("trail")
@click.argument("record")
@click.option("--private", is_flag=True, help="Show private fields 私密字段 that you may read.")
@FORMAT
@JSON
@click.pass_obj
def trail_of(session: Session, /, record: str, form: str, *, private: bool) -> None:
    """Tell a record's whole history: who, in which post, with which key, what, when."""
    ledger = open_ledger(session)
    found = find_any(ledger, record)
    texts = open_reader(session, ledger).texts if private else no_texts
    lines = trail(ledger.store, found, texts=texts)
    answer(form, {"record": found}, lines, [_trail_row(each) for each in lines], columns=_TRAIL)
    if form == "table":
        # What stands behind a grade is too long for a column, and says so once a key.
        shown = {each.who.key: each.who.certificate for each in lines if each.who.certificate}
        for key, certificate in shown.items():
            click.echo(f"证书 {key[:12]}  {certificate}")


@audit.command("search")
@click.argument("text", required=False, default="")
@click.option("--family", default="", help="Only this family.")
@click.option("--kind", default="", help="Only this kind of event, such as fund.paid.")
@click.option("--officer", default="", help="Only acts of this officer.")
@click.option("--recorded-from", default="", help="Recorded on this day or later.")
@click.option("--recorded-to", default="", help="Recorded on this day or earlier.")
@click.option("--occurred-from", default="", help="Happened on this day or later.")
@click.option("--occurred-to", default="", help="Happened on this day or earlier.")
@click.option(
    "--where",
    multiple=True,
    metavar="FIELD>VALUE",
    help="A condition on a field, such as 'amount>5000' (in yuan) or 'title~差旅'.",
)
@LIMIT
@FORMAT
@JSON
@click.pass_obj
def search_events(session: Session, /, form: str, limit: int, **asked: Any) -> None:
    """Search events by family, kind, officer, period, fields and free text."""
    ledger = open_ledger(session)
    query = Query(
        family=asked["family"],
        kind=asked["kind"],
        officer=find_officer(ledger, asked["officer"]) if asked["officer"] else "",
        recorded=(_day(asked["recorded_from"]), _day(asked["recorded_to"], end="T99")),
        occurred=(_day(asked["occurred_from"]), _day(asked["occurred_to"])),
        where=tuple(parse_condition(each) for each in asked["where"]),
        text=asked["text"],
    )
    lines = list(islice(search(ledger.store, query), limit))
    answer(
        form, {"found": len(lines)}, lines, [_found_row(each) for each in lines], columns=_FOUND
    )


@audit.command("officer")
@click.argument("who")
@LIMIT
@FORMAT
@JSON
@click.pass_obj
def officer(session: Session, /, who: str, limit: int, form: str) -> None:
    """List what an officer signed, in order."""
    ledger = open_ledger(session)
    found = find_officer(ledger, who)
    lines = list(islice(officer_acts(ledger.store, found), limit))
    answer(form, {"officer": found}, lines, [_act_row(each) for each in lines], columns=_ACTS)


@audit.command("acts")
@click.option("--from", "start", default=0, show_default=True, help="From this index on.")
@LIMIT
@FORMAT
@JSON
@click.pass_obj
def all_acts(session: Session, /, start: int, limit: int, form: str) -> None:
    """List acts in the order of the log."""
    ledger = open_ledger(session)
    lines = list(islice(acts(ledger.store, start=start), limit))
    answer(form, {"from": start}, lines, [_act_row(each) for each in lines], columns=_ACTS)


@audit.command("numbers")
@click.argument("series")
@FORMAT
@JSON
@click.pass_obj
def numbers(session: Session, /, series: str, form: str) -> None:
    """Tell a series' register: every number, voids and gaps included."""
    ledger = open_ledger(session)
    found = find_record(ledger, "series", series)
    lines = numbers_of(ledger.store, found)
    rows = [
        {"number": each.text, "state": each.state, "record": each.record, "on": each.occurred_on,
         "reason": each.reason}
        for each in lines
    ]  # fmt: skip
    answer(form, {"series": found}, lines, rows, columns=_NUMBERS)


def parse_condition(text: str) -> tuple[str, str, Any]:
    """Return a condition `field>value`; amounts are written in yuan, with or without `_fen`.

    Raises:
        UsageError: it is not written so.
    """
    matched = _CONDITION.match(text)
    if matched is None:
        raise UsageError(f"condition {text!r}", todo="write FIELD>VALUE, such as amount>5000")
    name, sign, value = matched.groups()
    if name == "amount" or name.endswith("_fen"):
        full = name if name.endswith("_fen") else "amount_fen"
        return full, sign, parse_amount_fen(value)
    try:
        return name, sign, int(value) if sign != "~" else value
    except ValueError:
        return name, sign, value


def answer(
    form: str,
    head: dict[str, Any],
    lines: Sequence[Any],
    rows: Sequence[dict[str, Any]],
    *,
    columns: Sequence[str],
) -> None:
    """Write an answer in the form asked for; JSON holds the whole lines, the rest the columns."""
    if form == "json":
        as_json(head | {"lines": [each.as_json() for each in lines]})
    elif form == "csv":
        as_csv(rows, columns)
    else:
        as_table(
            rows, columns, title="  ".join(f"{name} {value}" for name, value in head.items())
        )


def _day(text: str, *, end: str = "") -> str:
    if not text:
        return ""
    try:
        return parse_day(text).isoformat() + end
    except LedgerError as error:
        raise UsageError(str(error)) from error


def _trail_row(line: TrailLine) -> dict[str, Any]:
    return {
        "index": line.index,
        "recorded": line.recorded_at[:19].replace("T", " "),
        "happened": line.occurred,
        "who": _name(line),
        "posts": "、".join(line.who.posts),
        "basis": line.basis,
        "what": brief(line),
        "key": line.who.key[:12],
        "grade": line.who.grade,
    }


def brief(line: TrailLine) -> str:
    """Return what happened in one line, without digests and what other columns say."""
    told = "；".join(
        f"{each.zh} {each.text}"
        for each in line.fields
        if each.text and each.name not in _SAID_ELSEWHERE and not _DIGEST.match(each.text)
    )
    return f"{line.zh}：{told}" if told else line.zh


def _found_row(line: TrailLine) -> dict[str, Any]:
    return _trail_row(line) | {"record": line.record}


def _act_row(line: ActLine) -> dict[str, Any]:
    return {
        "index": line.index,
        "recorded": line.recorded_at[:19].replace("T", " "),
        "who": line.who.name,
        "posts": "、".join(line.who.posts),
        "basis": line.basis,
        "events": line.count,
        "what": _short(f"{zh} {record}" for record, zh in line.what),
    }


def _name(line: TrailLine) -> str:
    if not line.who.on_behalf_of:
        return line.who.name
    return f"{line.who.name}（代 {line.who.on_behalf_of_name}）"


def _short(parts: Iterable[str]) -> str:
    held = list(parts)
    return "；".join(held[:3]) + (f" …（共 {len(held)}）" if len(held) > 3 else "")
