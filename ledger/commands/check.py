"""`qifeng check`: a bundle, with none of the ledger's own files."""

from __future__ import annotations

from pathlib import Path

import click

from ledger.commands.answer import as_json
from ledger.commands.own import pin_path, read_pin
from ledger.commands.session import Session
from ledger.errors import LedgerError
from ledger.export.check import check_bundle
from ledger.export.checked import Checked, Trust
from ledger.export.manifest import MANIFEST, parse_manifest


@click.command("check")
@click.argument("bundle", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--pin",
    type=click.Path(path_type=Path, exists=True),
    help="A pin file: the log key and founding act you were given another way.",
)
@click.option("--json", "as_json_", is_flag=True, help="Answer with one JSON object.")
@click.pass_obj
def check(session: Session, bundle: Path, *, pin: Path | None, as_json_: bool) -> int:
    """Check an exported bundle, without any ledger."""
    checked = check_bundle(bundle, _trust(session, bundle, pin))
    if as_json_:
        as_json(checked.as_json())
    else:
        _tell(checked)
    return 1 if checked.findings else 0


def _trust(session: Session, bundle: Path, argument: Path | None) -> Trust | None:
    if argument is not None:
        pin = read_pin(argument)
        return Trust(pin.log_key, pin.founding, "argument", pin.log_key_ml_dsa)
    try:
        origin = parse_manifest((bundle / MANIFEST).read_bytes()).origin
        pin = read_pin(pin_path(session.config, origin))
    except (LedgerError, OSError):
        # What is wrong with the bundle is named by the check itself; without a pin it says so.
        return None
    return Trust(pin.log_key, pin.founding, "user", pin.log_key_ml_dsa)


def _tell(checked: Checked) -> None:
    for each in checked.findings:
        place = f"index {each.index}" if each.index is not None else each.record
        click.echo(f"{each.code}  {each.damage}  {place}  {each.message}")
    word = "holds 相符" if not checked.findings else f"{len(checked.findings)} findings 有问题"
    click.echo(
        f"{word}: {checked.entries} entries of {len(checked.acts)} acts, log size {checked.size}"
    )
    if checked.pin == "bundle":
        click.echo(
            "not independent: the log's key was taken from the bundle itself (use --pin)"
        )
    for what in checked.not_checked:
        click.echo(f"not checked: {what}", err=True)
