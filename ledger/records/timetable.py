"""Timetables 办理时限: how long each step may take; set anew as a whole, never constants.

The record is `timetable/<family>`. Telegrams are timed by *limits*, in hours by urgency: what is
registered copies those of its urgency, with the timetable's edition. Rules are timed by *periods*, in
days and months by step, which count from a day on; each edition is asked for by its day. Either way a
later table never judges the past anew.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, timedelta
from typing import assert_never

from ledger.family import (
    AS_FOUND,
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
from ledger.frozen import frozen, replace
from ledger.records.posts import acting_post, out_of_post

SETTERS = ("办公室主任",)
TIMED = ("telegram",)
PACED = ("rule",)
WHOLE = "全程"

FILE = "报备"
SUPPLEMENT = "补充备案"
RECTIFY = "纠正反馈"
EVALUATE = "到期评估"
TRIAL = "试行期满"
AMEND = "落实修改"
CARRY_OUT = "落实清理"
REVIEW = "定期清理"
STEPS = (FILE, SUPPLEMENT, RECTIFY, EVALUATE, TRIAL, AMEND, CARRY_OUT, REVIEW)
"""What is done about a rule within a period; `到期评估` runs up to the last day in force."""


@part
class Limit(Part):
    """How long a step may take, in hours, for one urgency; `全程` is from receipt to close."""

    urgency: str = term("等级", "urgency")
    leg: str = term("环节", "step, or 全程", default=WHOLE)
    hours: int = term("小时", "hours")


@part
class Period(Part):
    """How long a step about a rule may take: so many months and days, by which document."""

    step: str = term("事项", "step", choices=STEPS)
    days: int = term("日数", "days", default=0)
    months: int = term("月数", "months", default=0)
    citation: str = term("依据条款", "article that says so", default="")

    def after(self, day: date) -> date:
        """Return the last day of the period that runs from a day."""
        return _moved(day, months=self.months, days=self.days)

    def before(self, day: date) -> date:
        """Return the first day of the period that runs up to a day."""
        return _moved(day, months=-self.months, days=-self.days)


@event("timetable.set/1", "制定时限", "set")
class Set(Happened):
    """The whole table is set anew."""

    family: str = term("门类", "family it times", choices=TIMED)
    limits: tuple[Limit, ...] = term("时限", "limits")
    source: str = term("依据", "source")
    rule: str | None = term("依据制度", "rule it rests on", default=None, refers="rule")
    post: str = term("岗位", "post acted in", default="")
    edition: int = term("版次", "edition", default=0, derived=True)


@event("timetable.periods_set/1", "制定期限", "periods set")
class PeriodsSet(Happened):
    """The periods are set anew, from a day on; a step left out keeps the law's own period."""

    family: str = term("门类", "family it times", choices=PACED)
    periods: tuple[Period, ...] = term("期限", "periods")
    source: str = term("依据", "source")
    rule: str | None = term("依据制度", "rule it rests on", default=None, refers="rule")
    effective_on: date | None = term("施行日期", "in force from", default=None)
    post: str = term("岗位", "post acted in", default="")
    edition: int = term("版次", "edition", default=0, derived=True)


@frozen
class Timetable:
    """A timetable as it stands; edition 0 was never set."""

    family: str = ""
    edition: int = 0
    limits: tuple[Limit, ...] = ()
    source: str = ""
    periods: tuple[Period, ...] = ()
    effective_on: date | None = None

    def for_urgency(self, urgency: str) -> tuple[Limit, ...]:
        """Return the limits of one urgency."""
        return tuple(limit for limit in self.limits if limit.urgency == urgency)


def evolve(state: Timetable, happened: Set | PeriodsSet) -> Timetable:
    """Return the timetable after the event."""
    del state
    told = Timetable(happened.family, happened.edition, source=happened.source)
    match happened:
        case Set():
            return replace(told, limits=happened.limits)
        case PeriodsSet():
            return replace(told, periods=happened.periods, effective_on=happened.effective_on)
        case _:
            assert_never(happened)


def set_anew(facts: Facts, record: str, draft: Set | PeriodsSet) -> Sequence[Change]:
    """Set a timetable as the next edition; a day left out is today."""
    edition = facts.state(record).edition + 1
    post = acting_post(facts, draft.post, SETTERS)
    if isinstance(draft, PeriodsSet) and draft.effective_on is None:
        draft = replace(draft, effective_on=facts.day)
    return [Change(record, replace(draft, edition=edition, post=post))]


def _in_post(state: Timetable, happened: Set | PeriodsSet, context: Context) -> str | None:
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


def _paced(state: Timetable, happened: PeriodsSet, context: Context) -> str | None:
    del context
    steps = [period.step for period in happened.periods]
    if not steps or len(set(steps)) != len(steps) or not happened.source.strip():
        return "a table tells each step once, and its source"
    if any(
        min(each.days, each.months) < 0 or not each.days + each.months
        for each in happened.periods
    ):
        return "a period is a day or more"
    if happened.edition != state.edition + 1:
        return f"edition {happened.edition} does not follow {state.edition}"
    return None


def _from_now_on(state: Timetable, happened: PeriodsSet, context: Context) -> str | None:
    since = happened.effective_on
    if since is None:
        return "the day it counts from is not told"
    if not state.edition or context.basis == AS_FOUND or since >= context.day:
        return None
    return f"{since} has passed; edition {state.edition} held until now"


def _moved(day: date, *, months: int, days: int) -> date:
    """Return a day so many months and days later or earlier, within the calendar's ends.

    A month has no 31st where its end comes earlier: a month after 31 January is the last of February.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        return date.max if year > date.max.year else date.min
    moved = date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    reach = (date.max - moved).days if days > 0 else (date.min - moved).days
    return moved + timedelta(days=min(days, reach) if days > 0 else max(days, reach))


FAMILY: Family[Timetable] = Family(
    name="timetable",
    zh="办理时限",
    en="timetable",
    events=(Set, PeriodsSet),
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
        Verb(
            "set-periods",
            "制定期限",
            "Set how long each step about a rule may take, from a day on.",
            PeriodsSet,
            set_anew,
            opens=True,
            names=lambda draft: f"timetable/{draft.family}",
        ),
    ),
    rules=(
        Rule("M1", "DOMAIN §2.2", "the office sets its limits", (Set, PeriodsSet), _in_post),
        Rule("M2", "DOMAIN §2.2", "a table is whole", (Set,), _whole),
        Rule("M3", "DOMAIN §3", "a table of periods is whole", (PeriodsSet,), _paced),
        Rule(
            "M4", "DOMAIN §3", "a later table counts from then on", (PeriodsSet,), _from_now_on
        ),
    ),
)
