"""`qifeng officer`: enrol officers, confirm what others proposed, give and leave posts, delegate."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from ledger.application.acting import NOT_RECORDED
from ledger.application.ledger import Ledger
from ledger.application.naming import find_officer
from ledger.clock import new_id
from ledger.commands.answer import as_json, as_table
from ledger.commands.desk import open_acting, open_ledger, passphrase
from ledger.commands.enrolment import (
    KeyRequest,
    confirm_keys,
    make_key,
    propose_key,
    read_key_request,
    request_key,
)
from ledger.commands.own import key_path
from ledger.commands.record import family_group
from ledger.commands.session import Session
from ledger.commands.telling import tell_done
from ledger.commands.trusting import CERTIFICATE, read_chain
from ledger.errors import NotFoundError, UsageError
from ledger.keys.suite import ED25519, SUITES

JSON = click.option("--json", "as_json_", is_flag=True, help="Answer with one JSON object.")

officer = family_group("officer")
officer.help = "Enrol officers; give and end posts."


@officer.command("enrol")
@click.argument("name", required=False)
@click.option(
    "--post", "posts", multiple=True, help="岗位 A post of theirs; repeat for several."
)
@click.option(
    "--request",
    "request_path",
    type=click.Path(path_type=Path, exists=True),
    help="The request file that 'qifeng key new' made on their own machine.",
)
@click.option(
    "--new-passphrase-file",
    type=click.Path(path_type=Path, exists=True),
    help="Where the new key's passphrase stands, if made here.",
)
@click.option(
    "--suite",
    type=click.Choice([each.name for each in SUITES]),
    default=ED25519,
    show_default=True,
    help="算法套件 Which signatures the new key makes, if made here.",
)
@CERTIFICATE
@JSON
@click.pass_obj
def enrol(  # noqa: PLR0913 -- one parameter an option
    session: Session,
    name: str | None,
    posts: tuple[str, ...],
    *,
    request_path: Path | None,
    new_passphrase_file: Path | None,
    suite: str,
    certificates: tuple[Path, ...],
    as_json_: bool,
) -> None:
    """Propose an officer with their posts and key; another administrator confirms."""
    ledger = open_ledger(session)
    acting = open_acting(session, ledger)
    chain = read_chain(certificates)
    if request_path is not None:
        request = read_key_request(request_path)
    elif name:
        request = _made_here(session, ledger, name, word_file=new_passphrase_file, suite=suite)
    else:
        raise UsageError("nobody is named", todo="give a NAME, or --request FILE")
    try:
        done = propose_key(ledger, acting, request, posts=posts, chain=chain)
    except NOT_RECORDED:
        # Nobody has heard of this key; left behind, it would stand in the next try's way.
        if request_path is None:
            key_path(session.config, request.name).unlink()
        raise
    tell_done(ledger, done, machine=as_json_)
    click.echo(f"now confirm: qifeng --as ANOTHER officer confirm {request.name}", err=True)


@officer.command("confirm")
@click.argument("name")
@JSON
@click.pass_obj
def confirm(session: Session, name: str, *, as_json_: bool) -> None:
    """Confirm what another administrator proposed for an officer: enrolment, keys, posts."""
    ledger = open_ledger(session)
    acting = open_acting(session, ledger)
    tell_done(
        ledger, confirm_keys(ledger, acting, find_officer(ledger, name)), machine=as_json_
    )


@officer.command("who")
@JSON
@click.pass_obj
def who(session: Session, *, as_json_: bool) -> None:
    """List officers with their posts and how many good keys they have."""
    ledger = open_ledger(session)
    keys = [ledger.state(each) for each in ledger.store.records("key", limit=100_000)]
    rows = []
    for record in ledger.store.records("officer", limit=100_000):
        state = ledger.state(record)
        good = sum(each.officer == record and each.good for each in keys)
        rows.append({
            "name": state.name, "posts": "、".join(sorted(state.posts)),
            "enrolled": "yes" if state.enrolled else "proposed", "keys": good, "record": record,
        })  # fmt: skip
    if as_json_:
        as_json({"officers": rows})
    else:
        as_table(rows, ("name", "posts", "enrolled", "keys", "record"))


def _made_here(
    session: Session, ledger: Ledger, name: str, *, word_file: Path | None, suite: str
) -> KeyRequest:
    """Make a new officer's key in this user's folder, and its request."""
    _refuse_known(ledger, name)
    theirs = replace(session, passphrase_file=word_file or session.passphrase_file)
    word = passphrase(theirs, f"new passphrase for {name}", new=True)
    signer = make_key(session.config, name, word, suite=suite)
    record = f"officer/{new_id(ledger.clock())}"
    return request_key(signer, ledger=ledger.origin, name=name, officer_record=record)


def _refuse_known(ledger: Ledger, name: str) -> None:
    """Two officers of one name would make every `--as NAME` ambiguous."""
    try:
        record = find_officer(ledger, name)
    except NotFoundError:
        return
    raise UsageError(
        f"{name} is {record} already",
        todo="enrol a further key with 'qifeng key new', or add to the name",
    )
