"""What a witness keeps: of each log the largest head that it cosigned, in one file a log.

`<folder>/<hex SHA-256 of the origin>/checkpoint` is that head with the log's and the witness's
signatures, as everybody may read it (C2SP tlog-witness, monitoring). It is written beside, made
durable and moved into place *before* the witness answers: a crash leaves the old head or the new
one, and never a signature that the witness has forgotten. One lock for all keeps two askers apart, and
two processes too.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from ledger.errors import MalformedError, UnavailableError
from ledger.log.checkpoint import Checkpoint, parse_checkpoint
from ledger.log.note import Signer, Verifier, parse_note
from ledger.log.witness import Answer, answer_request

CHECKPOINT = "checkpoint"


def place_of(origin: str) -> str:
    """Return the name of a log's folder: the hex SHA-256 of its origin."""
    return sha256(origin.encode()).hexdigest()


class WitnessBook:
    """The heads that one witness cosigned last, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        """Keep heads in this folder; it need not exist yet."""
        self.folder = folder

    def note(self, place: str) -> bytes | None:
        """Return the head kept at a log's place, cosigned, or None.

        Raises:
            UnavailableError: it cannot be read.
        """
        try:
            return (self.folder / place / CHECKPOINT).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _unavailable(error) from error

    def last(self, origin: str) -> Checkpoint | None:
        """Return the head of a log that was cosigned last, or None.

        Raises:
            UnavailableError: it cannot be read, or is no head; the witness must not sign then.
        """
        note = self.note(place_of(origin))
        try:
            return None if note is None else parse_checkpoint(parse_note(note).text)
        except MalformedError as error:
            raise UnavailableError(
                f"the head kept of {origin}", str(error), todo="restore it; sign nothing before"
            ) from error

    def answer(
        self,
        request: bytes,
        *,
        known: Callable[[str], Sequence[Verifier]],
        signers: Sequence[Signer],
    ) -> Answer:
        """Answer a request; a head that is cosigned is kept before its signature is told.

        Raises:
            UnavailableError: the head cannot be kept, or the one before is damaged; nothing was
                signed for anybody.
        """
        with self._locked():
            told = answer_request(request, known=known, last=self.last, signers=signers)
            if isinstance(told, Answer):
                return told
            origin = parse_checkpoint(parse_note(told.note).text).origin
            write_durably(self.folder / place_of(origin) / CHECKPOINT, told.note)
            return told.answer

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            _make_folder(self.folder)
            lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise _unavailable(error) from error
        try:
            # Every opening of the file is a holder of its own, so this parts threads as well.
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)


def write_durably(path: Path, content: bytes) -> None:
    """Put content in a file's place, whole or not at all, and durable when this returns.

    Raises:
        UnavailableError: it cannot be written; what was there before still is.
    """
    beside = path.with_name(f".{path.name}.new")
    try:
        _make_folder(path.parent)
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        _sync(path.parent)
        # From here on the new content outlasts a power cut.
    except OSError as error:
        raise _unavailable(error) from error


def _make_folder(folder: Path) -> None:
    """Make a folder and those above it; a file in it is as durable as the folder's own name."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for each in missing:
        _sync(each.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unavailable(error: OSError) -> UnavailableError:
    name = Path(str(error.filename)).name if error.filename else "witness's folder"
    return UnavailableError(f"file {name}", error.strerror or str(error))
