"""What happens to a number series."""

from __future__ import annotations

from datetime import date

from ledger.family import Happened, event, term

NUMBERED = ("document", "incoming", "telegram")


@event("series.opened/1", "启用编号", "opened")
class Opened(Happened):
    """The series begins, with the posts that work with it; its opener answers for voids."""

    code: str = term("机关代字", "code of the organ")
    year: int = term("年份", "year")
    family: str = term("编号对象", "family it numbers", choices=NUMBERED)
    first_number: int = term("起始号", "first number", default=1)
    registrars: tuple[str, ...] = term("登记岗位", "posts that register", default=("文书",))
    reviewers: tuple[str, ...] = term("审核岗位", "posts that review", default=("办公室主任",))
    leaders: tuple[str, ...] = term(
        "签批岗位", "posts that issue or instruct", default=("领导",)
    )
    approvers: tuple[str, ...] = term(
        "作废审批岗位", "posts that void", default=("办公室主任",)
    )
    predecessor: str | None = term(
        "上一编号", "series it succeeds", default=None, refers="series"
    )


@event("series.allocated/1", "编号", "number allocated")
class Allocated(Happened):
    """The next number was given to a record, in the act that registered it."""

    n: int = term("顺序号", "number")
    record: str = term("编号对象", "record")
    occurred_on: date = term("日期", "day")


@event("series.found/1", "原有编号", "number found")
class Found(Happened):
    """A number of a register kept before, as it stands there; gaps and doubles are reported."""

    n: int = term("顺序号", "number")
    record: str = term("编号对象", "record", default="", derived=True)
    occurred_on: date | None = term("日期", "day", default=None)


@event("series.voided/1", "作废编号", "number voided")
class Voided(Happened):
    """A number died: it stays in the register and is never given anew."""

    n: int = term("顺序号", "number")
    reason: str = term("原因", "reason")
    record: str = term("编号对象", "record", default="", derived=True)
    registrar: str = term("登记人", "who allocated it", default="", derived=True)
    approver: str = term("批准人", "approved by", default="", derived=True)


@event("series.closed/1", "停用编号", "closed")
class Closed(Happened):
    """The series ends: no number is allocated after this."""

    reason: str = term("原因", "reason")


@event("series.succeeded/1", "编号接续", "succeeded")
class Succeeded(Happened):
    """Another series goes on from this one, which thereby ends."""

    by: str = term("接续编号", "series that goes on", refers="series")


SeriesEvent = Opened | Allocated | Found | Voided | Closed | Succeeded
