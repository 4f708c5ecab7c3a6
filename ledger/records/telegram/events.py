"""What happens to a telegram: 登记 送阅 批办 承办 催办 办结 清退 归档 销毁, and what goes wrong."""

from __future__ import annotations

from datetime import date

from ledger.family import Attachment, Concealed, Happened, concealed, event, term
from ledger.records.timetable import Limit

IN, OUT = "收", "发"
PLAIN = "明传"
ACTION, READING = "批办性", "阅知性"
URGENCIES = ("特提", "特急", "加急", "平急")
LEGS = ("送阅", "批办", "承办", "催办")
RETENTIONS = ("永久", "定期30年", "定期10年")

DEFAULT_LIMITS: tuple[Limit, ...] = (
    Limit(urgency="特提", hours=24),
    Limit(urgency="特急", hours=72),
    Limit(urgency="加急", hours=120),
    Limit(urgency="平急", hours=240),
)
"""The common table of 1, 3, 5 and 10 days (DOMAIN §2.2), where the office has set none itself."""


@event("telegram.registered/1", "登记", "registered")
class Registered(Happened):
    """A plain telegram was entered in the register, with its moment and its limits."""

    series: str = term("电报编号", "series", default="", refers="series")
    sender: str = term("发电单位", "sender")
    title: str = term("标题", "title")
    urgency: str = term("等级", "urgency", choices=URGENCIES)
    direction: str = term("收发", "in or out", default=IN, choices=(IN, OUT))
    nature: str = term(
        "办件性质", "for action or reading", default=ACTION, choices=(ACTION, READING)
    )
    kind: str = term("种类", "kind", default=PLAIN, choices=(PLAIN,))
    sender_number: str = term("来电字号", "sender's number", default="")
    received_at: str = term("收发时间", "moment received or sent", default="")
    deliver_by: str = term("限时送达", "deliver by, a moment", default="")
    n: int = term("顺序号", "number (0: the next)", default=0)
    attachments: tuple[Attachment, ...] = term("原件", "scans", default=())
    occurred_on: date | None = term("登记日期", "day registered", default=None)
    number: str = term("电报号", "own number", default="", derived=True)
    found: bool = term("原有编号", "number found", default=False, derived=True)
    registrar: str = term("登记人", "registrar", default="", derived=True)
    sender_series: str = term("来电编号", "sender's series", default="", derived=True)
    sender_n: int = term("来电顺序号", "sender's number in it", default=0, derived=True)
    limits: tuple[Limit, ...] = term("办理时限", "limits", default=(), derived=True)
    edition: int = term("时限版次", "edition of the timetable", default=0, derived=True)
    due_at: str = term("办结时限", "due at", default="", derived=True)
    registrars: tuple[str, ...] = term(
        "登记岗位", "posts that register", default=(), derived=True
    )
    reviewers: tuple[str, ...] = term(
        "审核岗位", "posts that correct", default=(), derived=True
    )
    leaders: tuple[str, ...] = term("批办岗位", "posts that instruct", default=(), derived=True)
    private: Concealed = concealed(contents=("电文", "text of the telegram"))


@event("telegram.number_voided/1", "电报号作废", "number voided")
class NumberVoided(Happened):
    """Registered by mistake: both numbers are told of; the record ends."""

    reason: str = term("作废原因", "reason")
    series: str = term("电报编号", "series", default="", derived=True)
    n: int = term("顺序号", "number", default=0, derived=True)
    registrar: str = term("登记人", "registrar", default="", derived=True)
    sender_series: str = term("来电编号", "sender's series", default="", derived=True)
    sender_n: int = term("来电顺序号", "sender's number in it", default=0, derived=True)


@event("telegram.leg_passed/1", "流转", "leg passed")
class LegPassed(Happened):
    """A step of its way was made: to whom, and when."""

    leg: str = term("环节", "leg", choices=LEGS)
    to: str = term("经手人", "to whom")
    at: str = term("时间", "moment", default="")
    note: str = term("意见", "instruction or result", default="")
    post: str = term("岗位", "post acted in", default="")


@event("telegram.misrouted/1", "错送", "misrouted")
class Misrouted(Happened):
    """It went to someone it was not for."""

    to: str = term("误送对象", "to whom by mistake")
    reason: str = term("原因", "reason")
    at: str = term("时间", "moment", default="")


@event("telegram.misroute_corrected/1", "错送纠正", "misroute corrected")
class MisrouteCorrected(Happened):
    """It was taken back, and went to whom it is for."""

    to: str = term("改送对象", "to whom it is for")
    reason: str = term("纠正情况", "how it was corrected")
    at: str = term("时间", "moment", default="")


@event("telegram.scope_violated/1", "超范围", "scope violated")
class ScopeViolated(Happened):
    """It was shown beyond those it may be shown to."""

    reason: str = term("情况", "what happened")
    at: str = term("时间", "moment", default="")


@event("telegram.redone/1", "返工重办", "redone")
class Redone(Happened):
    """What was done was wrong, and was done again."""

    reason: str = term("原因", "reason")
    at: str = term("时间", "moment", default="")


@event("telegram.answered/1", "答复", "answered")
class Answered(Happened):
    """The result went back to the sender."""

    result: str = term("答复内容", "answer")
    at: str = term("时间", "moment", default="")


@event("telegram.closed/1", "办结", "closed")
class Closed(Happened):
    """Nothing is left to do."""

    result: str = term("办理结果", "result", default="办结")
    at: str = term("办结时间", "moment closed", default="")
    post: str = term("岗位", "post acted in", default="")


@event("telegram.returned/1", "清退", "returned")
class Returned(Happened):
    """The paper went back to the sender, counted."""

    to: str = term("清退单位", "to whom")
    copies: int = term("份数", "copies")
    at: str = term("清退时间", "moment", default="")


@event("telegram.archived/1", "归档", "archived")
class Archived(Happened):
    """Filed."""

    file_number: str = term("档号", "file number")
    retention: str = term("保管期限", "retention", choices=RETENTIONS)
    occurred_on: date | None = term("归档日期", "day filed", default=None)


@event("telegram.destroyed/1", "销毁", "destroyed")
class Destroyed(Happened):
    """The paper was destroyed, after approval and before two witnesses."""

    approval: str = term("批准依据", "approval")
    supervisors: tuple[str, ...] = term("监销人", "supervisors")
    reason: str = term("原因", "reason")
    post: str = term("岗位", "post acted in", default="")
    occurred_on: date | None = term("销毁日期", "day destroyed", default=None)


@event("telegram.stubbed/1", "涉密电报登记", "stubbed")
class Stubbed(Happened):
    """Telegrams that may not be shown were handled elsewhere: whose, the month, how many."""

    unit: str = term("机要单位", "custodian unit")
    month: str = term("月份", "month, YYYY-MM")
    count: int = term("份数", "count", default=1)


EVENTS: tuple[type[Happened], ...] = (
    *(Registered, NumberVoided, LegPassed, Misrouted, MisrouteCorrected, ScopeViolated, Redone),
    *(Answered, Closed, Returned, Archived, Destroyed, Stubbed),
)
