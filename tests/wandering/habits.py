"""What officers know of single verbs: fields that fit each other, so that more is done than refused.

A family without habits is tried with drafts made from its fields alone.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from ledger.body import fields_of
from ledger.clock import format_time
from ledger.records.correspondent import Range
from ledger.records.fund.events import Voucher
from ledger.records.policy.events import Adopted
from ledger.records.policy.terms import Level
from ledger.records.posts import CUSTODIAN
from ledger.records.timetable import STEPS, Limit, Period
from tests.wandering.drafts import Drafting

Habit = Callable[[Drafting, str], dict[str, Any]]

CODES = {
    "document": ("县委发", "县委办发"),
    "incoming": ("收文", "来文"),
    "telegram": ("收电", "发电"),
}
LINES = ("会议费", "差旅费", "办公费", "印刷费")
SENDERS = ("市委办公室", "市委机要局", "省委办公厅")


def _series(drafting: Drafting, record: str) -> dict[str, Any]:
    del record
    family = drafting.chance.pick(tuple(CODES))
    return {
        "code": drafting.chance.pick(CODES[family]), "year": drafting.day.year, "predecessor": None,
        "family": family, "first_number": 1, "registrars": drafting.posts,
        "reviewers": drafting.posts, "leaders": drafting.posts, "approvers": drafting.posts,
    }  # fmt: skip


def _open_series(drafting: Drafting, family: str) -> str | None:
    fit = [each for each in drafting.records("series") if drafting.state(each).family == family]
    return drafting.chance.pick(fit) if fit else None


def _delegation(drafting: Drafting, record: str) -> dict[str, Any]:
    del record
    return {"from_day": drafting.day, "until_day": drafting.near(0, 60)}


def _document(drafting: Drafting, record: str) -> dict[str, Any]:
    del record
    return {"series": _open_series(drafting, "document"), "consulted": ()}


def _incoming(drafting: Drafting, record: str) -> dict[str, Any]:
    del record
    return {"series": _open_series(drafting, "incoming") or "", "n": 0}


def _telegram(drafting: Drafting, record: str) -> dict[str, Any]:
    del record
    sender = drafting.chance.pick(SENDERS)
    received = format_time(drafting.now - timedelta(minutes=drafting.chance.below(600)))
    return {
        "series": _open_series(drafting, "telegram") or "", "sender": sender, "n": 0,
        "sender_number": f"{sender}明电〔{drafting.day.year}〕{1 + drafting.chance.below(400)}号",
        "received_at": received, "deliver_by": "",
    }  # fmt: skip


def _list(drafting: Drafting, record: str) -> dict[str, Any]:
    del record
    sent = (Range(first=1, last=1 + drafting.chance.below(60)),)
    return {"until_day": drafting.day, "sent": sent, "post": CUSTODIAN}


def _counts(drafting: Drafting, record: str) -> dict[str, Any]:
    del record
    received, sent = 2 + drafting.chance.below(9), drafting.chance.below(9)
    return {
        "post": CUSTODIAN, "received": received, "sent": sent, "handled": received + sent,
        "urgent_count": 1, "held": 0, "mishandled": 0, "missed": 0,
    }  # fmt: skip


def _limits(drafting: Drafting, record: str) -> dict[str, Any]:
    del record
    hours = 1 + drafting.chance.below(48)
    return {"post": "办公室主任", "limits": (Limit(urgency="加急", hours=hours),)}


def _periods(drafting: Drafting, record: str) -> dict[str, Any]:
    del record
    period = Period(step=drafting.chance.pick(STEPS), days=1 + drafting.chance.below(60))
    return {"post": "办公室主任", "periods": (period,)}


def _rule(drafting: Drafting, record: str) -> dict[str, Any]:
    del record
    return {"title": f"第{drafting.chance.below(10_000)}号规定", "effective_on": None}


def _published(drafting: Drafting, record: str) -> dict[str, Any]:
    del record
    ends = drafting.near(-200, 900) if drafting.chance.percent(40) else None
    return {
        "effective_on": drafting.near(0, 40),
        "valid_until": ends,
        "awaits_commencement": False,
    }


def _later(drafting: Drafting, record: str) -> dict[str, Any]:
    del record
    return {"effective_on": drafting.near(0), "until": drafting.near(-41, 99), "campaign": None}


def _in_campaign(drafting: Drafting, record: str) -> dict[str, Any]:
    decided = [
        each for each in drafting.records("cleanup") if drafting.state(each).decided_for(record)
    ]
    campaign = drafting.chance.pick(decided) if decided else None
    return {"campaign": campaign, "effective_on": drafting.near(0), "needs_amendment": False}


def _extended(drafting: Drafting, record: str) -> dict[str, Any]:
    del record
    return {"valid_until": drafting.near(-900, 1_900)}


def _wrong_day(drafting: Drafting, record: str) -> dict[str, Any]:
    actions = sorted(drafting.state(record).actions) if record else []
    if not actions:
        return {}
    action, day = drafting.chance.pick(actions)
    right = None if drafting.chance.percent(30) else day - timedelta(days=1)
    return {"action": action, "of_day": day, "right_day": right, "never": right is None}


def _decided(drafting: Drafting, record: str) -> dict[str, Any]:
    decided = drafting.state(record).decided if record else ()
    return {"rule": drafting.chance.pick(decided)[0]} if decided else {}


def _policy(drafting: Drafting, record: str) -> dict[str, Any]:
    del record
    names = ("经办", "股室审核", "财务审核", "领导审批")[: 2 + drafting.chance.below(3)]
    levels = tuple(
        Level(
            level=n,
            name=name,
            posts=tuple(drafting.posts),
            meaning="经办" if n == 1 else "审核",
        )
        for n, name in enumerate(names, 1)
    )
    usual = {each.name: each.default for each in fields_of(Adopted) if not each.required}
    line = (drafting.chance.pick(LINES),) if drafting.chance.percent(50) else ()
    posts = dict.fromkeys(("keepers", "payers", "bookkeepers", "minute_takers"), drafting.posts)
    return usual | posts | {
        "levels": levels, "budget_level": 1, "effective_on": drafting.day, "categories": line,
        "replaces": tuple(drafting.records("policy")), "post": drafting.chance.pick(drafting.posts),
        "collective_above_fen": 100_000 if drafting.chance.percent(30) else None,
    }  # fmt: skip


def _new_policy(drafting: Drafting, record: str) -> dict[str, Any]:
    return _policy(drafting, record) | {"code": f"会签{drafting.chance.below(40)}"}


def _rescoped(drafting: Drafting, record: str) -> dict[str, Any]:
    told = _policy(drafting, record)
    return {name: told[name] for name in ("categories", "effective_on", "replaces", "post")}


def _line(drafting: Drafting, record: str) -> dict[str, Any]:
    del record
    line = drafting.chance.pick(LINES)
    return {
        "year": drafting.day.year, "code": f"{line}{drafting.chance.below(20)}", "purposes": (line,),
        "keepers": drafting.posts, "amount_fen": 100 * (10_000 + drafting.chance.below(9_000_000)),
    }  # fmt: skip


def _item(drafting: Drafting, record: str) -> dict[str, Any]:
    del record
    line = drafting.one_of("budget")
    number = f"{10_000_000 + drafting.chance.below(20_000)}"
    voucher = Voucher(
        code="062002200111",
        number=number,
        seller=drafting.chance.pick(SENDERS),
        original="a" * 64,
    )
    return {
        "title": f"{number}报销", "budget": line or None, "payee": drafting.chance.pick(SENDERS),
        "category": drafting.chance.pick(drafting.state(line).purposes or LINES) if line else "",
        "policy": None, "currency": "CNY", "documents": (),
        "amount_fen": 100 * (1 + drafting.chance.below(2_000)), "beneficiaries": (),
        "invoices": (voucher,) if drafting.chance.percent(40) else (), "emergency": False,
        "business_on": drafting.near(after=0),
    }  # fmt: skip


def _same_item(drafting: Drafting, record: str) -> dict[str, Any]:
    """Resubmit and correct as it was, but for another amount now and then."""
    claim = drafting.state(record).claim if record else None
    if claim is None:
        return _item(drafting, record)
    kept = ("title", "category", "payee", "budget", "policy", "business_on", "currency")
    amount = 100 * (1 + drafting.chance.below(2_000))
    told = {name: getattr(claim, name) for name in kept} | {"invoices": (), "beneficiaries": ()}
    return told | {"amount_fen": amount if drafting.chance.percent(30) else claim.amount_fen}


def _its_amount(drafting: Drafting, record: str) -> dict[str, Any]:
    amount = drafting.state(record).amount_fen if record else 0
    return {"amount_fen": amount or 100, "payee": "", "payee_account": ""}


def _part_of_it(drafting: Drafting, record: str) -> dict[str, Any]:
    payments = drafting.state(record).payments if record else ()
    payment = drafting.chance.pick(payments)[0] if payments else 0
    return {"amount_fen": 100, "payment": payment}


def _enough(drafting: Drafting, record: str) -> dict[str, Any]:
    del record
    return {"ceiling_fen": 10_000_000, "decided_on": drafting.near(after=0)}


HABITS: dict[str, Habit] = {
    "officer.delegate": _delegation,
    "series.open": _series,
    "series.find": lambda drafting, _: {"n": 10_000 + drafting.chance.below(50)},
    "document.draft": _document,
    "document.number": lambda *_: {"series": "", "n": 0},
    "incoming.register": _incoming,
    "telegram.register": _telegram,
    "correspondent.reconcile": _list,
    "custodian.count": _counts,
    "custodian.recount": _counts,
    "timetable.set": _limits,
    "timetable.set-periods": _periods,
    "rule.plan": _rule,
    "rule.adopt": _rule,
    "rule.publish": _published,
    "rule.suspend": _later,
    "rule.resume": _later,
    "rule.amend": _in_campaign,
    "rule.confirm": _in_campaign,
    "rule.abolish": _in_campaign,
    "rule.lapse": _in_campaign,
    "rule.extend": _extended,
    "rule.correct": _wrong_day,
    "cleanup.follow-up": _decided,
    "policy.adopt": _new_policy,
    "policy.amend": _policy,
    "policy.rescope": _rescoped,
    "budget.approve": _line,
    "fund.submit": _item,
    "fund.resubmit": _same_item,
    "fund.correct": _same_item,
    "fund.approve-first": _enough,
    "fund.record-decision": _enough,
    "fund.pay": _its_amount,
    "fund.reverse": _part_of_it,
}
