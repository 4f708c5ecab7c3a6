"""What happens to a collective decision 集体决策: taken, applied to items, drawn on, revoked."""

from __future__ import annotations

from datetime import date

from ledger.family import Attachment, Happened, event, term

MEETING = "会议"
FORMS = (MEETING, "传签", "个别征求意见", "现场办公", "通讯群组")
"""How it was decided; only a meeting decides (DOMAIN §4.2)."""


@event("decision.taken/1", "决定", "taken")
class Taken(Happened):
    """A meeting decided on a matter, up to a ceiling."""

    code: str = term("代号", "short name of the record: minutes and matter")
    title: str = term("议题", "matter")
    minutes: str = term("会议纪要", "minutes of the meeting")
    meeting: str = term("会议", "meeting")
    form: str = term("决策形式", "how it was decided", default=MEETING, choices=FORMS)
    taken_on: date = term("决策日期", "day of the meeting")
    ceiling_fen: int = term("决策上限", "decided up to, all payments together")
    category: str = term("类别", "category of the items; empty: any", default="")
    project: str = term("项目", "project whose items are under it", default="")
    items: tuple[str, ...] = term("事项", "items under it", default=(), refers="fund")
    policy: str | None = term("会签制度", "policy", default=None, refers="policy")
    eligible: int = term("应到人数", "members of the body", default=0)
    present: int = term("实到人数", "members present", default=0)
    in_favour: int = term("赞成人数", "in favour", default=0)
    against: int = term("反对人数", "against", default=0)
    abstained: int = term("弃权人数", "abstaining", default=0)
    head: str = term("主要负责人", "head of the office, who speaks last", default="")
    speakers: tuple[str, ...] = term("发言顺序", "who spoke, in order", default=())
    dissent: tuple[str, ...] = term("不同意见", "who differed, and why", default=())
    post: str = term("岗位", "post that records it", default="")
    attachments: tuple[Attachment, ...] = term("附件", "scan of the minutes", default=())
    minute_takers: tuple[str, ...] = term(
        "会议记录岗位", "posts that record it", default=(), derived=True
    )
    quorum_percent: int = term("到会比例", "quorum, in percent", default=0, derived=True)
    majority_percent: int = term("赞成比例", "majority, in percent", default=0, derived=True)
    counts: bool = term("可作依据", "items may stand under it", default=False, derived=True)


@event("decision.applied/1", "归入", "applied")
class Applied(Happened):
    """An item of money stands under the decision from here on."""

    item: str = term("事项", "item", refers="fund")
    category: str = term("类别", "category of the item")
    project: str = term("项目", "project of the item")
    minutes: str = term("会议纪要", "minutes of the decision")
    taken_on: date | None = term("决策日期", "day of the decision")
    ceiling_fen: int = term("决策上限", "ceiling of the decision")
    amount_fen: int = term("金额", "amount of the item")
    drawn_fen: int = term("已付金额", "what was paid of it before")


@event("decision.drawn/1", "支用", "drawn")
class Drawn(Happened):
    """A payment of an item draws on the decision."""

    item: str = term("事项", "item", refers="fund")
    amount_fen: int = term("支用金额", "amount drawn")


@event("decision.given_back/1", "退回支用", "given back")
class GivenBack(Happened):
    """Money paid under the decision came back."""

    item: str = term("事项", "item", refers="fund")
    amount_fen: int = term("退回金额", "amount given back")


@event("decision.revoked/1", "撤销决定", "revoked")
class Revoked(Happened):
    """A meeting took the decision back: nothing more is paid under it."""

    minutes: str = term("会议纪要", "minutes that say so")
    reason: str = term("原因", "reason")
    post: str = term("岗位", "post that records it", default="")


DecisionEvent = Taken | Applied | Drawn | GivenBack | Revoked
EVENTS: tuple[type[Happened], ...] = (Taken, Applied, Drawn, GivenBack, Revoked)
