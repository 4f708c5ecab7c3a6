"""`qifeng init`: a ledger, its log key, its founder's key, and the founding act."""

from __future__ import annotations

import os
import re
from contextlib import closing
from pathlib import Path

import click

from ledger.application.founding import Founding, found
from ledger.application.ledger import Ledger
from ledger.clock import Clock, parse_offset, system_clock
from ledger.commands.answer import as_json
from ledger.commands.desk import DATABASE, LOG_KEY, STORE_URL, passphrase
from ledger.commands.own import Pin, key_path, pin_path, receipts_path, write_pin
from ledger.commands.session import Session
from ledger.errors import UnavailableError, UsageError
from ledger.keys.keyfile import KeyFile, seal_secret
from ledger.keys.keystore import write_keyfile
from ledger.keys.logkey import LogKey
from ledger.keys.signer import SeedSigner
from ledger.keys.suite import ED25519, LOG, SECRET_BYTES, new_secret
from ledger.log.receipt import Kept, ReceiptBook
from ledger.store.open import open_store, place_of

MAX_ORIGIN_BYTES = 200


@click.command("init")
@click.option(
    "--origin", required=True, help="日志标识: the log's name, such as county.example/office."
)
@click.option("--founder", required=True, help="The founder's name; they administer, no more.")
@click.option("--name", default="", help="The office's name, if other than the origin.")
@click.option(
    "--utc-offset", default="+08:00", show_default=True, help="The office's zone of time."
)
@click.option("--json", "as_json_", is_flag=True, help="Answer with one JSON object.")
@click.pass_obj
def init(  # noqa: PLR0913 -- one parameter an option
    session: Session, origin: str, founder: str, *, name: str, utc_offset: str, as_json_: bool
) -> None:
    """Start a ledger: log key, founder, founding act."""
    word = passphrase(session, f"new passphrase for {founder}", new=True)
    pin = start(
        session,
        Plan(origin, founder, name or origin, utc_offset),
        word=word,
        clock=system_clock,
    )
    if as_json_:
        as_json({"origin": pin.origin, "founding": pin.founding, "log_key": pin.log_key,
                 "log_key_ml_dsa": pin.log_key_ml_dsa})  # fmt: skip
        return
    click.echo(f"origin   {pin.origin}")
    click.echo(f"founding {pin.founding}")
    click.echo(f"log key  {pin.log_key}")
    click.echo(f"     and {pin.log_key_ml_dsa}")
    click.echo(
        f"pinned in {pin_path(session.config, pin.origin)}; keep a copy elsewhere", err=True
    )


class Plan:
    """What a new ledger is to be called, and by whom it is founded."""

    __slots__ = ("founder", "name", "origin", "utc_offset")

    def __init__(self, origin: str, founder: str, name: str, utc_offset: str) -> None:
        """Add 64 random bits to the origin, so that no two ledgers share one."""
        good = re.fullmatch(r"[^\s+\x00-\x1f]{1,120}", origin)
        if not good or len(origin.encode("utf-8", "surrogatepass")) > MAX_ORIGIN_BYTES:
            raise UsageError(
                f"origin {origin[:60]!r} is empty, too long ({MAX_ORIGIN_BYTES} bytes), or holds a space, a '+'"
                " or a control character",
                todo="choose another, such as county.example/office",
            )
        parse_offset(utc_offset)
        self.origin = f"{origin}/{os.urandom(8).hex()}"
        self.founder = founder
        self.name = name
        self.utc_offset = utc_offset


def start(session: Session, plan: Plan, *, word: str, clock: Clock) -> Pin:
    """Make keys, store and founding act; returns the pin, written to the user's folder and home.

    Raises:
        UsageError: there is a ledger here or in the store already, or a key file of that name.
        UnavailableError: a file or the store cannot be written.
    """
    home, founder_path = session.home, key_path(session.config, plan.founder)
    if (home / DATABASE).exists() or (home / STORE_URL).exists():
        raise UsageError(f"there is a ledger in {home} already", todo="choose another folder")
    if founder_path.exists():
        raise UsageError(
            f"there is a key file {founder_path.name} already", todo="move it away"
        )
    check_free(session.store_url)
    _make_folder(home)
    seed, log_secret = new_secret(ED25519), new_secret(LOG)
    log_key = LogKey(
        plan.origin, SeedSigner(log_secret[:SECRET_BYTES]), log_secret[SECRET_BYTES:]
    )
    # The key must be safe on disk before anything rests on it.
    _write_key(founder_path, seal_secret(seed, word))
    _write_key(home / LOG_KEY, seal_secret(log_secret, word, suite=LOG))
    store = open_store(session.store_url or str(home / DATABASE), create=True)
    ledger = Ledger(store, clock=clock)
    founding = Founding(
        plan.name, plan.origin, plan.utc_offset, log_key.verifier, plan.founder,
        log_key.verifier_ml_dsa,
    )  # fmt: skip
    acting, done = found(ledger, founding, SeedSigner(seed))
    if session.store_url:
        (home / STORE_URL).write_text(session.store_url + "\n")
    pin = Pin(plan.origin, log_key.verifier, done.seal, log_key.verifier_ml_dsa)
    write_pin(pin_path(session.config, plan.origin), pin)
    write_pin(home / "pin.json", pin)
    head = store.head()
    book = ReceiptBook(receipts_path(session.config, plan.origin, acting.officer))
    book.keep(Kept(head.size, head.root.hex(), done.act, done.first_index))
    return pin


def check_free(store_url: str | None) -> None:
    """Hold if the store at an address can be had and holds no ledger; None is one yet to be made.

    Asked before anything is written, so that who is refused may simply try again.

    Raises:
        UsageError: it holds a ledger already.
        UnavailableError: it cannot be reached.
    """
    if store_url is None:
        return
    with closing(open_store(store_url, create=True)) as store:
        if store.head().size:
            raise UsageError(
                f"store {place_of(store_url)} holds a ledger already",
                todo="choose another store, or work with this one from its home",
            )


def _make_folder(home: Path) -> None:
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnavailableError(f"folder {home}", str(error)) from error


def _write_key(path: Path, keyfile: KeyFile) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_keyfile(path, keyfile)
