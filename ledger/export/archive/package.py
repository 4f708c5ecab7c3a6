"""The part that makes a bundle an archive package: statement, catalogue, lists, and a folder for each filed record.

Only filed records have a folder; what of the scope is not filed is named in the catalogue, with the reason. The
files are copies in the clear of what is attached to events: they lie below `data/content/` too, where the log
names them, and are checked against those.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from ledger.errors import NotFoundError
from ledger.export.archive.item import Enclosed, Filing, Item, filings, read_item
from ledger.export.archive.layout import (
    CATALOGUE,
    FOLDERS,
    FORM,
    METADATA,
    PREMIS,
    STATEMENT,
    TRANSFER_LIST,
)
from ledger.export.archive.metadata import metadata_of
from ledger.export.archive.premis import premis_of
from ledger.export.archive.totals import form, statement, total
from ledger.export.folded import named
from ledger.export.markup import Node, closing, format_document, format_node, leaves, opening
from ledger.export.part import File, Making, Part, table, text
from ledger.records.office import OFFICE

CATALOGUE_ROOT = "档案目录"
_LIST = (
    "序号",
    "档号",
    "文件编号",
    "责任者",
    "题名",
    "日期",
    "保管期限",
    "文件数",
    "字节数",
    "文件夹",
)


def archive_part(program: str) -> Part:
    """Return the part that an archive package adds; `program` is what made it."""
    return partial(_files, program)


def _files(program: str, making: Making) -> Iterator[File]:
    filed, others = filings(making)
    office = named(making, OFFICE)
    totals = total((read_item(making, each) for each in filed), unfiled=len(others))
    yield text(STATEMENT, statement(totals, making.cover, office=office, program=program))
    yield File(CATALOGUE, lambda: _catalogue(making, filed, others))
    yield table(TRANSFER_LIST, _LIST, lambda: _listed(making, filed))
    yield text(FORM, form(totals, making.cover, office=office, program=program))
    for each in filed:
        yield from _folder(making, each, office=office, program=program)


def _folder(making: Making, filing: Filing, *, office: str, program: str) -> Iterator[File]:
    folder = f"{FOLDERS}{filing.folder}/"
    item = read_item(making, filing)
    told = metadata_of(item, office=office, program=program)
    kept = premis_of(item, made_at=making.cover.created_at, program=program)
    yield _document(folder + METADATA, told)
    yield _document(folder + PREMIS, kept)
    for each in item.here:
        yield content_file(making, folder, each)


def _document(path: str, root: Node) -> File:
    return File(path, lambda: [format_document(root)])


def content_file(making: Making, folder: str, enclosed: Enclosed) -> File:
    """Return an enclosed file's copy in a folder; it is read when it is written."""

    def chunks() -> list[bytes]:
        held = making.log.content(enclosed.attached.digest)
        if held is None:
            raise NotFoundError("content", enclosed.attached.name, todo="export again")
        return [held[1]]

    return File(folder + enclosed.name, chunks)


def _catalogue(
    making: Making, filed: tuple[Filing, ...], others: tuple[tuple[str, str], ...]
) -> Iterator[bytes]:
    yield opening(CATALOGUE_ROOT)
    for each in filed:
        item = read_item(making, each)
        node = Node("件", children=leaves(*_row(item), ("电子文件号", item.record)))
        yield format_node(node, "  ").encode()
    for record, reason in others:
        node = Node("未归档", children=leaves(("电子文件号", record), ("原因", reason)))
        yield format_node(node, "  ").encode()
    yield closing(CATALOGUE_ROOT)


def _listed(making: Making, filed: tuple[Filing, ...]) -> Iterator[dict[str, Any]]:
    for number, each in enumerate(filed, 1):
        yield {"序号": number, **dict(_row(read_item(making, each)))}


def _row(item: Item) -> tuple[tuple[str, str], ...]:
    described = ("文件编号", "责任者", "题名", "日期")
    return (
        ("档号", item.file_number), *((name, item.value(name)) for name in described),
        ("保管期限", item.retention), ("文件数", str(len(item.here))),
        ("字节数", str(item.size_bytes)), ("文件夹", item.folder),
    )  # fmt: skip
