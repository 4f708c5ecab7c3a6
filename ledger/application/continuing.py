"""The door for appends: nobody signs over a log that does not continue what they keep of it elsewhere.

Kept elsewhere are the officer's own receipts and the largest head that witnesses are known to have
cosigned. Where the log is behind or beside one of them, only an incident 数据安全事件 that says so lets an
act through: one that was recorded before, or the act that records it.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from ledger.act import open_seal
from ledger.application.acting import Acting, Request
from ledger.application.incidents import lost_by, read_incidents
from ledger.errors import LedgerError, ProofError
from ledger.log.receipt import Kept, ReceiptBook
from ledger.log.standing import KnownHead, Lost, binding
from ledger.log.tree import check_consistency, prove_consistency
from ledger.records.incident import Recorded
from ledger.store.contract import Head, LogStore


def check_continues(
    store: LogStore, head: Head, acting: Acting, requests: Sequence[Request]
) -> None:
    """Hold if the log continues what this officer keeps of it, or an incident excuses that it does not.

    Raises:
        ProofError: it does not; the message says whether it is behind or another log.
    """
    book, witnessed = acting.receipts, acting.witnessed
    last = book.last() if book else None
    problem = _of_receipt(store, head, last) or _of_head(store, head, witnessed)
    if problem is None:
        return
    lost = [*read_incidents(store), *_about_to_be_recorded(requests)]
    kept = book.all() if book else []
    left = binding(kept, lost)
    excused = witnessed is None or any(each.names(witnessed) for each in lost)
    if _of_receipt(store, head, left[-1] if left else None) or not (
        excused or _of_head(store, head, witnessed) is None
    ):
        raise ProofError("store", problem)
    if book is not None:
        _accept(store, book, kept, lost)


def check_witnessed(store: LogStore, head: Head, witnessed: KnownHead | None) -> None:
    """Hold if the log continues the head that witnesses cosigned, or an incident says that head is lost.

    Raises:
        ProofError: it does not; who signed it now would show two people two histories.
    """
    problem = _of_head(store, head, witnessed)
    if problem is None or witnessed is None:
        return
    if not any(each.names(witnessed) for each in read_incidents(store)):
        raise ProofError("store", problem)


def _of_receipt(store: LogStore, head: Head, last: Kept | None) -> str | None:
    """Return why the log does not continue the officer's last receipt, or None."""
    if last is None or last.size == 0:
        return None
    if head.size <= last.index:
        return (
            f"it ends at {head.size}, your own act {last.act} stands at {last.index}:"
            " it was rolled back or cut; do not sign, call the administrator"
        )
    known = KnownHead(last.size, bytes.fromhex(last.root), f"your own act {last.act}")
    return _of_head(store, head, known)


def _of_head(store: LogStore, head: Head, known: KnownHead | None) -> str | None:
    """Return why the log does not continue a head that is kept elsewhere, or None."""
    if known is None:
        return None
    if known.size > head.size:
        return (
            f"it ends at {head.size}, {known.where} has seen size {known.size}:"
            " it was rolled back or cut; do not sign, call the administrator"
        )
    try:
        check_consistency(
            old_size=known.size,
            new_size=head.size,
            old_root=known.root,
            new_root=head.root,
            proof=prove_consistency(known.size, head.size, store.read_hashes),
        )
    except ProofError:
        pass
    else:
        return None
    return (
        f"it has another past than the log of size {known.size} that {known.where} has seen: it was"
        " forked; do not sign, call the administrator"
    )


def _about_to_be_recorded(requests: Sequence[Request]) -> list[Lost]:
    return [
        lost_by(request.act, step.draft)
        for request in requests
        for step in request.steps
        if isinstance(step.draft, Recorded)
    ]


def _accept(store: LogStore, book: ReceiptBook, kept: Sequence[Kept], lost: list[Lost]) -> None:
    """Note in a book that it was excused: from now on it binds again, whatever it keeps."""
    noted = {each.act for each in kept}
    for each in lost:
        recorded = store.find_act(each.act)
        if each.act in noted or recorded is None or not any(map(each.covers, kept)):
            continue
        with suppress(LedgerError):
            size, root = open_seal(recorded.envelope).act.seen
            book.keep(Kept(size, root, each.act, recorded.first_index))
