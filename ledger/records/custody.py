"""Custody 保管: until when a record is kept, what holds it, what appraisal said, and how it ended.

The record is `custody/<FAMILY>.<id>` of the record it is about. It is filed under a class of a retention
schedule; may be held 暂停处置 for a case, an audit or an unsettled matter, several times at once; is appraised
by at least two when its period has run out (机关档案管理规定 Art. 53-55); and is kept longer, handed over, or
destroyed under an approved purge, with two escorts (保密法实施条例 Art. 28). Whatever purges a record clears it
here in the same act, so that **a hold always wins**, and so does a period that has not run out. The events
themselves stay: this record is the line of the 销毁清册, which is kept for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import assert_never

from ledger.family import ANY, Change, Context, Facts, Family, Happened, Rule, Verb, event, term
from ledger.frozen import frozen, replace
from ledger.records.natural import must_be_natural
from ledger.records.office import ADMINISTRATIVE, never_found
from ledger.records.posts import in_no_post

_ARTICLE = "机关档案管理规定 Art. 53-55"
KEEP, DESTROY, HAND_OVER = "续存", "销毁", "移交"
OPINIONS = (KEEP, DESTROY, HAND_OVER)
FILED, APPRAISED, CLEARED, DESTROYED, HANDED_OVER = (
    "保管中", "已鉴定", "已批准销毁", "已销毁", "已移交",
)  # fmt: skip
_PEOPLE = 2


@event("custody.filed/1", "纳入保管", "filed")
class Filed(Happened):
    """A record is kept under a class of a schedule, from the year after it was closed."""

    of: str = term("保管对象", "record that is kept", refers=ANY)
    schedule: str = term("保管期限表", "schedule", refers="schedule")
    period: str = term("保管期限", "class of the schedule")
    closed_on: date = term("办结日期", "day it was closed")
    ends_on: date | None = term(
        "到期日", "kept until; none: for ever", default=None, derived=True
    )
    keepers: tuple[str, ...] = term("档案岗位", "posts that keep it", default=(), derived=True)


@event("custody.held/1", "暂停处置", "held")
class Held(Happened):
    """Nothing of it may be destroyed while a matter is open."""

    of: str = term("保管对象", "record that is held", refers=ANY)
    matter: str = term("事由", "case, audit or unsettled matter")
    citation: str = term("依据", "document that asks for it")


@event("custody.hold_lifted/1", "解除暂停", "hold lifted")
class HoldLifted(Happened):
    """A matter is settled."""

    of: str = term("保管对象", "record that was held", refers=ANY)
    matter: str = term("事由", "the matter, as it was named")
    citation: str = term("依据", "document that says so")


@event("custody.appraised/1", "鉴定", "appraised")
class Appraised(Happened):
    """What is to become of it, by those who looked at it; kept longer, until when."""

    of: str = term("保管对象", "record that was appraised", refers=ANY)
    opinion: str = term("鉴定意见", "opinion", choices=OPINIONS)
    appraisers: tuple[str, ...] = term("鉴定人", "officers who appraised it", refers="officer")
    reason: str = term("理由", "reason")
    until: date | None = term("续存至", "kept until, if longer", default=None)


@event("custody.handed_over/1", "移交", "handed over")
class HandedOver(Happened):
    """It went to an archive, with its list."""

    of: str = term("保管对象", "record that was handed over", refers=ANY)
    receiver: str = term("接收单位", "archive that took it")
    citation: str = term("移交清册", "list it stands on")


@event("custody.cleared/1", "准予销毁", "cleared")
class Cleared(Happened):
    """A purge of it was approved, and nothing holds it."""

    of: str = term("保管对象", "record whose content is to go")
    purge: str = term("销毁", "the purge", refers="purge")


@event("custody.destroyed/1", "销毁登记", "destroyed")
class Destroyed(Happened):
    """The purge was carried out, under the eyes of the escorts: the line of the 销毁清册."""

    of: str = term("保管对象", "record whose content went")
    purge: str = term("销毁", "the purge", refers="purge")
    escorts: tuple[str, ...] = term("监销人", "escorts", default=())


CustodyEvent = Filed | Held | HoldLifted | Appraised | HandedOver | Cleared | Destroyed
_ALL = (Filed, Held, HoldLifted, Appraised, HandedOver, Cleared, Destroyed)
_KEPT = (Held, HoldLifted, Appraised, HandedOver)


@frozen
class Custody:
    """How a record is kept: its class and last day, the matters that hold it, and where it stands."""

    of: str = ""
    period: str = ""
    ends_on: date | None = None
    keepers: tuple[str, ...] = ()
    matters: tuple[str, ...] = ()
    opinion: str = ""
    stage: str = ""

    @property
    def filed(self) -> bool:
        """Whether a schedule says how long it is kept."""
        return bool(self.period)


def evolve(state: Custody, happened: CustodyEvent) -> Custody:  # noqa: PLR0911 -- one return an event
    """Return the custody after the event."""
    state = replace(state, of=state.of or happened.of)
    match happened:
        case Filed():
            return replace(
                state, period=happened.period, ends_on=happened.ends_on,
                keepers=happened.keepers, stage=FILED,
            )  # fmt: skip
        case Held():
            return replace(state, matters=(*state.matters, happened.matter))
        case HoldLifted():
            matters = tuple(each for each in state.matters if each != happened.matter)
            return replace(state, matters=matters)
        case Appraised():
            ends_on = happened.until if happened.opinion == KEEP else state.ends_on
            return replace(state, opinion=happened.opinion, ends_on=ends_on, stage=APPRAISED)
        case HandedOver():
            return replace(state, stage=HANDED_OVER)
        case Cleared():
            return replace(state, stage=CLEARED)
        case Destroyed():
            return replace(state, stage=DESTROYED)
        case _:
            assert_never(happened)


def key(of: str) -> str:
    """Return the record of the custody of a record.

    Raises:
        MalformedError: the record's name makes none.
    """
    return f"custody/{must_be_natural('record in custody', of.replace('/', '.'))}"


def file(facts: Facts, record: str, draft: Filed) -> Sequence[Change]:
    """File a record: the schedule says until when, and who keeps it."""
    table = facts.state(draft.schedule)
    named = {each.name for each in table.periods}
    ends_on = table.ends_on(draft.period, draft.closed_on) if draft.period in named else None
    period = draft.period if draft.period in named else ""
    told = replace(draft, period=period, ends_on=ends_on, keepers=table.keepers)
    return [Change(record, told)]


def tell(facts: Facts, record: str, draft: CustodyEvent) -> Sequence[Change]:
    """Record a step."""
    del facts
    return [Change(record, draft)]


def clear(of: str, purge: str) -> Change:
    """Return what approving a purge does to the custody of its record."""
    return Change(key(of), Cleared(of=of, purge=purge))


def destroy(of: str, purge: str, escorts: tuple[str, ...]) -> Change:
    """Return what carrying a purge out does to the custody of its record."""
    return Change(key(of), Destroyed(of=of, purge=purge, escorts=escorts))


def _of_one_record(state: Custody, happened: CustodyEvent, context: Context) -> str | None:
    del context
    if not state.of or state.of == happened.of:
        return None
    return f"it is the custody of {state.of}, not of {happened.of}"


def _posted(state: Custody, happened: CustodyEvent, context: Context) -> str | None:
    keepers = happened.keepers if isinstance(happened, Filed) else state.keepers
    allowed = (
        (*keepers, *ADMINISTRATIVE) if isinstance(happened, Held | HoldLifted) else keepers
    )
    return in_no_post(context, allowed, none="of a schedule")


def _in_order(state: Custody, happened: CustodyEvent, context: Context) -> str | None:
    del context
    match happened:
        case Filed():
            if not happened.period:
                return "the schedule has no such class"
            return "it is filed already" if state.filed else None
        case HoldLifted():
            return None if happened.matter in state.matters else "no such matter holds it"
        case Appraised() | HandedOver() if not state.filed:
            return "it is not filed"
        case HandedOver() if state.opinion != HAND_OVER:
            return "it was not appraised to be handed over"
        case _:
            return f"it is {state.stage}" if state.stage in (DESTROYED, HANDED_OVER) else None


def _whole(state: Custody, happened: CustodyEvent, context: Context) -> str | None:
    del context
    match happened:
        case Held() if happened.matter in state.matters:
            return "this matter holds it already"
        case Held() | HoldLifted() if (
            not happened.matter.strip() or not happened.citation.strip()
        ):
            return "the matter or its document is not told"
        case HandedOver() if not happened.receiver.strip() or not happened.citation.strip():
            return "the receiver or the list is not told"
        case Appraised():
            return _appraisal_flaw(state, happened)
        case _:
            return None


def _appraisal_flaw(state: Custody, happened: Appraised) -> str | None:
    if len(set(happened.appraisers)) < _PEOPLE or not happened.reason.strip():
        return f"fewer than {_PEOPLE} appraised it, or no reason is told"
    ends_on, until = state.ends_on, happened.until
    if happened.opinion == KEEP and ends_on and until and until <= ends_on:
        return f"{until} is no later than {ends_on}"
    if happened.opinion == DESTROY and state.ends_on is None:
        return "it is kept for ever"
    return None


def _as_scheduled(state: Custody, happened: Filed, context: Context) -> str | None:
    """Hold what was copied against the table: else who keeps a record could have its period run out."""
    del state
    if not happened.period:
        return None
    if not happened.schedule.startswith("schedule/"):
        return f"{happened.schedule} is no schedule"
    table = context.standing(happened.schedule)
    if happened.period not in {each.name for each in table.periods}:
        return f"{happened.schedule} has no class {happened.period}"
    due = table.ends_on(happened.period, happened.closed_on)
    if happened.ends_on != due:
        return (
            f"it is kept until {_until(happened.ends_on)}; by its schedule until {_until(due)}"
        )
    return None if happened.keepers == table.keepers else "its keepers are not the schedule's"


def _until(day: date | None) -> str:
    return f"{day}" if day else "ever"


def _hold_wins(
    state: Custody, happened: Cleared | Destroyed | HandedOver, context: Context
) -> str | None:
    del happened, context
    return f"held for {', '.join(state.matters)}" if state.matters else None


def _run_out(state: Custody, happened: Cleared | Destroyed, context: Context) -> str | None:
    del happened
    if not state.filed:
        return None
    if state.ends_on is None:
        return "it is kept for ever"
    if context.day <= state.ends_on:
        return f"it is kept until {state.ends_on}"
    return None if state.opinion == DESTROY else "no appraisal says that it may be destroyed"


def _escorted(state: Custody, happened: Destroyed, context: Context) -> str | None:
    del context
    if not state.filed or len({each.strip() for each in happened.escorts} - {""}) >= _PEOPLE:
        return None
    return f"fewer than {_PEOPLE} escorts are named"


def _cleared(state: Custody, happened: Destroyed, context: Context) -> str | None:
    del happened, context
    return None if state.stage == CLEARED else "no purge of it was approved"


FAMILY: Family[Custody] = Family(
    name="custody",
    zh="保管",
    en="custody",
    events=_ALL,
    initial=Custody(),
    evolve=evolve,
    title=lambda state: state.of,
    verbs=tuple(
        Verb(name, zh, en, happened, decide, opens=True, names=lambda draft: key(draft.of))
        for name, zh, en, happened, decide in (
            ("file", "纳入保管", "File a record under a retention schedule.", Filed, file),
            ("hold", "暂停处置", "Hold a record: nothing of it may be destroyed.", Held, tell),
            ("lift", "解除暂停", "Lift a hold.", HoldLifted, tell),
            ("appraise", "鉴定", "Say what becomes of a record.", Appraised, tell),
            ("hand-over", "移交", "Record that an archive took a record.", HandedOver, tell),
        )
    ),
    rules=(
        Rule("CU1", _ARTICLE, "it is the custody of one record", _ALL, _of_one_record),
        Rule("CU2", _ARTICLE, "those who keep it act on it", (Filed, *_KEPT), _posted),
        Rule("CU3", _ARTICLE, "filed, appraised, ended, in this order", _ALL, _in_order),
        Rule("CU4", _ARTICLE, "a step is told whole, an appraisal by two", _KEPT, _whole),
        Rule("CU5", "审计法 Art. 38", "a hold always wins", (Cleared, Destroyed, HandedOver), _hold_wins),
        Rule("CU6", "国家档案局令第8号 Art. 6", "nothing is destroyed before its time", (Cleared, Destroyed), _run_out),
        Rule("CU7", "保密法实施条例 Art. 28", "two escorts see it destroyed", (Destroyed,), _escorted),
        Rule("CU8", _ARTICLE, "nothing is destroyed before it is cleared", (Destroyed,), _cleared),
        Rule("CU10", "国家档案局令第8号 Art. 6", "it is kept as its schedule says", (Filed,), _as_scheduled, guard=True),
        Rule("CU9", "DESIGN §3", "a clearance is never entered as found", (Cleared, Destroyed), never_found, guard=True),
    ),
)  # fmt: skip
