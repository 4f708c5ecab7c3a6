"""What happens to an incoming document: 签收 登记 初审 拟办 批示 分办 传阅 承办 催办 答复 办结 归档."""

from __future__ import annotations

from datetime import date

from ledger.family import Attachment, Happened, event, term

ACTION = "批办性"
READING = "阅知性"
NATURES = (ACTION, READING)
ORDINARY = "平件"
URGENCIES = (ORDINARY, "加急", "特急")
RETENTIONS = ("永久", "定期30年", "定期10年")


@event("incoming.received/1", "签收", "received")
class Received(Happened):
    """Counted item by item and signed for, with the time (Art. 24 (1))."""

    sender: str = term("来文单位", "sender")
    title: str = term("标题", "title")
    sender_number: str = term("来文字号", "sender's number", default="")
    urgency: str = term("紧急程度", "urgency", default=ORDINARY, choices=URGENCIES)
    copies: int = term("份数", "copies counted", default=1)
    received_at: str = term("签收时间", "moment of receipt", default="")
    attachments: tuple[Attachment, ...] = term("原件", "scans", default=())
    receiver: str = term("签收人", "receiver", default="", derived=True)


@event("incoming.registered/1", "登记", "registered")
class Registered(Happened):
    """Entered in the register, under the office's own number (Art. 24 (2))."""

    series: str = term("收文编号", "series", default="", refers="series")
    nature: str = term("办件性质", "for action or for reading", choices=NATURES)
    n: int = term("顺序号", "number (0: the next)", default=0)
    occurred_on: date | None = term("登记日期", "day registered", default=None)
    number: str = term("收文号", "own number", default="", derived=True)
    found: bool = term("原有编号", "number found", default=False, derived=True)
    registrar: str = term("登记人", "registrar", default="", derived=True)
    registrars: tuple[str, ...] = term(
        "登记岗位", "posts that register", default=(), derived=True
    )
    reviewers: tuple[str, ...] = term(
        "拟办岗位", "posts that propose", default=(), derived=True
    )
    leaders: tuple[str, ...] = term("批示岗位", "posts that instruct", default=(), derived=True)


@event("incoming.number_voided/1", "收文号作废", "number voided")
class NumberVoided(Happened):
    """Registered by mistake: the number died, and stays in the register."""

    reason: str = term("作废原因", "reason")
    series: str = term("收文编号", "series", default="", derived=True)
    n: int = term("顺序号", "number", default=0, derived=True)
    registrar: str = term("登记人", "registrar", default="", derived=True)


@event("incoming.first_checked/1", "初审", "first checked")
class FirstChecked(Happened):
    """Type, form, authority and consultation conform (Art. 24 (3))."""

    opinion: str = term("初审意见", "result", default="符合要求")
    post: str = term("岗位", "post acted in", default="")
    occurred_on: date | None = term("日期", "day it happened", default=None)


@event("incoming.returned/1", "退回", "returned")
class Returned(Happened):
    """It does not conform and went back to its sender, with reasons."""

    reason: str = term("退回理由", "reason")
    post: str = term("岗位", "post acted in", default="")
    occurred_on: date | None = term("日期", "day it happened", default=None)


@event("incoming.proposed/1", "拟办", "handling proposed")
class Proposed(Happened):
    """How to handle it was proposed to a leader."""

    opinion: str = term("拟办意见", "proposal")
    post: str = term("岗位", "post acted in", default="")
    occurred_on: date | None = term("日期", "day it happened", default=None)


@event("incoming.instructed/1", "批示", "instructed")
class Instructed(Happened):
    """A leader wrote what is to be done."""

    instruction: str = term("批示内容", "instruction")
    leader: str = term("批示人", "leader's full name", default="")
    post: str = term("岗位", "post acted in", default="")
    occurred_on: date | None = term("批示日期", "day instructed", default=None)


@event("incoming.assigned/1", "分办", "assigned")
class Assigned(Happened):
    """Units get it to act on, one of them leading; readers get it to read."""

    lead: str = term("主办单位", "lead unit", default="")
    units: tuple[str, ...] = term("协办单位", "units that help", default=())
    readers: tuple[str, ...] = term("传阅对象", "readers", default=())
    deadline: date | None = term("办理时限", "deadline", default=None)
    post: str = term("岗位", "post acted in", default="")
    occurred_on: date | None = term("日期", "day it happened", default=None)


@event("incoming.circulated/1", "传阅", "circulated")
class Circulated(Happened):
    """It went to one reader: where it is can be told at any time (Art. 24 (5))."""

    to: str = term("传阅人", "reader")
    at: str = term("传阅时间", "moment", default="")


@event("incoming.acted/1", "承办", "acted on")
class Acted(Happened):
    """A unit did what was asked."""

    unit: str = term("承办单位", "unit")
    result: str = term("承办情况", "result")
    occurred_on: date | None = term("日期", "day it happened", default=None)


@event("incoming.chased/1", "催办", "chased")
class Chased(Happened):
    """A named person asked how far it is (Art. 24 (6))."""

    unit: str = term("被催单位", "unit asked")
    chaser: str = term("催办人", "who asks")
    reply: str = term("进展", "reply", default="")
    occurred_on: date | None = term("日期", "day it happened", default=None)


@event("incoming.answered/1", "答复", "answered")
class Answered(Happened):
    """The result went back to the sender (Art. 24 (7))."""

    result: str = term("答复内容", "answer")
    document: str | None = term("复文", "answering document", default=None, refers="document")
    occurred_on: date | None = term("日期", "day it happened", default=None)


@event("incoming.closed/1", "办结", "closed")
class Closed(Happened):
    """Nothing is left to do."""

    result: str = term("办理结果", "result", default="办结")
    post: str = term("岗位", "post acted in", default="")
    occurred_on: date | None = term("办结日期", "day closed", default=None)


@event("incoming.archived/1", "归档", "archived")
class Archived(Happened):
    """Filed with its handling sheet."""

    file_number: str = term("档号", "file number")
    retention: str = term("保管期限", "retention", choices=RETENTIONS)
    occurred_on: date | None = term("归档日期", "day filed", default=None)


EVENTS: tuple[type[Happened], ...] = (
    *(Received, Registered, NumberVoided, FirstChecked, Returned, Proposed, Instructed),
    *(Assigned, Circulated, Acted, Chased, Answered, Closed, Archived),
)
