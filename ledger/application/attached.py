"""Attached content: which kinds of events can carry it, and what one event names by digest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, get_args

from ledger.body import fields_of
from ledger.family import Attachment, Happened, Part


def attaching_kinds(kinds: Mapping[str, type[Happened]]) -> frozenset[str]:
    """Return the kinds of events that can carry attachments, themselves or in a part."""
    return frozenset(kind for kind, cls in kinds.items() if _carries(cls))


def attachments(value: Any) -> Iterator[Attachment]:
    """Yield the attachments in an event or a part of one."""
    if isinstance(value, Attachment):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from attachments(each)
    elif is_dataclass(value):
        for each in fields(value):
            yield from attachments(getattr(value, each.name))


def _carries(kind: Any) -> bool:
    if kind is Attachment:
        return True
    if isinstance(kind, type) and issubclass(kind, Happened | Part):
        return any(_carries(each.kind) for each in fields_of(kind))
    return any(_carries(each) for each in get_args(kind))
