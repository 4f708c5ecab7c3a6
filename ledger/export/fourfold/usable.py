"""可用性: whether what is here can be read now and later: metadata, tables, formats, nothing locked or packed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from ledger.errors import LedgerError
from ledger.export.archive.layout import FOLDERS, PREMIS
from ledger.export.bagit import DATA
from ledger.export.formats import ALLOWED, PACKED
from ledger.export.fourfold.outcome import Outcome, outcome
from ledger.export.fourfold.package import Package, Seen
from ledger.export.held import Held, read_capped
from ledger.export.markup import MAX_BYTES, parse_document


def metadata(package: Package) -> Outcome:
    """3-1: catalogue, metadata and preservation events parse as XML, with no document type."""

    def problems() -> Iterator[str]:
        if package.catalogue_problem:
            yield package.catalogue_problem
        yield from package.unread
        for item in package.items:
            yield from _flaw_of_xml(package.held, f"{FOLDERS}{item.folder}/{PREMIS}")

    return outcome(f"{2 * len(package.items) + 1} XML files", problems())


def _flaw_of_xml(held: Held, path: str) -> Iterator[str]:
    try:
        if path in held.paths:
            parse_document(read_capped(held, path, MAX_BYTES), path.removeprefix(FOLDERS))
    except LedgerError as error:
        yield str(error)


def tables(package: Package) -> Outcome:
    """3-2: every table reads: UTF-8, a header, rows of its width."""
    paths = sorted(
        path for path in package.held.paths if path.startswith(DATA) and path.endswith(".csv")
    )
    mine = [path for path in paths if not path.startswith(FOLDERS)]
    problems = (told for path in mine for told in _flaw_of_table(package.held, path))
    return outcome(f"{len(mine)} tables", problems)


def _flaw_of_table(held: Held, path: str) -> Iterator[str]:
    try:
        told = read_capped(held, path, MAX_BYTES).decode()
        rows = list(csv.reader(io.StringIO(told, newline=""), strict=True))
    except (LedgerError, UnicodeDecodeError, csv.Error) as error:
        yield f"{path}: {str(error)[:100]}"
        return
    if not rows:
        yield f"{path}: it is empty"
    odd = next((n for n, row in enumerate(rows, 1) if len(row) != len(rows[0])), None)
    if odd:
        yield f"{path}: row {odd} has {len(rows[odd - 1])} cells, the header {len(rows[0])}"


def formats(package: Package) -> Outcome:
    """3-3: every file is of a format that an archive keeps."""
    problems = (
        f"{place}: is {seen.format}"
        for place, seen in _seen(package)
        if seen.format not in ALLOWED
    )
    return outcome(f"{_count(package)} files, kept are {'、'.join(ALLOWED)}", problems)


def opening(package: Package) -> Outcome:
    """3-4: every file opens, as far as its format is one that can be opened here."""
    flaws = [(place, seen) for place, seen in _seen(package) if seen.flaw]
    unseen = (f"{place}: no reader of {seen.format} here" for place, seen in _seen(package) if seen.flaw is None)  # fmt: skip
    problems = (f"{place}: {seen.flaw}" for place, seen in flaws)
    return outcome(f"{_count(package)} files", problems, unseen)


def environment(package: Package) -> Outcome:
    """3-5: the system that the files were kept in is told."""
    problems = (
        f"{item.folder}: no 信息系统描述"
        for item in package.read
        if any(not each.value("信息系统描述").strip() for each in item.electronic)
    )
    stated = () if package.statement.get("系统名称") else ("说明文件: no 系统名称",)
    return outcome(f"{len(package.read)} items", (*stated, *problems), package.unread)


def plain(package: Package) -> Outcome:
    """3-8: nothing is packed or encrypted: the archive's copy is in the clear."""

    def problems() -> Iterator[str]:
        for place, seen in _seen(package):
            if seen.format in PACKED:
                yield f"{place}: is packed, {seen.format}"
            if seen.encrypted:
                yield f"{place}: is encrypted"

    return outcome(f"{_count(package)} files", problems())


def _seen(package: Package) -> Iterator[tuple[str, Seen]]:
    for item in package.items:
        for name, seen in item.files.items():
            yield f"{item.folder}/{name}", seen


def _count(package: Package) -> int:
    return sum(len(each.files) for each in package.items)
