"""Events in words a person reads: each field by its term, each value as an office writes it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from ledger.body import fields_of, format_body
from ledger.family import Attachment, Happened, Part, Term
from ledger.frozen import frozen

FEN = "_fen"
OCCURRED = ("occurred_at", "occurred_on", "effective_on")

# Turns a record's full name into a person's name or title, or leaves it.
Naming = Callable[[str], str]


@frozen
class FieldLine:
    """One field of an event: its name, its words, its value as stored, and as people read it."""

    name: str
    zh: str
    en: str
    value: Any
    text: str


def field_lines(happened: Happened, naming: Naming) -> tuple[FieldLine, ...]:
    """Return the fields of an event in the order of their declaration."""
    values = format_body(happened)
    return tuple(
        FieldLine(
            name=each.name,
            zh=each.term.zh,
            en=each.term.en,
            value=values[each.name],
            text=text_of(each.name, getattr(happened, each.name), each.term, naming),
        )
        for each in fields_of(type(happened))
        if not each.term.hides
    )


def text_of(name: str, value: Any, term: Term, naming: Naming) -> str:
    """Return a value as people read it; what is empty is empty."""
    match value:
        case None | () | "":
            told = ""
        case bool():
            told = "是" if value else "否"
        case int():
            told = yuan(value) if name.endswith(FEN) else str(value)
        case date():
            told = value.isoformat()
        case Part():
            told = _part(value, naming)
        case tuple():
            told = "、".join(text_of(name, each, term, naming) for each in value)
        case _:
            told = naming(value) if "/" in value else str(value)
    return told


def yuan(fen: int) -> str:
    """Return an amount of fen in yuan: `1,234.50 元`."""
    sign = "-" if fen < 0 else ""
    whole, rest = divmod(abs(fen), 100)
    return f"{sign}{whole:,}.{rest:02d} 元"


def occurred(happened: Happened) -> str:
    """Return when it happened, as the event tells it (a day or a moment), or an empty text."""
    for name in OCCURRED:
        value = getattr(happened, name, None)
        if value:
            return value.isoformat() if isinstance(value, date) else str(value)
    return ""


def _part(part: Part, naming: Naming) -> str:
    if isinstance(part, Attachment):
        return f"{part.name}（{part.size_bytes:,} 字节）"
    told = [
        (each.term.zh, text_of(each.name, getattr(part, each.name), each.term, naming))
        for each in fields_of(type(part))
    ]
    return "；".join(f"{zh} {text}" for zh, text in told if text)
