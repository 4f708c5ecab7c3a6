"""`qifeng export register`, and its code under `qifeng check`."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from datetime import UTC, datetime

import openpyxl
import pytest

from ledger.errors import UnavailableError
from projections.answer import Answer, Question
from projections.commands.paper.fonts import find_font, font_folders
from projections.commands.paper.heading import Heading
from projections.commands.paper.imprint import imprint_of
from projections.commands.paper.workbook import write_workbook
from projections.projection import table_columns
from tests import needs

TITLE = "=公务接待管理办法"


@pytest.fixture
def planned(room):
    """A room where a rule was planned by 孙梅."""
    room.say("--as", "孙梅", "rule", "plan", "--title", TITLE)
    return room


@pytest.fixture
def font():
    """A font with Chinese characters, or leave the test."""
    try:
        return find_font(None, font_folders())
    except UnavailableError:
        return needs.missing("no font with Chinese characters (Debian: fonts-wqy-zenhei)")


def test_a_workbook_has_real_values_and_says_what_it_was_made_from(planned, tmp_path):
    """Days are days, text is no formula, headings stay in sight, and the code stands on the second sheet."""
    told = planned.say("export", "register", "queue", tmp_path / "待办.xlsx")

    book = openpyxl.load_workbook(tmp_path / "待办.xlsx")
    sheet, about = book.worksheets
    heads = [cell.value for cell in sheet[1]]
    row = dict(zip(heads, sheet[2], strict=True))
    assert row["标题 title"].data_type == "s"
    assert sheet.freeze_panes == "A2"
    assert sheet.oddFooter.right.text == "— &P / &N —"
    code = (tmp_path / "待办.xlsx.code").read_text().strip()
    assert code in [each[1].value for each in about.iter_rows()]
    assert json.loads(code)["rows"] == told["digest"]


def test_amounts_days_and_moments_are_what_they_are():
    """1,280.00 yuan is the number 1280, in its row and in the sum; a day is a day, by the office's clock."""
    columns = table_columns(
        ("record", "record", "编号", "record"), ("amount", "fen", "金额", "amount"),
        ("since", "date", "日期", "day"), ("at", "moment", "时间", "time"),
        ("waited", "seconds", "用时", "time taken"), ("done", "bool", "办结", "done"),
    )  # fmt: skip
    rows = [
        {"record": "fund/1", "amount": 128_000, "since": "2022-03-01", "at": "2022-03-01T16:30:00.000000Z",
         "waited": 90_000, "done": True},
        {"record": "fund/2", "amount": 5, "since": None, "at": "2022-03-02", "waited": None, "done": False},
    ]  # fmt: skip
    told = Answer(
        "fund_oversight", "items", "经费", "items", columns, rows, 41, 0, 0, summed=("amount",)
    )  # fmt: skip
    asked_at = datetime(2022, 3, 3, tzinfo=UTC)
    imprint = imprint_of(
        told, Question("fund_oversight", asked_at=asked_at), origin="x/y", root=bytes(32)
    )
    stream = io.BytesIO()
    write_workbook(told, Heading("某县委办公室", "+08:00", "2022-03-03", imprint), stream)

    sheet = openpyxl.load_workbook(stream).worksheets[0]
    values = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert [row[:2] for row in values] == [
        ["fund/1", 1280], ["fund/2", 0.05], ["合计 total", 1280.05],
    ]  # fmt: skip
    assert [f"{row[2]}" for row in values[:2]] == ["2022-03-01 00:00:00", "None"]
    assert [f"{row[3]}" for row in values[:2]] == ["2022-03-02 00:30:00", "2022-03-02 00:00:00"]
    assert [row[5] for row in values[:2]] == ["是", "否"]
    assert sheet["E2"].number_format == "[h]:mm:ss"
    assert {sheet.cell(at, 2).number_format for at in (2, 3, 4)} == {"#,##0.00"}


def test_a_table_has_a_mark_for_old_spreadsheets_if_asked(planned, tmp_path):
    """CSV with and without a byte order mark, the same rows."""
    planned.say("export", "register", "queue", tmp_path / "a.csv")
    planned.say("export", "register", "queue", tmp_path / "b.csv", "--bom")

    plain, marked = (tmp_path / "a.csv").read_bytes(), (tmp_path / "b.csv").read_bytes()
    assert marked == "\ufeff".encode() + plain
    (row,) = csv.DictReader(io.StringIO(plain.decode(), newline=""))
    assert row["标题 title"] == TITLE


def test_pages_can_be_read_and_embed_their_font(planned, font, tmp_path):
    """The office, the title, the index, the root and page numbers stand on paper; the font is inside."""
    told = planned.say("export", "register", "queue", tmp_path / "q.pdf", "--font", font)

    text = subprocess.run(
        [needs.program("pdftotext", package="poppler-utils"), "-layout", tmp_path / "q.pdf", "-"],
        check=True, capture_output=True, text=True,
    ).stdout.replace(" ", "")  # fmt: skip
    fonts = subprocess.run(
        [needs.program("pdffonts", package="poppler-utils"), tmp_path / "q.pdf"],
        check=True, capture_output=True, text=True,
    ).stdout.splitlines()[2:]  # fmt: skip
    assert all(part in text for part in (TITLE, "某县委办公室", told["root"], "—1/1—"))
    assert told["digest"][:16] in text
    assert fonts
    assert all(line.split()[-5:-2] == ["yes", "yes", "yes"] for line in fonts)


def test_the_same_register_is_the_same_bytes(planned, font):
    """Asked the same at the same moment, a page is the same file: two clerks can compare theirs."""
    from projections.commands.paper.page import write_pdf
    from projections.commands.register import ask, heading_of
    from projections.commands.screen import sheet_of

    ledger = planned.ledger()
    told, imprint = ask(planned.session, ledger, Question("queue"))
    written = []
    for _ in range(2):
        stream = io.BytesIO()
        write_pdf(
            sheet_of(told, wide=False)[0], heading_of(ledger, told, imprint), font, stream
        )
        written.append(stream.getvalue())

    assert written[0] == written[1]


def test_a_font_that_is_none_is_refused_and_nothing_is_written(planned, tmp_path):
    """One clear error, exit code 3, no file."""
    (tmp_path / "x.ttf").write_text("no font")

    told = planned(
        "export", "register", "queue", tmp_path / "q.pdf", "--font", tmp_path / "x.ttf"
    )

    assert (told.code, "is no TrueType" in told.err) == (3, True)
    assert sorted(path.name for path in tmp_path.glob("q.pdf*")) == []


@pytest.mark.parametrize("name", ["q.doc", "there.csv"])
def test_what_is_there_stays_and_other_endings_are_refused(planned, tmp_path, name):
    """Nothing is written over, and a form that is none is told."""
    (tmp_path / "there.csv").write_text("mine")

    told = planned("export", "register", "queue", tmp_path / name)

    assert told.code == 2
    assert (tmp_path / "there.csv").read_text() == "mine"


# --- the code -----------------------------------------------------------------------------------


@pytest.fixture
def made(planned, tmp_path):
    """A register's code, and more recorded since."""
    planned.say("export", "register", "queue", tmp_path / "q.csv")
    planned.say("--as", "孙梅", "rule", "plan", "--title", "另一个")
    return tmp_path / "q.csv.code"


def test_a_register_holds_as_it_was_known_then(planned, made):
    """What was recorded since does not change what was known."""
    told = planned.say("check", made)

    assert (told["verdict"], told["scope"], told["findings"]) == (
        "intact", "register queue queue", [],
    )  # fmt: skip
    assert told["not_checked"]


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        ({"rows": "0" * 64}, ["register.rows"]),
        ({"root": "0" * 64}, ["register.root"]),
        ({"size": 4000}, ["register.ahead"]),
    ],
)
def test_a_register_that_was_changed_is_named(planned, made, change, codes):
    """Other rows, another past, or a log that does not reach so far."""
    from ledger import canonical

    members = json.loads(made.read_text()) | change
    made.write_bytes(canonical.encode(members) + b"\n")

    told = planned("check", made, "--json")

    assert told.code == 1
    assert [each["code"] for each in json.loads(told.out)["findings"]] == codes


def test_without_the_ledger_nothing_is_said_to_hold(call, made, tmp_path):
    """A code alone proves nothing: exit code 2, and what to do."""
    told = call("--home", tmp_path / "nowhere", "check", made)

    assert told.code == 2
    assert "against a checkpoint of size" in told.err
