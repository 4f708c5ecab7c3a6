"""`qifeng export bundle`, called as a shell would call it."""

from __future__ import annotations

import csv

import pytest

TITLES = ("公务接待管理办法", "公务用车管理办法")


@pytest.fixture
def planned(room):
    """A room where 孙梅 planned two rules and opened a number series."""
    for title in TITLES:
        room.say("--as", "孙梅", "rule", "plan", "--title", title)
    return room


def bundled(room, *arguments):
    """Export to `b`, for the county's auditors."""
    return room(
        "--as",
        "孙梅",
        "export",
        "bundle",
        room.folder / "b",
        *arguments,
        "--recipient",
        "某县审计局",
    )


def table(room, name):
    """The rows of a table in `b`."""
    with (room.folder / "b" / "data" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_answer_counts_what_the_bundle_holds_and_check_holds(planned):
    """For people a line a count; for programs one object; the digest is told."""
    told = bundled(planned, "--family", "rule")
    answer = planned.say(
        "--as",
        "孙梅",
        "export",
        "bundle",
        planned.folder / "b.zip",
        "--all",
        "--recipient",
        "x",
    )

    assert told.code == 0, told.err
    assert "records: 2\n" in told.out
    assert "digest: " in told.out
    assert answer["counts"]["entries"] == answer["size"]
    assert planned("check", planned.folder / "b").code == 0
    assert planned("check", planned.folder / "b.zip").code == 0


def test_views_are_handed_over_with_the_query_that_makes_them(planned):
    """Each table names its query, the program, and the point of the log."""
    bundled(planned, "--family", "rule")

    (told,) = [
        each
        for each in table(planned, "views.csv")
        if "regulation_status-regulations" in each["file"]
    ]

    assert told["query"].startswith(
        "qifeng view regulation_status --part regulations --known-at"
    )
    assert told["program"].startswith("qifeng ")
    assert {
        each["title"] for each in table(planned, "views/regulation_status-regulations.csv")
    } == set(TITLES)


def test_views_name_no_record_outside_the_bundle(planned):
    """One rule is asked for: the other stands in no table, and no sums over both."""
    bundled(planned, TITLES[0])

    assert {
        each["title"] for each in table(planned, "views/regulation_status-regulations.csv")
    } == {TITLES[0]}
    everything = "".join(
        path.read_text(encoding="utf-8")
        for path in (planned.folder / "b").rglob("*")
        if path.is_file()
    )
    assert TITLES[1] not in everything


def test_an_earlier_point_of_the_log_is_handed_over_as_it_was_known(planned):
    """Views too are replayed up to there."""
    size = planned.say("status")["size"]
    bundled(planned, "--family", "rule", "--known-at", str(size - 2))

    assert planned("check", planned.folder / "b").code == 0
    assert {
        each["title"] for each in table(planned, "views/regulation_status-regulations.csv")
    } == {TITLES[0]}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "no record is named; name records, --family NAME, or --all"),
        (("--family", "tree"), "family 'tree': not found; one of office,"),
        (("--family", "rule", "--from", "2030年1月1日"), "no record is of this scope"),
        (("nothing",), "not found"),
        (("--family", "rule", "--known-at", "9999"), "name one below"),
    ],
)
def test_what_cannot_be_exported_is_wrong_usage(planned, arguments, said):
    """One clear line, exit code 2, and no bundle."""
    told = bundled(planned, *arguments)

    assert (told.code, said in told.err) == (2, True), told.err
    assert not (planned.folder / "b").exists()
