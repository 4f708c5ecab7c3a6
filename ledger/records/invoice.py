"""Invoices 发票: each claimed by one item of money, once and for all time (R10).

The record is `invoice/cn/<code>-<number>`, or `invoice/cn/<number>` for a fully digital invoice's
20 digits. Worked example: code `062002200111` and number `10000037` make
`invoice/cn/062002200111-10000037`. An item that was returned keeps its invoices: it is submitted
again with them, and nobody else may claim them.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from ledger.errors import MalformedError
from ledger.family import (
    AS_FOUND,
    Bond,
    Context,
    Family,
    Happened,
    Rule,
    Verb,
    event,
    simply,
    term,
)
from ledger.frozen import frozen, replace

_ARTICLE = "财会〔2020〕6号"
SUBMITTED = "申报"
CORRECTED = "更正"
CLAIMING = (SUBMITTED, CORRECTED)
GENUINE = "真实"
RESULTS = (GENUINE, "不符", "查无此票", "已作废")

_CODE = re.compile(r"[0-9A-Z]{1,20}\Z")
_DIGITAL = re.compile(r"[0-9]{20}\Z")


@event("invoice.claimed/1", "列报", "claimed")
class Claimed(Happened):
    """An item of money claims the invoice."""

    code: str = term("发票代码", "code", default="")
    number: str = term("发票号码", "number")
    item: str = term("事项", "item", refers="fund")
    seller: str = term("销售方", "seller", default="")
    amount_fen: int = term("价税合计", "amount", default=0)
    issued_on: date | None = term("开票日期", "issued on", default=None)
    original: str = term("原件摘要", "digest of the original file", default="")
    step: str = term("列报环节", "step of the item that claimed it", choices=CLAIMING)


@event("invoice.found/1", "原有列报", "found")
class Found(Happened):
    """An invoice of a register kept before, with the item it stands beside there, if any."""

    code: str = term("发票代码", "code", default="")
    number: str = term("发票号码", "number")
    item: str = term("事项", "item", default="")
    seller: str = term("销售方", "seller", default="")
    amount_fen: int = term("价税合计", "amount", default=0)
    issued_on: date | None = term("开票日期", "issued on", default=None)


@event("invoice.voucher_verified/1", "查验", "verified")
class VoucherVerified(Happened):
    """Somebody asked the tax office's platform whether the invoice is genuine."""

    result: str = term("查验结果", "result", choices=RESULTS)
    source: str = term("查验渠道", "where it was asked", default="")
    original: str = term("原件摘要", "digest of the original file", default="")


@event("invoice.accepted/1", "采信", "accepted")
class Accepted(Happened):
    """The budget level of an item signs, and relies on the invoice as verified."""

    item: str = term("事项", "item", refers="fund")


InvoiceEvent = Claimed | Found | VoucherVerified | Accepted


@frozen
class Invoice:
    """An invoice: the item that claims it (the first one), and how it was verified."""

    known: bool = False
    code: str = ""
    number: str = ""
    item: str = ""
    seller: str = ""
    amount_fen: int = 0
    issued_on: date | None = None
    result: str = ""


def invoice_named(code: str, number: str) -> str:
    """Return the record of an invoice, or ``""`` where code and number make none."""
    code, number = (
        unicodedata.normalize("NFKC", text).strip().upper() for text in (code, number)
    )
    if _DIGITAL.match(number):
        return f"invoice/cn/{number}"
    if _CODE.match(code) and _CODE.match(number):
        return f"invoice/cn/{code}-{number}"
    return ""


def key(code: str, number: str) -> str:
    """Return the record of an invoice.

    Raises:
        MalformedError: neither code and number, nor the 20 digits of a fully digital invoice.
    """
    named = invoice_named(code, number)
    if not named:
        raise MalformedError(
            "invoice",
            expected="code and number, or 20 digits",
            found=f"{code[:20]} {number[:24]}",
        )
    return named


def evolve(state: Invoice, happened: InvoiceEvent) -> Invoice:
    """Return the invoice after the event."""
    if isinstance(happened, VoucherVerified):
        return replace(state, result=happened.result)
    if isinstance(happened, Accepted):
        return state
    if state.item:
        return state
    return replace(
        state, known=True, code=happened.code, number=happened.number, item=happened.item,
        seller=happened.seller, amount_fen=happened.amount_fen, issued_on=happened.issued_on,
    )  # fmt: skip


def _once(state: Invoice, happened: Claimed | Found, context: Context) -> str | None:
    del context
    if not state.item:
        return None
    if state.item == happened.item:
        return f"{state.item} has claimed this invoice already"
    return f"invoice {state.number} of {state.seller or 'a seller not told'} is claimed by {state.item} already"


def _known_step(state: Invoice, happened: Claimed, context: Context) -> str | None:
    del state, context
    return None if happened.step in CLAIMING else f"no step {happened.step} claims an invoice"


def _as_found_only(state: Invoice, happened: Found, context: Context) -> str | None:
    del state, happened
    return (
        None
        if context.basis == AS_FOUND
        else "invoices are found only in history entered as found"
    )


def _asked_for(state: Invoice, happened: VoucherVerified, context: Context) -> str | None:
    del context
    if happened.result not in RESULTS:
        return f"{happened.result} is none of {', '.join(RESULTS)}"
    return None if state.known else "the invoice is not known here"


def _genuine(state: Invoice, happened: Accepted, context: Context) -> str | None:
    del context
    if state.item != happened.item:
        return f"invoice {state.number} is claimed by {state.item or 'nobody'}, not by {happened.item}"
    if state.result == GENUINE:
        return None
    return f"invoice {state.number} is {state.result or 'not verified'}; ask the tax platform, and record it"


FAMILY: Family[Invoice] = Family(
    name="invoice",
    zh="发票",
    en="invoice",
    events=(Claimed, Found, VoucherVerified, Accepted),
    initial=Invoice(),
    evolve=evolve,
    title=lambda state: f"{state.seller} {state.code} {state.number}".strip(),
    verbs=(
        Verb("verify", "查验", "Record whether an invoice is genuine.", VoucherVerified, simply),
    ),
    rules=(
        Rule("R10", _ARTICLE, "an invoice is claimed once, for all time", (Claimed, Found), _once),
        Rule("R10", _ARTICLE, "an invoice relied on is genuine", (Accepted,), _genuine),
        Rule("V1", _ARTICLE, "a step of an item claims it", (Claimed,), _known_step),
        Rule("V2", "as-found", "only history is found", (Found,), _as_found_only),
        Rule("V3", _ARTICLE, "a known invoice is verified", (VoucherVerified,), _asked_for),
    ),
)  # fmt: skip


def _named(told: Claimed | Found) -> list[tuple[object, ...]]:
    return [(invoice_named(told.code, told.number),)]


BONDS: tuple[Bond, ...] = (
    Bond("V4", "DESIGN §3", "an invoice is named by its code and number",
         "invoice.claimed/1", lambda record, _: [(record,)],
         "invoice.claimed/1", lambda _, told: _named(told)),
    Bond("V5", "DESIGN §3", "an invoice found is named by its code and number",
         "invoice.found/1", lambda record, _: [(record,)],
         "invoice.found/1", lambda _, told: _named(told)),
)  # fmt: skip
