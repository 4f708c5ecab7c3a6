"""`qifeng log stamp`: let an outside authority stamp checkpoints, with or without a network; renew old stamps."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import click

from ledger.application.acting import Acting, Done, Request, Step
from ledger.application.ledger import Ledger
from ledger.canonical import digest
from ledger.clock import format_time, new_id
from ledger.commands.answer import as_json, as_table
from ledger.commands.desk import open_acting, open_ledger
from ledger.commands.heads import signed_head
from ledger.commands.own import read_file, roots_of
from ledger.commands.session import Session
from ledger.commands.telling import tell_done
from ledger.errors import UnavailableError, UsageError
from ledger.family import Happened, Verb
from ledger.frozen import frozen
from ledger.log.timestamp import (
    ALGORITHMS,
    MAX_BYTES,
    check_stamp,
    format_request,
    is_over,
    parse_roots,
    parse_stamp,
    renewed_bytes,
)
from ledger.records import stamp as family

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
TIMEOUT_SECONDS = 30
_REQUEST = "application/timestamp-query"
_ANSWER = "application/timestamp-reply"
_VERBS = {verb.event: verb for verb in family.FAMILY.verbs}


@frozen
class Stampable:
    """Bytes that may be stamped: those of a checkpoint, or of its last stamp and all below it."""

    size: int
    checkpoint: str
    content: bytes
    renewal: bool


@click.command("stamp")
@click.option("--url", default="", help="Ask the authority that answers there (RFC 3161 §3.4).")
@click.option(
    "--request", "request_path", type=click.Path(path_type=Path), help="Write the request here."
)
@click.option("--answer", "answer_path", type=FILE, help="Take in the authority's answer.")
@click.option("--renew", type=int, help="Renew the stamp over the checkpoint of this size.")
@click.option("--tsa-roots", type=FILE, help="PEM roots of the authorities that you trust.")
@click.option(
    "--algorithm", type=click.Choice(list(ALGORITHMS)), default="sha256", show_default=True,
    help="摘要算法 Digest of what is stamped.",
)  # fmt: skip
@click.option("--json", "as_json_", is_flag=True, help="Answer with one JSON object.")
@click.pass_obj
def stamp(  # noqa: PLR0913 -- one parameter an option
    session: Session,
    /,
    url: str,
    *,
    request_path: Path | None,
    answer_path: Path | None,
    renew: int | None,
    tsa_roots: Path | None,
    algorithm: str,
    as_json_: bool,
) -> None:
    """Have the log's head stamped by a time-stamping authority, or renew an old stamp.

    With a network: --url. Without: --request writes a file for the authority, --answer takes its
    answer in. An answer is held against the roots that you trust before it is kept.
    """
    if sum(map(bool, (url, request_path, answer_path))) != 1:
        raise UsageError("it is not clear what to do", todo="give --url, --request or --answer")
    ledger = open_ledger(session)
    if answer_path is not None:
        answer = read_file(answer_path)
    else:
        wanted = _wanted(session, ledger, renew)
        request = format_request(wanted.content, algorithm)
        if request_path is not None:
            _write_request(request_path, request)
            return
        answer = ask_authority(url, request)
    roots = roots_of(session.config, tsa_roots)
    acting = open_acting(session, ledger)
    tell_done(ledger, take_stamp(ledger, acting, answer, roots), machine=as_json_)


@click.command("stamps")
@click.option(
    "--due", type=int, metavar="DAYS", help="Only those that end within so many days."
)
@click.option("--json", "as_json_", is_flag=True, help="Answer with one JSON object.")
@click.pass_obj
def stamps(session: Session, *, due: int | None, as_json_: bool) -> None:
    """List the time stamps, and until when each must be renewed."""
    ledger = open_ledger(session)
    until = None if due is None else format_time(ledger.clock() + timedelta(days=due))
    rows = [row for row in _rows(ledger) if until is None or str(row["renew_before"]) <= until]
    if as_json_:
        as_json({"stamps": rows})
    else:
        as_table(rows, ("size", "stamped_at", "authority", "stamps", "renew_before"))


def take_stamp(ledger: Ledger, acting: Acting, answer: bytes, roots_pem: bytes) -> Done:
    """Keep an authority's answer and record it; the stamp is kept first, so that none is told of and missing.

    Raises:
        UsageError: no root is given, or it is over nothing of this ledger.
        SignatureError: it does not hold under these roots.
        RefusedError: it comes too late, or twice.
    """
    if not roots_pem:
        raise UsageError(
            "no root certificate to judge the stamp by", todo="give --tsa-roots FILE.pem"
        )
    told = parse_stamp(answer)
    found = next((each for each in _stampables(ledger) if is_over(told, each.content)), None)
    if found is None:
        raise UsageError(
            "the stamp is over no checkpoint of this ledger",
            todo="ask for one with --request, and take in that answer",
        )
    told = check_stamp(answer, found.content, parse_roots(roots_pem))
    facts = {
        "stamp": digest(answer),
        "stamped_at": format_time(told.at),
        "authority": told.authority,
        "algorithm": told.algorithm,
        "expires_at": format_time(told.expires_at),
    }
    happened: Happened = (
        family.Renewed(**facts)
        if found.renewal
        else family.Taken(size=found.size, checkpoint=found.checkpoint, **facts)
    )
    ledger.store.add_stamp(digest(answer), found.size, answer)
    step = Step(_verb(happened), family.key(found.size), happened)
    return ledger.act(acting, Request(new_id(ledger.clock()), (step,)))


def ask_authority(url: str, request: bytes) -> bytes:
    """Return an authority's answer (RFC 3161 §3.4).

    Raises:
        UnavailableError: it cannot be reached, or answers with something else.
    """
    if not url.startswith(("http://", "https://")):
        raise UsageError(f"authority {url[:40]!r}", todo="give an http:// or https:// address")
    asked = urllib.request.Request(url, request, {"Content-Type": _REQUEST})  # noqa: S310 -- http(s), just held
    try:
        with urllib.request.urlopen(asked, timeout=TIMEOUT_SECONDS) as told:  # noqa: S310 -- as above
            answer: bytes = told.read(MAX_BYTES + 1)
            kind = told.headers.get_content_type()
    except (urllib.error.URLError, OSError, ValueError) as error:
        raise UnavailableError("the time-stamping authority", str(error)) from error
    if kind != _ANSWER:
        raise UnavailableError("the time-stamping authority", f"answered with {kind}")
    return answer


def _verb(happened: Happened) -> Verb:
    return _VERBS[type(happened)]


def _wanted(session: Session, ledger: Ledger, renew: int | None) -> Stampable:
    """Return what to have stamped: the head as a checkpoint, or an old stamp."""
    if renew is None:
        checkpoint, note = signed_head(session, ledger)
        return Stampable(checkpoint.size, digest(note), note, renewal=False)
    for each in _stampables(ledger):
        if each.renewal and each.size == renew:
            return each
    raise UsageError(f"checkpoint {renew} bears no stamp", todo="see 'qifeng log stamps'")


def _stampables(ledger: Ledger) -> Iterator[Stampable]:
    """Yield all that a stamp may be over: each stamp's renewal, then each checkpoint."""
    held = {each: stamp for each, _, stamp in ledger.store.stamps()}
    for size, note in ledger.store.checkpoints():
        told = ledger.state(family.key(size)).told
        content = note
        for each in told:
            if each.stamp not in held:
                break
            content = renewed_bytes(held[each.stamp], content)
        else:
            yield Stampable(size, digest(note), content, renewal=bool(told))


def _rows(ledger: Ledger) -> Iterator[dict[str, object]]:
    for record in ledger.store.records("stamp", limit=100_000):
        state: family.Stamps = ledger.state(record)
        first, last = state.told[0], state.told[-1]
        yield {
            "size": state.size, "stamped_at": first.stamped_at, "authority": last.authority,
            "stamps": len(state.told), "renew_before": last.expires_at,
        }  # fmt: skip


def _write_request(path: Path, request: bytes) -> None:
    try:
        with path.open("xb") as file:
            file.write(request)
    except OSError as error:
        raise UnavailableError(f"file {path.name}", error.strerror or str(error)) from error
    click.echo(
        f"request written to {path}; take the answer in with 'qifeng log stamp --answer'",
        err=True,
    )
