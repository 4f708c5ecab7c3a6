"""What happens to a sign-off policy 会签制度: adopted, amended as a whole, bound elsewhere, abolished."""

from __future__ import annotations

from datetime import date

from ledger.family import Attachment, Happened, event, shared, term
from ledger.records.policy.terms import Said


@shared
class Content(Said, Happened):
    """The whole content of a policy; an amendment tells all of it anew."""

    effective_on: date | None = term("施行日期", "in force from", default=None)
    citation: str = term("依据", "document that says so", default="")
    rule: str | None = term("依据制度", "rule it rests on", default=None, refers="rule")
    post: str = term("岗位", "post it is done in", default="")
    attachments: tuple[Attachment, ...] = term("附件", "attachments", default=())


@event("policy.adopted/1", "制定", "adopted")
class Adopted(Content):
    """The policy is adopted; from its day on, the items it binds are submitted under no other."""

    code: str = term("代号", "short name of the record")
    name: str = term("名称", "name")
    keepers: tuple[str, ...] = term("归口岗位", "posts that amend it", default=("办公室主任",))
    categories: tuple[str, ...] = term("适用类别", "categories it binds; none: all", default=())
    above_fen: int = term("适用起点金额", "binds only above", default=0)
    up_to_fen: int = term("适用上限金额", "binds only up to; 0: no limit", default=0)
    replaces: tuple[str, ...] = term(
        "取代制度", "policies whose place it takes there", default=(), refers="policy"
    )
    binds: bool = term("具约束力", "binds the office", default=False, derived=True)


@event("policy.amended/1", "修订", "amended")
class Amended(Content):
    """The policy says something else from its day on; what was submitted before is not touched."""


@event("policy.rescoped/1", "调整适用范围", "bound elsewhere")
class Rescoped(Happened):
    """From its day on the policy binds items of other categories and amounts."""

    categories: tuple[str, ...] = term("适用类别", "categories it binds; none: all", default=())
    above_fen: int = term("适用起点金额", "binds only above", default=0)
    up_to_fen: int = term("适用上限金额", "binds only up to; 0: no limit", default=0)
    replaces: tuple[str, ...] = term(
        "取代制度", "policies whose place it takes there", default=(), refers="policy"
    )
    effective_on: date | None = term("施行日期", "in force from", default=None)
    citation: str = term("依据", "document that says so", default="")
    rule: str | None = term("依据制度", "rule it rests on", default=None, refers="rule")
    post: str = term("岗位", "post it is done in", default="")
    binds: bool = term("具约束力", "binds the office", default=False, derived=True)


@event("policy.abolished/1", "废止", "abolished")
class Abolished(Happened):
    """From its day on nothing is submitted under the policy."""

    from_day: date = term("废止日期", "abolished from")
    reason: str = term("原因", "reason")
    post: str = term("岗位", "post it is done in", default="")


PolicyEvent = Adopted | Amended | Rescoped | Abolished
EVENTS: tuple[type[Happened], ...] = (Adopted, Amended, Rescoped, Abolished)
