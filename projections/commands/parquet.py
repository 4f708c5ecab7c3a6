"""`qifeng export parquet`: the log's events as files for analysis, a row an event."""

from __future__ import annotations

from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path

import click

from ledger.commands.answer import as_json
from ledger.commands.desk import open_ledger
from ledger.commands.session import Session
from ledger.errors import UsageError
from ledger.records.office import OFFICE
from projections.commands.rate import shown_bar

EXTRA = "qifeng[scale]"


@click.command("parquet")
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--rows", type=click.IntRange(min=1), default=1_000_000, show_default=True,
    help="Rows a file; the same again when the folder is brought up to date.",
)  # fmt: skip
@click.option("--json", "as_json_", is_flag=True, help="Answer with one JSON object.")
@click.pass_obj
def parquet(session: Session, /, out: Path, *, rows: int, as_json_: bool) -> None:
    """Write all events as Parquet files, for DuckDB and the like; called again, only what is new.

    OUT is a folder of their own. No private field is in them, and no attachment.
    """
    if find_spec("pyarrow") is None:
        raise UsageError("this needs pyarrow, which is not here", todo=f"pip install {EXTRA}")
    # Arrow takes a while to load; whoever exports something else does not wait.
    from ledger.export.parquet.folder import Office, write_parquet  # noqa: PLC0415

    ledger = open_ledger(session)
    office = Office(ledger.origin, ledger.state(OFFICE).utc_offset)
    with ledger.store.snapshot() as pinned, shown_bar(out.name) as bar:
        told = write_parquet(
            pinned, out, office, width=rows, progress=bar.count if bar else lambda *_: None
        )
    if as_json_:
        as_json({"folder": str(out), **asdict(told)})
    else:
        click.echo(
            f"{out}: {told.files} files, {told.new} of them written, {told.size} events",
            err=True,
        )
