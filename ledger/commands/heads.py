"""The log's signed head: kept in the store, signed once, never beside another of the same size."""

from __future__ import annotations

from ledger.application.continuing import check_witnessed
from ledger.application.ledger import Ledger
from ledger.application.succession import read_succession
from ledger.commands.desk import open_log_key, witnessed_head
from ledger.commands.session import Session
from ledger.errors import ProofError
from ledger.log.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from ledger.log.note import Verifier
from ledger.log.speaker import head_signers
from ledger.log.tree import check_consistency, prove_consistency
from ledger.store.contract import Head


def log_keys(ledger: Ledger) -> list[Verifier]:
    """Return whoever knows this log by the keys that its founding act names or leads to."""
    return read_succession(ledger.store).verifiers()


def signed_head(session: Session, ledger: Ledger) -> tuple[Checkpoint, bytes]:
    """Return the log's head as a signed checkpoint, which the store keeps too.

    A head that was signed before is not signed again, and asks for no passphrase.

    Raises:
        UnavailableError: the log's key cannot be opened.
        ProofError: the log is not a continuation of a checkpoint that the store keeps, or of the head that
            witnesses are known to have cosigned.
        KeyNotTrustedError: the log's key was rotated while this ran.
    """
    head = ledger.store.head()
    checkpoint = Checkpoint(ledger.origin, head.size, head.root)
    kept = _kept_head(ledger, head)
    if kept is not None:
        return checkpoint, kept
    check_witnessed(ledger.store, head, witnessed_head(session, ledger))
    key = open_log_key(session, ledger)
    note = sign_checkpoint(checkpoint, head_signers(key, int(ledger.clock().timestamp())))
    # Where the key was rotated meanwhile, this head may be another's to sign.
    open_checkpoint(note, ledger.origin, log_keys(ledger))
    try:
        ledger.store.add_checkpoint(head.size, note)
    except ProofError:
        # Somebody else signed it meanwhile: theirs is kept, and says the same or is refused.
        theirs = _kept_head(ledger, head)
        assert theirs is not None, "the store keeps the checkpoint it spoke of"
        note = theirs
    return checkpoint, note


def _kept_head(ledger: Ledger, head: Head) -> bytes | None:
    """Return the newest checkpoint kept if it is the head's; the log must continue it."""
    checkpoints = ledger.store.checkpoints()
    if not checkpoints:
        return None
    size, note = checkpoints[-1]
    kept = open_checkpoint(note, ledger.origin, log_keys(ledger))
    if not kept.size == size <= head.size:
        raise ProofError(
            f"checkpoint of size {kept.size}, kept as {size}",
            f"the log ends at {head.size}: it was rolled back or cut; sign nothing, run 'qifeng verify'",
        )
    check_consistency(
        old_size=kept.size,
        new_size=head.size,
        old_root=kept.root,
        new_root=head.root,
        proof=prove_consistency(kept.size, head.size, ledger.store.read_hashes),
    )
    return note if size == head.size else None
