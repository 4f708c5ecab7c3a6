"""Event bytes as typed events, quickly: for views only, which evidence never rests on.

A view is folded from bytes that the append has checked and `verify` checks again. So here nothing is
encoded anew to compare, and each field is only converted where its stored form differs from its
typed one. What decodes here decodes the same in `ledger.body`; a test holds the two together.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

from ledger.body import fields_of
from ledger.clock import office_day, parse_time
from ledger.errors import MalformedError
from ledger.family import Happened
from ledger.store.contract import EventRow, SealRow

Decode = Callable[[dict[str, Any]], Happened]

_AS_STORED = (str, int, bool, str | None, int | None, bool | None)


class Sealed(NamedTuple):
    """What the seal of an act says of all its events, and the office's day of recording."""

    act: str
    actor: str
    key: str
    basis: str
    on_behalf_of: str | None
    recorded_at: str
    day: date


def decoders(kinds: Mapping[str, type[Happened]]) -> dict[str, Decode]:
    """Return, for each kind, what makes a typed event of a body."""
    return {kind: _decoder(cls) for kind, cls in kinds.items()}


def open_row(row: EventRow, decode: Decode) -> Happened:
    """Return the typed event of a stored row.

    Raises:
        MalformedError: the bytes are not one event of its kind.
    """
    try:
        return decode(json.loads(row.event)["body"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise MalformedError(
            row.kind, expected="an event of its kind", found=str(error)
        ) from error


def open_sealed(seal: SealRow, recorded_at: str, utc_offset: str) -> Sealed:
    """Return what a stored seal says; whether its signature holds is for `verify` to say.

    Raises:
        MalformedError: the envelope holds no act.
    """
    try:
        payload = base64.b64decode(json.loads(seal.envelope)["payload"])
        act = json.loads(payload)
        return Sealed(
            seal.act, act["actor"], act["key"], act["basis"], act["on_behalf_of"], recorded_at,
            office_day(parse_time(recorded_at), utc_offset),
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise MalformedError(
            f"seal of act {seal.act}", expected="an envelope over an act", found=str(error)
        ) from error


def _decoder(cls: type[Happened]) -> Decode:
    fields = fields_of(cls)
    count = len(fields)
    converted = tuple(
        (field.name, field.read) for field in fields if field.kind not in _AS_STORED
    )

    def decode(body: dict[str, Any]) -> Happened:
        if len(body) != count:
            raise TypeError(f"{len(body)} members, expected {count}")
        for name, read in converted:
            body[name] = read(body[name])
        return cls(**body)

    return decode
