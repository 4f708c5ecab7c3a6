"""How rules hang together: who amends, replaces, abolishes or rests on whom.

An edge points from the rule that acts to the rule that is acted on; it is read from either end's
record. What a document did that is no rule of ours is told by its words (`by`), not by an edge.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ledger.family import Happened
from ledger.records.rule import events as told


@dataclass(frozen=True, slots=True)
class Edge:
    """`source` did this to `target`, or stands so to it; `place` is the event's, from 1."""

    source: str
    kind: str
    target: str
    on: date | None
    place: int


# What the rule named in `by_rule` did to the rule whose record tells it.
_DONE_TO: dict[type[Happened], str] = {
    told.Amended: "amends",
    told.Abolished: "abolishes",
    told.Lapsed: "declares_lapsed",
    told.Revoked: "revokes",
    told.Suspended: "suspends",
    told.Extended: "extends_validity",
    told.Interpreted: "interprets",
}


def edges(record: str, events: Sequence[Happened]) -> list[Edge]:
    """Return the edges that a rule's events tell, in their order."""
    return [
        edge for place, each in enumerate(events, 1) for edge in _edges(record, each, place)
    ]


def _edges(record: str, happened: Happened, place: int) -> list[Edge]:
    found: list[tuple[str | None, str, str | None]] = []
    by_rule: str | None = getattr(happened, "by_rule", None)
    found.append((by_rule, _kind(happened), record))
    if isinstance(happened, told.Abolished):
        found.append((happened.replaced_by, "replaces", record))
    if isinstance(happened, told.Published):
        found.append((record, "replaces", happened.replaces))
    if isinstance(happened, told.Linked):
        found.append((record, happened.edge, happened.rule))
    on = happened.occurred_on if isinstance(happened, told.Dated) else None
    return [
        Edge(source, kind, target, on, place)
        for source, kind, target in found
        if source and target
    ]


def _kind(happened: Happened) -> str:
    kind = _DONE_TO.get(type(happened), "")
    extent = f"({happened.extent})" if isinstance(happened, told.Amended) else ""
    return kind + extent
