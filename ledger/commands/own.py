"""The user's own folder, outside every ledger: key files, pins and receipts.

`keys/<name>.key.json` are key files, `keys/<name>.token.json` say which token holds a key; `ledgers/<origin>/pin.json` is what the user pinned of a
ledger when they first met it, or followed its key to since; `ledgers/<origin>/receipts/<officer>.jsonl` are their receipts,
`witnesses.policy` whom they want as witnesses, `witnessed.checkpoint` the largest head these are known to have
cosigned; `witness/` is what they hold as a witness of others. Who
takes over the ledger's own folder does not have this one: that is its point.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Literal

from ledger import canonical
from ledger.errors import MalformedError, UnavailableError, UsageError
from ledger.frozen import frozen
from ledger.keys.held import KEY_SUFFIX, TOKEN_SUFFIX
from ledger.log.receipt import Kept, ReceiptBook

TSA_ROOTS = "tsa-roots.pem"
_PIN = frozenset({"founding", "log_key", "origin"})
_PIN_OF_TWO = _PIN | {"log_key_ml_dsa"}


@frozen
class Pin:
    """The root of trust: the log's origin and keys, and the digest of the founding act's seal.

    `log_key_ml_dsa` is empty where the log was founded with an Ed25519 key alone, or where the
    pin was written by hand: the founding act names the key, so its digest pins it too.
    """

    origin: str
    log_key: str
    founding: str
    log_key_ml_dsa: str = ""


@frozen
class Pinned:
    """A pin and where it came from; one from `home` is not independent of the ledger."""

    pin: Pin
    source: Literal["argument", "user", "home"]


def key_path(config: Path, name: str) -> Path:
    """Return where the key file of that name stands.

    Raises:
        UsageError: the name is no file name.
    """
    if not name or "/" in name or name.startswith("."):
        raise UsageError(f"{name!r} cannot name a key file", todo="use the officer's name")
    return keys_folder(config) / f"{name}{KEY_SUFFIX}"


def keys_folder(config: Path) -> Path:
    """Return where the user's keys lie."""
    return config / "keys"


def token_path(config: Path, name: str) -> Path:
    """Return where the token file of that name stands.

    Raises:
        UsageError: the name is no file name.
    """
    path = key_path(config, name)
    return path.with_name(f"{name}{TOKEN_SUFFIX}")


def receipts_folder(config: Path, origin: str) -> Path:
    """Return where the user's officers' receipts for that ledger lie."""
    return _ledger_folder(config, origin) / "receipts"


def receipts_path(config: Path, origin: str, officer: str) -> Path:
    """Return where the officer's receipts for that ledger stand."""
    return receipts_folder(config, origin) / f"{officer.partition('/')[2]}.jsonl"


def pin_path(config: Path, origin: str) -> Path:
    """Return where the user's pin of that ledger stands."""
    return _ledger_folder(config, origin) / "pin.json"


def policy_path(config: Path, origin: str) -> Path:
    """Return where the user's policy of that ledger stands: whom they want as witnesses."""
    return _ledger_folder(config, origin) / "witnesses.policy"


def policy_bytes(config: Path, origin: str, argument: Path | None) -> bytes:
    """Return the policy to judge witnesses by: the one named, else the user's own, else none.

    Raises:
        UnavailableError: the file cannot be read.
    """
    own = policy_path(config, origin)
    if argument is None and not own.exists():
        return b""
    return read_file(argument or own)


def receipts_of(config: Path, origin: str) -> tuple[tuple[str, tuple[Kept, ...]], ...]:
    """Return whose receipts for a ledger the user has, and them, oldest first.

    Raises:
        UnavailableError: they cannot be read. MalformedError: they are none.
    """
    paths = sorted(receipts_folder(config, origin).glob("*.jsonl"))
    return tuple((f"receipts {path.stem}", tuple(ReceiptBook(path).all())) for path in paths)


def witnessed_path(config: Path, origin: str) -> Path:
    """Return where the largest head stands that witnesses are known to have cosigned."""
    return _ledger_folder(config, origin) / "witnessed.checkpoint"


def witnessed_bytes(config: Path, origin: str) -> bytes:
    """Return that head as it is kept; empty where none is.

    Raises:
        UnavailableError: the file cannot be read.
    """
    path = witnessed_path(config, origin)
    return read_file(path) if path.exists() else b""


def witness_folder(config: Path) -> Path:
    """Return where the user's own witness key and the heads it cosigned lie."""
    return config / "witness"


def write_pin(path: Path, pin: Pin) -> None:
    """Write a pin that is not there yet; one that is stays as it is.

    Raises:
        UnavailableError: the file cannot be written.
    """
    told = {"founding": pin.founding, "log_key": pin.log_key, "origin": pin.origin}
    if pin.log_key_ml_dsa:
        told["log_key_ml_dsa"] = pin.log_key_ml_dsa
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            with path.open("xb") as file:
                file.write(canonical.encode(told) + b"\n")
    except OSError as error:
        raise UnavailableError(f"pin {path.name}", str(error)) from error


def replace_pin(path: Path, pin: Pin) -> None:
    """Put a pin in another's place, at once: whoever reads meanwhile has the one or the other.

    Raises:
        UnavailableError: the file cannot be written; what was there stays.
    """
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    draft.unlink(missing_ok=True)
    write_pin(draft, pin)
    try:
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise UnavailableError(f"pin {path.name}", str(error)) from error


def read_pin(path: Path) -> Pin:
    """Return the pin of a file.

    Raises:
        UnavailableError: the file cannot be read. MalformedError: it is no pin.
    """
    try:
        held = path.read_bytes()
    except OSError as error:
        raise UnavailableError(f"pin {path.name}", str(error)) from error
    members = canonical.parse(held.rstrip(b"\n"), "pin")
    both = isinstance(members, dict) and "log_key_ml_dsa" in members
    told = canonical.members(members, _PIN_OF_TWO if both else _PIN, "pin")
    if not all(type(each) is str for each in told.values()):
        raise MalformedError("pin", expected="text members", found="other types")
    return Pin(**told)


def find_pin(config: Path, home: Path, *, origin: str, argument: Path | None) -> Pinned | None:
    """Return the pin to verify by: the one named, else the user's own, else the home's."""
    if argument is not None:
        return Pinned(read_pin(argument), "argument")
    if pin_path(config, origin).exists():
        return Pinned(read_pin(pin_path(config, origin)), "user")
    if (home / "pin.json").exists():
        return Pinned(read_pin(home / "pin.json"), "home")
    return None


def read_file(path: Path) -> bytes:
    """Return the bytes of a file that the user named.

    Raises:
        UnavailableError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnavailableError(f"file {path.name}", error.strerror or str(error)) from error


def roots_of(session_config: Path, argument: Path | None) -> bytes:
    """Return the PEM roots of time-stamping authorities: those named, else the user's own, else none.

    The user's own stand in `tsa-roots.pem`, outside every ledger.

    Raises:
        UnavailableError: the file cannot be read.
    """
    own = session_config / TSA_ROOTS
    if argument is None and not own.exists():
        return b""
    return read_file(argument or own)


def _ledger_folder(config: Path, origin: str) -> Path:
    # A leading dot would hide the folder, or leave it: an origin of `..` is one name, not a way.
    return config / "ledgers" / re.sub(r"\A\.|[^0-9A-Za-z.\-\u4e00-\u9fff]", "_", origin)
