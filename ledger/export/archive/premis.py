"""The preservation events of an item, `premis.xml`: PREMIS 3 objects, events and agents.

The record is an intellectual entity, each of its files a file. Each event of the record is a PREMIS event: its type by
the vocabulary of the Library of Congress where one fits, in `eventDetail` our own kind and the Chinese term, its agent the
officer whose signature it bears, its object the record. Making the package adds two: message digests of the files were
calculated, and it was packed, both by the program.
"""

from __future__ import annotations

from collections.abc import Iterator

from ledger.export.archive.item import Enclosed, Item
from ledger.export.markup import Node, leaves
from ledger.frozen import frozen

NAMESPACE = "http://www.loc.gov/premis/v3"
DIGESTS, PACKING = "message digest calculation", "information package creation"
_TYPES = {
    "drafted": "creation", "received": "capture", "registered": "capture", "archived": "accession",
    "released": "dissemination", "corrected": "metadata modification", "numbered": "metadata modification",
    "text_changed": "modification",
}  # fmt: skip
_OTHER = "digital signature generation"
Identifier = tuple[str, str]
"""Its type and its value."""


@frozen
class Event:
    """What happened to an object: its identifier, its type, when, by which agent, to what."""

    identifier: Identifier
    kind: str
    at: str
    detail: str
    agent: Identifier
    about: Identifier


def premis_of(item: Item, *, made_at: str, program: str) -> Node:
    """Return the objects, events and agents of an item."""
    people = sorted({(each.act.actor, each.actor_name) for each in item.steps})
    return document(
        subject(("record", item.record), item.value("题名")),
        *(_object(each) for each in item.here),
        *map(event, _events(item, made_at, program)),
        *(agent(("officer", record), name, "person") for record, name in people),
        agent(("software", program), program, "software"),
    )


def document(*children: Node) -> Node:
    """Return the root over objects, events and agents, in that order; one object at least."""
    return Node(
        "premis",
        attributes=(("xmlns", NAMESPACE), ("version", "3.0"),
                    ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance")),
        children=children,
    )  # fmt: skip


def subject(identifier: Identifier, name: str) -> Node:
    """Return what events are about, an intellectual entity."""
    return Node(
        "object",
        attributes=(("xsi:type", "intellectualEntity"),),
        children=(_identifier("objectIdentifier", identifier), *leaves(("originalName", name))),
    )


def event(told: Event) -> Node:
    """Return an event, which came out well: what did not was never recorded."""
    return Node(
        "event",
        children=(
            _identifier("eventIdentifier", told.identifier),
            *leaves(("eventType", told.kind), ("eventDateTime", told.at)),
            Node("eventDetailInformation", children=leaves(("eventDetail", told.detail))),
            Node("eventOutcomeInformation", children=leaves(("eventOutcome", "success"))),
            _identifier("linkingAgentIdentifier", told.agent),
            _identifier("linkingObjectIdentifier", told.about),
        ),
    )


def agent(identifier: Identifier, name: str, kind: str) -> Node:
    """Return who acted."""
    told = leaves(("agentName", name), ("agentType", kind))
    return Node("agent", children=(_identifier("agentIdentifier", identifier), *told))


def _object(each: Enclosed) -> Node:
    fixity = leaves(("messageDigestAlgorithm", "SHA-256"), ("messageDigest", each.digest))
    named = Node("formatDesignation", children=leaves(("formatName", each.format)))
    return Node(
        "object",
        attributes=(("xsi:type", "file"),),
        children=(
            _identifier("objectIdentifier", ("filename", each.name)),
            Node("objectCharacteristics", children=(
                Node("fixity", children=fixity),
                *leaves(("size", str(each.attached.size_bytes))),
                Node("format", children=(named,)),
            )),
            *leaves(("originalName", each.attached.name)),
        ),
    )  # fmt: skip


def _events(item: Item, made_at: str, program: str) -> Iterator[Event]:
    record, software = ("record", item.record), ("software", program)
    for step in item.steps:
        past = step.row.kind.partition("/")[0].rpartition(".")[2]
        yield Event(
            ("log index", str(step.row.index)), _TYPES.get(past, _OTHER), step.row.recorded_at,
            f"{step.happened.TERM.zh} {step.row.kind}; signed act {step.row.act}",
            ("officer", step.act.actor), record,
        )  # fmt: skip
    for kind, detail in ((DIGESTS, "SHA-256 of each file"), (PACKING, "archive package")):
        name = ("package", f"{item.folder} {kind}")
        yield Event(name, kind, made_at, detail, software, record)


def _identifier(name: str, identifier: Identifier) -> Node:
    kind, value = identifier
    return Node(name, children=leaves((f"{name}Type", kind), (f"{name}Value", value)))
