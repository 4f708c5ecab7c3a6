"""An event log is read event by event as it stands, or the file or the event is refused."""

from __future__ import annotations

import gzip
import hashlib
import tracemalloc

import pytest

from ledger.errors import MalformedError, UnavailableError, UsageError
from ledger.importing import delimited, markup, xes
from ledger.importing.table import Row, RowProblem, read_table, shown_place
from ledger.importing.values import parse_moment

LOG = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="2.0" xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <extension name="Organizational" prefix="o" uri="http://www.xes-standard.org/org.xesext"/>
  <extension name="Cost" prefix="cost" uri="http://www.xes-standard.org/cost.xesext"/>
  <global scope="trace"><string key="unit" value="未知"/></global>
  <global scope="event"><string key="o:role" value="不明"/></global>
  <classifier name="Activity" keys="concept:name"/>
  <string key="concept:name" value="报销"/>
  <trace>
    <string key="concept:name" value="报销7号"/>
    <float key="amount" value="1.28E3"/>
    <event>
      <string key="concept:name" value="申报"/>
      <date key="time:timestamp" value="2023-05-08T10:30:00.000+08:00"/>
      <string key="o:resource" value="孙梅"/>
    </event>
    <event>
      <string key="concept:name" value="会签"/>
      <date key="time:timestamp" value="2023-05-08T04:00:00Z"/>
      <string key="o:role" value="股长"/>
    </event>
  </trace>
  <trace>
    <string key="concept:name" value="报销8号"/>
    <string key="unit" value="综合股"/>
    <event><string key="concept:name" value="申报"/></event>
  </trace>
</log>
"""
HEADER = (
    *("case:unit", "case:concept:name", "case:amount"),
    *("org:role", "concept:name", "time:timestamp", "org:resource"),
)


@pytest.fixture
def write(tmp_path):
    """Write a log and give its path."""

    def write_file(content, name="log.xes"):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write_file


def one(attributes, trace=""):
    """Return a log of one event with these attributes."""
    return f'<log><trace>{trace}<event><string key="a" value="x"/>{attributes}</event></trace></log>'


def cells_of(path):
    """Return the cells of the only event of a log, by column."""
    table = read_table(path)
    (row,) = table.rows
    return dict(zip(table.header, row.cells, strict=True))


def problem_of(path):
    """Return the problem of the only event of a log."""
    (row,) = read_table(path).rows
    assert isinstance(row, RowProblem)
    return row


def test_an_event_is_a_row_with_its_trace_s_attributes(write):
    """Columns are keys, the trace's behind `case:`; rows are numbered, places are told."""
    table = read_table(write(LOG))

    assert (table.name, table.sheet, table.unit) == ("log.xes", "", "event")
    assert table.header == HEADER
    assert list(table.rows) == [
        Row(1, ("未知", "报销7号", "1280", "不明", "申报", "2023-05-08T10:30:00.000+08:00", "孙梅"), "1/1"),
        Row(2, ("未知", "报销7号", "1280", "股长", "会签", "2023-05-08T04:00:00Z", ""), "1/2"),
        Row(3, ("综合股", "报销8号", "", "不明", "申报", "", ""), "2/1"),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["log.xes", "log.xes.gz", "nothing-said"])
@pytest.mark.parametrize("pack", [bytes, lambda content: gzip.compress(content, mtime=0)])
def test_a_log_is_told_from_its_bytes(write, name, pack):
    """Plain and gzipped, whatever the file is called; the digest is of the file as given."""
    content = pack(LOG.encode())

    table = read_table(write(content, name))

    assert table.header == HEADER
    assert table.digest == hashlib.sha256(content).hexdigest()
    assert len(list(table.rows)) == 3


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be"])
def test_other_encodings_give_the_same_rows(write, encoding):
    """With a byte-order mark, and in UTF-16."""
    spelled = encoding.removesuffix("-sig").removesuffix("-be")
    text = LOG.replace('encoding="UTF-8"', f'encoding="{spelled}"')
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""

    table = read_table(write(mark + text.encode(encoding)))

    assert table.header == HEADER
    assert len(list(table.rows)) == 3


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Install the optional requirement:UserWarning")  # pm4py's
def test_what_the_common_library_writes_is_read(tmp_path):
    """Its spelling of moments, of what is missing, and of what a trace's attributes are."""
    import pandas as pd
    import pm4py

    steps = pd.DataFrame({
        "case:concept:name": ["报销-7", "报销-7"], "case:amount": [1280.5, 1280.5],
        "concept:name": ["申报", "付款"], "note": [None, 2.5],
        "time:timestamp": pd.to_datetime(["2023-05-08T10:30:00+08:00", "2023-05-09T00:00:00Z"], utc=True),
    })  # fmt: skip
    pm4py.write_xes(steps, str(tmp_path / "log.xes"), case_id_key="case:concept:name")

    table = read_table(tmp_path / "log.xes")

    rows = [dict(zip(table.header, row.cells, strict=True)) for row in table.rows]
    assert [row["concept:name"] for row in rows] == ["申报", "付款"]
    assert {(row["case:concept:name"], row["case:amount"]) for row in rows} == {
        ("报销-7", "1280.5")
    }
    assert [row.get("note") for row in rows] == ["", "2.5"]
    moments = [parse_moment(row["time:timestamp"]) for row in rows]
    assert moments == list(steps["time:timestamp"])


def test_places_are_told_to_people():
    """A row of a table by its number, an event by trace and place."""
    assert shown_place(7, "") == "row 7"
    assert shown_place(7, "3/2") == "trace 3, event 2"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        *(("int", each) for each in ("", "1.5", "x", "1" * 20)),
        *(("float", each) for each in ("", "1,5", ".", "1e9999", "0x1")),
        *(("boolean", each) for each in ("", "TRUE!", "yes")),
        *(("date", each) for each in ("", "2023-05-08", "2023-02-30T10:00:00Z", "2023-05-08T25:00:00Z")),
        ("date", "2023-05-08T10:30:00+0800"),
    ],
)  # fmt: skip
def test_a_value_that_is_not_of_its_type_is_its_event_s_problem(write, kind, value):
    """The event is named with trace, place and key; the file is still read."""
    problem = problem_of(write(one(f'<{kind} key="k" value="{value}"/>')))

    assert (problem.row, problem.place, problem.column) == (1, "1/1", "k")
    assert kind in problem.message


def test_what_stands_within_attributes_is_a_column_or_a_list(write):
    """Attributes of attributes, containers, and lists with and without `values`."""
    within = (
        '<string key="file" value="发票"><int key="pages" value="2"/></string>'
        '<container key="cost"><float key="net" value="9.5"/>'
        '<container key="tax"><float key="vat" value="0.5"/></container></container>'
        '<list key="names"><values><string key="n" value="甲"/><string key="n" value="乙"/></values></list>'
        '<list key="bare"><int key="n" value="1"/><container key="c"><int key="n" value="2"/></container></list>'
        '<list key="empty"/>'
    )

    assert cells_of(write(one(within))) == {
        "a": "x", "file": "发票", "file/pages": "2", "cost/net": "9.5", "cost/tax/vat": "0.5",
        "names": "甲; 乙", "bare": "1; 2", "empty": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("attributes", "trace", "column", "said"),
    [
        ('<string key="a" value="y"/>', "", "a", "each key once, found it twice"),
        ('<string value="y"/>', "", "", "<string> without one"),
        ('<string key="k"/>', "", "k", "a value, found none"),
        ("<colour/>", "", "", "found <colour>"),
        ("<event/>", "", "", "found <event>"),
        ("", '<int key="n" value="x"/>', "case:n", "a whole number"),
        ("", "<what><ever/></what>", "", "found <what>"),
    ],
)
def test_a_malformed_event_is_named_and_the_rest_goes_on(
    write, attributes, trace, column, said
):
    """Also where its trace is malformed, for then the event is not known whole."""
    good = '<trace><event><string key="a" value="z"/></event></trace></log>'
    path = write(one(attributes, trace).replace("</log>", good))

    table = read_table(path)
    problem, row = table.rows

    assert (problem.place, problem.column) == ("1/1", column)
    assert said in problem.message
    assert (row.place, row.cells[table.header.index("a")]) == ("2/1", "z")


def test_an_event_outside_of_any_trace_is_a_problem(write):
    """It belongs to no record."""
    path = write('<log><event><string key="a" value="x"/></event></log>')

    assert problem_of(path) == RowProblem(
        1, "", "expected an event within a trace, found one outside", "0/1"
    )


def test_attributes_of_a_trace_may_stand_behind_its_events(write):
    """A trace is read whole before its events are told."""
    path = write(
        '<log><trace><event><string key="a" value="x"/></event><int key="n" value="1"/></trace></log>'
    )

    assert cells_of(path) == {"case:n": "1", "a": "x"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("<log><trace></log>", "line 1: expected well-formed XML, found mismatched tag"),
        ("<log>\n<trace>", "line 2: expected well-formed XML, found no element found"),
        (b"<log>\xff</log>", "well-formed XML"),
        ("<log/><log/>", "junk after document element"),
        ("<log>&nbsp;</log>", "undefined entity"),
        ("<?xml version='1.0' encoding='GBK'?><log/>", "XML in UTF-8 or UTF-16"),
        ("<?xml version='1.0' encoding='cuneiform'?><log/>", "unknown encoding"),
        ("<?xml version='1.0'?><html/>", "an event log (XES), found html"),
        ("<log>words</log>", "found text 'words' between them"),
        ("<log><row/></log>", "elements of a log, found <row>"),
        ("<log><trace/><global scope='event'/></log>", "found <global> behind a trace"),
        ("<log><global scope='event'><int key='n' value='x'/></global></log>", "globals that hold, found n: int"),
        ("<log/>", "events with attributes, found none"),
    ],
)  # fmt: skip
def test_what_is_no_event_log_is_refused_whole(write, content, said):
    """Not well-formed, another document, or elements that no log has; the place is named."""
    with pytest.raises(MalformedError) as refused:
        read_table(write(content))

    assert "event log log.xes" in str(refused.value)
    assert said in str(refused.value)


BOMB = """<?xml version="1.0"?>
<!DOCTYPE log [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>
<log><trace><event><string key="a" value="&c;"/></event></trace></log>"""
OUTSIDE = """<!DOCTYPE log [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<log><trace><event><string key="a" value="&a;"/></event></trace></log>"""
ELSEWHERE = '<!DOCTYPE log SYSTEM "http://example.invalid/log.dtd"><log/>'


@pytest.mark.parametrize("content", [BOMB, OUTSIDE, ELSEWHERE])
def test_a_document_type_is_refused_before_anything_grows_or_is_fetched(write, content):
    """Billion laughs, files from outside and definitions from elsewhere: one clear error."""
    with pytest.raises(MalformedError, match="without a document type, found <!DOCTYPE"):
        read_table(write(content))


def test_what_a_file_may_hold_is_bounded(write, monkeypatch):
    """Unpacked size, tags, depth, keys, traces, lists: more is refused, and said."""
    monkeypatch.setattr(markup, "MAX_TEXT_BYTES", 10_000_000)
    monkeypatch.setattr(xes, "MAX_TRACE_EVENTS", 3)
    monkeypatch.setattr(xes, "MAX_KEYS", 8)
    many = "".join(f'<int key="k{n}" value="1"/>' for n in range(9))
    for content, said in [
        (gzip.compress(LOG.encode() + b" " * 20_000_000), "at most 10000000 bytes"),
        (one(f'<string key="k" value="{"y" * 3_000_000}"/>'), "tags and texts of at most 1048576"),
        (one("".join(f'<container key="k{n}">' for n in range(40))), "at most 32 deep"),
        (one("<event/>").replace("</trace>", "<event/>" * 3 + "</trace>"), "at most 3 events"),
        ("<log>" + "".join(f'<trace><event><int key="k{n}" value="1"/></event></trace>' for n in range(9))
         + "</log>", "at most 8 different keys"),
    ]:  # fmt: skip
        with pytest.raises(MalformedError, match=said):
            read_table(write(content))
    assert "at most 8 attributes" in problem_of(write(one(many))).message


def test_a_list_or_value_may_not_be_too_long(write):
    """As with cells of a table, it is the event's problem."""
    items = '<string key="n" value="' + "y" * 20_000 + '"/>'

    assert (
        "a list of at most"
        in problem_of(write(one(f'<list key="k">{items * 2}</list>'))).message
    )
    assert (
        "40000 characters"
        in problem_of(write(one(f'<string key="k" value="{"y" * 40_000}"/>'))).message
    )


def test_memory_holds_one_trace_at_a_time(write):
    """A log of ten thousand traces takes no more than one of a hundred."""

    def peak(traces):
        text = (
            "<log>" + LOG[LOG.index("<trace>") : LOG.index("</trace>") + 8] * traces + "</log>"
        )
        path = write(text, f"{traces}.xes")
        del text
        tracemalloc.start()
        count = sum(1 for _ in read_table(path).rows)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert count == 2 * traces
        return most

    assert peak(10_000) < 2 * peak(400)


def test_a_log_has_no_sheets(write):
    """Naming one is wrong usage."""
    with pytest.raises(UsageError, match="only workbooks have sheets"):
        read_table(write(LOG), sheet="一月")


def test_a_log_that_changes_while_it_is_read_is_refused(write):
    """Its digest would tell of other bytes than those that were taken."""
    path = write(LOG)
    rows = read_table(path).rows
    next(rows)
    path.write_text(LOG.replace("报销8号", "报销9号"))

    with pytest.raises(MalformedError, match="changed meanwhile"):
        list(rows)


def test_a_damaged_or_missing_file_is_refused(write, tmp_path):
    """A cut gzip file, and one that cannot be opened."""
    cut = gzip.compress((LOG * 50).encode())
    with pytest.raises(MalformedError, match="whole gzip file"):
        read_table(write(cut[:-20]))
    with pytest.raises(UnavailableError):
        list(markup.read_marks(tmp_path, what="log"))


def test_a_gzip_file_damaged_at_its_beginning_is_no_log(write):
    """It is refused as the table it then is taken for."""
    with pytest.raises(MalformedError, match="whole gzip file"):
        read_table(write(delimited._GZIP + b"rubbish" * 20))
