"""Opening what a command works with: the ledger, the acting officer, a passphrase."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ledger.application.acting import Acting
from ledger.application.ledger import Ledger
from ledger.application.naming import find_officer
from ledger.clock import Clock, system_clock
from ledger.commands.own import keys_folder, receipts_path, witnessed_bytes
from ledger.commands.session import Session
from ledger.errors import KeyNotTrustedError, NotFoundError, UnavailableError, UsageError
from ledger.keys.held import Held, held_keys
from ledger.keys.logkey import LogKey
from ledger.keys.signer import Signer
from ledger.keys.suite import ED25519
from ledger.log.checkpoint import parse_checkpoint
from ledger.log.note import parse_note, parse_vkey
from ledger.log.receipt import ReceiptBook
from ledger.log.standing import KnownHead
from ledger.records.office import OFFICE
from ledger.store.open import open_store

DATABASE = "ledger.db"
LOG_KEY = "log.key.json"
# The first key of the log, and each that took its place: `new_log_key_name`.
LOG_KEYS = "log.*key.json"
STORE_URL = "store.url"


def store_url(session: Session) -> str:
    """Return the store's address: the one given, the one kept in the home, else SQLite there."""
    if session.store_url:
        return session.store_url
    kept = session.home / STORE_URL
    if kept.exists():
        return kept.read_text().strip()
    return str(session.home / DATABASE)


def open_ledger(session: Session, *, clock: Clock = system_clock) -> Ledger:
    """Open the ledger of a session.

    Raises:
        NotFoundError: there is no ledger here.
        UnavailableError: its store cannot be opened.
    """
    url = store_url(session)
    if "://" not in url and not Path(url).exists():
        raise NotFoundError("ledger", str(session.home), todo="start one with 'qifeng init'")
    ledger = Ledger(open_store(url), clock=clock)
    if not ledger.store.head().size:
        raise NotFoundError("ledger", url, todo="start one with 'qifeng init'")
    return ledger


def open_acting(session: Session, ledger: Ledger, *, on_behalf_of: str | None = None) -> Acting:
    """Return the officer who acts: the one named by `--as`, else the only one with a key here.

    Raises:
        UsageError: several officers have keys here, or none has.
        KeyNotTrustedError: the named officer has no good key here.
    """
    keys = _keys_here(session, ledger)
    officer = _named_or_only(session, ledger, keys)
    held = keys.get(officer, [])
    if not held:
        raise KeyNotTrustedError(
            officer, f"no good key of {session.actor or officer} in {session.config / 'keys'}"
        )
    principal = find_officer(ledger, on_behalf_of) if on_behalf_of else None
    book = ReceiptBook(receipts_path(session.config, ledger.origin, officer))
    witnessed = witnessed_head(session, ledger)
    return Acting(officer, open_signer(session, held[0]), principal, book, witnessed)


def witnessed_head(session: Session, ledger: Ledger) -> KnownHead | None:
    """Return the largest head of the ledger that witnesses are known to have cosigned, or None.

    Raises:
        MalformedError: the file in the user's own folder is no checkpoint.
    """
    note = witnessed_bytes(session.config, ledger.origin)
    if not note:
        return None
    checkpoint = parse_checkpoint(parse_note(note).text)
    return KnownHead(checkpoint.size, checkpoint.root, "a witness")


def find_acting(session: Session, ledger: Ledger) -> str:
    """Return who asks: the officer named by `--as`, else the only one with a key here; none is opened.

    Raises:
        UsageError: several officers have keys here, or none has.
    """
    return _named_or_only(session, ledger, {} if session.actor else _keys_here(session, ledger))


def open_signer(session: Session, held: Held) -> Signer:
    """Return the signer of a key: the agent or the token that holds it, else by its passphrase.

    Raises:
        UnavailableError: the file cannot be opened, or no passphrase or PIN can be had.
    """
    # What signs is loaded only where somebody signs.
    from ledger.keys.agent import AgentSigner, list_identities  # noqa: PLC0415
    from ledger.keys.keystore import read_keyfile  # noqa: PLC0415

    if held.in_token:
        return _open_token(session, held.path)
    if session.agent_socket and held.suite == ED25519:
        try:
            known = {each.public for each in list_identities(Path(session.agent_socket))}
        except UnavailableError:
            known = set()
        if held.public[0] in known:
            return AgentSigner(Path(session.agent_socket), held.public[0])
    return read_keyfile(held.path, passphrase(session, f"passphrase of {held.path.name}"))


def _open_token(session: Session, path: Path) -> Signer:
    # The token's library is loaded only where somebody has a token.
    from ledger.keys.keystore import read_private_file  # noqa: PLC0415
    from ledger.keys.pkcs11 import TokenSigner, parse_token_file  # noqa: PLC0415

    file = parse_token_file(read_private_file(path))
    return TokenSigner(file, passphrase(session, f"PIN of token {file.place.token}"))


def open_log_key(session: Session, ledger: Ledger) -> LogKey:
    """Return the log's key from the home, by its passphrase.

    Raises:
        UnavailableError: the file cannot be opened, or no passphrase can be had.
        KeyNotTrustedError: it is not the key that speaks for this log.
    """
    from ledger.keys.keystore import read_log_key  # noqa: PLC0415

    office = ledger.state(OFFICE)
    path = log_key_path(session, office.log_key)
    word = passphrase(session, "passphrase of the log's key")
    key = read_log_key(path, ledger.origin, word)
    if (key.verifier, key.verifier_ml_dsa) != (office.log_key, office.log_key_ml_dsa):
        raise KeyNotTrustedError(
            key.note_key_id.hex(), f"{path.name} is not the key that speaks for this log"
        )
    return key


def log_key_path(session: Session, verifier: str) -> Path:
    """Return where the log's key of this verifier key lies: by its key ID, or as `init` named it."""
    named = session.home / new_log_key_name(verifier)
    return named if named.exists() else session.home / LOG_KEY


def new_log_key_name(verifier: str) -> str:
    """Return the file name of a log's key that takes the place of another."""
    return f"log.{parse_vkey(verifier).key_id.hex()}.key.json"


def passphrase(session: Session, prompt: str, *, new: bool = False) -> str:
    """Return the passphrase: from the file given, else asked for on a terminal.

    Raises:
        UnavailableError: there is neither a file nor a terminal.
    """
    if session.passphrase_file is not None:
        try:
            return session.passphrase_file.read_text().rstrip("\n")
        except (OSError, UnicodeDecodeError) as error:
            raise UnavailableError("passphrase file", str(error)) from error
    if not sys.stdin.isatty():
        raise UnavailableError(
            "passphrase",
            "no terminal to ask on",
            todo="give --passphrase-file, or use ssh-agent",
        )
    answer: str = click.prompt(prompt, hide_input=True, confirmation_prompt=new, err=True)
    return answer


def _keys_here(session: Session, ledger: Ledger) -> dict[str, list[Held]]:
    """Return the officers who have good keys in the user's folder, and the keys."""
    found: dict[str, list[Held]] = {}
    for held in held_keys(keys_folder(session.config)):
        key = ledger.state(f"key/{held.key}")
        if key.good:
            found.setdefault(key.officer, []).append(held)
    return found


def _named_or_only(session: Session, ledger: Ledger, keys: dict[str, list[Held]]) -> str:
    if session.actor:
        return find_officer(ledger, session.actor)
    return _only_officer(ledger, keys)


def _only_officer(ledger: Ledger, keys: dict[str, list[Held]]) -> str:
    if len(keys) == 1:
        return next(iter(keys))
    if not keys:
        raise UsageError(
            "no key of this ledger here", todo="make one with 'qifeng key new NAME'"
        )
    names = ", ".join(str(ledger.state(each).name) for each in keys)
    raise UsageError(
        f"several officers have keys here ({names})", todo="say who acts: --as NAME"
    )
