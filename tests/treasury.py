"""The made-up office with money of `tests.ledger.records.spending`, over the real application.

    office = make_treasury()                        in memory, or make_treasury(url) in a database
    line = approve_line(office, "印刷费", 1000)
    item = submit(office, line, 600)                then sign(office, item, upto=3), pay(office, item, 600)

Two officers audit, 孙 and 马: the budget level is open to both.
"""

from __future__ import annotations

from typing import Any

from tests.ledger.records.spending import APPROVED, ASKED, CAST, LEVELS, POLICY, SIGNERS
from tests.office import Office, make_office

AUDITORS = ("孙", "马")
KEEPER, CASHIER, BOOKKEEPER = "郑", "钱", "周"
PEOPLE = {**CAST, "马": ("财务审核",)}


def make_treasury(url: str | None = None, **policy: Any) -> Office:
    """Found a ledger whose officers sign for money under a policy of four levels, and more if told."""
    office = make_office(url)
    for name, posts in PEOPLE.items():
        office.enrol(name, *posts)
    adopted = {
        "code": "four-levels",
        "name": "四级会签制度",
        "levels": LEVELS,
        "citation": "内部财务管理制度",
        **policy,
    }
    office.act("吴", ("policy.adopt", "", adopted))
    return office


def approve_line(office: Office, code: str, amount_fen: int, **more: Any) -> str:
    """Approve a budget line of the year; returns its record."""
    told = {**APPROVED, "code": code, "amount_fen": amount_fen, **more}
    return office.act(KEEPER, ("budget.approve", "", told)).changes[0].record


def submit(office: Office, line: str, amount_fen: int, **more: Any) -> str:
    """何 asks for money from a line, or who is told; returns the item."""
    handler = more.pop("by", SIGNERS[0])
    told = {**ASKED, "policy": POLICY, "budget": line, "amount_fen": amount_fen, **more}
    return office.act(handler, ("fund.submit", "", told)).changes[0].record


def sign(office: Office, item: str, *, upto: int, since: int = 0) -> None:
    """Let the levels sign an item up to this one, from the first on, or after so many."""
    for name in SIGNERS[since:upto]:
        office.act(name, ("fund.countersign", item, {}))


def pay(office: Office, item: str, amount_fen: int) -> None:
    """Record that the cashier paid an item."""
    office.act(CASHIER, ("fund.pay", item, {"amount_fen": amount_fen}))
