"""Who speaks for a log when, read from its own events (`ledger.log.succession`)."""

from __future__ import annotations

from ledger.act import parse_event
from ledger.log.succession import Succession
from ledger.records.office import OFFICE
from ledger.store.contract import LogReader


def read_succession(reader: LogReader) -> Succession:
    """Return the keys of the log, from its founding on.

    Raises:
        MalformedError, SignatureError: a rotation does not hold.
    """
    succession = Succession()
    for row in reader.history(OFFICE):
        body = parse_event(row.event).body
        succession.learn(kind=row.kind, body=body, index=row.index)
    return succession
