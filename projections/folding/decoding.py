"""Event bytes as typed events, quickly: for views only, which evidence never rests on.

A view is folded from bytes that the append has checked and `verify` checks again. So here nothing is
encoded anew to compare, and each field is only converted where its stored form differs from its
typed one. What decodes here decodes the same in `ledger.body`; a test holds the two together.

Bodies are read by `orjson`, which only accepts: what it refuses, and what is then no event of its kind, is
read again by the standard library, whose word counts. Of a whole number beyond 64 bits `orjson` makes a
float, which no event has. What stands after a body is not looked at: the row says it too.
"""

from __future__ import annotations

import binascii
import json
import re
from collections.abc import Callable, Container, Hashable, Iterable, KeysView
from datetime import date
from functools import cache, lru_cache
from types import NoneType
from typing import Any, NamedTuple, TypeVar, cast, get_args, get_origin

import orjson

from ledger.body import fields_of
from ledger.clock import office_day, parse_time
from ledger.errors import MalformedError
from ledger.family import Family, Happened, Part, family_of
from ledger.frozen import written
from ledger.records.office import Founded
from ledger.store.contract import EventRow, LogReader, RawRow, SealRow
from projections.projection import Past, Recorded

T = TypeVar("T")
Decode = Callable[[dict[str, Any]], Happened]
Said = tuple[str, str, str, str | None]
"""Actor, key, basis and whom they acted for, as the seal of an act says."""

# The bytes are canonical JSON: one value, nothing around it. This is what `json.loads` ends in; where
# there is no value, it stops an iteration.
_scan: Callable[[str, int], tuple[Any, int]] = json.JSONDecoder().scan_once  # type: ignore[attr-defined]
# The members are sorted, so an event begins with its body, and its kind is next.
_BODY = '{"body":'
_BODY_AT = len(_BODY)
_OPENS = b'{"body":{'
_CLOSES = b',"kind":"'
_MINUTE = len("2022-03-01T17:00")
_NO_EVENT = (KeyError, TypeError, ValueError, AttributeError, StopIteration)
_AS_STORED = (str, int, bool, str | None, int | None, bool | None)
_WHOLE = (int, int | None)


# An act as it is written, up to what its events are told of it (`ledger.act`). What is written otherwise
# is read as any JSON.
_PAYLOAD = b'{"payload":"'
_PAYLOAD_AT = len(_PAYLOAD)
_ACT = re.compile(
    r'\{"act":"[^"\\]*","actor":"([^"\\]*)","at":"[^"\\]*","basis":"([^"\\]*)","events":\[[^\]]*\],"key":"([^"\\]*)"'
    r',"ledger":"[^"\\]*","on_behalf_of":(?:null|"([^"\\]*)"),"reads":\['
)


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
        self._events = {
            cls.KIND: cls
            for family in self._families.values()
            for cls in family.events
            if cls.KIND in wanted
        }
        self._utc_offset = utc_offset
        self._decode: dict[str, Decode] = {}

    @property
    def kinds(self) -> KeysView[str]:
        """The kinds that are opened."""
        return self._events.keys()

    def recorded(self, row: EventRow, sealed: Sealed) -> Recorded:
        """Return an event as views are given it.

        Raises:
            MalformedError: the bytes are not one event of its kind.
        """
        happened = open_row(row, self._decoder(row.kind))
        return Recorded(row.index, row.record, row.version, happened, *sealed)

    def opened(self, row: RawRow, said: Said) -> Recorded:
        """Return the event of a bare row, with what the seal of its act says.

        Raises:
            MalformedError: the bytes are not one event of its kind.
        """
        index, record, version, kind, event, act, recorded_at, _ = row
        happened = open_event(event, kind, self._decode.get(kind) or self._decoder(kind))
        zone = self._utc_offset
        day = _day_of_minute(recorded_at[:_MINUTE], zone)
        # What a named tuple's own constructor does, at half the cost.
        told = (index, record, version, happened, act, *said, recorded_at, day, zone)
        return tuple.__new__(Recorded, told)

    def _decoder(self, kind: str) -> Decode:
        return self._decode.setdefault(kind, decoder(self._events[kind]))

    def sealed(self, seal: SealRow, recorded_at: str) -> Sealed:
        """Return what the seal of an act says of its events.

        Raises:
            MalformedError: the envelope holds no act.
        """
        return open_sealed(seal, recorded_at, self._utc_offset)

    def start(self, record: str) -> tuple[Callable[[Any, Any], Any], Any]:
        """Return how a record's family folds, and the state before anything happened to it."""
        family = self._families[family_of(record)]
        return family.evolve, family.initial

    def history(self, record: str, events: Iterable[Recorded]) -> list[Past]:
        """Return a record's events with the state after each."""
        evolve, state = self.start(record)
        history = []
        for recorded in events:
            state = evolve(state, recorded.happened)
            history.append(Past(recorded, state))
        return history


def open_row(row: EventRow, decode: Decode) -> Happened:
    """Return the typed event of a stored row.

    Raises:
        MalformedError: the bytes are not one event of its kind.
    """
    return open_event(row.event, row.kind, decode)


def open_event(event: bytes, kind: str, decode: Decode) -> Happened:
    """Return the typed event of stored bytes.

    Raises:
        MalformedError: the bytes are not one event of its kind.
    """
    if event.startswith(_OPENS):
        try:
            return decode(orjson.loads(event[_BODY_AT : event.rfind(_CLOSES)]))
        except _NO_EVENT:
            return _open_plainly(event, kind, decode)
    return _open_plainly(event, kind, decode)


def _open_plainly(event: bytes, kind: str, decode: Decode) -> Happened:
    try:
        text = event.decode()
        if not text.startswith(_BODY):
            raise ValueError(f"no {_BODY}")
        return decode(_scan(text, _BODY_AT)[0])
    except _NO_EVENT as error:
        raise MalformedError(kind, expected="an event of its kind", found=str(error)) from error


def open_sealed(seal: SealRow, recorded_at: str, utc_offset: str) -> Sealed:
    """Return what a stored seal says; whether its signature holds is for `verify` to say.

    Raises:
        MalformedError: the envelope holds no act.
    """
    day = day_of(recorded_at, utc_offset)
    return Sealed(seal.act, *open_said(seal), recorded_at, day, utc_offset)


def open_said(seal: SealRow) -> Said:
    """Return actor, key, basis and whom they acted for, as a stored seal says.

    Raises:
        MalformedError: the envelope holds no act.
    """
    try:
        envelope = seal.envelope
        if not envelope.startswith(_PAYLOAD):
            raise ValueError("no payload")
        stop = envelope.index(b'"', _PAYLOAD_AT)
        text = binascii.a2b_base64(envelope[_PAYLOAD_AT:stop]).decode()
        told = _ACT.match(text)
        if told is not None and text.endswith("}}"):
            actor, basis, key, on_behalf_of = told.groups()
            return actor, key, basis, on_behalf_of
        act = _scan(text, 0)[0]
        return act["actor"], act["key"], act["basis"], act["on_behalf_of"]
    except _NO_EVENT as error:
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


def day_of(recorded_at: str, utc_offset: str) -> date:
    """Return the office's day of a moment of recording."""
    return _day_of_minute(recorded_at[:_MINUTE], utc_offset)


@lru_cache(maxsize=4096)
def _day_of_minute(minute: str, utc_offset: str) -> date:
    """Return the office's day of a minute, `2022-03-01T17:00`: zones are whole minutes apart."""
    return office_day(parse_time(f"{minute}:00.000000Z"), utc_offset)


def decoder(cls: type[T]) -> Callable[[dict[str, Any]], T]:
    """Return what makes the typed event of a body; it is made when it is first asked for."""
    return _decoder(cast("Hashable", cls))


@cache
def _decoder(cls: Hashable) -> Callable[[dict[str, Any]], Any]:
    assert isinstance(cls, type), "decoders are asked for of classes"
    return _reader(cls)


def _reader(cls: type[T]) -> Callable[[dict[str, Any]], T]:
    """Return what makes an event, or a part of one, of its members: all of them, each as its kind asks."""
    fields = fields_of(cls)
    known: dict[str, Any] = {"day": date.fromisoformat}
    told = [_expression(field.kind, f"body[{field.name!r}]", known) for field in fields]
    number = f"if len(body) != {len(fields)}: raise TypeError('expected {len(fields)} members')"
    whole = [
        f"if type(made.{field.name}) is float: raise TypeError('expected a whole number')"
        for field in fields
        if field.kind in _WHOLE
    ]
    return written(cls, "body", [number], told, after=whole, **known)


def _expression(kind: Any, stored: str, known: dict[str, Any]) -> str:
    """Return how the typed value of a kind is made of the stored one; what it takes is made known."""
    if kind in _AS_STORED:
        return stored
    if kind is date:
        return f"day({stored})"
    if isinstance(kind, type) and issubclass(kind, Part):
        known[kind.__name__] = decoder(kind)
        return f"{kind.__name__}({stored})"
    inner = next(each for each in get_args(kind) if each is not NoneType)
    if get_origin(kind) is not tuple:
        return f"None if (told := {stored}) is None else {_expression(inner, 'told', known)}"
    made = _expression(inner, "each", known)
    return f"tuple({stored})" if made == "each" else f"tuple([{made} for each in {stored}])"
