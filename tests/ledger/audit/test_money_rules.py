"""R1 to R18 on a real ledger: refused at the door, named by verify where the door stood open, told as found.

One case a rule: what is tried, by whom, on an item that has come so far; and what is allowed. Bonds
and single predicates have their own tests beside the families; here one breach meets both judges.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from ledger.audit.verify import verify
from ledger.errors import RefusedError
from ledger.family import AS_FOUND, DIRECT, PAPER
from ledger.findings import Finding
from ledger.records.fund.events import Voucher
from ledger.records.policy import DocumentSet
from ledger.rules import Rulebook
from tests.ledger.records.spending import POLICY, SCAN, TODAY, YESTERDAY
from tests.office import Office, pin_of
from tests.treasury import approve_line, make_treasury, pay, sign, submit

NEW = "fund/01HQ0000000000000000000000"
WHOLE: dict[str, Any] = {
    "title": "办公用品", "category": "办公费", "amount_fen": 100, "payee": "金桥",
    "budget": "budget/2022-办公费", "business_on": YESTERDAY,
}  # fmt: skip


@dataclass(frozen=True)
class Try:
    """A step that somebody takes: a submission (`upto` None), or a step on an item signed so far.

    `claim` tells of the item what is not as usual; `paid` says that it is paid already.
    """

    who: str
    verb: str
    asked: Mapping[str, Any] = field(default_factory=dict)
    upto: int | None = None
    claim: Mapping[str, Any] = field(default_factory=dict)
    paid: bool = False
    basis: str = DIRECT


@dataclass(frozen=True)
class Case:
    """A rule under a policy: what breaks it, what does not, and what is told of it where found.

    `found` of None: what is found cannot break it, or nobody can tell any more. `days` pass first.
    """

    code: str
    wrong: Try
    right: Try
    found: Mapping[str, Any] | None
    policy: Mapping[str, Any] = field(default_factory=dict)
    days: int = 0


def signs(who: str, *, upto: int, claim: Mapping[str, Any] | None = None, **asked: Any) -> Try:
    """Let somebody countersign an item that these levels have signed."""
    return Try(who, "countersign", asked, upto, claim or {})


def submits(**asked: Any) -> Try:
    """Let 何 submit a claim."""
    return Try("何", "submit", {**WHOLE, **asked})


BAD, GOOD = Voucher(code="06 20", number="1"), Voucher(code="062002200111", number="10000037")
PAY = {"amount_fen": 100}
SCANNED = {
    "signer": "冯",
    "post": "部门负责人",
    "occurred_at": "2022-02-28",
    "attachments": SCAN,
}
SETS = {"documents": (DocumentSet(category="接待费", documents=("公函",)),)}
FIRST = {"emergency_days": 3, "emergency_posts": ("分管领导",)}
FLOOD = {"emergency": True}
KNOWN = {**WHOLE, "policy": POLICY}

CASES = (
    Case("R1", signs("冯", upto=1, item_digest="0" * 64), signs("冯", upto=1),
         {"item_digest": "0" * 64, "level": 2}),
    Case("R2", signs("孙", upto=1, level=3), signs("孙", upto=2, level=3), {"level": 3}),
    Case("R3", signs("双岗", upto=1, claim={"by": "双岗"}), signs("双岗", upto=1), {"signer": "双岗"}),
    Case("R4", signs("冯", upto=1, claim={"payee": "冯"}), signs("冯", upto=1, claim={"payee": "何"}),
         {"level": 2, "signer": "冯"}),
    Case("R5", signs("孙", upto=1, post="部门负责人"), signs("孙", upto=2, post="财务审核"),
         {"level": 2, "post": "出纳"}),
    Case("R6", submits(policy="policy/ELSE"), submits(),
         {**WHOLE, "policy": "policy/ELSE", "policy_day": TODAY}),
    Case("R7", signs("刘", upto=3), signs("刘", upto=3, claim={"amount_fen": 50}), {"level": 4},
         {"collective_above_fen": 50}),
    Case("R8", submits(), submits(amount_fen=50), KNOWN, {"prior_approval_above_fen": 50}),
    Case("R9", signs("孙", upto=2, claim={"amount_fen": 1_001}),
         signs("孙", upto=2, claim={"amount_fen": 1_000}), None),
    Case("R10", submits(invoices=(BAD,)), submits(invoices=(GOOD,)), {**WHOLE, "invoices": (BAD,)}),
    Case("R11", submits(category="接待费"), submits(category="接待费", documents=("公函",)),
         {**KNOWN, "category": "接待费"}, SETS),
    Case("R12", Try("冯", "reject", {"reason": " "}, 1), Try("冯", "reject", {"reason": "票据不全"}, 1), None),
    Case("R13", Try("钱", "reject", {"reason": "x"}, 4, paid=True), Try("钱", "reject", {"reason": "x"}, 4),
         {"reason": "x"}),
    Case("R14", Try("钱", "pay", PAY, 3), Try("钱", "pay", PAY, 4), PAY),
    Case("R15", signs("冯", upto=1, claim=FLOOD), signs("冯", upto=1, claim=FLOOD, opinion="在一线抢险"),
         {"level": 2, "occurred_at": "2022-03-10"}, FIRST, days=9),
    Case("R16", Try("何", "countersign"), signs("何", upto=0), None),
    Case("R17", Try("王", "countersign", {**SCANNED, "attachments": ()}, 1, basis=PAPER),
         Try("王", "countersign", SCANNED, 1, basis=PAPER), None),
    Case("R18", signs("冯", upto=1, meaning="审批"), signs("冯", upto=1, meaning="审核"),
         {"level": 2, "meaning": "审批"}),
)  # fmt: skip
EVERY_RULE = pytest.mark.parametrize("case", CASES, ids=lambda case: case.code)


def started(case: Case, tried: Try) -> tuple[Office, str]:
    """Return an office under a case's policy, and the item as far as it has come."""
    office = make_treasury(**case.policy)
    office.enrol("双岗", "经办人", "部门负责人")
    line = approve_line(office, "办公费", 1_000)
    if tried.upto is None:
        return office, NEW
    claim = {"amount_fen": 100, **tried.claim}
    item = submit(office, line, claim.pop("amount_fen"), **claim)
    if tried.upto:
        office.act(tried.claim.get("by", "何"), ("fund.countersign", item, {}))
    sign(office, item, upto=tried.upto, since=1)
    if tried.paid:
        pay(office, item, 100)
    office.clock.at(office.clock.now + timedelta(days=case.days))
    return office, item


def named(findings: Any, done: Any) -> set[str]:
    """Return the codes of the findings that stand within an act."""
    within = range(done.first_index, done.first_index + done.count)
    return {
        each.code for each in findings if isinstance(each, Finding) and each.index in within
    }


@EVERY_RULE
def test_the_door_refuses_what_breaks_the_rule(case):
    """The refusal names the rule, and nothing is recorded."""
    office, item = started(case, case.wrong)
    size = office.store.head().size
    tried = (f"fund.{case.wrong.verb}", item, case.wrong.asked)

    with pytest.raises(RefusedError, match=rf"\b{case.code}: "):
        office.act(case.wrong.who, tried, basis=case.wrong.basis)

    assert office.store.head().size == size


@EVERY_RULE
def test_verify_names_it_where_the_door_stood_open(case, monkeypatch):
    """A program that does not judge writes the same act: the audit finds the same rule broken in it."""
    office, item = started(case, case.wrong)
    monkeypatch.setattr(Rulebook, "breaches", lambda *_, **__: [])
    tried = (f"fund.{case.wrong.verb}", item, case.wrong.asked)

    done = office.act(case.wrong.who, tried, basis=case.wrong.basis)

    assert f"rule.{case.code}" in named(verify(office.store, pin=pin_of(office)).findings, done)


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.found is not None], ids=lambda case: case.code
)
def test_the_same_breach_found_in_history_is_told(case):
    """Entered as found it is let in as it was, is no damage, and is named when it is asked for."""
    office, item = started(case, case.wrong)

    done = office.act(
        case.wrong.who, (f"fund.{case.wrong.verb}", item, case.found), basis=AS_FOUND
    )

    verdict = verify(office.store, pin=pin_of(office), as_found=True)
    assert verdict.verdict == "intact"
    assert f"rule.{case.code}" in named(verdict.as_found, done)


@EVERY_RULE
def test_what_the_rule_allows_is_recorded(case):
    """The same step as it should be is recorded, and the audit finds no rule broken."""
    office, item = started(case, case.right)

    office.act(
        case.right.who,
        (f"fund.{case.right.verb}", item, case.right.asked),
        basis=case.right.basis,
    )

    assert verify(office.store, pin=pin_of(office), only=("rule",)).findings == ()
