"""Items of money told step by step, and what the flags find in them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from ledger.family import DIRECT
from ledger.records import budget
from ledger.records.alarm import family as alarm
from ledger.records.alarm.parameters import Setting
from ledger.records.fund import events as told
from ledger.records.policy import Level, Terms
from projections.flags import FLAGS, Asked, FlagRow, find_flags, read_evidence
from tests.projections.histories import History

LINE = "budget/2022-办公费"
DAY = date(2022, 3, 31)
LEVELS = (
    Level(level=1, name="经办人", posts=("经办人",), meaning="经办"),
    Level(level=2, name="财务审核", posts=("财务审核",)),
    Level(level=3, name="分管领导", posts=("分管领导",), meaning="审批"),
)
SIGNERS = {"经办人": "何", "财务审核": "孙", "分管领导": "刘"}


def terms(**instead: Any) -> Terms:
    """Return the terms of a policy: three levels, prior approval above 5,000 yuan."""
    usual = Terms(
        levels=LEVELS, budget_level=2, payers=("出纳",), bookkeepers=("会计",),
        prior_approvers=("分管领导",), prior_approval_above_fen=500_000,
        prior_approval_categories=(), minute_takers=(), collective_above_fen=None,
    )  # fmt: skip
    return replace(usual, **instead)


DECIDED_ABOVE = 100_000
TWO_LEVELS = terms(
    levels=(
        Level(level=1, name="administration", posts=("administration",)),
        Level(level=2, name="final", posts=("supervisor",)),
    ),
    collective_above_fen=DECIDED_ABOVE,
)
"""What the real reimbursements are held against: nobody knows what held there."""


class Money(History):
    """A log with one budget line, and items told at moments of March 2022."""

    def __init__(self, store: Any = None) -> None:
        """Begin with a budget line of 100,000 yuan for office supplies."""
        super().__init__(store)
        line = budget.Approved(
            year=2022, code="办公费", amount_fen=10_000_000, purposes=("办公费",)
        )
        self.tell((LINE, line))

    def item(self, name: str, *steps: told.Step) -> str:
        """Tell an item's steps in one act; returns its record."""
        record = f"fund/{name}"
        self.tell(*((record, step) for step in steps))
        return record

    def found(self, code: str, **asked: Any) -> list[tuple[str, tuple[str, ...]]]:
        """Return where the flag of that code is, and what about."""
        return [(row.record, row.about) for row in self.rows(code, **asked)]

    def set(self, **values: Any) -> None:
        """Let the office set these parameters, for all time."""
        settings = tuple(_setting(name, value) for name, value in values.items())
        self.tell(("alarm/fund", alarm.Adopted(settings=settings)))

    def rows(
        self,
        code: str,
        *,
        judged: Terms | None = None,
        day: date = DAY,
        until: date | None = None,
    ) -> list[FlagRow]:
        """Return what the flag of that code finds."""
        asked = Asked(utc_offset="+08:00", day=until or day, until=until, terms=judged)
        evidence = read_evidence(self.store, asked)
        return list(find_flags([flag for flag in FLAGS if flag.code == code], evidence))


def _setting(name: str, value: Any) -> Setting:
    if isinstance(value, tuple):
        return Setting(parameter=name, words=value)
    member = "amount_fen" if name.endswith("_fen") else "number"
    return Setting(parameter=name, **{member: value})


def at(day: int, hour: int = 1, minute: int = 0, second: int = 0) -> str:
    """Return a moment of March 2022."""
    return f"2022-03-{day:02d}T{hour:02d}:{minute:02d}:{second:02d}.000000Z"


def submitted(day: int = 1, **more: Any) -> told.Submitted:
    """何 asks for 1,152.80 yuan at 01:00 of that day."""
    usual: dict[str, Any] = {
        "title": "办公用品", "category": "办公费", "amount_fen": 115_280, "payee": "金桥办公用品店",
        "budget": LINE, "terms": terms(), "occurred_at": at(day), "business_on": date(2022, 3, day),
    }  # fmt: skip
    return told.Submitted(**(by("何") | usual | more))


def signed(level: str, when: str, **more: Any) -> told.Countersigned:
    """A level's usual signer signs."""
    found = next((each for each in LEVELS if each.name == level), None)
    usual: dict[str, Any] = {
        "level_name": level, "level": found.level if found else 0,
        "meaning": found.meaning if found else "审核", "occurred_at": when,
        **by(SIGNERS.get(level, "刘")),
    }  # fmt: skip
    return told.Countersigned(**(usual | more))


def paid(day: int, amount_fen: int = 115_280, **more: Any) -> told.Paid:
    """钱 pays."""
    usual: dict[str, Any] = {
        "amount_fen": amount_fen, "paid_on": date(2022, 3, day), "budget": LINE,
        "spends_fen": amount_fen, **by("钱"),
    }  # fmt: skip
    return told.Paid(**(usual | more))


def by(name: str) -> dict[str, str]:
    """Return the fields that tell who took a step, here and now."""
    return {"signer": f"officer/{name}", "signer_name": name, "basis": DIRECT}


def whole(day: int = 1, **more: Any) -> tuple[told.Step, ...]:
    """Return an item submitted, signed day by day by three officers, and paid by a fourth."""
    claim = submitted(day, **more)
    return (
        claim, signed("经办人", at(day, 2)), signed("财务审核", at(day + 1)),
        signed("分管领导", at(day + 2)), paid(day + 3, claim.amount_fen),
    )  # fmt: skip
