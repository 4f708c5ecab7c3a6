"""The year's telegrams: plain ones in full, with legs and deadlines; classified ones as counters alone.

The report's "9多份" is no number; the demo records 90 plain telegrams and reconciles them with their
three senders at year end, so that "none missed" is shown and not only said. One was held too long.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from ledger.clock import format_time
from ledger.records.correspondent import Range
from projections.demo.cast import CUSTODIAN, DIRECTOR, LEADER
from projections.demo.reading import moment, rows_of, workday
from projections.demo.schedule import Planned

SERIES = "series telegram"
HELD = 17
_READERS = ("刘主任", "李书记")


def plan_telegrams() -> Iterator[Planned]:
    """Yield the series, every telegram's life, the reconciliations and the custodian's counters."""
    yield Planned(
        moment(date(2022, 1, 4), 5), "刘主任", "series.open", SERIES,
        {"code": "县委收电", "year": 2022, "family": "telegram", "registrars": (CUSTODIAN,),
         "reviewers": (DIRECTOR,), "leaders": (LEADER,), "approvers": (DIRECTOR,)},
    )  # fmt: skip
    rows = rows_of("telegrams")
    for place, row in enumerate(rows):
        yield from _life(place, row)
    yield from _reconciled(rows)
    yield from _counted()


def _life(place: int, row: dict[str, str]) -> Iterator[Planned]:
    day = date.fromisoformat(row["收到日期"])
    received = datetime.fromisoformat(f"{row['收到日期']}T{row['时刻']}:00+08:00")
    key = f"telegram {place}"
    when = max(received, moment(day, 0)) + timedelta(minutes=5 + place % 3)
    yield Planned(
        when, "胡机要", "telegram.register", key,
        {"series": f"@{SERIES}", "sender": row["来电单位"], "title": row["标题"],
         "urgency": row["等级"], "sender_number": row["来电编号"],
         "received_at": format_time(received)},
    )  # fmt: skip
    legs = (("送阅", _READERS[0]), ("批办", _READERS[1]), ("承办", row["承办股室"]))
    for leg, to in legs:
        when += timedelta(minutes=25)
        actor = "李书记" if leg == "批办" else "胡机要"
        post = LEADER if leg == "批办" else CUSTODIAN
        yield Planned(when, actor, "telegram.pass", key, {"leg": leg, "to": to, "post": post})
    late = 15 if place == HELD else 0
    closing = workday(day, late) if late else day
    when = moment(closing, 400 + place % 60) if late else when + timedelta(minutes=40)
    yield Planned(
        when,
        "胡机要",
        "telegram.close",
        key,
        {"result": "已按要求办理并答复", "post": CUSTODIAN},
    )


def _reconciled(rows: list[dict[str, str]]) -> Iterator[Planned]:
    last: dict[str, tuple[str, int]] = {}
    for row in rows:
        code, _, number = row["来电编号"].removesuffix("号").partition("〕")
        last[row["来电单位"]] = (f"{code}〕", int(number))
    for place, (sender, (series, n)) in enumerate(sorted(last.items())):
        yield Planned(
            moment(date(2022, 12, 30), 480 + place), "胡机要", "correspondent.reconcile",
            f"correspondent/{series}",
            {"until_day": date(2022, 12, 30), "sent": (Range(first=1, last=n),), "source": f"{sender}年终对账单",
             "post": CUSTODIAN},
        )  # fmt: skip


def _counted() -> Iterator[Planned]:
    for month in range(1, 13):
        day = workday(date(2022, month, 24))
        yield Planned(
            moment(day, 470), "胡机要", "custodian.count", f"counter {month}",
            {"unit": "机要股", "month": f"2022-{month:02d}", "received": 4, "sent": 2, "handled": 6,
             "urgent_count": 1, "held": 0, "mishandled": 0, "missed": 0, "post": CUSTODIAN},
        )  # fmt: skip
