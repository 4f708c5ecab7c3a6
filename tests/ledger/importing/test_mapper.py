"""A row tells its events exactly as the map says, or it is a problem."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from ledger.errors import MalformedError
from ledger.importing.mapper import MARKED, UNMATCHED, MappedEvent, bind, map_row, map_table
from ledger.importing.mapping import parse_mapping
from ledger.importing.table import Row, RowProblem, Table

HEADER = ("文号", "收文日期", "办结时间", "份数", "紧急程度", "备注")
MAP = """
map = 1
family = "document"
record = "文号"
once = ["文号", "收文日期"]
order = [{column = "收文日期", type = "day"}]
utc_offset = "+08:00"

[[event]]
kind = "document.received/1"
when = {column = "收文日期", not_empty = true}
[event.fields]
number = {column = "文号", type = "number"}
received_on = {column = "收文日期", type = "day"}
copies = {column = "份数", type = "integer", default = "1", empty = ["无"]}
urgency = {column = "紧急程度", type = "term", terms = {"特急" = "urgent", "平" = 0}}
note = {column = "备注", optional = true}
basis = {constant = "as-found"}

[[event]]
kind = "document.finished/1"
when = {column = "办结时间", not_empty = true}
[event.fields]
finished_at = {column = "办结时间", type = "moment"}
"""
CELLS = ("县委发〔2023〕5号", "2023年5月8日", "2023-05-10 09:00", "3", "特急", "")


def bound(text: str = MAP):
    """Bind a map to the header of these tests."""
    return bind(parse_mapping(text.encode(), name="m.toml"), HEADER)


def changed(**cells: str) -> Row:
    """Give the good row with some cells changed, by column."""
    return Row(
        7, tuple(cells.get(name, cell) for name, cell in zip(HEADER, CELLS, strict=True))
    )


def test_row_tells_its_events_in_the_order_of_the_map():
    """One row of a register can tell several events, each with its typed fields."""
    received, finished = map_row(bound(), Row(7, CELLS))

    key, once = ("县委发〔2023〕5号",), ("县委发〔2023〕5号", "2023年5月8日")
    order = (date(2023, 5, 8),)
    assert received == MappedEvent(
        "document.received/1",
        key,
        {
            "number": ("县委发〔2023〕", 5),
            "received_on": date(2023, 5, 8),
            "copies": 3,
            "urgency": "urgent",
            "basis": "as-found",
        },
        7,
        order,
        once,
    )
    moment = datetime(2023, 5, 10, 1, 0, tzinfo=UTC)
    assert finished == MappedEvent(
        "document.finished/1", key, {"finished_at": moment}, 7, order, once
    )


@pytest.mark.parametrize("cell", ["", "  ", "无"])
def test_default_is_read_as_if_it_stood_in_the_cell(cell):
    """An empty cell, and what the map calls empty, give the default in the field's own type."""
    received, *_ = map_row(bound(), changed(份数=cell))

    assert received.fields["copies"] == 1


def test_optional_field_is_there_only_if_its_cell_is_not_empty():
    """Nothing is invented for an empty cell."""
    (without, _), (with_note, _) = (
        map_row(bound(), changed(备注=note)) for note in (" ", " 已阅 ")
    )

    assert "note" not in without.fields
    assert with_note.fields["note"] == "已阅"


def test_condition_that_does_not_hold_leaves_the_event_out():
    """An empty finishing time means that nothing was finished."""
    events = map_row(bound(), changed(办结时间=" "))

    assert [event.kind for event in events] == ["document.received/1"]


@pytest.mark.parametrize(
    ("cells", "column", "message"),
    [
        ({"文号": ""}, "文号", "cell: expected a value, found nothing"),
        ({"文号": "县委发[2023]5号"}, "文号", "official number: expected"),
        ({"收文日期": "5月8日"}, "收文日期", "day: expected"),
        ({"份数": "三"}, "份数", "number: expected"),
        ({"紧急程度": "急"}, "紧急程度", "term: expected one of 特急, 平"),
        ({"紧急程度": ""}, "紧急程度", "cell: expected a value"),
        ({"办结时间": "2023-05-10"}, "办结时间", "moment: expected"),
        ({"备注": "a\u202eb"}, "备注", "text: expected"),
    ],
)
def test_flawed_cell_makes_the_whole_row_a_problem(cells, column, message):
    """The row and the column are named, and none of the row's events is given."""
    problem = map_row(bound(), changed(**cells))

    assert isinstance(problem, RowProblem)
    assert (problem.row, problem.column) == (7, column)
    assert problem.message.startswith(message)


@pytest.mark.parametrize(
    ("column", "cell"),
    [("紧急程度", "机密★1年"), ("密级", "秘密"), ("密级", "绝密 30年"), ("备注", "密级：机密")],
)
def test_a_row_with_a_classification_mark_is_a_problem_whatever_the_map_reads(column, cell):
    """A level in a column that the map leaves out counts too; the cell is not repeated."""
    header = (*HEADER, "密级")
    cells = dict(zip(header, (*CELLS, "无"), strict=True)) | {column: cell}
    map_of_all = bind(parse_mapping(MAP.encode(), name="m.toml"), header)

    problem = map_row(map_of_all, Row(7, tuple(cells.values())))

    assert problem == RowProblem(7, column, MARKED)
    assert cell not in problem.message


def test_unmatched_row_is_a_problem_unless_the_map_lets_it_be():
    """No row is lost in silence: the map must say that it may be."""
    row = changed(收文日期="", 办结时间="")

    assert map_row(bound(), row) == RowProblem(7, "收文日期", UNMATCHED)
    assert map_row(bound(MAP.replace("map = 1", 'map = 1\nunmatched = "skip"')), row) == []


def test_values_of_conditions_are_compared_trimmed_and_composed():
    """White space around a cell does not hide it from its event."""
    text = MAP.replace('收文日期", not_empty = true', '紧急程度", is = "特急"')

    assert map_row(bound(text), changed(紧急程度=" 特急 "))[0].kind == "document.received/1"


def test_unknown_columns_are_refused_before_any_row():
    """Every column that the table does not have is named at once, with those it has."""
    mapping = parse_mapping(MAP.encode(), name="m.toml")

    with pytest.raises(
        MalformedError, match=r"columns of the table .*文号.*found 备注, 办结时间$"
    ):
        bind(mapping, ("文号", "收文日期", "份数", "紧急程度"))


def test_default_that_is_no_value_is_refused_before_any_row():
    """A flaw of the map is not blamed on a row."""
    with pytest.raises(MalformedError, match="number: expected"):
        bound(MAP.replace('default = "1"', 'default = "one"'))


def test_table_is_mapped_in_the_order_of_the_file():
    """Events and problems, those of unreadable rows too, come as the rows do."""
    unreadable = RowProblem(3, "", "expected 6 cells, found 1")
    rows = iter([changed(办结时间=""), unreadable, changed(份数="x")])
    mapping = parse_mapping(MAP.encode(), name="m.toml")

    event, first, second = map_table(mapping, Table("t.csv", "0" * 64, "", HEADER, rows))

    assert isinstance(event, MappedEvent)
    assert first == unreadable
    assert isinstance(second, RowProblem)
    assert second.column == "份数"
