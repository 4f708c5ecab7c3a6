"""A room with a ledger in it, in which commands are called as a shell would call them.

陈立 founded it, 周敏 is the second administrator, 孙梅 and 马兰 are clerks; all their keys lie in one
user's folder, `mine`, under one passphrase.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ledger.application.acting import Acting
from ledger.application.ledger import Ledger
from ledger.application.naming import find_officer
from ledger.audit.verdict import Pin, Verdict
from ledger.audit.verify import verify
from ledger.clock import new_id, system_clock
from ledger.commands.desk import open_ledger
from ledger.commands.enrolment import confirm_keys, make_key, propose_key, request_key
from ledger.commands.init import Plan, start
from ledger.commands.own import key_path, read_pin
from ledger.commands.session import Session
from ledger.keys import keyfile
from ledger.keys.keyfile import open_secret, parse_keyfile
from ledger.keys.signer import SeedSigner

WORD = "a passphrase of one's own"
ORIGIN = "county.example/office"
FOUNDER = "陈立"
SECOND = "周敏"
CLERKS = {"孙梅": ("经办人", "登记员"), "马兰": ("财务审核", "领导")}


@dataclass(frozen=True)
class Told:
    """What a command came to: its exit code and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def answer(self) -> Any:
        """The one JSON object that was answered."""
        assert self.code == 0, self.err
        return json.loads(self.out)


@dataclass(frozen=True)
class Room:
    """A folder with a ledger, and the command line called in it."""

    folder: Path
    call: Callable[..., Told]

    @property
    def session(self) -> Session:
        """What the commands here are told."""
        return session_of(self.folder)

    def __call__(self, *arguments: Any) -> Told:
        """Call a command on this ledger."""
        return self.call(
            "--home", self.folder / ".qifeng", "--config", self.folder / "mine",
            "--passphrase-file", self.folder / "passphrase", *arguments,
        )  # fmt: skip

    def say(self, *arguments: Any) -> Any:
        """Call a command with `--json` and return its answer."""
        return self(*arguments, "--json").answer

    def ledger(self) -> Ledger:
        """Open the ledger here."""
        return open_ledger(self.session)

    def verify(self) -> Verdict:
        """Verify all evidence against the user's own pin."""
        return verified(self.folder)


class _QuickArgon2:
    """In Argon2id's place: as quick as a hash, and as dependent on all its inputs."""

    def __init__(self, **parameters: Any) -> None:
        self.parameters = parameters

    def derive(self, word: bytes) -> bytes:
        """Return 32 bytes of the passphrase and the parameters."""
        return hashlib.sha256(repr((word, sorted(self.parameters.items()))).encode()).digest()


def quick_argon2(monkeypatch: Any) -> None:
    """Put a hash in Argon2id's place for as long as the patch holds."""
    monkeypatch.setattr(keyfile, "Argon2id", _QuickArgon2)


def session_of(folder: Path) -> Session:
    """Return the session of a room's folder."""
    return Session(folder / ".qifeng", folder / "mine", passphrase_file=folder / "passphrase")


def verified(folder: Path) -> Verdict:
    """Verify a room's evidence by the pin in its user's folder."""
    session = session_of(folder)
    (path,) = (session.config / "ledgers").glob("*/pin.json")
    pin = read_pin(path)
    ledger = open_ledger(session)
    return verify(ledger.store, pin=Pin(pin.origin, pin.log_key, pin.founding, "user"), jobs=1)


def started_room(folder: Path) -> Path:
    """Start a ledger in a folder, with officers and their keys."""
    session = session_of(folder)
    plan = Plan(ORIGIN, FOUNDER, "某县委办公室", "+08:00")
    start(session, plan, word=WORD, clock=system_clock)
    ledger = open_ledger(session)
    enrol(session, ledger, SECOND, posts=("安全保密员",), confirmer=FOUNDER)
    for name, posts in CLERKS.items():
        enrol(session, ledger, name, posts=posts)
    ledger.store.close()
    return folder


def enrol(
    session: Session,
    ledger: Ledger,
    name: str,
    *,
    posts: tuple[str, ...],
    confirmer: str = SECOND,
) -> None:
    """Enrol an officer whose key file lies in the session's folder."""
    record = f"officer/{new_id(ledger.clock())}"
    signer = make_key(session.config, name, WORD)
    request = request_key(signer, ledger=ledger.origin, name=name, officer_record=record)
    propose_key(ledger, acting(session, ledger, FOUNDER), request, posts=posts)
    confirm_keys(ledger, acting(session, ledger, confirmer), record)


def acting(session: Session, ledger: Ledger, name: str) -> Acting:
    """Return an officer, acting by their key file."""
    return Acting(find_officer(ledger, name), SeedSigner(seed_of(session.config, name)))


def seed_of(config: Path, name: str) -> bytes:
    """Return the seed in an officer's key file."""
    return open_secret(parse_keyfile(key_path(config, name).read_bytes()), WORD)
