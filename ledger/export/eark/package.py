"""The parts that make a bundle an E-ARK submission package: papers with their metadata, and lists of all of it.

Only filed records are in its representation; of the others of the scope the evidence is there, and the catalogue of the
documentation says why they are not. The package is named as its folder: whoever renames the folder renames it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from importlib import resources

from ledger.export.archive.item import Filing, filings, read_item
from ledger.export.archive.metadata import metadata_of
from ledger.export.archive.package import content_file
from ledger.export.archive.premis import (
    DIGESTS,
    PACKING,
    Event,
    agent,
    document,
    event,
    premis_of,
    subject,
)
from ledger.export.bagit import Summed
from ledger.export.eark.layout import (
    DESCRIPTIVE,
    DOCUMENTATION,
    DUBLIN_CORE,
    EVIDENCE,
    ITEM_SCHEMA,
    METS,
    PREMIS,
    PRESERVATION,
    READ_ME,
    REP,
    REP_DATA,
    REP_DESCRIPTIVE,
    REP_METS,
    REP_PRESERVATION,
    REP_ROOT,
    SCHEMAS,
)
from ledger.export.eark.mets import OTHER_CONTENT, Group, Header, Metadata, format_mets
from ledger.export.folded import named
from ledger.export.markup import Node, format_document, leaves
from ledger.export.part import File, Making, Part, text
from ledger.frozen import frozen
from ledger.records.office import OFFICE

_SCHEMA = resources.files("ledger.export.carried") / "da-t-46.xsd"
_READ_ME = """# {name}

E-ARK 提交信息包 submission information package (CSIP 2.1, E-ARK SIP 2.1), and a BagIt bag (RFC 8493) in one folder.

- `METS.xml`: every file with its digest, but for those of the bag itself, which the tag manifests list
- `representations/{rep}/data/<档号>/`: the papers; beside them their metadata (DA/T 46-2009) and PREMIS 3 events
- `data/`: the evidence: every event, every officer's signature, the log's checkpoint and proofs
- `VERIFY.md`: how to verify all of it with `sha256sum`, `openssl` and Go; `qifeng check` does the same

归档 filed: {filed}

未归档 not filed, and so not in the representation:

{others}
"""


def eark_part(program: str, name: str) -> Part:
    """Return the part that an E-ARK package adds; `program` is what made it, `name` its folder's name."""
    return partial(_files, program, name)


@frozen
class _Packing:
    """One package in the making."""

    making: Making
    program: str
    name: str
    office: str

    @property
    def made_at(self) -> str:
        return self.making.cover.created_at

    def written(self, *starts: str) -> list[Summed]:
        """Return the files written so far below these folders."""
        return sorted(each for each in self.making.written if each.path.startswith(starts))

    def header(self, name: str, label: str) -> Header:
        cover = self.making.cover
        return Header(
            name=name, label=label, created_at=self.made_at, program=self.program,
            office=self.office, code=cover.origin, recipient=cover.recipient,
        )  # fmt: skip


def _files(program: str, name: str, making: Making) -> Iterator[File]:
    filed, others = filings(making)
    packing = _Packing(making, program, name, named(making, OFFICE) or making.cover.origin)
    for each in filed:
        yield from _item(packing, each)
    yield File(REP_METS, lambda: _representation(packing))
    yield File(DUBLIN_CORE, lambda: [format_document(_dublin_core(packing))])
    yield File(PREMIS, lambda: [format_document(_premis(packing))])
    yield File(ITEM_SCHEMA, lambda: [_SCHEMA.read_bytes()])
    yield text(READ_ME, _read_me(packing, len(filed), others))
    yield File(METS, lambda: _package(packing))


def _item(packing: _Packing, filing: Filing) -> Iterator[File]:
    item = read_item(packing.making, filing)
    folder = filing.folder
    told = metadata_of(item, office=packing.office, program=packing.program, folders=REP_DATA)
    kept = premis_of(item, made_at=packing.made_at, program=packing.program)
    yield File(f"{REP_DESCRIPTIVE}{folder}.xml", lambda: [format_document(told)])
    yield File(f"{REP_PRESERVATION}{folder}.xml", lambda: [format_document(kept)])
    for each in item.here:
        yield content_file(packing.making, f"{REP_DATA}{folder}/", each)


def _representation(packing: _Packing) -> Iterator[bytes]:
    metadata = Metadata(
        descriptive=packing.written(REP_DESCRIPTIVE),
        preservation=packing.written(REP_PRESERVATION),
        kind=("OTHER", OTHER_CONTENT),
    )
    groups = _some(Group("Data", packing.written(REP_DATA)))
    header = packing.header(REP, f"归档文件 filed papers of {packing.office}")
    return format_mets(header, metadata, groups, below=REP_ROOT)


def _package(packing: _Packing) -> Iterator[bytes]:
    metadata = Metadata(
        descriptive=packing.written(DESCRIPTIVE),
        preservation=packing.written(PRESERVATION),
        kind=("DC", ""),
    )
    beside = [each for each in packing.making.written if "/" not in each.path]
    groups = _some(
        Group("Documentation", [*packing.written(DOCUMENTATION), *sorted(beside)]),
        Group("Schemas", packing.written(SCHEMAS)),
        Group(f"Representations/{REP}", packing.written(REP_METS), REP_METS),
        Group("Evidence", packing.written(EVIDENCE)),
    )
    return format_mets(packing.header(packing.name, _label(packing)), metadata, groups)


def _some(*groups: Group) -> Sequence[Group]:
    """Return the groups that have a file: an empty one may not stand in METS."""
    return [each for each in groups if each.files]


def _label(packing: _Packing) -> str:
    return f"{packing.office} {packing.making.cover.purpose or '归档移交'}"


def _dublin_core(packing: _Packing) -> Node:
    cover = packing.making.cover
    told = (
        ("dc:title", _label(packing)), ("dc:identifier", packing.name),
        ("dc:creator", packing.office), ("dc:publisher", packing.office),
        ("dc:date", cover.created_at[:10]), ("dc:type", "Text"), ("dc:language", "zh"),
        ("dc:source", f"{cover.origin}, size {cover.size}, root {cover.root}"),
        *(("dc:coverage", each) for each in cover.scope),
    )  # fmt: skip
    return Node(
        "oai_dc:dc",
        attributes=(("xmlns:oai_dc", "http://www.openarchives.org/OAI/2.0/oai_dc/"),
                    ("xmlns:dc", "http://purl.org/dc/elements/1.1/")),
        children=leaves(*told),
    )  # fmt: skip


def _premis(packing: _Packing) -> Node:
    package, software = ("package", packing.name), ("software", packing.program)
    events = [
        Event(("package", f"{packing.name} {kind}"), kind, packing.made_at, detail, software, package)
        for kind, detail in ((DIGESTS, "SHA-256 of each file"), (PACKING, "E-ARK SIP 2.1"))
    ]  # fmt: skip
    return document(
        subject(package, _label(packing)),
        *map(event, events),
        agent(("organization", packing.making.cover.origin), packing.office, "organization"),
        agent(software, packing.program, "software"),
    )


def _read_me(packing: _Packing, filed: int, others: Sequence[tuple[str, str]]) -> str:
    listed = "\n".join(f"- {record}: {reason}" for record, reason in others) or "（无 none）"
    return _READ_ME.format(name=packing.name, rep=REP, filed=filed, others=listed)
