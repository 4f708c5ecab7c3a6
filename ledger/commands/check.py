"""`qifeng check`: what was exported or proved, with none of the ledger's own files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import click

from ledger.clock import system_clock
from ledger.commands.answer import as_json
from ledger.commands.own import pin_path, policy_bytes, read_file, read_pin, roots_of
from ledger.commands.session import Session
from ledger.errors import LedgerError, MalformedError, UnavailableError, UsageError
from ledger.export.check import bundle_origin, check_bundle
from ledger.export.checked import Checked, Trust
from ledger.export.draft import ZIP
from ledger.export.heads import check_growth, check_head, head_origin
from ledger.export.proofs import check_entry, check_evidence, led_by, proof_origin
from ledger.export.trees import check_tree, tree_head
from ledger.export.vouched import Believed
from ledger.log import consistency, proof
from ledger.log.consistency import parse_consistency
from ledger.log.policy import parse_policy
from ledger.log.tiles import TILE
from ledger.log.timestamp import parse_roots

MAX_BYTES = proof.MAX_PROOF_BYTES
# Findings of what carries no history of the office, and so not the log's other keys.
SPOKEN = ("proof.checkpoint", "proof.consistency", "proof.entry")
FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command("check")
@click.argument("what", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--pin",
    type=click.Path(path_type=Path, exists=True),
    help="A pin file: the log key and founding act you were given another way.",
)
@click.option("--entry", type=FILE, help="The entry's bytes, for a proof that carries none.")
@click.option(
    "--handover",
    type=FILE,
    help="A proof of the rotation of the log's key, where you pinned an earlier or later one.",
)
@click.option("--policy", type=FILE, help="Whom you want as witnesses; else your own policy.")
@click.option(
    "--tsa-roots", type=FILE, help="PEM roots of time-stamping authorities you trust."
)
@click.option("--json", "as_json_", is_flag=True, help="Answer with one JSON object.")
@click.pass_obj
def check(  # noqa: PLR0913 -- one parameter an option
    session: Session,
    what: Path,
    *,
    pin: Path | None,
    entry: Path | None,
    handover: Path | None,
    policy: Path | None,
    tsa_roots: Path | None,
    as_json_: bool,
) -> int:
    """Check a bundle, a tree of tiles, a proof or a checkpoint, without any ledger."""
    pins = Pins(session, pin, handover)
    if (what / TILE).is_dir():
        checked = check_tree(what, pins.find(lambda: tree_head(what).origin))
    elif what.is_dir() or what.suffix.lower() == ZIP:
        believed = believed_by(session, what, policy=policy, tsa_roots=tsa_roots)
        checked = check_bundle(what, pins.find(lambda: bundle_origin(what)), believed)
    else:
        checked = _check_file(what, pins, entry)
    if as_json_:
        as_json(checked.as_json())
    else:
        _tell(checked)
    if handover is None and any(each.code in SPOKEN for each in checked.findings):
        click.echo(
            "if the log's key was rotated since you pinned it, name a proof of that: --handover FILE",
            err=True,
        )
    return 1 if checked.findings else 0


def believed_by(
    session: Session, bundle: Path, *, policy: Path | None, tsa_roots: Path | None
) -> Believed:
    """Return whom the reader believes: those named, else their own for the bundle's log.

    Raises:
        MalformedError: the policy is none, or the roots are no certificates.
        UnavailableError: they cannot be read.
    """
    try:
        origin = bundle_origin(bundle)
    except LedgerError:
        # Whose log it is cannot be told, and is found to be so: nobody is known for it.
        origin = ""
    told = policy_bytes(session.config, origin, policy) if origin or policy else b""
    roots = roots_of(session.config, tsa_roots)
    return Believed(
        parse_policy(told) if told else None,
        parse_roots(roots) if roots else (),
        int(system_clock().timestamp()),
    )


class Pins:
    """What the reader trusts: the pin named, else their own of the log that is told."""

    def __init__(
        self, session: Session, named: Path | None, handover: Path | None = None
    ) -> None:
        """Look at nothing yet."""
        self._session = session
        self._named = named
        self._handover = handover

    def find(self, origin: Callable[[], str]) -> Trust | None:
        """Return the pin of the log of this origin, or None where there is none.

        Raises:
            UnavailableError, MalformedError: the pin that was named cannot be read.
        """
        if self._named is not None:
            return _trust(self._named, "argument")
        try:
            return _trust(pin_path(self._session.config, origin()), "user")
        except (LedgerError, OSError):
            # What is wrong with the thing itself is named by its check; without a pin it says so.
            return None

    def want(self, origin: Callable[[], str]) -> Trust:
        """Return the pin of the log of this origin.

        Raises:
            UsageError: there is none.
        """
        trust = self.find(origin)
        if trust is None:
            raise UsageError(
                "nothing to check it by: no pin of this log", todo="name one with --pin FILE"
            )
        return self._led(trust)

    def _led(self, trust: Trust) -> Trust:
        """Return the trust with all keys that a proof of a rotation leads to from those pinned.

        Raises:
            ProofError: the proof does not hold. MalformedError, UsageError: it is none.
        """
        if self._handover is None:
            return trust
        return replace(trust, succession=led_by(read_file(self._handover), trust))


def _check_file(path: Path, pins: Pins, entry: Path | None) -> Checked:
    try:
        with path.open("rb") as file:
            encoded = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UnavailableError(f"file {path.name}", str(error)) from error
    if len(encoded) > MAX_BYTES:
        raise MalformedError(path.name, expected=f"at most {MAX_BYTES} bytes", found="more")
    first = encoded.partition(b"\n")[0].decode("utf-8", "replace")
    if first == consistency.HEADER:
        return check_growth(
            encoded, pins.want(lambda: head_origin(parse_consistency(encoded).new))
        )
    if first != proof.HEADER:
        return check_head(encoded, pins.want(lambda: head_origin(encoded)))
    if entry is not None:
        return check_entry(
            encoded, entry.read_bytes(), pins.want(lambda: proof_origin(encoded))
        )
    return check_evidence(encoded, pins.find(lambda: proof_origin(encoded)))


def _trust(path: Path, source: str) -> Trust:
    pin = read_pin(path)
    return Trust(pin.log_key, pin.founding, source, pin.log_key_ml_dsa)


def _tell(checked: Checked) -> None:
    for each in checked.findings:
        place = f"index {each.index}" if each.index is not None else each.record
        click.echo(f"{each.code}  {each.damage}  {place}  {each.message}")
    if checked.shown and not checked.findings:
        click.echo(checked.shown)
    word = "holds 相符" if not checked.findings else f"{len(checked.findings)} findings 有问题"
    click.echo(
        f"{word}: {checked.entries} entries of {checked.acts} acts, log size {checked.size}"
    )
    if checked.pin in ("bundle", "file", "tree"):
        click.echo(
            f"not independent: the log's key was taken from the {checked.pin} itself (use --pin)"
        )
    for what in checked.not_checked:
        click.echo(f"not checked: {what}", err=True)
