"""Classification marks 密级标志: what an ordinary deployment may not take in.

A state secret may not be stored or processed on a system that is not approved for it (保守国家秘密法
Art. 31). What is refused is the *mark*, not every text with the word: a level followed by the star
(`机密★1年`), a line that is nothing but a level, or a line that names the level (`密级：秘密`).
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from typing import Any

from ledger.family import Context, Family, Happened, Part, Rule

CODE = "S1"
LEVELS = ("绝密", "机密", "秘密")
STARS = ("★", "☆")
_KEY_CHARACTER = "密"

_LEVEL = r"(?:绝[ \t]*密|机[ \t]*密|秘[ \t]*密)"
_PERIOD = r"(?:长期|\d+[ \t]*(?:年|个月|月|日|天))"
_MARK = re.compile(
    rf"{_LEVEL}[ \t]*级?[ \t]*[★☆]"
    rf"|^[ \t]*[【\[(〔]?[ \t]*(?:密[ \t]*级[ \t]*[:：][ \t]*)?{_LEVEL}[ \t]*级?[ \t]*{_PERIOD}?[ \t]*[】\])〕]?[ \t]*$",
    re.MULTILINE,
)


def has_mark(text: str) -> bool:
    """Tell whether a text carries a classification mark."""
    if text.isascii():
        return False
    told = unicodedata.normalize("NFKC", text)
    return _KEY_CHARACTER in told and _MARK.search(told.replace("\r", "\n")) is not None


def marked_fields(happened: Any) -> tuple[str, ...]:
    """Return the names of an event's fields that carry a mark, parts of it included."""
    return tuple(
        [name for name in happened.__dataclass_fields__ if _carries(getattr(happened, name))]
    )


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
        return has_mark(value)
    if isinstance(value, tuple):
        return any(map(_carries, value))
    return isinstance(value, Part) and bool(marked_fields(value))


def _unmarked(state: Any, happened: Any, context: Context) -> str | None:
    del state, context
    fields = marked_fields(happened)
    if not fields:
        return None
    return (
        f"{', '.join(fields)}: carries a classification mark; record it in the approved system"
    )
