"""What happens in a clean-up campaign 制度清理, from 启动 to 关闭."""

from __future__ import annotations

from datetime import date

from ledger.family import Happened, Part, event, part, term

ABOLISH = "废止"
LAPSE = "失效"
AMEND = "修订"
CONFIRM = "继续有效"
NEW = "新建"
OUTCOMES = (ABOLISH, LAPSE, AMEND, CONFIRM)


@part
class Volumes(Part):
    """Archive volumes that run on, both ends included: 档号 `0012-3` with 案卷号 1 to 120."""

    catalogue: str = term("目录号", "catalogue, such as 全宗号-目录号")
    first: int = term("起卷号", "first volume")
    last: int | None = term("止卷号", "last volume, none for the first alone", default=None)

    @property
    def end(self) -> int:
        """The last volume's number."""
        return self.first if self.last is None else self.last


@event("cleanup.opened/1", "启动清理", "opened")
class Opened(Happened):
    """The campaign begins: on what basis, over what, and how many rules there were."""

    title: str = term("名称", "title")
    basis: str = term("依据", "basis", default="")
    scope: str = term("清理范围", "scope", default="")
    existing: int | None = term("现有制度数", "existing rules", default=None)
    occurred_on: date | None = term("启动日期", "day it began", default=None)


@event("cleanup.volumes_retrieved/1", "调阅档案", "volumes retrieved")
class VolumesRetrieved(Happened):
    """Archive volumes were called up; a volume that is listed again is the same volume."""

    count: int = term("卷数", "volumes, where they are not listed", default=0)
    volumes: tuple[Volumes, ...] = term("案卷", "volumes by catalogue and number", default=())
    source: str = term("来源", "from where", default="")
    occurred_on: date | None = term("日期", "day", default=None)


@event("cleanup.screened/1", "甄别", "screened")
class Screened(Happened):
    """Files were looked at, and so many of them are rules in scope; several times add up."""

    files: int = term("甄别件数", "files screened")
    in_scope: int | None = term("列入清理", "of these in scope", default=None)
    occurred_on: date | None = term("日期", "day", default=None)


@event("cleanup.outcome_proposed/1", "提出意见", "outcome proposed")
class OutcomeProposed(Happened):
    """What is to become of one rule. Until it is decided, a later proposal takes its place.

    新建 names a rule that is to be made: it is carried out when that rule is published.
    """

    rule: str = term("制度", "rule", refers="rule")
    outcome: str = term("清理意见", "outcome", choices=(*OUTCOMES, NEW))
    needs_amendment: bool = term("需适时修改", "to be amended in time", default=False)
    reason: str = term("理由", "reason", default="")
    occurred_on: date | None = term("日期", "day", default=None)


@event("cleanup.tallied/1", "清理统计", "tallied")
class Tallied(Happened):
    """A total that was reported, for rules that have no record of their own here."""

    outcome: str = term("清理意见", "outcome", choices=(*OUTCOMES, NEW))
    count: int = term("件数", "how many")
    occurred_on: date | None = term("日期", "day", default=None)


@event("cleanup.decided/1", "集体决定", "decided")
class Decided(Happened):
    """The collective decided on everything proposed so far; from now on it is carried out."""

    body: str = term("决定机构", "deciding body")
    minutes: str = term("会议纪要", "minutes", default="")
    post: str = term("岗位", "post it is entered in", default="")
    occurred_on: date | None = term("决定日期", "day of the decision", default=None)
    dispositions: int = term("决定件数", "how many were decided on", default=0, derived=True)


@event("cleanup.published/1", "公布结果", "published")
class Published(Happened):
    """The outcomes were made known."""

    number: str = term("文号", "official number", default="")
    document: str | None = term("公布文件", "the document", default=None, refers="document")
    occurred_on: date | None = term("公布日期", "day", default=None)


@event("cleanup.followed_up/1", "落实", "followed up")
class FollowedUp(Happened):
    """A rule's own record shows that its outcome was carried out under this campaign."""

    rule: str = term("制度", "rule", refers="rule")
    carried_out: str = term("已落实", "what its record shows", default="", derived=True)
    occurred_on: date | None = term("日期", "day", default=None)


@event("cleanup.closed/1", "关闭清理", "closed")
class Closed(Happened):
    """The campaign is over. Where its sums do not close, it says why."""

    explanation: str = term("说明", "why the sums do not close", default="")
    leaks: tuple[str, ...] = term("不闭合", "sums that do not close", default=(), derived=True)
    occurred_on: date | None = term("日期", "day", default=None)


CleanupEvent = (
    Opened | VolumesRetrieved | Screened | OutcomeProposed | Tallied | Decided | Published
    | FollowedUp | Closed
)  # fmt: skip

EVENTS = (
    Opened, VolumesRetrieved, Screened, OutcomeProposed, Tallied, Decided, Published, FollowedUp,
    Closed,
)  # fmt: skip
