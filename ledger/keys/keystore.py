"""Key files on disk: written once, read only where nobody else may read them.

`ledger.keys.keyfile` owns the bytes; this is the edge to the file system.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from ledger.errors import MalformedError, UnavailableError, UsageError
from ledger.keys.keyfile import (
    Derive,
    Header,
    KeyFile,
    argon2id,
    format_keyfile,
    open_secret,
    parse_keyfile,
)
from ledger.keys.logkey import LogKey
from ledger.keys.signer import SeedSigner
from ledger.keys.suite import ED25519, LOG, SECRET_BYTES

MAX_BYTES = 4096


def write_keyfile(path: Path, keyfile: KeyFile) -> None:
    """Write a new key file; as `write_private_file`."""
    write_private_file(path, format_keyfile(keyfile))


def write_private_file(path: Path, content: bytes) -> None:
    """Write a new small file, readable by its owner alone; it is on disk when this returns.

    A crash on the way can leave an incomplete file, which no reader accepts; the key has not been
    used by then. An existing file is never touched.

    Raises:
        UsageError: something exists at the path.
        UnavailableError: the file cannot be written; what was begun is taken away again.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise UsageError(
            f"key file {path.name}: exists already and is never overwritten",
            todo="name another file",
        ) from error
    except OSError as error:
        raise _unavailable(path, error) from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _sync_folder(path.parent)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise _unavailable(path, error) from error


def read_header(path: Path) -> Header:
    """Return the public part of a key file, without its passphrase; not proven until opened.

    Raises:
        UnavailableError: the file is missing, unreadable, or open to others.
        MalformedError: it is not a key file.
    """
    return parse_keyfile(read_private_file(path)).header


def read_keyfile(path: Path, passphrase: str, *, derive: Derive = argon2id) -> SeedSigner:
    """Return the signer of a key file.

    Raises:
        UnavailableError: the file is missing, unreadable, open to others or changed, or the
            passphrase is wrong.
        MalformedError: it is not a key file.
    """
    keyfile = parse_keyfile(read_private_file(path))
    return SeedSigner(open_secret(keyfile, passphrase, derive=derive), keyfile.header.suite)


def read_log_key(
    path: Path, name: str, passphrase: str, *, derive: Derive = argon2id
) -> LogKey:
    """Return the log's key of this name from its key file; an older file holds Ed25519 alone.

    Raises:
        UnavailableError, MalformedError: as `read_keyfile`.
    """
    keyfile = parse_keyfile(read_private_file(path))
    if keyfile.header.suite not in (ED25519, LOG):
        raise MalformedError("log key suite", expected=LOG, found=keyfile.header.suite)
    secret = open_secret(keyfile, passphrase, derive=derive)
    return LogKey(name, SeedSigner(secret[:SECRET_BYTES]), secret[SECRET_BYTES:] or None)


def read_private_file(path: Path) -> bytes:
    """Return the bytes of a small file that nobody but its owner may read or write.

    Raises:
        UnavailableError: the file is missing, unreadable, no plain file, or open to others.
        MalformedError: it is larger than any key file.
    """
    try:
        # Not blocking: a pipe in the file's place must not hold us up.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(descriptor, "rb") as file:
            # Asked of the open file, so that it is not exchanged between asking and reading.
            mode = os.fstat(file.fileno()).st_mode
            content = file.read(MAX_BYTES + 1) if stat.S_ISREG(mode) else b""
    except OSError as error:
        raise _unavailable(path, error) from error
    _check_mode(path, mode)
    if len(content) > MAX_BYTES:
        raise MalformedError(
            f"key file {path.name}", expected=f"at most {MAX_BYTES} bytes", found="more"
        )
    return content


def _check_mode(path: Path, mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise UnavailableError(
            f"key file {path.name}", "is no plain file", todo="name the key file itself"
        )
    if os.name == "posix" and mode & 0o077:
        raise UnavailableError(
            f"key file {path.name}",
            f"mode {mode & 0o777:04o} is open to others, expected 0600",
            todo="run chmod 600 on it; if others may have read it, enrol a new key",
        )


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":  # pragma: no branch - other systems cannot sync a folder
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _unavailable(path: Path, error: OSError) -> UnavailableError:
    return UnavailableError(f"key file {path.name}", error.strerror or "cannot be used")
