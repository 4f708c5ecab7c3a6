"""`qifeng log rotate-key|confirm-key|accept-key`: a new key of the log, signed by the old one.

The old key's file is never touched: the new key's is named after its key ID, and which of them speaks
the ledger's own events say. So a crash on the way leaves a key that was never used, or all done.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from ledger.application.acting import NOT_RECORDED, Done, Request, Step
from ledger.application.ledger import Ledger
from ledger.application.succession import read_succession
from ledger.audit import verdict
from ledger.audit.verify import verify
from ledger.clock import new_id
from ledger.commands.answer import as_json
from ledger.commands.desk import (
    new_log_key_name,
    open_acting,
    open_ledger,
    open_log_key,
    passphrase,
)
from ledger.commands.own import Pin, pin_path, read_file, read_pin, replace_pin
from ledger.commands.session import Session
from ledger.commands.telling import tell_done
from ledger.errors import ProofError
from ledger.export.checked import Trust
from ledger.export.proofs import led_by, proof_origin
from ledger.family import Verb
from ledger.keys.keyfile import seal_secret
from ledger.keys.keystore import write_keyfile
from ledger.keys.logkey import LogKey
from ledger.keys.signer import SeedSigner
from ledger.keys.suite import LOG, SECRET_BYTES, new_secret
from ledger.log.succession import LogKeys, Succession, check_handover, sign_handover
from ledger.records.log_keys import (
    LogKeyProposed,
    LogKeyRotated,
    propose_log_key,
    rotate_log_key,
)
from ledger.records.office import OFFICE, Office

PROPOSE = Verb(
    "propose-log-key", "拟更换日志密钥", "Propose a log key.", LogKeyProposed, propose_log_key
)
ROTATE = Verb(
    "rotate-log-key", "更换日志密钥", "Confirm a log key.", LogKeyRotated, rotate_log_key
)
JSON = click.option("--json", "as_json_", is_flag=True, help="Answer with one JSON object.")
FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command("rotate-key")
@JSON
@click.pass_obj
def rotate_key(session: Session, *, as_json_: bool) -> None:
    """Make a new key of the log, signed by the old one; another administrator confirms it."""
    ledger = open_ledger(session)
    acting = open_acting(session, ledger)
    old = open_log_key(session, ledger)
    word = passphrase(session, "new passphrase of the log's new key", new=True)
    secret = new_secret(LOG)
    new = LogKey(ledger.origin, SeedSigner(secret[:SECRET_BYTES]), secret[SECRET_BYTES:])
    path = session.home / new_log_key_name(new.verifier)
    # The key must be safe on disk before anything rests on it.
    write_keyfile(path, seal_secret(secret, word, suite=LOG))
    handover, possession = sign_handover(old, new)
    draft = LogKeyProposed(
        log_key=new.verifier, log_key_ml_dsa=new.verifier_ml_dsa,
        handover=handover, possession=possession,
    )  # fmt: skip
    request = Request(new_id(ledger.clock()), (Step(PROPOSE, OFFICE, draft),))
    try:
        done = ledger.act(acting, request)
    except NOT_RECORDED:
        # Nothing was recorded, and nobody has heard of this key.
        path.unlink()
        raise
    _tell(session, ledger, done, machine=as_json_)


@click.command("confirm-key")
@JSON
@click.pass_obj
def confirm_key(session: Session, *, as_json_: bool) -> None:
    """Confirm the new key of the log that another administrator proposed."""
    ledger = open_ledger(session)
    acting = open_acting(session, ledger)
    state: Office = ledger.state(OFFICE)
    proposed = state.proposed_log_key
    if proposed is not None:
        check_handover(
            LogKeys(state.log_key, state.log_key_ml_dsa),
            LogKeys(proposed.log_key, proposed.log_key_ml_dsa),
            origin=ledger.origin, handover=proposed.handover, possession=proposed.possession,
        )  # fmt: skip
    request = Request(new_id(ledger.clock()), (Step(ROTATE, OFFICE, LogKeyRotated()),))
    _tell(session, ledger, ledger.act(acting, request), machine=as_json_)


@click.command("accept-key")
@click.option(
    "--proof", type=FILE, help="A proof of the rotation, in place of the ledger itself."
)
@JSON
@click.pass_obj
def accept_key(session: Session, *, proof: Path | None, as_json_: bool) -> None:
    """Pin the log's new key, if the one you pinned leads to it: by this whole ledger, or by a proof."""
    if proof is not None:
        encoded = read_file(proof)
        path = pin_path(session.config, proof_origin(encoded))
        pin = read_pin(path)
        succession = led_by(
            encoded, Trust(pin.log_key, pin.founding, "user", pin.log_key_ml_dsa)
        )
    else:
        ledger = open_ledger(session)
        path = pin_path(session.config, ledger.origin)
        pin = read_pin(path)
        succession = _by_ledger(ledger, pin)
    told = _follow(path, pin, succession)
    if as_json_:
        as_json(
            {"origin": told.origin, "founding": told.founding, "log_key": told.log_key,
             "log_key_ml_dsa": told.log_key_ml_dsa}
        )  # fmt: skip
    else:
        click.echo(f"pinned in {path}: {told.log_key}", err=True)


def _by_ledger(ledger: Ledger, pin: Pin) -> Succession:
    """Return the log's keys by a ledger that is whole under the pin.

    Raises:
        ProofError: it is not, or could not be verified to its end.
    """
    held = verdict.Pin(pin.origin, pin.log_key, pin.founding, "user", pin.log_key_ml_dsa)
    told = verify(ledger.store, pin=held)
    if told.exit_code:
        raise ProofError(
            "this ledger", f"it does not verify ({told.verdict}); run 'qifeng verify'"
        )
    return read_succession(ledger.store)


def _follow(path: Path, pin: Pin, succession: Succession) -> Pin:
    """Put the key that speaks now into a pin whose own key leads to it.

    Raises:
        ProofError: it does not lead there.
    """
    if not succession.knows(LogKeys(pin.log_key, pin.log_key_ml_dsa)):
        raise ProofError(f"pin {path.name}", "its key is none that this log ever had")
    last = succession.tenures[-1].keys
    told = replace(pin, log_key=last.ed25519, log_key_ml_dsa=last.ml_dsa)
    if told != pin:
        replace_pin(path, told)
    return told


def _tell(session: Session, ledger: Ledger, done: Done, *, machine: bool) -> None:
    """Say what was recorded; a rotation goes into the pins here, which lead to it."""
    tell_done(ledger, done, machine=machine)
    if not any(isinstance(each.event, LogKeyRotated) for each in done.changes):
        click.echo("another administrator confirms it: qifeng log confirm-key", err=True)
        return
    succession = read_succession(ledger.store)
    for path in (pin_path(session.config, ledger.origin), session.home / "pin.json"):
        if path.exists():
            _follow(path, read_pin(path), succession)
    click.echo(
        "sign the log's head with the new key now: qifeng log checkpoint\n"
        "whoever pinned the old key: qifeng log accept-key; destroy the old key's file",
        err=True,
    )
