"""Classification marks 密级标志: what an ordinary deployment may not take in.

A state secret may not be stored or processed on a system that is not approved for it (保守国家秘密法
Art. 31). What is refused is the *mark*, not every text with the word: a level followed by the star
(`机密★1年`), a line that is nothing but a level, or a line that names the level (`密级：秘密`).
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Any

from ledger.family import Context, Happened, Rule

_LEVEL = r"(?:绝[ \t]*密|机[ \t]*密|秘[ \t]*密)"
_PERIOD = r"(?:长期|\d+[ \t]*(?:年|个月|月|日|天))"
_MARK = re.compile(
    rf"{_LEVEL}[ \t]*级?[ \t]*[★☆]"
    rf"|^[ \t]*[【\[(〔]?[ \t]*(?:密[ \t]*级[ \t]*[:：][ \t]*)?{_LEVEL}[ \t]*级?[ \t]*{_PERIOD}?[ \t]*[】\])〕]?[ \t]*$",
    re.MULTILINE,
)


def has_mark(text: str) -> bool:
    """Tell whether a text carries a classification mark."""
    return _MARK.search(unicodedata.normalize("NFKC", text).replace("\r", "\n")) is not None


def marked_fields(happened: Any) -> tuple[str, ...]:
    """Return the names of an event's fields that carry a mark, parts of it included."""
    return tuple(
        field.name
        for field in dataclasses.fields(happened)
        if any(has_mark(text) for text in _texts(getattr(happened, field.name)))
    )


def no_mark(*kinds: type[Happened]) -> Rule[Any]:
    """Return the rule that events of these kinds carry no classification mark."""
    return Rule(
        "S1",
        "保守国家秘密法 Art. 31",
        "no classified matter on the ordinary profile",
        kinds,
        _unmarked,
        guard=True,
    )


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from _texts(each)
    elif dataclasses.is_dataclass(value) and not isinstance(value, date):
        for field in dataclasses.fields(value):
            yield from _texts(getattr(value, field.name))


def _unmarked(state: Any, happened: Any, context: Context) -> str | None:
    del state, context
    fields = marked_fields(happened)
    if not fields:
        return None
    return (
        f"{', '.join(fields)}: carries a classification mark; record it in the approved system"
    )
