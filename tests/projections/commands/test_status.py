"""`qifeng status`: red flags over money are counted where they stand."""

from __future__ import annotations

from projections.commands import status

DEMAND = (
    "--as", "孙梅", "rectification", "demand", "--title", "往来款无审批", "--source", "县审计局",
    "--responsible", "财务室", "--rectifiers", "会计", "--found-on", "2022-04-10", "--due-on", "2022-04-30",
)  # fmt: skip


def test_nothing_is_flagged_where_nothing_is_wrong(room):
    """It says so, and counts all severities."""
    assert "flags        none\n" in room("status").out
    assert room.say("status")["flags"] == {"high": 0, "medium": 0, "low": 0}


def test_what_is_flagged_is_counted_by_severity(room):
    """A problem that was not put right by its day (F22), as `audit flags` has it."""
    post = ("孙梅", "--post", "办公室主任")
    room.say("--as", "陈立", "officer", "propose-post", *post)
    room.say("--as", "周敏", "officer", "give-post", *post)
    room.say(*DEMAND)

    assert "flags        1 high: qifeng audit flags\n" in room("status").out
    assert room.say("status")["flags"] == {"high": 1, "medium": 0, "low": 0}
    assert room.say("audit", "flags")["found"] == 1


def test_many_items_are_left_to_their_own_command(room, monkeypatch):
    """Nobody waits for them, and nobody is told that there are none."""
    monkeypatch.setattr(status, "ITEMS", -1)

    assert room.say("status")["flags"] is None
    assert "not counted" in room("status").out
