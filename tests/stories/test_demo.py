"""The demo year as `qifeng demo` leaves it, asked with the real command."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from tests.stories.told import shim_environment

OFFICE, COUNTY = "县委办公室内部制度清理", "县委规范性文件清理"
LEAK = "9 existing rules, 42 dispositions = 8 + 25 + 9, 43 in force afterwards"
JUNE = "2022-06-10"


@pytest.fixture
def year(demo_year, warm, tmp_path):
    """The demo year; returns what asks a view of it for rows."""
    path = shim_environment(tmp_path, warm)["PATH"]
    played = replace(demo_year, environment={**demo_year.environment, "PATH": path})

    def view(*arguments):
        answer = played.run("qifeng", "view", *arguments, "--format", "csv")
        return list(csv.DictReader(io.StringIO(answer)))

    view.told = demo_year.told
    return view


def _counts(year, title):
    return {
        row["outcome"]: (int(row["decided"]), int(row["carried_out"]), row["verdict"])
        for row in year("cleanup_campaigns", "--part", "totals")
        if row["title"] == title
    }


@pytest.mark.slow
def test_the_office_s_clean_up_is_reported_in_the_report_s_own_figures(year):
    """DOMAIN §8 rows 89-93 and §9 item 1: 9 existing rules, 42 dispositions, 43 in force afterwards."""
    rows = {row["step"]: row for row in year("cleanup_campaigns") if row["title"] == OFFICE}

    assert (rows["现有制度"]["verdict"], rows["现有制度"]["en"]) == ("不符", LEAK)
    assert rows["现有制度"]["zh"] == "现有制度9项，处理意见42项（8＋25＋9），清理后有效43项"
    assert rows["关闭"]["verdict"] == "不符"
    assert _counts(year, OFFICE) == {
        "废止": (8, 0, "无法证实"), "修订": (25, 0, "无法证实"), "继续有效": (9, 0, "无法证实"),
        "新建": (9, 0, "无法证实"), "合计": (42, 0, "不符"),
    }  # fmt: skip
    assert LEAK in year.told


@pytest.mark.slow
def test_the_committee_s_clean_up_closes_with_what_the_demo_adds(year):
    """Rows 82-88: 1,865 distinct volumes, over 9,000 files, decided first; 9, 9, 9 and 33 carried out."""
    rows = {row["step"]: row for row in year("cleanup_campaigns") if row["title"] == COUNTY}

    assert {row["verdict"] for row in rows.values()} == {"相符", "进行中"}
    assert (rows["调阅档案"]["found"], rows["甄别"]["expected"]) == ("1865", "9012")
    assert rows["先决定后落实"]["verdict"] == rows["关闭"]["verdict"] == "相符"
    assert _counts(year, COUNTY) == {
        "废止": (9, 9, "相符"), "失效": (9, 9, "相符"), "修订": (9, 9, "相符"),
        "继续有效": (33, 33, "相符"), "合计": (60, 60, "相符"),
    }  # fmt: skip


@pytest.mark.slow
def test_what_the_report_left_out_could_not_be_shown_to_close(year):
    """§9 item 2: 9, 9 and 9 of 9,000 files, no number in scope; so it stood on a day in June."""
    rows = {
        row["step"]: row
        for row in year("cleanup_campaigns", "--known-at", JUNE)
        if row["title"] == COUNTY
    }

    assert (rows["列入清理"]["verdict"], rows["列入清理"]["en"]) == (
        "无法证实",
        "an untold number of rules in scope, 27 dispositions = 9 + 9 + 9, 9 in force afterwards",
    )


@pytest.mark.slow
def test_follow_up_tasks_stay_open_after_the_year(year):
    """需适时修改: four rules go on and are to be amended, one was."""
    tasks = year("cleanup_campaigns", "--part", "tasks")

    assert [(row["task"], row["due_on"]) for row in tasks] == [("适时修改", "2023-06-30")] * 3


@pytest.mark.slow
def test_the_year_s_money_adds_up_whichever_way_it_is_summed(year):
    """Items, months, quarters, years, lines, suppliers and categories: to the fen, now and in June."""
    columns = ("paid_fen", "reversed_fen")
    for asked in ((), ("--as-of", "2022-06-30")):
        items = year("fund_oversight", *asked)
        expected = [sum(int(row[column]) for row in items) for column in columns]

        assert expected[0] > expected[1] > 0
        for part in ("months", "quarters", "years", "lines", "payees", "categories"):
            rows = year("fund_oversight", "--part", part, *asked)
            assert [sum(int(row[column]) for row in rows) for column in columns] == expected


@pytest.mark.slow
def test_what_waited_at_midsummer_is_told_by_level(year):
    """Three items: two at finance, the older for nine days, and one at the leader since that day."""
    rows = year("fund_oversight", "--part", "queue", "--as-of", "2022-06-30")

    assert [(row["level_name"], row["items"], row["oldest_days"]) for row in rows] == [
        ("财务审核", "2", "9"),
        ("分管领导审批", "1", "0"),
    ]


@pytest.mark.slow
def test_every_signature_of_the_year_is_technical_and_in_its_post(year):
    """Nobody's key was certified; two payments found at the bank miss their last two levels."""
    links = year("fund_oversight", "--part", "chain")

    assert {row["grade"] for row in links if row["signer"]} == {"technical"}
    assert all(row["post"] for row in links)
    missing = [row["level_name"] for row in links if row["status"] == "missing"]
    assert sorted(missing) == ["分管领导审批", "分管领导审批", "财务审核", "财务审核"]
