"""Questions about one rule: its status on a day with the proof, and its text, checked."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from ledger.application.naming import find_record
from ledger.audit.rulings import (
    Meaning,
    Ruling,
    Text,
    layer_as_json,
    proof_of,
    read_rule,
    rule_on,
    text_of_version,
    texts_in_force,
)
from ledger.audit.trail import TrailLine
from ledger.commands.answer import as_json, as_table
from ledger.commands.desk import open_ledger
from ledger.commands.session import Session
from ledger.errors import UsageError
from ledger.records.rule.time import SUSPENDED, Span
from ledger.records.rule.versions import Layer
from projections.answer import Point, find_point
from projections.commands.audit import brief
from projections.commands.rules.options import AS_JSON, AS_OF, KNOWN_AT

_PROOF = ("index", "recorded", "happened", "who", "what")


@click.command("status")
@click.argument("rule")
@AS_OF
@KNOWN_AT
@AS_JSON
@click.pass_obj
def status(
    session: Session, /, rule: str, *, as_of: date | None, known_at: str, as_json_: bool
) -> None:
    """Tell a rule's status on a day 现行状况, as known then or now, with the events that prove it."""
    ledger = open_ledger(session)
    point = find_point(ledger.store, known_at, clock=ledger.clock)
    history = read_rule(ledger.store, find_record(ledger, "rule", rule), known=point.known)
    ruling = rule_on(history, as_of or point.day)
    proof = proof_of(ledger.store, ruling)
    if as_json_:
        told = [each.as_json() for each in proof]
        as_json(ruling.as_json() | {"position": point.size, "proof": told})
        return
    for name, value in _standing(ruling, point):
        click.echo(f"{name:<10} {value}")
    as_table(
        [_proof_row(each) for each in proof], _PROOF, title="依据事件 events that prove it"
    )


@click.command("text")
@click.argument("rule")
@AS_OF
@KNOWN_AT
@click.option("--version", "n", type=int, help="文本序: this text, in force or not.")
@click.option(
    "--out", metavar="FOLDER", type=click.Path(file_okay=False, path_type=Path),
    help="Write the files into this folder.",
)  # fmt: skip
@AS_JSON
@click.pass_obj
def text(session: Session, /, rule: str, *, as_json_: bool, **asked: Any) -> None:
    """Show the text in force on a day 现行文本, checked against its salted digest."""
    ledger = open_ledger(session)
    point = find_point(ledger.store, asked["known_at"], clock=ledger.clock)
    history = read_rule(ledger.store, find_record(ledger, "rule", rule), known=point.known)
    ruling = rule_on(history, asked["as_of"] or point.day)
    texts = (
        texts_in_force(ledger.store, ruling)
        if asked["n"] is None
        else [text_of_version(ledger.store, history, asked["n"])]
    )
    if asked["out"] is not None:
        _write(texts, asked["out"])
    if as_json_:
        told = [_text_as_json(each) for each in texts]
        as_json(ruling.as_json() | {"position": point.size, "texts": told})
    elif asked["out"] is None:
        _show(texts)
    _tell_texts(ruling, texts)


def _standing(ruling: Ruling, point: Point) -> list[tuple[str, str]]:
    """Return what held, line by line: name and value."""
    known = f"as known at {point.size} events" if point.known is not None else "as known now"
    lines = [
        ("rule", f"{ruling.title}  {ruling.history.rule}"),
        ("status", f"{ruling.status or '未定 not settled yet'}  on {ruling.day}, {known}"),
    ]
    span = ruling.span
    if span is None:
        return lines
    until = f", until before {span.valid_to}" if span.valid_to else ""
    lines.append(("from", f"{span.valid_from}{until}"))
    if span.void_on is not None:
        lines.append(("void", f"from the start 自始无效, revoked on {span.void_on}"))
    if span.number:
        lines.append(("number", span.number))
    meanings = [("means", meaning_words(each)) for each in ruling.meanings]
    return lines + _texts(span) + meanings


def _texts(span: Span) -> list[tuple[str, str]]:
    layers = span.layers or (Layer(span.version, span.text),)
    lines = [
        ("text", layer_words(each, below=bool(place))) for place, each in enumerate(layers)
    ]
    if span.assumed:
        lines.append(("assumed", "no source tells the day it counts from 推定"))
    if span.needs_amendment:
        lines.append(("flag", "需适时修改 to be amended"))
    return lines


def meaning_words(meaning: Meaning) -> str:
    """Return an interpretation in words: since when, by which document, and what it says."""
    by = f" {meaning.by}" if meaning.by else ""
    return f"解释 of {meaning.day}{by}: {meaning.text}"


def layer_words(layer: Layer, *, below: bool) -> str:
    """Return what counts of a text, in words; `below` another one that counts in part."""
    parts = ""
    if layer.provisions:
        parts = f": only {'、'.join(layer.provisions)}"
    elif layer.pending:
        parts = f": not yet {'、'.join(layer.pending)}"
    digest = f", digest {layer.text[:12]}…" if layer.text else ""
    rest = " for the rest" if below else ""
    return f"version {layer.version}{rest}{parts}{digest}"


def _proof_row(line: TrailLine) -> dict[str, Any]:
    return {
        "index": line.index,
        "recorded": line.recorded_at[:19].replace("T", " "),
        "happened": line.occurred,
        "who": line.who.name,
        "what": brief(line),
    }


def _show(texts: list[Text]) -> None:
    """Write the texts to stdout; where there are several, each under a line that says which it is."""
    for place, each in enumerate(texts):
        if len(texts) > 1:
            click.echo(f"—— {layer_words(each.layer, below=bool(place))} ——")
        told = _readable(each)
        if told is None:
            raise UsageError(
                f"{each.attached.name} is no plain text",
                todo="write it to a file: --out FOLDER",
            )
        click.echo(told, nl=not told.endswith("\n"))


def _readable(found: Text) -> str | None:
    """Return a text that a terminal can show, or None: another form, or control characters."""
    try:
        told = found.content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    shown = all(each.isprintable() or each in "\n\r\t\f" for each in told)
    return told if shown else None


def _write(texts: list[Text], folder: Path) -> None:
    """Write each text as a file of its own; what is there already is left alone.

    Raises:
        UsageError: a file of that name is there already.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for each in texts:
        path = folder / file_name(each)
        try:
            with path.open("xb") as file:
                file.write(each.content)
        except FileExistsError as error:
            raise UsageError(
                f"file {path.name} is there already", todo="name another folder"
            ) from error
        click.echo(f"wrote {path.name}", err=True)


def file_name(found: Text) -> str:
    """Return a name for a text's file that stays in its folder, whatever it was attached as."""
    kept = "".join(
        each if each.isprintable() and each not in '/\\:*?"<>|' else "_"
        for each in found.attached.name
    )
    return f"v{found.layer.version}-{kept.strip('. ')[-100:] or 'text'}"


def _text_as_json(found: Text) -> dict[str, Any]:
    return layer_as_json(found.layer) | {
        "name": found.attached.name,
        "size_bytes": found.attached.size_bytes,
        "content": _readable(found),
    }


def _tell_texts(ruling: Ruling, texts: list[Text]) -> None:
    """Say on stderr which texts were shown, and that each is what was attached."""
    click.echo(f"{ruling.title}: {ruling.status or '未定'} on {ruling.day}", err=True)
    if ruling.status == SUSPENDED:
        click.echo(
            "it is suspended on that day 暂停执行: the text stands, and is not carried out",
            err=True,
        )
    for place, each in enumerate(texts):
        click.echo(
            f"{layer_words(each.layer, below=bool(place))}: {each.attached.name},"
            f" {each.attached.size_bytes:,} bytes, matches its salted digest",
            err=True,
        )
    for meaning in ruling.meanings:
        click.echo(meaning_words(meaning), err=True)
