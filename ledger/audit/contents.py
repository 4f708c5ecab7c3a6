"""Attached content: what an event carries by digest is in the store, and is what was attached."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from ledger.application.attached import attachments
from ledger.application.purges import Purged
from ledger.errors import LedgerError, NotFoundError, ProofError
from ledger.family import Attachment, Happened
from ledger.findings import Finding
from ledger.store.contract import LogReader, RawRow


@dataclass
class ContentCheck:
    """The content that events name; `looked_at` counts it."""

    reader: LogReader
    purged: Mapping[str, Purged] = field(default_factory=dict)
    looked_at: int = 0

    def check(self, row: RawRow, happened: Happened) -> Iterator[Finding]:
        """Yield what is wrong with the content of one event."""
        for attached in attachments(happened):
            self.looked_at += 1
            yield from self._check(row, attached)

    def _check(self, row: RawRow, attached: Attachment) -> Iterator[Finding]:
        index, record = row[0], row[1]
        what = f"{attached.digest[:12]}… of {attached.size_bytes} bytes"
        try:
            held = self.reader.content(attached.digest)
        except (LedgerError, ValueError):
            message = f"content {what} cannot be read"
            yield Finding("content.unreadable", "unreadable", message, index, record)
            return
        purged = self.purged.get(attached.digest)
        if held is None and purged is not None:
            return
        if held is None:
            message = f"content {what} is not there, and no purge of it was approved"
            yield Finding("content.missing", "content missing", message, index, record)
            return
        salt, content = held
        if sha256(salt + content).hexdigest() != attached.digest:
            message = f"content {what} or its salt is not what was attached"
            yield Finding("content.digest", "edited", message, index, record)
        elif len(content) != attached.size_bytes:
            message = f"content {what} has {len(content)} bytes"
            yield Finding("content.size", "edited", message, index, record)
        elif purged is not None and purged.carried_out:
            message = f"content {what} was purged by event {purged.index}, and is there again"
            yield Finding("content.kept", "inserted", message, index, record)


def read_content(reader: LogReader, attached: Attachment) -> bytes:
    """Return attached content, checked against its salted digest and its size.

    Raises:
        NotFoundError: it is not here: purged, or never taken over.
        ProofError: what is here is not what was attached.
    """
    held = reader.content(attached.digest)
    if held is None:
        raise NotFoundError(
            "content", attached.name, todo="'qifeng verify' says whether it was lawfully purged"
        )
    salt, content = held
    if (
        sha256(salt + content).hexdigest() != attached.digest
        or len(content) != attached.size_bytes
    ):
        raise ProofError(
            f"content {attached.name}",
            f"is not the {attached.size_bytes} bytes of digest {attached.digest[:12]}… that were"
            " attached; run 'qifeng verify'",
        )
    return content
