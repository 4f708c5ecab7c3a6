"""Event bytes as typed events, quickly: for views only, which evidence never rests on.

A view is folded from bytes that the append has checked and `verify` checks again. So here nothing is
encoded anew to compare, and each field is only converted where its stored form differs from its
typed one. What decodes here decodes the same in `ledger.body`; a test holds the two together.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Container, Hashable, Iterable, KeysView
from datetime import date
from functools import cache, lru_cache
from types import NoneType
from typing import Any, NamedTuple, TypeVar, cast, get_args, get_origin

from ledger.body import fields_of
from ledger.clock import office_day, parse_time
from ledger.errors import MalformedError
from ledger.family import Family, Happened, Part, family_of
from ledger.frozen import maker
from ledger.records.office import Founded
from ledger.store.contract import EventRow, LogReader, RawRow, SealRow
from projections.projection import Past, Recorded

T = TypeVar("T")
Decode = Callable[[dict[str, Any]], Happened]
Said = tuple[str, str, str, str | None]
"""Actor, key, basis and whom they acted for, as the seal of an act says."""

# The bytes are canonical JSON: one value, nothing around it. This is what `json.loads` ends in.
_scan = json.JSONDecoder().raw_decode
# The members are sorted, so an event begins with its body; what else it says stands in its row too.
_BODY = '{"body":'
_MINUTE = len("2022-03-01T17:00")
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
        day, zone = day_of(recorded_at, self._utc_offset), self._utc_offset
        return Recorded(index, record, version, happened, act, *said, recorded_at, day, zone)

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
    try:
        text = event.decode()
        body = text.index(_BODY, 0, len(_BODY)) + len(_BODY)
        return decode(_scan(text, body)[0])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
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
        payload = base64.b64decode(_scan(seal.envelope.decode())[0]["payload"])
        act = _scan(payload.decode())[0]
        return act["actor"], act["key"], act["basis"], act["on_behalf_of"]
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


def day_of(recorded_at: str, utc_offset: str) -> date:
    """Return the office's day of a moment of recording."""
    return _day_of_minute(recorded_at[:_MINUTE], utc_offset)


@lru_cache(maxsize=4096)
def _day_of_minute(minute: str, utc_offset: str) -> date:
    """Return the office's day of a minute, `2022-03-01T17:00`: zones are whole minutes apart."""
    return office_day(parse_time(f"{minute}:00.000000Z"), utc_offset)


def decoder(cls: type[Happened]) -> Decode:
    """Return what makes the typed event of a body; it is made when it is first asked for."""
    return _decoder(cast("Hashable", cls))


@cache
def _decoder(cls: Hashable) -> Decode:
    assert isinstance(cls, type), "decoders are asked for of classes"
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
