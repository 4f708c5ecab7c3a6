"""`qifeng log`: sign checkpoints, and prove what the log holds."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from ledger.act import format_entry
from ledger.application.ledger import Ledger
from ledger.application.naming import find_any
from ledger.canonical import digest
from ledger.commands.answer import as_json
from ledger.commands.desk import open_ledger
from ledger.commands.heads import log_keys, signed_head
from ledger.commands.session import Session
from ledger.commands.stamping import stamp, stamps
from ledger.errors import NotFoundError, UsageError
from ledger.export.tiles import Head, write_tiles
from ledger.log.proof import Proof, format_proof
from ledger.log.tree import prove_inclusion

JSON = click.option("--json", "as_json_", is_flag=True, help="Answer with one JSON object.")


@click.group("log")
def log() -> None:
    """Sign checkpoints and prove what the log holds."""


log.add_command(stamp)
log.add_command(stamps)


@log.command("checkpoint")
@click.option("--out", type=click.Path(path_type=Path), help="Where to write it; else stdout.")
@click.pass_obj
def checkpoint(session: Session, out: Path | None) -> None:
    """Sign the log's head, for keeping outside this ledger."""
    _, note = signed_head(session, open_ledger(session))
    if out is None:
        click.echo(note, nl=False)
    else:
        out.write_bytes(note)
        click.echo(f"checkpoint written to {out}; keep it where the ledger is not", err=True)


@log.command("tiles")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@JSON
@click.pass_obj
def write(session: Session, folder: Path, *, as_json_: bool) -> None:
    """Write the log as a tree of plain files that stock tools audit; only what is new."""
    ledger = open_ledger(session)
    checkpoint, note = signed_head(session, ledger)
    with ledger.store.snapshot() as pinned:
        written = write_tiles(pinned, folder, Head(checkpoint, note, log_keys(ledger)))
    if as_json_:
        as_json({"folder": str(folder), **asdict(written)})
    else:
        click.echo(
            f"{folder}: size {written.old_size} -> {written.size}, {written.files} files written",
            err=True,
        )


@log.command("prove")
@click.argument("what")
@click.option("--out", type=click.Path(path_type=Path), help="Where to write the proof.")
@JSON
@click.pass_obj
def prove(session: Session, what: str, *, out: Path | None, as_json_: bool) -> None:
    """Prove that an entry (an index, or a record's last event) is in the log."""
    ledger = open_ledger(session)
    index = int(what) if what.isdecimal() else _last_index(ledger, what)
    checkpoint, note = signed_head(session, ledger)
    size = checkpoint.size
    row = ledger.store.event_at(index) if index < size else None
    if row is None:
        raise NotFoundError("entry", str(index), todo=f"the log holds 0 to {size - 1}")
    hashes = prove_inclusion(index, size, ledger.store.read_hashes)
    seal = ledger.store.seal(row.act)
    if seal is None:
        raise UsageError(f"entry {index} has no seal", todo="run 'qifeng verify'")
    entry = format_entry(row.event, row.recorded_at, seal.digest)
    path = out or Path(f"{index}.tlog-proof")
    path.write_bytes(format_proof(Proof(index, hashes, note)))
    path.with_suffix(".entry").write_bytes(entry)
    if as_json_:
        as_json({"index": index, "size": size, "proof": str(path), "entry": digest(entry)})
    else:
        click.echo(
            f"{path} and {path.with_suffix('.entry')}: entry {index} of {size}", err=True
        )


def _last_index(ledger: Ledger, name: str) -> int:
    record = find_any(ledger, name)
    last = ledger.store.last(record)
    assert last is not None, f"{record} was found, so it has events"
    return last.index
