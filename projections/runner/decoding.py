"""Event bytes as typed events, quickly: for views only, which evidence never rests on.

A view is folded from bytes that the append has checked and `verify` checks again. So here nothing is
encoded anew to compare, and each field is only converted where its stored form differs from its
typed one. What decodes here decodes the same in `ledger.body`; a test holds the two together.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Container, Iterable, KeysView
from datetime import date
from functools import lru_cache
from types import NoneType
from typing import Any, NamedTuple, TypeVar, get_args, get_origin

from ledger.body import fields_of
from ledger.clock import office_day, parse_time
from ledger.errors import MalformedError
from ledger.family import Family, Happened, Part, family_of
from ledger.frozen import maker
from ledger.records.office import Founded
from ledger.store.contract import EventRow, LogReader, SealRow
from projections.projection import Past, Recorded

T = TypeVar("T")
Decode = Callable[[dict[str, Any]], Happened]

# The bytes are canonical JSON: one value, nothing around it. This is what `json.loads` ends in.
_scan = json.JSONDecoder().raw_decode
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
    utc_offset: str


class Opening:
    """How events of the families that some view listens to are opened and folded."""

    def __init__(
        self, families: Iterable[Family[Any]], wanted: Container[str], *, utc_offset: str
    ) -> None:
        """Open these kinds of these families; days are the office's, by its zone of time."""
        self._families = {family.name: family for family in families}
        self._decode = {
            cls.KIND: decoder(cls)
            for family in self._families.values()
            for cls in family.events
            if cls.KIND in wanted
        }
        self._utc_offset = utc_offset

    @property
    def kinds(self) -> KeysView[str]:
        """The kinds that are opened."""
        return self._decode.keys()

    def recorded(self, row: EventRow, sealed: Sealed) -> Recorded:
        """Return an event as views are given it.

        Raises:
            MalformedError: the bytes are not one event of its kind.
        """
        happened = open_row(row, self._decode[row.kind])
        return Recorded(row.index, row.record, row.version, happened, *sealed)

    def sealed(self, seal: SealRow, recorded_at: str) -> Sealed:
        """Return what the seal of an act says of its events.

        Raises:
            MalformedError: the envelope holds no act.
        """
        return open_sealed(seal, recorded_at, self._utc_offset)

    def history(self, record: str, events: Iterable[Recorded]) -> list[Past]:
        """Return a record's events with the state after each."""
        family = self._families[family_of(record)]
        state = family.initial
        history = []
        for recorded in events:
            state = family.evolve(state, recorded.happened)
            history.append(Past(recorded, state))
        return history


def open_row(row: EventRow, decode: Decode) -> Happened:
    """Return the typed event of a stored row.

    Raises:
        MalformedError: the bytes are not one event of its kind.
    """
    try:
        return decode(_scan(row.event.decode())[0]["body"])
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
        payload = base64.b64decode(_scan(seal.envelope.decode())[0]["payload"])
        act = _scan(payload.decode())[0]
        return Sealed(
            seal.act, act["actor"], act["key"], act["basis"], act["on_behalf_of"], recorded_at,
            _day(recorded_at, utc_offset), utc_offset,
        )  # fmt: skip
    except (KeyError, TypeError, ValueError) as error:
        raise MalformedError(
            f"seal of act {seal.act}", expected="an envelope over an act", found=str(error)
        ) from error


def utc_offset_of(log: LogReader) -> str:
    """Return the office's zone of time, from the founding event; UTC where there is none.

    Raises:
        MalformedError: the founding event cannot be read.
    """
    founding = log.event_at(0)
    if founding is None or founding.kind != Founded.KIND:
        return "+00:00"
    return str(getattr(open_row(founding, decoder(Founded)), "utc_offset", "+00:00"))


@lru_cache(maxsize=1024)
def _day(recorded_at: str, utc_offset: str) -> date:
    """Return the office's day; acts of one batch share theirs."""
    return office_day(parse_time(recorded_at), utc_offset)


def decoder(cls: type[Happened]) -> Decode:
    """Return what makes the typed event of a body."""
    return _reader(cls)


def _reader(cls: type[T]) -> Callable[[dict[str, Any]], T]:
    """Return what makes an event, or a part of one, of its members: all of them, in order, at once."""
    fields = fields_of(cls)
    count = len(fields)
    make, names = maker(cls), [field.name for field in fields]
    read_all = [
        (place, read)
        for place, field in enumerate(fields)
        for read in [_converter(field.kind)]
        if read is not None
    ]

    def decode(body: dict[str, Any]) -> T:
        if len(body) != count:
            raise TypeError(f"{len(body)} members, expected {count}")
        values = [body[name] for name in names]
        for place, read in read_all:
            values[place] = read(values[place])
        return make(values)

    return decode


def _converter(kind: Any) -> Callable[[Any], Any] | None:
    """Return what turns a stored value into the typed one of its kind; None where it is that."""
    if kind in _AS_STORED:
        return None
    if kind is date:
        return date.fromisoformat
    if isinstance(kind, type) and issubclass(kind, Part):
        return _reader(kind)
    arguments = [each for each in get_args(kind) if each is not NoneType]
    inner = _converter(arguments[0])
    if get_origin(kind) is tuple:
        return tuple if inner is None else lambda told: tuple(map(inner, told))
    assert inner is not None, f"{kind} stands as it is"
    return lambda told: None if told is None else inner(told)
