"""`qifeng export`: what is handed to those who have none of our software."""

from __future__ import annotations

from pathlib import Path

import click

from ledger.application.ledger import Ledger
from ledger.application.naming import find_any
from ledger.clock import format_time
from ledger.commands.answer import as_json
from ledger.commands.desk import open_ledger, open_log_key
from ledger.commands.session import Session
from ledger.errors import NotFoundError, UsageError
from ledger.export.bundle import Cover, write_bundle
from ledger.export.manifest import Manifest
from ledger.keys.logkey import LogKey

_ALL = 10_000_000


@click.group("export")
def export() -> None:
    """Export bundles that others can check."""


@export.command("bundle")
@click.argument("out", type=click.Path(path_type=Path))
@click.argument("records", nargs=-1)
@click.option("--family", "families", multiple=True, help="All records of this family; repeat.")
@click.option("--json", "as_json_", is_flag=True, help="Answer with one JSON object.")
@click.pass_obj
def bundle(
    session: Session,
    /,
    out: Path,
    records: tuple[str, ...],
    *,
    families: tuple[str, ...],
    as_json_: bool,
) -> None:
    """Write records with seals, proofs and keys into a folder that 'qifeng check' verifies."""
    ledger = open_ledger(session)
    chosen = choose(ledger, records, families)
    key = open_log_key(session, ledger)
    manifest = export_bundle(ledger, out, chosen, key=key)
    if as_json_:
        as_json({"bundle": str(out), "size": manifest.size, "root": manifest.root,
                 "counts": dict(manifest.counts)})  # fmt: skip
        return
    for name, count in manifest.counts:
        click.echo(f"{name}: {count}")
    click.echo(f"written to {out}; the receiver runs: qifeng check {out} --pin PIN", err=True)


def choose(ledger: Ledger, names: tuple[str, ...], families: tuple[str, ...]) -> list[str]:
    """Return the records meant, each once.

    Raises:
        UsageError: nothing is named. NotFoundError: a name or family is not there.
    """
    chosen = [find_any(ledger, name) for name in names]
    for family in families:
        if family not in ledger.families:
            raise NotFoundError("family", family, todo=f"one of {', '.join(ledger.families)}")
        chosen += ledger.store.records(family, limit=_ALL)
    if not chosen:
        raise UsageError("no record is named", todo="name records, or --family NAME")
    return list(dict.fromkeys(chosen))


def export_bundle(ledger: Ledger, out: Path, records: list[str], *, key: LogKey) -> Manifest:
    """Write a bundle of these records, signed by the log's key."""
    founding = next(ledger.store.seals(0, 1))
    cover = Cover(ledger.origin, founding.digest, format_time(ledger.clock()))
    return write_bundle(ledger.store, out, records=records, cover=cover, key=key)
