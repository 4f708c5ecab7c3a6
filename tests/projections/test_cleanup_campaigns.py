"""Given what happened in clean-up campaigns, the view says where each funnel closes and where it leaks."""

from __future__ import annotations

from datetime import date

import pytest

from ledger.records.cleanup import events as told
from ledger.records.rule import events as rule

CAMPAIGN = "cleanup/1"
MAY, JUNE, JULY = date(2022, 5, 9), date(2022, 6, 20), date(2022, 7, 1)
VIEW = "cleanup_campaigns"
DECIDED = told.Decided(body="县委常委会", occurred_on=JUNE)
FOUR = ("rule/1", "rule/2", "rule/3", "rule/4")


def opened(history, *happened, existing=None):
    """Open a campaign, and let this happen in it."""
    start = told.Opened(title="规范性文件清理", existing=existing, occurred_on=MAY)
    history.tell((CAMPAIGN, start), *((CAMPAIGN, each) for each in happened))


def proposed(name, outcome, **more):
    return told.OutcomeProposed(rule=name, outcome=outcome, occurred_on=MAY, **more)


def in_force(history, *rules):
    for name in rules:
        history.tell(
            (name, rule.Adopted(title=f"制度{name[-1]}", occurred_on=MAY)),
            (name, rule.Published(occurred_on=MAY)),
        )


def four_outcomes(history, *, on=JULY, until=4):
    """Decide on four rules, one for each outcome, and carry out so many of them on a day."""
    in_force(history, *FOUR)
    pairs = list(zip(FOUR, told.OUTCOMES, strict=True))
    opened(history, *(proposed(name, outcome) for name, outcome in pairs), DECIDED, existing=4)
    steps = (rule.Abolished, rule.Lapsed, rule.Amended, rule.Confirmed)
    for (name, outcome), step in list(zip(pairs, steps, strict=True))[:until]:
        history.tell(
            (name, step(campaign=CAMPAIGN, campaign_outcome=outcome, occurred_on=on)),
            (CAMPAIGN, told.FollowedUp(rule=name, carried_out=outcome, occurred_on=on)),
        )


def steps_of(rows):
    return {row["step"]: (row["expected"], row["found"], row["verdict"]) for row in rows}


def test_a_campaign_that_closes_says_so_at_every_step(history, ask):
    """Volumes, files, scope, outcomes, decision, publication, carrying out: each sum is equal."""
    run = told.Volumes(catalogue="0012-3", first=1, last=12)
    four_outcomes(history)
    more = (
        told.VolumesRetrieved(count=12, volumes=(run,)),
        told.VolumesRetrieved(count=12, volumes=(run,)),
        told.Screened(files=90, in_scope=4),
        told.Published(occurred_on=JULY),
        told.Closed(occurred_on=JULY),
    )
    history.tell(*((CAMPAIGN, each) for each in more))

    rows = ask(VIEW)

    assert steps_of(rows) == {
        "调阅档案": (24, 12, "相符"), "甄别": (90, 4, "相符"), "现有制度": (4, 4, "相符"),
        "列入清理": (4, 4, "相符"), "集体决定": (4, 4, "相符"), "公布": (4, 4, "相符"),
        "逐项落实": (4, 4, "相符"), "先决定后落实": (4, 4, "相符"), "确认落实": (4, 4, "相符"),
        "关闭": (None, None, "相符"),
    }  # fmt: skip
    assert rows[0]["zh"] == "调阅档案12卷（共24卷次）"
    assert rows[-1]["zh"] == "2022-07-01关闭；各项相符"


def test_the_office_s_own_clean_up_leaks_in_these_words(history, ask):
    """9 existing rules, 42 dispositions = 8 + 25 + 9, 43 in force afterwards: 33 too many."""
    counts = ((told.ABOLISH, 8), (told.AMEND, 25), (told.CONFIRM, 9), (told.NEW, 9))
    tallies = [told.Tallied(outcome=outcome, count=count) for outcome, count in counts]
    opened(history, *tallies, DECIDED, told.Published(), existing=9)
    history.tell((CAMPAIGN, told.Closed(explanation="按原报告录入", occurred_on=JULY)))

    leak = [row for row in ask(VIEW) if row["step"] == "现有制度"]
    closing = ask(VIEW)[-1]
    total = ask(VIEW, "totals", where=(("清理意见", "合计"),))

    words = "9 existing rules, 42 dispositions = 8 + 25 + 9, 43 in force afterwards"
    assert [(row["difference"], row["verdict"], row["en"]) for row in leak + total] == [
        (33, "不符", words), (33, "不符", words)
    ]  # fmt: skip
    assert leak[0]["zh"] == "现有制度9项，处理意见42项（8＋25＋9），清理后有效43项"
    assert closing["en"] == (
        "closed on 2022-07-01; leaks at: existing rules;"
        " cannot be shown at: carried out, by total; why: 按原报告录入"
    )


def test_totals_hold_decisions_against_the_rules_own_records(history, ask):
    """What was decided and is not carried out is open, and a total without records shows nothing."""
    four_outcomes(history, until=3)
    history.tell(
        (CAMPAIGN, told.Tallied(outcome=told.LAPSE, count=5)),
        (CAMPAIGN, DECIDED),
    )

    rows = {row["outcome"]: row for row in ask(VIEW, "totals")}

    assert {
        name: (row["decided"], row["carried_out"], row["open"], row["by_total"], row["verdict"])
        for name, row in rows.items()
    } == {
        "废止": (1, 1, 0, 0, "相符"), "失效": (6, 1, 0, 5, "无法证实"),
        "修订": (1, 1, 0, 0, "相符"), "继续有效": (1, 0, 1, 0, "进行中"),
        "合计": (9, 3, 1, 5, "不符"),
    }  # fmt: skip
    assert rows["失效"]["zh"] == "失效6项，在册制度1项已落实1项，5项只报合计"


def test_what_was_carried_out_is_read_from_the_rules_not_from_the_campaign(history, ask):
    """A follow-up that no rule's record bears out counts for nothing."""
    in_force(history, "rule/1")
    claimed = told.FollowedUp(rule="rule/1", carried_out=told.ABOLISH, occurred_on=JULY)
    opened(history, proposed("rule/1", told.ABOLISH), DECIDED, claimed)

    found = steps_of(ask(VIEW))

    assert found["逐项落实"] == (1, 0, "进行中")
    assert [row["task"] for row in ask(VIEW, "tasks")] == ["落实"]


def test_an_outcome_carried_out_before_the_decision_is_told(history, ask):
    """The collective decides first (DOMAIN §8, row 85)."""
    four_outcomes(history, on=MAY)

    found = {row["step"]: row for row in ask(VIEW)}["先决定后落实"]

    assert (found["difference"], found["verdict"]) == (-4, "不符")
    assert found["zh"] == "集体决定之后落实0项，先于决定落实4项"


def test_an_outcome_that_nobody_decided_is_told(history, ask):
    """A rule's record, found in a register, names the campaign for what it did not decide."""
    in_force(history, "rule/1")
    opened(history, proposed("rule/1", told.CONFIRM), DECIDED)
    history.tell(("rule/1", rule.Abolished(campaign=CAMPAIGN, occurred_on=JULY)))

    found = steps_of(ask(VIEW))

    assert found["未经决定"] == (0, 1, "不符")
    assert found["逐项落实"] == (1, 0, "进行中")


def test_an_entry_that_never_happened_carries_nothing_out(history, ask):
    """A step that was corrected as never having happened shows nothing any more."""
    four_outcomes(history, until=1)
    wrong = {"action": "abolished", "of_day": JULY, "reason": "误录"}
    before = steps_of(ask(VIEW))
    history.tell(("rule/1", rule.Corrected(never=True, **wrong)))

    assert before["逐项落实"] == (4, 1, "进行中")
    assert steps_of(ask(VIEW))["逐项落实"] == (4, 0, "进行中")


def test_rules_to_be_amended_in_time_stay_open_tasks(history, ask):
    """需适时修改 is a flag on 继续有效: a task with its last day, done when the rule is amended."""
    in_force(history, "rule/1", "rule/2")
    opened(
        history,
        *(proposed(name, told.CONFIRM, needs_amendment=True) for name in ("rule/1", "rule/2")),
        DECIDED,
    )
    for name in ("rule/1", "rule/2"):
        confirmed = rule.Confirmed(
            campaign=CAMPAIGN, campaign_outcome=told.CONFIRM, occurred_on=JUNE,
            needs_amendment=True, amend_by=date(2022, 2, 28),
        )  # fmt: skip
        done = told.FollowedUp(rule=name, carried_out=told.CONFIRM, occurred_on=JUNE)
        history.tell((name, confirmed), (CAMPAIGN, done))
    history.tell(("rule/2", rule.Amended(occurred_on=JULY)))

    assert steps_of(ask(VIEW))["适时修改"] == (2, 1, "进行中")
    assert [
        (row["rule"], row["rule_title"], row["task"], row["due_on"], row["overdue"])
        for row in ask(VIEW, "tasks")
    ] == [("rule/1", "制度1", "适时修改", "2022-02-28", True)]


def test_a_new_rule_is_open_until_it_is_published(history, ask):
    """新建 is read from the new rule's own record."""
    history.tell(("rule/1", rule.Planned(title="值班制度")))
    opened(history, proposed("rule/1", told.NEW), DECIDED, existing=0)

    before = ask(VIEW, "tasks")
    in_force(history, "rule/1")

    assert [row["task"] for row in before] == ["落实"]
    assert [row["task"] for row in ask(VIEW, "tasks")] == ["确认落实"]
    assert steps_of(ask(VIEW))["逐项落实"] == (1, 1, "相符")


@pytest.mark.parametrize(
    ("happened", "step", "words"),
    [
        ((told.VolumesRetrieved(count=1865),), "调阅档案",
         "1865 volumes called up, 1865 by count alone: nothing shows that these are distinct"),
        ((told.Screened(files=9000),), "甄别", "9000 files screened, how many are in scope is not told"),
        ((told.Tallied(outcome=told.LAPSE, count=9),), "列入清理",
         "an untold number of rules in scope, 9 dispositions, 0 in force afterwards"),
    ],
)  # fmt: skip
def test_what_nobody_told_cannot_be_shown(history, ask, happened, step, words):
    """A number left out is not 0, and a count without a list shows no distinct volumes."""
    opened(history, *happened)

    row = next(each for each in ask(VIEW) if each["step"] == step)

    assert (row["verdict"], row["en"]) == ("无法证实", words)


def test_what_has_not_come_yet_is_no_leak_until_the_campaign_is_closed(history, ask):
    """Undecided, unpublished: it goes on; closed like that, it leaks."""
    opened(history, proposed("rule/1", told.ABOLISH), existing=1)
    before = steps_of(ask(VIEW))
    history.tell((CAMPAIGN, told.Closed(explanation="停办", occurred_on=JULY)))
    after = steps_of(ask(VIEW))

    assert (before["集体决定"], before["关闭"][2]) == ((1, 0, "进行中"), "进行中")
    assert (after["集体决定"], after["公布"]) == ((1, 0, "不符"), (0, 0, "相符"))


def test_a_campaign_is_told_as_it_was_known(history, ask):
    """Before the scope was told the funnel could not be shown to close; afterwards it closes."""
    opened(history, proposed("rule/1", told.ABOLISH))
    known = history.store.head().size - 1
    history.tell((CAMPAIGN, told.Screened(files=40, in_scope=1)))

    then = steps_of(ask(VIEW, known_at=str(known)))
    now = steps_of(ask(VIEW))

    assert (then["列入清理"], now["列入清理"]) == ((None, 1, "无法证实"), (1, 1, "相符"))


def test_one_campaign_is_asked_for_by_its_record(history, ask):
    """`--where` narrows every part to one campaign."""
    opened(history, proposed("rule/1", told.ABOLISH), DECIDED)
    history.tell(("cleanup/2", told.Opened(title="另一清理", existing=0, occurred_on=MAY)))

    for part in ("funnel", "totals", "tasks"):
        rows = ask(VIEW, part, where=(("campaign", CAMPAIGN),))
        assert {row["campaign"] for row in rows} == {CAMPAIGN}
