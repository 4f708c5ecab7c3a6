"""Many items answered by one command: what was signed, what was refused and why, and the exit code."""

from __future__ import annotations

import json

import pytest

ADOPT = (
    "--as", "马兰", "policy", "adopt", "--code", "会签", "--name", "会签制度", "--citation", "纪要1号",
    "--keepers", "领导", "--budget-level", "2", "--payers", "出纳", "--levels",
    "level=1,name=经办,posts=经办人,meaning=经办", "--levels", "level=2,name=审批,posts=领导",
)  # fmt: skip
LINE = ("--as", "马兰", "budget", "approve", "--year", "2026", "--code", "办公费", "--amount", "250", "--citation", "财预1号",
        "--keepers", "财务审核")  # fmt: skip


@pytest.fixture
def titles(room):
    """Submit three items of 100 yuan on a line of 250, the handler's own level signed; by title."""
    room.say(*ADOPT)
    room.say(*LINE)
    named = ("复印纸", "订书机", "碎纸机")
    for title in named:
        room.say(
            "--as", "孙梅", "fund", "submit", "--title", title, "--category", "办公费", "--amount",
            "100", "--payee", "金桥", "--budget", "2026-办公费", "--business-on", "2026-03-01",
        )  # fmt: skip
    room.say("--as", "孙梅", "fund", "countersign", *named)
    return named


def test_what_is_refused_is_named_and_the_rest_recorded(room, titles):
    """Two fit the line, the third does not: one act, a reason on stderr, exit code 1."""
    told = room("--as", "马兰", "fund", "countersign", *titles, "--opinion", "同意")

    assert told.code == 1
    assert told.out.count("会签 fund.countersigned/1") == 2
    assert "碎纸机 100.00元: R9: 100.00元 from 办公费, which has 50.00元 left" in told.err
    assert "recorded at index" in told.err
    assert "; 1 refused" in told.err
    assert room.verify().verdict == "intact"


def test_programs_are_told_each_refusal(room, titles):
    """With --json: the events, each item's own digest, and what was refused with code and citation."""
    told = room("--as", "马兰", "fund", "countersign", *titles, "--json")

    answer = json.loads(told.out)
    signed = [each for each in answer["events"] if each["kind"] == "fund.countersigned/1"]
    assert (told.code, len({each["item_digest"] for each in signed})) == (1, 2)
    (refused,) = answer["refused"]
    assert (refused["title"], refused["code"]) == ("碎纸机 100.00元", "R9")
    assert refused["citation"] == "预算法 Art. 13"


def test_all_or_nothing_is_asked_for(room, titles):
    """With --all-or-nothing one refusal refuses all: nothing is recorded, and each reason is told."""
    size = room.ledger().store.head().size

    told = room("--as", "马兰", "fund", "countersign", *titles, "--all-or-nothing")
    asked = room("--as", "马兰", "fund", "countersign", *titles, "--all-or-nothing", "--json")

    assert (told.code, told.out) == (1, "")
    assert "nothing was recorded; 1 refused" in told.err
    assert (asked.code, json.loads(asked.out)["act"]) == (1, None)
    assert room.ledger().store.head().size == size


def test_an_item_is_signed_as_it_was_read(room, titles):
    """`NAME@DIGEST` names what was read: corrected meanwhile, it is refused, and the others are signed."""
    queue = room.say("--as", "马兰", "queue", "--family", "fund")
    shown = room("--as", "马兰", "queue", "--family", "fund").out
    names = shown.partition("answer with: qifeng fund countersign ")[2].split()
    room.say("--as", "孙梅", "fund", "correct", titles[0], "--amount", "99")
    room.say("--as", "孙梅", "fund", "countersign", titles[0])

    told = room("--as", "马兰", "fund", "countersign", *names, "--json")

    answer = json.loads(told.out)
    assert len(queue["items"]) == len(names) == 3
    assert [(each["title"], each["code"]) for each in answer["refused"]] == [
        ("复印纸 99.00元", "R1")
    ]
    assert len(answer["events"]) == 4


def test_a_name_that_fits_nothing_refuses_the_command(room, titles):
    """A misspelt item is wrong usage: nothing is half-applied."""
    size = room.ledger().store.head().size

    told = room("--as", "马兰", "fund", "countersign", titles[0], "没有这一项")

    assert told.code == 2
    assert room.ledger().store.head().size == size
