"""Writing a bundle: a BagIt bag of parts, each file streamed, with the log's signature outermost.

The parts (`ledger.export.part`) come first, then the bag's own files, the tag manifests last of all, and
the note that signs them. What was begun and cut off is gone on with (`ledger.export.draft`). Memory holds
a line a file and a page of the log, whatever the log's size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from ledger.export.bagit import (
    ABOUT,
    ALGORITHMS,
    BAGIT,
    DATA,
    DECLARATION,
    Summed,
    format_about,
    format_manifest,
    manifest,
    tag_manifest,
)
from ledger.export.cover import COVER, NOTE, Cover, format_cover, sign_bundle
from ledger.export.draft import Draft
from ledger.export.page import page_files
from ledger.export.part import Making, Part
from ledger.export.steps import is_counted
from ledger.log.note import Signer

_GIGABYTE, _MEGABYTE = 10**9, 10**6


def write_bundle(
    making: Making, parts: Sequence[Part], draft: Draft, *, signers: Sequence[Signer]
) -> bytes:
    """Write the files of all parts and what makes them a bag; returns the outermost manifest's bytes.

    The draft is not put in its place: that is for the caller, once the bundle is recorded.
    """
    summed = making.written
    for part in parts:
        for file in part(making):
            counted = is_counted(file.path)
            summed.append(draft.write(file.path, file.chunks, counted=counted))
    payload = sorted(each for each in summed if each.path.startswith(DATA))
    tags = [each for each in summed if not each.path.startswith(DATA)]
    pages = page_files(making, draft.bag, payload)
    tags += [draft.write(file.path, file.chunks) for file in pages]
    tags.append(draft.write(BAGIT, lambda: [DECLARATION]))
    tags.append(draft.write(ABOUT, lambda: [format_about(_about(making.cover, payload))]))
    tags.append(draft.write(COVER, lambda: [format_cover(making.cover)]))
    tags += [draft.write(manifest(name), _lines(payload, name)) for name in ALGORITHMS]
    for name in ALGORITHMS:
        draft.write(tag_manifest(name), _lines(sorted(tags), name))
    outermost = (draft.bag / tag_manifest(ALGORITHMS[0])).read_bytes()
    note = sign_bundle(outermost, making.cover.origin, signers)
    draft.write(NOTE, lambda: [note])
    return outermost


def _lines(files: Sequence[Summed], algorithm: str) -> Callable[[], Iterable[bytes]]:
    return lambda: format_manifest(files, algorithm)


def _about(cover: Cover, payload: Sequence[Summed]) -> list[tuple[str, str]]:
    """Return what `bag-info.txt` says (RFC 8493 §2.2.2)."""
    total = sum(each.size_bytes for each in payload)
    return [
        ("Source-Organization", cover.origin),
        ("External-Description", cover.purpose or "Qifeng 骑缝 bundle of records"),
        ("External-Identifier", f"{cover.origin} size {cover.size}"),
        ("Internal-Sender-Identifier", cover.root),
        ("Bagging-Date", cover.created_at[:10]),
        ("Bag-Size", _size(total)),
        ("Payload-Oxum", f"{total}.{len(payload)}"),
    ]


def _size(size_bytes: int) -> str:
    if size_bytes >= _GIGABYTE:
        return f"{size_bytes / _GIGABYTE:.1f} GB"
    return f"{size_bytes / _MEGABYTE:.1f} MB"
