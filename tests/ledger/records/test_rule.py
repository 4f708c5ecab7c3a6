"""Rules at the door: each step in its order, in a post, on its day; each breach by its code."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from ledger.family import AS_FOUND, Attachment
from ledger.records.rule import FAMILY, spans, status_on
from ledger.records.rule import events as told
from tests.ledger.records.world import World

RULE = "rule/x"
POST = "主任"
MARCH = date(2022, 3, 1)
JAN = date(2022, 1, 10)
FEB = date(2022, 2, 10)
LATER = date(2022, 6, 1)


def world(*happened: Any) -> World:
    """An office with a head, a drafter, and one rule with this history."""
    made = World().given(RULE, *happened)
    made.posts["officer/clerk"] = {"文秘"}
    return made.by("officer/head", POST)


def adopted(**more: Any) -> told.Adopted:
    return told.Adopted(occurred_on=JAN, title="工作规则", **more)


def published(**more: Any) -> told.Published:
    return told.Published(occurred_on=FEB, number="县委发〔2022〕5号", **more)


IN_FORCE = (adopted(), published())
DRAFTED = told.Drafted(occurred_on=JAN, title="工作规则", drafter="officer/clerk")
REVIEWED = told.Reviewed(occurred_on=JAN, result=told.PASSED)
PASSED = told.Deliberated(occurred_on=FEB, meeting="常委会", result=told.PASSED)
LINKED = told.Linked(occurred_on=FEB, edge="cites", rule="rule/y")
UNLINKED = told.Unlinked(occurred_on=FEB, edge="cites", rule="rule/y")
FILED = (told.Filed(occurred_on=FEB, to="市委办"),)
SUSPENDED = told.Suspended(occurred_on=FEB)


def test_a_rule_goes_from_plan_to_force_in_its_order() -> None:
    """Planned, drafted, asked about, reviewed by another, passed, adopted, published, in force."""
    office = World().by("officer/clerk", "文秘")
    record = office.when("rule.plan", title="来信来访接待制度", task="任务3", problem="问题7")
    office.when("rule.draft", record, unit="办公室")
    office.when("rule.consult", record, asked=("纪委", "组织部"), received=4, taken=2)
    office.by("officer/lawyer", "法规").when(
        "rule.review", record, result=told.PASSED, post="法规"
    )
    office.by("officer/head", POST).when(
        "rule.deliberate", record, meeting="主任会议", result=told.PASSED, post=POST
    )

    office.when("rule.adopt-draft", record, kind="制度", issuer="县委办公室", post=POST)
    office.when(
        "rule.publish", record, number="县委办发〔2022〕9号", effective_on=LATER, post=POST
    )

    state = office.state(record)
    assert (state.title, state.number, state.standing) == (
        "来信来访接待制度",
        "县委办发〔2022〕9号",
        True,
    )
    found = spans(office.events[record])
    assert [(span.valid_from, span.status) for span in found] == [
        (MARCH, "尚未生效"),
        (LATER, "现行有效"),
    ]


def test_a_rule_prepared_elsewhere_is_adopted_amended_and_asked_about() -> None:
    """What a new user does first: adopt, publish, amend, and ask for last month."""
    office = World().by("officer/head", POST)
    record = office.when(
        "rule.adopt", title="内部财务管理制度", occurred_on=JAN, decision="主任会议纪要1号", post=POST,
        text_digest="a" * 64,
    )  # fmt: skip
    office.when("rule.publish", record, occurred_on=JAN, post=POST)

    office.when(
        "rule.amend",
        record,
        by="主任会议",
        decision="主任会议纪要3号",
        post=POST,
        text_digest="b" * 64,
    )

    found = spans(office.events[record])
    last_month, now = status_on(found, FEB), status_on(found, MARCH)
    assert last_month is not None
    assert now is not None
    assert (last_month.version, last_month.text) == (1, "a" * 64)
    assert (now.version, now.text) == (2, "b" * 64)


ADOPT = {"title": "细则", "decision": "常委会第3次会议", "post": POST}
ALLOWED: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("rule.adopt", (), ADOPT),
    ("rule.adopt-draft", (DRAFTED, REVIEWED, PASSED), {"post": POST}),
    ("rule.adopt-draft", (*IN_FORCE, DRAFTED, REVIEWED, PASSED), {"post": POST}),
    ("rule.adopt-draft", (*IN_FORCE, told.Abolished(occurred_on=FEB)), ADOPT),
    ("rule.approve", (adopted(),), {"by": "市委"}),
    ("rule.publish", (adopted(),), {"post": POST, "effective_on": LATER, "valid_until": LATER}),
    ("rule.commence", IN_FORCE, {"occurred_on": LATER}),
    ("rule.commence", IN_FORCE, {"provisions": ("第一章",)}),
    ("rule.amend", IN_FORCE, {"decision": "常委会", "post": POST, "effective_on": LATER}),
    ("rule.amend", (*IN_FORCE, DRAFTED, REVIEWED, PASSED), {"post": POST}),
    ("rule.confirm", IN_FORCE, {"needs_amendment": True, "post": POST}),
    ("rule.abolish", IN_FORCE, {"post": POST, "reason": "新规代替", "effective_on": LATER}),
    ("rule.lapse", IN_FORCE, {"post": POST, "effective_on": FEB}),
    ("rule.lapse", (adopted(), published(valid_until=FEB)), {"post": POST}),
    ("rule.revoke", IN_FORCE, {"post": POST, "by": "市委", "reason": "越权"}),
    ("rule.revoke", (*IN_FORCE, told.Abolished(occurred_on=FEB)),
     {"post": POST, "by": "市委", "reason": "越权"}),
    ("rule.suspend", IN_FORCE, {"post": POST, "until": LATER}),
    ("rule.resume", (*IN_FORCE, SUSPENDED), {"post": POST}),
    ("rule.extend", (adopted(), published(valid_until=MARCH)), {"post": POST, "valid_until": LATER}),
    ("rule.interpret", IN_FORCE, {"post": POST, "text": "本制度所称…"}),
    ("rule.renumber", IN_FORCE, {"number": "县委发〔2022〕6号"}),
    ("rule.file", IN_FORCE, {"to": "市委办"}),
    ("rule.answer-filing", IN_FORCE, {"answer": "登记"}),
    ("rule.link", IN_FORCE, {"edge": "implements", "rule": "rule/y"}),
    ("rule.unlink", (*IN_FORCE, LINKED), {"edge": "cites", "rule": "rule/y"}),
    ("rule.link", (*IN_FORCE, LINKED, UNLINKED), {"edge": "cites", "rule": "rule/y"}),
    ("rule.file", (*IN_FORCE, *FILED, told.FilingAnswered(occurred_on=FEB, answer=told.SUPPLEMENT)),
     {"to": "市委办"}),
    ("rule.note", IN_FORCE, {"note": "印发"}),
    ("rule.drop", (DRAFTED,), {"reason": "合并"}),
    ("rule.correct", IN_FORCE,
     {"action": "published", "of_day": FEB, "right_day": MARCH, "reason": "笔误", "post": POST}),
    ("rule.correct", (*IN_FORCE, told.Abolished(occurred_on=FEB)),
     {"action": "abolished", "of_day": FEB, "never": True, "reason": "误录", "post": POST}),
]  # fmt: skip

REFUSED: list[tuple[str, str, tuple[Any, ...], dict[str, Any]]] = [
    ("G1", "rule.publish", (adopted(),), {}),
    ("G1", "rule.publish", (adopted(),), {"post": "书记"}),
    ("G2", "rule.publish", (adopted(),), {"post": POST, "occurred_on": LATER}),
    ("G3", "rule.review", (told.Planned(title="x"),), {"result": told.PASSED, "post": POST}),
    ("G3", "rule.review", (told.Drafted(drafter="officer/head"),), {"result": told.PASSED, "post": POST}),
    ("G4", "rule.deliberate", (DRAFTED,), {"meeting": "会", "result": told.PASSED, "post": POST}),
    ("G4", "rule.deliberate", (), {"meeting": "会", "result": told.PASSED, "post": POST}),
    ("G4", "rule.deliberate", (DRAFTED, told.Reviewed(result=told.RETURNED)),
     {"meeting": "会", "result": told.PASSED, "post": POST}),
    ("G5", "rule.adopt", (), {"title": "x", "post": POST}),
    ("G5", "rule.adopt-draft", (DRAFTED, REVIEWED), {**ADOPT}),
    ("G5", "rule.amend", IN_FORCE, {"post": POST}),
    ("G6", "rule.adopt", (), {"decision": "会", "post": POST}),
    ("G6", "rule.adopt-draft", IN_FORCE, ADOPT),
    ("G7", "rule.publish", (), {"post": POST}),
    ("G7", "rule.publish", (*IN_FORCE, told.Abolished(occurred_on=FEB)), {"post": POST}),
    ("G7", "rule.publish", (adopted(),), {"post": POST, "occurred_on": date(2022, 1, 9)}),
    ("G7", "rule.publish", (adopted(),), {"post": POST, "effective_on": FEB}),
    ("G7", "rule.publish", (adopted(),), {"post": POST, "valid_until": FEB}),
    ("G7", "rule.publish", (adopted(),),
     {"post": POST, "effective_on": LATER, "awaits_commencement": True}),
    ("G8", "rule.amend", (), {"decision": "会", "post": POST}),
    ("G8", "rule.abolish", (*IN_FORCE, told.Lapsed(occurred_on=FEB)), {"post": POST}),
    ("G8", "rule.extend", (adopted(), published(valid_until=FEB)), {"post": POST, "valid_until": LATER}),
    ("G9", "rule.abolish", IN_FORCE, {"post": POST, "effective_on": FEB}),
    ("G9", "rule.suspend", IN_FORCE, {"post": POST, "until": FEB}),
    ("G10", "rule.revoke", (DRAFTED,), {"post": POST, "by": "市委", "reason": "越权"}),
    ("G10", "rule.revoke", IN_FORCE, {"post": POST, "by": "市委"}),
    ("G10", "rule.revoke", (*IN_FORCE, told.Revoked(occurred_on=FEB)),
     {"post": POST, "by": "市委", "reason": "越权"}),
    ("G11", "rule.resume", IN_FORCE, {"post": POST}),
    ("G11", "rule.suspend", (*IN_FORCE, SUSPENDED), {"post": POST}),
    ("G12", "rule.extend", IN_FORCE, {"post": POST, "valid_until": LATER}),
    ("G12", "rule.extend", (adopted(), published(valid_until=LATER)), {"post": POST, "valid_until": MARCH}),
    ("G14", "rule.commence", (adopted(),), {}),
    ("G14", "rule.commence", IN_FORCE, {"occurred_on": JAN}),
    ("G14", "rule.commence", (*IN_FORCE, told.Revoked(occurred_on=FEB)), {}),
    ("G15", "rule.file", (adopted(),), {"to": "市委办"}),
    ("G15", "rule.file", (*IN_FORCE, told.Filed(occurred_on=FEB, to="市委办")), {"to": "市委办"}),
    ("G15", "rule.file", IN_FORCE, {"to": "市委办", "occurred_on": JAN}),
    ("G16", "rule.publish", IN_FORCE, {"post": POST, "occurred_on": FEB}),
    ("G17", "rule.correct", IN_FORCE,
     {"action": "published", "of_day": JAN, "right_day": MARCH, "reason": "笔误", "post": POST}),
    ("G17", "rule.correct", IN_FORCE,
     {"action": "published", "of_day": FEB, "reason": "笔误", "post": POST}),
    ("G17", "rule.correct", IN_FORCE,
     {"action": "published", "of_day": FEB, "never": True, "reason": "误录", "post": POST}),
    ("G17", "rule.correct", (*IN_FORCE, told.Abolished(occurred_on=FEB)),
     {"action": "abolished", "of_day": FEB, "never": True, "right_day": MARCH, "reason": "误录", "post": POST}),
    ("G18", "rule.link", (*IN_FORCE, LINKED), {"edge": "cites", "rule": "rule/y"}),
    ("G18", "rule.unlink", (*IN_FORCE, LINKED), {"edge": "implements", "rule": "rule/y"}),
]  # fmt: skip


@pytest.mark.parametrize(("verb", "before", "asked"), ALLOWED)
def test_what_is_in_order_is_allowed(verb: str, before: Any, asked: Any) -> None:
    """No rule is broken by a step in its place."""
    broken = world(*before).refused(verb, RULE, **asked)

    assert broken == []


@pytest.mark.parametrize(("code", "verb", "before", "asked"), REFUSED)
def test_what_is_out_of_order_is_refused(code: str, verb: str, before: Any, asked: Any) -> None:
    """Exactly the one rule that says no is named."""
    broken = world(*before).refused(verb, RULE, **asked)

    assert broken == [code]


def test_every_rule_has_a_refused_case() -> None:
    """No rule stands untried."""
    tried = {code for code, *_ in REFUSED} | {"G13"}

    assert {rule.code for rule in FAMILY.rules} == tried


CAMPAIGN_STEPS = [
    ("rule.abolish", "废止", {}),
    ("rule.lapse", "失效", {}),
    ("rule.amend", "修订", {"decision": "常委会"}),
    ("rule.confirm", "继续有效", {}),
]


@pytest.mark.parametrize(("verb", "outcome", "more"), CAMPAIGN_STEPS)
def test_a_campaign_is_carried_out_as_it_decided(verb: str, outcome: str, more: Any) -> None:
    """A step in a campaign's name copies what it decided; another outcome is refused (G13)."""
    from ledger.records.cleanup import events as cleaning

    office = world(*IN_FORCE)
    office.given(
        "cleanup/c",
        cleaning.Opened(title="清理"),
        cleaning.OutcomeProposed(rule=RULE, outcome=outcome),
        cleaning.Decided(body="常委会"),
    )

    changes, broken = office.attempt(verb, RULE, campaign="cleanup/c", post=POST, **more)
    others = [each for each in CAMPAIGN_STEPS if each[1] != outcome]

    assert broken == []
    assert changes[0].event.campaign_outcome == outcome  # type: ignore[attr-defined]
    for other, _, asked in others:
        assert office.refused(other, RULE, campaign="cleanup/c", post=POST, **asked) == ["G13"]
    assert office.refused(verb, RULE, campaign="cleanup/none", post=POST, **more) == ["G13"]


def test_what_is_attached_first_is_the_text() -> None:
    """The version in force is named by its attachment, unless a digest of the text is told."""
    attached = (
        Attachment(name="a.pdf", size_bytes=3, digest="d1"),
        Attachment(name="b", size_bytes=1, digest="d2"),
    )
    office = world(adopted())

    plain, _ = office.attempt("rule.publish", RULE, attachments=attached, post=POST)
    said, _ = office.attempt(
        "rule.publish", RULE, attachments=attached, text_digest="t", post=POST
    )

    assert plain[0].event.text_digest == "d1"  # type: ignore[attr-defined]
    assert said[0].event.text_digest == "t"  # type: ignore[attr-defined]


def test_history_found_is_taken_without_post_or_day_of_its_own() -> None:
    """As found, nobody's post is asked for and no day is made up; a missing day is reported."""
    office = World(basis=AS_FOUND)
    changes, broken = office.attempt(
        "rule.publish", RULE, source_line="1991年3月4日 公布", title="条例"
    )

    assert changes[0].event.occurred_on is None  # type: ignore[attr-defined]
    assert [breach.code for breach in broken] == ["G2"]


def test_an_action_told_by_several_texts_is_no_double() -> None:
    """The same action, told again by another stored text, breaks no rule."""
    first = told.Published(occurred_on=JAN, source_line="公布", told_by=JAN)

    broken = World(basis=AS_FOUND).given(RULE, first).refused(
        "rule.publish", RULE, occurred_on=JAN, source_line="公布", told_by=FEB
    )  # fmt: skip

    assert broken == []
