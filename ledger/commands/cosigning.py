"""`qifeng log witness ask`, `request`, `accept`: have the log's head cosigned, with or without a network."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from ledger.application.incidents import read_incidents
from ledger.application.ledger import Ledger
from ledger.commands.answer import as_json, as_table
from ledger.commands.asking import ask_over_http
from ledger.commands.desk import open_ledger, witnessed_head
from ledger.commands.heads import signed_head
from ledger.commands.own import read_file, witnessed_path
from ledger.commands.session import Session
from ledger.commands.wanting import addresses, cosigned_of, wanted_policy
from ledger.commands.witnessing import (
    ADD_CHECKPOINT,
    ANSWER_SUFFIX,
    JSON,
    REQUEST_SUFFIX,
    file_name,
    write_file,
)
from ledger.errors import LedgerError, ProofError, UsageError
from ledger.frozen import frozen
from ledger.log.checkpoint import parse_checkpoint
from ledger.log.cosigned import (
    Cosignature,
    check_answer,
    key_of,
    know,
    note_with,
    quorum_of,
)
from ledger.log.note import format_signatures, parse_note
from ledger.log.policy import Policy
from ledger.log.standing import KnownHead
from ledger.log.tree import prove_consistency
from ledger.log.witness import (
    CONFLICT,
    SIGNED,
    Answer,
    Request,
    format_request,
    parse_answer,
    parse_request,
)
from ledger.log.witnessed import write_durably

FOLDER = click.Path(path_type=Path, file_okay=False)


@frozen
class Head:
    """The head to be cosigned, who is wanted as witnesses, and what they have signed so far."""

    ledger: Ledger
    policy: Policy
    note: bytes
    size: int
    cosigned: tuple[Cosignature, ...]

    def signed_before(self, name: str) -> int:
        """Return the largest size that the witness with keys of that name is known to have signed."""
        sizes = [each.size for each in self.cosigned if each.key.rpartition("+")[0] == name]
        return max(sizes, default=0)

    def request(self, old: int) -> bytes:
        """Return the request to a witness that signed this size last.

        Raises:
            ProofError: the log does not reach that far: it was rolled back.
        """
        if old > self.size:
            raise ProofError(
                "store", f"it ends at {self.size}, a witness cosigned size {old}: it was rolled back"
                " or cut; sign nothing, run 'qifeng log restore-check'",
            )  # fmt: skip
        hashes = prove_consistency(old, self.size, self.ledger.store.read_hashes) if old else ()
        return format_request(Request(old, tuple(hashes), self.note))


@click.command("ask")
@JSON
@click.pass_obj
def ask(session: Session, *, as_json_: bool) -> int:
    """Sign the log's head, and have it cosigned by every witness with an address."""
    head = _head(session)
    names = addresses(head.policy)
    rows = [_asked(session, head, name, url) for name, url in names.items()]
    return _tell(head.ledger, head.policy, rows, machine=as_json_)


@click.command("request")
@click.option(
    "--out", required=True, type=FOLDER, help="Where to write a file for each witness."
)
@click.option(
    "--old", type=click.IntRange(min=0), help="The size it signed last, if it says so."
)
@JSON
@click.pass_obj
def request(session: Session, out: Path, *, old: int | None, as_json_: bool) -> None:
    """Write requests to cosign the log's head, to be carried to the witnesses."""
    head = _head(session)
    rows = []
    for name in dict.fromkeys(each.key.name for each in head.policy.witnesses):
        path = out / f"{file_name(name)}.{head.size}{REQUEST_SUFFIX}"
        write_file(path, head.request(head.signed_before(name) if old is None else old))
        rows.append({"witness": name, "size": head.size, "request": str(path)})
    if as_json_:
        as_json({"requests": rows})
    else:
        as_table(rows, ("witness", "size", "request"))


@click.command("accept")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@JSON
@click.pass_obj
def accept(session: Session, folder: Path, *, as_json_: bool) -> int:
    """Take in the answers of witnesses from a folder that was brought back."""
    ledger = open_ledger(session)
    policy = wanted_policy(session, ledger)
    rows = []
    for path in sorted(folder.glob(f"*{ANSWER_SUFFIX}")):
        asked = parse_request(read_file(path.with_suffix(REQUEST_SUFFIX)))
        told = parse_answer(read_file(path))
        taken = _take(session, ledger, policy, note=asked.note, told=told)
        rows.append({"witness": path.name, **taken})
    if not rows:
        raise UsageError(f"no answer in {folder.name}", todo="bring back the witness's folder")
    return _tell(ledger, policy, rows, machine=as_json_)


def _head(session: Session) -> Head:
    ledger = open_ledger(session)
    policy = wanted_policy(session, ledger)
    checkpoint, note = signed_head(session, ledger)
    cosigned = tuple(each for each in cosigned_of(ledger, policy) if each.counts)
    return Head(ledger, policy, note, checkpoint.size, cosigned)


def _asked(session: Session, head: Head, name: str, url: str) -> dict[str, object]:
    """Ask one witness; once more where it tells another size that it signed last."""
    try:
        told = post(url, head.request(head.signed_before(name)))
        if told.status == CONFLICT:
            told = post(url, head.request(told.size))
        taken = _take(session, head.ledger, head.policy, note=head.note, told=told)
    except LedgerError as error:
        taken = {"size": None, "told": str(error)}
    return {"witness": name, **taken}


def post(url: str, request: bytes) -> Answer:
    """Ask a witness over HTTP.

    Raises:
        UnavailableError: it cannot be reached, or answers with no status of a witness.
    """
    return Answer(*ask_over_http(url + ADD_CHECKPOINT, "the witness", request))


def _take(
    session: Session, ledger: Ledger, policy: Policy, *, note: bytes, told: Answer
) -> dict[str, object]:
    """Keep what a witness answered over a head of ours; returns what it came to.

    Raises:
        ProofError: the head is not one that this store keeps.
        SignatureError, KeyNotTrustedError: a signature does not hold, or is nobody's we know.
    """
    size = parse_checkpoint(parse_note(note).text).size
    kept = dict(ledger.store.checkpoints()).get(size)
    if kept is None or parse_note(kept).text != parse_note(note).text:
        raise ProofError(
            f"checkpoint {size}", "what was asked for is no head that the store keeps"
        )
    if told.status == CONFLICT:
        return {
            "size": None,
            "told": f"it signed size {told.size} last; ask with --old {told.size}",
        }
    if told.status != SIGNED:
        words = told.body.decode("utf-8", "replace").strip()
        return {"size": None, "told": f"refused with {told.status}: {words[:200]}"}
    known = know(policy, int(ledger.clock().timestamp()))
    lines = check_answer(known, kept, told.lines)
    for line in lines:
        ledger.store.add_cosignature(size, key_of(line), format_signatures([line]))
    _keep_outside(session, ledger, note_with(kept, size, ledger.store.cosignatures()), size)
    return {"size": size, "told": "cosigned 副署"}


def _keep_outside(session: Session, ledger: Ledger, note: bytes, size: int) -> None:
    """Keep the largest head that was cosigned outside the store, for the next append to look at.

    A larger one that an incident says is lost is no longer looked at, so it makes room.
    """
    before = witnessed_head(session, ledger)
    if before is not None and before.size > size and not _is_lost(ledger, before):
        return
    write_durably(witnessed_path(session.config, ledger.origin), note)


def _is_lost(ledger: Ledger, head: KnownHead) -> bool:
    return any(lost.names(head) for lost in read_incidents(ledger.store))


def _tell(
    ledger: Ledger, policy: Policy, rows: Sequence[dict[str, object]], *, machine: bool
) -> int:
    """Say what each witness answered; exit 1 unless the newest head has the quorum now."""
    size = ledger.store.checkpoints()[-1][0]
    known = know(policy, int(ledger.clock().timestamp()))
    met, names = quorum_of(known, cosigned_of(ledger, policy), size)
    if machine:
        as_json({"answers": rows, "size": size, "cosigned": names, "quorum": met})
    else:
        as_table(rows, ("witness", "size", "told"))
        words = "the quorum is reached" if met else "the quorum is not reached"
        click.echo(f"checkpoint {size}: cosigned by {', '.join(names) or 'nobody'}; {words}")
    return 0 if met else 1
