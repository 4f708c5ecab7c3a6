"""The part of a bundle that proves the others: entries, seals and inclusion proofs, a span of the log at a time.

Below `data/log/`, each a line an item, canonical JSON:

* `<first index, 12 digits>/entries.jsonl`: `{"entry":{…},"index":7}` by index; of a hidden entry
  `{"hidden":"<its leaf hash, 64 hex>","index":8}`, which its salt keeps from being guessed;
* `…/proofs.jsonl`: `{"hashes":["<base64>",…],"index":7}` for each of those lines, hidden ones too:
  inclusion under the checkpoint, from the leaf's sibling up (RFC 9162 §2.1.3);
* `…/seals.jsonl`: the envelopes of the acts of those entries that are not hidden, in log order, each where
  the first such entry of its act stands;
* `checkpoint`: the signed head, with what witnesses put under it; `records.jsonl`:
  `{"events":3,"hidden":0,"record":"fund/…"}` of every record that goes in, by name: in one bundle no
  history is cut without being found;
* `witnessed.consistency`: the newest checkpoint that witnesses cosigned, with their lines, and that the
  bundle's continues it (`ledger.log.consistency`); it is there where witnesses signed one;
* `stamped/<size>`, `stamps/<size>-<digest>.tsr`: the checkpoints that time-stamping authorities
  stamped, and their answers (RFC 3161).

A span is `SPAN` indexes wide, from a multiple of it on, so that a crash costs one span's work at most.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from ledger import canonical
from ledger.act import format_entry
from ledger.export.folded import by_record
from ledger.export.part import File, Making
from ledger.export.scope import Scope, with_seals
from ledger.log.consistency import ConsistencyProof, format_consistency
from ledger.log.cosigned import note_with
from ledger.log.shape import Place
from ledger.log.tree import ReadHashes, leaf_hash, prove_consistency, prove_inclusion
from ledger.store.contract import EventRow, LogReader, SealRow

LOG = "data/log/"
CHECKPOINT = f"{LOG}checkpoint"
RECORDS = f"{LOG}records.jsonl"
WITNESSED = f"{LOG}witnessed.consistency"
ENTRIES = "entries.jsonl"
SEALS = "seals.jsonl"
PROOFS = "proofs.jsonl"
SPAN = 16_384
LEVELS = 8
BLOCK = 1 << LEVELS

Row = tuple[EventRow, SealRow]


def log_part(making: Making) -> Iterator[File]:
    """Yield the log's files, span by span."""
    size = making.cover.size
    for start in range(0, size, SPAN):
        yield from _span(making, start, min(start + SPAN, size))
    yield File(CHECKPOINT, lambda: [making.checkpoint])
    yield File(RECORDS, lambda: _record_lines(making))
    yield from _witnessed(making)
    yield from _stamped(making)


def span_folder(start: int) -> str:
    """Return the folder of the span that begins there."""
    return f"{LOG}{start:012d}/"


def _span(making: Making, start: int, stop: int) -> Iterator[File]:
    log, scope, size = making.log, making.scope, making.cover.size
    folder = span_folder(start)

    def rows() -> Iterator[Row]:
        return (each for each in with_seals(log, start, stop) if scope.takes(each[0].record))

    yield File(folder + ENTRIES, lambda: _entry_lines(rows(), scope))
    yield File(folder + SEALS, lambda: _seal_lines(rows(), making, start))
    yield File(folder + PROOFS, lambda: proof_lines(scope.rows(log, start, stop), log, size))


def _entry_lines(rows: Iterator[Row], scope: Scope) -> Iterator[bytes]:
    for row, seal in rows:
        entry = format_entry(row.event, row.recorded_at, seal.digest)
        if row.record in scope.hidden:
            yield b'{"hidden":"%s","index":%d}\n' % (leaf_hash(entry).hex().encode(), row.index)
        else:
            yield b'{"entry":%s,"index":%d}\n' % (entry, row.index)


def _seal_lines(rows: Iterator[Row], making: Making, start: int) -> Iterator[bytes]:
    last = _shown_before(making, start)
    for row, seal in rows:
        if row.record not in making.scope.hidden and seal.act != last:
            last = seal.act
            yield seal.envelope + b"\n"


def _shown_before(making: Making, start: int) -> str:
    """Return the act that runs across the span's start, if an entry of it was shown before; else nothing."""
    row = making.log.event_at(start)
    seal = making.log.seal(row.act) if row else None
    if seal is None or seal.first_index >= start:
        return ""
    before = making.scope.rows(making.log, seal.first_index, start)
    return seal.act if any(each.record not in making.scope.hidden for each in before) else ""


def proof_lines(rows: Iterable[EventRow], log: LogReader, size: int) -> Iterator[bytes]:
    """Yield the line of each entry's inclusion proof in the tree of this size, in canonical JSON."""
    for block, of_block in groupby(rows, lambda row: row.index // BLOCK):
        proofs = _Proofs(log.read_hashes, block * BLOCK, size)
        for row in of_block:
            told = '","'.join(proofs.of(row.index))
            hashes = f'"{told}"' if told else ""
            yield f'{{"hashes":[{hashes}],"index":{row.index}}}\n'.encode()


class _Proofs:
    """The inclusion proofs of one block of leaves, in base64: neighbours share nearly all hashes.

    Inside a whole block a proof climbs from neighbour to neighbour; from its root on, it is that of the
    block itself. The last block may be cut off, so that its proofs are asked for one by one.
    """

    def __init__(self, read: ReadHashes, first: int, size: int) -> None:
        self._read, self._size = _remembering(read), size
        whole = first + BLOCK <= size
        places = _places(first) if whole else []
        told = read(places) if places else []
        self._inner = dict(zip(places, map(_base64, told), strict=True))
        self._outer = self._one(first)[LEVELS:] if whole else None

    def of(self, index: int) -> list[str]:
        """Return the proof of a leaf of this block, its neighbour first."""
        if self._outer is None:
            return self._one(index)
        inner = [self._inner[level, (index >> level) ^ 1] for level in range(LEVELS)]
        return inner + self._outer

    def _one(self, index: int) -> list[str]:
        return list(map(_base64, prove_inclusion(index, self._size, self._read)))


def _remembering(read: ReadHashes) -> ReadHashes:
    """Return what reads each hash once."""
    known: dict[Place, bytes] = {}

    def recall(places: Sequence[Place]) -> Sequence[bytes]:
        missing = [each for each in places if each not in known]
        if missing:
            known.update(zip(missing, read(missing), strict=True))
        return [known[each] for each in places]

    return recall


def _places(first: int) -> list[Place]:
    """Return the places of a whole block's hashes, its root left out."""
    return [
        (level, position)
        for level in range(LEVELS)
        for position in range(first >> level, (first + BLOCK) >> level)
    ]


def _base64(hash_: bytes) -> str:
    return base64.b64encode(hash_).decode()


def _record_lines(making: Making) -> Iterator[bytes]:
    for record, count in recorded(making):
        hidden = count if record in making.scope.hidden else 0
        yield (
            canonical.encode(
                {"events": count, "hidden": hidden, "record": making.scope.alias(record)}
            )
            + b"\n"
        )


def recorded(making: Making) -> Iterator[tuple[str, int]]:
    """Yield every record that goes in, by name, and how many events it has."""
    families = [each.name for each in making.survey.families]
    rows = (
        row.record
        for row in by_record(making.log, families, making.cover.size)
        if making.scope.takes(row.record)
    )
    for record, group in groupby(rows):
        yield record, sum(1 for _ in group)


def _witnessed(making: Making) -> Iterator[File]:
    log, size = making.log, making.cover.size
    kept, notes = log.cosignatures(), dict(log.checkpoints())
    cosigned = [at for at, _, _ in kept if at <= size and at in notes]
    if cosigned:
        newest = cosigned[-1]
        hashes = tuple(prove_consistency(newest, size, log.read_hashes))
        old = note_with(notes[newest], newest, kept)
        yield _bytes(
            WITNESSED, format_consistency(ConsistencyProof(old, making.checkpoint, hashes))
        )


def _stamped(making: Making) -> Iterator[File]:
    notes, before = dict(making.log.checkpoints()), -1
    for digest, size, stamp in making.log.stamps():
        if size > making.cover.size or size not in notes:
            continue
        # They come by size: what several stamps are over goes in once.
        if size != before:
            yield _bytes(f"{LOG}stamped/{size}", notes[size])
            before = size
        yield _bytes(f"{LOG}stamps/{size}-{digest}.tsr", stamp)


def _bytes(path: str, held: bytes) -> File:
    return File(path, lambda: [held])
