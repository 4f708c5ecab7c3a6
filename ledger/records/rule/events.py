"""What happens to a rule 制度、规范性文件: every event of the family, from 立项 to 废止, 失效 or 撤销.

Three days are told apart: `occurred_on` when somebody did it, `effective_on` from when it counts,
and the time of recording, which the ledger keeps. An event without `occurred_on` (history found
without a day) stands in the record and is placed nowhere in time.

What was found in a register carries the line it was found in (`source_line`) and, where several
stored texts tell the same history, the publication day of the text that told it (`told_by`).
"""

from __future__ import annotations

from datetime import date

from ledger.family import Attachment, Happened, event, shared, term

PASSED = "通过"
RETURNED = "退回修改"
REJECTED = "不予通过"
RESULTS = (PASSED, RETURNED, REJECTED)

PARTIAL = "partial"
WHOLE = "whole"

RESTS = ("cites", "implements", "derived_from")
"""How a rule rests on another, which should then be in force."""
EDGES = (
    "amends", "replaces", "abolishes", "declares_lapsed", "revokes", "confirms", "interprets",
    "implements", "derived_from", "suspends", "extends_validity", "renumbers", "cites",
)  # fmt: skip
"""Every way in which a rule acts on another, or stands to it (DOMAIN §3)."""

SUPPLEMENT = "补充材料"
RECTIFY = "建议纠正"
ASKING = (SUPPLEMENT, RECTIFY)
"""Answers after which the rule is filed once more."""
ANSWERS = ("登记", SUPPLEMENT, "审查通过", RECTIFY, "纠正反馈")


@shared
class Dated(Happened):
    """A step with its day; at the desk a day left out is today."""

    occurred_on: date | None = term("发生日期", "day it happened", default=None)


@shared
class InPost(Dated):
    """A step that an officer takes in a post."""

    post: str = term("岗位", "post it is done in", default="")


@shared
class Told(InPost):
    """A step that a register may have told, in a line of its own."""

    title: str = term("名称", "title, where it is new or known from here", default="")
    told_by: date | None = term("转述文本", "day of the telling text", default=None)
    source_line: str = term("原文", "the line it was found in", default="")


@shared
class InCampaign(Told):
    """A step that a clean-up campaign may have decided: what it decided is copied here."""

    campaign: str | None = term("清理", "clean-up campaign", default=None, refers="cleanup")
    campaign_outcome: str = term(
        "清理结论", "decided by the campaign", default="", derived=True
    )


@event("rule.planned/1", "立项", "planned")
class Planned(Dated):
    """The rule is to be made: which task, for which problem, until when."""

    title: str = term("名称", "title")
    task: str = term("任务", "task it comes from", default="")
    problem: str = term("问题", "problem it is to solve", default="")
    due: date | None = term("计划完成", "planned day", default=None)


@event("rule.drafted/1", "起草", "drafted")
class Drafted(Dated):
    """A text is there to be talked about. For a rule in force it is the draft of its change."""

    title: str = term("名称", "title, where it is new", default="")
    unit: str = term("起草单位", "drafting unit", default="")
    attachments: tuple[Attachment, ...] = term("附件", "attachments", default=())
    drafter: str = term("起草人", "drafted by", default="", derived=True)


@event("rule.consulted/1", "征求意见", "consulted")
class Consulted(Dated):
    """Units, experts or the public were asked."""

    asked: tuple[str, ...] = term("征求对象", "who was asked")
    received: int = term("收到意见", "opinions received", default=0)
    taken: int = term("采纳意见", "opinions taken up", default=0)


@event("rule.reviewed/1", "合法合规审核", "reviewed")
class Reviewed(InPost):
    """Someone who did not draft it says whether it fits law and higher rules."""

    result: str = term("审核结论", "result", choices=RESULTS)
    opinion: str = term("审核意见", "opinion", default="")


@event("rule.deliberated/1", "集体审议", "deliberated")
class Deliberated(InPost):
    """A meeting decided on the draft."""

    meeting: str = term("会议", "meeting")
    result: str = term("审议结论", "result", choices=RESULTS)


@event("rule.dropped/1", "终止制定", "dropped")
class Dropped(Dated):
    """The plan or the draft is given up; a rule in force stays as it is."""

    reason: str = term("原因", "reason")


@event("rule.adopted/1", "通过", "adopted")
class Adopted(Told):
    """The text is settled: 通过、签发. It does not count yet."""

    kind: str = term("制度类别", "kind: 规定, 办法, 细则, 制度, 意见 …", default="")
    issuer: str = term("制定机关", "issuing organ", default="")
    topic: str = term("主题", "topic", default="")
    level: str = term("效力级别", "level", default="")
    text_digest: str = term("文本摘要", "digest of the text", default="")
    attachments: tuple[Attachment, ...] = term("附件", "attachments", default=())
    decision: str = term("审议依据", "collective decision it rests on", default="")


@event("rule.approved/1", "批准", "approved")
class Approved(Told):
    """A higher organ approved the text."""

    by: str = term("批准机关", "approved by", default="")


@event("rule.published/1", "公布", "published")
class Published(Told):
    """The text was made known. From when it counts is `effective_on`, or else this day."""

    number: str = term("文号", "official number", default="")
    document: str | None = term("公布文件", "the document", default=None, refers="document")
    effective_on: date | None = term("施行日期", "in force from", default=None)
    awaits_commencement: bool = term(
        "施行日期另定", "commencement is told later", default=False
    )
    valid_until: date | None = term("有效期至", "last day in force", default=None)
    trial: bool = term("试行", "on trial", default=False)
    files_to: str = term("报备机关", "organ it must be filed with", default="")
    replaces: str | None = term("代替", "rule it replaces", default=None, refers="rule")
    text_digest: str = term("文本摘要", "digest of the text", default="")
    attachments: tuple[Attachment, ...] = term("附件", "attachments", default=())


@event("rule.commenced/1", "施行", "commenced")
class Commenced(Told):
    """From this day the text counts, or only the provisions named. The day may lie ahead."""

    provisions: tuple[str, ...] = term("施行条款", "provisions, none for all", default=())
    text_of: date | None = term(
        "文本日期", "day the text was settled or published", default=None
    )


@event("rule.amended/1", "修改", "amended")
class Amended(InCampaign):
    """A new version, from `effective_on` or else this day: 修正、修订."""

    extent: str = term("修改范围", "extent", default=PARTIAL, choices=(PARTIAL, WHOLE))
    effective_on: date | None = term("施行日期", "in force from", default=None)
    by: str = term("修改依据", "by which document", default="")
    by_rule: str | None = term("修改决定", "by which rule", default=None, refers="rule")
    number: str = term("文号", "official number, where it is new", default="")
    text_digest: str = term("文本摘要", "digest of the text", default="")
    attachments: tuple[Attachment, ...] = term("附件", "attachments", default=())
    decision: str = term("审议依据", "collective decision it rests on", default="")


@event("rule.confirmed/1", "继续有效", "confirmed")
class Confirmed(InCampaign):
    """Looked at and left in force. 需适时修改 is a flag on it, not another status."""

    needs_amendment: bool = term("需适时修改", "to be amended", default=False)
    amend_by: date | None = term("修改期限", "to be amended until", default=None)
    by: str = term("依据", "by which document", default="")
    by_rule: str | None = term("确认决定", "by which rule", default=None, refers="rule")


@event("rule.abolished/1", "废止", "abolished")
class Abolished(InCampaign):
    """Void from `effective_on` or else this day on; what rested on it before stands."""

    reason: str = term("原因", "reason", default="")
    effective_on: date | None = term("废止日期", "void from", default=None)
    by: str = term("废止依据", "by which document", default="")
    by_rule: str | None = term("废止决定", "by which rule", default=None, refers="rule")
    replaced_by: str | None = term(
        "被代替", "rule that replaces it", default=None, refers="rule"
    )


@event("rule.lapsed/1", "宣布失效", "declared lapsed")
class Lapsed(InCampaign):
    """Declared no longer carried out: its subject is gone, or its time is over."""

    reason: str = term("原因", "reason", default="")
    effective_on: date | None = term("失效日期", "lapsed from", default=None)
    by: str = term("失效依据", "by which document", default="")
    by_rule: str | None = term("失效决定", "by which rule", default=None, refers="rule")


@event("rule.revoked/1", "撤销", "revoked")
class Revoked(Told):
    """Void from the start 自始无效, by a higher organ or the issuer itself."""

    reason: str = term("原因", "reason", default="")
    by: str = term("撤销机关", "revoked by", default="")
    by_rule: str | None = term("撤销决定", "by which rule", default=None, refers="rule")


@event("rule.suspended/1", "暂停执行", "suspended")
class Suspended(Told):
    """Not carried out from `effective_on` or else this day, until resumed or a last day."""

    reason: str = term("原因", "reason", default="")
    effective_on: date | None = term("暂停日期", "suspended from", default=None)
    until: date | None = term("暂停至", "last day suspended", default=None)
    by: str = term("暂停依据", "by which document", default="")
    by_rule: str | None = term("暂停决定", "by which rule", default=None, refers="rule")


@event("rule.resumed/1", "恢复执行", "resumed")
class Resumed(Told):
    """Carried out again, from `effective_on` or else this day."""

    effective_on: date | None = term("恢复日期", "resumed from", default=None)
    by: str = term("恢复依据", "by which document", default="")


@event("rule.extended/1", "延长有效期", "validity extended")
class Extended(Told):
    """Stays valid until a later day; what has expired is not extended but made anew."""

    valid_until: date = term("有效期至", "last day in force")
    by: str = term("延长依据", "by which document", default="")
    by_rule: str | None = term("延长决定", "by which rule", default=None, refers="rule")


@event("rule.interpreted/1", "解释", "interpreted")
class Interpreted(Told):
    """Its organ said what it means, with the same force as the text (规章制定程序条例 Art. 33)."""

    text: str = term("解释", "interpretation")
    by: str = term("解释文件", "by which document", default="")
    by_rule: str | None = term("解释文本", "by which rule", default=None, refers="rule")


@event("rule.renumbered/1", "变更文号", "renumbered")
class Renumbered(Told):
    """It goes under another official number."""

    number: str = term("文号", "official number")
    reason: str = term("原因", "reason", default="")
    by: str = term("依据", "by which document", default="")
    by_rule: str | None = term("变更决定", "by which rule", default=None, refers="rule")


@event("rule.filed/1", "报备", "filed")
class Filed(Dated):
    """Sent to the organ above for the record, or sent again as it asked."""

    to: str = term("报备机关", "filed with")
    number: str = term("报备文号", "number of the filing", default="")


@event("rule.filing_answered/1", "报备审查", "filing answered")
class FilingAnswered(Dated):
    """The organ above registered it, asked for more, passed it, or wants it put right."""

    answer: str = term("审查结论", "answer", choices=ANSWERS)
    note: str = term("说明", "note", default="")


@event("rule.linked/1", "关联", "linked")
class Linked(Dated):
    """It stands in a relation to another rule."""

    edge: str = term("关系", "relation", choices=EDGES)
    rule: str = term("另一制度", "the other rule", refers="rule")


@event("rule.unlinked/1", "解除关联", "unlinked")
class Unlinked(Dated):
    """A relation that was recorded holds no more, as when an amended text cites another rule."""

    edge: str = term("关系", "relation", choices=EDGES)
    rule: str = term("另一制度", "the other rule", refers="rule")
    reason: str = term("原因", "reason", default="")


@event("rule.noted/1", "记载", "noted")
class Noted(Told):
    """A line about it that tells none of the other events; kept, and counted for nothing."""

    note: str = term("说明", "note", default="")
    text_digest: str = term("文本摘要", "digest of the text", default="")


@event("rule.corrected/1", "更正录入", "entry corrected")
class Corrected(InPost):
    """An entry was wrong: the event of that kind on that day has other days, or never happened."""

    action: str = term("事项", "what happened, such as published")
    of_day: date = term("原录日期", "day as it was entered")
    right_day: date | None = term("应为", "the right day", default=None)
    effective_on: date | None = term("应自", "the right day it counts from", default=None)
    never: bool = term("并无此事", "it never happened", default=False)
    reason: str = term("原因", "reason")


PREPARING = (Planned, Drafted, Consulted, Reviewed, Deliberated, Dropped)
TEXT = (Adopted, Approved, Published, Commenced, Amended, Renumbered)
VALIDITY = (Confirmed, Abolished, Lapsed, Revoked, Suspended, Resumed, Extended)
BESIDE = (Interpreted, Filed, FilingAnswered, Linked, Unlinked, Noted, Corrected)
EVENTS = PREPARING + TEXT + VALIDITY + BESIDE

PreparingEvent = Planned | Drafted | Consulted | Reviewed | Deliberated | Dropped
TextEvent = Adopted | Approved | Published | Commenced | Amended | Renumbered
ValidityEvent = Confirmed | Abolished | Lapsed | Revoked | Suspended | Resumed | Extended
BesideEvent = Interpreted | Filed | FilingAnswered | Linked | Unlinked | Noted | Corrected
RuleEvent = PreparingEvent | TextEvent | ValidityEvent | BesideEvent


NEVER = frozenset(
    each.KIND.partition(".")[2].partition("/")[0]
    for each in (
        Confirmed, Abolished, Lapsed, Revoked, Suspended, Resumed, Filed, FilingAnswered, Interpreted
    )
)  # fmt: skip
"""Actions that an entry can be wrong about altogether, as of another rule; texts are not undone."""


def action_of(happened: Happened) -> str:
    """Return an event's participle: `published` of `rule.published/1`."""
    return happened.KIND.partition(".")[2].partition("/")[0]
