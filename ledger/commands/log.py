"""`qifeng log`: sign checkpoints, prove what the log holds, rotate its key."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from ledger.commands.answer import as_json
from ledger.commands.desk import open_ledger
from ledger.commands.heads import log_keys, signed_head
from ledger.commands.proving import consistency, inventory, prove
from ledger.commands.restoring import incident, restore_check
from ledger.commands.rotating import accept_key, confirm_key, rotate_key
from ledger.commands.session import Session
from ledger.commands.stamping import stamp, stamps
from ledger.commands.witness import witness
from ledger.export.tiles import Head, write_tiles

JSON = click.option("--json", "as_json_", is_flag=True, help="Answer with one JSON object.")


@click.group("log")
def log() -> None:
    """Sign checkpoints and prove what the log holds."""


log.add_command(prove)
log.add_command(consistency)
log.add_command(inventory)
log.add_command(stamp)
log.add_command(stamps)
log.add_command(rotate_key)
log.add_command(confirm_key)
log.add_command(accept_key)
log.add_command(witness)
log.add_command(restore_check)
log.add_command(incident)


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
