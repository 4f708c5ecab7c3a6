"""The year's money: budget lines, a four-level policy, and items that went well and that did not.

What went wrong is told as it would be: an act that a rule forbids is tried and refused; a payment that
the bank shows without complete sign-off is entered as found, because it is a fact, and flagged.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from ledger.family import AS_FOUND
from ledger.importing.values import parse_amount_fen
from ledger.records.fund.events import Voucher
from ledger.records.policy import Level
from projections.demo.cast import AUDITOR, DIRECTOR, FUND_LEADER, HANDLER, SECTION
from projections.demo.reading import moment, rows_of, workday
from projections.demo.schedule import Planned

POLICY = "policy"
LEVELS = (
    Level(level=1, name="经办", posts=(HANDLER,), meaning="经办"),
    Level(level=2, name="股室审核", posts=(SECTION,), meaning="审核"),
    Level(level=3, name="财务审核", posts=(AUDITOR,), meaning="审核"),
    Level(level=4, name="分管领导审批", posts=(FUND_LEADER,), meaning="审批"),
)
SIGNERS = ("郑股长", "马审核", "赵副书记")
PRIOR_ABOVE = 500_000
COLLECTIVE_ABOVE = 2_000_000
LINES = (
    ("差旅费", 120_000_00), ("会议费", 100_000_00), ("公务接待", 30_000_00), ("印刷费", 200_000_00),
    ("公务用车", 80_000_00), ("办公费", 80_000_00), ("培训费", 80_000_00),
)  # fmt: skip


def plan_funds() -> Iterator[Planned]:
    """Yield the policy, the budget lines, and every item of the register."""
    opening = date(2022, 1, 4)
    yield Planned(
        moment(opening, 20), "刘主任", "policy.adopt", POLICY,
        {"code": "signoff", "name": "经费四级会签制度", "levels": LEVELS, "keepers": (DIRECTOR,),
         "prior_approvers": (FUND_LEADER,), "prior_approval_above_fen": PRIOR_ABOVE,
         "minute_takers": (DIRECTOR,), "collective_above_fen": COLLECTIVE_ABOVE,
         "effective_on": opening, "citation": "县委办公室内部财务管理制度"},
    )  # fmt: skip
    for place, (name, amount) in enumerate(LINES):
        yield Planned(
            moment(opening, 30 + place), "马审核", "budget.approve", f"budget {name}",
            {"year": 2022, "code": name, "name": name, "purposes": (name,),
             "amount_fen": amount, "citation": "2022年部门预算批复", "keepers": (AUDITOR,)},
        )  # fmt: skip
    rows = rows_of("funds")
    used = next(row for row in rows if row["情形"] == "complete")
    for place, row in enumerate(rows):
        if row["情形"] == "duplicate-invoice":
            row |= {"发票代码": used["发票代码"], "发票号码": used["发票号码"]}
        yield from _Item(place, row).life()


class _Item:
    """One item of the register: its claim, and its steps as the register says it went."""

    def __init__(self, place: int, row: dict[str, str]) -> None:
        self.key = f"fund {place}"
        self.row = row
        self.amount_fen = parse_amount_fen(row["金额"])
        self.business_on = date.fromisoformat(row["业务日期"])
        self.day = workday(self.business_on, 1)
        self.when: datetime = moment(self.day, 30 + place * 3 % 200)
        self.submitted = False

    def life(self) -> Iterator[Planned]:
        """Yield the item's steps."""
        yield from self._approved_first()
        case = self.row["情形"]
        if case == "duplicate-invoice":
            yield self._submit(refused=True)
            return
        yield self._submit()
        yield self._sign(self.row["经办人"], "情况属实")
        yield from getattr(self, "_" + case.replace("-", "_"))()

    def _complete(self) -> Iterator[Planned]:
        for signer in SIGNERS:
            yield self._sign(signer, "同意", later=1)
        yield from self._paid()

    _split = _complete

    def _open(self) -> Iterator[Planned]:
        yield self._sign(SIGNERS[0], "同意", later=1)

    def _returned(self) -> Iterator[Planned]:
        yield self._step("郑股长", "reject", {"reason": "票据不全，退回补齐"}, later=1)
        yield self._submit(later=2)
        yield self._sign(self.row["经办人"], "已补齐")
        yield from self._complete()

    def _out_of_order(self) -> Iterator[Planned]:
        yield self._step("马审核", "countersign", {"level": 3}, refused=True)
        yield from self._complete()

    def _same_person(self) -> Iterator[Planned]:
        yield self._sign(SIGNERS[0], "同意", later=1)
        yield self._step("郑股长", "countersign", {"level": 3}, refused=True)
        for signer in SIGNERS[1:]:
            yield self._sign(signer, "同意", later=1)
        yield from self._paid()

    def _over_budget(self) -> Iterator[Planned]:
        yield self._sign(SIGNERS[0], "同意", later=1)
        yield self._step("马审核", "countersign", {}, refused=True, later=1)
        yield self._step("马审核", "reject", {"reason": "超出印刷费预算"})

    def _no_approval(self) -> Iterator[Planned]:
        yield self._sign(SIGNERS[0], "同意", later=1)
        found = {"amount_fen": self.amount_fen, "signer": "县农商银行流水", "paid_on": self.when.date(),
                 "bank_ref": f"NS{self.row['发票号码']}"}  # fmt: skip
        yield self._step("曹会计", "pay", found, basis=AS_FOUND, later=1)

    def _reversed(self) -> Iterator[Planned]:
        yield from self._complete()
        back = {"amount_fen": self.amount_fen // 4, "reason": "收款方退回多付款"}
        yield self._step("许出纳", "reverse", back, later=3)

    def _approved_first(self) -> Iterator[Planned]:
        if self.amount_fen <= PRIOR_ABOVE:
            return
        self.submitted = True
        before = self.business_on - timedelta(days=1)
        while workday(before) != before:
            before -= timedelta(days=1)
        yield Planned(
            moment(before, 300), "赵副书记", "fund.approve-first", self.key,
            {"title": self.row["事项"], "category": self.row["科目"], "ceiling_fen": self.amount_fen,
             "policy": f"@{POLICY}", "post": FUND_LEADER},
        )  # fmt: skip

    def _submit(self, *, refused: bool = False, later: int = 0) -> Planned:
        row = self.row
        voucher = Voucher(
            code=row["发票代码"], number=row["发票号码"], seller=row["销售方"],
            amount_fen=self.amount_fen, issued_on=self.business_on,
        )  # fmt: skip
        claim = {
            "title": row["事项"], "category": row["科目"], "amount_fen": self.amount_fen,
            "payee": row["收款人"], "budget": f"@budget {row['科目']}", "policy": f"@{POLICY}",
            "business_on": self.business_on, "invoices": (voucher,),
        }  # fmt: skip
        verb = "resubmit" if self.submitted else "submit"
        self.submitted = True
        return self._step(row["经办人"], verb, claim, refused=refused, later=later)

    def _sign(self, signer: str, opinion: str, *, later: int = 0) -> Planned:
        return self._step(signer, "countersign", {"opinion": opinion}, later=later)

    def _paid(self) -> Iterator[Planned]:
        paid = {"amount_fen": self.amount_fen, "bank_ref": f"NS{self.row['发票号码']}"}
        yield self._step("许出纳", "pay", paid, later=1)
        yield self._step(
            "曹会计", "book", {"voucher": f"记{self.row['发票号码'][-4:]}"}, later=1
        )

    def _step(  # noqa: PLR0913 -- one act, every word of it named
        self, actor: str, verb: str, asked: dict[str, object], *, refused: bool = False,
        later: int = 0, basis: str = "direct",
    ) -> Planned:  # fmt: skip
        """Plan the next step, some working days later; steps of a day are 7 minutes apart."""
        if later:
            self.day = workday(self.day, later)
            self.when = moment(self.day, 30 + hash_of(self.key) % 200)
        self.when += timedelta(minutes=7)
        return Planned(
            self.when, actor, f"fund.{verb}", self.key, asked, basis=basis, refused=refused
        )


def hash_of(text: str) -> int:
    """Return a small number that differs from text to text and not from run to run."""
    return sum(ord(each) * (place + 1) for place, each in enumerate(text))
