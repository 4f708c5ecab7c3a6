"""Red flags 红旗 over money: where an auditor looks first, each one small query (DOMAIN §4.5)."""

from __future__ import annotations

from projections.flags import (
    amounts,
    authority,
    bank,
    budgets,
    chain,
    changes,
    claims,
    decisions,
    documents,
    persons,
    problems,
    reversals,
    rush,
    splits,
    suppliers,
    times,
)
from projections.flags.evidence import Asked, Evidence, read_evidence
from projections.flags.flag import (
    HIGH,
    LOW,
    MEDIUM,
    SEVERITIES,
    Flag,
    FlagRow,
    find_flags,
)
from projections.flags.items import Item

__all__ = [
    "FLAGS", "SEVERITIES", "Asked", "Evidence", "Flag", "FlagRow", "Item", "find_flags",
    "read_evidence",
]  # fmt: skip

_CONTROL = "行政事业单位内部控制规范(试行)"
_ACCOUNTING = "会计法 Art. 25"

FLAGS: tuple[Flag, ...] = (
    Flag("F01", "未会签先付款", "paid before the chain was complete", HIGH, _ACCOUNTING, chain.paid_unsigned),
    Flag("F02", "越级倒签", "signed out of order", MEDIUM, _CONTROL, chain.out_of_order),
    Flag("F03", "自批自报", "signed for one's own benefit", HIGH, _ACCOUNTING, persons.signed_own),
    Flag("F04", "一人多岗", "one person in two parts", HIGH, _ACCOUNTING, persons.two_parts),
    Flag("F05", "化整为零", "split to stay under a threshold", HIGH, "政府采购法实施条例 Art. 28", splits.split_up),
    Flag("F06", "卡线", "just under a threshold, more often than usual", LOW, _CONTROL, amounts.just_under),
    Flag("F07", "重复报销", "claimed twice", HIGH, "财会〔2020〕6号", claims.claimed_twice),
    Flag("F08", "无预算超预算", "without budget, over it, or for another purpose", HIGH, "预算法 Art. 13", budgets.off_budget),
    Flag("F09", "应集体未集体", "not decided collectively", HIGH, "三重一大", decisions.undecided),
    Flag("F10", "补签", "approved or signed after the fact", MEDIUM, _CONTROL, decisions.after_the_fact),
    Flag("F11", "年底突击", "a rush at the end of the year", MEDIUM, "DOMAIN F11", rush.year_end_rush),
    Flag("F12", "三公超标无公函", "without its documents, above its standard, or in cash", HIGH, "党政机关国内公务接待管理规定", documents.beyond_standard),
    Flag("F13", "整数大额异常", "a large round amount, or far out of its category", LOW, "DOMAIN F13", amounts.odd_amounts),
    Flag("F14", "审批异常快", "signed too fast, at night, or by the batch", MEDIUM, _CONTROL, times.too_fast),
    Flag("F15", "久拖未审", "a level has it for too long, or an old invoice", LOW, _CONTROL, times.too_long),
    Flag("F16", "授权失效", "without post or delegation", HIGH, _CONTROL, authority.without_authority),
    Flag("F17", "变更后未重签", "paid otherwise than signed", HIGH, "会计法 Art. 14", changes.changed_after_signing),
    Flag("F18", "冲销异常", "reversed without a reason, or paid out anew to another", MEDIUM, _CONTROL, reversals.reversed_oddly),
    Flag("F19", "供应商集中", "too much to one supplier, or one account of two", MEDIUM, _CONTROL, suppliers.concentrated),
    Flag("F20", "账实不符", "bank and ledger do not tell the same", HIGH, _CONTROL, bank.unlike_the_bank),
    Flag("F21", "帮扶无来源", "aid given without telling the source", MEDIUM, "DOMAIN F21", documents.without_source),
    Flag("F22", "查后未改", "not put right by its day", HIGH, "审计法 Art. 52", problems.not_put_right),
)  # fmt: skip
