"""docs/duckdb.md: each query runs as it stands there, on the demo's year, and says what our own views say."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from ledger.clock import parse_time
from ledger.export.parquet.folder import Office, write_parquet
from ledger.store.open import open_store
from projections.answer import Question, answer
from projections.runner import Runner, ScratchPlace
from projections.views import VIEWS

PAGE = Path(__file__).parents[2] / "docs/duckdb.md"
_SECTION = re.compile(r"^## (.+?)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
_QUERY = re.compile(r"^```sql\n(.*?)^```$", re.MULTILINE | re.DOTALL)
QUERIES = {
    title: found.group(1)
    for title, text in _SECTION.findall(PAGE.read_text(encoding="utf-8"))
    if (found := _QUERY.search(text))
}
TABLES = "The files as a table"
NUMBERS = "Numbers without a gap 编号连续"
HOURS = "Outside of office hours 非工作时间"


@pytest.fixture(scope="module")
def store(demo_year):
    """The demo year's ledger; nobody writes to it."""
    with closing(open_store(str(demo_year.folder / ".qifeng/ledger.db"))) as store:
        yield store


@pytest.fixture(scope="module")
def asked(store, tmp_path_factory):
    """Ask a query of the page, on the year's files; rows come as dicts."""
    folder = tmp_path_factory.mktemp("year")
    write_parquet(store, folder / "parquet", Office("year", "+08:00"), width=1000)
    connection = duckdb.connect()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        connection.execute(QUERIES[TABLES])

        def ask(title):
            found = connection.sql(QUERIES[title])
            return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]

        yield ask
    connection.close()


@pytest.fixture(scope="module")
def view(store):
    """Ask a view of the same year."""
    with closing(ScratchPlace()) as place:
        runner = Runner(store, place, VIEWS)
        runner.follow()
        yield lambda name, part="": list(answer(runner, Question(name, part=part)).rows)


def chosen(rows, *columns):
    """These columns of the rows, in no order."""
    return sorted(tuple(row[name] for name in columns) for row in rows)


def signed(view):
    """The links of the chain that were signed, or had been before their round ended."""
    links = view("fund_oversight", "chain")
    return [row for row in links if row["signed_at"] and row["status"] != "returned"]


def test_every_query_of_the_page_is_held_against_something():
    """Sixteen queries beside the tables; none is forgotten below."""
    told = Path(__file__).read_text(encoding="utf-8")

    assert len(QUERIES) >= 13
    assert [title for title in QUERIES if told.count(f'"{title}"') == 0] == []


def test_rows_are_the_log_s_entries(store, asked):
    """By kind, as many as the store has."""
    kinds = Counter(row.kind for row in store.events())

    assert {row["kind"]: row["events"] for row in asked("What there is")} == kinds


@pytest.mark.parametrize(
    ("title", "name", "part", "columns"),
    [
        (NUMBERS, "number_register", "continuity", ("series", "first", "last", "count", "continuous")),
        ("Money by month 按月收支", "fund_oversight", "months", ("period", "paid_n", "paid_fen", "reversed_fen")),
        ("Money by category 按类别", "fund_oversight", "categories", ("category", "items", "paid_fen")),
        ("Budget lines 预算执行", "fund_oversight", "budget", ("line", "approved_fen", "spent_fen", "restored_fen")),
    ],
)  # fmt: skip
def test_a_query_says_what_the_view_says(asked, view, title, name, part, columns):
    """Row for row."""
    rows = asked(title)

    assert rows
    assert chosen(rows, *columns) == chosen(view(name, part), *columns)


def test_levels_and_signers_are_the_chain_s(asked, view):
    """How much each level signed for, and how often each officer."""
    sums, counts = defaultdict(int), Counter()
    for row in signed(view):
        sums[row["level"]] += row["amount_fen"]
        counts[row["signer"], row["level_name"]] += 1

    by_level = {row["level"]: row["amount_fen"] for row in asked("Sums by level 各级会签金额")}
    by_signer = asked("Who signed what 谁签了什么")
    assert by_level == sums
    assert {
        (row["signer"], row["level_name"]): row["signatures"] for row in by_signer
    } == counts


def test_slow_sign_offs_are_the_chain_s_longest(asked, view):
    """The twenty longest waits, to the second."""
    longest = sorted((row["waited_s"] for row in signed(view)), reverse=True)[:20]

    rows = asked("Slow sign-offs 会签耗时")

    assert [row["waited_s"] for row in rows] == longest
    named = {(row["record"], row["level"], row["waited_s"]) for row in signed(view)}
    assert {(row["record"], row["level"], row["waited_s"]) for row in rows} <= named


def flagged(view, code):
    """The rows of a flag."""
    return [row for row in view("fund_oversight", "flags") if row["code"] == code]


def test_flags_are_found_again(asked, view):
    """What is paid without all signatures is F01's; what is split, F05's; who gets nearly all, F19's."""
    split = {row["record"] for row in asked("Split payments 化整为零")}
    items = {
        item
        for row in flagged(view, "F05")
        for item in re.findall(r"fund/\w+", str(row["items"]))
    }
    unsigned = {row["record"] for row in asked("Paid without all signatures 未会签先付款")}
    single = asked("One supplier 供应商集中")

    assert unsigned == {row["record"] for row in flagged(view, "F01")} != set()
    assert {row["record"] for row in flagged(view, "F05")} <= split <= items
    assert {row["title"] for row in flagged(view, "F19")} <= {row["supplier"] for row in single}
    paid = {row["category"]: row["paid_fen"] for row in view("fund_oversight", "categories")}
    assert all(row["paid_fen"] <= paid[row["category"]] for row in single)


def test_documents_take_as_long_as_the_register_says(asked, view):
    """From draft to release, in days; the slowest first."""
    days = {
        row["record"]: (_day(row["released_on"]) - _day(row["begun_on"])).days
        for row in view("document_register")
        if row["released_on"]
    }

    rows = asked("Documents on their way 公文流转")

    assert [row["days"] for row in rows] == sorted(days.values(), reverse=True)[:20]
    assert {row["record"]: row["days"] for row in rows}.items() <= days.items()


def _day(told):
    return date.fromisoformat(told)


def test_late_telegrams_are_the_register_s(asked, view):
    """Closed after they were due."""
    late = {
        row["number"]
        for row in view("telegram_register", "register")
        if row["closed_at"] and row["due_at"] and row["closed_at"] > row["due_at"]
    }

    assert {row["number"] for row in asked("Telegrams closed late 逾期办结")} == late != set()


def test_as_many_rules_are_in_force(asked, view):
    """Published and not ended."""
    (row,) = asked("Rules in force 现行有效")

    assert row["in_force"] == len(view("regulation_status", "in_force"))


def test_anomalies_are_those_of_the_seals(store, asked):
    """Acts outside of office hours, by officer; and what was entered long after it happened."""
    odd = Counter()
    for seal in store.seals():
        local = parse_time(store.event_at(seal.first_index).recorded_at) + timedelta(hours=8)
        odd[seal.actor] += not 8 <= local.hour < 18 or local.weekday() >= 5

    assert {row["actor"]: row["acts"] for row in asked(HOURS)} == +odd
    assert {row["basis"] for row in asked("Entered late 迟录")} == {"as-found"}
