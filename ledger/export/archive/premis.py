"""The preservation events of an item, `premis.xml`: PREMIS 3 objects, events and agents.

Each event of the item's record is a PREMIS event: its type by the vocabulary of the Library of Congress where one
fits, in `eventDetail` our own kind and the Chinese term, its agent the officer whose signature it bears. Making the
package adds two: message digests of the files were calculated, and it was packed, both by the program.
"""

from __future__ import annotations

from collections.abc import Iterator

from ledger.export.archive.item import Enclosed, Item
from ledger.export.markup import Node, leaves

NAMESPACE = "http://www.loc.gov/premis/v3"
_TYPES = {
    "drafted": "creation", "received": "capture", "registered": "capture", "archived": "accession",
    "released": "dissemination", "corrected": "metadata modification", "numbered": "metadata modification",
    "text_changed": "modification",
}  # fmt: skip
_OTHER = "digital signature generation"


def premis_of(item: Item, *, made_at: str, program: str) -> Node:
    """Return the objects, events and agents of an item."""
    return Node(
        "premis",
        attributes=(("xmlns", NAMESPACE), ("version", "3.0"),
                    ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance")),
        children=(
            *(_object(each) for each in item.here),
            *_events(item, made_at, program),
            *_agents(item, program),
        ),
    )  # fmt: skip


def _object(each: Enclosed) -> Node:
    fixity = leaves(("messageDigestAlgorithm", "SHA-256"), ("messageDigest", each.digest))
    named = Node(
        "formatDesignation",
        children=leaves(
            ("formatName", each.format),
        ),
    )
    return Node(
        "object",
        attributes=(("xsi:type", "file"),),
        children=(
            _identifier("objectIdentifier", "filename", each.name),
            Node("objectCharacteristics", children=(
                Node("fixity", children=fixity),
                *leaves(("size", str(each.attached.size_bytes)),),
                Node("format", children=(named,)),
            )),
            *leaves(("originalName", each.attached.name),),
        ),
    )  # fmt: skip


def _events(item: Item, made_at: str, program: str) -> Iterator[Node]:
    for step in item.steps:
        past = step.row.kind.partition("/")[0].rpartition(".")[2]
        yield _event(
            ("log index", str(step.row.index)), _TYPES.get(past, _OTHER), step.row.recorded_at,
            f"{step.happened.TERM.zh} {step.row.kind}; signed act {step.row.act}",
            agent=("officer", step.act.actor),
        )  # fmt: skip
    for kind, detail in (
        ("message digest calculation", "SHA-256 of each file"),
        ("information package creation", "archive package, DA/T 93-2022"),
    ):
        yield _event(("package", f"{item.folder} {kind}"), kind, made_at, detail, agent=("software", program))  # fmt: skip


def _event(
    identifier: tuple[str, str], kind: str, at: str, detail: str, *, agent: tuple[str, str]
) -> Node:
    return Node(
        "event",
        children=(
            _identifier("eventIdentifier", *identifier),
            *leaves(("eventType", kind), ("eventDateTime", at)),
            Node(
                "eventDetailInformation",
                children=leaves(
                    ("eventDetail", detail),
                ),
            ),
            Node(
                "eventOutcomeInformation",
                children=leaves(
                    ("eventOutcome", "success"),
                ),
            ),
            _identifier("linkingAgentIdentifier", *agent),
        ),
    )


def _agents(item: Item, program: str) -> Iterator[Node]:
    people = sorted({(each.act.actor, each.actor_name) for each in item.steps})
    for kind, record, name in (
        *(("person", *each) for each in people), ("software", program, program),
    ):  # fmt: skip
        told = leaves(("agentName", name), ("agentType", kind))
        which = "officer" if kind == "person" else "software"
        yield Node("agent", children=(_identifier("agentIdentifier", which, record), *told))


def _identifier(name: str, kind: str, value: str) -> Node:
    return Node(name, children=leaves((f"{name}Type", kind), (f"{name}Value", value)))
