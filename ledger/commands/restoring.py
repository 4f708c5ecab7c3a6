"""`qifeng log restore-check`, `incident`: hold the store against what is kept elsewhere; go on after a loss."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from http import HTTPStatus
from pathlib import Path

import click

from ledger.application.acting import Request, Step
from ledger.application.incidents import read_incidents
from ledger.application.ledger import Ledger
from ledger.clock import new_id
from ledger.commands.answer import as_json
from ledger.commands.asking import ask_over_http
from ledger.commands.desk import open_acting, open_ledger, witnessed_head
from ledger.commands.heads import log_keys
from ledger.commands.own import read_file, receipts_of
from ledger.commands.session import Session
from ledger.commands.telling import tell_done
from ledger.commands.wanting import addresses, wanted_policy
from ledger.commands.witnessing import JSON
from ledger.errors import UnavailableError, UsageError
from ledger.log.checkpoint import open_checkpoint
from ledger.log.receipt import parse_receipt
from ledger.log.standing import (
    BEHIND,
    FORKED,
    IDENTICAL,
    KnownAct,
    KnownHead,
    Standing,
    binding,
    compare,
    known,
)
from ledger.log.witnessed import place_of
from ledger.records.incident import RECORD, Recorded

FILES = click.argument(
    "files", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False)
)
ASK = click.option("--ask", is_flag=True, help="Ask the witnesses of your policy, too.")
_RECEIPT = b'{"act":'
_Kept = tuple[list[KnownHead], list[KnownAct]]


@click.command("restore-check")
@FILES
@ASK
@JSON
@click.pass_obj
def restore_check(
    session: Session, files: tuple[Path, ...], *, ask: bool, as_json_: bool
) -> int:
    """Say if the store is identical with what is kept elsewhere, behind it, or forked from it.

    Held against it are the receipts and the witnessed head in your own folder, and FILES: checkpoints,
    and receipts of other officers.
    """
    ledger = open_ledger(session)
    standing, _ = _stand(session, ledger, files, ask=ask)
    if as_json_:
        as_json(_told(standing))
    else:
        click.echo(_words(standing))
    return 0 if standing.verdict == IDENTICAL else 1


@click.command("incident")
@FILES
@ASK
@click.option("--lost", required=True, help="丢失内容 What was lost, as far as known.")
@click.option("--decision", required=True, help="处置决定 What was decided, and by whom.")
@JSON
@click.pass_obj
def incident(  # noqa: PLR0913 -- one parameter an option
    session: Session,
    /,
    files: tuple[Path, ...],
    *,
    ask: bool,
    lost: str,
    decision: str,
    as_json_: bool,
) -> int:
    """Record that the log lost what is kept elsewhere, so that the office can go on (administrators).

    The comparison is the one of restore-check, with the same FILES.
    """
    ledger = open_ledger(session)
    standing, heads = _stand(session, ledger, files, ask=ask)
    if standing.verdict == IDENTICAL:
        raise UsageError("nothing is lost", todo="see 'qifeng log restore-check'")
    largest = max(heads, key=lambda each: each.size, default=None)
    root = largest.root.hex() if largest and largest.size == standing.held else ""
    recorded = Recorded(
        size=standing.agreed if standing.verdict == FORKED else standing.size,
        held_size=standing.held,
        held_root=root,
        held_by=standing.where,
        lost=lost,
        decision=decision,
    )
    now = ledger.clock()
    step = Step(RECORD, f"incident/{new_id(now)}", recorded)
    acting = open_acting(session, ledger)
    done = ledger.act(acting, Request(new_id(now), (step,)))
    return tell_done(ledger, done, machine=as_json_)


def _stand(
    session: Session, ledger: Ledger, files: Sequence[Path], *, ask: bool
) -> tuple[Standing, list[KnownHead]]:
    """Compare the store with everything that is kept elsewhere; returns the heads too.

    Raises:
        UsageError: nothing is kept elsewhere.
        MalformedError, KeyNotTrustedError, SignatureError: a file is neither checkpoint nor receipts.
    """
    heads, acts = _own(session, ledger)
    for path in files:
        more = _of_file(ledger, path)
        heads, acts = heads + more[0], acts + more[1]
    if ask:
        heads += list(_witnesses(session, ledger))
    if not heads:
        raise UsageError(
            "nothing to hold the store against",
            todo="name a checkpoint or receipts kept elsewhere",
        )

    def place(act: str) -> int | None:
        recorded = ledger.store.find_act(act)
        return recorded.first_index if recorded else None

    size = ledger.store.head().size
    return compare(size, ledger.store.read_hashes, place, heads=heads, acts=acts), heads


def _own(session: Session, ledger: Ledger) -> _Kept:
    """Return what the user's own folder keeps, but for what incidents excuse."""
    witnessed = witnessed_head(session, ledger)
    incidents = read_incidents(ledger.store)
    heads: list[KnownHead] = []
    acts: list[KnownAct] = []
    if witnessed is not None and not any(each.names(witnessed) for each in incidents):
        heads.append(witnessed)
    for whose, kept in receipts_of(session.config, ledger.origin):
        more = known(binding(kept, incidents), whose)
        heads, acts = heads + more[0], acts + more[1]
    return heads, acts


def _of_file(ledger: Ledger, path: Path) -> _Kept:
    content = read_file(path)
    if content.startswith(_RECEIPT):
        lines = content.splitlines(keepends=True)
        return known(map(parse_receipt, lines), f"receipts {path.name}")
    checkpoint = open_checkpoint(content, ledger.origin, log_keys(ledger))
    return [KnownHead(checkpoint.size, checkpoint.root, f"checkpoint {path.name}")], []


def _witnesses(session: Session, ledger: Ledger) -> Iterator[KnownHead]:
    """Yield the heads that witnesses with an address cosigned last, as they show them to anybody.

    Raises:
        UsageError: none has an address, so that nobody would be asked.
    """
    for name, url in addresses(wanted_policy(session, ledger)).items():
        note = _get(f"{url}/{place_of(ledger.origin)}/checkpoint", name)
        checkpoint = open_checkpoint(note, ledger.origin, log_keys(ledger))
        yield KnownHead(checkpoint.size, checkpoint.root, f"witness {name}")


def _get(url: str, name: str) -> bytes:
    status, note = ask_over_http(url, f"witness {name}")
    if status != HTTPStatus.OK:
        raise UnavailableError(f"witness {name}", f"answered {status}: it cosigned no head")
    return note


def _told(standing: Standing) -> dict[str, object]:
    told: dict[str, object] = {
        "verdict": standing.verdict,
        "size": standing.size,
        "held": standing.held,
        "compared": standing.compared,
        "where": standing.where,
    }
    if standing.verdict == BEHIND:
        told["behind"] = standing.behind
    if standing.verdict == FORKED:
        told["forked_at"] = {"from": standing.agreed, "to": (standing.differs or 0) - 1}
    return told


def _words(standing: Standing) -> str:
    if standing.verdict == BEHIND:
        return (
            f"behind 落后 by {standing.behind}: the store ends at {standing.size}, {standing.where}"
            f" reaches {standing.held}"
        )
    if standing.verdict == FORKED:
        last = (standing.differs or 0) - 1
        upto = f" (at the latest {last})" if last > standing.agreed else ""
        return (
            f"forked 分叉 at index {standing.agreed}{upto}: from there on {standing.where}"
            " has another past"
        )
    return (
        f"identical 一致 with all {standing.compared} that are kept elsewhere, up to size"
        f" {standing.held}; the store has {standing.size}"
    )
