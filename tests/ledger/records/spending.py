"""A made-up office with money: one policy of four levels, one budget line, and who does what."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from ledger.family import Attachment
from ledger.records.fund.events import Voucher
from ledger.records.policy import Level, PriorApproval
from tests.ledger.records.world import World

POLICY = "policy/FOUR-LEVELS"
LINE = "budget/2022-办公费"
YESTERDAY = date(2022, 2, 28)
TODAY = date(2022, 3, 1)
SCAN = (Attachment(name="审批单.pdf", size_bytes=7, digest="a" * 64),)

LEVELS = (
    Level(level=1, name="经办人", posts=("经办人", "证明人"), meaning="经办"),
    Level(level=2, name="部门负责人", posts=("部门负责人",)),
    Level(level=3, name="财务审核", posts=("财务审核",)),
    Level(level=4, name="分管财务领导", posts=("分管领导",), meaning="审批"),
)
BANDS = (
    PriorApproval(above_fen=50_000, posts=("分管领导",)),
    PriorApproval(above_fen=200_000, posts=("书记",)),
    PriorApproval(category="接待费", posts=("办公室主任",)),
)
CAST = {
    "何": ("经办人",), "冯": ("部门负责人",), "孙": ("财务审核",), "刘": ("分管领导",), "钱": ("出纳",),
    "周": ("会计",), "吴": ("办公室主任",), "郑": ("财务负责人",), "赵": ("分管领导",), "王": ("经办人",),
}  # fmt: skip
SIGNERS = ("何", "冯", "孙", "刘")
ASKED: dict[str, Any] = {
    "title": "办公用品", "category": "办公费", "amount_fen": 115_280, "payee": "金桥办公用品店",
    "budget": LINE, "policy": POLICY, "business_on": YESTERDAY,
}  # fmt: skip
APPROVED: dict[str, Any] = {"year": 2022, "code": "办公费", "citation": "财预〔2022〕1号"}
INVOICE = Voucher(
    code="062002200111", number="10000037", seller="金桥办公用品店", amount_fen=115_280
)
CLAIMED = "invoice/cn/062002200111-10000037"


def who(name: str) -> str:
    """Return an officer's record."""
    return f"officer/{name}"


def office(
    *, budget_fen: int = 1_000_000, levels: tuple[Level, ...] = LEVELS, **more: Any
) -> World:
    """An office whose policy is adopted and whose budget line is approved."""
    from ledger.records.officer import Enrolled

    made = World(posts={who(name): set(posts) for name, posts in CAST.items()})
    for name, posts in CAST.items():
        made.given(who(name), Enrolled(name=f"{name}同志", posts=posts))
    as_(made, "吴").when(
        "policy.adopt", code="four-levels", name="四级会签制度", levels=levels,
        **{"citation": "内部财务管理制度", **more},
    )  # fmt: skip
    as_(made, "郑").when("budget.approve", **APPROVED, amount_fen=budget_fen)
    return made


def as_(made: World, name: str) -> World:
    """Let this officer act from here on."""
    return made.by(who(name))


def submitted(made: World, by: str = "何", **more: Any) -> str:
    """Submit an item; returns its record."""
    return as_(made, by).when("fund.submit", **{**ASKED, **more})


def signed(made: World, *, upto: int = 4, record: str = "", **more: Any) -> str:
    """Submit an item, or take one, and let the first levels sign it."""
    record = record or submitted(made, **more)
    for name in SIGNERS[:upto]:
        as_(made, name).when("fund.countersign", record)
    return record


def paid(made: World, **more: Any) -> str:
    """Submit, sign and pay an item."""
    record = signed(made, **more)
    as_(made, "钱").when("fund.pay", record, amount_fen=made.state(record).amount_fen)
    return record


def forged(
    made: World, verb: str, record: str, asked: dict[str, Any], **instead: Any
) -> list[str]:
    """Decide, change the item's event behind the verb's back, and return the codes it breaks."""
    changes, _ = made.attempt(verb, record, **asked)
    changed = [
        replace(each, event=replace(each.event, **instead))
        if each.record.startswith("fund/")
        else each
        for each in changes
    ]
    return [breach.code for breach in made.judge(changed)]
