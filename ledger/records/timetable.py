"""Timetables 办理时限: how long each step may take, by urgency; set anew as a whole, never constants.

The record is `timetable/<family>`. What is registered copies the limits of its urgency, with the
timetable's version, so a later table never judges the past anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ledger.family import (
    Change,
    Context,
    Facts,
    Family,
    Happened,
    Part,
    Rule,
    Verb,
    event,
    part,
    term,
)
from ledger.records.posts import acting_post, out_of_post

SETTERS = ("办公室主任",)
TIMED = ("telegram",)
WHOLE = "全程"


@part
class Limit(Part):
    """How long a step may take, in hours, for one urgency; `全程` is from receipt to close."""

    urgency: str = term("等级", "urgency")
    leg: str = term("环节", "step, or 全程", default=WHOLE)
    hours: int = term("小时", "hours")


@event("timetable.set/1", "制定时限", "set")
class Set(Happened):
    """The whole table is set anew."""

    family: str = term("门类", "family it times", choices=TIMED)
    limits: tuple[Limit, ...] = term("时限", "limits")
    source: str = term("依据", "source")
    post: str = term("岗位", "post acted in", default="")
    edition: int = term("版次", "edition", default=0, derived=True)


@dataclass(frozen=True, slots=True)
class Timetable:
    """A timetable as it stands; edition 0 was never set."""

    family: str = ""
    edition: int = 0
    limits: tuple[Limit, ...] = ()
    source: str = ""

    def for_urgency(self, urgency: str) -> tuple[Limit, ...]:
        """Return the limits of one urgency."""
        return tuple(limit for limit in self.limits if limit.urgency == urgency)


def timetable_of(facts: Facts, family: str, *, otherwise: tuple[Limit, ...]) -> Timetable:
    """Return the timetable of a family, or one of edition 0 where none was set."""
    state: Timetable = facts.state(f"timetable/{family}")
    return state if state.edition else Timetable(family, 0, otherwise)


def evolve(state: Timetable, happened: Set) -> Timetable:
    """Return the timetable after the event."""
    del state
    return Timetable(happened.family, happened.edition, happened.limits, happened.source)


def set_anew(facts: Facts, record: str, draft: Set) -> Sequence[Change]:
    """Set a timetable as the next edition."""
    edition = facts.state(record).edition + 1
    post = acting_post(facts, draft.post, SETTERS)
    return [Change(record, replace(draft, edition=edition, post=post))]


def _in_post(state: Timetable, happened: Set, context: Context) -> str | None:
    del state
    return out_of_post(context, happened.post, SETTERS)


def _whole(state: Timetable, happened: Set, context: Context) -> str | None:
    del context
    steps = [(limit.urgency, limit.leg) for limit in happened.limits]
    if not steps or len(set(steps)) != len(steps) or not happened.source.strip():
        return "a table tells each urgency's step once, and its source"
    if any(limit.hours < 1 for limit in happened.limits):
        return "a limit is an hour or more"
    if happened.edition != state.edition + 1:
        return f"edition {happened.edition} does not follow {state.edition}"
    return None


FAMILY: Family[Timetable] = Family(
    name="timetable",
    zh="办理时限",
    en="timetable",
    events=(Set,),
    initial=Timetable(),
    evolve=evolve,
    title=lambda state: f"{state.family} {state.edition}" if state.edition else "",
    verbs=(
        Verb(
            "set",
            "制定时限",
            "Set how long each step may take.",
            Set,
            set_anew,
            opens=True,
            names=lambda draft: f"timetable/{draft.family}",
        ),
    ),
    rules=(
        Rule("M1", "DOMAIN §2.2", "the office sets its limits", (Set,), _in_post),
        Rule("M2", "DOMAIN §2.2", "a table is whole", (Set,), _whole),
    ),
)
