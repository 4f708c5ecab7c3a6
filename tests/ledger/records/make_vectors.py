"""Write a golden vector for every event kind that has none yet; what exists is never touched.

Run from the repository: `python -m tests.ledger.records.make_vectors`. A vector holds an event's
canonical body, as text, and its digest; once released it is only added to.
"""

from __future__ import annotations

import json
import types
from datetime import date
from pathlib import Path
from typing import Any, get_args, get_origin

from ledger import canonical
from ledger.body import fields_of, format_body
from ledger.family import ANY, Happened, Part
from ledger.records import FAMILIES

VECTORS = Path(__file__).resolve().parents[2] / "vectors" / "events"
KINDS = {happened.KIND: happened for family in FAMILIES for happened in family.events}


def vector_path(kind: str) -> Path:
    """Return where the vector of `series.opened/1` lies: `series/opened-1.json`."""
    family, _, rest = kind.partition(".")
    return VECTORS / family / (rest.replace("/", "-") + ".json")


def sample(cls: type[Any]) -> Any:
    """Return an event or part with a value made up from each field's type and term."""
    return cls(
        **{
            field.name: field.term.choices[0]
            if field.term.choices
            else _value(field.kind, field)
            for field in fields_of(cls)
        }
    )


def vector(happened: Happened) -> str:
    """Return a vector's text."""
    body = canonical.encode(format_body(happened))
    told = {"kind": happened.KIND, "body": body.decode(), "digest": canonical.digest(body)}
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def write_missing() -> list[Path]:
    """Write the vectors that do not exist; return their paths."""
    made = []
    for kind, cls in KINDS.items():
        path = vector_path(kind)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(vector(sample(cls)), encoding="utf-8")
            made.append(path)
    return made


def _value(kind: Any, field: Any) -> Any:
    if get_origin(kind) is types.UnionType:
        kind = next(each for each in get_args(kind) if each is not types.NoneType)
    if get_origin(kind) is tuple:
        return (_one(get_args(kind)[0], field),)
    return _one(kind, field)


def _one(kind: Any, field: Any) -> Any:
    if isinstance(kind, type) and issubclass(kind, Part):
        return sample(kind)
    if kind is str:
        family = "document" if field.term.refers == ANY else field.term.refers
        named = family and f"{family}/01HQ0000000000000000000000"
        return named or f"{field.term.zh}（{field.name}）"
    return {int: 7, bool: True, date: date(2023, 5, 8)}[kind]


if __name__ == "__main__":
    for each in write_missing():
        print(each.relative_to(VECTORS))  # noqa: T201 -- the answer of a command
