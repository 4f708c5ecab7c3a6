"""The only reader of the time, and how times, days and ids are written.

Times are UTC, RFC 3339 with microseconds and `Z` (27 characters); days belong to the office and
are derived with its `utc_offset`. Ids are UUIDv7 (RFC 9562 §5.7) as 26 Crockford base-32 digits.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache

from ledger.errors import MalformedError

Clock = Callable[[], datetime]

_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z\Z")
_OFFSET = re.compile(r"([+-])([0-9]{2}):([0-9]{2})\Z")
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}\Z")


def system_clock() -> datetime:
    """Return this machine's time, in UTC."""
    return datetime.now(UTC)


def format_time(moment: datetime) -> str:
    """Return a moment as `2022-03-01T02:03:04.000005Z`."""
    assert moment.tzinfo is not None, "a moment without a zone is no moment"
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    # By position: naming the argument takes as long as writing the time.
    return moment.isoformat("T", "microseconds")[:-6] + "Z"


def parse_time(text: str) -> datetime:
    """Return the moment written by `format_time`.

    Raises:
        MalformedError: another form, or no such day or hour.
    """
    spelled = text if _TIME.match(text) else ""
    try:
        return datetime.fromisoformat(spelled)
    except ValueError as error:
        raise MalformedError(
            "time", expected="RFC 3339, microseconds, Z", found=text[:40]
        ) from error


def office_day(moment: datetime, utc_offset: str) -> date:
    """Return the office's day at a moment, for a `utc_offset` such as `+08:00`."""
    return moment.astimezone(parse_offset(utc_offset)).date()


@lru_cache(maxsize=64)
def parse_offset(utc_offset: str) -> timezone:
    """Return the zone of `+hh:mm` or `-hh:mm`.

    Raises:
        MalformedError: another form, or more than 14 hours.
    """
    matched = _OFFSET.match(utc_offset)
    if not matched or int(matched[2]) > 14 or int(matched[3]) > 59:
        raise MalformedError("utc_offset", expected="+hh:mm", found=utc_offset[:20])
    sign = -1 if matched[1] == "-" else 1
    return timezone(sign * timedelta(hours=int(matched[2]), minutes=int(matched[3])))


def new_id(moment: datetime) -> str:
    """Return a fresh UUIDv7 of that moment, as 26 Crockford base-32 digits."""
    milliseconds = int(moment.timestamp() * 1000)
    number = (
        (milliseconds & (2**48 - 1)) << 80
        | 0x7 << 76
        | int.from_bytes(os.urandom(2), "big") >> 4 << 64
        | 0b10 << 62
        | int.from_bytes(os.urandom(8), "big") >> 2
    )
    return _spelled(number)


def id_of_digest(digest: str) -> str:
    """Return the id (UUIDv8, RFC 9562 §5.8) made of the first 128 bits of a digest in hex."""
    number = int(digest[:32], 16)
    number = number & ~(0xF << 76) | 0x8 << 76
    return _spelled(number & ~(0b11 << 62) | 0b10 << 62)


def is_id(text: str) -> bool:
    """Tell whether this is an id as `new_id` writes it (any UUID version)."""
    return _ID.match(text) is not None


def _spelled(number: int) -> str:
    return "".join(_CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))
