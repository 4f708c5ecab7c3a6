"""What waits 待办, at which level and for how long; and how long each level takes 会签时效."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from statistics import median_low

from projections.projection import (
    DAY,
    FEN,
    INT,
    RECORD,
    SECONDS,
    TEXT,
    Asked,
    Part,
    Reading,
    Row,
    table_columns,
)
from projections.views.fund_oversight.chain import standing_links
from projections.views.fund_oversight.items import COMPLETE, standing_items
from projections.views.fund_oversight.links import ACTED, RETURNED

PAYMENT = "付款"
_LAST = 1 << 30

_QUEUE = table_columns(
    ("level", INT, "级次", "level"),
    ("level_name", TEXT, "待办环节", "waits for"),
    ("currency", TEXT, "币种", "currency"),
    ("items", INT, "件数", "items"),
    ("amount_fen", FEN, "金额", "amount"),
    ("oldest_on", DAY, "最早起日", "oldest since"),
    ("oldest_days", INT, "最长天数", "oldest, days"),
    ("median_days", INT, "中位天数", "median, days"),
    ("oldest_record", RECORD, "最早一件", "oldest item"),
    ("oldest_title", TEXT, "事项", "its title"),
)

_TIMES = table_columns(
    ("level", INT, "级次", "level"),
    ("level_name", TEXT, "级次名称", "level name"),
    ("signed", INT, "签署数", "signed"),
    ("returned", INT, "退回数", "returned"),
    ("timed", INT, "计时数", "timed"),
    ("median_waited_s", SECONDS, "中位时长", "median"),
    ("p90_waited_s", SECONDS, "九成以内", "nine in ten within"),
    ("longest_waited_s", SECONDS, "最长时长", "longest"),
    ("mean_waited_s", SECONDS, "平均时长", "mean"),
)


def queue(reading: Reading, asked: Asked) -> Iterator[Row]:
    """Yield, for each level and then for payment, what waits there and since when.

    Ages are whole days up to the day asked about, or today; the median of an even number is the lower
    of the two in the middle.
    """
    waiting: dict[tuple[int, str, str], list[Row]] = {}
    for item in standing_items(reading, asked):
        level = item["waiting_n"]
        if level is not None:
            where = (level, item["waiting_level"], item["currency"])
        elif item["stage"] == COMPLETE:
            where = (_LAST, PAYMENT, item["currency"])
        else:
            continue
        waiting.setdefault(where, []).append(item)
    for (level, name, currency), items in sorted(waiting.items()):
        head = {"level": None if level == _LAST else level, "level_name": name}
        yield {**head, "currency": currency, **_waiting(items, asked.day)}


def _waiting(items: Sequence[Row], day: date) -> Row:
    oldest = min(items, key=lambda item: (item["waiting_since"], item["record"]))
    ages = [_age(item, day) for item in items]
    return {
        "items": len(items), "amount_fen": sum(item["amount_fen"] for item in items),
        "oldest_on": oldest["waiting_since"], "oldest_days": max(ages),
        "median_days": median_low(ages), "oldest_record": oldest["record"],
        "oldest_title": oldest["title"],
    }  # fmt: skip


def _age(item: Row, day: date) -> int:
    return max(0, (day - date.fromisoformat(item["waiting_since"])).days)


def times(reading: Reading, asked: Asked) -> Iterator[Row]:
    """Yield, for each level, how long it took to sign or return what came to it.

    Void signatures took their time too. What is only known by its day is counted and not timed. Nine
    in ten is the nearest rank: the shortest time within which nine tenths of all were done.
    """
    levels: dict[tuple[int, str], list[Row]] = {}
    for link in standing_links(reading, asked):
        if link["status"] in ACTED:
            levels.setdefault((link["level"], link["level_name"]), []).append(link)
    for (level, name), links in sorted(levels.items()):
        returned = sum(link["status"] == RETURNED for link in links)
        yield {
            "level": level, "level_name": name, "signed": len(links) - returned,
            "returned": returned, **spread(links),
        }  # fmt: skip


def spread(links: Sequence[Row]) -> Row:
    """Return how the times of some links are spread, where they are known."""
    waits = sorted(link["waited_s"] for link in links if link["waited_s"] is not None)
    if not waits:
        return {"timed": 0}
    return {
        "timed": len(waits), "median_waited_s": median_low(waits),
        "p90_waited_s": waits[-(-9 * len(waits) // 10) - 1], "longest_waited_s": waits[-1],
        "mean_waited_s": sum(waits) // len(waits),
    }  # fmt: skip


QUEUE = Part(
    "queue", "待办及账龄", "queue and its age", _QUEUE, queue, as_of=True,
    summed=("items", "amount_fen"),
)  # fmt: skip
TIMES = Part(
    "times", "会签时效", "sign-off times", _TIMES, times, as_of=True,
    summed=("signed", "returned", "timed"),
)  # fmt: skip
