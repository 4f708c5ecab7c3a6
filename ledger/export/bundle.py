"""Writing a bundle: chosen records' entries with seals and proofs, under one signed checkpoint.

Besides the chosen records a bundle always holds every event of the office, its officers and their
keys, for without them nobody could tell whose signatures these are. The folder is written beside
its place and renamed at the end: a crash leaves a folder that is recognisably unfinished.

Files, each a line an item, canonical JSON:

* `entries.jsonl`: `{"entry":{…},"index":7}` by index;
* `seals.jsonl`: the envelopes of the acts that hold those entries, each once, in log order;
* `proofs.jsonl`: `{"hashes":["<base64>",…],"index":7}`, inclusion under the checkpoint;
* `checkpoint`: the signed head; `README.txt`: what this is and how to check it.
"""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ledger import canonical
from ledger.act import format_entry
from ledger.clock import parse_time
from ledger.errors import NotFoundError, UnavailableError, UsageError
from ledger.export.manifest import (
    MANIFEST,
    NOTE,
    Listed,
    Manifest,
    format_manifest,
    sign_manifest,
)
from ledger.keys.logkey import LogKey
from ledger.log.checkpoint import Checkpoint, sign_checkpoint
from ledger.log.speaker import head_signers, log_signer
from ledger.log.tree import prove_inclusion
from ledger.store.contract import EventRow, Head, LogReader, LogStore

AUTHORITY = ("office", "officer", "key")
_ALL = 10_000_000


@dataclass(frozen=True, slots=True)
class Cover:
    """What stands on a bundle's cover, besides the log's keys: founding and time of making."""

    origin: str
    founding: str
    created_at: str


def write_bundle(
    store: LogStore, out: Path, *, records: Sequence[str], cover: Cover, key: LogKey
) -> Manifest:
    """Write the bundle of these records into a new folder; returns its manifest.

    Checkpoint and manifest are signed by the log's key: the one by both of its halves, the other,
    which is no checkpoint, with Ed25519.

    Raises:
        UsageError: the folder exists. NotFoundError: a record has no events.
        UnavailableError: the folder cannot be written.
    """
    if out.exists():
        raise UsageError(f"{out} exists", todo="choose a new folder")
    with store.snapshot() as pinned:
        rows = _rows(pinned, records)
        head = pinned.head()
        draft = out.with_name(out.name + ".unfinished")
        try:
            shutil.rmtree(draft, ignore_errors=True)
            draft.mkdir(parents=True)
            files = _write_parts(pinned, draft, rows=rows, size=head.size)
            files.append(
                _write(draft, "checkpoint", "checkpoint", [_sign_head(head, cover, key)])
            )
            files.append(
                _write(
                    draft, "reading", "README.txt", [_reading(cover, key, records, len(rows))]
                )
            )
            manifest = Manifest(
                origin=cover.origin, log_key=key.verifier, log_key_ml_dsa=key.verifier_ml_dsa,
                founding=cover.founding, created_at=cover.created_at, size=head.size, root=head.root.hex(),
                scope=tuple(sorted(records)),
                counts=(("entries", len(rows)), ("records", len(records))),
                files=tuple(files),
            )  # fmt: skip
            encoded = format_manifest(manifest)
            _write(draft, "manifest", MANIFEST, [encoded])
            _write(
                draft, "note", NOTE, [sign_manifest(encoded, cover.origin, [log_signer(key)])]
            )
            draft.rename(out)
        except OSError as error:
            raise UnavailableError(
                f"bundle {out.name}", str(error), todo="nothing was exported"
            ) from error
    return manifest


def _sign_head(head: Head, cover: Cover, key: LogKey) -> bytes:
    signers = head_signers(key, int(parse_time(cover.created_at).timestamp()))
    return sign_checkpoint(Checkpoint(cover.origin, head.size, head.root), signers)


def _rows(store: LogReader, records: Sequence[str]) -> list[EventRow]:
    rows: dict[int, EventRow] = {}
    authority = [each for family in AUTHORITY for each in store.records(family, limit=_ALL)]
    for record in dict.fromkeys([*records, *authority]):
        history = store.history(record)
        if not history:
            raise NotFoundError("record", record)
        rows.update((row.index, row) for row in history)
    return [rows[index] for index in sorted(rows)]


def _write_parts(
    store: LogReader, draft: Path, *, rows: Sequence[EventRow], size: int
) -> list[Listed]:
    seals: dict[str, tuple[str, bytes]] = {}
    for row in rows:
        if row.act not in seals:
            found = store.seal(row.act)
            if found is None:
                raise NotFoundError("seal of act", row.act, todo="run 'qifeng verify'")
            seals[row.act] = (found.digest, found.envelope)
    return [
        _write(
            draft, "entries", "entries.jsonl", _entry_lines(rows, lambda act: seals[act][0])
        ),
        _write(
            draft, "seals", "seals.jsonl", (envelope + b"\n" for _, envelope in seals.values())
        ),
        _write(draft, "proofs", "proofs.jsonl", _proof_lines(store, rows, size)),
    ]


def _entry_lines(rows: Sequence[EventRow], seal_of: Callable[[str], str]) -> Iterator[bytes]:
    for row in rows:
        entry = format_entry(row.event, row.recorded_at, seal_of(row.act))
        yield b'{"entry":%s,"index":%d}\n' % (entry, row.index)


def _proof_lines(store: LogReader, rows: Sequence[EventRow], size: int) -> Iterator[bytes]:
    for row in rows:
        hashes = prove_inclusion(row.index, size, store.read_hashes)
        told = [base64.b64encode(each).decode() for each in hashes]
        yield canonical.encode({"hashes": told, "index": row.index}) + b"\n"


def _write(folder: Path, kind: str, path: str, chunks: Iterable[bytes]) -> Listed:
    digest = hashlib.sha256()
    size = 0
    with (folder / path).open("xb") as file:
        for chunk in chunks:
            file.write(chunk)
            digest.update(chunk)
            size += len(chunk)
        file.flush()
        os.fsync(file.fileno())
    return Listed(kind, path, digest.hexdigest(), size)


def _reading(cover: Cover, key: LogKey, records: Sequence[str], entries: int) -> bytes:
    return (
        f"Qifeng 骑缝 bundle of the log {cover.origin}\n"
        f"made at {cover.created_at}: {len(records)} records asked for, {entries} entries in all\n"
        f"(every event of the office, its officers and their keys is included).\n\n"
        f"log key   {key.verifier}\n          {key.verifier_ml_dsa}\nfounding  {cover.founding}\n"
        "Compare them with what the office gave you by another way; a copy in here proves nothing.\n\n"
        "Check it with: qifeng check THIS-FOLDER\n"
        "Each line of entries.jsonl is a leaf of an RFC 6962 tree (SHA-256); proofs.jsonl leads it to\n"
        "the root in the file checkpoint, a C2SP signed note; seals.jsonl holds the officers'\n"
        "signatures (DSSE, Ed25519); manifest.json lists every file and manifest.note signs it.\n"
    ).encode()
