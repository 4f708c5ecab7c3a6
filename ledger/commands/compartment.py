"""`qifeng compartment`: who may read a family's private fields."""

from __future__ import annotations

import click

from ledger.application.acting import Request, Step
from ledger.application.ledger import Ledger
from ledger.application.membership import add, create, leave
from ledger.application.naming import find_officer
from ledger.clock import new_id
from ledger.commands.desk import open_acting, open_ledger
from ledger.commands.reading import open_reader
from ledger.commands.record import family_group
from ledger.commands.session import Session
from ledger.commands.telling import tell_done
from ledger.errors import UsageError
from ledger.family import Happened, Verb, hidden_by, simply
from ledger.records import FAMILIES
from ledger.records import compartment as family

JSON = click.option("--json", "as_json_", is_flag=True, help="Answer with one JSON object.")
WITH_PRIVATE = tuple(
    each.name for each in FAMILIES if any(hidden_by(event) for event in each.events)
)
FAMILY = click.Choice(WITH_PRIVATE)

compartment = family_group("compartment")
compartment.help = "Say who may read private fields 保密范围."


@compartment.command("create")
@click.argument("family_name", metavar="FAMILY", type=FAMILY)
@JSON
@click.pass_obj
def create_compartment(session: Session, /, family_name: str, *, as_json_: bool) -> int:
    """Set a family's private fields apart; you are the first who may read them."""
    ledger = open_ledger(session)
    acting = open_acting(session, ledger)
    draft = create(ledger, acting.officer, family_name)
    return _record(session, ledger, family_name, draft, machine=as_json_)


@compartment.command("add")
@click.argument("family_name", metavar="FAMILY", type=FAMILY)
@click.argument("who", metavar="OFFICER")
@JSON
@click.pass_obj
def add_member(session: Session, /, family_name: str, who: str, *, as_json_: bool) -> int:
    """Let an officer read a family's private fields, those recorded before included."""
    ledger = open_ledger(session)
    officer = find_officer(ledger, who)
    draft = add(ledger, open_reader(session, ledger), family_name, officer)
    return _record(session, ledger, family_name, draft, machine=as_json_)


@compartment.command("leave")
@click.argument("family_name", metavar="FAMILY", type=FAMILY)
@click.argument("who", metavar="OFFICER")
@click.option("--reason", required=True, help="原因 Why they may read no longer.")
@JSON
@click.pass_obj
def take_member_out(
    session: Session, /, family_name: str, who: str, *, reason: str, as_json_: bool
) -> int:
    """Record that an officer may read no longer; what comes is sealed for a new key."""
    ledger = open_ledger(session)
    officer = find_officer(ledger, who)
    reader = open_reader(session, ledger)
    if officer == reader.officer:
        raise UsageError("nobody takes themselves out", todo="let another member do it")
    draft = leave(ledger, reader, family_name, officer=officer, reason=reason)
    return _record(session, ledger, family_name, draft, machine=as_json_)


def _record(
    session: Session, ledger: Ledger, family_name: str, draft: Happened, *, machine: bool
) -> int:
    verb = Verb("set", draft.TERM.zh, draft.TERM.en, type(draft), simply)
    step = Step(verb, family.key(family_name), draft)
    acting = open_acting(session, ledger)
    done = ledger.act(acting, Request(new_id(ledger.clock()), (step,)))
    return tell_done(ledger, done, machine=machine)
