"""The flag over rectification: F22 what was found is not put right 查后未改 by its day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ledger.records.alarm import Parameters
from ledger.records.rectification import CLOSED, OPEN, Rectification, Reported
from projections.flags.evidence import Evidence
from projections.flags.flag import LOW, Hit
from projections.flags.items import Kept


def not_put_right(evidence: Evidence, parameters: Parameters) -> Iterator[Hit]:
    """Yield problems not reported as put right by their day, or reported late (审计法 Art. 52)."""
    del parameters
    by_record = {item.record: item for item in evidence.items}
    for kept in evidence.problems:
        told = _late(kept, evidence.day)
        if told:
            about, message = told
            item = by_record.get(kept.state.item or "")
            yield Hit(
                record=kept.record,
                title=kept.state.title,
                items=(item,) if item else (),
                message=message,
                steps=kept.steps,
                about=(about,),
                severity=LOW if about == "late" else "",
            )


def _late(kept: Kept[Rectification], day: date) -> tuple[str, str] | None:
    state = kept.state
    if state.due_on is None:
        return None
    if state.stage == OPEN and day > state.due_on:
        days = (day - state.due_on).days
        return (
            "open",
            f"{state.responsible} was to put it right by {state.due_on}; {days} days later it is open",
        )
    reported = _reported_on(kept)
    if reported is not None and reported > state.due_on:
        word = "closed since" if state.stage == CLOSED else "not closed yet"
        return (
            "late",
            f"due on {state.due_on}, reported as put right only on {reported}, {word}",
        )
    return None


def _reported_on(kept: Kept[Rectification]) -> date | None:
    """Return the day of the last report, or None."""
    reports = [each.day for each in kept.steps if isinstance(each.happened, Reported)]
    return reports[-1] if reports and kept.state.stage != OPEN else None
