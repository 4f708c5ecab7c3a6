"""A room with a rule in force, for the commands that ask about rules."""

from __future__ import annotations

import pytest

TITLE = "公务接待管理办法"
FIRST = "第一条 凭公函接待。\n"
SECOND = "第一条 凭公函接待。\n第二条 不上烟酒。\n"


@pytest.fixture
def ruled(room):
    """A room with a rule in force since March 2020, amended from June 2022 on, each with its text."""
    for name, text in (("一版.txt", FIRST), ("二版.txt", SECOND)):
        (room.folder / name).write_text(text, encoding="utf-8")
    post = ("--post", "领导")
    room.say(
        "--as", "马兰", "rule", "adopt", "--title", TITLE, "--occurred-on", "2020-01-10", *post,
        "--decision", "常委会", "--issuer", "县委办", "--topic", "接待", "--attach", room.folder / "一版.txt",
    )  # fmt: skip
    room.say(
        "--as", "马兰", "rule", "publish", TITLE, "--occurred-on", "2020-02-01", *post,
        "--effective-on", "2020-03-01", "--files-to", "市委办", "--number", "县委办发〔2020〕3号",
    )  # fmt: skip
    room.say(
        "--as", "马兰", "rule", "amend", TITLE, "--occurred-on", "2022-05-01", *post,
        "--effective-on", "2022-06-01", "--decision", "常委会", "--attach", room.folder / "二版.txt",
    )  # fmt: skip
    return room


def size(room):
    """Return the size of the log."""
    return room.ledger().store.head().size


def do(room, *words, **options):
    """Let 马兰 do something to the rule, in her post."""
    told = [
        each
        for name, value in options.items()
        for each in (f"--{name.replace('_', '-')}", value)
    ]
    return room.say("--as", "马兰", "rule", *words, *told, "--post", "领导")
