"""An outgoing document, from draft to archive, and what its rules refuse."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from ledger.family import AS_FOUND, DIRECT, Attachment, Change
from ledger.records.document import events as told
from ledger.records.document.family import waits as waits_of
from tests.ledger.records.world import RULEBOOK, World

SERIES = "series/县委发〔2022〕"
DRAFTER, HEAD, LEADER, CLERK = "officer/D", "officer/H", "officer/L", "officer/C"
TEXT = Attachment(name="通知.docx", size_bytes=9, digest="a" * 64)


@pytest.fixture
def world():
    """An office with a series and four officers."""
    office = World().by(HEAD, "办公室主任")
    office.when("series.open", code="县委发", year=2022, family="document")
    office.posts |= {LEADER: {"领导"}, CLERK: {"文书"}, DRAFTER: {"经办人"}}
    return office


def drafted(world, **asked):
    """Draft a notice."""
    head = {
        "title": "关于开展清理工作的通知",
        "kind": "通知",
        "series": SERIES,
        "attachments": (TEXT,),
    }
    return world.by(DRAFTER).when("document.draft", **(head | asked))


def taken_to(world, record, last):
    """Take a drafted document to a step, each by its officer."""
    steps = {
        "review": (HEAD, {}),
        "issue": (LEADER, {}),
        "recheck": (HEAD, {}),
        "number": (CLERK, {}),
        "print": (CLERK, {"place": "文印室", "copies": 30}),
        "release": (CLERK, {}),
        "archive": (CLERK, {"file_number": "WS·2022·Y-1", "retention": "永久"}),
    }
    for verb, (officer, asked) in steps.items():
        world.by(officer).when(f"document.{verb}", record, **asked)
        if verb == last:
            break
    return record


def test_a_document_goes_from_draft_to_archive(world):
    """Each step by its post; the number is given at registration, by the series."""
    record = taken_to(world, drafted(world), "archive")

    document = world.state(record)

    assert (document.stage, document.number) == ("已归档", "县委发〔2022〕1号")
    assert (document.drafter, document.issuer, document.registrar) == (DRAFTER, LEADER, CLERK)
    assert world.state(SERIES).last == 1


def test_it_waits_for_one_post_after_the_other(world):
    """The queue names who may do what next, until nothing is left to do."""
    record = drafted(world)
    waiting = []

    for verb in ("review", "issue", "recheck", "number", "print", "release", "archive"):
        family_waits = waits(world, record)
        waiting += [(each.verb, each.posts) for each in family_waits]
        step(world, record, verb)

    assert [verb for verb, _ in waiting] == [
        "review", "issue", "recheck", "number", "print", "release", "archive",
    ]  # fmt: skip
    assert waiting[1] == ("issue", ("领导",))
    assert waits(world, record) == ()


def waits(world, record):
    """Return what the record waits for."""
    return waits_of(world.state(record))


def step(world, record, verb):
    """Do one step as its officer."""
    officer = {"review": HEAD, "recheck": HEAD, "issue": LEADER}.get(verb, CLERK)
    asked = {
        "print": {"place": "文印室", "copies": 30},
        "archive": {"file_number": "WS·2022·Y-1", "retention": "永久"},
    }.get(verb, {})
    world.by(officer).when(f"document.{verb}", record, **asked)


@pytest.mark.parametrize(
    ("reached", "verb"),
    [
        (None, "issue"), (None, "recheck"), (None, "number"), ("review", "number"),
        ("issue", "number"), ("number", "issue"), ("number", "change-text"),
    ],
)  # fmt: skip
def test_steps_out_of_order_are_refused(world, reached, verb):
    """Nothing is issued before review, or numbered before recheck; a number closes the text."""
    record = drafted(world)
    if reached:
        taken_to(world, record, reached)
    officer = {"issue": LEADER, "recheck": HEAD}.get(verb, CLERK)
    asked = {"reason": "改"} if verb == "change-text" else {}

    broken = world.by(officer).refused(f"document.{verb}", record, **asked)

    assert "D1" in broken


def test_a_correction_voids_review_and_issue(world):
    """What was signed was another text: it goes back to the reviewer."""
    record = taken_to(world, drafted(world), "issue")

    world.by(DRAFTER).when(
        "document.correct", record, reason="错字", title="关于开展文件清理工作的通知"
    )

    assert world.state(record).stage == "起草"
    assert (world.state(record).issuer, world.state(record).reviewer) == ("", "")
    assert "D1" in world.by(CLERK).refused("document.number", record)


def test_a_changed_text_has_another_digest(world):
    """A new text must be reviewed and issued by its own digest."""
    record = taken_to(world, drafted(world), "review")
    before = world.state(record).text_digest

    other = Attachment(name="通知.docx", size_bytes=9, digest="b" * 64)
    world.by(DRAFTER).when("document.change-text", record, reason="修改", attachments=(other,))

    assert world.state(record).text_digest != before
    assert world.state(record).stage == "起草"


def test_a_signature_over_another_text_is_refused(world):
    """A step carries the digest of the text as it stands, or is refused."""
    record = taken_to(world, drafted(world), "review")
    world.by(LEADER)
    changes, _ = world.attempt("document.issue", record)

    forged = Change(record, dataclasses.replace(changes[0].event, text_digest="0" * 64))

    assert [breach.code for breach in world.judge([forged])] == ["D3"]


def test_history_may_not_tell_what_text_was_signed(world):
    """Found without a digest it is taken; found with that of another text it is reported."""
    record = taken_to(world, drafted(world), "review")
    changes, _ = world.by(LEADER).attempt("document.issue", record)
    world.basis = AS_FOUND

    def found(digest):
        told = dataclasses.replace(changes[0].event, text_digest=digest)
        return [breach.code for breach in world.judge([Change(record, told)])]

    assert "D3" not in found("")
    assert "D3" in found("0" * 64)


def test_a_text_told_with_a_wrong_digest_is_refused(world):
    """A draft's digest is that of what it tells."""
    changes, _ = world.by(DRAFTER).attempt(
        "document.draft", title="甲", kind="函", series=SERIES
    )
    forged = Change(
        changes[0].record, dataclasses.replace(changes[0].event, text_digest="0" * 64)
    )

    assert [breach.code for breach in world.judge([forged])] == ["D4"]


@pytest.mark.parametrize("basis", [DIRECT, AS_FOUND])
@pytest.mark.parametrize(
    "instead",
    [
        {"leaders": ("经办人",)},
        {"reviewers": ("经办人",)},
        {"registrars": ()},
        {"series": None},
        {"series": "document/县委发〔2022〕"},
    ],
)
def test_who_drafts_opens_no_step_to_themselves(world, instead, basis):
    """D14: the posts that review, issue and register are those of the series, in history too."""
    changes, broken = world.by(DRAFTER).attempt(
        "document.draft", title="甲", kind="函", series=SERIES
    )
    assert broken == []
    world.basis = basis
    forged = Change(changes[0].record, dataclasses.replace(changes[0].event, **instead))

    assert "D14" in [each.code for each in RULEBOOK.guarded([forged], context=world)]
    assert "D14" in [each.code for each in world.judge([forged])]


def test_a_substantive_change_goes_back_to_the_signer(world):
    """A recheck that needs a change of substance voids the issue."""
    record = taken_to(world, drafted(world), "issue")

    world.by(HEAD).when("document.recheck", record, substantive=True, opinion="第三条需改")

    assert world.state(record).stage == "起草"


@pytest.mark.parametrize(
    ("verb", "reached"), [("issue", "review"), ("recheck", "issue"), ("review", None)]
)
def test_the_drafter_does_not_review_issue_or_recheck(world, verb, reached):
    """Whoever drafted it is not the one who lets it pass."""
    record = drafted(world)
    if reached:
        taken_to(world, record, reached)

    assert "D7" in world.by(DRAFTER, "领导", "办公室主任").refused(f"document.{verb}", record)


@pytest.mark.parametrize(
    ("verb", "reached"), [("issue", "review"), ("recheck", "issue"), ("print", "number")]
)
def test_a_step_needs_its_post(world, verb, reached):
    """An officer without the post is refused, whatever post they name."""
    record = taken_to(world, drafted(world), reached)
    asked = {"place": "文印室", "copies": 1} if verb == "print" else {"post": "经办人"}

    assert world.by("officer/X", "经办人").refused(f"document.{verb}", record, **asked) == [
        "D5"
    ]


def test_a_number_is_not_given_before_the_day_it_was_signed(world):
    """The day of registration is that of signing or later."""
    record = taken_to(world, drafted(world), "recheck")

    broken = world.by(CLERK).refused("document.number", record, occurred_on=date(2022, 2, 1))

    assert broken == ["D6"]


def test_nothing_is_dated_ahead(world):
    """A step does not happen tomorrow."""
    record = taken_to(world, drafted(world), "review")

    assert world.by(LEADER).refused("document.issue", record, occurred_on=date(2022, 3, 2)) == [
        "D6"
    ]


@pytest.mark.parametrize("verb", ["return", "correct", "change-text"])
def test_a_step_back_needs_its_reason(world, verb):
    """What goes back says why."""
    record = taken_to(world, drafted(world), "review")

    assert "D8" in world.by(HEAD).refused(f"document.{verb}", record, reason=" ")


def test_a_returned_document_begins_again(world):
    """After a return it is reviewed anew."""
    record = taken_to(world, drafted(world), "review")

    world.by(LEADER).when("document.return", record, reason="请与组织部会商")

    assert world.state(record).stage == "起草"


def test_consulted_units_countersign_before_issue(world):
    """A unit that is to be consulted must have countersigned this text."""
    record = drafted(world, consulted=("组织部",))
    world.by(HEAD).when("document.review", record)

    early = world.by(LEADER).refused("document.issue", record)
    stranger = world.by(HEAD).refused("document.review", record, meaning="会签", unit="纪委")

    assert early == ["D9"]
    assert "D9" in stranger


def test_a_countersigned_document_may_be_issued(world):
    """With every consulted unit's countersignature the way is free."""
    record = drafted(world, consulted=("组织部",))
    world.by("officer/Z", "组织部部长").when(
        "document.review", record, meaning="会签", unit="组织部", post="组织部部长"
    )

    taken_to(world, record, "issue")

    assert world.state(record).stage == "已签发"


def test_a_document_is_numbered_in_the_series_it_was_drafted_for(world):
    """A county document does not get an office document's number."""
    world.by(HEAD).when("series.open", code="县委办发", year=2022, family="document")
    record = taken_to(world, drafted(world), "recheck")

    assert world.by(CLERK).refused(
        "document.number", record, series="series/县委办发〔2022〕"
    ) == ["D10"]


def test_a_draft_names_an_open_series(world):
    """Without a series there is no post to review and issue it."""
    assert world.by(DRAFTER).refused("document.draft", title="甲", kind="函") == ["D10"]


def test_a_type_is_one_of_fifteen(world):
    """会议纪要 is no type: it is 纪要."""
    asked = {"title": "甲", "kind": "会议纪要", "series": SERIES}

    assert world.by(DRAFTER).refused("document.draft", **asked) == ["D12"]


def test_a_dead_number_stays_dead_and_another_is_given(world):
    """Another officer voids it; the document gets the next number."""
    record = taken_to(world, drafted(world), "number")

    by_registrar = world.by(CLERK, "办公室主任").refused(
        "document.void-number", record, reason="漏项"
    )
    world.by(HEAD).when("document.void-number", record, reason="印前发现漏项")
    world.by(CLERK).when("document.number", record)

    assert by_registrar == ["N8"]
    assert world.state(record).number == "县委发〔2022〕2号"
    assert world.state(SERIES).voids == {1}


def test_a_dead_number_is_the_documents_own(world):
    """A void names the number that the document has."""
    record = taken_to(world, drafted(world), "number")
    forged = told.NumberVoided(reason="误", series=SERIES, n=9, registrar=CLERK)

    assert "D11" in [breach.code for breach in world.judge([Change(record, forged)])]


def test_a_number_without_its_series_is_refused(world):
    """Both ends of a registration stand in one act, or it is none."""
    record = taken_to(world, drafted(world), "recheck")
    changes, _ = world.by(CLERK).attempt("document.number", record)

    halves = [[breach.code for breach in world.judge([half])] for half in changes]

    assert halves == [["N11"], ["N11"]]


@pytest.mark.parametrize(
    ("verb", "asked"),
    [
        ("revoke", {"reason": "违反上位规定"}),
        ("abolish", {"reason": "已有新规定", "effective_on": date(2022, 6, 1)}),
        ("notice-correction", {"reason": "附件二有误", "notice": "document/" + "0" * 26}),
    ],
)
def test_leaders_end_or_correct_what_went_out(world, verb, asked):
    """Revoked, abolished or corrected by another document: by a leader, with a reason."""
    record = taken_to(world, drafted(world), "release")

    by_clerk = world.by(CLERK).refused(f"document.{verb}", record, **asked)
    world.by(LEADER).when(f"document.{verb}", record, **asked)

    assert by_clerk == ["D5"]


def test_a_revoked_document_is_not_abolished_too(world):
    """What is void from the beginning has nothing left to end."""
    record = taken_to(world, drafted(world), "release")
    world.by(LEADER).when("document.revoke", record, reason="违反上位规定")

    assert world.refused(
        "document.abolish", record, reason="旧", effective_on=date(2022, 6, 1)
    ) == ["D1"]


def test_a_document_is_abolished_once(world):
    """The day from which it is void does not move."""
    record = taken_to(world, drafted(world), "release")
    world.by(LEADER).when(
        "document.abolish", record, reason="旧", effective_on=date(2022, 6, 1)
    )

    assert world.refused(
        "document.abolish", record, reason="旧", effective_on=date(2022, 7, 1)
    ) == ["D1"]


@pytest.mark.parametrize("title", ["机密★1年", "关于某事的通知\n秘密\n", "密级：绝密"])
def test_a_classification_mark_is_refused_anywhere(world, title):
    """The ordinary profile takes no classified matter in."""
    asked = {"title": title, "kind": "函", "series": SERIES}

    assert world.by(DRAFTER).refused("document.draft", **asked) == ["S1"]
