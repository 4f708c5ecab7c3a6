"""Private fields 私密字段 that are disclosed with a bundle, each held to its event by a digest (RFC 9901).

`data/disclosures.jsonl`: `{"digest":"…","disclosure":"…","field":"…","index":7,"text":"…"}`, by index. The digest
stands in the event at that index, in `private._sd`; it is base64url of SHA-256 of the disclosure's ASCII bytes, and the
disclosure base64url of `["<salt>","<field>","<text>"]`. Of a field that is not disclosed the digest
stays, under the officer's signature, and its salt keeps it from being guessed.
"""

from __future__ import annotations

from collections.abc import Iterator

from ledger import canonical
from ledger.application.mapper import open_event
from ledger.export.part import File, Making
from ledger.family import concealed_in, hidden_by
from ledger.store.contract import EventRow
from ledger.store.disclosures import parse_disclosure

DISCLOSURES = "data/disclosures.jsonl"


def private_part(making: Making) -> Iterator[File]:
    """Yield the private fields that were asked for and that who exports may read."""
    yield File(DISCLOSURES, lambda: _lines(making))


def undisclosed(making: Making) -> int:
    """Return how many private fields of shown events are not disclosed."""
    told = sum(1 for _ in _lines(making))
    return sum(_count(making, row) for row in _carrying(making)) - told


def _carrying(making: Making) -> Iterator[EventRow]:
    kinds = {kind for kind, cls in making.kinds.items() if hidden_by(cls)}
    for row in making.scope.rows(making.log, 0, making.cover.size):
        if row.kind in kinds and row.record not in making.scope.hidden:
            yield row


def _count(making: Making, row: EventRow) -> int:
    return len(concealed_in(open_event(row.event, making.kinds)[1]).digests)


def _lines(making: Making) -> Iterator[bytes]:
    for row in _carrying(making) if making.private else ():
        happened = open_event(row.event, making.kinds)[1]
        for digest, disclosure in sorted(making.disclose(row.record, happened).items()):
            _, field, text = parse_disclosure(disclosure)
            if field in making.private:
                told = {
                    "digest": digest,
                    "disclosure": disclosure,
                    "field": field,
                    "index": row.index,
                }
                yield canonical.encode(told | {"text": text}) + b"\n"
