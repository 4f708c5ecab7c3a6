"""Attached content: which kinds of events can carry it, and what one event names by digest."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from functools import cache
from typing import Any, cast, get_args

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
    elif isinstance(value, Happened | Part):
        for name in _carrying(cast("Hashable", type(value))):
            yield from attachments(getattr(value, name))


@cache
def _carrying(cls: Hashable) -> tuple[str, ...]:
    """Return the fields of a class of events or parts that can hold attachments, in order."""
    assert isinstance(cls, type), "fields are asked of classes"
    return tuple(each.name for each in fields_of(cls) if _carries(each.kind))


def _carries(kind: Any) -> bool:
    if kind is Attachment:
        return True
    if isinstance(kind, type) and issubclass(kind, Happened | Part):
        return any(_carries(each.kind) for each in fields_of(kind))
    return any(_carries(each) for each in get_args(kind))
