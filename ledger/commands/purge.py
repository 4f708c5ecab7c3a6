"""`qifeng purge`: content and private fields destroyed, after two officers said so."""

from __future__ import annotations

import click

from ledger.application.acting import Request, Step
from ledger.application.ledger import Ledger
from ledger.application.naming import find_any, find_record
from ledger.application.purges import purgeable
from ledger.clock import new_id
from ledger.commands.desk import open_acting, open_ledger
from ledger.commands.record import family_group
from ledger.commands.session import Session
from ledger.commands.telling import tell_done
from ledger.errors import NotFoundError, RefusedError
from ledger.family import Verb
from ledger.records import purge as family

JSON = click.option("--json", "as_json_", is_flag=True, help="Answer with one JSON object.")
PROPOSE = Verb("propose", "拟销毁", "Propose a purge.", family.Proposed, family.propose)
CARRY_OUT = Verb("carry-out", "销毁", "Carry a purge out.", family.CarriedOut, family.carry_out)

purge = family_group("purge")
purge.help = "Destroy content and private fields 销毁, with approval."


@purge.command("propose")
@click.argument("record")
@click.option("--version", type=int, help="版本 Only what this event of the record carries.")
@click.option("--reason", required=True, help="销毁原因 Why it is to go.")
@click.option("--approval", required=True, help="批准依据 The document that approves it.")
@JSON
@click.pass_obj
def propose(  # noqa: PLR0913 -- one parameter an option
    session: Session,
    /,
    record: str,
    *,
    version: int | None,
    reason: str,
    approval: str,
    as_json_: bool,
) -> int:
    """Propose to destroy a record's attachments and private fields; its events stay."""
    ledger = open_ledger(session)
    acting = open_acting(session, ledger)
    of = find_any(ledger, record)
    digests = tuple(purgeable(ledger, of, version))
    if not digests:
        raise NotFoundError("content or private field", of, todo="nothing is left to destroy")
    draft = family.Proposed(of=of, reason=reason, approval=approval, digests=digests)
    step = Step(PROPOSE, f"purge/{new_id(ledger.clock())}", draft)
    done = ledger.act(acting, Request(new_id(ledger.clock()), (step,)))
    return tell_done(ledger, done, machine=as_json_)


@purge.command("carry-out")
@click.argument("name", metavar="PURGE")
@click.option(
    "--escort", "escorts", multiple=True, help="监销人 Who sees it destroyed; repeat."
)
@JSON
@click.pass_obj
def carry_out(
    session: Session, /, name: str, *, escorts: tuple[str, ...], as_json_: bool
) -> int:
    """Destroy in this store what an approved purge names: text, salt and key. It cannot be undone."""
    ledger = open_ledger(session)
    acting = open_acting(session, ledger)
    record = find_record(ledger, "purge", name)
    state: family.Purge = ledger.state(record)
    request = _carried_out(record, family.CarriedOut(escorts=escorts), ledger)
    _, broken = ledger.decide(acting, request)
    if broken:
        raise RefusedError(broken[0].code, broken[0].message, citation=broken[0].citation)
    # Should this be cut off, what is left is destroyed by the next try; only then is it recorded.
    destroyed = ledger.store.purge(state.digests)
    done = ledger.act(
        acting,
        _carried_out(record, family.CarriedOut(destroyed=destroyed, escorts=escorts), ledger),
    )
    return tell_done(ledger, done, machine=as_json_)


def _carried_out(record: str, told: family.CarriedOut, ledger: Ledger) -> Request:
    return Request(new_id(ledger.clock()), (Step(CARRY_OUT, record, told),))
