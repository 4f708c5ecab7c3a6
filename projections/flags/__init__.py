"""Red flags 红旗 over money: where an auditor looks first, each one small query (DOMAIN §4.5)."""

from __future__ import annotations

from projections.flags import (
    amounts,
    budgets,
    chain,
    claims,
    decisions,
    persons,
    reversals,
    times,
)
from projections.flags.flag import (
    DEFAULTS,
    HIGH,
    LOW,
    MEDIUM,
    SEVERITIES,
    Flag,
    FlagRow,
    Parameters,
    find_flags,
)
from projections.flags.items import Asked, Evidence, Item, read_evidence

__all__ = [
    "DEFAULTS", "FLAGS", "SEVERITIES", "Asked", "Evidence", "Flag", "FlagRow", "Item", "Parameters",
    "find_flags", "read_evidence",
]  # fmt: skip

_CONTROL = "行政事业单位内部控制规范(试行)"
_ACCOUNTING = "会计法 Art. 25"

FLAGS: tuple[Flag, ...] = (
    Flag("F01", "未会签先付款", "paid before the chain was complete", HIGH, _ACCOUNTING, chain.paid_unsigned),
    Flag("F02", "越级倒签", "signed out of order", MEDIUM, _CONTROL, chain.out_of_order),
    Flag("F03", "自批自报", "signed for one's own benefit", HIGH, _ACCOUNTING, persons.signed_own),
    Flag("F04", "一人多岗", "one person in two parts", HIGH, _ACCOUNTING, persons.two_parts),
    Flag("F05", "化整为零", "split to stay under a threshold", HIGH, _CONTROL, amounts.split_up),
    Flag("F06", "卡线", "just under a threshold", LOW, _CONTROL, amounts.just_under),
    Flag("F07", "重复报销", "claimed twice", HIGH, "财会〔2020〕6号", claims.claimed_twice),
    Flag("F08", "无预算超预算", "without budget, over it, or for another purpose", HIGH, "预算法 Art. 13", budgets.off_budget),
    Flag("F09", "应集体未集体", "not decided collectively", HIGH, "三重一大", decisions.undecided),
    Flag("F10", "补签", "approved or signed after the fact", MEDIUM, _CONTROL, decisions.after_the_fact),
    Flag("F13", "整数大额", "a large round amount", LOW, "DOMAIN F13", amounts.round_amounts),
    Flag("F14", "审批异常快", "signed too fast", MEDIUM, _CONTROL, times.too_fast),
    Flag("F15", "久拖未审", "in sign-off for too long", LOW, _CONTROL, times.too_long),
    Flag("F18", "冲销无由", "reversed without a reason", MEDIUM, _CONTROL, reversals.without_reason),
)  # fmt: skip
