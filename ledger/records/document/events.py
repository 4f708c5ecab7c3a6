"""What happens to an outgoing document: 起草 审核 签发 复核 登记 印制 核发 归档, and what may go wrong."""

from __future__ import annotations

from datetime import date

from ledger.family import Attachment, Happened, event, term

KINDS = (
    *("决议", "决定", "命令", "公报", "公告", "通告", "意见", "通知"),
    *("通报", "报告", "请示", "批复", "议案", "函", "纪要"),
)
URGENCIES = ("平件", "加急", "特急")
MEANINGS = ("审核", "会签")
RETENTIONS = ("永久", "定期30年", "定期10年")


@event("document.drafted/1", "起草", "drafted")
class Drafted(Happened):
    """A text is proposed, in a series whose posts will review, issue and register it."""

    title: str = term("标题", "title")
    kind: str = term("文种", "document type", choices=KINDS)
    series: str | None = term("拟用编号", "series meant", default=None, refers="series")
    recipients: tuple[str, ...] = term("主送机关", "main recipients", default=())
    copies_to: tuple[str, ...] = term("抄送机关", "copies to", default=())
    urgency: str = term("紧急程度", "urgency", default="平件", choices=URGENCIES)
    unit: str = term("起草单位", "drafting unit", default="")
    consulted: tuple[str, ...] = term("会签单位", "units to countersign", default=())
    attachments: tuple[Attachment, ...] = term("正文及附件", "text and annexes", default=())
    occurred_on: date | None = term("日期", "day it happened", default=None)
    drafter: str = term("起草人", "drafter", default="", derived=True)
    text_digest: str = term("文本摘要", "digest of the text", default="", derived=True)
    registrars: tuple[str, ...] = term(
        "登记岗位", "posts that register", default=(), derived=True
    )
    reviewers: tuple[str, ...] = term("审核岗位", "posts that review", default=(), derived=True)
    leaders: tuple[str, ...] = term("签发岗位", "posts that issue", default=(), derived=True)


@event("document.corrected/1", "更正", "corrected")
class Corrected(Happened):
    """A slip in the head was mended before registration; review and issue are void."""

    reason: str = term("原因", "reason")
    title: str | None = term("标题", "title", default=None)
    kind: str | None = term("文种", "document type", default=None, choices=KINDS)
    recipients: tuple[str, ...] | None = term("主送机关", "main recipients", default=None)
    copies_to: tuple[str, ...] | None = term("抄送机关", "copies to", default=None)
    text_digest: str = term("文本摘要", "digest of the text", default="", derived=True)


@event("document.text_changed/1", "修改文本", "text changed")
class TextChanged(Happened):
    """Another text takes the place of the draft before registration; review and issue are void."""

    reason: str = term("原因", "reason")
    attachments: tuple[Attachment, ...] = term("正文及附件", "text and annexes", default=())
    text_digest: str = term("文本摘要", "digest of the text", default="", derived=True)


@event("document.reviewed/1", "审核", "reviewed")
class Reviewed(Happened):
    """The text was reviewed, or countersigned by a consulted unit."""

    meaning: str = term("含义", "meaning", default="审核", choices=MEANINGS)
    opinion: str = term("意见", "opinion", default="同意")
    unit: str = term("会签单位", "countersigning unit", default="")
    post: str = term("岗位", "post acted in", default="")
    occurred_on: date | None = term("日期", "day it happened", default=None)
    text_digest: str = term("文本摘要", "digest of the text", default="", derived=True)
    reviewer: str = term("审核人", "reviewer", default="", derived=True)


@event("document.returned/1", "退回", "returned")
class Returned(Happened):
    """Sent back to the drafter, with reasons."""

    reason: str = term("退回理由", "reason")
    post: str = term("岗位", "post acted in", default="")
    occurred_on: date | None = term("日期", "day it happened", default=None)


@event("document.issued/1", "签发", "issued")
class Issued(Happened):
    """A leader signed the text for issue, with name, opinion and day (Art. 22)."""

    opinion: str = term("签发意见", "opinion", default="同意")
    signer: str = term("签发人", "signer's full name", default="")
    post: str = term("岗位", "post acted in", default="")
    occurred_on: date | None = term("签发日期", "day signed", default=None)
    text_digest: str = term("文本摘要", "digest of the text", default="", derived=True)
    issuer: str = term("签发人员", "officer who issued", default="", derived=True)


@event("document.rechecked/1", "复核", "rechecked")
class Rechecked(Happened):
    """Procedure, text, type and form were checked; a substantive change goes back to the signer."""

    opinion: str = term("复核意见", "opinion", default="符合要求")
    substantive: bool = term("需实质性修改", "needs a substantive change", default=False)
    post: str = term("岗位", "post acted in", default="")
    occurred_on: date | None = term("日期", "day it happened", default=None)
    text_digest: str = term("文本摘要", "digest of the text", default="", derived=True)
    rechecker: str = term("复核人", "rechecker", default="", derived=True)


@event("document.numbered/1", "登记", "numbered")
class Numbered(Happened):
    """Registered: here, and only here, the document gets its number 文号."""

    series: str = term("编号", "series", default="", refers="series")
    n: int = term("顺序号", "number (0: the next)", default=0)
    distribution: tuple[str, ...] = term("分送范围", "distribution", default=())
    copies: int = term("份数", "copies", default=1)
    occurred_on: date | None = term("登记日期", "day registered", default=None)
    number: str = term("发文字号", "official number", default="", derived=True)
    found: bool = term("原有编号", "number found", default=False, derived=True)
    registrar: str = term("登记人", "registrar", default="", derived=True)


@event("document.number_voided/1", "文号作废", "number voided")
class NumberVoided(Happened):
    """The number died before release; it stays in the register and is not given anew."""

    reason: str = term("作废原因", "reason")
    series: str = term("编号", "series", default="", derived=True)
    n: int = term("顺序号", "number", default=0, derived=True)
    registrar: str = term("登记人", "registrar", default="", derived=True)


@event("document.printed/1", "印制", "printed")
class Printed(Happened):
    """Printed: where, and how many."""

    place: str = term("印制单位", "printed by")
    copies: int = term("份数", "copies")
    occurred_on: date | None = term("印发日期", "day printed", default=None)


@event("document.released/1", "核发", "released")
class Released(Happened):
    """Text, form and print were checked, and the document went out."""

    opinion: str = term("核对意见", "result of the check", default="文字格式印刷质量合格")
    distribution: tuple[str, ...] = term("分送范围", "sent to", default=())
    post: str = term("岗位", "post acted in", default="")
    occurred_on: date | None = term("核发日期", "day released", default=None)


@event("document.archived/1", "归档", "archived")
class Archived(Happened):
    """Final text, issue form and handling sheet were filed together."""

    file_number: str = term("档号", "file number")
    retention: str = term("保管期限", "retention", choices=RETENTIONS)
    occurred_on: date | None = term("归档日期", "day filed", default=None)


@event("document.correction_noticed/1", "更正通知", "correction noticed")
class CorrectionNoticed(Happened):
    """A document that went out is corrected by another; nothing in it is edited."""

    notice: str = term("更正通知", "correcting document", refers="document")
    reason: str = term("原因", "reason")
    post: str = term("岗位", "post acted in", default="")


@event("document.revoked/1", "撤销", "revoked")
class Revoked(Happened):
    """Void from the beginning 自始无效 (Art. 30)."""

    reason: str = term("原因", "reason")
    by: str | None = term("依据文件", "revoking document", default=None, refers="document")
    post: str = term("岗位", "post acted in", default="")
    occurred_on: date | None = term("日期", "day it happened", default=None)


@event("document.abolished/1", "废止", "abolished")
class Abolished(Happened):
    """Void from a day on 自废止之日起失效 (Art. 30)."""

    effective_on: date = term("废止之日", "void from")
    reason: str = term("原因", "reason")
    by: str | None = term("依据文件", "abolishing document", default=None, refers="document")
    post: str = term("岗位", "post acted in", default="")
    occurred_on: date | None = term("日期", "day it happened", default=None)


EVENTS: tuple[type[Happened], ...] = (
    *(Drafted, Corrected, TextChanged, Reviewed, Returned, Issued, Rechecked, Numbered),
    *(NumberVoided, Printed, Released, Archived, CorrectionNoticed, Revoked, Abolished),
)
