"""An incoming document, from receipt to archive, and what its rules refuse."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest

from ledger.errors import MalformedError
from ledger.family import AS_FOUND, PAPER, Change
from ledger.records.incoming import events as told
from ledger.records.incoming import overdue
from ledger.records.incoming.family import waits
from tests.ledger.records.world import World

SERIES = "series/收文〔2022〕"
HEAD, LEADER, CLERK = "officer/H", "officer/L", "officer/C"


@pytest.fixture
def world():
    """An office with a register of incoming documents and three officers."""
    office = World().by(HEAD, "办公室主任")
    office.when("series.open", code="收文", year=2022, family="incoming")
    office.posts |= {LEADER: {"领导"}, CLERK: {"文书"}}
    return office


def registered(world, nature="批办性", **asked):
    """Receive and register a document."""
    head = {
        "sender": "市委办公室",
        "title": "关于报送总结的通知",
        "sender_number": "市办发〔2022〕9号",
    }
    record = world.by(CLERK).when("incoming.receive", **(head | asked))
    world.when("incoming.register", record, series=SERIES, nature=nature)
    return record


def instructed(world, **asked):
    """Take a document for action up to a leader's instruction."""
    record = registered(world, **asked)
    world.by(CLERK).when("incoming.check", record)
    world.by(HEAD).when("incoming.propose", record, opinion="拟请组织部主办")
    world.by(LEADER).when("incoming.instruct", record, instruction="同意")
    return record


def assigned(world, **asked):
    """Take a document for action up to its units and readers."""
    record = instructed(world)
    to = {"lead": "组织部", "units": ("纪委",), "readers": ("书记", "副书记")}
    world.by(HEAD).when("incoming.assign", record, **(to | asked))
    return record


def test_a_document_goes_from_receipt_to_archive(world):
    """Each step by its post, under the office's own number, with nobody left out."""
    record = assigned(world)
    for reader in ("书记", "副书记"):
        world.by(CLERK).when("incoming.circulate", record, to=reader)
    world.when("incoming.chase", record, unit="组织部", chaser="王某")
    for unit in ("纪委", "组织部"):
        world.when("incoming.act", record, unit=unit, result="已报送")
    world.when("incoming.answer", record, result="已书面答复")
    world.by(HEAD).when("incoming.close", record)
    world.by(CLERK).when(
        "incoming.archive", record, file_number="WS·2022·D10-3", retention="定期10年"
    )

    document = world.state(record)

    assert (document.stage, document.number) == ("已归档", "收文〔2022〕1号")
    assert (document.chased, document.answered, document.open_units) == (1, True, ())


def test_it_tells_what_it_waits_for(world):
    """The queue names who may do what next, and with whom the paper is."""
    record = assigned(world, deadline=date(2022, 3, 9))
    world.by(CLERK).when("incoming.circulate", record, to="书记")
    before = waits(world.state(record))
    for unit in ("纪委", "组织部"):
        world.when("incoming.act", record, unit=unit, result="已报送")
    world.when("incoming.circulate", record, to="副书记")
    after = waits(world.state(record))

    assert [each.verb for each in before] == ["act", "circulate"]
    assert "2022-03-09" in before[0].note
    assert "副书记" in before[1].note
    assert [each.verb for each in after] == ["close"]
    assert world.state(record).with_reader == "副书记"


@pytest.mark.parametrize(
    ("nature", "reached", "waiting"),
    [
        ("批办性", "register", "check"),
        ("批办性", "check", "propose"),
        ("阅知性", "check", "assign"),
    ],
)
def test_what_is_for_reading_waits_for_no_leader(world, nature, reached, waiting):
    """A document for reading is circulated after the first check; one for action is proposed."""
    record = registered(world, nature)
    if reached == "check":
        world.when("incoming.check", record)

    assert [each.verb for each in waits(world.state(record))] == [waiting]


def test_steps_follow_in_their_order(world):
    """Nothing is instructed before the proposal, or registered twice."""
    record = registered(world)

    assert "W1" in world.by(LEADER).refused("incoming.instruct", record, instruction="同意")
    assert "W1" in world.by(CLERK).refused(
        "incoming.register", record, series=SERIES, nature="批办性"
    )


def test_what_is_for_action_is_not_assigned_without_an_instruction(world):
    """A leader sees it first."""
    record = registered(world)
    world.by(CLERK).when("incoming.check", record)

    assert world.by(HEAD).refused("incoming.assign", record, lead="组织部") == ["W1"]


def test_what_is_for_reading_is_assigned_after_the_check(world):
    """Distribution needs no instruction."""
    record = registered(world, "阅知性")
    world.by(CLERK).when("incoming.check", record)

    world.by(HEAD).when("incoming.assign", record, readers=("书记",))

    assert world.state(record).stage == "办理中"


def test_what_does_not_conform_goes_back_with_reasons(world):
    """A return without reasons is refused; with them the matter ends."""
    record = registered(world)

    silent = world.by(CLERK).refused("incoming.return", record, reason="")
    world.when("incoming.return", record, reason="未与有关部门会商")

    assert silent == ["W5"]
    assert world.state(record).stage == "已退回"


@pytest.mark.parametrize(
    "asked",
    [
        {"units": ("组织部", "纪委")},
        {"readers": ("书记",)},
        {},
    ],
)
def test_an_assignment_names_a_lead_unit(world, asked):
    """Several units without a lead, or action without a unit, is refused."""
    record = instructed(world)

    assert world.by(HEAD).refused("incoming.assign", record, **asked) == ["W6"]


def test_it_is_not_assigned_to_nobody(world):
    """What is for reading goes to someone."""
    record = registered(world, "阅知性")
    world.by(CLERK).when("incoming.check", record)

    assert world.by(HEAD).refused("incoming.assign", record) == ["W6"]


def test_what_is_urgent_gets_a_deadline(world):
    """加急 without a deadline is refused; past it, the matter is overdue."""
    record = instructed(world, urgency="加急")

    open_ended = world.by(HEAD).refused("incoming.assign", record, lead="组织部")
    world.when("incoming.assign", record, lead="组织部", deadline=date(2022, 3, 4))
    state = world.state(record)

    assert open_ended == ["W6"]
    assert (overdue(state, date(2022, 3, 4)), overdue(state, date(2022, 3, 5))) == (False, True)


def test_it_goes_only_to_those_it_is_for(world):
    """A reader or a unit that was not named does not get it."""
    record = assigned(world)
    world.by(CLERK)

    assert world.refused("incoming.circulate", record, to="某人") == ["W7"]
    assert world.refused("incoming.act", record, unit="统战部", result="办") == ["W7"]


def test_it_is_not_closed_while_someone_is_left_out(world):
    """Units that have not acted and readers who have not read hold the close up."""
    record = assigned(world)
    unacted = world.by(HEAD).refused("incoming.close", record)
    for unit in ("组织部", "纪委"):
        world.by(CLERK).when("incoming.act", record, unit=unit, result="已办")
    unread = world.by(HEAD).refused("incoming.close", record)

    assert (unacted, unread) == (["W8"], ["W8"])


@pytest.mark.parametrize(
    ("verb", "asked"),
    [("check", {}), ("propose", {"opinion": "拟办"}), ("instruct", {"instruction": "同意"})],
)
def test_a_step_needs_its_post(world, verb, asked):
    """An officer without the post is refused."""
    record = registered(world)

    assert "W3" in world.by("officer/X", "经办人").refused(f"incoming.{verb}", record, **asked)


def test_to_circulate_needs_a_post(world):
    """Only those who keep the register say where the paper is."""
    record = assigned(world)

    assert world.by("officer/X").refused("incoming.circulate", record, to="书记") == ["W3"]


def test_a_number_needs_its_series(world):
    """No series, or a number that is not the series', is refused."""
    record = world.by(CLERK).when("incoming.receive", sender="市委", title="通知")
    changes, _ = world.attempt("incoming.register", record, series=SERIES, nature="阅知性")
    other = dataclasses.replace(changes[0].event, number="收文〔2022〕2号")

    assert world.refused("incoming.register", record, nature="阅知性", series="") == ["W9"]
    assert [each.code for each in world.judge([Change(record, other), changes[1]])] == ["W9"]
    assert [each.code for each in world.judge([changes[0]])] == ["N11"]


def test_a_number_given_by_mistake_dies_by_another_hand(world):
    """Void in both registers, and given anew."""
    record = registered(world)

    own = world.by(CLERK, "办公室主任").refused(
        "incoming.void-number", record, reason="重复登记"
    )
    world.by(HEAD).when("incoming.void-number", record, reason="重复登记")
    forged = told.NumberVoided(reason="误", series=SERIES, n=7, registrar=CLERK)

    assert own == ["N8"]
    assert world.state(SERIES).voids == {1}
    assert world.state(record).number == ""
    assert "W9" in [each.code for each in world.judge([Change(record, forged)])]


def test_receipts_are_counted(world):
    """No copies, or nothing named, is no receipt."""
    head = {"sender": "市委", "title": "通知"}

    assert world.by(CLERK).refused("incoming.receive", **head, copies=0) == ["W10"]
    assert world.refused("incoming.receive", sender="市委", title=" ") == ["W10"]


def test_the_time_of_receipt_is_told_by_the_offices_clock(world):
    """Half past nine in the office is half past one in UTC; left out, it is now."""
    head = {"sender": "市委", "title": "通知"}
    told_at = world.by(CLERK).when("incoming.receive", **head, received_at="2022-03-01 09:30")
    now = world.when("incoming.receive", **head)

    assert world.state(told_at).received_at == "2022-03-01T01:30:00.000000Z"
    assert world.state(now).received_at == "2022-03-01T01:00:00.000000Z"
    assert world.refused(
        "incoming.receive", **head, received_at="2022-03-05T00:00:00.000000Z"
    ) == ["W4"]
    with pytest.raises(MalformedError):
        world.refused("incoming.receive", **head, received_at="昨天")


def test_a_moment_that_is_none_is_refused(world):
    """What is written around the verbs is held to the same rule."""
    received = told.Received(sender="市委", title="通知", received_at="昨天", receiver=CLERK)
    world.by(CLERK)

    assert [each.code for each in world.judge([Change("incoming/1", received)])] == ["W4"]


def test_a_step_is_not_dated_ahead(world):
    """No check happens tomorrow."""
    record = registered(world)

    assert world.refused("incoming.check", record, occurred_on=date(2022, 3, 2)) == ["W4"]


def test_a_step_names_its_own_officer(world):
    """Nobody's name stands on another's receipt."""
    changes, _ = world.by(CLERK).attempt("incoming.receive", sender="市委", title="通知")
    forged = Change(changes[0].record, dataclasses.replace(changes[0].event, receiver=HEAD))

    assert [each.code for each in world.judge([forged])] == ["W2"]


def test_from_paper_no_officer_signs(world):
    """What is entered afterwards from paper names no officer and needs no post of the clerk's."""
    record = registered(world)
    world.by(CLERK).when("incoming.check", record)
    world.basis = PAPER

    changes, broken = world.attempt("incoming.propose", record, opinion="拟办")

    assert broken == []
    assert changes[0].event.post == ""


def test_a_register_found_keeps_its_numbers(world):
    """Numbers of an old register stand as they are."""
    world.by(CLERK).basis = AS_FOUND

    changes, broken = world.attempt(
        "incoming.register", "incoming/" + "7" * 26, series=SERIES, nature="阅知性", n=4
    )

    assert [change.event.KIND for change in changes] == [
        "incoming.registered/1",
        "series.found/1",
    ]
    assert {each.code for each in broken} == {"W1", "N3"}


def test_a_classification_mark_is_refused(world):
    """The ordinary profile takes no classified matter in."""
    assert world.by(CLERK).refused(
        "incoming.receive", sender="市委", title="秘密★5年 通知"
    ) == ["S1"]


@pytest.mark.parametrize("name", ["registrars", "reviewers", "leaders"])
def test_who_registers_opens_no_step_to_themselves(world, name):
    """W11: the posts that propose, instruct and close are those of the series."""
    record = world.by(CLERK).when("incoming.receive", sender="市委办公室", title="通知")
    changes, broken = world.attempt("incoming.register", record, series=SERIES, nature="批办性")
    assert broken == []

    forged = Change(record, dataclasses.replace(changes[0].event, **{name: ("经办人",)}))

    assert "W11" in [each.code for each in world.judge([forged, *changes[1:]])]
