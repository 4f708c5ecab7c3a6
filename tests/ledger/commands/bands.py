"""What the example policies ask of small, middle and large amounts, told apart from their files.

`DOMAIN §4.1` tells the variants; a `Band` is one amount, and what the variant says of it.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Band:
    """An amount in yuan, the levels it needs, who approves it beforehand, and whether a meeting decides."""

    amount: str
    chain: tuple[str, ...]
    prior: str = ""
    meeting: bool = False
    category: str = "办公费"
    documents: tuple[str, ...] = ()


_A = ("经办人", "证明人", "办公室审核", "分管财务副书记审批")
_B = ("经办人", "处室负责人初审", "业务分管领导初审", "财务审核", "财务审批人审批")
_D = ("经办人", "部门负责人", "财务审核", "分管领导审批")
_FIVE = ("经办人", "部门负责人", "财务审核", "分管财务领导审批")
GOODS = "物品采购"

BANDS: dict[str, tuple[Band, ...]] = {
    "variant-a": (
        Band("500", _A, category=GOODS),
        Band("500.01", _A, prior="分管财务副书记", category=GOODS),
        Band("2000.01", _A, prior="书记", category=GOODS),
        Band("50000.01", _A, meeting=True),
    ),
    "variant-b": (
        Band("499.99", ("经办人", "处室负责人初审", "财务审核", "办公室主任审批")),
        Band("500", _B),
        Band("5000", _B, prior="财务审批人"),
        Band("20000", (*_B, "纪检组会签"), prior="财务审批人", meeting=True),
    ),
    "variant-c": (
        Band("500", ("经办人", "有关负责同志审核", "办公室主任审批"), prior="办公室主任"),
        Band(
            "10000",
            ("经办人", "有关负责同志审核", "办公室主任审核", "分管书记审批"),
            prior="分管书记",
        ),
        Band(
            "10000.01",
            ("经办人", "有关负责同志审核", "办公室主任审核", "分管书记审批"),
            prior="分管书记",
            meeting=True,
        ),
    ),
    "variant-d": (Band("1", _D), Band("9000", _D), Band("900000", _D)),
    "variant-e": (
        Band("50000", ("部门负责人",)),
        Band("300000", ("部门负责人", "分管领导")),
        Band("300000.01", ("部门负责人", "分管领导", "院长")),
    ),
    "three-levels": (
        Band("1", ("经办人", "财务审核", "办公室主任审批")),
        Band("9000", ("经办人", "财务审核", "办公室主任审批")),
        Band("900000", ("经办人", "财务审核", "办公室主任审批")),
    ),
    "five-levels": (
        Band("4999.99", _FIVE),
        Band("5000", _FIVE, prior="分管财务领导"),
        Band("20000", (*_FIVE, "主要领导审批"), prior="分管财务领导", meeting=True),
        Band(
            "800",
            _FIVE,
            prior="分管财务领导",
            category="公务接待",
            documents=("公函", "接待清单"),
        ),
    ),
}
