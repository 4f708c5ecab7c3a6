"""An archive package as it is read for the test: its lists, its items, each file looked at once."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from ledger import canonical
from ledger.errors import LedgerError, UsageError
from ledger.export.archive.layout import CATALOGUE, FOLDERS, METADATA, OWN, STATEMENT
from ledger.export.archive.totals import parse_statement
from ledger.export.checked import Checked
from ledger.export.formats import Look, flaw_of, format_of, is_encrypted
from ledger.export.held import Held, chunks, lines, read_capped
from ledger.export.logged import ENTRIES, LOG, RECORDS
from ledger.export.markup import MAX_BYTES, Node, parse_document
from ledger.export.parts.contents import LIST
from ledger.frozen import frozen

MAX_LINE_BYTES = 400_000
MAX_INNER_FILES = 10_000
REGISTER = "data/registers/number_register-numbers.csv"
CONTINUITY = "data/registers/number_register-continuity.csv"
_NOTHING = Node("")


@frozen
class Seen:
    """A file of an item: its size and digest, its format, and what keeps it from opening (None: not looked at)."""

    size_bytes: int
    digest: str
    format: str
    flaw: str | None
    encrypted: bool


@frozen
class Item:
    """An item: its folder, the catalogue's word, its metadata or why there is none, its files."""

    folder: str
    listed: Node
    metadata: Node | None
    problem: str
    files: Mapping[str, Seen]

    @property
    def record(self) -> Node:
        """The entity 文件 of the metadata."""
        found = self.metadata or _NOTHING
        return next(found.every("文件实体"), _NOTHING)

    @property
    def electronic(self) -> tuple[Node, ...]:
        """What the metadata says of each file."""
        return tuple(self.record.every("电子属性"))

    @property
    def businesses(self) -> tuple[Node, ...]:
        """What the metadata says of each event."""
        return tuple((self.metadata or _NOTHING).every("业务实体"))


class Package:
    """A package under test; what is read is kept."""

    def __init__(self, held: Held, checked: Checked) -> None:
        """Hold a bag that was checked; nothing else is read yet.

        Raises:
            UsageError: it is no archive package.
        """
        if CATALOGUE not in held.paths and STATEMENT not in held.paths:
            raise UsageError(
                f"{held.name} is no archive package: it has no {CATALOGUE}",
                todo="make one: qifeng export bundle OUT --profile archive-cn",
            )
        self.held = held
        self.checked = checked

    @cached_property
    def statement(self) -> Mapping[str, str]:
        """What the statement says; nothing where there is none."""
        if STATEMENT not in self.held.paths:
            return {}
        try:
            return parse_statement(read_capped(self.held, STATEMENT, MAX_LINE_BYTES).decode())
        except (LedgerError, UnicodeDecodeError):
            return {}

    @cached_property
    def catalogue(self) -> Node:
        """The catalogue; an empty one where it cannot be read (`catalogue_problem` says why)."""
        return self._catalogue[0]

    @property
    def catalogue_problem(self) -> str:
        """Why the catalogue cannot be read, or nothing."""
        return self._catalogue[1]

    @cached_property
    def _catalogue(self) -> tuple[Node, str]:
        return _document(self.held, CATALOGUE)

    @property
    def listed(self) -> tuple[Node, ...]:
        """The catalogue's items."""
        return tuple(self.catalogue.every("件"))

    @cached_property
    def folders(self) -> Mapping[str, frozenset[str]]:
        """The names of the files in each item's folder; what lies beside them is in the folder ''."""
        found: dict[str, set[str]] = defaultdict(set)
        for path in self.held.paths:
            if path.startswith(FOLDERS):
                folder, _, name = path.removeprefix(FOLDERS).partition("/")
                found[folder if name else ""].add(name or folder)
        return {folder: frozenset(names) for folder, names in found.items()}

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """The items that have a folder, by its name."""
        listed = {each.value("文件夹"): each for each in self.listed}
        return tuple(
            self._item(folder, names, listed.get(folder, _NOTHING))
            for folder, names in sorted(self.folders.items())
            if folder
        )

    @property
    def read(self) -> tuple[Item, ...]:
        """The items whose metadata can be read."""
        return tuple(each for each in self.items if each.metadata)

    @property
    def unread(self) -> tuple[str, ...]:
        """What was not looked at, because metadata cannot be read."""
        return tuple(
            f"{each.folder}: {each.problem}" for each in self.items if not each.metadata
        )

    @cached_property
    def events(self) -> Mapping[str, tuple[tuple[int, str], ...]]:
        """By record: index and kind of each of its events, as the log's files show them; what is no entry is passed over."""
        found: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for told in self._told(f"/{ENTRIES}", "entry"):
            match told:
                case {"entry": {"event": {"kind": str(kind), "record": str(record)}}, "index": int(index)}:  # fmt: skip
                    found[record].append((index, kind))
                case _:
                    continue
        return {record: tuple(events) for record, events in found.items()}

    @cached_property
    def records(self) -> frozenset[str]:
        """The records of the bundle."""
        told = (each["record"] for each in self._told(RECORDS, "record"))
        return frozenset(each for each in told if isinstance(each, str))

    @cached_property
    def contents(self) -> tuple[Mapping[str, Any], ...]:
        """What is attached to events, as the bundle lists it."""
        told = self._told(LIST, "digest")
        return tuple(each for each in told if isinstance(each.get("index"), int))

    @cached_property
    def register(self) -> tuple[Mapping[str, str], ...] | None:
        """The register of numbers, or None where the package has none that can be read."""
        return self._table(REGISTER)

    @cached_property
    def first_numbers(self) -> Mapping[str, int]:
        """By series: the number that it was opened to begin with, as far as the package tells."""
        rows = self._table(CONTINUITY) or ()
        told = {row.get("series") or "": whole_number(row.get("first") or "") for row in rows}
        return {series: first for series, first in told.items() if first is not None}

    def _table(self, path: str) -> tuple[Mapping[str, str], ...] | None:
        if path not in self.held.paths:
            return None
        try:
            told = read_capped(self.held, path, MAX_BYTES).decode()
            return tuple(csv.DictReader(io.StringIO(told), strict=True))
        except (LedgerError, UnicodeDecodeError, csv.Error):
            return None

    def _told(self, ending: str, member: str) -> Iterator[Mapping[str, Any]]:
        """Yield the lines of the log's files that end so; what is none is the bundle's own finding."""
        for path in sorted(each for each in self.held.paths if each.endswith(ending)):
            if not path.startswith(LOG) and path != LIST:
                continue
            try:
                for number, line in lines(self.held, path, MAX_LINE_BYTES):
                    told = canonical.parse(line, f"{path} line {number}")
                    if isinstance(told, dict) and member in told:
                        yield told
            except LedgerError:
                return

    def _item(self, folder: str, names: frozenset[str], listed: Node) -> Item:
        node, problem = _document(self.held, f"{FOLDERS}{folder}/{METADATA}")
        files = {
            name: look(self.held, f"{FOLDERS}{folder}/{name}")
            for name in sorted(names - {*OWN})
        }
        return Item(folder, listed, None if problem else node, problem, files)


def look(held: Held, path: str) -> Seen:
    """Return what is seen of a file as its bytes pass; one that cannot be read has that as its flaw."""
    seen = Look()
    try:
        for chunk in chunks(held, path):
            seen.take(chunk)
    except LedgerError as error:
        return Seen(seen.size_bytes, "", "UNKNOWN", str(error), encrypted=False)
    seen.end()
    found = format_of(seen, path)
    flaw, locked = flaw_of(seen, found), is_encrypted(seen, found)
    if found == "XML" and seen.size_bytes <= MAX_BYTES:
        flaw = _document(held, path)[1]
    if found in ("OFD", "ZIP"):
        flaw, locked = _zip_flaw(held, path, found)
    return Seen(seen.size_bytes, seen.digest, found, flaw, locked)


def _zip_flaw(held: Held, path: str, found: str) -> tuple[str | None, bool]:
    try:
        with held.open(path) as stream, zipfile.ZipFile(stream) as archive:
            inner = archive.infolist()
            locked = any(each.flag_bits & 1 for each in inner)
            if len(inner) > MAX_INNER_FILES:
                return f"more than {MAX_INNER_FILES} files inside", locked
            whole = found != "OFD" or any(each.filename == "OFD.xml" for each in inner)
            return ("" if whole else "an OFD without OFD.xml"), locked
    except (OSError, zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        return f"the {found} does not open: {str(error)[:60]}", False


def _document(held: Held, path: str) -> tuple[Node, str]:
    """Return a document, or an empty one and why it cannot be read."""
    if path not in held.paths:
        return _NOTHING, f"{path.rpartition('/')[2]} is missing"
    try:
        return parse_document(read_capped(held, path, MAX_BYTES), path.rpartition("/")[2]), ""
    except LedgerError as error:
        return _NOTHING, str(error)


def about(held: Held, path: str) -> bytes:
    """Return a small file of the bag, empty where it cannot be read."""
    try:
        return read_capped(held, path, MAX_LINE_BYTES) if path in held.paths else b""
    except LedgerError:
        return b""


def whole_number(told: str) -> int | None:
    """Return a number of ASCII digits, or None."""
    plain = told.isascii() and told.isdecimal() and len(told) < 18
    return int(told) if plain else None
