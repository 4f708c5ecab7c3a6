"""Outlays counted together 归类经费口径, such as 三公经费: which lines and categories belong to which head.

机关事务管理条例 Art. 7 has the budgets and final accounts of three heads published: 公务接待费, 公务用车购置和
运行费, 因公出国（境）费; Art. 12 keeps each to its own budget. Which budget lines and which categories of
items make up a head is the office's own data: adopted, and amended as a whole from a day on.

The record is `outlays/<code>`. A head names lines by their codes, whatever the year; a line that is
named stands for its parts too. Its categories find what was spent for it from a line of another head.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ledger.family import (
    AS_FOUND,
    Bond,
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
    shared,
    term,
)  # fmt: skip
from ledger.frozen import frozen, replace
from ledger.records.natural import must_be_natural, natural
from ledger.records.posts import in_no_post

_APART = "机关事务管理条例 Art. 12"


@part
class Head(Part):
    """A head 款项: the lines and categories that are counted together under its name."""

    name: str = term("款项", "name")
    lines: tuple[str, ...] = term("科目代号", "codes of its budget lines", default=())
    categories: tuple[str, ...] = term("类别", "categories of its items", default=())


@shared
class Content(Happened):
    """All the heads; an amendment tells all of them anew."""

    heads: tuple[Head, ...] = term("款项", "heads")
    effective_on: date | None = term("施行日期", "counted so from", default=None)
    citation: str = term("依据", "document that says so", default="")


@event("outlays.adopted/1", "制定口径", "adopted")
class Adopted(Content):
    """The office says which lines and categories are counted together."""

    code: str = term("代号", "name of the whole, such as 三公经费")
    keepers: tuple[str, ...] = term(
        "归口岗位", "posts that adopt and amend it", default=("财务负责人",)
    )


@event("outlays.amended/1", "调整口径", "amended")
class Amended(Content):
    """From its day on it is counted in another way."""


OutlaysEvent = Adopted | Amended


@frozen
class Edition:
    """The heads as one event told them, and from which day they count."""

    edition: int
    effective_on: date
    heads: tuple[Head, ...]
    citation: str


@frozen
class Outlays:
    """What is counted together, in the order in which it was told."""

    code: str = ""
    keepers: tuple[str, ...] = ()
    editions: tuple[Edition, ...] = ()


def key(code: str) -> str:
    """Return the record of what is counted together under a code.

    Raises:
        MalformedError: the code makes no record's name.
    """
    return f"outlays/{must_be_natural('outlays code', code)}"


def evolve(state: Outlays, happened: OutlaysEvent) -> Outlays:
    """Return what is counted together after the event."""
    told = Edition(
        len(state.editions) + 1,
        happened.effective_on or date.min,
        happened.heads,
        happened.citation,
    )
    state = replace(state, editions=(*state.editions, told))
    if isinstance(happened, Adopted):
        return replace(state, code=happened.code, keepers=happened.keepers)
    return state


def set_content(facts: Facts, record: str, draft: Adopted | Amended) -> Sequence[Change]:
    """Adopt or amend; a day left out is today."""
    if draft.effective_on is None and facts.basis != AS_FOUND:
        draft = replace(draft, effective_on=facts.day)
    return [Change(record, draft)]


def _in_order(state: Outlays, happened: OutlaysEvent, context: Context) -> str | None:
    del context
    if isinstance(happened, Adopted):
        return f"{state.code} is adopted already; amend it" if state.editions else None
    return None if state.editions else "it is not adopted"


def _by_keepers(state: Outlays, happened: OutlaysEvent, context: Context) -> str | None:
    keepers = happened.keepers if isinstance(happened, Adopted) else state.keepers
    return in_no_post(context, keepers)


def _apart(state: Outlays, happened: Content, context: Context) -> str | None:
    """Say what is missing of the heads, or counted twice; what is counted twice makes no sum."""
    del state, context
    if not happened.heads:
        return "it names no head"
    for each in happened.heads:
        if not each.name.strip() or not (each.lines or each.categories):
            return f"head {each.name or '(none)'} lacks a name, or any line and category"
        if "" in map(natural, each.lines):
            return f"head {each.name} names a line that can be none: {', '.join(each.lines)}"
    for words, told in (
        ("head", [each.name for each in happened.heads]),
        ("line", [natural(line) for each in happened.heads for line in each.lines]),
        ("category", [name for each in happened.heads for name in each.categories]),
    ):
        twice = next((name for name in told if told.count(name) > 1), None)
        if twice is not None:
            return f"{words} {twice} would be counted twice"
    return None


def _not_backwards(state: Outlays, happened: Amended, context: Context) -> str | None:
    del state
    day = happened.effective_on
    if context.basis == AS_FOUND or day is None or day >= context.day:
        return None
    return f"{day} has passed; what was published since would be counted anew"


def _cited(state: Outlays, happened: Content, context: Context) -> str | None:
    del state, context
    return None if happened.citation.strip() else "no document says so; tell it (--citation)"


FAMILY: Family[Outlays] = Family(
    name="outlays",
    zh="归类经费口径",
    en="outlays counted together",
    events=(Adopted, Amended),
    initial=Outlays(),
    evolve=evolve,
    title=lambda state: state.code,
    verbs=(
        Verb("adopt", "制定口径", "Say which lines and categories are counted together.", Adopted,
             set_content, opens=True, names=lambda draft: key(draft.code)),
        Verb("amend", "调整口径", "Count in another way, from a day on.", Amended, set_content),
    ),
    rules=(
        Rule("Q1", "机关事务管理条例 Art. 7", "it is adopted, then amended", (Adopted, Amended), _in_order),
        Rule("Q2", "会计法 Art. 25", "its keepers adopt and amend it", (Adopted, Amended), _by_keepers),
        Rule("Q3", _APART, "each line and category is of one head", (Adopted, Amended), _apart),
        Rule("Q4", "机关事务管理条例 Art. 7", "what was published is not counted anew", (Amended,), _not_backwards),
        Rule("Q5", "机关事务管理条例 Art. 7", "a document says what is counted", (Adopted, Amended), _cited),
    ),
)  # fmt: skip

BONDS: tuple[Bond, ...] = (
    Bond("Q6", "DESIGN §3", "outlays counted together are named by their code",
         "outlays.adopted/1", lambda record, _: [(record,)],
         "outlays.adopted/1", lambda _, told: [(f"outlays/{natural(told.code)}",)]),
)  # fmt: skip
