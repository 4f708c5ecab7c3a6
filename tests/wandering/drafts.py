"""Plausible drafts of any event, made from the declared fields alone; so new families are tried too.

A field that may be left out mostly is. Names of records are drawn from those there are, days lie near
the day of drawing, amounts are small, and what is named a post is one that everybody holds.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Union, get_args, get_origin

from ledger.body import Field, fields_of
from ledger.clock import format_time
from ledger.family import ANY, Attachment, Part
from tests.wandering.chance import Chance

LEFT_OUT, FILLED_IN, ALWAYS = 70, 97, 2
WORDS = (
    "综合股",
    "关于防汛的通知",
    "同意",
    "请办理",
    "市委办公室",
    "会议费",
    "差旅费",
    "已办结",
    "甲",
    "",
)
# What `decide` fills in from the record is mostly left to it; what the door asks for is mostly told.
QUIET = ("signer", "level", "meaning", "item_digest", "text_digest", "told_by", "source_line", "n",
         "occurred_at", "occurred_on", "booked_on", "paid_on", "first_number", "currency", "substantive")  # fmt: skip
ASKED_FOR = ("post", "citation", "decision", "reason", "keepers", "result")
POST_FIELDS = ("post", "posts", "keepers", "registrars", "reviewers", "leaders", "approvers", "payers",
               "bookkeepers", "prior_approvers", "minute_takers", "emergency_posts", "rectifiers")  # fmt: skip


@dataclass(frozen=True)
class Drafting:
    """What a draft is made with: chance, the moment, posts, and the records of a family."""

    chance: Chance
    now: datetime
    posts: Sequence[str]
    records: Callable[[str], Sequence[str]]
    state: Callable[[str], Any]

    @property
    def day(self) -> date:
        """The day of drawing."""
        return self.now.date()

    def one_of(self, family: str) -> str:
        """Draw a record of a family, or the empty text where there is none yet."""
        records = self.records(family)
        return str(self.chance.pick(records)) if records else ""

    def near(self, before: int = 40, after: int = 40) -> date:
        """Draw a day so many days before to after the day of drawing."""
        return self.day + timedelta(days=self.chance.below(before + after + 1) - before)


def draft_of(cls: type[Any], drafting: Drafting, given: Mapping[str, Any]) -> Any:
    """Draw an event or part: fields that are given stand, derived ones are left to `decide`."""
    drawn = {}
    for field in fields_of(cls):
        if field.name in given:
            drawn[field.name] = given[field.name]
        elif field.term.derived or (
            not field.required and drafting.chance.percent(_left_out(field))
        ):
            continue
        else:
            drawn[field.name] = _value(field, field.kind, drafting)
    return cls(**drawn)


def _left_out(field: Field) -> int:
    if field.name in QUIET:
        return FILLED_IN
    return ALWAYS if field.name in ASKED_FOR else LEFT_OUT


def _value(field: Field, kind: Any, drafting: Drafting) -> Any:
    arguments = get_args(kind)
    if get_origin(kind) in (Union, types.UnionType):
        return _value(
            field, next(each for each in arguments if each is not types.NoneType), drafting
        )
    if get_origin(kind) is tuple:
        if arguments[0] is Attachment:
            return ()
        count = 1 + drafting.chance.below(2)
        return tuple(dict.fromkeys(_value(field, arguments[0], drafting) for _ in range(count)))
    if isinstance(kind, type) and issubclass(kind, Part):
        return draft_of(kind, drafting, {})
    if kind is str:
        return _text(field, drafting)
    return {bool: _flag, date: _day, int: _number}[kind](field, drafting)


def _text(field: Field, drafting: Drafting) -> str:
    chance = drafting.chance
    if field.term.choices:
        return str(chance.pick(field.term.choices))
    if field.term.refers:
        family = "document" if field.term.refers == ANY else field.term.refers
        return drafting.one_of(family) or f"{family}/{'0' * 26}"
    if field.name in POST_FIELDS:
        return str(chance.pick(drafting.posts))
    if field.name == "at" or field.name.endswith("_at"):
        return format_time(drafting.now - timedelta(minutes=chance.below(4000)))
    if field.name == "month":
        return f"{drafting.near(400, 0):%Y-%m}"
    word = str(chance.pick(WORDS))
    return word or (str(drafting.day) if field.required else "")


def _flag(field: Field, drafting: Drafting) -> bool:
    del field
    return drafting.chance.percent(50)


def _day(field: Field, drafting: Drafting) -> date:
    return drafting.near(after=0 if field.name == "occurred_on" else 40)


def _number(field: Field, drafting: Drafting) -> int:
    if field.name.endswith("_fen"):
        return 100 * (1 + drafting.chance.below(5_000))
    return drafting.day.year if field.name == "year" else drafting.chance.below(12)
