"""`qifeng log prove`, `consistency`, `inventory`: proofs to carry away, and what closes a history."""

from __future__ import annotations

from pathlib import Path

import click

from ledger.application.acting import Request, Step
from ledger.application.inventory import read_inventory
from ledger.application.ledger import Ledger
from ledger.application.naming import find_any
from ledger.canonical import digest
from ledger.clock import new_id
from ledger.commands.answer import as_json
from ledger.commands.desk import open_acting, open_ledger
from ledger.commands.heads import log_keys, signed_head
from ledger.commands.session import Session
from ledger.commands.telling import tell_done
from ledger.errors import NotFoundError, ProofError, UsageError
from ledger.export.evidence import SUFFIX, parse_evidence
from ledger.export.proving import Signed, prove_entry, prove_record
from ledger.family import family_of
from ledger.log.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from ledger.log.consistency import ConsistencyProof, format_consistency
from ledger.log.note import parse_note
from ledger.log.proof import parse_proof
from ledger.log.tree import check_consistency, prove_consistency, root_at
from ledger.records.inventory import INVENTORY, SEAL, Sealed

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
JSON = click.option("--json", "as_json_", is_flag=True, help="Answer with one JSON object.")


@click.command("prove")
@click.argument("what")
@click.option("--whole", is_flag=True, help="All events of a record, or that there is none.")
@click.option("--out", type=click.Path(path_type=Path), help="Where to write the proof.")
@click.option(
    "--entry",
    "entry_path",
    type=click.Path(path_type=Path),
    help="Write the entry's bytes too.",
)
@JSON
@click.pass_obj
def prove(  # noqa: PLR0913 -- one parameter an option
    session: Session,
    /,
    what: str,
    *,
    whole: bool,
    out: Path | None,
    entry_path: Path | None,
    as_json_: bool,
) -> None:
    """Prove an entry (an index, or a record's last event), or a whole record, in one file."""
    ledger = open_ledger(session)
    target = _whole(ledger, what) if whole else _index(ledger, what)
    checkpoint, note = signed_head(session, ledger)
    with ledger.store.snapshot() as pinned:
        head = Signed(checkpoint, note)
        if isinstance(target, str):
            encoded = prove_record(pinned, head, target)
        else:
            encoded = prove_entry(pinned, head, target)
    proof = parse_proof(encoded)
    path = out or Path(f"{proof.index}{SUFFIX}")
    path.write_bytes(encoded)
    evidence = parse_evidence(proof.extra or b"")
    (entry,) = (each.encoded for each in evidence.entries if each.index == proof.index)
    if entry_path is not None:
        entry_path.write_bytes(entry)
    if as_json_:
        as_json(
            {"index": proof.index, "size": checkpoint.size, "record": evidence.record,
             "proof": str(path), "entry": digest(entry), "entries": len(evidence.entries)}
        )  # fmt: skip
        return
    about = f"all of {target}" if isinstance(target, str) else f"entry {target}"
    click.echo(
        f"{path}: {about}, in the log of size {checkpoint.size}; {len(evidence.entries)} entries",
        err=True,
    )


def _index(ledger: Ledger, what: str) -> int:
    if what.isdecimal():
        return int(what)
    record = find_any(ledger, what)
    last = ledger.store.last(record)
    assert last is not None, f"{record} was found, so it has events"
    return last.index


def _whole(ledger: Ledger, what: str) -> str:
    """Return the record meant; a full name need not be of a record that there is."""
    try:
        return find_any(ledger, what)
    except NotFoundError:
        if "/" in what and family_of(what) in ledger.families:
            return what
        raise


@click.command("consistency")
@click.argument("old", type=FILE)
@click.argument("new", type=FILE, required=False)
@click.option("--out", type=click.Path(path_type=Path), help="Where to write the proof.")
@JSON
@click.pass_obj
def consistency(
    session: Session, old: Path, new: Path | None, *, out: Path | None, as_json_: bool
) -> None:
    """Prove that checkpoint NEW, or else the head, continues checkpoint OLD."""
    ledger = open_ledger(session)
    notes = [old.read_bytes(), new.read_bytes() if new else signed_head(session, ledger)[1]]
    heads = [_own(ledger, note, path) for note, path in zip(notes, (old, new), strict=True)]
    if heads[0].size > heads[1].size:
        raise UsageError(
            f"{old} is of size {heads[0].size}, above {heads[1].size}",
            todo="name the older first",
        )
    hashes = prove_consistency(heads[0].size, heads[1].size, ledger.store.read_hashes)
    check_consistency(
        old_size=heads[0].size, new_size=heads[1].size, old_root=heads[0].root,
        new_root=heads[1].root, proof=hashes,
    )  # fmt: skip
    path = out or Path(f"{heads[0].size}-{heads[1].size}.consistency")
    path.write_bytes(format_consistency(ConsistencyProof(notes[0], notes[1], tuple(hashes))))
    if as_json_:
        as_json(
            {
                "old": heads[0].size,
                "new": heads[1].size,
                "hashes": len(hashes),
                "proof": str(path),
            }
        )
    else:
        click.echo(f"{path}: size {heads[1].size} continues size {heads[0].size}", err=True)


def _own(ledger: Ledger, note: bytes, path: Path | None) -> Checkpoint:
    """Return the head of a note that this log's key signed and this log holds."""
    where = str(path or "the head")
    theirs = parse_checkpoint(parse_note(note).text).origin
    if theirs != ledger.origin:
        raise UsageError(
            f"{where} is a checkpoint of the log {theirs[:80]}, not of {ledger.origin}",
            todo="name one of this log",
        )
    head = open_checkpoint(note, ledger.origin, log_keys(ledger))
    size = ledger.store.head().size
    if head.size > size:
        raise ProofError(
            where,
            f"it is of size {head.size}, this log ends at {size}: it was rolled back or cut",
        )
    if root_at(head.size, ledger.store.read_hashes) != head.root:
        raise ProofError(
            where, f"this log has another root at size {head.size}: it was forked or rewritten"
        )
    return head


@click.command("inventory")
@JSON
@click.pass_obj
def inventory(session: Session, *, as_json_: bool) -> int:
    """Seal an inventory 清册 of all records, so that none of their events can be left out."""
    ledger = open_ledger(session)
    acting = open_acting(session, ledger)
    with ledger.store.snapshot() as pinned:
        size = pinned.head().size
        listed = read_inventory(pinned, size)
    sealed = Sealed(size=size, records=len(listed.leaves), root=listed.root.hex())
    done = ledger.act(acting, Request(new_id(ledger.clock()), (Step(SEAL, INVENTORY, sealed),)))
    return tell_done(ledger, done, machine=as_json_)
