"""Clean-up campaigns: proposed, decided together, carried out rule by rule; sums that close or say why."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.records.cleanup import FAMILY, funnel, leaks
from ledger.records.cleanup import events as told
from ledger.records.rule import events as ruling
from tests.ledger.records.histories import any_event
from tests.ledger.records.world import World

CAMPAIGN = "cleanup/x"
POST = "主任"
JAN = date(2022, 1, 10)
LATER = date(2022, 6, 1)
OPENED = told.Opened(title="规范性文件清理", basis="中办通知", occurred_on=JAN)
PROPOSED = told.OutcomeProposed(rule="rule/1", outcome=told.ABOLISH, occurred_on=JAN)
DECIDED = told.Decided(body="常委会", occurred_on=JAN, dispositions=1)
PUBLISHED = told.Published(number="县委发〔2022〕8号", occurred_on=JAN)
CLOSABLE = told.Opened(title="规范性文件清理", existing=1, occurred_on=JAN)
DONE = told.FollowedUp(rule="rule/1", carried_out=told.ABOLISH, occurred_on=JAN)
REPORTED = "9 existing rules, 42 dispositions = 8 + 25 + 9, 43 in force afterwards"


def world(*happened: Any) -> World:
    """An office with a head, and one campaign with this history."""
    return World().given(CAMPAIGN, *happened).by("officer/head", POST)


def in_force(office: World, *rules: str) -> None:
    for rule in rules:
        office.given(
            rule, ruling.Adopted(occurred_on=JAN, title=rule), ruling.Published(occurred_on=JAN)
        )


def test_a_campaign_goes_from_basis_to_a_closed_sum() -> None:
    """Four rules, four outcomes: proposed, decided, carried out one by one, closed without a leak."""
    office = World().by("officer/head", POST)
    in_force(office, "rule/1", "rule/2", "rule/3", "rule/4")
    record = office.when("cleanup.open", title="规范性文件清理", basis="中办通知", existing=4)
    office.when("cleanup.retrieve-volumes", record, count=1_865, source="档案馆")
    office.when("cleanup.screen", record, files=9_000, in_scope=4)
    for rule, outcome in zip(
        ("rule/1", "rule/2", "rule/3", "rule/4"), told.OUTCOMES, strict=True
    ):
        office.when("cleanup.propose-outcome", record, rule=rule, outcome=outcome)
    office.when("cleanup.decide", record, body="常委会", minutes="会议纪要3号", post=POST)
    office.when("cleanup.publish", record, number="县委发〔2022〕8号")

    office.when("rule.abolish", "rule/1", campaign=record, post=POST)
    office.when("rule.lapse", "rule/2", campaign=record, post=POST)
    office.when("rule.amend", "rule/3", campaign=record, decision="常委会", post=POST)
    office.when("rule.confirm", "rule/4", campaign=record, post=POST)
    for rule in ("rule/1", "rule/2", "rule/3", "rule/4"):
        office.when("cleanup.follow-up", record, rule=rule)
    office.when("cleanup.close", record)

    state = office.state(record)
    assert (state.closed, leaks(state), state.in_force_after) == (True, (), 2)
    assert state.volumes == 1_865


def test_the_reports_own_clean_up_leaks_in_these_words() -> None:
    """9 existing rules against 8 + 25 + 9 dispositions; 43 in force afterwards with the 9 new ones."""
    office = World().by("officer/head", POST)
    record = office.when("cleanup.open", title="办公室制度清理", existing=9)
    for outcome, count in (
        (told.ABOLISH, 8),
        (told.AMEND, 25),
        (told.CONFIRM, 9),
        (told.NEW, 9),
    ):
        office.when("cleanup.tally", record, outcome=outcome, count=count)
    office.when("cleanup.decide", record, body="办公室主任会议", post=POST)
    office.when("cleanup.publish", record)

    state = office.state(record)

    assert leaks(state) == (REPORTED,)
    assert [line.zh for line in funnel(state) if line.leaks] == [
        "现有制度9项，处理意见42项（8＋25＋9），清理后有效43项"
    ]
    assert office.refused("cleanup.close", record) == ["C9"]
    office.when("cleanup.close", record, explanation="报告数字存疑，待核")
    assert office.events[record][-1].leaks == (REPORTED,)


def test_a_volume_called_up_twice_is_one_volume() -> None:
    """Of volumes that are listed the distinct ones count; those told by count alone add up."""
    office = world(OPENED)
    listed = (RUN, told.Volumes(catalogue="0012-4", first=7))
    office.when("cleanup.retrieve-volumes", CAMPAIGN, volumes=listed)
    office.when(
        "cleanup.retrieve-volumes",
        CAMPAIGN,
        volumes=(told.Volumes(catalogue="0012-3", first=11, last=30),),
    )
    office.when("cleanup.retrieve-volumes", CAMPAIGN, count=5)

    state = office.state(CAMPAIGN)

    assert (state.volumes, state.called_up, state.unlisted) == (30 + 1 + 5, 21 + 20 + 5, 5)
    assert [each.count for each in office.events[CAMPAIGN][1:]] == [21, 20, 5]


def test_a_step_that_never_happened_is_not_followed_up() -> None:
    """An entry that was corrected away carries nothing out; entered rightly, it does."""
    office = World().by("officer/head", POST)
    in_force(office, "rule/1")
    record = office.when("cleanup.open", title="制度清理", existing=1)
    office.when("cleanup.propose-outcome", record, rule="rule/1", outcome=told.LAPSE)
    office.when("cleanup.decide", record, body="常委会", post=POST)
    office.when("rule.lapse", "rule/1", campaign=record, post=POST)
    wrong = {"action": "lapsed", "of_day": office.day, "never": True, "reason": "误录"}
    office.when("rule.correct", "rule/1", post=POST, **wrong)

    assert office.refused("cleanup.follow-up", record, rule="rule/1") == ["C7"]
    office.when("rule.lapse", "rule/1", campaign=record, post=POST)
    assert office.refused("cleanup.follow-up", record, rule="rule/1") == []


def test_a_new_rule_is_carried_out_when_it_is_published() -> None:
    """新建 is decided of a rule that is planned; adopting it is not enough."""
    office = World().by("officer/head", POST)
    office.given("rule/1", ruling.Planned(title="值班制度", occurred_on=JAN))
    record = office.when("cleanup.open", title="制度清理", existing=0)
    office.when("cleanup.propose-outcome", record, rule="rule/1", outcome=told.NEW)
    office.when("cleanup.decide", record, body="常委会", post=POST)

    before = office.refused("cleanup.follow-up", record, rule="rule/1")
    in_force(office, "rule/1")
    office.when("cleanup.follow-up", record, rule="rule/1")

    assert before == ["C7"]
    assert office.state(record).done == 1
    assert office.state(record).in_force_after == 1


def test_the_countys_clean_up_cannot_be_told_to_close() -> None:
    """9,000 files screened, no number in scope, no 继续有效: what is missing is said."""
    state = world(
        OPENED,
        told.Screened(files=9_000),
        *(
            told.Tallied(outcome=each, count=9)
            for each in (told.ABOLISH, told.LAPSE, told.AMEND)
        ),
    ).state(CAMPAIGN)

    assert leaks(state) == (
        "an untold number of rules in scope, 27 dispositions = 9 + 9 + 9, 9 in force afterwards",
    )


def test_the_centres_figures_close() -> None:
    """322 废止, 369 失效, 487 有效 of 1,178 in scope of 23,000 screened: the funnel of 2012-14 closes."""
    counts = ((told.ABOLISH, 322), (told.LAPSE, 369), (told.CONFIRM, 487))
    state = world(
        OPENED,
        told.Screened(files=20_000, in_scope=1_000),
        told.Screened(files=3_000, in_scope=178),
        *(told.Tallied(outcome=outcome, count=count) for outcome, count in counts),
    ).state(CAMPAIGN)

    assert leaks(state) == ()
    assert [(line.expected, line.found) for line in funnel(state)] == [
        (23_000, 1_178),
        (1_178, 1_178),
    ]


def test_each_stage_that_leaks_is_named() -> None:
    """More in scope than screened, proposals after the decision, outcomes not carried out."""
    late = told.OutcomeProposed(rule="rule/2", outcome=told.LAPSE)

    state = world(OPENED, told.Screened(files=1, in_scope=3), PROPOSED, DECIDED, late).state(
        CAMPAIGN
    )

    assert leaks(state) == (
        "1 files screened, 3 in scope",
        "3 rules in scope, 2 dispositions = 1 + 1, 0 in force afterwards",
        "2 dispositions, 1 decided together",
        "1 decided for recorded rules, 0 followed up as carried out",
    )


RUN = told.Volumes(catalogue="0012-3", first=1, last=20)

ALLOWED: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("cleanup.open", (), {"title": "清理"}),
    ("cleanup.propose-outcome", (OPENED, PROPOSED), {"rule": "rule/1", "outcome": told.LAPSE}),
    ("cleanup.propose-outcome", (OPENED,),
     {"rule": "rule/1", "outcome": told.CONFIRM, "needs_amendment": True}),
    ("cleanup.decide", (OPENED, PROPOSED), {"body": "常委会", "post": POST}),
    ("cleanup.publish", (OPENED, PROPOSED, DECIDED), {}),
    ("cleanup.close", (OPENED, PROPOSED), {"explanation": "并入下一次清理"}),
    ("cleanup.close", (CLOSABLE, PROPOSED, DECIDED, PUBLISHED, DONE), {}),
    ("cleanup.retrieve-volumes", (OPENED,), {"volumes": (RUN,)}),
    ("cleanup.retrieve-volumes", (OPENED,), {"volumes": (RUN,), "count": 20}),
]  # fmt: skip

REFUSED: list[tuple[str, str, tuple[Any, ...], dict[str, Any]]] = [
    ("C1", "cleanup.screen", (OPENED,), {"files": 1, "occurred_on": LATER}),
    ("C2", "cleanup.open", (OPENED,), {"title": "清理"}),
    ("C3", "cleanup.screen", (), {"files": 1}),
    ("C3", "cleanup.screen", (OPENED, told.Closed()), {"files": 1}),
    ("C4", "cleanup.screen", (OPENED,), {"files": 1, "in_scope": 2}),
    ("C4", "cleanup.tally", (OPENED,), {"outcome": told.NEW, "count": -1}),
    ("C4", "cleanup.retrieve-volumes", (OPENED,), {}),
    ("C4", "cleanup.retrieve-volumes", (OPENED,), {"count": -1}),
    ("C4", "cleanup.retrieve-volumes", (OPENED,), {"volumes": (RUN,), "count": 21}),
    ("C4", "cleanup.retrieve-volumes", (OPENED,),
     {"volumes": (told.Volumes(catalogue="0012-3", first=9, last=8),)}),
    ("C5", "cleanup.propose-outcome", (OPENED, PROPOSED, DECIDED),
     {"rule": "rule/1", "outcome": told.LAPSE}),
    ("C5", "cleanup.propose-outcome", (OPENED,),
     {"rule": "rule/1", "outcome": told.AMEND, "needs_amendment": True}),
    ("C6", "cleanup.decide", (OPENED,), {"body": "常委会", "post": POST}),
    ("C6", "cleanup.decide", (OPENED, PROPOSED), {"body": "常委会"}),
    ("C6", "cleanup.decide", (OPENED, PROPOSED), {"body": "常委会", "post": "书记"}),
    ("C7", "cleanup.follow-up", (OPENED, PROPOSED), {"rule": "rule/1"}),
    ("C7", "cleanup.follow-up", (OPENED, PROPOSED, DECIDED), {"rule": "rule/1"}),
    ("C8", "cleanup.publish", (OPENED, PROPOSED), {}),
    ("C9", "cleanup.close", (OPENED, PROPOSED), {}),
    ("C9", "cleanup.close", (CLOSABLE, PROPOSED), {}),
    ("C9", "cleanup.close", (CLOSABLE, PROPOSED, DECIDED, DONE), {}),
    ("C9", "cleanup.close", (CLOSABLE, PROPOSED, DECIDED, PUBLISHED), {}),
]  # fmt: skip


@pytest.mark.parametrize(("verb", "before", "asked"), ALLOWED)
def test_what_is_in_order_is_allowed(verb: str, before: Any, asked: Any) -> None:
    """No rule is broken by a step in its place."""
    assert world(*before).refused(verb, CAMPAIGN, **asked) == []


@pytest.mark.parametrize(("code", "verb", "before", "asked"), REFUSED)
def test_what_is_out_of_order_is_refused(code: str, verb: str, before: Any, asked: Any) -> None:
    """Exactly the one rule that says no is named."""
    assert world(*before).refused(verb, CAMPAIGN, **asked) == [code]


def test_every_rule_has_a_refused_case() -> None:
    """No rule stands untried."""
    assert {rule.code for rule in FAMILY.rules} == {code for code, *_ in REFUSED}


def test_a_step_without_a_day_is_reported() -> None:
    """What was found without a day is taken, and named by the audit."""
    office = World(basis="as-found").given(CAMPAIGN, OPENED)

    assert office.refused("cleanup.screen", CAMPAIGN, files=1) == ["C1"]


def test_a_decision_found_on_paper_needs_no_post_of_ours() -> None:
    """Who entered it later is not who decided."""
    office = world(OPENED, PROPOSED)
    office.basis = "paper"

    assert office.refused("cleanup.decide", CAMPAIGN, body="常委会") == []


def test_a_close_that_hides_a_leak_is_found() -> None:
    """The leaks told in the event are those of the record, whoever wrote it."""
    from ledger.family import Change

    hidden = told.Closed(occurred_on=JAN, explanation="x", leaks=())
    invented = told.Closed(occurred_on=JAN, leaks=("9 existing rules, 42 dispositions",))

    leaking = world(OPENED, PROPOSED).judge([Change(CAMPAIGN, hidden)])
    sound = world(OPENED, told.Screened(files=1, in_scope=1), PROPOSED).judge(
        [Change(CAMPAIGN, invented)]
    )

    assert [breach.code for breach in leaking + sound] == ["C9", "C9"]


WAITS: list[tuple[tuple[Any, ...], list[str]]] = [
    ((), []),
    ((OPENED,), ["propose-outcome"]),
    ((OPENED, PROPOSED), ["decide"]),
    ((OPENED, PROPOSED, DECIDED), ["publish"]),
    ((OPENED, PROPOSED, DECIDED, PUBLISHED), ["follow-up"]),
    ((OPENED, PROPOSED, DECIDED, PUBLISHED, DONE), ["close"]),
    ((OPENED, PROPOSED, told.Closed()), []),
]  # fmt: skip


@pytest.mark.parametrize(("before", "verbs"), WAITS)
def test_a_campaign_says_what_it_waits_for(before: Any, verbs: list[str]) -> None:
    """The next step is named."""
    assert FAMILY.waits is not None

    assert [each.verb for each in FAMILY.waits(world(*before).state(CAMPAIGN))] == verbs


@given(st.lists(any_event(FAMILY.events), max_size=12))
def test_any_history_folds_and_adds_up(happened: list[Any]) -> None:
    """No order of events is too odd: folding, sums and waits never raise."""
    state = FAMILY.initial
    for each in happened:
        state = FAMILY.evolve(state, each)

    assert FAMILY.waits is not None
    assert all(each.note for each in FAMILY.waits(state))
    assert [line.en for line in funnel(state) if line.leaks] == list(leaks(state))
    assert FAMILY.title(state) == state.title
