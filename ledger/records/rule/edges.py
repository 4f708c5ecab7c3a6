"""How rules hang together: who amends, replaces, abolishes or rests on whom.

An edge points from the rule that acts to the rule that is acted on; it is read from either end's
record. Where what acts is no record of ours, its words (`by`) stand in for it and `source` is empty.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from ledger.family import Happened
from ledger.frozen import frozen, replace
from ledger.records.rule import events as told
from ledger.records.rule.facts import struck


@frozen
class Edge:
    """`source` did this to `target`, or stands so to it; `place` is the event's, from 1.

    `extent` is partial or whole, of an amendment. A relation that was recorded holds from `on` until
    before `until`; what was done on a day stays done.
    """

    source: str
    kind: str
    target: str
    on: date | None
    place: int
    extent: str = ""
    by: str = ""
    until: date | None = None

    @property
    def words(self) -> str:
        """The edge's kind as people read it: `amends(partial)`."""
        return f"{self.kind}({self.extent})" if self.extent else self.kind


# What the rule named in `by_rule`, or the document named in `by`, did to the rule of the record.
_DONE_TO: dict[type[Happened], str] = {
    told.Amended: "amends",
    told.Abolished: "abolishes",
    told.Lapsed: "declares_lapsed",
    told.Revoked: "revokes",
    told.Confirmed: "confirms",
    told.Interpreted: "interprets",
    told.Suspended: "suspends",
    told.Extended: "extends_validity",
    told.Renumbered: "renumbers",
}


def edges(record: str, events: Sequence[Happened]) -> list[Edge]:
    """Return the edges that a rule's events tell, in their order."""
    found: list[Edge] = []
    never = struck(events)
    for place, happened in enumerate(events, 1):
        if place in never:
            continue
        if isinstance(happened, told.Unlinked):
            found = [_without(edge, record, happened) for edge in found]
        else:
            found += _edges(record, happened, place)
    return found


def _edges(record: str, happened: Happened, place: int) -> Iterator[Edge]:
    on = happened.occurred_on if isinstance(happened, told.Dated) else None
    by_rule: str | None = getattr(happened, "by_rule", None)
    by: str = getattr(happened, "by", "")
    if type(happened) in _DONE_TO and (by_rule or by):
        extent = happened.extent if isinstance(happened, told.Amended) else ""
        yield Edge(by_rule or "", _DONE_TO[type(happened)], record, on, place, extent, by)
    if isinstance(happened, told.Abolished) and happened.replaced_by:
        yield Edge(happened.replaced_by, "replaces", record, on, place)
    if isinstance(happened, told.Published) and happened.replaces:
        yield Edge(record, "replaces", happened.replaces, on, place)
    if isinstance(happened, told.Linked):
        yield Edge(record, happened.edge, happened.rule, on, place)


def _without(edge: Edge, record: str, happened: told.Unlinked) -> Edge:
    """Return the edge, ended on the day where it is the relation that holds no more."""
    told_here = (edge.source, edge.kind, edge.target) == (record, happened.edge, happened.rule)
    ends = told_here and edge.until is None
    return replace(edge, until=happened.occurred_on) if ends else edge
