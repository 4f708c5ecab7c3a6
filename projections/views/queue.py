"""What waits for somebody 待办: which record, which step, for which posts, and since when.

The view only says where to look. What a leader is asked to countersign is rendered from event bytes
(`qifeng queue`), never from here.
"""

from __future__ import annotations

from ledger.family import Waiting
from ledger.records import FAMILIES
from projections.projection import (
    DAY,
    INT,
    TEXT,
    Projection,
    Rows,
    Table,
    Touched,
    iso,
    kinds_of_families,
    put_numbered,
    table_columns,
)

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
    since: dict[Waiting, int] = {}
    for place, past in enumerate(touched.history):
        since = {each: since.get(each, place) for each in family.waits(past.state)}
    told = []
    for waiting, place in since.items():
        begun = touched.history[place].recorded
        told.append({
            "family": family.name, "title": family.title(touched.state), "verb": waiting.verb,
            "posts": SEPARATOR.join(waiting.posts), "note": waiting.note,
            "since_on": iso(begun.day), "since": begun.index,
        })  # fmt: skip
    put_numbered(rows, QUEUE, {"record": touched.record}, told)


PROJECTION = Projection(
    name="queue",
    version=1,
    zh="待办",
    en="queue",
    tables=(QUEUE,),
    settles=kinds_of_families(*WAITING_FAMILIES),
    settle=settle,
)
