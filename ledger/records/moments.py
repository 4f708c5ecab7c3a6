"""Moments and days in events: what was left out is now, and the office's own clock may be written."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from ledger.clock import format_time, office_day, parse_offset, parse_time
from ledger.errors import MalformedError
from ledger.family import AS_FOUND, Context, Facts
from ledger.frozen import replace
from ledger.records.office import OFFICE

_MONTH = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])\Z")


def moment(facts: Facts, asked: str) -> str:
    """Return a moment as UTC text: as it is, from `2023-05-08 09:30` office time, or now if empty.

    Raises:
        MalformedError: the text is no moment.
    """
    if not asked:
        return format_time(facts.now)
    if asked.endswith("Z"):
        return format_time(parse_time(asked))
    try:
        local = datetime.fromisoformat(asked.strip())
    except ValueError as error:
        raise MalformedError("moment", expected="2023-05-08 09:30", found=asked[:40]) from error
    return format_time(
        local.replace(tzinfo=local.tzinfo or parse_offset(facts.state(OFFICE).utc_offset))
    )


def read_moment(text: str) -> datetime | None:
    """Return the moment that an event tells, or None where its text is none."""
    try:
        return parse_time(text)
    except MalformedError:
        return None


def day_told(context: Context, text: str) -> date | None:
    """Return the office's day of a day or a moment as told, or None where it is neither."""
    try:
        if len(text) == len("2022-03-01"):
            return date.fromisoformat(text)
        return office_day(parse_time(text), context.standing(OFFICE).utc_offset)
    except (ValueError, MalformedError):
        return None


def dated(facts: Facts, draft: Any) -> Any:
    """Return the draft with the day it happened: today where it was left out, unless as found."""
    named = any(field.name == "occurred_on" for field in fields(draft))
    if named and draft.occurred_on is None and facts.basis != AS_FOUND:
        return replace(draft, occurred_on=facts.day)
    return draft


def ahead(happened: Any, context: Context) -> str | None:
    """Say how the day it happened lies ahead of the office's day, or None."""
    day = getattr(happened, "occurred_on", None)
    if day is None or day <= context.day:
        return None
    return f"{day} lies ahead of {context.day}"


def is_month(text: str) -> bool:
    """Tell whether this is a month, `YYYY-MM`."""
    return _MONTH.match(text) is not None
