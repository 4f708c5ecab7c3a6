"""What is known of the log outside of it: checkpoints kept or brought along, and time stamps over them."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.audit.authority import Authority
from ledger.audit.reading import UNREADABLE, kept_unreadable
from ledger.audit.verdict import Pin
from ledger.errors import LedgerError
from ledger.findings import Finding
from ledger.frozen import frozen
from ledger.log.checkpoint import Checkpoint, open_checkpoint
from ledger.log.note import Verifier
from ledger.log.receipt import Kept
from ledger.log.speaker import log_verifiers
from ledger.log.succession import LogKeys
from ledger.log.tree import root_at
from ledger.store.contract import LogReader

KEPT = "kept in the store"


@frozen
class Outside:
    """What somebody brings along to verify by: checkpoints, receipts, whom they trust, and the time.

    Attributes:
        against: (where it comes from, signed note), each held against the log.
        roots_pem: certificates of time-stamping authorities' roots in PEM; empty where none is trusted.
        policy: whom they want as witnesses (C2SP tlog-policy); empty where they name none.
        witnessed: the largest head that these are known to have cosigned; empty where none is kept.
        receipts: (whose, oldest first) of officers who keep some.
        now_seconds: the POSIX time now, after which no witness can have signed.
        since: the checkpoint from which on the log is verified, if not all of it.
    """

    against: tuple[tuple[str, bytes], ...] = ()
    roots_pem: bytes = b""
    policy: bytes = b""
    witnessed: bytes = b""
    receipts: tuple[tuple[str, tuple[Kept, ...]], ...] = ()
    now_seconds: int = 0
    since: tuple[str, bytes] | None = None


NOTHING = Outside()


@frozen
class Speakers:
    """The log's origin, and whoever knows it by its keys."""

    origin: str
    known: list[Verifier]


def speakers(authority: Authority, pin: Pin) -> Speakers:
    """Return who speaks for the log: the keys that the pinned one leads to, else that one alone."""
    if authority.succession.knows(LogKeys(pin.log_key, pin.log_key_ml_dsa)):
        return Speakers(pin.origin, authority.succession.verifiers())
    return Speakers(pin.origin, log_verifiers(pin.log_key, pin.log_key_ml_dsa))


def check_checkpoints(
    reader: LogReader, speakers: Speakers, outside: Outside, *, size: int
) -> tuple[int, list[Finding]]:
    """Return how many checkpoints were looked at, and what is wrong with them or with the log by them."""
    found: list[Finding] = []
    kept: list[tuple[str, bytes, int]] = []
    try:
        kept += [(KEPT, note, at) for at, note in reader.checkpoints()]
    except UNREADABLE as error:
        found.append(kept_unreadable("checkpoint", error))
    since = (outside.since,) if outside.since else ()
    brought = [(name, note, None) for name, note in (*since, *outside.against)]
    for where, note, kept_as in (*kept, *brought):
        found += check_head(reader, note, Place(where, kept_as, size), speakers)
    return len(kept) + len(brought), found


@frozen
class Place:
    """Where a checkpoint comes from, the size it is kept as (if kept), and how long the log is."""

    where: str
    kept_as: int | None
    log_size: int

    def named(self, size: int | None) -> str:
        """Return how findings name it."""
        told = self.kept_as if size is None else size
        return f"checkpoint {told if told is not None else '?'} {self.where}"


def check_head(
    reader: LogReader, note: bytes, place: Place, speakers: Speakers
) -> Iterator[Finding]:
    """Yield what is wrong with a signed head, or with the log by it."""
    try:
        checkpoint = open_checkpoint(note, speakers.origin, speakers.known)
    except LedgerError as error:
        yield Finding("checkpoint.signature", "edited", str(error), record=place.named(None))
        return
    if place.kept_as not in (None, checkpoint.size):
        message = f"says size {checkpoint.size}, and is kept as {place.kept_as}"
        yield Finding("checkpoint.size", "edited", message, record=place.named(None))
    yield from _held(reader, checkpoint, place)


def _held(reader: LogReader, checkpoint: Checkpoint, place: Place) -> Iterator[Finding]:
    """Hold the log against a head that its own key signed."""
    named = place.named(checkpoint.size)
    if checkpoint.size > place.log_size:
        missing = checkpoint.size - place.log_size
        message = (
            f"the log ends at {place.log_size}: {missing} events that were signed for are gone"
        )
        damage = "truncated" if place.kept_as is not None else "rolled back"
        yield Finding("checkpoint.ahead", damage, message, place.log_size, named)
        return
    try:
        root = root_at(checkpoint.size, reader.read_hashes)
    except LedgerError as error:
        yield Finding("checkpoint.root", "deleted", str(error), record=named)
        return
    if root != checkpoint.root:
        message = f"the log has another root at size {checkpoint.size} than its key signed"
        yield Finding("checkpoint.root", "forked", message, checkpoint.size - 1, named)
