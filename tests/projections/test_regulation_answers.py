"""What the view says about many rules: what changed, what is due, what dangles, what counts in part."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.records.cleanup import events as cleaning
from ledger.records.rule import events as rule
from ledger.records.timetable import Period, PeriodsSet
from tests.projections.conftest import only

VIEW = "regulation_status"
A, B, C = "rule/a", "rule/b", "rule/c"
Y20, Y21, Y22 = date(2020, 1, 1), date(2021, 1, 1), date(2022, 1, 1)


def made(history, record, title, **published):
    """Adopt and publish a rule on the first day of 2020."""
    history.tell(
        (record, rule.Adopted(title=title, occurred_on=Y20)),
        (record, rule.Published(occurred_on=Y20, **published)),
    )


# (what happened after 2020, the changes from 2020-12-31 on: day, words, before, after)
CHANGES = [
    (rule.Amended(occurred_on=Y21), [("2021-01-01", "修改 amended", "现行有效", "现行有效")]),
    (rule.Abolished(occurred_on=Y21), [("2021-01-01", "废止 abolished", "现行有效", "废止")]),
    (rule.Lapsed(occurred_on=Y21), [("2021-01-01", "失效 lapsed", "现行有效", "失效")]),
    (rule.Suspended(occurred_on=Y21, until=date(2021, 6, 30)),
     [("2021-01-01", "暂停 suspended", "现行有效", "暂停执行"),
      ("2021-07-01", "恢复 resumed", "暂停执行", "现行有效")]),
    (rule.Renumbered(occurred_on=Y21, number="9号"), [("2021-01-01", "变更文号 renumbered", "现行有效", "现行有效")]),
    (rule.Confirmed(occurred_on=Y21, needs_amendment=True),
     [("2021-01-01", "需适时修改 to be amended", "现行有效", "现行有效")]),
    (rule.Confirmed(occurred_on=Y21), []),
    (rule.Commenced(occurred_on=Y21, provisions=("第九条",)),
     [("2021-01-01", "全部施行 came wholly into force", "部分生效", "现行有效")]),
    (rule.Amended(occurred_on=date(2020, 6, 1), effective_on=Y21),
     [("2021-01-01", "修改 amended", "现行有效", "现行有效")]),
    (rule.Revoked(occurred_on=Y21), [("2021-01-01", "撤销 revoked, void from the start", "", "撤销")]),
]  # fmt: skip


@pytest.mark.parametrize(("happened", "expected"), CHANGES)
def test_what_changed_between_two_days(history, ask, happened, expected):
    """Each change stands on the day from which it counts; a revocation on the day it was made."""
    made(history, A, "办法")
    history.tell((A, happened))

    found = ask(VIEW, "changes", since=date(2020, 12, 31), as_of=date(2021, 12, 31))

    assert [(r["day"], r["change"], r["before"], r["after"]) for r in found] == expected


def test_all_that_ever_changed_is_told_without_a_first_day(history, ask):
    """From adoption on; what stands at both ends of one day is one change."""
    history.tell(
        (A, rule.Adopted(title="办法", occurred_on=Y20)),
        (A, rule.Published(occurred_on=date(2020, 2, 1), effective_on=date(2020, 3, 1))),
    )

    found = ask(VIEW, "changes", as_of=Y21)

    assert [(row["day"], row["change"]) for row in found] == [
        ("2020-01-01", "通过 adopted"),
        ("2020-02-01", "公布 published"),
        ("2020-03-01", "施行 came into force"),
    ]


def test_the_first_day_is_left_out_and_the_last_is_in(history, ask):
    """What differs between the end of one day and the end of another."""
    made(history, A, "办法")

    assert ask(VIEW, "changes", since=Y20, as_of=Y21) == []
    assert len(ask(VIEW, "changes", since=date(2019, 12, 31), as_of=Y20)) == 1


def test_further_provisions_come_into_force(history, ask):
    """The rule stays in force in part; what counts of it grew."""
    made(history, A, "办法", effective_on=Y22)
    history.tell(
        (A, rule.Commenced(occurred_on=date(2020, 5, 1), provisions=("第一条",))),
        (A, rule.Commenced(occurred_on=Y21, provisions=("第二条",))),
    )

    (grown,) = ask(VIEW, "changes", since=date(2020, 12, 31), as_of=Y21)

    assert (grown["change"], grown["provisions"]) == (
        "部分施行 further provisions in force",
        "第一条; 第二条",
    )


def test_a_revocation_tells_from_when_the_rule_is_void(history, ask):
    """It changes no day after it: it is told on its own day, with the first day that is void."""
    made(history, A, "办法")
    history.tell((A, rule.Revoked(occurred_on=Y22)))

    (row,) = ask(VIEW, "changes", as_of=Y22)

    assert (row["day"], row["void_from"]) == ("2022-01-01", "2020-01-01")


def test_partial_commencement_shows_in_the_list(history, ask):
    """What alone counts of the new text, and which text the rest is of."""
    made(history, A, "办法")
    history.tell(
        (A, rule.Amended(occurred_on=Y21, effective_on=Y22)),
        (A, rule.Commenced(occurred_on=Y21, provisions=("第九条", "第十条"))),
    )

    (row,) = ask(VIEW, "in_force", as_of=Y21)

    assert (row["version"], row["provisions"], row["pending"], row["rest"]) == (
        2,
        "第九条; 第十条",
        "",
        "1",
    )


def test_filing_is_due_thirty_days_after_publication_by_default(history, ask):
    """The law's period, said to be the default, with its source; and none once it was filed."""
    made(history, A, "办法", files_to="市委办")
    history.tell((A, rule.Filed(occurred_on=date(2020, 2, 10), to="市委办")))

    before = only(ask(VIEW, "due", as_of=date(2020, 1, 20)), step="报备")
    late = only(ask(VIEW, "due", as_of=date(2020, 2, 1)), step="报备")
    after = ask(VIEW, "due", as_of=date(2020, 2, 10))

    assert (before["due_on"], before["overdue"], late["overdue"]) == ("2020-01-31", False, True)
    assert (before["period"], before["edition"]) == ("30日", 0)
    assert before["citation"] == "默认 党内法规和规范性文件备案审查规定（2019）"
    assert [row["step"] for row in after] == []


def periods(edition, since, *told):
    """An edition of the office's own periods."""
    return ("timetable/rule", PeriodsSet(
        family="rule", periods=told, source="县委办规定", effective_on=since, edition=edition
    ))  # fmt: skip


def test_an_edition_of_the_office_s_own_judges_no_past(history, ask):
    """Filing runs by the edition in force on the day of publication; what it leaves out, by default."""
    history.tell(periods(1, Y21, Period(step="报备", days=10, citation="第七条")))
    for record, day in ((A, date(2020, 12, 31)), (B, Y21)):
        history.tell(
            (record, rule.Adopted(title=record, occurred_on=day)),
            (record, rule.Published(occurred_on=day, files_to="市委办")),
            (record, rule.FilingAnswered(occurred_on=day, answer="补充材料", note="正式文本")),
        )

    due = ask(VIEW, "due", as_of=date(2021, 1, 2))

    by_step = {(row["rule"], row["step"]): (row["due_on"], row["edition"]) for row in due}
    assert by_step == {
        (A, "报备"): ("2021-01-30", 0), (B, "报备"): ("2021-01-11", 1),
        (A, "补充备案"): ("2021-01-15", 0), (B, "补充备案"): ("2021-01-16", 0),
    }  # fmt: skip
    assert only(due, rule=B, step="报备")["citation"] == "县委办规定 第七条"
    assert (
        only(due, rule=B, step="补充备案")["what"]
        == "file again, with what was asked for: 正式文本"
    )


def test_reviews_run_by_the_edition_of_the_day_asked(history, ask):
    """Every five years by default; from the day the office says three, every three."""
    made(history, A, "办法")
    history.tell(periods(1, Y22, Period(step="定期清理", months=36)))

    by_default = ask(VIEW, "due", as_of=date(2021, 12, 31))
    by_rule = only(ask(VIEW, "due", as_of=date(2022, 7, 1)), step="定期清理")
    too_early = ask(VIEW, "due", as_of=date(2022, 6, 30))

    assert by_default == []
    assert too_early == []
    assert (by_rule["due_on"], by_rule["edition"], by_rule["period"]) == (
        "2023-01-01",
        1,
        "36个月",
    )


def test_expiry_is_told_six_months_ahead_and_not_after(history, ask):
    """In the six months before the last day; afterwards the rule has lapsed, and nothing is due."""
    made(history, A, "办法", valid_until=date(2021, 12, 31))

    early = ask(VIEW, "due", as_of=date(2021, 6, 29))
    (ahead,) = ask(VIEW, "due", as_of=date(2021, 6, 30))
    after = ask(VIEW, "due", as_of=Y22)

    assert (early, after) == ([], [])
    assert (ahead["step"], ahead["due_on"], ahead["period"]) == (
        "到期评估",
        "2021-12-31",
        "6个月",
    )


def test_a_trial_and_an_ordered_change_are_due(history, ask):
    """试行 ends after two years by default; 需适时修改 without a day has no period until one is set."""
    made(history, A, "办法", trial=True)
    history.tell((A, rule.Confirmed(occurred_on=Y21, needs_amendment=True)))

    due = ask(VIEW, "due", as_of=date(2021, 12, 1))

    assert only(due, step="试行期满")["due_on"] == "2022-01-01"
    assert (only(due, step="落实修改")["due_on"], only(due, step="落实修改")["overdue"]) == (
        None,
        False,
    )


CAMPAIGN = "cleanup/c"


def cleaned(history, *outcomes):
    """Let a campaign decide on rules on the first day of 2021."""
    history.tell(
        (CAMPAIGN, cleaning.Opened(title="年度清理", occurred_on=Y20)),
        *(
            (CAMPAIGN, cleaning.OutcomeProposed(rule=rule, outcome=outcome))
            for rule, outcome in outcomes
        ),
        (CAMPAIGN, cleaning.Decided(body="常委会", occurred_on=Y21)),
    )


def ordered(rows):
    """Return what a campaign ordered, of what is due."""
    return [
        (row["rule"], row["step"], row["what"])
        for row in rows
        if row["step"].startswith("落实")
    ]


def test_what_a_campaign_decided_is_due_until_it_is_carried_out(history, ask):
    """Amendments and the other outcomes, by the campaign's own decision, rules yet to be made too."""
    for record in (A, B):
        made(history, record, record)
    cleaned(history, (A, "修订"), (B, "废止"), (C, "新建"))
    before = ask(VIEW, "due", as_of=date(2020, 12, 31))
    decided = ask(VIEW, "due", as_of=Y21)
    history.tell((A, rule.Amended(campaign=CAMPAIGN, campaign_outcome="修订", occurred_on=Y22)))
    history.tell((CAMPAIGN, cleaning.FollowedUp(rule=B, carried_out="废止", occurred_on=Y22)))

    assert ordered(before) == []
    assert ordered(decided) == [
        (A, "落实修改", "amend: 年度清理"), (B, "落实清理", "carry out 废止: 年度清理"),
        (C, "落实清理", "carry out 新建: 年度清理"),
    ]  # fmt: skip
    assert ordered(ask(VIEW, "due", as_of=Y22)) == [(C, "落实清理", "carry out 新建: 年度清理")]
    assert len(ordered(ask(VIEW, "due", as_of=date(2021, 12, 31)))) == 3


def test_an_order_for_a_rule_that_ended_otherwise_is_due_no_more(history, ask):
    """Abolished outside the campaign: there is nothing to amend."""
    made(history, A, "办法")
    cleaned(history, (A, "修订"))
    history.tell((A, rule.Abolished(occurred_on=Y22)))

    assert len(ordered(ask(VIEW, "due", as_of=date(2021, 12, 31)))) == 1
    assert ordered(ask(VIEW, "due", as_of=Y22)) == []


def test_an_order_has_the_office_s_period_if_it_set_one(history, ask):
    """By the edition in force when the campaign decided; none by default."""
    made(history, A, "办法")
    history.tell(periods(1, Y21, Period(step="落实修改", months=6)))
    cleaned(history, (A, "修订"))

    (row,) = [row for row in ask(VIEW, "due", as_of=Y21) if row["step"] == "落实修改"]

    assert (row["due_on"], row["edition"], row["title"]) == ("2021-07-01", 1, "办法")


def test_a_decision_taken_again_orders_only_what_is_new(history, ask):
    """A later decision on more rules moves no order that stands; what was shown otherwise ends none."""
    made(history, A, "甲")
    made(history, B, "乙")
    cleaned(history, (A, "修订"))
    history.tell(
        (CAMPAIGN, cleaning.FollowedUp(rule=A, carried_out="", occurred_on=Y21)),
        (CAMPAIGN, cleaning.FollowedUp(rule="rule/other", carried_out="废止", occurred_on=Y21)),
        (CAMPAIGN, cleaning.OutcomeProposed(rule=B, outcome="失效")),
        (CAMPAIGN, cleaning.Decided(body="常委会", occurred_on=Y22)),
    )

    rows = ask(VIEW, "due", as_of=Y22)

    assert {(row["rule"], row["since"]) for row in rows if row["step"].startswith("落实")} == {
        (A, "2021-01-01"), (B, "2022-01-01")
    }  # fmt: skip


def test_what_is_due_was_due_then_as_it_was_known(history, ask):
    """Both times hold for duties too: a filing recorded late was due, as far as one knew."""
    made(history, A, "办法", files_to="市委办")
    index = history.tell((A, rule.Filed(occurred_on=date(2020, 1, 5), to="市委办")))

    known_later = ask(VIEW, "due", as_of=date(2020, 1, 20))
    known_then = ask(VIEW, "due", as_of=date(2020, 1, 20), known_at=str(index - 1))

    assert known_later == []
    assert [row["step"] for row in known_then] == ["报备"]


@pytest.mark.parametrize("edge", ["cites", "implements", "derived_from"])
def test_a_rule_that_rests_on_one_no_longer_in_force_dangles(history, ask, edge):
    """It is told with what became of the other, since when, and what took its place."""
    made(history, A, "细则")
    made(history, B, "办法", number="1号")
    made(history, C, "新办法", replaces=B)
    history.tell((A, rule.Linked(occurred_on=Y20, edge=edge, rule=B)))
    history.tell((B, rule.Abolished(occurred_on=Y21)))

    before = ask(VIEW, "dangling", as_of=date(2020, 12, 31))
    (row,) = ask(VIEW, "dangling", as_of=Y21)

    assert before == []
    assert (row["title"], row["edge"], row["target_title"], row["target_number"]) == (
        "细则",
        edge,
        "办法",
        "1号",
    )
    assert (row["target_status"], row["since"], row["replaced_by"]) == (
        "废止",
        "2021-01-01",
        "新办法",
    )


# What happened besides, and how many relations dangle on the first day of 2022.
BESIDES = [
    ([], 0),
    ([(B, rule.Abolished(occurred_on=Y21))], 1),
    ([(B, rule.Revoked(occurred_on=Y21))], 1),
    ([(B, rule.Suspended(occurred_on=Y21))], 1),
    ([(B, rule.Amended(occurred_on=Y21))], 0),
    ([(B, rule.Abolished(occurred_on=Y21)), (A, rule.Abolished(occurred_on=Y21))], 0),
    ([(B, rule.Abolished(occurred_on=Y21)), (A, rule.Unlinked(occurred_on=Y22, edge="cites", rule=B))], 0),
    ([(B, rule.Abolished(occurred_on=Y21)),
      (A, rule.Unlinked(occurred_on=date(2022, 1, 2), edge="cites", rule=B))], 1),
    ([(A, rule.Linked(occurred_on=Y20, edge="amends", rule=C)), (C, rule.Abolished(occurred_on=Y21))], 0),
    ([(A, rule.Linked(edge="cites", rule=C)), (C, rule.Abolished(occurred_on=Y21))], 1),
    ([(A, rule.Linked(occurred_on=date(2022, 1, 2), edge="cites", rule=C)), (C, rule.Abolished(occurred_on=Y21))], 0),
    ([(A, rule.Linked(occurred_on=Y20, edge="cites", rule="rule/unknown"))], 0),
]  # fmt: skip


@pytest.mark.parametrize(("besides", "count"), BESIDES)
def test_only_what_rests_on_something_gone_dangles(history, ask, besides, count):
    """Rules in force, relations that hold on the day, and rules that were there and are no more."""
    for record, title in ((A, "细则"), (B, "办法"), (C, "规定")):
        made(history, record, title)
    history.tell((A, rule.Linked(occurred_on=Y20, edge="cites", rule=B)))
    for told in besides:
        history.tell(told)

    assert len(ask(VIEW, "dangling", as_of=Y22)) == count


def test_relations_and_documents_that_are_no_rules_stand_in_the_table(history, ask):
    """打包废止 by a document of which there is no record: each rule tells whose words they were."""
    for record in (A, B):
        made(history, record, record)
    history.tell(
        *((each, rule.Abolished(occurred_on=Y21, by="县委发〔2021〕9号")) for each in (A, B))
    )

    edges = ask(VIEW, "regulation_edges")

    assert [(e["source"], e["by"], e["edge"], e["target"]) for e in edges] == [
        ("", "县委发〔2021〕9号", "abolishes", A), ("", "县委发〔2021〕9号", "abolishes", B)
    ]  # fmt: skip
