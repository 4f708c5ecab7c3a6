"""Private fields 私密字段: what an event names is in the store, sealed as it was signed, or lawfully purged.

Nothing is opened for it: an event names each disclosure by its digest and its sealed form by SHA-256, so that
whoever may not read can verify all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from ledger.act import parse_event
from ledger.application.purges import Purged
from ledger.audit.reading import fitting, readable_at
from ledger.audit.words import FieldLine
from ledger.body import parse_body
from ledger.errors import LedgerError, MalformedError
from ledger.family import Concealed, Happened, concealed_in, hidden_by
from ledger.findings import Finding
from ledger.store.contract import LogReader, RawRow

PAGE = 512
_COLUMNS = (str, int, bytes)


@dataclass
class PrivateCheck:
    """The private fields that events name; `looked_at` counts them."""

    reader: LogReader
    purged: Mapping[str, Purged] = field(default_factory=dict)
    looked_at: int = 0

    def check(self, row: RawRow, happened: Happened) -> Iterator[Finding]:
        """Yield what is wrong with the private fields of one event."""
        told = concealed_in(happened)
        if not _well_formed(told, len(hidden_by(type(happened)))):
            message = "its private fields are not told as sorted digests, each once"
            yield Finding("private.form", "rule broken", message, row[0], row[1])
        for digest, sealed in told.pairs:
            self.looked_at += 1
            yield from self._check(row, digest, sealed)

    def _check(self, row: RawRow, digest: str, sealed: str) -> Iterator[Finding]:
        index, record = row[0], row[1]
        what, purged = f"private field {digest[:12]}…", self.purged.get(digest)
        try:
            held = self.reader.disclosure(digest)
        except (LedgerError, ValueError):
            yield Finding(
                "private.unreadable", "unreadable", f"{what} cannot be read", index, record
            )
            return
        if held is None:
            if purged is None:
                message = f"{what} is not there, and no purge of it was approved"
                yield Finding("private.missing", "content missing", message, index, record)
        elif sha256(held[1]).hexdigest() != sealed:
            message = f"{what} is not what was sealed"
            yield Finding("private.digest", "edited", message, index, record)
        elif held[0] != index:
            message = f"{what} is kept under event {held[0]}"
            yield Finding("private.place", "edited", message, index, record)
        elif purged is not None and purged.carried_out:
            message = f"{what} was purged by event {purged.index}, and is there again"
            yield Finding("private.kept", "inserted", message, index, record)


def check_loose(reader: LogReader, size: int) -> Iterator[Finding]:
    """Yield every disclosure in the store that no event names, in a log of this size."""
    after = ""
    while True:
        try:
            page = reader.disclosure_page(after, PAGE)
        except (LedgerError, ValueError):
            message = f"disclosures cannot be read on after {after[:12] or 'the beginning'}"
            yield Finding(
                "private.unreadable", "unreadable", message, record="table disclosures"
            )
            return
        fit = fitting(page, _COLUMNS)
        if len(fit) < len(page):
            message = f"{len(page) - len(fit)} disclosures hold something of another type"
            yield Finding(
                "private.unreadable", "unreadable", message, record="table disclosures"
            )
        for digest, index, _ in fit:
            if index >= size or not _names(reader, index, digest):
                message = f"private field {digest[:12]}… is named by no event at {index}"
                yield Finding("private.loose", "inserted", message, record="table disclosures")
        if not page:
            return
        after = page[-1][0]


def private_lines(
    reader: LogReader,
    happened: Happened,
    texts: Mapping[str, str],
    purged: Mapping[str, Purged],
) -> Iterator[FieldLine]:
    """Yield the private fields of an event for people: `texts` are those they may read.

    Of the others it is told that they are there, `[private]`, and of those destroyed by which event.
    """
    for each in hidden_by(type(happened)):
        if each.name in texts:
            text = texts[each.name]
            yield FieldLine(each.name, each.zh, each.en, text, text)
    digests = [digest for digest, _ in concealed_in(happened).pairs]
    gone = {digest: purged[digest].index for digest in digests if digest in purged}
    told = [
        f"[purged by event {gone[each]}]"
        for each in digests
        if each in gone and reader.disclosure(each) is None
    ]
    told += ["[private]"] * (len(digests) - len(told) - len(texts))
    if told:
        yield FieldLine("private", "私密字段", "private fields", told, "、".join(told))


def _well_formed(told: Concealed, most: int) -> bool:
    digests = [digest for digest, _ in told.pairs]
    return (
        digests == sorted(set(digests)) and len(digests) == told.count and len(digests) <= most
    )


def _names(reader: LogReader, index: int, digest: str) -> bool:
    row = readable_at(reader, index)
    # What cannot be read, or is missing below the end of the log, the first pass names.
    return row is None or digest in _digests(row.event)


def _digests(encoded: bytes) -> tuple[str, ...]:
    """Return the digests of private fields in an event's bytes; none where they are no event."""
    try:
        told = parse_event(encoded).body.get("private")
        return parse_body(Concealed, told).digests if told is not None else ()
    except MalformedError:
        return ()
