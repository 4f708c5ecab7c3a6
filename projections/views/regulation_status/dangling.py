"""Dangling citations 依据失效: rules in force that rest on rules no longer in force."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.records.rule.events import RESTS
from ledger.records.rule.time import COUNTS, ENDS, SUSPENDED
from projections.projection import Asked, Reading, Row
from projections.views.regulation_status.tables import EDGES, SPANS

_GONE = (*ENDS, SUSPENDED)


def dangling(reading: Reading, asked: Asked) -> Iterator[Row]:
    """Yield each relation of a rule in force on the day to one that was not carried out any more.

    What a rule cites, implements or derives from, is looked at; where the other one was
    replaced, the rules that took its place are named.
    """
    standing = {row["rule"]: row for row in reading.find(SPANS, on=asked.day)}
    held = [row for row in reading.find(EDGES) if holds_on(row, asked.day.isoformat())]
    for edge in held:
        source, target = standing.get(edge["source"]), standing.get(edge["target"])
        if source is None or target is None or edge["edge"] not in RESTS:
            continue
        if source["status"] in COUNTS and target["status"] in _GONE:
            heirs = [
                standing[each["source"]]["title"]
                for each in held
                if each["edge"] == "replaces" and each["target"] == edge["target"]
                and each["source"] in standing
            ]  # fmt: skip
            yield {
                "rule": edge["source"], "title": source["title"], "number": source["number"],
                "edge": edge["edge"], "target": edge["target"],
                "target_title": target["title"], "target_number": target["number"],
                "target_status": target["status"], "since": target["valid_from"],
                "replaced_by": "；".join(dict.fromkeys(heirs)),
                "proof": f"{edge['index']}, {target['proof']}",
            }  # fmt: skip


def holds_on(edge: Row, day: str) -> bool:
    """Tell whether a relation was there on a day; one without a day always was."""
    begun = edge["occurred_on"] is None or edge["occurred_on"] <= day
    return begun and (edge["ended_on"] is None or day < edge["ended_on"])
