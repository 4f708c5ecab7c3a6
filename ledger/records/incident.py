"""Incidents 数据安全事件 with the ledger itself: what the log lost, who could show it, what was decided.

Whoever keeps a head of the log elsewhere (a receipt, a witnessed checkpoint) refuses to append to a log
that does not continue it. Only an administrator's signed event lets the office go on: it names the size
up to which nothing was lost, and the head kept elsewhere that the log no longer has (数据安全法 Art. 29).
What was lost stays lost, and that it was stays told for ever.
"""

from __future__ import annotations

import re

from ledger.family import DIRECT, Context, Family, Happened, Rule, Verb, event, simply, term
from ledger.frozen import frozen
from ledger.records.office import ADMINISTRATIVE

_ROOT = re.compile(r"(?:[0-9a-f]{64})?\Z")


@event("incident.recorded/1", "登记数据安全事件", "recorded")
class Recorded(Happened):
    """The log is not, or no longer reaches, what somebody holds of it; the office goes on by decision."""

    size: int = term("完好至", "size up to which the log is as it was")
    held_size: int = term("外存日志条数", "size of the head kept elsewhere")
    held_root: str = term("外存根摘要", "its root in hex; empty if only the size is known")
    held_by: str = term("外存凭据", "what was kept, and by whom")
    lost: str = term("丢失内容", "what was lost, as far as known")
    decision: str = term("处置决定", "what was decided")


@frozen
class Incident:
    """An incident as it was recorded."""

    size: int = 0
    held_size: int = 0
    held_root: str = ""
    held_by: str = ""
    lost: str = ""
    decision: str = ""


def evolve(state: Incident, happened: Recorded) -> Incident:
    """Return the incident after the event."""
    del state
    return Incident(
        happened.size,
        happened.held_size,
        happened.held_root,
        happened.held_by,
        happened.lost,
        happened.decision,
    )


def _once(state: Incident, happened: Recorded, context: Context) -> str | None:
    del happened, context
    return "this incident is recorded already; record another" if state.held_size else None


def _something_lost(state: Incident, happened: Recorded, context: Context) -> str | None:
    del state, context
    if 0 <= happened.size < happened.held_size and _ROOT.match(happened.held_root):
        return None
    return f"nothing is lost between size {happened.size} and size {happened.held_size}"


def _told(state: Incident, happened: Recorded, context: Context) -> str | None:
    del state, context
    if all(each.strip() for each in (happened.held_by, happened.lost, happened.decision)):
        return None
    return "it does not say who could show it, what was lost, and what was decided"


def _administrators_only(state: Incident, happened: Recorded, context: Context) -> str | None:
    del state, happened
    if context.basis == DIRECT and any(context.holds(post) for post in ADMINISTRATIVE):
        return None
    return f"{context.actor} holds none of the posts {', '.join(ADMINISTRATIVE)}, or enters it as found"


# Made by `qifeng log incident`, which compares the log with what is kept elsewhere; nobody types a root.
RECORD = Verb("record", "登记", "Record what the log lost.", Recorded, simply, opens=True)

FAMILY: Family[Incident] = Family(
    name="incident",
    zh="数据安全事件",
    en="incident with the ledger",
    events=(Recorded,),
    initial=Incident(),
    evolve=evolve,
    title=lambda state: f"完好至 {state.size}，外存 {state.held_size}" if state.held_size else "",
    rules=(
        Rule("IN1", "数据安全法 Art. 29", "an incident is recorded once", (Recorded,), _once),
        Rule("IN2", "数据安全法 Art. 29", "an incident lost something", (Recorded,), _something_lost),
        Rule("IN3", "数据安全法 Art. 29", "an incident is told whole", (Recorded,), _told),
        Rule("IN4", "三员分立", "administrators record incidents", (Recorded,), _administrators_only,
             guard=True),
    ),
)  # fmt: skip
