"""A dry run counts every row, and says so to people and programs."""

from __future__ import annotations

import json

import pytest

from ledger.importing import report
from ledger.importing.mapping import parse_mapping
from ledger.importing.report import dry_run
from ledger.importing.table import read_table

MAP = """
map = 1
family = "fund"
record = "case"
once = ["step"]
unmatched = "skip"
[[event]]
kind = "fund.paid/1"
when = {column = "what", is = "paid"}
[event.fields]
amount_fen = {column = "amount", type = "amount_fen"}
"""
ROWS = """case,step,what,amount
c1,1,paid,12.50
c1,1,paid,12.50
c2,2,paid,1e3
c2,3,saved,1
c3,4,paid
c3,5,paid,5
c1,1,paid,12.5
"""


@pytest.fixture
def run(tmp_path):
    """Run a register dry through the map."""

    def run_dry(rows: str = ROWS, text: str = MAP):
        path = tmp_path / "register.csv"
        path.write_text(rows, encoding="utf-8")
        return dry_run(parse_mapping(text.encode(), name="m.toml"), read_table(path))

    return run_dry


def test_an_event_log_is_told_by_events_traces_and_places(tmp_path):
    """Problems name trace and event; a program gets the running number too."""
    path = tmp_path / "log.xes"
    step = '<event><string key="what" value="paid"/><string key="amount" value="{}"/></event>'
    trace = '<trace><string key="case" value="c"/>' + step + "</trace>"
    path.write_text("<log>" + trace.format("5") * 2 + trace.format("1e3") + "</log>")
    text = MAP.replace('"case"', '"case:case"').replace('once = ["step"]', "")

    outcome = dry_run(parse_mapping(text.encode(), name="m.toml"), read_table(path))

    assert "3 events read, 2 mapped" in outcome.lines()
    assert "warning: event 2 equals event 1" in outcome.lines()
    assert outcome.lines()[-1].startswith("trace 3, event 1, amount: amount: expected")
    (problem,) = outcome.as_json()["problems_listed"]
    assert (problem["row"], problem["place"], problem["column"]) == (3, "3/1", "amount")


def test_every_row_is_counted_once(run):
    """Mapped, unmatched and flawed rows add up to the rows read."""
    outcome = run()

    assert outcome.rows_read == 7
    assert (outcome.rows_mapped, outcome.rows_unmatched, outcome.problem_count) == (4, 1, 2)
    assert (dict(outcome.events), outcome.records) == ({"fund.paid/1": 4}, 2)
    assert [(one.row, one.column) for one in outcome.problems] == [(4, "amount"), (6, "")]


def test_equal_rows_and_repeated_events_are_warnings(run):
    """A row equal to an earlier one is named with it; an event told again is counted."""
    outcome = run()

    assert (outcome.equal_count, outcome.equal_rows) == (1, [(3, 2)])
    assert outcome.told_again == 2


def test_unmatched_values_are_counted_by_column(run):
    """What the map leaves out is shown by value, also where it is a problem."""
    strict = run(text=MAP.replace('unmatched = "skip"', ""))

    assert run().unmatched == {"what": {"saved": 1}}
    assert strict.unmatched == {"what": {"saved": 1}}
    assert strict.problem_count == 3


def test_report_is_json(run):
    """The report holds the provenance and every count, as plain JSON."""
    outcome = run()

    told = json.loads(json.dumps(outcome.as_json()))

    assert told["digest"] == outcome.digest
    assert told["events"] == {"fund.paid/1": 4}
    assert told["problems"] == 2
    assert told["problems_listed"][1] == {
        "row": 6,
        "column": "",
        "message": "expected 4 cells, found 3",
    }
    assert told["equal_rows_listed"] == [[3, 2]]


def test_report_for_people_names_counts_warnings_and_rows(run):
    """The lines say what would be recorded, what is doubtful, and where."""
    lines = run().lines()

    assert lines[1:5] == [
        "7 rows read, 4 mapped",
        "1 taken by no event, 2 with problems",
        "4 events of 2 records",
        "  fund.paid/1: 4",
    ]
    assert "no event: what = 'saved': 1" in lines
    assert "warning: row 3 equals row 2" in lines
    assert "warning: 2 events were told by an earlier row already" in lines
    assert lines[-1] == "row 6, whole row: expected 4 cells, found 3"


def test_lists_are_bounded_and_counts_are_not(run, monkeypatch):
    """However flawed a register is, its report stays readable."""
    monkeypatch.setattr(report, "MAX_LISTED", 2)
    monkeypatch.setattr(report, "MAX_VALUES", 1)
    flawed = "case,step,what,amount\n" + "c1,1,paid,x\n" * 20
    unmatched = "".join(f"c,{n},other{n},1\n" for n in range(3))

    outcome = run(flawed + unmatched)

    assert (outcome.problem_count, len(outcome.problems)) == (20, 2)
    assert (outcome.equal_count, len(outcome.equal_rows)) == (19, 2)
    assert outcome.unmatched == {"what": {"other0": 1, report.OTHER_VALUES: 2}}
    assert outcome.lines()[-1] == "… and 18 more problems"
    assert "warning: … and 17 more equal rows" in outcome.lines()


def test_map_that_names_no_event_warns_of_equal_rows_only(run):
    """Without `once` two events may well be two; only rows equal in every cell are doubtful."""
    outcome = run(text=MAP.replace('once = ["step"]', ""))

    assert (outcome.equal_count, outcome.told_again) == (1, 0)
