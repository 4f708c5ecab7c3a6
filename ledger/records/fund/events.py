"""What happens to a request for money 经费事项, from 事前审批 and 申报 over 会签 to 付款, 记账, 归档.

Every step tells who took it (`signer`), in which post, for whom by delegation (`principal`), and on
what basis: `direct` or `paper`, or nothing where history was found. What nobody knows any more is
told as nothing: an empty text, an empty list, None. `occurred_at` is a moment (`…Z`) or a day
where it happened at another time than it was recorded.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from ledger import canonical
from ledger.body import format_body
from ledger.family import (
    Attachment,
    Concealed,
    Happened,
    Part,
    concealed,
    event,
    part,
    shared,
    term,
)
from ledger.records.policy import MEANINGS, Terms

CNY = "CNY"
CASH = "现金"
METHODS = ("转账", "公务卡", "支票", CASH)


@part
class Voucher(Part):
    """An invoice that an item claims."""

    code: str = term("发票代码", "code", default="")
    number: str = term("发票号码", "number")
    seller: str = term("销售方", "seller", default="")
    amount_fen: int = term("价税合计", "amount", default=0)
    issued_on: date | None = term("开票日期", "issued on", default=None)
    original: str = term("原件摘要", "digest of the original file", default="")


@shared
class Step(Happened):
    """A step that somebody took."""

    occurred_at: str = term(
        "发生时刻", "when it happened, where not now: a moment or a day", default=""
    )
    signer: str = term(
        "办理人", "who took the step, where not the one who enters it", default=""
    )
    post: str = term("岗位", "post it is taken in", default="")
    signer_name: str = term("办理人姓名", "name of who took it", default="", derived=True)
    principal: str = term("授权人", "officer it is taken for", default="", derived=True)
    principal_name: str = term("授权人姓名", "name of that officer", default="", derived=True)
    recorder_name: str = term(
        "补录人姓名", "name of who entered it, where not direct", default="", derived=True
    )
    basis: str = term("办理方式", "direct, paper, or nothing", default="", derived=True)


@event("fund.prior_approved/1", "事前审批", "approved beforehand")
class PriorApproved(Step):
    """What the money will be asked for was agreed to before it was done."""

    title: str = term("事项", "title")
    category: str = term("类别", "category", default="")
    ceiling_fen: int = term("批准上限", "approved up to")
    approved_on: date | None = term("审批日期", "day of approval", default=None)
    policy: str | None = term("会签制度", "policy", default=None, refers="policy")
    attachments: tuple[Attachment, ...] = term("附件", "attachments", default=())
    approvers: tuple[str, ...] = term(
        "审批岗位", "posts that approve", default=(), derived=True
    )


@shared
class Claim(Step):
    """The whole of what is asked for; a correction tells all of it anew."""

    title: str = term("事项", "title", default="")
    category: str = term("类别", "category", default="")
    amount_fen: int = term("金额", "amount", default=0)
    payee: str = term("收款人", "payee", default="")
    payee_account: str = term("收款账号", "payee's account", default="")
    budget: str | None = term("预算科目", "budget line", default=None, refers="budget")
    policy: str | None = term("会签制度", "policy", default=None, refers="policy")
    business_on: date | None = term("业务日期", "day of the business", default=None)
    beneficiaries: tuple[str, ...] = term(
        "受益人", "travellers and others who benefit", default=()
    )
    invoices: tuple[Voucher, ...] = term("发票", "invoices", default=())
    attachments: tuple[Attachment, ...] = term("附件", "attachments", default=())
    number: str = term("单据号", "number of the form", default="")
    currency: str = term("币种", "currency", default=CNY)
    persons: int = term("人数", "number of persons", default=0)
    days: int = term("天数", "number of days", default=0)
    fund_source: str = term("资金来源", "where the money comes from", default="")
    documents: tuple[str, ...] = term(
        "所附单据", "kinds of documents handed in, such as 公函", default=()
    )
    emergency: bool = term("应急", "done first, approved afterwards", default=False)
    project: str = term("项目", "project", default="")
    policy_day: date | None = term("制度适用日", "judged as of", default=None, derived=True)
    policy_version: int = term("制度版本", "version of the policy", default=0, derived=True)
    terms: Terms | None = term("制度条款", "terms of the policy", default=None, derived=True)
    newly_claimed: tuple[str, ...] = term(
        "新列发票", "invoices not claimed before", default=(), derived=True
    )
    item_digest: str = term("事项摘要", "digest of the item", default="", derived=True)
    private: Concealed = concealed(
        payee_personal=(
            "收款人个人信息",
            "identity number, telephone and the like of the payee",
        )
    )


@event("fund.submitted/1", "申报", "submitted")
class Submitted(Claim):
    """Money is asked for, or asked for again after a return: a new round of sign-off begins."""

    round: int = term("轮次", "round of sign-off", default=0, derived=True)


@event("fund.corrected/1", "更正", "corrected")
class Corrected(Claim):
    """The handler corrects the item in sign-off; what was signed in this round is void."""

    reason: str = term("更正原因", "reason", default="")
    released_budget: str | None = term(
        "原预算科目", "budget line released", default=None, derived=True
    )
    releases_fen: int = term("释放预算", "reservation released", default=0, derived=True)


@event("fund.countersigned/1", "会签", "countersigned")
class Countersigned(Step):
    """A level signs exactly this item."""

    level: int = term("级次", "level, where not the next one", default=0)
    level_name: str = term("级次名称", "name of the level", default="", derived=True)
    meaning: str = term("签署含义", "what the signature says", default="", choices=MEANINGS)
    opinion: str = term("意见", "opinion", default="")
    item_digest: str = term("事项摘要", "digest of the item that is signed", default="")
    attachments: tuple[Attachment, ...] = term(
        "附件", "scan of what was signed on paper", default=()
    )
    amount_fen: int | None = term("金额", "amount that is signed", default=None, derived=True)
    budget: str | None = term("预算科目", "budget line", default=None, derived=True)
    reserves_fen: int = term("占用预算", "reserved by this signature", default=0, derived=True)
    accepts: tuple[str, ...] = term("采信发票", "invoices relied on", default=(), derived=True)


@event("fund.rejected/1", "退回", "rejected")
class Rejected(Step):
    """A level returns the item to its handler; the chain starts again from the first level."""

    reason: str = term("退回原因", "reason", default="")
    level: int = term("级次", "level, where not the next one", default=0)
    level_name: str = term("级次名称", "name of the level", default="", derived=True)
    attachments: tuple[Attachment, ...] = term(
        "附件", "scan of what was signed on paper", default=()
    )
    budget: str | None = term("预算科目", "budget line", default=None, derived=True)
    releases_fen: int = term("释放预算", "reservation released", default=0, derived=True)


@event("fund.withdrawn/1", "撤回", "withdrawn")
class Withdrawn(Step):
    """The handler takes the item back before it is paid."""

    reason: str = term("撤回原因", "reason", default="")
    budget: str | None = term("预算科目", "budget line", default=None, derived=True)
    releases_fen: int = term("释放预算", "reservation released", default=0, derived=True)


@event("fund.collective_decided/1", "集体决策", "decided collectively")
class CollectiveDecided(Step):
    """The item stands under a collective decision, up to its ceiling."""

    under: str | None = term(
        "集体决策", "decision it is under", default=None, refers="decision"
    )
    decision: str = term("会议纪要", "minutes of the decision", default="")
    decided_on: date | None = term("决策日期", "day of the decision", default=None)
    ceiling_fen: int = term("决策上限", "decided up to", default=0)
    attachments: tuple[Attachment, ...] = term("附件", "attachments", default=())
    category: str = term("类别", "category of the item", default="", derived=True)
    project: str = term("项目", "project of the item", default="", derived=True)
    amount_fen: int = term("金额", "amount of the item", default=0, derived=True)
    draws_fen: int = term("支用决策", "drawn for what was paid", default=0, derived=True)


@event("fund.emergency_allowed/1", "应急批准", "emergency allowed")
class EmergencyAllowed(Step):
    """The item may be paid before it is signed off; the levels confirm it within days (R15)."""

    reason: str = term("应急事由", "why it could not wait", default="")
    item_digest: str = term("事项摘要", "digest of the item that is allowed", default="")
    attachments: tuple[Attachment, ...] = term("附件", "attachments", default=())
    amount_fen: int = term("金额", "amount allowed", default=0, derived=True)
    confirm_by: date | None = term("补签期限", "confirmed by", default=None, derived=True)
    budget: str | None = term("预算科目", "budget line", default=None, derived=True)
    reserves_fen: int = term("占用预算", "reserved by this step", default=0, derived=True)


@event("fund.payment_requested/1", "申请付款", "payment requested")
class PaymentRequested(Step):
    """The signed item is handed over for payment."""


@event("fund.paid/1", "付款", "paid")
class Paid(Step):
    """Money left the account."""

    amount_fen: int = term("付款金额", "amount paid")
    paid_on: date | None = term("付款日期", "day of payment", default=None)
    bank_ref: str = term("银行流水号", "bank's reference", default="")
    method: str = term("支付方式", "how it was paid", default="", choices=METHODS)
    payee: str = term("收款人", "payee, where not the item's", default="")
    payee_account: str = term("收款账号", "payee's account, where not the item's", default="")
    attachments: tuple[Attachment, ...] = term("附件", "attachments", default=())
    budget: str | None = term("预算科目", "budget line", default=None, derived=True)
    spends_fen: int = term("预算支出", "spent from the budget line", default=0, derived=True)
    under: str | None = term("集体决策", "decision it is under", default=None, derived=True)
    draws_fen: int = term("支用决策", "drawn from the decision", default=0, derived=True)


@event("fund.booked/1", "记账", "booked")
class Booked(Step):
    """The payment stands in the books."""

    voucher: str = term("凭证号", "number of the accounting voucher")
    booked_on: date | None = term("记账日期", "day of booking", default=None)


@event("fund.reversed/1", "冲销", "reversed")
class Reversed(Step):
    """Money paid comes back, on a day of its own; the payment stays as it was."""

    amount_fen: int = term("冲销金额", "amount that comes back")
    reason: str = term("冲销原因", "reason", default="")
    reversed_on: date | None = term("冲销日期", "day it came back", default=None)
    payment: int = term("原付款", "version of the payment; else the last one", default=0)
    bank_ref: str = term("银行流水号", "bank's reference", default="")
    attachments: tuple[Attachment, ...] = term("附件", "attachments", default=())
    budget: str | None = term("预算科目", "budget line", default=None, derived=True)
    restores_fen: int = term("退还预算", "restored to the budget line", default=0, derived=True)
    budget_closed: bool = term(
        "预算已决算", "the budget line is closed", default=False, derived=True
    )
    under: str | None = term("集体决策", "decision it is under", default=None, derived=True)
    gives_back_fen: int = term(
        "退回决策", "given back to the decision", default=0, derived=True
    )


@event("fund.closed/1", "归档", "closed")
class Closed(Step):
    """The item is settled and goes to the files; what is still reserved for it is released."""

    file: str = term("档号", "number of the file", default="")
    budget: str | None = term("预算科目", "budget line", default=None, derived=True)
    releases_fen: int = term("释放预算", "reservation released", default=0, derived=True)


FundEvent = (
    PriorApproved | Submitted | Corrected | Countersigned | Rejected | Withdrawn | CollectiveDecided
    | EmergencyAllowed | PaymentRequested | Paid | Booked | Reversed | Closed
)  # fmt: skip
EVENTS: tuple[type[Happened], ...] = (
    PriorApproved, Submitted, Corrected, Countersigned, Rejected, Withdrawn, CollectiveDecided,
    EmergencyAllowed, PaymentRequested, Paid, Booked, Reversed, Closed,
)  # fmt: skip

_SIGNED = (
    "title", "category", "amount_fen", "payee", "payee_account", "budget", "policy", "business_on",
    "beneficiaries", "invoices", "attachments", "number", "currency", "persons", "days",
    "fund_source", "documents", "emergency", "project", "policy_day", "policy_version", "terms",
)  # fmt: skip


def signed_content(record: str, claim: Claim) -> dict[str, Any]:
    """Return what every signature on an item covers (R1): its record and all that is claimed."""
    body = format_body(claim)
    return {"record": record, **{name: body[name] for name in _SIGNED}}


def item_digest(record: str, claim: Claim) -> str:
    """Return the digest of what every signature on an item covers."""
    return canonical.digest(canonical.encode(signed_content(record, claim)))
