"""What the red flags 红旗 over money go by: from where on something is flagged, and what is shipped.

Each parameter belongs to a flag of DOMAIN §4.5 and has a shipped value, which applies until the office
has set its own. A setting tells one parameter: its `number`, its `amount` in yuan, or its `words`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ledger.body import Field, fields_of
from ledger.family import Part, part, term
from ledger.frozen import replace

HOURS = 24
DAYS = 365
MOST = 10_000_000_000_000
_FROM_ONE = frozenset({"outlier_items", "rush_days", "rush_payments", "supplier_payments"})


@part
class Parameters(Part):
    """From where on something is flagged; the defaults are the shipped values.

    Hours are the office's; the night may go over midnight. Without purchase categories, whatever is
    paid for is a purchase.
    """

    splitting_days: int = term(
        "F05 拆分期间(天)", "items so many days apart may be one", default=7
    )
    tender_above_fen: int = term(
        "F05 公开招标数额标准",
        "purchases above this in a year are put out to tender",
        default=200_000_000,
    )
    purchase_categories: tuple[str, ...] = term(
        "F05 采购类别", "categories that are purchases; none: all", default=()
    )
    near_percent: int = term(
        "F06 卡线起点(%)", "percent of a threshold that is near it", default=90
    )
    near_norm_percent: int = term(
        "F06 卡线常规占比(%)", "percent of a handler's items that may lie there", default=10
    )
    near_days: int = term(
        "F07 近似重复间隔(天)", "doubles lie so many days apart at most", default=3
    )
    rush_percent: int = term(
        "F11 突击倍率(%)", "percent of the usual share of spending that is a rush", default=200
    )
    rush_days: int = term("F11 年末天数", "last days of the year that are counted", default=10)
    rush_payments: int = term("F11 突击最少笔数", "fewer payments are no rush", default=3)
    round_fen: int = term(
        "F13 整数单位", "whole multiples of this are round", default=1_000_000
    )
    outlier_times: int = term(
        "F13 异常倍数", "more than so many times the category's median is far out", default=10
    )
    outlier_items: int = term(
        "F13 最少样本", "a category of fewer items has no median", default=20
    )
    fast_minutes: int = term(
        "F14 最短审批(分钟)", "signed through in less is too fast", default=10
    )
    signatures_a_minute: int = term(
        "F14 每分钟签署数", "more by one officer are unread", default=10
    )
    night_from: int = term("F14 夜间起(时)", "hour at which the night begins", default=22)
    night_until: int = term("F14 夜间止(时)", "hour at which the night ends", default=6)
    waiting_days: int = term("F15 级次时限(天)", "a level may take so many days", default=30)
    invoice_days: int = term("F15 票据时限(天)", "an older invoice is too old", default=365)
    reissue_days: int = term(
        "F18 重付期间(天)", "days after a reversal in which it may be paid out anew", default=90
    )
    supplier_percent: int = term(
        "F19 供应商占比(%)", "percent of a category's year that is too much for one", default=50
    )
    supplier_payments: int = term(
        "F19 最少笔数", "fewer payments are no concentration", default=5
    )
    bank_days: int = term(
        "F20 入账间隔(天)", "bank and ledger lie so many days apart", default=3
    )
    aid_categories: tuple[str, ...] = term(
        "F21 帮扶类别",
        "categories that are aid and need a source",
        default=("捐赠", "帮扶", "慰问"),
    )


SHIPPED = Parameters()
NAMES = tuple(field.name for field in fields_of(Parameters))
_FIELDS = {field.name: field for field in fields_of(Parameters)}


@part
class Setting(Part):
    """One parameter as the office sets it: `number`, `amount` or `words`, as its kind asks for."""

    parameter: str = term("参数", "parameter", choices=NAMES)
    number: int = term("数值", "number", default=-1)
    amount_fen: int = term("金额", "amount", default=-1)
    words: tuple[str, ...] = term("类别", "words", default=())


def apply_settings(parameters: Parameters, settings: Iterable[Setting]) -> Parameters:
    """Return the parameters with these settings; one that says nothing readable changes nothing."""
    read = {each.parameter: _value(each) for each in settings if not flaw_of(each)}
    return replace(parameters, **read) if read else parameters


def flaw_of(setting: Setting) -> str:
    """Say why a setting sets nothing, or ``""`` where it does."""
    field = _FIELDS.get(setting.parameter)
    if field is None:
        return f"there is no parameter {setting.parameter}; there are {', '.join(NAMES)}"
    member = _member(field)
    others = {
        "number": setting.number >= 0,
        "amount": setting.amount_fen >= 0,
        "words": bool(setting.words),
    }
    if [name for name, told in others.items() if told and name != member]:
        return f"{setting.parameter} is set by its {member}, and by nothing else"
    value = _value(setting)
    if isinstance(value, int) and value < _least(field):
        return f"{setting.parameter} is set by its {member}, {_least(field)} or more"
    if isinstance(value, int) and value > _most(field):
        return f"{setting.parameter} is set by its {member}, {_most(field)} at most"
    return ""


def listed(parameters: Parameters) -> Iterable[tuple[Field, Any]]:
    """Yield each parameter with its value, in order."""
    return ((field, getattr(parameters, field.name)) for field in fields_of(Parameters))


def _member(field: Field) -> str:
    if field.kind is not int:
        return "words"
    return "amount" if field.name.endswith("_fen") else "number"


def _value(setting: Setting) -> Any:
    member = _member(_FIELDS[setting.parameter])
    if member == "words":
        return setting.words
    return setting.amount_fen if member == "amount" else setting.number


def _least(field: Field) -> int:
    return 1 if field.name in _FROM_ONE or field.name.endswith("_fen") else 0


def _most(field: Field) -> int:
    if field.name.startswith("night_"):
        return HOURS
    if field.name == "rush_days":
        return DAYS
    return MOST if field.name.endswith("_fen") else 1_000_000
