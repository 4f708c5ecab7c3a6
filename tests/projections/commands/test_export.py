"""`qifeng export ocel`, called as a shell would call it."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest


@pytest.fixture
def planned(room):
    """A room where 孙梅 planned a rule."""
    room.say("--as", "孙梅", "rule", "plan", "--title", "公务接待管理办法")
    return room


def test_the_answer_counts_what_the_file_holds(planned):
    """For people a line a count; for programs one object; the file is there, and reads back."""
    told = planned("export", "ocel", planned.folder / "log.json", "--family", "rule")
    answer = planned.say("export", "ocel", planned.folder / "log.sqlite", "--family", "rule")

    assert told.code == 0
    assert "events: 1\n" in told.out
    assert "written to" in told.err
    assert (answer["format"], answer["events"], answer["event_types"]) == ("sqlite", 1, 1)
    log = json.loads((planned.folder / "log.json").read_text(encoding="utf-8"))
    assert [each["type"] for each in log["events"]] == ["立项 rule.planned"]
    with closing(sqlite3.connect(planned.folder / "log.sqlite")) as connection:
        assert connection.execute("SELECT ocel_type FROM event").fetchall() == [
            ("立项 rule.planned",)
        ]


@pytest.mark.parametrize(
    ("name", "form"),
    [("a.sqlite", "sqlite"), ("a.DB", "sqlite"), ("a.json", "json"), ("a.jsonocel", "json")],
)
def test_the_ending_says_the_format(planned, name, form):
    """Each ending that tools know."""
    assert planned.say("export", "ocel", planned.folder / name)["format"] == form


def test_the_format_may_be_said_instead(planned):
    """For a name of another ending."""
    answer = planned.say("export", "ocel", planned.folder / "log.ocel", "--format", "json")

    assert answer["format"] == "json"
    assert (
        (planned.folder / "log.ocel").read_text(encoding="utf-8").startswith('{"objectTypes"')
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("log.ocel",), "log.ocel has no known ending; say --format sqlite or json"),
        (("log.json", "--family", "tree"), "family 'tree': not found; one of office,"),
        (("log.json", "--from", "2022-02-02", "--until", "2022-02-01"), "2022-02-01 is before 2022-02-02"),
        (("log.json", "--until", "2000年1月1日"), "no event of these families and days; nothing was exported"),
        (("log.json", "--from", "soon"), "Invalid value for '--from'"),
        (("passphrase",), "passphrase has no known ending"),
        (("passphrase", "--format", "json"), "passphrase exists; choose another name"),
    ],
)  # fmt: skip
def test_what_cannot_be_exported_is_wrong_usage(planned, monkeypatch, arguments, said):
    """One clear line, exit code 2, and no file."""
    monkeypatch.chdir(planned.folder)
    before = sorted(planned.folder.iterdir())

    told = planned("export", "ocel", *arguments)

    assert (told.code, said in told.err) == (2, True)
    assert sorted(planned.folder.iterdir()) == before
