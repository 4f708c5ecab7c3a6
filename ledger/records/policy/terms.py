"""What a sign-off policy says, as plain values, and what it asks of a category and an amount."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields

from ledger.family import Part, Told, part, shared, term
from ledger.records.money import in_band

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


@shared
class Said(Told):
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
    originals_required: bool = term(
        "须留发票原件", "an invoice comes with its original's digest", default=False
    )
    verified_invoices: bool = term(
        "须查验发票", "invoices are verified before the budget level signs", default=False
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


def terms_of(content: Said) -> Terms:
    """Return the terms that a content sets."""
    return Terms(**{each.name: getattr(content, each.name) for each in fields(Said)})


def required(levels: Sequence[Level], amount_fen: int) -> tuple[Level, ...]:
    """Return the levels that an amount needs, in their order."""
    needed = [each for each in levels if in_band(amount_fen, each.above_fen, each.up_to_fen)]
    return tuple(sorted(needed, key=lambda each: each.level))


def approves_first(terms: Said, category: str, amount_fen: int) -> tuple[str, ...]:
    """Return the posts that must approve this before it is done; none where nobody must (R8).

    Of the bands that fit, the one named by category counts before the general ones, and then the
    one that begins highest.
    """
    bands = [
        each
        for each in terms.prior_approvals
        if each.category in ("", category) and in_band(amount_fen, each.above_fen)
    ]
    if bands:
        return max(bands, key=lambda each: (each.category != "", each.above_fen)).posts
    above = terms.prior_approval_above_fen
    if category in terms.prior_approval_categories or (
        above is not None and amount_fen > above
    ):
        return terms.prior_approvers
    return ()


def required_documents(terms: Said, category: str, amount_fen: int) -> tuple[str, ...]:
    """Return the kinds of documents that a claim must hand in, each once (R11)."""
    needed = [
        document
        for each in terms.documents
        if each.category in ("", category) and in_band(amount_fen, each.above_fen)
        for document in each.documents
    ]
    return tuple(dict.fromkeys(needed))
