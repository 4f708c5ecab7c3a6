"""The commands of a record family: one for each verb, with `show` and `list`, from the family itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import click

from ledger.application.acting import ALL, EACH, WHOLE, Content, Request, Step
from ledger.application.concealing import conceal_steps, private_texts
from ledger.application.ledger import Ledger, new_content
from ledger.application.naming import find_named, find_record, title_of
from ledger.body import fields_of
from ledger.clock import new_id
from ledger.commands.answer import as_json, as_table
from ledger.commands.desk import open_acting, open_ledger
from ledger.commands.filled import from_option, is_long
from ledger.commands.options import draft_of, options_of
from ledger.commands.session import Session
from ledger.commands.telling import tell_done, tell_refused
from ledger.errors import RefusedError, UnavailableError
from ledger.family import DIRECT, PAPER, Attachment, Family, Happened, Verb
from ledger.records import FAMILIES

_ACTING = ("all_or_nothing", "as_json_", "on_behalf_of", "paper", "records")
DIGEST = "item_digest"
_NAMED_BY_DIGEST = re.compile(r"(.+)@([0-9a-f]{8,64})\Z", re.DOTALL)


def family_group(name: str) -> click.Group:
    """Return the command group of the family of that name."""
    family = next(each for each in FAMILIES if each.name == name)
    group = click.Group(name, help=f"Record what happens to {family.en} {family.zh}.")
    for verb in family.verbs:
        group.add_command(_command(family, verb))
    group.add_command(_show(family))
    group.add_command(_list(family))
    return group


def _command(family: Family[Any], verb: Verb) -> click.Command:
    params: list[click.Parameter] = []
    if not verb.opens:
        params.append(click.Argument(["records"], nargs=-1 if verb.many else 1, required=True))
    if is_long(verb.event):
        params.append(from_option(verb.event))
    params += options_of(verb.event)
    if verb.many:
        params.append(
            click.Option(["--all-or-nothing"], is_flag=True, help="One refused refuses all.")
        )
    params += [
        click.Option(
            ["--on-behalf-of"], metavar="OFFICER", help="Act by this officer's delegation."
        ),
        click.Option(["--paper"], is_flag=True, help="补录: enter what was signed on paper."),
        click.Option(["--json", "as_json_"], is_flag=True, help="Answer with one JSON object."),
    ]

    @click.pass_obj
    def call(session: Session, /, **asked: Any) -> int:
        return do_verb(session, family, verb, asked=asked)

    return click.Command(verb.name, params=params, callback=call, help=f"{verb.en} {verb.zh}")


def do_verb(session: Session, family: Family[Any], verb: Verb, *, asked: dict[str, Any]) -> int:
    """Carry out a verb as asked on the command line, and say what was recorded.

    Of several records each is judged by itself: those refused are named, and the exit code is 1.
    """
    ledger = open_ledger(session)
    acting = open_acting(session, ledger, on_behalf_of=asked["on_behalf_of"])
    content = _take_content(verb, asked)
    steps, disclosures = conceal_steps(
        _steps(ledger, family, verb, asked=asked), private_texts(verb.event, asked),
        ledger=ledger.origin, state_of=ledger.state,
    )  # fmt: skip
    request = Request(
        act=new_id(ledger.clock()),
        steps=steps,
        basis=PAPER if asked["paper"] else DIRECT,
        content=tuple(content),
        judged=WHOLE if len(steps) == 1 else ALL if asked["all_or_nothing"] else EACH,
        disclosures=disclosures,
    )
    try:
        done = ledger.act(acting, request)
    except RefusedError as error:
        if not error.reasons:
            raise
        return tell_refused(ledger, error.reasons, machine=asked["as_json_"])
    return tell_done(ledger, done, machine=asked["as_json_"])


def _steps(
    ledger: Ledger, family: Family[Any], verb: Verb, *, asked: dict[str, Any]
) -> tuple[Step, ...]:
    given = {name: value for name, value in asked.items() if name not in _ACTING}
    draft = draft_of(verb.event, given, lambda kind, name: find_named(ledger, kind, name))
    if verb.opens:
        record = verb.names(draft) if verb.names else f"{family.name}/{new_id(ledger.clock())}"
        return (Step(verb, record, draft),)
    named: Sequence[str] = asked["records"] if verb.many else [asked["records"]]
    found = [_found(ledger, family, draft, name) for name in named]
    return tuple(Step(verb, record, each) for record, each in dict(found).items())


def _found(ledger: Ledger, family: Family[Any], draft: Any, name: str) -> tuple[str, Happened]:
    """Return the record that a name means, and the draft for it.

    `NAME@DIGEST` names an item by what was read of it: the first digits of its digest are enough, and
    another item than the one that was read is refused (R1).
    """
    read = _NAMED_BY_DIGEST.match(name) if hasattr(draft, DIGEST) else None
    if read is None:
        return find_record(ledger, family.name, name), draft
    record = find_record(ledger, family.name, read[1])
    digest = str(getattr(ledger.state(record), DIGEST, ""))
    whole = digest if digest.startswith(read[2]) else read[2]
    return record, replace(draft, **{DIGEST: whole})


def _take_content(verb: Verb, asked: dict[str, Any]) -> list[Content]:
    """Read the files attached; in `asked`, paths become attachments under salted digests."""
    taken: list[Content] = []
    for field in fields_of(verb.event):
        if field.kind != tuple[Attachment, ...] or field.term.derived:
            continue
        attachments = []
        for path in asked[field.name] or ():
            try:
                content = new_content(path.read_bytes())
            except OSError as error:
                raise UnavailableError(f"file {path.name}", str(error)) from error
            taken.append(content)
            attachments.append(
                Attachment(
                    name=path.name, size_bytes=len(content.content), digest=content.digest
                )
            )
        asked[field.name] = tuple(attachments)
    return taken


def _show(family: Family[Any]) -> click.Command:
    @click.command("show", help=f"Show {family.en} {family.zh} as its events leave it.")
    @click.argument("name")
    @click.option("--json", "as_json_", is_flag=True, help="Answer with one JSON object.")
    @click.pass_obj
    def show(session: Session, name: str, *, as_json_: bool) -> None:
        ledger = open_ledger(session)
        record = find_record(ledger, family.name, name)
        folded = ledger.folded(record)
        state = {field: getattr(folded.state, field) for field in folded.state.__slots__}
        if as_json_:
            as_json({"record": record, "version": folded.version, "state": state})
            return
        click.echo(f"{record}  {family.zh}  version {folded.version}")
        for field, value in state.items():
            click.echo(f"  {field}: {_shown(value)}")

    return show


def _list(family: Family[Any]) -> click.Command:
    @click.command("list", help=f"List {family.en} records {family.zh}.")
    @click.option("--limit", default=1000, show_default=True, help="At most this many.")
    @click.option("--json", "as_json_", is_flag=True, help="Answer with one JSON object.")
    @click.pass_obj
    def list_records(session: Session, limit: int, *, as_json_: bool) -> None:
        ledger = open_ledger(session)
        rows = [
            {"record": record, "title": title_of(ledger, record)}
            for record in ledger.store.records(family.name, limit=limit)
        ]
        if as_json_:
            as_json({"family": family.name, "records": rows})
        else:
            as_table(rows, ("record", "title"))

    return list_records


def _shown(value: Any) -> str:
    if isinstance(value, (frozenset, set)):
        return ", ".join(sorted(str(each) for each in value))
    if isinstance(value, tuple):
        return "; ".join(str(each) for each in value)
    return str(value)
