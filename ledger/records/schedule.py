"""Retention schedules 保管期限表: how long each class of records is kept, as a versioned record.

机关文件材料归档范围和文书档案保管期限规定 (国家档案局令第8号) Art. 5-7 and 会计档案管理办法 (令第79号) Art. 14 give the
periods; each office compiles its own table, approved by its archive bureau (8号令 Art. 15). A period counts
from the first day of the year after the one in which a record was closed; 0 years is for ever 永久.

The record is `schedule/<code>`. An amended table counts for what is filed from then on.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import assert_never

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
    simply,
    term,
)
from ledger.frozen import frozen, replace
from ledger.records.natural import must_be_natural, natural
from ledger.records.posts import acting_post, out_of_post

_ARTICLE = "国家档案局令第8号 Art. 15"
_MAX_YEARS = 100


@part
class Period(Part):
    """A class of records and for how many years they are kept; 0 is for ever."""

    name: str = term("保管期限", "class, such as 定期30年")
    years: int = term("年数", "years; 0: for ever", default=0)
    covers: str = term("归档范围", "what it is for", default="")


@event("schedule.adopted/1", "制定保管期限表", "adopted")
class Adopted(Happened):
    """The office's table, with the document that approved it."""

    code: str = term("代号", "name of the table, such as 文书档案")
    periods: tuple[Period, ...] = term("保管期限", "periods")
    keepers: tuple[str, ...] = term("档案岗位", "posts that file, appraise and keep it")
    citation: str = term("批准文号", "document that approved it")
    post: str = term("岗位", "post acted in", default="")


@event("schedule.amended/1", "修订保管期限表", "amended")
class Amended(Happened):
    """The whole table is told anew, for what is filed from here on."""

    periods: tuple[Period, ...] = term("保管期限", "periods")
    citation: str = term("批准文号", "document that approved it")
    post: str = term("岗位", "post acted in", default="")


@frozen
class Schedule:
    """A table as it stands."""

    code: str = ""
    periods: tuple[Period, ...] = ()
    keepers: tuple[str, ...] = ()

    def ends_on(self, name: str, closed_on: date) -> date | None:
        """Return the last day of a period that begins after the year of a day; None is for ever.

        Raises:
            KeyError: the table has no such class.
        """
        years = {each.name: each.years for each in self.periods}[name]
        return date(closed_on.year + years, 12, 31) if years else None


def evolve(state: Schedule, happened: Adopted | Amended) -> Schedule:
    """Return the table after the event."""
    match happened:
        case Adopted():
            return Schedule(happened.code, happened.periods, happened.keepers)
        case Amended():
            return replace(state, periods=happened.periods)
        case _:
            assert_never(happened)


def key(code: str) -> str:
    """Return the record of a table.

    Raises:
        MalformedError: the code makes no name.
    """
    return f"schedule/{must_be_natural('code of the schedule', code)}"


def adopt(facts: Facts, record: str, draft: Adopted) -> Sequence[Change]:
    """Adopt a table, in a post that keeps it."""
    post = acting_post(facts, draft.post, draft.keepers)
    return [Change(record, replace(draft, code=natural(draft.code), post=post))]


def amend(facts: Facts, record: str, draft: Amended) -> Sequence[Change]:
    """Amend a table, in a post that keeps it."""
    state: Schedule = facts.state(record)
    return simply(
        facts, record, replace(draft, post=acting_post(facts, draft.post, state.keepers))
    )


def _once(state: Schedule, happened: Adopted | Amended, context: Context) -> str | None:
    del context
    if isinstance(happened, Adopted):
        return "it is adopted already; amend it" if state.code else None
    return None if state.code else "it is not adopted"


def _whole(state: Schedule, happened: Adopted | Amended, context: Context) -> str | None:
    del state, context
    names = [each.name.strip() for each in happened.periods]
    if not happened.citation.strip() or not names or not all(names):
        return "it names no document that approved it, or no class"
    if len(set(names)) != len(names):
        return "it names a class twice"
    if any(not 0 <= each.years <= _MAX_YEARS for each in happened.periods):
        return f"a period is not of 0 to {_MAX_YEARS} years"
    return None


def _by_keepers(state: Schedule, happened: Adopted | Amended, context: Context) -> str | None:
    keepers = happened.keepers if isinstance(happened, Adopted) else state.keepers
    return out_of_post(context, happened.post, keepers)


FAMILY: Family[Schedule] = Family(
    name="schedule",
    zh="保管期限表",
    en="retention schedule",
    events=(Adopted, Amended),
    initial=Schedule(),
    evolve=evolve,
    title=lambda state: state.code,
    verbs=(
        Verb("adopt", "制定保管期限表", "Adopt a retention schedule.", Adopted, adopt,
             opens=True, names=lambda draft: key(draft.code)),
        Verb("amend", "修订保管期限表", "Amend a retention schedule as a whole.", Amended, amend),
    ),
    rules=(
        Rule("RS1", _ARTICLE, "a table is adopted once, then amended", (Adopted, Amended), _once),
        Rule("RS2", _ARTICLE, "a table is told whole, with its approval", (Adopted, Amended), _whole),
        Rule("RS3", _ARTICLE, "those who keep it set it", (Adopted, Amended), _by_keepers),
    ),
)  # fmt: skip
