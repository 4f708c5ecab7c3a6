"""A bundle in the making: files written beside its place, so that a crash leaves nothing that looks whole.

In `OUT.unfinished/` stand `bag/`, what is written so far, and `progress.jsonl`: in its first line what
was asked for and begun, then a line for each file that is whole. Who asks for the same again goes on
where it ended; who asks for something else is refused. Where nothing was noted yet it is begun anew. The tag manifest comes last, so an unfinished
bag passes no check. From the rename on the bundle is there, whole.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, cast

from ledger import canonical
from ledger.clock import parse_time
from ledger.errors import LedgerError, UnavailableError, UsageError
from ledger.export.bagit import ALGORITHMS, DATA, Summed
from ledger.frozen import frozen

SUFFIX = ".unfinished"
ZIP = ".zip"
BAG = "bag"
PACKED = "packed.zip"
PROGRESS = "progress.jsonl"
_PLAIN_FILE = 0o100644 << 16
_BEGUN = frozenset({"act", "created_at", "request", "size"})
_FILE = frozenset({*ALGORITHMS, "path", "size_bytes"})

EVERY = 500

Chunks = Callable[[], Iterable[bytes]]
Progress = Callable[[str], None]
"""Told the name of each file that is begun."""
Counting = Callable[[int, int], None]
"""Told how many lines stand in the files that are counted, and how many are expected."""


@frozen
class Begun:
    """What was asked for, by digest, and what was settled when it was begun: the same on going on."""

    request: str
    created_at: str
    size: int
    act: str


def unseen(*_: object) -> None:
    """Show nobody how far it is."""


@dataclass
class Draft:
    """The files written so far; `done` are those that are whole, `lines` what was counted in them of those `expected`."""

    out: Path
    begun: Begun
    progress: Progress = unseen
    done: dict[str, Summed] = field(default_factory=dict)
    counting: Counting = unseen
    lines: int = 0
    expected: int = 0

    @property
    def bag(self) -> Path:
        """The folder that becomes the bundle."""
        return draft_folder(self.out) / BAG

    def write(self, path: str, chunks: Chunks, *, counted: bool = False) -> Summed:
        """Write a file, unless it is whole already; returns its digests. Its lines may be counted."""
        count = self._count if counted else _pass_on
        kept = self.done.get(path)
        if kept is not None and self._is_whole(kept, count):
            return kept
        self.progress(path)
        summed = _write(self.bag / path, path, count(chunks()))
        self._note(summed)
        self.done[path] = summed
        return summed

    def finish(self) -> None:
        """Put the bundle in its place, packed where its name ends in `.zip`."""
        folder = draft_folder(self.out)
        if is_packed(self.out):
            self.progress(self.out.name)
            _pack(self.bag, folder / PACKED, self.out.stem, self.begun.created_at)
            (folder / PACKED).rename(self.out)
        else:
            self.bag.rename(self.out)
        shutil.rmtree(folder)

    def _is_whole(
        self, kept: Summed, count: Callable[[Iterable[bytes]], Iterable[bytes]]
    ) -> bool:
        path, before = self.bag / kept.path, self.lines
        if path.is_file() and _summed(kept.path, count(_read(path))) == kept:
            return True
        self.lines = before
        return False

    def _count(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        told = self.lines
        for chunk in chunks:
            self.lines += chunk.count(b"\n")
            if self.lines >= told + EVERY:
                told = self.lines
                self.counting(told, self.expected)
            yield chunk
        self.counting(self.lines, self.expected)

    def _note(self, summed: Summed) -> None:
        digests = dict(zip(ALGORITHMS, summed.digests, strict=True))
        line = canonical.encode(
            {**digests, "path": summed.path, "size_bytes": summed.size_bytes}
        )
        _append(draft_folder(self.out) / PROGRESS, line)


@contextmanager
def open_draft(out: Path, ask: Callable[[], Begun], *, progress: Progress) -> Iterator[Draft]:
    """Begin a bundle, or go on with one that was left unfinished; `ask` tells what begins now.

    What was asked for wrongly leaves nothing behind.

    Raises:
        UsageError: it is there already, another one was left unfinished in its place, or the order is wrong.
        UnavailableError: it cannot be written; what was written so far stays, to go on with.
    """
    if out.exists() or out.is_symlink():
        raise UsageError(f"{out} exists", todo="choose a new name")
    try:
        kept = _kept(out, ask(), progress)
        draft = kept or _begin(out, ask(), progress)
        try:
            yield draft
        except UsageError:
            if kept is None:
                shutil.rmtree(draft_folder(out))
            raise
    except OSError as error:
        raise UnavailableError(
            f"bundle {out.name}", error.strerror or str(error),
            todo="ask for the same again to go on with it",
        ) from error  # fmt: skip


def draft_folder(out: Path) -> Path:
    """Return where a bundle of that name is in the making."""
    return out.with_name(out.name + SUFFIX)


def is_packed(out: Path) -> bool:
    """Tell whether a bundle of that name is a zip."""
    return out.suffix.lower() == ZIP


def _begin(out: Path, begun: Begun, progress: Progress) -> Draft:
    folder = draft_folder(out)
    (folder / BAG).mkdir(parents=True, exist_ok=True)
    told = {"act": begun.act, "created_at": begun.created_at, "request": begun.request}
    _append(folder / PROGRESS, canonical.encode({**told, "size": begun.size}))
    return Draft(out, begun, progress)


def _kept(out: Path, asked: Begun, progress: Progress) -> Draft | None:
    """Return the draft that was left here, as it was begun, or None."""
    folder = draft_folder(out)
    if not folder.exists():
        return None
    told = _told(folder / PROGRESS)
    if not told and _is_bare(folder):
        return None
    if not told or told[0].get("request") != asked.request:
        raise UsageError(
            f"{folder.name} holds an unfinished bundle that was asked for otherwise",
            todo="ask for that one again, or remove the folder",
        )
    first = told[0]
    begun = Begun(str(first["request"]), str(first["created_at"]), cast("int", first["size"]), str(first["act"]))  # fmt: skip
    done = [_kept_file(each) for each in told[1:]]
    return Draft(out, begun, progress, {each.path: each for each in done})


def _is_bare(folder: Path) -> bool:
    """Tell whether a draft was cut off before anything was noted: there is nothing to go on with."""
    return folder.is_dir() and all(
        each.name == PROGRESS or (each.name == BAG and not any(each.iterdir()))
        for each in folder.iterdir()
    )


def _kept_file(told: Mapping[str, object]) -> Summed:
    digests = tuple(str(told[name]) for name in ALGORITHMS)
    return Summed(str(told["path"]), cast("int", told["size_bytes"]), digests)


def _told(path: Path) -> list[dict[str, object]]:
    """Return the lines of progress; from one on that was cut by a crash, or is none, they are dropped."""
    found: list[dict[str, object]] = []
    if not path.is_file():
        return found
    whole = path.read_bytes()
    for line in whole.split(b"\n")[:-1]:
        try:
            names = _FILE if found else _BEGUN
            found.append(canonical.members(canonical.parse(line, PROGRESS), names, PROGRESS))
        except LedgerError:
            break
    kept = b"".join(canonical.encode(each) + b"\n" for each in found)
    if kept != whole:
        path.write_bytes(kept)
    return found


def _write(place: Path, path: str, chunks: Iterable[bytes]) -> Summed:
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("wb") as file:
        summed = _summed(path, _copied(chunks, file))
        file.flush()
        os.fsync(file.fileno())
    return summed


def _pass_on(chunks: Iterable[bytes]) -> Iterable[bytes]:
    return chunks


def _copied(chunks: Iterable[bytes], file: BinaryIO) -> Iterator[bytes]:
    for chunk in chunks:
        file.write(chunk)
        yield chunk


def _summed(path: str, chunks: Iterable[bytes]) -> Summed:
    hashes = [hashlib.new(name) for name in ALGORITHMS]
    size = 0
    for chunk in chunks:
        size += len(chunk)
        for each in hashes:
            each.update(chunk)
    return Summed(path, size, tuple(each.hexdigest() for each in hashes))


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            yield chunk


def _append(path: Path, line: bytes) -> None:
    with path.open("ab") as file:
        file.write(line + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _method(name: str, top: str) -> int:
    """Return how a file is packed: attached ones as they are, for they may hold anything."""
    plain = name.startswith(f"{top}/{DATA}content/")
    return zipfile.ZIP_STORED if plain else zipfile.ZIP_DEFLATED


def _pack(bag: Path, packed: Path, top: str, created_at: str) -> None:
    """Write the zip of a bag: one folder at its top, each file dated as the bundle, by path."""
    dated = parse_time(created_at).timetuple()[:6]
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for each in sorted(path for path in bag.rglob("*") if path.is_file()):
            member = zipfile.ZipInfo(f"{top}/{each.relative_to(bag).as_posix()}", dated)
            member.compress_type = _method(member.filename, top)
            member.external_attr = _PLAIN_FILE
            with archive.open(member, "w", force_zip64=True) as target:
                for chunk in _read(each):
                    target.write(chunk)
    with packed.open("rb") as file:
        os.fsync(file.fileno())
