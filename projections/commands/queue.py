"""`qifeng queue`: what waits for me, each item rendered from the bytes of its events."""

from __future__ import annotations

import shlex
from typing import Any

import click

from ledger.application.ledger import Ledger
from ledger.application.naming import title_of
from ledger.body import fields_of, format_body
from ledger.clock import office_day
from ledger.commands.answer import as_json, yuan
from ledger.commands.desk import find_acting, open_ledger
from ledger.commands.record import DIGEST
from ledger.commands.session import Session
from ledger.family import Verb, family_of
from ledger.records.office import OFFICE
from projections.commands.waiting import Asking, Item, asking, waiting_items
from projections.viewing import open_views

_SHOWN = 16


@click.command("queue")
@click.option("--family", default="", help="Only items of this family, such as fund.")
@click.option("--verb", default="", help="Only what waits for this step, such as countersign.")
@click.option("--json", "as_json_", is_flag=True, help="Answer with one JSON object.")
@click.pass_obj
def queue(session: Session, /, *, family: str, verb: str, as_json_: bool) -> None:
    """List what waits for me, told by its events, and how to answer it."""
    ledger = open_ledger(session)
    officer = find_acting(session, ledger)
    day = office_day(ledger.clock(), ledger.state(OFFICE).utc_offset)
    runner = open_views(session, ledger.store)
    who = asking(ledger, officer, day)
    items = [
        item
        for item in waiting_items(ledger, runner, who)
        if family in ("", family_of(item.record)) and verb in ("", item.waiting.verb)
    ]
    if as_json_:
        standing = runner.standing()["queue"]
        told = {"position": standing.position, "lag": standing.lag, "parked": standing.parked}
        as_json({"officer": officer, **told, "items": [_as_json(item, who) for item in items]})
        return
    for item in items:
        _tell(ledger, item)
    _tell_answers(ledger, items, who)
    click.echo(f"{len(items)} items wait for {ledger.state(officer).name}", err=True)


def _as_json(item: Item, who: Asking) -> dict[str, Any]:
    return {
        "record": item.record,
        "title": item.title,
        "verb": item.waiting.verb,
        "posts": list(item.waiting.posts),
        "on_behalf_of": who.principal_for(item.waiting),
        "note": item.waiting.note,
        "since": item.index,
        "recorded_at": item.recorded_at,
        "kind": item.head.KIND,
        "body": format_body(item.head),
        "last_digest": item.last_digest,
    }


def _tell(ledger: Ledger, item: Item) -> None:
    click.echo(f"{item.record}  {item.title}")
    click.echo(f"  {item.waiting.verb}: {item.waiting.note}  (since index {item.index})")
    for field in fields_of(type(item.head)):
        value = getattr(item.head, field.name)
        if field.name != "title" and not field.term.derived and value not in ("", None, (), 0):
            click.echo(
                f"  {field.term.zh} {field.term.en}: {_shown(ledger, field.name, value)}"
            )
    digest = getattr(item.state, "item_digest", "") or item.last_digest
    click.echo(f"  摘要 digest: {digest}")


def _shown(ledger: Ledger, name: str, value: Any) -> str:
    if isinstance(value, str) and value.startswith("officer/"):
        return title_of(ledger, value)
    if name.endswith("_fen"):
        return yuan(value)
    if isinstance(value, tuple):
        return "; ".join(_shown(ledger, name, each) for each in value)
    named = getattr(value, "name", "") or getattr(value, "number", "")
    return str(named or value)


def _tell_answers(ledger: Ledger, items: list[Item], who: Asking) -> None:
    """Say which commands answer the items; one act answers many where the verb lets it.

    What carries a digest is named with it, so that what is signed is what was shown (R1, R16); what a
    delegate may answer is answered in their principal's name as well.
    """
    by_verb: dict[tuple[str, str, str | None], list[Item]] = {}
    for item in items:
        principal = who.principal_for(item.waiting)
        key = (family_of(item.record), item.waiting.verb, principal)
        by_verb.setdefault(key, []).append(item)
    for (family, name, principal), asked in by_verb.items():
        verb = next((each for each in ledger.families[family].verbs if each.name == name), None)
        if verb is None:
            continue
        named = [shlex.quote(_named(item, verb)) for item in asked]
        calls = [" ".join(named)] if verb.many else named
        by = f" --on-behalf-of {shlex.quote(title_of(ledger, principal))}" if principal else ""
        for call in calls:
            click.echo(f"answer with: qifeng {family} {name} {call}{by}")


def _named(item: Item, verb: Verb) -> str:
    """Return the item's id, with the digest of what was shown where a signature names one."""
    name = item.record.partition("/")[2]
    digest = getattr(item.state, DIGEST, "") if hasattr(verb.event, DIGEST) else ""
    return f"{name}@{digest[:_SHOWN]}" if digest else name
