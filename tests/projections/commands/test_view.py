"""`qifeng view`, `qifeng queue` and `qifeng store rebuild`, called as a shell would call them."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from contextlib import closing

import openpyxl
import pytest

from tests.ledger.commands.room import FOUNDER

TITLE = "公务接待管理办法"


@pytest.fixture
def planned(room):
    """A room where a rule was planned by 孙梅; gives the room and the rule's record."""
    told = room.say("--as", "孙梅", "rule", "plan", "--title", TITLE)
    return room, told["events"][0]["record"]


def test_a_view_is_followed_before_it_answers(planned):
    """What was just recorded is there, with no step between."""
    room, record = planned

    told = room.say("view", "queue")

    assert [row["record"] for row in told["rows"]] == [record]
    assert (told["lag"], told["parked"]) == (0, 0)
    assert told["position"] == room.ledger().store.head().size


def test_a_table_is_for_people(planned):
    """Headings are in both languages; where the view stands goes to stderr."""
    room, _ = planned

    told = room("view", "queue")

    assert told.code == 0
    assert TITLE in told.out
    assert {"标题", "title"} <= set(told.out.split())
    assert "1 rows; position" in told.err


def test_csv_is_for_other_tools(planned):
    """A header line, then the rows, unrounded."""
    room, record = planned

    told = room("view", "queue", "--format", "csv")

    (row,) = csv.DictReader(io.StringIO(told.out))
    assert (row["record"], row["title"]) == (record, TITLE)


def test_a_page_stands_alone_and_runs_nothing(planned):
    """Text of records is text in HTML, whatever is in it."""
    room, _ = planned
    room.say("--as", "孙梅", "rule", "plan", "--title", "<script>alert(1)</script>")

    told = room("view", "queue", "--format", "html")

    assert told.out.startswith("<!doctype html>")
    assert "&lt;script&gt;" in told.out
    assert "<script" not in told.out


def test_a_workbook_holds_text_and_no_formulas(planned, tmp_path):
    """A title that looks like a formula stays a title."""
    room, _ = planned
    room.say("--as", "孙梅", "rule", "plan", "--title", "=1+1")
    session_file = tmp_path / "queue.xlsx"

    _write_workbook(room, session_file)

    sheet = openpyxl.load_workbook(session_file).active
    titles = {row[3].value: row[3].data_type for row in sheet.iter_rows(min_row=2)}
    assert titles == {TITLE: "s", "=1+1": "s"}


def _write_workbook(room, path):
    from projections.answer import Question, answer
    from projections.commands.formats import write_xlsx
    from projections.viewing import open_views

    told = answer(open_views(room.session, room.ledger().store), Question("queue"))
    with path.open("wb") as file:
        write_xlsx(told, file)


def test_rows_are_narrowed_and_parts_listed(planned):
    """`--where` narrows; `--part list` says what can be asked."""
    room, _ = planned

    none = room.say("view", "queue", "--where", "title=另一")
    listed = room("view", "fund_oversight", "--part", "list")

    assert none["rows"] == []
    assert "items                    经费事项 items  (--as-of)" in listed.out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("queue", "--as-of", "2022-01-01"), "--known-at 2022-01-01"),
        (("queue", "--as-of", "yesterday"), "a day YYYY-MM-DD"),
        (("queue", "--where", "title"), "write COLUMN=VALUE"),
        (("queue", "--known-at", "99999"), "the log has"),
        (("nothing",), "nothing"),
        (("fund_oversight", "--where", "record=nothing"), "fund 'nothing': not found"),
    ],
)
def test_what_cannot_be_asked_is_wrong_usage(room, arguments, says):
    """Exit code 2, one line, and what to ask instead."""
    told = room("view", *arguments)

    assert told.code == 2
    assert says in told.err


def test_the_past_is_asked_with_known_at(planned):
    """Before it was recorded, nobody knew of it."""
    room, _ = planned
    size = room.ledger().store.head().size

    then = room.say("view", "queue", "--known-at", str(size - 2))

    assert then["rows"] == []
    assert (then["position"], then["lag"]) == (size - 1, 1)


def test_what_waits_is_told_from_event_bytes(planned):
    """An edited view changes nothing of what is shown: the title comes from the event."""
    room, record = planned
    room("view", "queue")
    (views,) = (room.folder / ".qifeng").glob("views-*.db")
    with closing(sqlite3.connect(views)) as connection, connection:
        connection.execute("UPDATE queue SET title = '另一办法', verb = 'drop'")

    told = room.say("--as", "孙梅", "queue")

    (item,) = told["items"]
    assert (item["record"], item["title"], item["verb"]) == (record, TITLE, "draft")
    assert item["body"]["title"] == TITLE


def test_what_waits_for_nobodys_post_waits_for_who_began_it(planned):
    """孙梅 planned the rule; it waits for her and not for 马兰."""
    room, record = planned

    mine = room("--as", "孙梅", "queue")
    hers = room("--as", "马兰", "queue")

    assert f"{record}  {TITLE}" in mine.out
    assert f"answer with: qifeng rule draft {record.partition('/')[2]}" in mine.out
    assert hers.out == ""
    assert "0 items wait for 马兰" in hers.err


def test_events_that_do_not_follow_on_are_not_shown(planned):
    """A leader is shown nothing over a broken chain of events."""
    room, record = planned
    room.say("--as", "孙梅", "rule", "draft", record)
    edit = "CAST(replace(CAST(event AS TEXT), ?, '公务接待审批办法') AS BLOB)"
    with (
        closing(sqlite3.connect(room.folder / ".qifeng" / "ledger.db")) as connection,
        connection,
    ):
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (trigger,) in triggers.fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute(
            f"UPDATE events SET event = {edit} WHERE record = ?", (TITLE, record)
        )

    told = room("--as", "孙梅", "queue")

    assert told.code == 1
    assert f"{record} version 2: does not follow on" in told.err
    assert told.out == ""


def test_the_queue_is_narrowed_by_family_and_step(planned):
    """A leader looks at money alone, or at what is to be countersigned."""
    room, _ = planned

    assert len(room.say("--as", "孙梅", "queue", "--family", "rule")["items"]) == 1
    assert room.say("--as", "孙梅", "queue", "--family", "fund")["items"] == []
    assert room.say("--as", "孙梅", "queue", "--verb", "publish")["items"] == []


def test_views_are_rebuilt_from_events(planned):
    """An edited view is right again after a rebuild, and its old file is gone."""
    room, _ = planned
    room("view", "queue")
    (views,) = (room.folder / ".qifeng").glob("views-*.db")
    with closing(sqlite3.connect(views)) as connection, connection:
        connection.execute("UPDATE queue SET title = '另一办法'")

    told = room("store", "rebuild")

    assert told.code == 0
    assert "queue" in told.out
    assert not views.exists()
    assert room.say("view", "queue")["rows"][0]["title"] == TITLE


def test_one_view_alone_is_rebuilt(planned):
    """The others keep their rows."""
    room, _ = planned
    room("view", "queue")

    told = room("store", "rebuild", "--view", "queue")

    assert told.code == 0
    assert len(json.loads(room("view", "queue", "--json").out)["rows"]) == 1


def test_views_may_have_an_address_of_their_own(planned):
    """`views.url` in the home says where views lie."""
    room, _ = planned
    aside = room.folder / "aside"
    aside.mkdir()
    (room.folder / ".qifeng" / "views.url").write_text(f"sqlite:///{aside / 'any.db'}\n")

    told = room.say("view", "queue")

    assert len(told["rows"]) == 1
    assert (aside / "views.current").exists()
    assert FOUNDER not in told


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("queue", "--plot", "spending"), "qifeng view fund_oversight --plot spending"),
        (("fund_oversight", "--plot", "times", "--part", "items"), "draws part times"),
        (
            ("fund_oversight", "--plot", "times", "--format", "csv"),
            "leave out --format for bars",
        ),
        (("fund_oversight", "--format", "svg"), "say which with --plot"),
        (("fund_oversight", "--plot", "nothing"), "nothing"),
    ],
)
def test_what_cannot_be_drawn_is_wrong_usage(room, arguments, says):
    """Exit code 2, and what to ask instead."""
    told = room("view", *arguments)

    assert told.code == 2
    assert says in told.err


def test_a_plot_is_bars_on_the_screen(room):
    """Where nothing was paid yet it says so."""
    told = room("view", "fund_oversight", "--plot", "spending")

    assert told.code == 0
    assert told.out.splitlines()[0].endswith("Spending")
    assert "position" in told.err
