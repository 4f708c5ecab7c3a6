"""Sign-off policies 会签制度: who must sign a request for money, above which amount, who pays.

The record is `policy/<code>`. A policy is adopted, amended as a whole and abolished; an item of
money is judged for ever by the version that was in force when it was submitted (R6), whose terms
are copied into it. Levels, bands and posts are data here, never constants (DOMAIN §4.1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date

from ledger.family import (
    AS_FOUND,
    Attachment,
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
    simply,
    term,
)  # fmt: skip
from ledger.records.natural import must_be_natural, natural

_ARTICLE = "会计法 Art. 25"
HANDLED = "经办"
MEANINGS = ("经办", "证明", "验收", "审核", "审批", "会签")


@part
class Level(Part):
    """A level of sign-off, and the band of amounts for which it is required."""

    level: int = term("级次", "place in the order, from 1")
    name: str = term("名称", "name")
    posts: tuple[str, ...] = term("岗位", "posts that may sign")
    meaning: str = term("签署含义", "what a signature says", default="审核", choices=MEANINGS)
    above_fen: int = term("起点金额", "required only above", default=0)
    up_to_fen: int = term("上限金额", "required only up to; 0: no limit", default=0)


@part
class PriorApproval(Part):
    """What is approved before it is done: a category, from an amount on, by whom."""

    category: str = term("类别", "category; empty: any", default="")
    above_fen: int = term("起点金额", "required only above", default=0)
    posts: tuple[str, ...] = term("审批岗位", "posts that approve beforehand")


@part
class DocumentSet(Part):
    """The documents that a claim of a category hands in, above an amount."""

    category: str = term("类别", "category; empty: any", default="")
    documents: tuple[str, ...] = term("必备单据", "documents required, such as 公函")
    above_fen: int = term("起点金额", "required only above", default=0)


@part
class Standard(Part):
    """What a category may cost a head, or a head and day; 0 is no standard."""

    category: str = term("类别", "category")
    per_person_fen: int = term("人均标准", "for each person", default=0)
    per_person_day_fen: int = term("人均每日标准", "for each person and day", default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """All that a policy says: levels and bands, who does what, what comes first, what is handed in."""

    levels: tuple[Level, ...] = term("会签级次", "levels, in order")
    budget_level: int = term("占用预算级次", "level that reserves the budget", default=3)
    payers: tuple[str, ...] = term("付款岗位", "posts that pay", default=("出纳",))
    bookkeepers: tuple[str, ...] = term("记账岗位", "posts that book", default=("会计",))
    prior_approvers: tuple[str, ...] = term(
        "事前审批岗位", "posts that approve beforehand", default=("分管领导",)
    )
    prior_approval_above_fen: int | None = term(
        "事前审批金额", "approved beforehand above", default=None
    )
    prior_approval_categories: tuple[str, ...] = term(
        "事前审批类别", "categories always approved beforehand", default=()
    )
    prior_approvals: tuple[PriorApproval, ...] = term(
        "事前审批档次", "approved beforehand, by category and amount", default=()
    )
    minute_takers: tuple[str, ...] = term(
        "会议记录岗位", "posts that record collective decisions", default=("办公室主任",)
    )
    collective_above_fen: int | None = term(
        "集体决策金额", "decided collectively above", default=None
    )
    quorum_percent: int = term("到会比例", "members present, at least, in percent", default=50)
    majority_percent: int = term(
        "赞成比例", "members in favour, more than, in percent", default=50
    )
    documents: tuple[DocumentSet, ...] = term(
        "类别单据", "documents that a category hands in", default=()
    )
    standards: tuple[Standard, ...] = term(
        "开支标准", "what a category may cost a head", default=()
    )
    no_cash_categories: tuple[str, ...] = term(
        "不付现类别", "categories never paid in cash", default=()
    )
    emergency_days: int | None = term(
        "应急补签天数", "days in which what was done first is confirmed", default=None
    )
    emergency_posts: tuple[str, ...] = term(
        "应急批准岗位", "posts that let it be done first", default=()
    )


@part
class Terms(Said, Part):
    """What an item of money is judged by: all that one version of a policy says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content(Said, Happened):
    """The whole content of a policy; an amendment tells all of it anew."""

    effective_on: date | None = term("施行日期", "in force from", default=None)  # noqa: RUF009 -- a declaration
    citation: str = term("依据", "document that says so", default="")
    rule: str | None = term("依据制度", "rule it rests on", default=None, refers="rule")
    attachments: tuple[Attachment, ...] = term("附件", "attachments", default=())


@event("policy.adopted/1", "制定", "adopted")
class Adopted(Content):
    """The policy is adopted; from its day on, items are submitted under it."""

    code: str = term("代号", "short name of the record")
    name: str = term("名称", "name")
    keepers: tuple[str, ...] = term(
        "归口岗位", "posts that adopt and amend it", default=("办公室主任",)
    )


@event("policy.amended/1", "修订", "amended")
class Amended(Content):
    """The policy says something else from its day on; what was submitted before is not touched."""


@event("policy.abolished/1", "废止", "abolished")
class Abolished(Happened):
    """From its day on nothing is submitted under the policy."""

    from_day: date = term("废止日期", "abolished from")
    reason: str = term("原因", "reason")


PolicyEvent = Adopted | Amended | Abolished


@dataclass(frozen=True, slots=True)
class Version:
    """Content as one event of the policy told it: the event's version, and from which day."""

    version: int
    effective_on: date
    terms: Terms


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy: its versions in the order they were told, and where it ends."""

    name: str = ""
    keepers: tuple[str, ...] = ()
    versions: tuple[Version, ...] = ()
    abolished_from: date | None = None
    events: int = 0

    def in_force(self, day: date) -> Version | None:
        """Return the version in force on a day, or None."""
        if self.abolished_from is not None and self.abolished_from <= day:
            return None
        begun = [each for each in self.versions if each.effective_on <= day]
        return max(begun, key=lambda each: (each.effective_on, each.version), default=None)


def key(code: str) -> str:
    """Return the record of the policy of that code.

    Raises:
        MalformedError: the code makes no record's name.
    """
    return f"policy/{must_be_natural('policy code', code)}"


def required(levels: Sequence[Level], amount_fen: int) -> tuple[Level, ...]:
    """Return the levels that an amount needs, in their order."""
    needed = [
        each for each in levels
        if (each.above_fen <= 0 or amount_fen > each.above_fen)
        and (each.up_to_fen <= 0 or amount_fen <= each.up_to_fen)
    ]  # fmt: skip
    return tuple(sorted(needed, key=lambda each: each.level))


def terms_of(content: Said) -> Terms:
    """Return the terms that a content sets."""
    return Terms(**{each.name: getattr(content, each.name) for each in fields(Said)})


def evolve(state: Policy, happened: PolicyEvent) -> Policy:
    """Return the policy after the event."""
    state = replace(state, events=state.events + 1)
    match happened:
        case Adopted():
            named = replace(state, name=happened.name, keepers=happened.keepers)
            return replace(named, versions=_told(state, happened))
        case Amended():
            return replace(state, versions=_told(state, happened))
        case Abolished():
            return replace(state, abolished_from=happened.from_day)


def _told(state: Policy, content: Content) -> tuple[Version, ...]:
    told = Version(state.events, content.effective_on or date.min, terms_of(content))
    return (*state.versions, told)


def set_content(facts: Facts, record: str, draft: Adopted | Amended) -> Sequence[Change]:
    """Adopt or amend; a day left out is today."""
    if draft.effective_on is None and facts.basis != AS_FOUND:
        draft = replace(draft, effective_on=facts.day)
    return [Change(record, draft)]


def _by_keepers(state: Policy, happened: PolicyEvent, context: Context) -> str | None:
    keepers = happened.keepers if isinstance(happened, Adopted) else state.keepers
    if any(context.holds(post) for post in keepers):
        return None
    return f"{context.actor} holds none of the posts {', '.join(keepers)}"


def _in_order(state: Policy, happened: PolicyEvent, context: Context) -> str | None:
    del context
    if isinstance(happened, Adopted):
        return f"{state.name} is adopted already; amend it" if state.versions else None
    if not state.versions:
        return "the policy is not adopted"
    return (
        f"{state.name} is abolished from {state.abolished_from}"
        if state.abolished_from
        else None
    )


def _not_backwards(
    state: Policy, happened: Amended | Abolished, context: Context
) -> str | None:
    del state
    day = happened.from_day if isinstance(happened, Abolished) else happened.effective_on
    if context.basis == AS_FOUND or day is None or day >= context.day:
        return None
    return f"{day} has passed; what was submitted since would be judged anew"


def _whole(state: Policy, happened: Content, context: Context) -> str | None:
    del state, context
    levels = happened.levels
    if not levels or not happened.payers or not happened.bookkeepers:
        return "it names no level, nobody who pays, or nobody who books"
    for each in levels:
        if each.level < 1 or not each.name or not each.posts or each.meaning not in MEANINGS:
            return f"level {each.level} {each.name} lacks a name, posts or a known meaning"
    if [each.level for each in levels] != sorted(each.level for each in levels):
        return "the levels do not stand in their order"
    if all(each.above_fen > 0 or each.up_to_fen > 0 for each in levels):
        return "every level has a band; some amount would need no signature"
    if happened.budget_level not in {each.level for each in levels}:
        return (
            f"level {happened.budget_level}, which reserves the budget, is none of its levels"
        )
    return None


FAMILY: Family[Policy] = Family(
    name="policy",
    zh="会签制度",
    en="sign-off policy",
    events=(Adopted, Amended, Abolished),
    initial=Policy(),
    evolve=evolve,
    title=lambda state: state.name,
    verbs=(
        Verb("adopt", "制定", "Adopt a sign-off policy.", Adopted, set_content, opens=True,
             names=lambda draft: key(draft.code)),
        Verb("amend", "修订", "Amend a policy as a whole, from a day on.", Amended, set_content),
        Verb("abolish", "废止", "Abolish a policy from a day on.", Abolished, simply),
    ),
    rules=(
        Rule("P1", "DOMAIN §4.4", "a policy is adopted, then amended, until abolished",
             (Adopted, Amended, Abolished), _in_order),
        Rule("P2", _ARTICLE, "its keepers adopt and amend it", (Adopted, Amended, Abolished), _by_keepers),
        Rule("P3", "DOMAIN R6", "a policy never judges the past anew", (Amended, Abolished), _not_backwards),
        Rule("P4", _ARTICLE, "a policy is whole", (Adopted, Amended), _whole),
    ),
)  # fmt: skip

BONDS: tuple[Bond, ...] = (
    Bond("P5", "DESIGN §3", "a policy is named by its code",
         "policy.adopted/1", lambda record, _: [(record,)],
         "policy.adopted/1", lambda _, told: [(f"policy/{natural(told.code)}",)]),
)  # fmt: skip
