"""`qifeng store`: bring the store up to date, back it up, restore it."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from ledger.commands.desk import DATABASE, LOG_KEYS, open_ledger, store_url
from ledger.commands.session import Session
from ledger.errors import UnavailableError, UsageError
from ledger.store.backup import copy_database
from ledger.store.open import upgrade

PIN = "pin.json"
FOLDER = click.Path(path_type=Path, file_okay=False)


@click.group("store")
def store() -> None:
    """Upgrade, back up or restore the store."""


@store.command("upgrade")
@click.pass_obj
def upgrade_store(session: Session) -> None:
    """Bring the store's tables up to this program; what is recorded stays as it is."""
    upgrade(store_url(session))
    click.echo("the store is of this program's revision", err=True)


@store.command("backup")
@click.argument("folder", type=FOLDER)
@click.pass_obj
def backup(session: Session, folder: Path) -> None:
    """Copy ledger, log keys and pin into a new folder, while others go on working."""
    if folder.exists():
        raise UsageError(f"{folder} exists", todo="choose a new folder")
    url = store_url(session)
    if url.startswith("postgresql"):
        raise UsageError("a PostgreSQL store is backed up by its server", todo="use pg_dump")
    size = open_ledger(session).store.head().size
    copy_database(Path(url.removeprefix("sqlite:///")), folder / DATABASE)
    _copy_beside(session.home, folder)
    click.echo(f"{size} events and more, if some came meanwhile, are in {folder}", err=True)


@store.command("restore")
@click.argument("folder", type=FOLDER)
@click.pass_obj
def restore(session: Session, folder: Path) -> None:
    """Put a backup where no ledger is; acts made after the backup are not in it."""
    if (session.home / DATABASE).exists():
        raise UsageError(f"there is a ledger in {session.home}", todo="move it away first")
    copy_database(folder / DATABASE, session.home / DATABASE)
    try:
        _copy_beside(folder, session.home)
    except UnavailableError:
        # A ledger without its keys would stand in the way of the next try.
        (session.home / DATABASE).unlink()
        raise
    size = open_ledger(session).store.head().size
    click.echo(
        f"restored at size {size}; now run 'qifeng log restore-check', and 'qifeng verify'",
        err=True,
    )


def _copy_beside(source: Path, target: Path) -> None:
    """Copy the log's keys, all that it was rotated to, and the pin, as far as they are there.

    Raises:
        UnavailableError: one of them cannot be copied.
    """
    for path in (*sorted(source.glob(LOG_KEYS)), source / PIN):
        try:
            if path.exists():
                shutil.copy2(path, target / path.name)
        except OSError as error:
            reason = error.strerror or str(error)
            raise UnavailableError(f"file {path.name}", reason) from error
