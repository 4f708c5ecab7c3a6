"""What happens to a budget line 预算科目, from 批复 over 分解, 占用, 支付 and 调剂 to 决算.

What takes from one record and gives to another stands in one act, an event on each: a line broken
down and each part assigned, money adjusted out and in, a part closed and its parent told of it.
"""

from __future__ import annotations

from datetime import date

from ledger.family import Attachment, Happened, Part, event, part, term

RETURNED = "退回"
WITHDRAWN = "撤回"
CORRECTED = "更正"
SETTLED = "结清"
SIGNED = "会签"
ALLOWED = "应急"
RESERVING = (SIGNED, ALLOWED)
"""The steps of an item that set money aside."""
RELEASING = (RETURNED, WITHDRAWN, CORRECTED, SETTLED)
"""The steps of an item that set reserved money free."""
KEEPERS = ("财务负责人",)


@event("budget.approved/1", "批复", "approved")
class Approved(Happened):
    """The financial authority approves the line for the year, by its document (预算法 Art. 52)."""

    year: int = term("预算年度", "fiscal year")
    code: str = term("代号", "short name of the line in its year")
    name: str = term("科目", "name", default="")
    purposes: tuple[str, ...] = term(
        "用途", "categories it may be spent on; none: any", default=()
    )
    amount_fen: int = term("批复金额", "amount approved")
    citation: str = term("批复文号", "document that approves it", default="")
    authority: str = term("批复机关", "who approved it", default="")
    occurred_on: date | None = term(
        "批复日期", "day of approval, where not today", default=None
    )
    keepers: tuple[str, ...] = term(
        "归口岗位", "posts that enter, adjust and close it", default=KEEPERS
    )
    attachments: tuple[Attachment, ...] = term("附件", "scan of the document", default=())


@event("budget.revised/1", "追加追减", "revised")
class Revised(Happened):
    """The authority approves more for the line, or takes some back, by a further document."""

    delta_fen: int = term("追加金额", "by how much, less than zero for a cut")
    citation: str = term("批复文号", "document that approves it", default="")
    authority: str = term("批复机关", "who approved it", default="")
    reason: str = term("原因", "reason", default="")
    occurred_on: date | None = term(
        "批复日期", "day of approval, where not today", default=None
    )
    attachments: tuple[Attachment, ...] = term("附件", "scan of the document", default=())


@part
class Share(Part):
    """A part of a line that is broken down: the line that it becomes."""

    code: str = term("代号", "short name of the new line in its year")
    name: str = term("科目", "name; its code where it has no other", default="")
    amount_fen: int = term("分解金额", "amount it is given")
    purposes: tuple[str, ...] = term(
        "用途", "categories, of those of the whole; all of them where none is told", default=()
    )
    keepers: tuple[str, ...] = term(
        "归口岗位", "posts that keep it; those of the whole where none is told", default=()
    )


@event("budget.broken_down/1", "分解", "broken down")
class BrokenDown(Happened):
    """What is left of the line, or some of it, goes to new lines that are its parts."""

    parts: tuple[Share, ...] = term("分解明细", "the parts")
    citation: str = term("分解依据", "document that says so", default="")
    occurred_on: date | None = term("分解日期", "day, where not today", default=None)
    attachments: tuple[Attachment, ...] = term("附件", "scan of the document", default=())


@event("budget.assigned/1", "下达", "assigned")
class Assigned(Happened):
    """The line begins, as a part of another that was broken down."""

    parent: str = term("上级科目", "line it is a part of", refers="budget")
    year: int = term("预算年度", "fiscal year")
    code: str = term("代号", "short name of the line in its year")
    name: str = term("科目", "name")
    purposes: tuple[str, ...] = term("用途", "categories it may be spent on; none: any")
    amount_fen: int = term("下达金额", "amount it is given")
    keepers: tuple[str, ...] = term("归口岗位", "posts that adjust and close it")
    occurred_on: date | None = term("下达日期", "day, where not that of recording")


@event("budget.reserved/1", "占用", "reserved")
class Reserved(Happened):
    """Money is set aside for an item that passed its budget level, or may be paid first 应急."""

    item: str = term("事项", "item", refers="fund")
    category: str = term("类别", "what the item is for")
    amount_fen: int = term("占用金额", "amount reserved")
    step: str = term(
        "占用环节", "step of the item that reserved it", default=SIGNED, choices=RESERVING
    )


@event("budget.released/1", "释放", "released")
class Released(Happened):
    """Money set aside for an item is free again."""

    item: str = term("事项", "item", refers="fund")
    amount_fen: int = term("释放金额", "amount released")
    step: str = term("释放环节", "step of the item that released it", choices=RELEASING)


@event("budget.spent/1", "支出", "spent")
class Spent(Happened):
    """Money set aside for an item was paid."""

    item: str = term("事项", "item", refers="fund")
    amount_fen: int = term("支出金额", "amount spent")
    occurred_on: date | None = term("付款日期", "day of the payment, if told", default=None)


@event("budget.restored/1", "退还", "restored")
class Restored(Happened):
    """Money came back: a payment was reversed."""

    item: str = term("事项", "item", refers="fund")
    amount_fen: int = term("退还金额", "amount restored")
    occurred_on: date | None = term("退还日期", "day it came back, if told", default=None)


@event("budget.adjusted_out/1", "调出", "adjusted out")
class AdjustedOut(Happened):
    """A decision moves money from this line to another of the year (预算法 Art. 72)."""

    to: str = term("调入科目", "line the money goes to", refers="budget")
    amount_fen: int = term("调剂金额", "amount moved")
    decision: str = term("调剂文号", "decision", default="")
    reason: str = term("原因", "reason", default="")
    occurred_on: date | None = term(
        "决定日期", "day of the decision, where not today", default=None
    )
    attachments: tuple[Attachment, ...] = term("附件", "scan of the decision", default=())


@event("budget.adjusted_in/1", "调入", "adjusted in")
class AdjustedIn(Happened):
    """A decision moves money from another line of the year to this one (预算法 Art. 72)."""

    source: str = term("调出科目", "line the money comes from", refers="budget")
    amount_fen: int = term("调剂金额", "amount moved")
    decision: str = term("调剂文号", "decision")
    occurred_on: date | None = term("决定日期", "day of the decision")


@event("budget.closed/1", "决算", "closed")
class Closed(Happened):
    """The year ends: what the line had, spent and has left is stated; nothing follows any more."""

    left_fen: int | None = term(
        "结余金额", "what is left by the books, to be held against the line", default=None
    )
    citation: str = term("决算依据", "document of the final accounts", default="")
    reason: str = term("说明", "note; why, where the year has not ended", default="")
    occurred_on: date | None = term("决算日期", "day, where not today", default=None)
    attachments: tuple[Attachment, ...] = term("附件", "attachments", default=())
    budget_fen: int = term("预算金额", "what it had", default=0, derived=True)
    spent_fen: int = term("净支出", "spent and not come back", default=0, derived=True)
    parent: str | None = term(
        "上级科目", "line it is a part of", default=None, derived=True, refers="budget"
    )


@event("budget.part_closed/1", "分项决算", "part closed")
class PartClosed(Happened):
    """A part of the line is closed, with so much spent and left."""

    line: str = term("分项科目", "the part", refers="budget")
    spent_fen: int = term("净支出", "spent and not come back")
    left_fen: int = term("结余金额", "left")


BudgetEvent = (
    Approved | Revised | BrokenDown | Assigned | Reserved | Released | Spent | Restored
    | AdjustedOut | AdjustedIn | Closed | PartClosed
)  # fmt: skip
EVENTS: tuple[type[Happened], ...] = (
    Approved, Revised, BrokenDown, Assigned, Reserved, Released, Spent, Restored,
    AdjustedOut, AdjustedIn, Closed, PartClosed,
)  # fmt: skip
