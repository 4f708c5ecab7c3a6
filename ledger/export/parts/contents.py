"""What is attached to events: the bytes themselves, and the list that ties them to the events.

`data/content.jsonl`: `{"digest":"…","index":7,"name":"…","path":"data/content/<digest>","salt":"<hex>",
"size_bytes":9}` for each attachment of a record that is not hidden, by index; the digest, which stands in the event,
is SHA-256 of salt ‖ bytes. Where the bytes are not here any more, `path` and `salt` are empty.
"""

from __future__ import annotations

from collections.abc import Iterator

from ledger import canonical
from ledger.application.attached import attaching_kinds, attachments
from ledger.application.mapper import open_event
from ledger.export.part import File, Making
from ledger.family import Attachment

CONTENT = "data/content/"
LIST = "data/content.jsonl"
# How an attachment's canonical bytes begin: of the events that could carry one, most need not be opened.
_BEGINNING = b'{"digest":"'


def content_part(making: Making) -> Iterator[File]:
    """Yield the attached files, each once, and their list."""
    written: set[str] = set()
    for _, attached in attached_in(making):
        held = making.log.content(attached.digest)
        if held is not None and attached.digest not in written:
            written.add(attached.digest)
            yield _file(CONTENT + attached.digest, held[1])
    yield File(LIST, lambda: _lines(making))


def attached_in(making: Making) -> Iterator[tuple[int, Attachment]]:
    """Yield (index, attachment) of the records that go in and are not hidden, by index."""
    carrying = attaching_kinds(making.kinds)
    for row in making.scope.rows(making.log, 0, making.cover.size):
        if row.kind not in carrying or _BEGINNING not in row.event:
            continue
        if row.record in making.scope.hidden:
            continue
        for attached in attachments(open_event(row.event, making.kinds)[1]):
            yield row.index, attached


def _file(path: str, content: bytes) -> File:
    return File(path, lambda: [content])


def _lines(making: Making) -> Iterator[bytes]:
    for index, attached in attached_in(making):
        held = making.log.content(attached.digest)
        told = {
            "digest": attached.digest,
            "index": index,
            "name": attached.name,
            "path": CONTENT + attached.digest if held else "",
            "salt": held[0].hex() if held else "",
            "size_bytes": attached.size_bytes,
        }
        yield canonical.encode(told) + b"\n"
