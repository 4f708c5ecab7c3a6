"""What an event and an act consist of, and the form that each member has (`ledger.act` has the bytes)."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

from ledger import canonical
from ledger.clock import is_id, parse_time
from ledger.errors import MalformedError
from ledger.family import BASES, family_of
from ledger.frozen import frozen

MAX_EVENTS = 256
MAX_READS = 64

_KIND = re.compile(r"[a-z]+\.[a-z_]+/[1-9][0-9]{0,3}\Z")
_RECORD = re.compile(r"[a-z]+/[^\s\x00-\x1f\x7f]{1,200}\Z")
_SALT = re.compile(r"[A-Za-z0-9_-]{21}[AQgw]\Z")


@frozen
class Event:
    """One thing that happened to one record; `body` holds canonical members."""

    kind: str
    record: str
    version: int
    prev: str
    salt: str
    body: dict[str, Any]


@frozen
class Act:
    """What one officer signs. `reads` are (record, version); `seen` is (size, root in hex)."""

    act: str
    actor: str
    at: str
    basis: str
    events: tuple[str, ...]
    key: str
    ledger: str
    on_behalf_of: str | None
    reads: tuple[tuple[str, int], ...]
    request: str
    seen: tuple[int, str]


def check_event(event: Event) -> None:
    """Check the form of an event's members.

    Raises:
        MalformedError: a member breaks its form.
    """
    if type(event.kind) is not str or not _KIND.match(event.kind):
        raise MalformedError(
            "event: kind", expected="family.happened/1", found=str(event.kind)[:60]
        )
    _check_record(event.record, "event: record")
    if family_of(event.kind) != family_of(event.record):
        raise MalformedError("event: kind", expected=f"of {event.record}", found=event.kind)
    if type(event.version) is not int or event.version < 1:
        raise MalformedError(
            "event: version", expected="1 or more", found=str(event.version)[:20]
        )
    if not canonical.is_digest(event.prev):
        raise MalformedError("event: prev", expected="a digest", found=str(event.prev)[:70])
    if (event.version == 1) != (event.prev == canonical.ZERO_DIGEST):
        raise MalformedError(
            "event: prev", expected="zeros for version 1 alone", found=event.prev
        )
    if type(event.salt) is not str or not _SALT.match(event.salt):
        raise MalformedError(
            "event: salt", expected="22 base64url digits", found="another form"
        )
    if type(event.body) is not dict:
        raise MalformedError(
            "event: body", expected="an object", found=type(event.body).__name__
        )


def check_act(act: Act) -> None:
    """Check the form of an act's members.

    Raises:
        MalformedError: a member breaks its form.
    """
    if type(act.act) is not str or not is_id(act.act):
        raise MalformedError("act: act", expected="an id", found=str(act.act)[:40])
    _check_record(act.actor, "act: actor")
    if act.on_behalf_of is not None:
        _check_record(act.on_behalf_of, "act: on_behalf_of")
    parse_time(text(act.at, "act: at"))
    if act.basis not in BASES:
        raise MalformedError("act: basis", expected=", ".join(BASES), found=str(act.basis)[:20])
    text(act.ledger, "act: ledger")
    for name, told in (("key", act.key), ("request", act.request), ("seen", act.seen[1])):
        if not canonical.is_digest(told):
            raise MalformedError(f"act: {name}", expected="a digest", found=str(told)[:70])
    if type(act.seen[0]) is not int or act.seen[0] < 0:
        raise MalformedError("act: seen", expected="a size", found=str(act.seen[0])[:20])
    _check_events(act.events)
    _check_reads(act.reads)


def _check_events(digests: tuple[str, ...]) -> None:
    if not 1 <= len(digests) <= MAX_EVENTS:
        raise MalformedError(
            "act: events", expected=f"1 to {MAX_EVENTS}", found=f"{len(digests)}"
        )
    if not canonical.are_digests(digests):
        raise MalformedError("act: events", expected="digests", found="something else")
    if len(set(digests)) != len(digests):
        raise MalformedError("act: events", expected="all different", found="one twice")


def _check_reads(reads: tuple[tuple[str, int], ...]) -> None:
    if len(reads) > MAX_READS:
        raise MalformedError(
            "act: reads", expected=f"at most {MAX_READS}", found=f"{len(reads)}"
        )
    for record, version in reads:
        _check_record(record, "act: reads")
        if type(version) is not int or version < 0:
            raise MalformedError("act: reads", expected="a version", found=str(version)[:20])
    records = [record for record, _ in reads]
    if records != sorted(set(records)):
        raise MalformedError("act: reads", expected="sorted, each record once", found="not so")


def _check_record(record: object, what: str) -> None:
    if type(record) is not str or not _RECORD.match(record):
        raise MalformedError(what, expected="family/name", found=str(record)[:60])


def text(told: object, what: str) -> str:
    """Return a member that must be text and not empty.

    Raises:
        MalformedError: it is not.
    """
    if type(told) is not str or not told:
        raise MalformedError(what, expected="text", found=type(told).__name__)
    return told


def read_base64(told: object, what: str) -> bytes:
    """Return the bytes of a member in canonical base64.

    Raises:
        MalformedError: it is none.
    """
    spelled = text(told, what)
    try:
        decoded = base64.b64decode(spelled.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise MalformedError(what, expected="base64", found="another form") from error
    if base64.b64encode(decoded).decode() != spelled:
        raise MalformedError(what, expected="canonical base64", found="another spelling")
    return decoded
