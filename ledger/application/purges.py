"""Purges 销毁 of a log: what may be gone, by which approval; what a record has that could go."""

from __future__ import annotations

from collections.abc import Mapping

from ledger.application.attached import attachments
from ledger.application.ledger import Ledger
from ledger.application.mapper import open_event
from ledger.errors import LedgerError
from ledger.family import concealed_in
from ledger.frozen import frozen
from ledger.records import purge
from ledger.store.contract import LogReader

_KINDS = {cls.KIND: cls for cls in purge.EVENTS}


@frozen
class Purged:
    """An approved purge: the index of the approval, and whether it was carried out."""

    index: int
    carried_out: bool


def read_purged(reader: LogReader) -> dict[str, Purged]:
    """Return what was approved to be destroyed, by digest; what cannot be read is `verify`'s to name."""
    found: dict[str, Purged] = {}
    after = ""
    try:
        while page := reader.records("purge", after=after):
            for record in page:
                found.update(_of_one(reader, record))
            after = page[-1]
    except (LedgerError, ValueError):
        return found
    return found


def _of_one(reader: LogReader, record: str) -> Mapping[str, Purged]:
    digests: tuple[str, ...] = ()
    approved, carried_out = -1, False
    for row in reader.history(record):
        try:
            _, happened = open_event(row.event, _KINDS)
        except LedgerError:
            continue
        if isinstance(happened, purge.Approved):
            approved, digests = row.index, happened.digests
        carried_out = carried_out or isinstance(happened, purge.CarriedOut)
    return dict.fromkeys(digests, Purged(approved, carried_out)) if approved >= 0 else {}


def purgeable(ledger: Ledger, record: str, version: int | None = None) -> list[str]:
    """Return the digests of the content and private fields of a record that are in the store still.

    With a version, those of that event alone.
    """
    found: list[str] = []
    for row in ledger.store.history(record):
        if version is None or row.version == version:
            _, happened = open_event(row.event, ledger.kinds)
            found += [each.digest for each in attachments(happened)]
            found += [digest for digest, _ in concealed_in(happened).pairs]
    return [each for each in dict.fromkeys(found) if is_held(ledger.store, each)]


def is_held(reader: LogReader, digest: str) -> bool:
    """Tell whether content or a private field is in the store."""
    return reader.content(digest) is not None or reader.disclosure(digest) is not None
