"""`qifeng rule …`: the questions about rules, called as a shell would call them."""

from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ET

import pytest

from tests.projections.commands.ruled import TITLE, do, ruled, size

__all__ = ["ruled"]


MAP = """
map = 1
family = "rule"
record = ["标题"]
order = [{column = "日期", type = "day"}]
[[event]]
kind = "rule.adopted/1"
[event.fields]
title = {column = "标题"}
occurred_on = {column = "日期", type = "day"}
source_line = {column = "原文"}
"""


def test_status_names_the_events_that_prove_it(ruled):
    """On a day between both texts: the first, with who adopted and who published it."""
    told = ruled.say("rule", "status", TITLE, "--as-of", "2021-01-01")
    shown = ruled("rule", "status", TITLE, "--as-of", "2021年1月1日")

    assert (told["status"], told["version"], told["valid_from"], told["valid_to"]) == (
        "现行有效", 1, "2020-03-01", "2022-06-01"
    )  # fmt: skip
    assert [(each["kind"], each["name"]) for each in told["proof"]] == [
        ("rule.adopted/1", "马兰"), ("rule.published/1", "马兰")
    ]  # fmt: skip
    assert "现行有效  on 2021-01-01, as known now" in shown.out
    assert "until before 2022-06-01" in shown.out


def test_status_is_told_as_it_was_known(ruled):
    """Revoked, it never was in force; who asks what was known before learns the old answer."""
    known = size(ruled) - 1
    do(ruled, "revoke", TITLE, by="市委", reason="越权", occurred_on="2024-02-01")

    now = ruled("rule", "status", TITLE, "--as-of", "2021-01-01")
    then = ruled("rule", "status", TITLE, "--as-of", "2021-01-01", "--known-at", known)

    assert "自始无效, revoked on 2024-02-01" in now.out
    assert f"现行有效  on 2021-01-01, as known at {known + 1} events" in then.out


def test_status_before_the_rule_was_settled(room):
    """What was only planned has no status; what was not recorded by then is not found."""
    room.say("--as", "孙梅", "rule", "plan", "--title", TITLE)

    planned = room("rule", "status", TITLE)
    unknown = room("rule", "status", TITLE, "--known-at", "0")

    assert "未定 not settled yet" in planned.out
    assert "立项" in planned.out
    assert room.say("rule", "status", TITLE)["status"] == ""
    assert (unknown.code, "nothing was recorded of it by then" in unknown.err) == (2, True)


def test_what_counts_before_the_rest_is_said(room):
    """Published, its commencement told later; of it one provision counts already."""
    do(room, "adopt", title=TITLE, decision="会", occurred_on="2020-01-10")
    do(room, "publish", TITLE, "--awaits-commencement", occurred_on="2020-02-01")
    room.say(
        "--as",
        "孙梅",
        "rule",
        "commence",
        TITLE,
        "--provisions",
        "第一条",
        "--occurred-on",
        "2020-03-01",
    )

    shown = room("rule", "status", TITLE, "--as-of", "2020-04-01")

    assert "部分生效" in shown.out
    assert "version 1: only 第一条" in shown.out


def test_a_flag_and_an_assumption_are_said(ruled):
    """需适时修改 stands beside the status; a day that no source tells is called assumed."""
    do(ruled, "confirm", TITLE, "--needs-amendment", occurred_on="2023-01-01")

    shown = ruled("rule", "status", TITLE, "--as-of", "2023-02-01")

    assert "需适时修改 to be amended" in shown.out
    assert "推定" not in shown.out


def test_what_its_organ_said_it_means_is_told_with_the_text(ruled):
    """解释 has the text's own force: from its day on, while a text is in force."""
    do(
        ruled,
        "interpret",
        TITLE,
        text="本办法所称公函包括电子公函",
        by="县委办函〔2021〕2号",
        occurred_on="2021-05-01",
    )

    before = ruled("rule", "status", TITLE, "--as-of", "2021-04-30")
    after = ruled("rule", "status", TITLE, "--as-of", "2021-05-01")
    told = ruled.say("rule", "text", TITLE, "--as-of", "2021-05-01")["interpretations"]

    assert "解释" not in before.out
    assert "解释 of 2021-05-01 县委办函〔2021〕2号: 本办法所称公函包括电子公函" in after.out
    assert [(each["day"], each["text"]) for each in told] == [
        ("2021-05-01", "本办法所称公函包括电子公函")
    ]
    assert "电子公函" in ruled("rule", "text", TITLE).err


def test_the_list_in_force_is_narrowed_by_organ_and_topic(ruled):
    """By either, by both, and by what no rule has."""

    def titles(*words):
        return [row["title"] for row in ruled.say("rule", "in-force", *words)["rows"]]

    assert titles("--issuer", "县委办", "--topic", "接待") == [TITLE]
    assert titles("--topic", "人事") == []
    assert titles("--as-of", "2020-02-15") == []
    assert titles("--known-at", "3") == []


def test_changes_are_told_between_two_days(ruled):
    """As a table of what people read, and as CSV of every column."""
    table = ruled("rule", "changes", "--from", "2020-02-01", "--to", "2022-06-01")
    told = ruled("rule", "changes", "--from", "2020年2月1日", "--format", "csv")

    rows = list(csv.DictReader(io.StringIO(told.out)))
    assert [(row["day"], row["change"]) for row in rows] == [
        ("2020-03-01", "施行 came into force"), ("2022-06-01", "修改 amended")
    ]  # fmt: skip
    assert "修改 amended" in table.out
    assert "2 rows" in table.err


def test_the_view_tells_changes_too(ruled):
    """`view --part changes --from`: the same question, in the view's words."""
    told = ruled.say(
        "view",
        "regulation_status",
        "--part",
        "changes",
        "--from",
        "2022-01-01",
        "--as-of",
        "2022-12-31",
    )
    wrong = ruled("view", "regulation_status", "--part", "changes", "--from", "yesterday")

    assert [row["day"] for row in told["rows"]] == ["2022-06-01"]
    assert (wrong.code, "--from: expected a day" in wrong.err) == (2, True)


def test_what_is_due_tells_its_source(ruled):
    """Filing, thirty days, by default; after the office set its own, from that day on."""
    before = ruled.say("rule", "due", "--as-of", "2020-02-15")["rows"]

    assert [(row["step"], row["due_on"], row["edition"]) for row in before] == [
        ("报备", "2020-03-02", 0)
    ]
    assert before[0]["citation"].startswith("默认 党内法规和规范性文件备案审查规定")


def test_what_dangles_is_told(ruled):
    """A rule in force that cites one that is gone."""
    do(ruled, "adopt", title="实施细则", decision="会", occurred_on="2020-03-02")
    do(ruled, "publish", "实施细则", occurred_on="2020-03-02")
    ruled.say(
        "--as",
        "马兰",
        "rule",
        "link",
        "实施细则",
        "--edge",
        "cites",
        "--rule",
        TITLE,
        "--occurred-on",
        "2020-03-02",
    )
    do(ruled, "abolish", TITLE, occurred_on="2023-01-01")

    rows = ruled.say("rule", "dangling", "--as-of", "2023-01-01")["rows"]

    assert [(row["title"], row["target_title"]) for row in rows] == [("实施细则", TITLE)]


def test_many_rules_are_abolished_in_one_act(ruled):
    """打包废止: one act, one event a rule; and none at all, if so asked, where one of them may not be."""
    for title in ("甲办法", "乙办法"):
        do(ruled, "adopt", title=title, decision="会", occurred_on="2020-03-02")
    told = do(ruled, "abolish", "甲办法", "乙办法", by="县委发〔2023〕9号")
    before = size(ruled)

    words = ("rule", "abolish", TITLE, "甲办法", "--all-or-nothing", "--post", "领导")
    refused = ruled("--as", "马兰", *words)

    assert [each["kind"] for each in told["events"]] == ["rule.abolished/1"] * 2
    assert (refused.code, "G8" in refused.err, size(ruled)) == (1, True, before)


def test_how_rules_hang_together_is_drawn(ruled):
    """As a tree of the rule, as DOT and as a picture of all; a document without a record is in it."""
    do(ruled, "abolish", TITLE, by="县委发〔2023〕9号", occurred_on="2023-01-01")

    tree = ruled("rule", "graph", TITLE, "--depth", "1")
    dot = ruled("rule", "graph", "--all", "--format", "dot")
    svg = ruled("rule", "graph", TITLE, "--format", "svg")
    before = ruled("rule", "graph", TITLE, "--as-of", "2022-12-31")

    assert tree.out.splitlines() == [
        f"《{TITLE}》 县委办发〔2020〕3号 废止", "└── abolished by 2023-01-01 县委发〔2023〕9号 文件或机关"
    ]  # fmt: skip
    assert dot.out.startswith("digraph regulations {")
    assert ET.fromstring(svg.out).find("{*}title").text.startswith(f"{TITLE} ")  # noqa: S314 -- drawn here
    assert (before.out, "no relations on 2022-12-31" in before.err) == ("", True)
    assert ruled("rule", "graph", "--known-at", "5", "--all").out == ""


def test_a_tree_that_closes_a_circle_says_so(ruled):
    """A rule met again is not told again."""
    do(ruled, "adopt", title="细则", decision="会")
    for one, other in ((TITLE, "细则"), ("细则", TITLE)):
        ruled.say("--as", "马兰", "rule", "link", one, "--edge", "cites", "--rule", other)

    tree = ruled("rule", "graph", "细则")

    assert tree.out.count(" …\n") == 1
    assert "cited by" in tree.out


@pytest.mark.parametrize("words", [(), (TITLE, "--all")])
def test_a_graph_is_of_one_rule_or_of_all(ruled, words):
    """Neither none nor both."""
    told = ruled("rule", "graph", *words)

    assert (told.code, "name one rule, or --all" in told.err) == (2, True)


def test_what_governed_an_item_is_told_as_known_then_and_now(ruled):
    """An item of money by its policy, and the rule behind it; after a revocation both are shown."""
    ruled.say(
        "--as", "马兰", "policy", "adopt", "--code", "接待", "--name", "接待会签", "--rule", TITLE, "--citation", "纪要",
        "--levels", "level=1,name=经办,posts=经办人,meaning=经办", "--levels", "level=2,name=审批,posts=领导",
        "--budget-level", "2", "--keepers", "领导",
    )  # fmt: skip
    ruled.say("--as", "马兰", "budget", "approve", "--year", "2026", "--code", "接待", "--amount", "900",
              "--keepers", "领导", "--citation", "批复")  # fmt: skip
    ruled.say("--as", "孙梅", "fund", "submit", "--title", "接待考察组", "--category", "招待", "--amount", "300", "--payee", "某店",
              "--policy", "接待", "--budget", "2026-接待", "--business-on", "2026-01-05")  # fmt: skip
    do(ruled, "revoke", TITLE, by="市委", reason="越权")

    shown = ruled("rule", "governing", "接待考察组")
    (line,) = ruled.say("rule", "governing", "接待考察组")["lines"]
    (held,) = ruled.say("rule", "governing", "2026-接待", "--rule", TITLE)["lines"]
    none = ruled("rule", "governing", TITLE)

    assert "接待会签 policy/接待 version 1" in shown.out
    assert "现行有效 version 2" in shown.out
    assert "撤销 version 2" in shown.out
    assert (line["citation"], line["then"]["status"], line["now"]["status"]) == (
        "纪要",
        "现行有效",
        "撤销",
    )
    assert (held["kind"], held["by"]) == ("budget.approved/1", "")
    assert (none.code, "name one with --rule" in none.err) == (2, True)


def test_an_item_is_held_against_a_rule_not_recorded_by_then(ruled):
    """Of a rule that nobody had recorded nothing was known; the table leaves that empty."""
    known = size(ruled)
    ruled.say("--as", "孙梅", "rule", "plan", "--title", "另一办法")
    do(ruled, "adopt", title="新办法", decision="会")

    shown = ruled("rule", "governing", "另一办法", "--rule", "新办法")
    (line,) = ruled.say(
        "rule", "governing", TITLE, "--rule", "新办法", "--known-at", known - 1
    )["lines"]

    assert shown.code == 0
    assert (line["then"], line["now"]) == (None, None)


def test_what_nobody_told_the_day_of_is_said_to_be_assumed(room):
    """A rule found in a register, of which only the adoption is told."""
    (room.folder / "register.csv").write_text(
        "标题,日期,原文\n旧办法,1999-05-01,1999年5月1日通过\n", encoding="utf-8"
    )
    (room.folder / "rules.toml").write_text(MAP, encoding="utf-8")
    told = room("--as", "孙梅", "import", room.folder / "register.csv", "--as", "rule", "--map",
                room.folder / "rules.toml", "--as-found")  # fmt: skip

    shown = room("rule", "status", "旧办法", "--as-of", "2000-01-01")

    assert told.code == 0, told.err
    assert "no source tells the day it counts from 推定" in shown.out
    assert "text       version 1\n" in shown.out
