"""Documents found in history, and how their numbers are told."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from ledger.family import AS_FOUND, PAPER, Attachment, Change
from ledger.records.document import events as told
from tests.ledger.records.world import World

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


def test_a_document_found_keeps_its_number_and_names_no_officer(world):
    """History entered as found gives nobody a signature."""
    world.by(CLERK).basis = AS_FOUND

    changes, broken = world.attempt(
        "document.number",
        "document/" + "7" * 26,
        series=SERIES,
        n=12,
        occurred_on=date(2022, 2, 1),
    )

    assert [change.event.KIND for change in changes] == [
        "document.numbered/1",
        "series.found/1",
    ]
    assert (changes[0].event.number, changes[0].event.registrar) == ("县委发〔2022〕12号", "")
    assert {breach.code for breach in broken} == {"D1", "N3"}


def test_a_step_names_its_own_officer(world):
    """Nobody's name stands on another's step."""
    record = taken_to(world, drafted(world), "review")
    changes, _ = world.by(LEADER).attempt("document.issue", record)
    forged = Change(record, dataclasses.replace(changes[0].event, issuer=HEAD))

    assert [breach.code for breach in world.judge([forged])] == ["D2"]


def test_what_was_signed_on_paper_names_its_signer(world):
    """Entered afterwards, an issue is no officer's act here; it tells the name on the paper."""
    record = taken_to(world, drafted(world), "review")
    world.by(CLERK).basis = PAPER

    nameless = world.refused("document.issue", record)
    world.when("document.issue", record, signer="李书记")

    assert nameless == ["D13"]
    assert (world.state(record).issuer, world.state(record).signer) == ("", "李书记")


def test_a_number_is_written_as_its_series_and_number(world):
    """The official number's text says what was allocated."""
    record = taken_to(world, drafted(world), "recheck")
    changes, _ = world.by(CLERK).attempt("document.number", record)
    other = dataclasses.replace(changes[0].event, number="县委发〔2022〕2号")

    assert [each.code for each in world.judge([Change(record, other), changes[1]])] == ["D10"]


def test_a_document_found_without_a_series_keeps_its_number_as_written(world):
    """Old registers have numbers of every form."""
    world.by(CLERK).basis = AS_FOUND
    found = told.Numbered(number="县发(87)第3号", occurred_on=date(1987, 5, 1))

    broken = world.judge([Change("document/" + "7" * 26, found)])
    changes, _ = world.attempt("document.number", "document/" + "7" * 26)

    assert {each.code for each in broken} == {"D1"}
    assert len(changes) == 1


def test_a_number_needs_a_day(world):
    """A registration, or an issue, without its day is refused."""
    record = taken_to(world, drafted(world), "review")
    changes, _ = world.by(LEADER).attempt("document.issue", record)
    undated = Change(record, dataclasses.replace(changes[0].event, occurred_on=None))

    assert [each.code for each in world.judge([undated])] == ["D6"]


def test_history_without_digests_is_not_held_against_a_text(world):
    """What nobody digested at the time has no digest to compare."""
    world.basis = AS_FOUND
    drafted_then = told.Drafted(title="甲", kind="函", occurred_on=date(1987, 5, 1))
    issued_then = told.Issued(signer="某书记", occurred_on=date(1987, 5, 2))
    record = "document/" + "7" * 26

    broken = world.judge([Change(record, drafted_then), Change(record, issued_then)])

    assert [each.code for each in broken] == ["D1"]


def test_a_correction_changes_only_what_it_names(world):
    """A slip in one line leaves the others."""
    record = drafted(world, recipients=("各乡镇",))

    world.by(DRAFTER).when("document.correct", record, reason="漏列", copies_to=("县纪委",))

    state = world.state(record)
    assert (state.recipients, state.copies_to) == (("各乡镇",), ("县纪委",))


def test_a_number_that_there_is_not_cannot_be_voided(world):
    """A draft, a paper just received and a stub have none: refused in words, at the door."""
    draft = drafted(world)
    world.by(CLERK, "机要员")
    paper = world.when("incoming.receive", sender="市委办", title="通知")
    stub = world.when("telegram.stub", unit="机要股", month="2022-02", count=1)

    refused = [
        world.refused(f"{record.partition('/')[0]}.void-number", record, reason="误登")
        for record in (draft, paper, stub)
    ]

    assert all(refused)
