"""METS documents of an E-ARK package: a header, references to metadata, files in groups, and one structural map.

A document is written group by group, a file a line of it, so that memory holds no more than the list of files that the
bag keeps anyway. References are relative, as the files are named: XLink has them escaped by whoever resolves them.

The stock validator (`eark-validator` 1.1.3) asks of every agent in the role CREATOR that it be software (CSIP12), so the office
stands as ARCHIVIST and as SUBMITTER, not as a second CREATOR (SIP15 to SIP17). Its rule SIP14 no package can satisfy: it looks on the
note of the software, which CSIP15 and CSIP16 demand, for an attribute that the schema of METS does not allow there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ledger.export.bagit import Summed
from ledger.export.markup import Attributes, Node, closing, format_node, opening
from ledger.frozen import frozen

PROFILE = "https://earksip.dilcis.eu/profile/E-ARK-SIP.xml"
CONTENT = "Textual works – Digital"
OTHER_CONTENT = "DA/T 46-2009"
_NAMESPACES = (
    ("xmlns", "http://www.loc.gov/METS/"),
    ("xmlns:csip", "https://DILCIS.eu/XML/METS/CSIPExtensionMETS"),
    ("xmlns:xlink", "http://www.w3.org/1999/xlink"),
)
_OTHER = (
    ("csip:CONTENTINFORMATIONTYPE", "OTHER"),
    ("csip:OTHERCONTENTINFORMATIONTYPE", OTHER_CONTENT),
)
_TYPES = {
    "xml": "application/xml", "xsd": "application/xml", "csv": "text/csv", "md": "text/markdown",
    "txt": "text/plain", "pdf": "application/pdf", "json": "application/json", "html": "text/html",
    "jsonl": "application/jsonl", "jpg": "image/jpeg", "jpeg": "image/jpeg", "tif": "image/tiff",
    "tiff": "image/tiff", "ofd": "application/ofd",
}  # fmt: skip
_UNKNOWN = "application/octet-stream"
_LOCATED = (("LOCTYPE", "URL"), ("xlink:type", "simple"))


@frozen(kw_only=True)
class Header:
    """What a METS document is of: its name and label, when it was made and by what, whose it is and for whom."""

    name: str
    label: str
    created_at: str
    program: str
    office: str
    code: str
    recipient: str = ""


@frozen
class Group:
    """Files of one use. `pointer` is the METS document that stands for them, if one does."""

    use: str
    files: Sequence[Summed]
    pointer: str = ""

    @property
    def id(self) -> str:
        """The identifier of the group within the document."""
        return f"group-{self.use.replace('/', '-')}"


@frozen(kw_only=True)
class Metadata:
    """The files of metadata: descriptive ones of a METS type, and PREMIS."""

    descriptive: Sequence[Summed]
    preservation: Sequence[Summed]
    kind: tuple[str, str]


def format_mets(
    header: Header, metadata: Metadata, groups: Sequence[Group], *, below: str = ""
) -> Iterator[bytes]:
    """Yield a METS document; paths are told from the folder `below` on."""
    root: Attributes = (
        *_NAMESPACES, ("OBJID", header.name), ("LABEL", header.label), ("TYPE", CONTENT), *_OTHER,
        ("PROFILE", PROFILE),
    )  # fmt: skip
    yield opening("mets", root)
    yield _lines(_header(header))
    for number, each in enumerate(metadata.descriptive, 1):
        reference = _reference(each, metadata.kind, header, below)
        stated = (("CREATED", header.created_at), ("STATUS", "CURRENT"))
        yield _lines(Node("dmdSec", attributes=(("ID", f"dmd-{number}"), *stated), children=(reference,)))  # fmt: skip
    yield from _preservation(metadata, header, below)
    yield from _files(groups, header, below)
    yield _lines(_map(header, metadata, groups, below))
    yield closing("mets")


def _lines(node: Node) -> bytes:
    return format_node(node, "  ").encode()


def _header(header: Header) -> Node:
    program, _, version = header.program.rpartition(" ")
    identified = _note("IDENTIFICATIONCODE", header.code)
    office = (Node("name", header.office), identified)
    agents = [
        _agent(("CREATOR", "", "OTHER", "SOFTWARE"), Node("name", program), _note("SOFTWARE VERSION", version)),
        _agent(("ARCHIVIST", "", "ORGANIZATION", ""), *office),
        _agent(("OTHER", "SUBMITTER", "ORGANIZATION", ""), *office),
    ]  # fmt: skip
    if header.recipient:
        agents.append(
            _agent(("PRESERVATION", "", "ORGANIZATION", ""), Node("name", header.recipient))
        )
    made = (("CREATEDATE", header.created_at), ("LASTMODDATE", header.created_at))
    stated = (("RECORDSTATUS", "NEW"), ("csip:OAISPACKAGETYPE", "SIP"))
    return Node("metsHdr", attributes=(*made, *stated), children=tuple(agents))


def _agent(told: tuple[str, str, str, str], *children: Node) -> Node:
    names = ("ROLE", "OTHERROLE", "TYPE", "OTHERTYPE")
    marked = tuple((name, value) for name, value in zip(names, told, strict=True) if value)
    return Node("agent", attributes=marked, children=children)


def _note(kind: str, text: str) -> Node:
    return Node("note", text, attributes=(("csip:NOTETYPE", kind),))


def _preservation(metadata: Metadata, header: Header, below: str) -> Iterator[bytes]:
    yield b'  <amdSec ID="amd">\n'
    for number, each in enumerate(metadata.preservation, 1):
        reference = _reference(each, ("PREMIS", ""), header, below)
        marked = (("ID", f"digiprov-{number}"), ("STATUS", "CURRENT"))
        yield _lines(Node("digiprovMD", attributes=marked, children=(reference,)))
    yield b"  </amdSec>\n"


def _reference(file: Summed, kind: tuple[str, str], header: Header, below: str) -> Node:
    kinds = tuple(zip(("MDTYPE", "OTHERMDTYPE"), kind, strict=True))
    told = tuple(each for each in kinds if each[1])
    return Node(
        "mdRef",
        attributes=(*_LOCATED, ("xlink:href", file.path.removeprefix(below)), *told,
                    ("MIMETYPE", "text/xml"), *_measured(file, header)),
    )  # fmt: skip


def _measured(file: Summed, header: Header) -> Attributes:
    return (
        ("SIZE", str(file.size_bytes)), ("CREATED", header.created_at),
        ("CHECKSUM", file.digests[0]), ("CHECKSUMTYPE", "SHA-256"),
    )  # fmt: skip


def _files(groups: Sequence[Group], header: Header, below: str) -> Iterator[bytes]:
    yield b'  <fileSec ID="files">\n'
    number = 0
    for group in groups:
        marked = (("ID", group.id), ("USE", group.use), *_OTHER)
        yield _opened(Node("fileGrp", attributes=marked))
        for each in group.files:
            number += 1
            located = (*_LOCATED, ("xlink:href", each.path.removeprefix(below)))
            kind = _TYPES.get(each.path.rpartition(".")[2].lower(), _UNKNOWN)
            told = (("ID", f"file-{number}"), ("MIMETYPE", kind), *_measured(each, header))
            node = Node("file", attributes=told, children=(Node("FLocat", attributes=located),))
            yield format_node(node, "      ").encode()
        yield b"    </fileGrp>\n"
    yield b"  </fileSec>\n"


def _opened(node: Node) -> bytes:
    """Return the line that opens an element whose children follow one by one."""
    return format_node(node, "    ").replace(f"></{node.name}>", ">").encode()


def _map(header: Header, metadata: Metadata, groups: Sequence[Group], below: str) -> Node:
    descriptive = " ".join(f"dmd-{n}" for n, _ in enumerate(metadata.descriptive, 1))
    preservation = " ".join(f"digiprov-{n}" for n, _ in enumerate(metadata.preservation, 1))
    referring = tuple(
        each for each in (("DMDID", descriptive), ("ADMID", preservation)) if each[1]
    )
    divisions = (_division("Metadata", referring), *(_of_group(each, below) for each in groups))
    top = _division(header.name, (), *divisions, name="div-package")
    marked = (("ID", "structure"), ("TYPE", "PHYSICAL"), ("LABEL", "CSIP"))
    return Node("structMap", attributes=marked, children=(top,))


def _of_group(group: Group, below: str) -> Node:
    pointing = Node("fptr", attributes=(("FILEID", group.id),))
    if not group.pointer:
        return _division(group.use, (), pointing)
    whole = group.use.partition("/")[0]
    located = (
        *_LOCATED,
        ("xlink:href", group.pointer.removeprefix(below)),
        ("xlink:title", group.id),
    )
    to = Node("mptr", attributes=located)
    return _division(whole, (), pointing, _division(group.use, (), to))


def _division(label: str, marked: Attributes, *children: Node, name: str = "") -> Node:
    name = name or f"div-{label.replace('/', '-')}"
    return Node("div", attributes=(("ID", name), ("LABEL", label), *marked), children=children)
