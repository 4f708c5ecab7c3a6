"""Classification marks 密级标志: what an ordinary deployment may not take in.

A state secret may not be stored or processed on a system that is not approved for it (保守国家秘密法
Art. 31). What is refused is the *mark*, not every text with the word: a level followed by the star
(`机密★1年`), a line that is nothing but a level, or a line that names the level (`密级：秘密`).
"""

from __future__ import annotations

import dataclasses
import re
import types
import unicodedata
from collections.abc import Hashable
from datetime import date
from functools import cache
from typing import Any, cast, get_args

from ledger.body import fields_of
from ledger.family import Context, Family, Happened, Part, Rule

CODE = "S1"
LEVELS = ("绝密", "机密", "秘密")
STARS = ("★", "☆")
_KEY_CHARACTER = "密"

_WORDLESS = frozenset({int, bool, date, types.NoneType})

_LEVEL = r"(?:绝[ \t]*密|机[ \t]*密|秘[ \t]*密)"
_PERIOD = r"(?:长期|\d+[ \t]*(?:年|个月|月|日|天))"
_MARK = (
    rf"{_LEVEL}[ \t]*级?[ \t]*[★☆]"
    rf"|^[ \t]*[【\[(〔]?[ \t]*(?:密[ \t]*级[ \t]*[:：][ \t]*)?{_LEVEL}[ \t]*级?[ \t]*{_PERIOD}?[ \t]*[】\])〕]?[ \t]*$"
)


def has_mark(text: str) -> bool:
    """Tell whether a text carries a classification mark."""
    # No other character is written as this one in any form of Unicode, so most texts end here.
    if _KEY_CHARACTER not in text:
        return False
    told = unicodedata.normalize("NFKC", text)
    return re.search(_MARK, told.replace("\r", "\n"), re.MULTILINE) is not None


def marked_fields(happened: Any) -> tuple[str, ...]:
    """Return the names of an event's fields that carry a mark, parts of it included."""
    return tuple(
        [
            name
            for name in _wordy(cast("Hashable", type(happened)))
            if _carries(getattr(happened, name))
        ]
    )


@cache
def _wordy(cls: Hashable) -> tuple[str, ...]:
    """Return the fields of a class of events or parts that can hold text, in order."""
    assert isinstance(cls, type), "fields are asked of classes"
    return tuple(
        each.name for each in fields_of(cls) if not _WORDLESS.issuperset(_kinds(each.kind))
    )


def _kinds(kind: Any) -> tuple[Any, ...]:
    """Return a field's type, or those of which it is one."""
    return get_args(kind) if isinstance(kind, types.UnionType) else (kind,)


def no_mark(*kinds: type[Happened]) -> Rule[Any]:
    """Return the rule that events of these kinds carry no classification mark."""
    return Rule(
        CODE,
        "保守国家秘密法 Art. 31",
        "no classified matter on the ordinary profile",
        kinds,
        _unmarked,
        guard=True,
    )


def guarding(family: Family[Any]) -> Family[Any]:
    """Return a family none of whose events may carry a classification mark, whether it says so or not."""
    guards = (rule for rule in family.rules if rule.guard and rule.code == CODE)
    told = {kind for rule in guards for kind in rule.kinds}
    silent = tuple(kind for kind in family.events if kind not in told)
    if not silent:
        return family
    return dataclasses.replace(family, rules=(*family.rules, no_mark(*silent)))


def _carries(value: Any) -> bool:
    """Tell whether a text, or one anywhere in a tuple or a part, carries a mark."""
    if isinstance(value, str):
        return _KEY_CHARACTER in value and has_mark(value)
    if isinstance(value, tuple):
        return bool(value) and any(map(_carries, value))
    return isinstance(value, Part) and bool(marked_fields(value))


def _unmarked(state: Any, happened: Any, context: Context) -> str | None:
    del state, context
    fields = marked_fields(happened)
    if not fields:
        return None
    return (
        f"{', '.join(fields)}: carries a classification mark; record it in the approved system"
    )
