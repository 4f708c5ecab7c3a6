"""The telegram register 电报登记簿: each telegram's way, and proof of what was held, mishandled or missed.

压误, 错办 and 漏办 are reckoned at the moment that is asked about, from the moments that the events tell
(DOMAIN §2.3). Zero missed can be shown only where a sender's list was held against the register;
everywhere else the honest answer is: no *recorded* miss.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from ledger.family import family_of
from ledger.frozen import replace
from ledger.records import correspondent, custodian, telegram
from ledger.records.correspondent import Correspondent
from ledger.records.custodian import COUNTS, Counters
from ledger.records.spans import words
from ledger.records.telegram.delays import HELD, MISHANDLED, MISSED, delays
from ledger.records.telegram.events import IN
from ledger.records.telegram.state import STUB, VOIDED, Leg, Telegram
from ledger.records.timetable import Limit
from projections.projection import (
    BOOL,
    DAY,
    INT,
    TEXT,
    Asked,
    Part,
    Projection,
    Reading,
    Row,
    Rows,
    Table,
    Touched,
    iso,
    kinds_of_families,
    table_columns,
)

RECONCILED = "reconciled"
_COUNTED = ("收电", "发电", "办结", "紧急重要", HELD, MISHANDLED, MISSED)
NOT_RECONCILED = "no recorded miss"
LACKING = "missing numbers"

_HEAD = (
    ("record", TEXT, "编号", "record"),
    ("number", TEXT, "电报号", "number"),
    ("direction", TEXT, "收发", "in or out"),
    ("stage", TEXT, "状态", "status"),
    ("title", TEXT, "标题", "title"),
    ("sender", TEXT, "发电单位", "sender"),
    ("sender_number", TEXT, "来电字号", "sender's number"),
    ("nature", TEXT, "办件性质", "nature"),
    ("urgency", TEXT, "等级", "urgency"),
    ("received_at", TEXT, "收发时间", "received or sent"),
    ("due_at", TEXT, "办结时限", "due"),
    ("closed_at", TEXT, "办结时间", "closed"),
    ("with_whom", TEXT, "现在何处", "with whom"),
)

TELEGRAMS = Table(
    "telegrams", "电报", "telegrams",
    columns=table_columns(
        *_HEAD,
        ("limits", TEXT, "时限（小时）", "limits, hours"),
        ("unit", TEXT, "机要单位", "custodian unit"),
        ("month", TEXT, "月份", "month"),
        ("count", INT, "份数", "count"),
        ("index", INT, "日志序", "index"),
    ),
    key=("record",),
    indexes=(("number",), ("stage",)),
)  # fmt: skip

LEGS = Table(
    "telegram_legs", "流转", "legs",
    columns=table_columns(
        ("record", TEXT, "编号", "record"),
        ("n", INT, "序", "n"),
        ("leg", TEXT, "环节", "leg"),
        ("at", TEXT, "时间", "moment"),
        ("to", TEXT, "经手人", "to whom"),
    ),
    key=("record", "n"),
)  # fmt: skip

MISTAKES = Table(
    "telegram_mistakes", "差错", "mistakes",
    columns=table_columns(
        ("record", TEXT, "编号", "record"),
        ("n", INT, "序", "n"),
        ("what", TEXT, "差错", "what"),
        ("at", TEXT, "时间", "moment"),
    ),
    key=("record", "n"),
)  # fmt: skip

SENDERS = Table(
    "telegram_senders", "来电对账", "reconciliation",
    columns=table_columns(
        ("series", TEXT, "来电编号", "sender's series"),
        ("sender", TEXT, "发电单位", "sender"),
        ("received", TEXT, "已收编号", "numbers received"),
        ("reconciled_until", DAY, "对账截止", "reconciled until"),
        ("missing", TEXT, "缺收编号", "missing"),
        ("missing_count", INT, "缺收数", "how many are missing"),
        ("verdict", TEXT, "结论", "verdict"),
        ("index", INT, "日志序", "index"),
    ),
    key=("series",),
)  # fmt: skip

MONTHS = Table(
    "custodian_months", "机要月报", "custodians' counters",
    columns=table_columns(
        ("record", TEXT, "编号", "record"),
        ("unit", TEXT, "机要单位", "unit"),
        ("month", TEXT, "月份", "month"),
        *((name, INT, zh, name) for name, zh in zip(COUNTS, _COUNTED, strict=True)),
        ("index", INT, "日志序", "index"),
    ),
    key=("record",),
)  # fmt: skip

REGISTER = table_columns(
    *_HEAD,
    ("held", INT, HELD, "held"),
    ("mishandled", INT, MISHANDLED, "mishandled"),
    ("missed", INT, MISSED, "missed"),
    ("legs", TEXT, "环节", "legs"),
    ("index", INT, "日志序", "index"),
)

TOTALS = table_columns(
    ("direction", TEXT, "收发", "direction"),
    ("count", INT, "份数", "telegrams"),
    ("open", INT, "在办", "open"),
    ("held", INT, HELD, "held"),
    ("mishandled", INT, MISHANDLED, "mishandled"),
    ("missed", INT, MISSED, "missed"),
    ("reconciled", BOOL, "已对账", "reconciled"),
    ("verdict", TEXT, "结论", "verdict"),
)


def settle(touched: Touched, rows: Rows) -> None:
    """Put a telegram, a sender's series or a custodian's month as it stands."""
    family = family_of(touched.record)
    if family == "correspondent":
        rows.put(SENDERS, _sender(touched))
    elif family == "custodian":
        state: Counters = touched.state
        counts = {name: getattr(state, name) for name in COUNTS}
        rows.put(MONTHS, {
            "record": touched.record, "unit": state.unit, "month": state.month, **counts,
            "index": touched.last.index,
        })  # fmt: skip
    else:
        _settle_telegram(touched, rows)


def _settle_telegram(touched: Touched, rows: Rows) -> None:
    state: Telegram = touched.state
    record = {"record": touched.record}
    named = ("number", "direction", "stage", "title", "sender", "sender_number", "nature", "urgency",
             "received_at", "due_at", "closed_at", "with_whom")  # fmt: skip
    limits = "; ".join(f"{limit.leg} {limit.hours}" for limit in state.limits)
    rows.put(TELEGRAMS, {
        **record, **{name: getattr(state, name) for name in named}, "limits": limits,
        "unit": state.unit, "month": state.month, "count": state.count or None,
        "index": touched.last.index,
    })  # fmt: skip
    legs = [{"leg": leg.leg, "at": leg.at, "to": leg.to} for leg in state.legs]
    rows.put_numbered(LEGS, record, legs)
    rows.put_numbered(
        MISTAKES, record, [{"what": what, "at": at} for what, at in state.mistakes]
    )


def _sender(touched: Touched) -> Row:
    state: Correspondent = touched.state
    missing = words(tuple((each.first, each.last) for each in state.missing))
    verdict = LACKING if missing else RECONCILED
    return {
        "series": touched.record, "sender": state.sender, "received": words(state.received),
        "reconciled_until": iso(state.reconciled_until), "missing": missing,
        "missing_count": sum(each.last - each.first + 1 for each in state.missing),
        "verdict": verdict if state.reconciled_until else NOT_RECONCILED,
        "index": touched.last.index,
    }  # fmt: skip


def register(reading: Reading, asked: Asked) -> Iterator[Row]:
    """Yield every telegram with what was held, mishandled and missed at the moment asked about.

    One that is asked for by its record is looked up alone.
    """
    wanted = {name: value for name, value in asked.where.items() if name == "record"}
    legs = _by_record(reading.find(LEGS, wanted))
    mistakes = _by_record(reading.find(MISTAKES, wanted))
    for row in reading.find(TELEGRAMS, wanted):
        record = row["record"]
        state = _state(row, legs.get(record, ()), mistakes.get(record, ()))
        found = Counter(delay.kind for delay in delays(state, asked.moment))
        way = " → ".join(leg.leg for leg in state.legs)
        tally = {"held": found[HELD], "mishandled": found[MISHANDLED], "missed": found[MISSED]}
        yield {**row, **tally, "legs": way}


def totals(reading: Reading, asked: Asked) -> Iterator[Row]:
    """Yield the totals of what came in and went out, and whether a miss could be seen at all.

    Numbers of a sender's list that never arrived count as missed.
    """
    senders = list(reading.find(SENDERS))
    counted: dict[str, Counter[str]] = {}
    for row in register(reading, replace(asked, where={})):
        if row["stage"] in (STUB, VOIDED):
            continue
        tally = counted.setdefault(row["direction"], Counter())
        tally["count"] += 1
        tally["open"] += not row["closed_at"]
        for kind in ("held", "mishandled", "missed"):
            tally[kind] += row[kind]
    for direction, tally in sorted(counted.items()):
        incoming = direction == IN
        verdict = _verdict(senders) if incoming else ""
        if incoming:
            tally["missed"] += sum(sender["missing_count"] for sender in senders)
        names = ("count", "open", "held", "mishandled", "missed")
        yield {
            "direction": direction, **{name: tally[name] for name in names}, "verdict": verdict,
            "reconciled": verdict == RECONCILED if incoming else None,
        }  # fmt: skip


def _verdict(senders: Sequence[Row]) -> str:
    """Return what can be said of misses: a miss that is shown counts before what is not known."""
    verdicts = {sender["verdict"] for sender in senders} or {NOT_RECONCILED}
    return next(each for each in (LACKING, NOT_RECONCILED, RECONCILED) if each in verdicts)


def _state(row: Row, legs: Sequence[Row], mistakes: Sequence[Row]) -> Telegram:
    """Return as much of the telegram's state as its delays are reckoned from."""
    told = (each.rpartition(" ") for each in row["limits"].split("; ") if each)
    return Telegram(
        stage=row["stage"],
        direction=row["direction"],
        nature=row["nature"],
        received_at=row["received_at"],
        due_at=row["due_at"],
        closed_at=row["closed_at"],
        limits=tuple(
            Limit(urgency=row["urgency"], leg=leg, hours=int(hours)) for leg, _, hours in told
        ),
        legs=tuple(Leg(each["leg"], each["at"], each["to"]) for each in legs),
        mistakes=tuple((each["what"], each["at"]) for each in mistakes),
    )


def _by_record(rows: Iterator[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["record"], []).append(row)
    return found


PROJECTION = Projection(
    name="telegram_register",
    version=1,
    zh="电报登记簿",
    en="telegram register",
    tables=(TELEGRAMS, LEGS, MISTAKES, SENDERS, MONTHS),
    settles=kinds_of_families(telegram.FAMILY, correspondent.FAMILY, custodian.FAMILY),
    settle=settle,
    parts=(
        Part("register", "登记簿", "register", REGISTER, register),
        Part("totals", "统计", "totals", TOTALS, totals),
    ),
    shows="register",
)
