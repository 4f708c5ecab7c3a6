"""What waits for somebody 待办: which record, which step, for which posts, and since when.

The view only says where to look. What a leader is asked to countersign is rendered from event bytes
(`qifeng queue`), never from here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ledger.family import Waiting
from ledger.records import FAMILIES
from projections.projection import (
    DAY,
    INT,
    TEXT,
    Past,
    Projection,
    Recorded,
    Rows,
    Table,
    Touched,
    iso,
    kinds_of_families,
    table_columns,
)

Waits = Callable[[Any], tuple[Waiting, ...]]

SEPARATOR = "、"
WAITING_FAMILIES = tuple(family for family in FAMILIES if family.waits is not None)

QUEUE = Table(
    "queue", "待办", "queue",
    columns=table_columns(
        ("record", TEXT, "编号", "record"),
        ("n", INT, "序", "n"),
        ("family", TEXT, "门类", "family"),
        ("title", TEXT, "标题", "title"),
        ("verb", TEXT, "待办动作", "verb"),
        ("posts", TEXT, "岗位", "posts"),
        ("note", TEXT, "说明", "note"),
        ("since_on", DAY, "待办起日", "since"),
        ("since", INT, "待办起序", "since index"),
    ),
    key=("record", "n"),
    indexes=(("family", "verb"),),
)  # fmt: skip

_BY_NAME = {family.name: family for family in WAITING_FAMILIES}


def settle(touched: Touched, rows: Rows) -> None:
    """Put what a record waits for, each thing with the event that it waits since."""
    family = _BY_NAME[touched.record.partition("/")[0]]
    assert family.waits is not None, "only families that wait are listened to"
    told = []
    for waiting in dict.fromkeys(family.waits(touched.state)):
        begun = _begun(family.waits, waiting, touched.history)
        told.append({
            "family": family.name, "title": family.title(touched.state), "verb": waiting.verb,
            "posts": SEPARATOR.join(waiting.posts), "note": waiting.note,
            "since_on": iso(begun.day), "since": begun.index,
        })  # fmt: skip
    rows.put_numbered(QUEUE, {"record": touched.record}, told)


def _begun(waits: Waits, waiting: Waiting, history: Sequence[Past]) -> Recorded:
    """Return the event since which a record has been waiting for this, back from the last one."""
    begun = history[-1].recorded
    for past in reversed(history[:-1]):
        if waiting not in waits(past.state):
            break
        begun = past.recorded
    return begun


PROJECTION = Projection(
    name="queue",
    version=1,
    zh="待办",
    en="queue",
    tables=(QUEUE,),
    settles=kinds_of_families(*WAITING_FAMILIES),
    settle=settle,
)
