"""Small views over the office's own records, for tests of the runner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ledger.records import officer
from projections.projection import (
    BOOL,
    DAY,
    INT,
    TEXT,
    Projection,
    Recorded,
    Rows,
    Table,
    Touched,
    kinds_of_families,
    table_columns,
)

PEOPLE = Table(
    "people", "人员", "people",
    columns=table_columns(
        ("record", TEXT, "编号", "record"),
        ("name", TEXT, "姓名", "name"),
        ("posts", INT, "岗位数", "posts"),
        ("busy", BOOL, "有岗", "busy"),
        ("last", DAY, "末段", "last span"),
    ),
    key=("record",),
    indexes=(("name",),),
)  # fmt: skip

TIMES = Table(
    "post_spans", "任职", "posts held",
    columns=table_columns(
        ("record", TEXT, "编号", "record"),
        ("valid_from", DAY, "自", "from"),
        ("valid_to", DAY, "至", "until before"),
        ("before", DAY, "前段", "span before"),
        ("posts", INT, "岗位数", "posts"),
    ),
    key=("record", "valid_from"),
)  # fmt: skip

POSTS = Table(
    "posts", "岗位", "posts",
    columns=table_columns(
        ("record", TEXT, "编号", "record"),
        ("n", INT, "序", "n"),
        ("post", TEXT, "岗位", "post"),
    ),
    key=("record", "n"),
)  # fmt: skip


def put_span(rows: Rows, table: Table, row: Mapping[str, Any], *, last: str | None) -> None:
    """Put a row that counts from its `valid_from` on, and end the one that counted before.

    The table's key ends with `valid_from`, and its column `before` holds the `valid_from` of the
    span before; `last` is that of the last span put, or None for the first. Spans that begin on or
    after the new one's day give way to it: on every day counts what was recorded last of all that
    counted by then.
    """
    record = tuple(row[name] for name in table.key[:-1])
    while last is not None and last >= row["valid_from"]:
        given_way = rows.get(table, *record, last)
        rows.delete(table, *record, last)
        last = given_way["before"] if given_way else None
    if last is not None:
        ended = rows.get(table, *record, last)
        assert ended is not None, "a span names the one before it"
        rows.put(table, {**ended, "valid_to": row["valid_from"]})
    rows.put(table, {**row, "before": last, "valid_to": None})


def fold(recorded: Recorded, rows: Rows) -> None:
    """Count the posts of each officer."""
    happened = recorded.happened
    row = rows.get(PEOPLE, recorded.record)
    if isinstance(happened, officer.Enrolled):
        row = {"record": recorded.record, "name": happened.name, "posts": len(happened.posts)}
    elif isinstance(happened, officer.PostGiven):
        assert row is not None
        row = {**row, "posts": row["posts"] + 1}
    if row is None:
        return
    day = recorded.day.isoformat()
    span = {"record": recorded.record, "valid_from": day, "posts": row["posts"]}
    put_span(rows, TIMES, span, last=row.get("last"))
    rows.put(PEOPLE, {**row, "busy": row["posts"] > 0, "last": day})


def settle(touched: Touched, rows: Rows) -> None:
    """List the posts of each officer, from the state that the family itself folds."""
    told = [{"post": post} for post in sorted(touched.state.posts)]
    rows.put_numbered(POSTS, {"record": touched.record}, told)


FAMILY_KINDS = kinds_of_families(officer.FAMILY)
FOLDED = Projection("folded", 1, "计数", "counts", (PEOPLE, TIMES), FAMILY_KINDS, apply=fold)
SETTLED = Projection(
    "settled", 1, "岗位", "posts", (POSTS,), settles=FAMILY_KINDS, settle=settle
)
TOYS = (FOLDED, SETTLED)


def stubborn(name: str) -> tuple[Projection, Projection]:
    """Return the two views, failing over the officer of that name, after changing rows."""

    def fold_or_fail(recorded: Recorded, rows: Rows) -> None:
        fold(recorded, rows)
        row = rows.get(PEOPLE, recorded.record)
        if row is not None and row["name"] == name and row["posts"] > 1:
            raise ValueError("too many posts")

    def settle_or_fail(touched: Touched, rows: Rows) -> None:
        settle(touched, rows)
        if touched.state.name == name and len(touched.state.posts) > 1:
            raise ValueError("too many posts")

    return replace(FOLDED, apply=fold_or_fail), replace(SETTLED, settle=settle_or_fail)
