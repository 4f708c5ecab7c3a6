r"""Reading canonical bytes fast: one pattern for each form, which only its canonical bytes match.

For every kind of the closed registry there is one regular expression over an event's bytes, made
from the declared fields; there is one for the envelope and one for the act. Bytes that match are
canonical, whole and of their declared types: the same as `ledger.act` and `ledger.body` would say,
in a tenth of the time. Bytes that do not match prove nothing: they are then read by `ledger.act`, which
alone decides and says what is wrong. A test holds both against each other.
"""

from __future__ import annotations

import binascii
import json
import re
import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Union, get_args, get_origin

from ledger import canonical
from ledger.act import (
    MAX_EVENT_BYTES,
    MAX_EVENTS,
    MAX_READS,
    Act,
    open_seal,
    parse_event,
    signed_bytes,
)
from ledger.body import fields_of, parse_body
from ledger.clock import parse_time
from ledger.errors import MalformedError
from ledger.family import Happened, Part

ZEROS = canonical.ZERO_DIGEST.encode()

# E2 80 AA-AE and E2 81 A6-A9 are the bidi overrides; surrogates do not decode.
_PLAIN = rb'[^"\\\x00-\x1f\xe2]*+'
_SPECIAL = rb'(?:\\["\\nt]|\xe2(?!\x80[\xaa-\xae]|\x81[\xa6-\xa9]))'
_STR = rb'"' + _PLAIN + rb"(?:" + _SPECIAL + _PLAIN + rb')*+"'
# The same where nothing is escaped and nothing is wrong, in half of the time (`is_plain`).
_PLAIN_STR = rb'"[^"]*+"'
# Each byte as 1 if it is a control character or begins an escape, else as 0.
_UNPLAIN = bytes(byte < 0x20 or byte == 0x5C for byte in range(256))
_BIDI = re.compile(rb"\xe2(?:\x80[\xaa-\xae]|\x81[\xa6-\xa9])")
_NEVER = re.compile(rb"(?!)")
_INT = rb"(?:0|-?[1-9][0-9]{0,14})"
_BOOL = rb"(?:true|false)"
# 29 February is left to the calendar.
_DAY = (
    rb"(?!0000)[0-9]{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"
    rb"|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
)
_TIME = _DAY + rb"T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{6}Z"
_HEX = rb"[0-9a-f]{64}"
# Unicode's white space is U+0085, U+00A0, U+1680, U+3000, or begins with E2 80 or E2 81, as bidi overrides do.
_NAME = re.compile(
    rb'(?:[^"\\\x00-\x20\x7f\xc2\xe1\xe2\xe3]++|\xe3(?!\x80\x80)'
    rb"|\xc2(?![\x85\xa0])|\xe1(?!\x9a\x80)|\xe2(?![\x80\x81]))++"
)
_DIGEST = re.compile(_HEX)
_LONGEST_NAME = 200
_DIGEST_CHARACTERS = 64
# So many events together stay in a processor's nearest cache while they are looked at.
AT_ONCE = 32

_ENVELOPE = re.compile(
    # What is in the middle of the payload is left to `binascii`; its last bits are looked at here.
    rb'\{"payload":"([^"]*+)(?<=.[AQgw]==|..[AEIMQUYcgkosw048]=|...[A-Za-z0-9+/])'
    rb'","payloadType":"application/vnd\.qifeng\.act\.v1\+json"'
    rb',"signatures":\[\{"keyid":"[0-9a-f]{64}:ed25519","sig":"([A-Za-z0-9+/]{85}[AQgw]==)"\}\]\}'
)
_RECORD_NAME = r'[a-z]+/[^\s"\\\x00-\x1f\x7f]{1,200}+'
# Of a long act the digests are nearly all, and of one form: they are cut out of it (`_cut`).
_LONG = 2048
_BEFORE, _AFTER = b',"events":["', b'"],"key":"'
_ACT = re.compile(
    r'\{"act":"([0-7][0-9A-HJKMNP-TV-Z]{25})","actor":"(officer/[0-9A-Za-z]{1,100})"'
    r',"at":"(' + _TIME.decode() + r')","basis":"(direct|as-found|paper)"'
    r',"events":\["((?:[0-9a-f]{64}(?:","[0-9a-f]{64}){0,255}+)?+)"\],"key":"([0-9a-f]{64})"'
    r',"ledger":"([\x21\x23-\x5b\x5d-\x7e]+)"'
    r',"on_behalf_of":(?:null|"(officer/[0-9A-Za-z]{1,100})")'
    r',"reads":\[((?:\["' + _RECORD_NAME + r'",(?:0|[1-9][0-9]{0,14})\](?:,(?=\[)|(?=\])))*+)\]'
    r',"request":"[0-9a-f]{64}","seen":\{"root":"([0-9a-f]{64})"'
    r',"size":(0|[1-9][0-9]{0,14})\}\}'
)  # fmt: skip
_TIME_FORM = re.compile(_TIME.decode())

Told = tuple[bytes, bytes, bytes]
"""What an event says of its place: prev, record, version."""
Reads = tuple[tuple[str, int], ...]


@dataclass(slots=True)
class Opened:
    """An opened envelope, as `ledger.act.Seal` but with one signature's bytes at hand."""

    act: str
    actor: str
    at: str
    basis: str
    events: list[str]
    key: str
    ledger: str
    on_behalf_of: str | None
    reads: Reads
    seen_root: str
    seen_size: int
    signed: bytes
    signatures: tuple[bytes, ...]


Kinds = Mapping[str, type[Happened]]


class Patterns(dict[str, re.Pattern[bytes]]):
    """Each kind's pattern, of any bytes or of plain ones; of a kind that is not registered nothing matches."""

    def __init__(self, kinds: Kinds, text: bytes = _STR) -> None:
        super().__init__()
        self._kinds = kinds
        self._text = text

    def __missing__(self, kind: str) -> re.Pattern[bytes]:
        """Compile the pattern of a kind; unknown ones are not kept, so that data cannot pile up."""
        cls = self._kinds.get(kind)
        if cls is None:
            return _NEVER
        self[kind] = re.compile(_event_pattern(kind, cls).replace(_STR, self._text))
        return self[kind]


class EventForms:
    """The patterns of all registered kinds, each compiled when it is first met."""

    def __init__(self, kinds: Kinds) -> None:
        """Know these kinds and no other."""
        self.kinds = kinds
        self.patterns = Patterns(kinds)
        self.plain = Patterns(kinds, _PLAIN_STR)

    def told(self, kind: str, encoded: bytes) -> tuple[str, str, str, int]:
        """Return (kind, prev, record, version) of an event's bytes; `kind` is where to look first.

        Raises:
            MalformedError: the bytes are not one event of a registered kind.
        """
        patterns = self.plain if is_plain(encoded) else self.patterns
        matched = patterns[kind].fullmatch(encoded)
        if matched and len(encoded) <= MAX_EVENT_BYTES:
            prev, record, version = matched.groups()
            if stands(prev, record, version) and _decodes(encoded):
                return kind, prev.decode(), record.decode(), int(version)
        return self._slowly(encoded)

    def all_told(self, kinds: Sequence[str], events: Sequence[bytes]) -> list[Told] | None:
        """Return what events of these kinds say of their places, or None where one's form is not seen here.

        Whether that `stands` is still to be asked.
        """
        plain = True
        for start in range(0, len(events), AT_ONCE):
            some = events[start : start + AT_ONCE]
            together = b"".join(some)
            plain = plain and is_plain(together)
            # Each begins and ends with a brace, if it matches: all of them decode if each does.
            if not _decodes(together):
                return None
            if len(together) > MAX_EVENT_BYTES < max(map(len, some)):
                return None
        patterns = self.plain if plain else self.patterns
        matched = [
            patterns[kind].fullmatch(encoded)
            for kind, encoded in zip(kinds, events, strict=True)
        ]
        told: list[Any] = [each.groups() for each in matched if each]
        return told if len(told) == len(events) else None

    def happened(self, encoded: bytes) -> Happened:
        """Return the typed event of bytes that `told` has accepted."""
        event = canonical.load(encoded)
        return parse_body(self.kinds[event["kind"]], event["body"])

    def _slowly(self, encoded: bytes) -> tuple[str, str, str, int]:
        event = parse_event(encoded)
        cls = self.kinds.get(event.kind)
        if cls is None:
            raise MalformedError("event: kind", expected="a registered one", found=event.kind)
        parse_body(cls, event.body)
        return event.kind, event.prev, event.record, event.version


def is_plain(encoded: bytes) -> bool:
    """Tell whether bytes hold no escape, no control character and no bidi override."""
    if b"\x01" in encoded.translate(_UNPLAIN):
        return False
    return b"\xe2" not in encoded or not _BIDI.search(encoded)


def stands(prev: bytes, record: bytes, version: bytes) -> bool:
    """Tell whether what a pattern's groups hold is so: only a first event follows nothing.

    A pattern takes anything for a digest and a name, which are looked at here: nearly always they
    are known before from the event that this one follows (`ledger.audit.chains`), and need no look.
    """
    name = record.partition(b"/")[2]
    if (version == b"1") != (prev == ZEROS) or len(name) > _LONGEST_NAME:
        return False
    return bool(_NAME.fullmatch(name) and _DIGEST.fullmatch(prev))


def is_time(text: str) -> bool:
    """Tell whether a text is a moment as `ledger.clock` writes it; for 29 February it is asked."""
    if _TIME_FORM.fullmatch(text):
        return True
    try:
        parse_time(text)
    except MalformedError:
        return False
    return True


def open_envelope(envelope: bytes) -> Opened:
    """Return what an envelope holds; whether its signatures hold is not judged here.

    Raises:
        MalformedError: the bytes are not exactly one envelope over one act.
    """
    matched = _ENVELOPE.fullmatch(envelope)
    if matched and len(matched[1]) % 4 == 0:
        opened = _opened(matched[1], matched[2])
        if opened is not None:
            return opened
    seal = open_seal(envelope)
    return _from_act(seal.act, seal.signed, seal.signatures)


def _opened(payload64: bytes, signature64: bytes) -> Opened | None:
    """Return the act of a payload, or None where it must be looked at slowly."""
    try:
        payload = binascii.a2b_base64(payload64, strict_mode=True)
        cut, rest = _cut(payload) if len(payload) > _LONG else ("", payload)
        told = _ACT.fullmatch(rest.decode())
    except ValueError:
        return None
    if told is None:
        return None
    act, actor, at, basis, events, key, ledger, principal, reads, root, size = told.groups()
    digests = (events or cut).split('","')
    known = _reads(reads)
    if known is None or not digests[0] or len(set(digests)) != len(digests):
        return None
    return Opened(
        act, actor, at, basis, digests, key, ledger, principal, known, root, int(size),
        signed_bytes(payload), (binascii.a2b_base64(signature64),),
    )  # fmt: skip


def _cut(payload: bytes) -> tuple[str, bytes]:
    """Return what an act lists as its events' digests, and the act without it.

    Raises:
        ValueError: they are no digests, or the act lists none.
    """
    start = payload.index(_BEFORE) + len(_BEFORE)
    stop = payload.index(_AFTER, start)
    listed = payload[start:stop].decode()
    digests = listed.split('","')
    together = "".join(digests)
    if set(map(len, digests)) != {_DIGEST_CHARACTERS} or len(digests) > MAX_EVENTS:
        raise ValueError("no digests")
    if bytes.fromhex(together).hex() != together:
        raise ValueError("digests are not spelled as they should be")
    return listed, payload[:start] + payload[stop:]


def _from_act(act: Act, signed: bytes, signatures: tuple[bytes, ...]) -> Opened:
    return Opened(
        act=act.act,
        actor=act.actor,
        at=act.at,
        basis=act.basis,
        events=list(act.events),
        key=act.key,
        ledger=act.ledger,
        on_behalf_of=act.on_behalf_of,
        reads=act.reads,
        seen_root=act.seen[1],
        seen_size=act.seen[0],
        signed=signed,
        signatures=signatures,
    )


@lru_cache(maxsize=4096)
def _reads(told: str) -> Reads | None:
    """Return what an act's pattern took for pairs of a record and a version: they are JSON."""
    pairs = json.loads(f"[{told}]")
    records = [record for record, _ in pairs]
    if len(pairs) > MAX_READS or records != sorted(set(records)):
        return None
    return tuple((record, version) for record, version in pairs)


def _decodes(encoded: bytes) -> bool:
    if encoded.isascii():
        return True
    try:
        encoded.decode()
    except UnicodeDecodeError:
        return False
    return True


def _event_pattern(kind: str, cls: type[Happened]) -> bytes:
    family = kind.partition(".")[0].encode()
    return (
        rb'\{"body":' + _object(cls) + rb',"kind":"' + re.escape(kind.encode()) + rb'"'
        rb',"prev":"([^"]{64})","record":"(' + family + rb'/[^"]++)"'
        rb',"salt":"[A-Za-z0-9_-]{21}[AQgw]","version":([1-9][0-9]{0,14})\}'
    )  # fmt: skip


def _object(cls: type) -> bytes:
    members = [
        rb'"' + field.name.encode() + rb'":' + _value(field.kind)
        for field in sorted(fields_of(cls), key=lambda field: field.name)
    ]
    return rb"\{" + b",".join(members) + rb"\}"


def _value(kind: Any) -> bytes:
    simple = {str: _STR, int: _INT, bool: _BOOL, date: rb'"' + _DAY + rb'"'}
    if kind in simple:
        return simple[kind]
    if isinstance(kind, type) and issubclass(kind, Part):
        return _object(kind)
    arguments = get_args(kind)
    if get_origin(kind) in (Union, types.UnionType):
        (inner,) = (each for each in arguments if each is not types.NoneType)
        return rb"(?:null|" + _value(inner) + rb")"
    inner_value = _value(arguments[0])
    return rb"\[(?:" + inner_value + rb"(?:," + inner_value + rb")*+)?+\]"
