r"""The event, the act, the seal and the entry, to the byte.

All four are canonical JSON (`ledger.canonical`) with exactly the members named here.

**Event**: one thing that happened to one record, at most 65,000 bytes and depth 12::

    {"body":{…},"kind":"fund.countersigned/1","prev":"<64 hex>","record":"fund/01H…",
     "salt":"<22 base64url>","version":3}

`kind` is family `.` past participle `/` schema version, and its family is the record's. `version`
counts from 1 within the record; `prev` is the digest of the record's previous event (64 zeros for
version 1); `salt` is 128 random bits. An event's digest is SHA-256 of its bytes.

**Act**: what one officer did at one moment, 1 to 256 events under one signature::

    {"act":"<id>","actor":"officer/…","at":"…Z","basis":"direct","events":["<digest>",…],
     "key":"<key id>","ledger":"<origin>","on_behalf_of":null,"reads":[["officer/…",7],…],
     "request":"<digest>","seen":{"root":"<64 hex>","size":41}}

`events` are all different; `reads` is sorted by record, unique, at most 64 (record, version).

**Seal**: the DSSE 1.0.2 envelope over an act, canonical too::

    {"payload":"<base64 of the act>","payloadType":"application/vnd.qifeng.act.v1+json",
     "signatures":[{"keyid":"<key id>:ed25519","sig":"<base64>"}]}

Each signature is over `DSSEv1 SP len(type) SP type SP len(payload) SP payload`; they stand in the
suite's order, and all of them must hold. `keyid` never decides trust. Its digest is SHA-256 of
the envelope's bytes.

**Entry**: the leaf of the log, at most 65,535 bytes::

    {"entry":1,"event":{…},"recorded_at":"…Z","seal":"<digest>"}

The worked example is `tests/vectors/act/`: an event, the act that seals it with the key whose seed
is bytes 00…1f, its envelope and its entry.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from ledger import canonical
from ledger.clock import parse_time
from ledger.errors import MalformedError
from ledger.frozen import frozen
from ledger.members import (
    MAX_EVENTS,
    MAX_READS,
    Act,
    Event,
    check_act,
    check_event,
    read_base64,
    text,
)

__all__ = [
    "MAX_EVENTS",
    "MAX_EVENT_BYTES",
    "MAX_EVENT_DEPTH",
    "MAX_READS",
    "PAYLOAD_TYPE",
    "Act",
    "Entry",
    "Event",
    "Seal",
    "SealedAct",
    "covering",
    "format_act",
    "format_entries",
    "format_entry",
    "format_event",
    "format_event_of",
    "open_seal",
    "parse_act",
    "parse_entry",
    "parse_event",
    "seal",
    "seal_payload",
    "signed_bytes",
]

MAX_EVENT_BYTES = 65_000
MAX_EVENT_DEPTH = 12
PAYLOAD_TYPE = "application/vnd.qifeng.act.v1+json"

_BEFORE_EVENT = b'{"entry":1,"event":'
_EVENT = frozenset({"body", "kind", "prev", "record", "salt", "version"})
_ACT = frozenset(
    {
        "act",
        "actor",
        "at",
        "basis",
        "events",
        "key",
        "ledger",
        "on_behalf_of",
        "reads",
        "request",
        "seen",
    }
)
_ENVELOPE = frozenset({"payload", "payloadType", "signatures"})
_ENTRY = frozenset({"entry", "event", "recorded_at", "seal"})


@frozen
class Seal:
    """An opened envelope: the act, the bytes that were signed over, and the signatures."""

    act: Act
    signed: bytes
    keyids: tuple[str, ...]
    signatures: tuple[bytes, ...]


@frozen
class SealedAct:
    """An act ready to append: its envelope, the envelope's digest, and its events' bytes."""

    act: Act
    envelope: bytes
    digest: str
    events: tuple[bytes, ...]


@frozen
class Entry:
    """A leaf, opened: the event, when the ledger took it, and the digest of its seal."""

    event: Event
    event_bytes: bytes
    recorded_at: str
    seal: str


def format_event(event: Event) -> bytes:
    """Return the event's canonical bytes.

    Raises:
        MalformedError: a member breaks its form, or the event is over 65,000 bytes.
    """
    return format_event_of(event, canonical.encode(event.body, depth=MAX_EVENT_DEPTH - 1))


def format_event_of(event: Event, body: bytes) -> bytes:
    """Return the same where the body's canonical bytes are at hand; the event's own is not looked at.

    Raises:
        MalformedError: as `format_event`.
    """
    check_event(event)
    encoded = b'{"body":%s,"kind":"%s","prev":"%s","record":%s,"salt":"%s","version":%d}' % (
        body, event.kind.encode(), event.prev.encode(),
        canonical.spell_text(event.record).encode(), event.salt.encode(), event.version,
    )  # fmt: skip
    _check_event_bytes(event, encoded)
    return encoded


def parse_event(encoded: bytes) -> Event:
    """Return the event of canonical bytes.

    Raises:
        MalformedError: the bytes are not exactly one event.
    """
    if len(encoded) > MAX_EVENT_BYTES:
        raise MalformedError(
            "event", expected=f"at most {MAX_EVENT_BYTES} bytes", found=f"{len(encoded)}"
        )
    return _event(canonical.parse(encoded, "event", depth=MAX_EVENT_DEPTH))


@lru_cache(maxsize=32)
def format_act(act: Act) -> bytes:
    """Return the act's canonical bytes: the payload that is signed.

    Raises:
        MalformedError: a member breaks its form.
    """
    check_act(act)
    spell, number = canonical.spell_text, canonical.spell_integer
    size, root = act.seen
    principal = "null" if act.on_behalf_of is None else spell(act.on_behalf_of)
    events = '","'.join(act.events)
    reads = ",".join([f"[{spell(record)},{number(version)}]" for record, version in act.reads])
    # Ids, times, bases and digests, as they were checked, need no escape.
    return (
        f'{{"act":"{act.act}","actor":{spell(act.actor)},"at":"{act.at}","basis":"{act.basis}"'
        f',"events":["{events}"],"key":"{act.key}","ledger":{spell(act.ledger)}'
        f',"on_behalf_of":{principal},"reads":[{reads}],"request":"{act.request}"'
        f',"seen":{{"root":"{root}","size":{number(size)}}}}}'
    ).encode()


def parse_act(encoded: bytes) -> Act:
    """Return the act of canonical bytes.

    Raises:
        MalformedError: the bytes are not exactly one act.
    """
    told = canonical.members(canonical.parse(encoded, "act"), _ACT, "act")
    seen = canonical.members(told["seen"], frozenset({"root", "size"}), "act: seen")
    if type(told["reads"]) is not list or type(told["events"]) is not list:
        raise MalformedError(
            "act", expected="lists of events and reads", found="something else"
        )
    for read in told["reads"]:
        if type(read) is not list or len(read) != 2:
            raise MalformedError(
                "act: reads", expected="[record, version]", found=str(read)[:40]
            )
    act = Act(
        **{
            **told,
            "events": tuple(told["events"]),
            "reads": tuple((record, version) for record, version in told["reads"]),
            "seen": (seen["size"], seen["root"]),
        }
    )
    check_act(act)
    return act


def signed_bytes(payload: bytes) -> bytes:
    """Return what a signature covers: DSSE 1.0.2's pre-authentication encoding of an act."""
    return b"DSSEv1 %d %s %d %s" % (
        len(PAYLOAD_TYPE), PAYLOAD_TYPE.encode(), len(payload), payload
    )  # fmt: skip


def seal(act: Act, keyids: Sequence[str], signatures: Sequence[bytes]) -> bytes:
    """Return the envelope's bytes over an act and the suite's signatures of `signed_bytes`."""
    return seal_payload(format_act(act), keyids, signatures)


def seal_payload(payload: bytes, keyids: Sequence[str], signatures: Sequence[bytes]) -> bytes:
    """Return the same over an act's bytes, as `format_act` wrote them."""
    lines = [
        b'{"keyid":%s,"sig":"%s"}'
        % (canonical.spell_text(keyid).encode(), base64.b64encode(signature))
        for keyid, signature in zip(keyids, signatures, strict=True)
    ]
    return b'%s"signatures":[%s]}' % (covering(payload), b",".join(lines))


@lru_cache(maxsize=32)
def covering(payload: bytes) -> bytes:
    """Return how every envelope over an act's bytes begins: all of it but its signatures."""
    return b'{"payload":"%s","payloadType":"%s",' % (
        base64.b64encode(payload), PAYLOAD_TYPE.encode()
    )  # fmt: skip


def open_seal(envelope: bytes) -> Seal:
    """Return the act that an envelope claims; whether its signatures hold is not judged here.

    Raises:
        MalformedError: the bytes are not exactly one envelope over one act.
    """
    told = canonical.members(canonical.parse(envelope, "seal"), _ENVELOPE, "seal")
    if told["payloadType"] != PAYLOAD_TYPE:
        raise MalformedError(
            "seal: payloadType", expected=PAYLOAD_TYPE, found=str(told["payloadType"])[:60]
        )
    if type(told["signatures"]) is not list or not 1 <= len(told["signatures"]) <= 4:
        raise MalformedError(
            "seal: signatures", expected="a list of 1 to 4", found="something else"
        )
    lines = [
        canonical.members(each, frozenset({"keyid", "sig"}), "seal: signature")
        for each in told["signatures"]
    ]
    payload = read_base64(told["payload"], "seal: payload")
    return Seal(
        act=parse_act(payload),
        signed=signed_bytes(payload),
        keyids=tuple(text(line["keyid"], "seal: keyid") for line in lines),
        signatures=tuple(read_base64(line["sig"], "seal: sig") for line in lines),
    )


def format_entry(event_bytes: bytes, recorded_at: str, seal_digest: str) -> bytes:
    """Return the leaf's bytes. The event's bytes must be as `format_event` wrote them."""
    return format_entries([event_bytes], recorded_at, seal_digest)[0]


def format_entries(events: Iterable[bytes], recorded_at: str, seal_digest: str) -> list[bytes]:
    """Return the leaves' bytes of events under one seal, as `format_entry`."""
    end = b',"recorded_at":"%s","seal":"%s"}' % (recorded_at.encode(), seal_digest.encode())
    return [b'{"entry":1,"event":' + each + end for each in events]


def parse_entry(encoded: bytes) -> Entry:
    """Return the entry of a leaf's bytes.

    Raises:
        MalformedError: the bytes are not exactly one entry.
    """
    parsed = canonical.parse(encoded, "entry", depth=MAX_EVENT_DEPTH + 1)
    told = canonical.members(parsed, _ENTRY, "entry")
    if told["entry"] != 1 or type(told["entry"]) is not int:
        raise MalformedError("entry", expected="entry 1", found=str(told["entry"])[:20])
    parse_time(text(told["recorded_at"], "entry: recorded_at"))
    if not canonical.is_digest(told["seal"]):
        raise MalformedError("entry: seal", expected="a digest", found=str(told["seal"])[:70])
    event = _event(told["event"])
    # The entry is canonical and so is what stands in it: the event's bytes are cut out, not written again.
    rest = len(format_entry(b"", told["recorded_at"], told["seal"])) - len(_BEFORE_EVENT)
    event_bytes = encoded[len(_BEFORE_EVENT) : -rest]
    _check_event_bytes(event, event_bytes)
    return Entry(event, event_bytes, told["recorded_at"], told["seal"])


def _check_event_bytes(event: Event, encoded: bytes) -> None:
    if len(encoded) > MAX_EVENT_BYTES:
        raise MalformedError(
            f"event of {event.record}",
            expected=f"at most {MAX_EVENT_BYTES} bytes (attach what is larger)",
            found=f"{len(encoded)}",
        )


def _event(told: Any) -> Event:
    event = Event(**canonical.members(told, _EVENT, "event"))
    check_event(event)
    return event
