"""What is told of withheld records: a public journal 公开目录, or the fields that were chosen.

Both are the office's word about events that are shown by their leaf hashes alone: each row names the
entries it is drawn from, and whoever doubts it may ask to be shown one of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ledger.clock import office_day, parse_time
from ledger.export.cover import CHOSEN, PUBLIC
from ledger.export.folded import Folded, folded
from ledger.export.part import File, Making, table
from ledger.export.parts.tables import NUMBERED, or_none, state_text

_JOURNAL = ("record", "family", "number", "title", "day", "events", "first_index", "last_index",
            "shown", "reason")  # fmt: skip
_FIXED = ("record", "family", "number", "first_index", "last_index")


def disclosed_part(making: Making) -> Iterator[File]:
    """Yield the journal of a public bundle, or the fields of one for who was promised those."""
    if making.cover.audience == PUBLIC:
        yield table("data/journal.csv", _JOURNAL, lambda: or_none(_journal(making), "record"))
    if making.cover.audience == CHOSEN:
        columns = (*_FIXED, *making.fields)
        yield table("data/fields.csv", columns, lambda: or_none(_fields(making), "record"))


def _journal(making: Making) -> Iterator[dict[str, Any]]:
    for each in folded(making, withheld=True):
        reason = making.scope.hidden.get(each.record, "")
        yield _told(making, each) | {
            "title": "" if reason else each.title,
            "day": office_day(parse_time(each.first.recorded_at), making.utc_offset),
            "events": each.last.version,
            "shown": not reason,
            "reason": reason,
        }


def _fields(making: Making) -> Iterator[dict[str, Any]]:
    for each in folded(making, withheld=True):
        state = dict(state_text(each))
        yield _told(making, each) | {name: state.get(name) for name in making.fields}


def _told(making: Making, each: Folded) -> dict[str, Any]:
    numbered = each.family.name in NUMBERED
    return {
        "record": making.scope.alias(each.record),
        "family": f"{each.family.zh} {each.family.name}",
        "number": getattr(each.state, "number", "") if numbered else "",
        "first_index": each.first.index,
        "last_index": each.last.index,
    }
