"""`qifeng key trust-authority|distrust-authority`: whose certificates make a key `certified`."""

from __future__ import annotations

from pathlib import Path

import click

from ledger.application.acting import Request, Step
from ledger.clock import new_id
from ledger.commands.desk import open_acting, open_ledger
from ledger.commands.own import read_file
from ledger.commands.session import Session
from ledger.commands.telling import tell_done
from ledger.errors import UsageError
from ledger.family import Happened, Verb, simply
from ledger.keys.certificate import check_root, read_certificates
from ledger.log.spelling import format_base64
from ledger.records.authorities import AuthorityDistrusted, AuthorityTrusted
from ledger.records.office import OFFICE

TRUST = Verb("trust-authority", "认可认证机构", "Trust an authority.", AuthorityTrusted, simply)
DISTRUST = Verb(
    "distrust-authority", "停止认可认证机构", "End trust.", AuthorityDistrusted, simply
)
FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
JSON = click.option("--json", "as_json_", is_flag=True, help="Answer with one JSON object.")
CERTIFICATE = click.option(
    "--certificate", "certificates", multiple=True, type=FILE,
    help="证书 The key's certificate, and those between it and the authority's root; repeat, or one PEM of all.",
)  # fmt: skip


@click.command("trust-authority")
@click.argument("name")
@click.argument("certificate", type=FILE)
@click.option(
    "--citation", required=True, help="依据 Its licence, or the document that says so."
)
@JSON
@click.pass_obj
def trust_authority(
    session: Session, name: str, certificate: Path, *, citation: str, as_json_: bool
) -> None:
    """Trust a certification authority 认证机构 by its root certificate, for keys enrolled from now on."""
    held = read_certificates(read_file(certificate))
    if len(held) != 1:
        raise UsageError(
            f"{certificate.name} holds {len(held)} certificates", todo="give the root alone"
        )
    check_root(held[0])
    draft = AuthorityTrusted(name=name, certificate=format_base64(held[0]), citation=citation)
    _record(session, TRUST, draft, machine=as_json_)


@click.command("distrust-authority")
@click.argument("name")
@click.option("--reason", required=True, help="原因 Why.")
@JSON
@click.pass_obj
def distrust_authority(session: Session, name: str, *, reason: str, as_json_: bool) -> None:
    """Trust an authority no more; keys that it certified before keep their grade."""
    draft = AuthorityDistrusted(name=name, reason=reason)
    _record(session, DISTRUST, draft, machine=as_json_)


def read_chain(paths: tuple[Path, ...]) -> tuple[bytes, ...]:
    """Return the certificates of these files, in their order, in DER.

    Raises:
        UnavailableError: a file cannot be read. MalformedError: it holds no certificate.
    """
    return tuple(each for path in paths for each in read_certificates(read_file(path)))


def _record(session: Session, verb: Verb, draft: Happened, *, machine: bool) -> None:
    ledger = open_ledger(session)
    acting = open_acting(session, ledger)
    request = Request(new_id(ledger.clock()), (Step(verb, OFFICE, draft),))
    tell_done(ledger, ledger.act(acting, request), machine=machine)
