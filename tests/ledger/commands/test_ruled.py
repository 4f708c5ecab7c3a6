"""Tables with ruled lines: straight for Chinese too, within their room, nothing cut short."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ledger.commands.ruled import ruled_lines, shown_width

WORDS = st.text("ab 县委〔1〕é́\n", max_size=40)
ROWS = st.lists(st.tuples(WORDS, WORDS, WORDS), max_size=4)
HEADINGS = ("number", "名称 title", "n")


def column(lines, place):
    """Return what stands in a column of the body, its pieces together, without spaces."""
    body = [line for line in lines if line.startswith("│")]
    return "".join("".join(line.split("│")[place + 1].split()) for line in body)


def test_a_table_is_drawn_with_its_heading():
    """Chinese characters take two places, so the lines stand under each other."""
    lines = ruled_lines([("县委发〔2023〕1号", "通知")], ("number", "title"), width=80)

    assert list(lines) == [
        "┏━━━━━━━━━━━━━━━━━━━┳━━━━━━━┓",
        "┃ number            ┃ title ┃",
        "┡━━━━━━━━━━━━━━━━━━━╇━━━━━━━┩",
        "│ 县委发〔2023〕1号 │ 通知  │",
        "└───────────────────┴───────┘",
    ]


def test_long_cells_go_on_below_and_short_columns_stay_whole():
    """The room goes to those who need it; words are kept together where they fit."""
    rows = [("废止", "a rule that was abolished long ago", "制度现行状况一览")]

    lines = list(ruled_lines(rows, ("状态", "what", "名称"), width=40))

    assert [line for line in lines if line.startswith("│")] == [
        "│ 废止 │ a rule that   │ 制度现行状况  │",
        "│      │ was abolished │ 一览          │",
        "│      │ long ago      │               │",
    ]


def test_a_line_of_a_cell_stays_a_line():
    """What was written in two lines is shown in two."""
    lines = list(ruled_lines([("甲\n乙",)], ("n",), width=80))

    assert lines[3:5] == ["│ 甲 │", "│ 乙 │"]


@given(ROWS, st.integers(30, 90))
def test_a_table_is_straight_and_whole_in_its_room(rows, width):
    """Every line is equally wide, none wider than the room, and no character is lost."""
    lines = list(ruled_lines(rows, HEADINGS, width=width))

    assert {shown_width(line) for line in lines} == {shown_width(lines[0])}
    assert shown_width(lines[0]) <= width
    for place in range(3):
        assert column(lines, place) == "".join("".join(row[place].split()) for row in rows)


def test_too_many_columns_make_a_wider_table():
    """Where nothing fits, nothing is cut either."""
    rows = [tuple(f"value{n}" for n in range(20))]

    lines = list(ruled_lines(rows, [str(n) for n in range(20)], width=40))

    assert shown_width(lines[0]) > 40
    assert [column(lines, place) for place in range(20)] == list(rows[0])
