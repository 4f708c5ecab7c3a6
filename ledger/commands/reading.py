"""Reading keys 阅读密钥 at the desk: making one, telling it, and opening what an officer may read with it.

`keys/<officer's name>.reading.json` in the user's own folder is a key file of the suite `x25519`. Who loses it
makes another and is let into each compartment again.
"""

from __future__ import annotations

import base64
from pathlib import Path

import click

from ledger.application.acting import Request, Step
from ledger.application.ledger import Ledger
from ledger.application.membership import Reader
from ledger.clock import new_id
from ledger.commands.desk import find_acting, open_acting, open_ledger, passphrase
from ledger.commands.own import key_path
from ledger.commands.session import Session
from ledger.commands.telling import tell_done
from ledger.errors import NotFoundError, UsageError
from ledger.family import Verb
from ledger.keys.hpke import ReadingKey
from ledger.keys.keyfile import open_secret, parse_keyfile, seal_secret
from ledger.keys.keystore import read_private_file, write_keyfile
from ledger.keys.suite import READING, new_secret
from ledger.records import officer

TELL = Verb(
    "tell-reading-key",
    "登记阅读公钥",
    "Tell one's own reading key.",
    officer.ReadingKeyTold,
    officer.tell_reading_key,
)


@click.command("reading")
@click.option("--json", "as_json_", is_flag=True, help="Answer with one JSON object.")
@click.pass_obj
def reading(session: Session, *, as_json_: bool) -> int:
    """Make the key that you read private fields with, and record its public half.

    Its file lies beside your other keys, under the same passphrase; a compartment is opened to it by a member.
    """
    ledger = open_ledger(session)
    acting = open_acting(session, ledger)
    path = reading_path(session.config, str(ledger.state(acting.officer).name))
    if path.exists():
        raise UsageError(
            f"there is a reading key {path.name} already",
            todo="move it away if it is lost or spoilt",
        )
    secret = new_secret(READING)
    word = passphrase(session, "passphrase of the reading key", new=True)
    write_keyfile(path, seal_secret(secret, word, suite=READING))
    draft = officer.ReadingKeyTold(public=base64.b64encode(ReadingKey(secret).public).decode())
    done = ledger.act(
        acting, Request(new_id(ledger.clock()), (Step(TELL, acting.officer, draft),))
    )
    return tell_done(ledger, done, machine=as_json_)


def reading_path(config: Path, name: str) -> Path:
    """Return where an officer's reading key lies.

    Raises:
        UsageError: the name is no file name.
    """
    return key_path(config, name).with_name(f"{name}.reading.json")


def open_reader(session: Session, ledger: Ledger) -> Reader:
    """Return the officer who asks, with their reading key.

    Raises:
        NotFoundError: they have none here.
        UnavailableError: its passphrase is wrong, or none can be had.
    """
    asking = find_acting(session, ledger)
    name = str(ledger.state(asking).name)
    path = reading_path(session.config, name)
    if not path.exists():
        raise NotFoundError("reading key of", name, todo="make one: 'qifeng key reading'")
    keyfile = parse_keyfile(read_private_file(path))
    secret = open_secret(keyfile, passphrase(session, f"passphrase of {path.name}"))
    return Reader(ledger, asking, ReadingKey(secret))
