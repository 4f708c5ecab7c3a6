"""Saying what an act recorded, and what was refused of it: the answer on stdout, reasons on stderr."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from ledger.application.acting import Done
from ledger.application.ledger import Ledger
from ledger.application.naming import title_of
from ledger.commands.answer import as_json
from ledger.errors import Reason
from ledger.family import Change

REFUSED = 1
_SHOWN = 16


def tell_done(ledger: Ledger, done: Done, *, machine: bool) -> int:
    """Say what an act recorded: the records, what happened to them, and where it stands.

    Returns the exit code: 1 where some of what was asked for was refused.
    """
    if machine:
        told: dict[str, Any] = {
            "act": done.act,
            "index": done.first_index,
            "seal": done.seal,
            "events": [_happened(change) for change in done.changes],
        }
        as_json(told | _refused(ledger, done.refused))
        return REFUSED if done.refused else 0
    for change in done.changes:
        click.echo(_line(ledger, change))
    tally = _tell_reasons(ledger, done.refused)
    click.echo(f"act {done.act} recorded at index {done.first_index}{tally}", err=True)
    return REFUSED if done.refused else 0


def tell_refused(ledger: Ledger, reasons: Sequence[Reason], *, machine: bool) -> int:
    """Say that nothing was recorded, and why; returns the exit code."""
    if machine:
        as_json({"act": None, "events": []} | _refused(ledger, reasons))
        return REFUSED
    click.echo(f"nothing was recorded{_tell_reasons(ledger, reasons)}", err=True)
    return REFUSED


def _happened(change: Change) -> dict[str, str]:
    told = {"record": change.record, "kind": change.event.KIND, "zh": change.event.TERM.zh}
    digest = getattr(change.event, "item_digest", "")
    return told | ({"item_digest": digest} if digest else {})


def _line(ledger: Ledger, change: Change) -> str:
    """Return the line of a change: record, what happened, the record's title, and what was signed."""
    told = f"{change.record}  {change.event.TERM.zh} {change.event.KIND}"
    digest = getattr(change.event, "item_digest", "")
    title = title_of(ledger, change.record)
    named = f"  {title}" if title != change.record else ""
    return f"{told}{named}" + (f"  摘要 {digest[:_SHOWN]}" if digest else "")


def _refused(ledger: Ledger, reasons: Sequence[Reason]) -> dict[str, Any]:
    """Return the member that names what was refused, or nothing."""
    if not reasons:
        return {}
    told = [
        {
            "record": each.record,
            "title": title_of(ledger, each.record),
            "code": each.code,
            "citation": each.citation,
            "message": each.message,
        }
        for each in reasons
    ]
    return {"refused": told}


def _tell_reasons(ledger: Ledger, reasons: Sequence[Reason]) -> str:
    """Name each record refused, with its reason, on stderr; returns the tally to end a line with."""
    for each in reasons:
        cited = f" [{each.citation}]" if each.citation else ""
        code = f"{each.code}: " if each.code else ""
        title = title_of(ledger, each.record)
        click.echo(f"refused {each.record}  {title}: {code}{each.message}{cited}", err=True)
    count = len({each.record for each in reasons})
    return f"; {count} refused" if count else ""
