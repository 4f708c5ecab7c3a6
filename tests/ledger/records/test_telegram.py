"""Telegrams: plain ones in full with their moments, others as stubs; held, mishandled, missed."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta

import pytest

from ledger.family import AS_FOUND, Change
from ledger.records.telegram import HELD, MISHANDLED, MISSED, Delay, Telegram, delays
from ledger.records.telegram import events as told
from ledger.records.telegram.family import waits
from ledger.records.telegram.state import Leg
from ledger.records.timetable import Limit
from tests.ledger.records.world import World

SERIES = "series/收电〔2022〕"
SENDERS = "correspondent/省办明电〔2022〕"
HEAD, LEADER, KEEPER = "officer/H", "officer/L", "officer/K"
RECEIVED = datetime(2022, 3, 1, 1, tzinfo=UTC)
HOUR = 3600


@pytest.fixture
def world():
    """An office with a register of telegrams, its custodian, its head and a leader."""
    office = World().by(HEAD, "办公室主任")
    office.when(
        "series.open", code="收电", year=2022, family="telegram", registrars=("机要员",)
    )
    office.posts |= {LEADER: {"领导"}, KEEPER: {"机要员"}}
    return office


def at(hours):
    """A moment so many hours after receipt, as events write it."""
    return (RECEIVED + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%S.000000Z")


def head(**asked):
    """What is told of a telegram at its registration."""
    told_head = {
        "series": SERIES,
        "sender": "省委办公厅",
        "title": "关于做好汛期值守工作的通知",
        "urgency": "特急",
        "sender_number": "省办明电〔2022〕2号",
    }
    return told_head | asked


def registered(world, **asked):
    """Register a telegram."""
    return world.by(KEEPER).when("telegram.register", **head(**asked))


def handled(world, record):
    """Take a telegram through every leg, an hour each."""
    world.now += timedelta(hours=8)
    world.by(KEEPER).when("telegram.pass", record, leg="送阅", to="刘主任", at=at(1))
    world.by(LEADER).when("telegram.pass", record, leg="批办", to="农业局", at=at(2))
    world.by(KEEPER).when("telegram.pass", record, leg="承办", to="农业局", at=at(3))
    return record


def seen(world, record, hours):
    """What went wrong, as seen so many hours after receipt."""
    return delays(world.state(record), RECEIVED + timedelta(hours=hours))


def test_a_telegram_goes_from_register_to_archive(world):
    """Each leg with its moment, its own number and the sender's, and nothing wrong."""
    record = handled(world, registered(world))
    world.by(KEEPER).when("telegram.answer", record, result="已落实", at=at(4))
    world.when("telegram.close", record, at=at(5))
    world.when("telegram.return", record, to="省委办公厅", copies=1, at=at(6))
    world.when("telegram.archive", record, file_number="DB·2022-1", retention="定期10年")

    telegram = world.state(record)

    assert (telegram.stage, telegram.number) == ("已归档", "收电〔2022〕1号")
    assert (telegram.due_at, telegram.answered) == (at(72), True)
    assert seen(world, record, 9999) == ()
    assert world.state(SENDERS).received == ((2, 2),)


def test_it_tells_what_it_waits_for(world):
    """The queue names the leg, the post, and when it is due."""
    record = registered(world)
    first = waits(world.state(record))
    handled(world, record)
    last = waits(world.state(record))

    assert [(each.verb, each.posts) for each in first] == [("pass", ("机要员", "办公室主任"))]
    assert at(72) in first[0].note
    assert [each.verb for each in last] == ["close"]


def test_a_leader_instructs(world):
    """批办 waits for a leader, and nobody else passes it."""
    record = registered(world)
    world.when("telegram.pass", record, leg="送阅", to="刘主任")

    assert waits(world.state(record))[0].posts == ("领导",)
    assert world.refused("telegram.pass", record, leg="批办", to="农业局") == ["T3"]


def test_the_offices_own_table_counts_from_its_setting_on(world):
    """A telegram keeps the limits it was registered under."""
    before = registered(world)
    limits = (
        told.Limit(urgency="特急", leg="送阅", hours=1),
        told.Limit(urgency="特急", hours=24),
    )
    world.by(HEAD).when("timetable.set", family="telegram", limits=limits, source="办公室规定")
    after = registered(world, sender_number="省办明电〔2022〕3号")

    assert (world.state(before).due_at, world.state(after).due_at) == (at(72), at(24))
    assert world.state(after).limits == limits


def test_an_explicit_hour_may_only_be_earlier(world):
    """A "deliver by" mark shortens the limit and never lengthens it."""
    soon = registered(world, deliver_by="2022-03-01 17:00")
    late = registered(world, deliver_by=at(900), sender_number="省办明电〔2022〕3号")

    assert (world.state(soon).due_at, world.state(late).due_at) == (at(8), at(72))


def test_what_lies_too_long_is_held_and_missed(world):
    """Before the limit nothing is wrong; after it the telegram is held, and its legs are missed."""
    record = registered(world)

    assert seen(world, record, 72) == ()
    assert seen(world, record, 73) == (
        Delay(HELD, "全程", HOUR),
        Delay(MISSED, "送阅", HOUR),
        Delay(MISSED, "批办", HOUR),
        Delay(MISSED, "承办", HOUR),
        Delay(MISSED, "已办结", HOUR),
    )


def test_what_was_closed_late_was_held_but_not_missed(world):
    """Late is late for ever; but it was done."""
    record = handled(world, registered(world))
    world.day, world.now = date(2022, 3, 9), RECEIVED + timedelta(days=8)
    world.by(KEEPER).when("telegram.close", record, at=at(74))

    assert seen(world, record, 9999) == (Delay(HELD, "全程", 2 * HOUR),)


def test_a_leg_is_held_by_its_own_limit(world):
    """A leg passed late, and one that is still waited for, are each held."""
    limits = (
        told.Limit(urgency="特急", leg="送阅", hours=1),
        told.Limit(urgency="特急", leg="批办", hours=2),
    )
    world.by(HEAD).when("timetable.set", family="telegram", limits=limits, source="办公室规定")
    record = registered(world)
    world.now += timedelta(hours=3)
    world.when("telegram.pass", record, leg="送阅", to="刘主任", at=at(3))

    assert seen(world, record, 6) == (
        Delay(HELD, "送阅", 2 * HOUR),
        Delay(HELD, "批办", HOUR),
    )


def test_mishandling_is_counted(world):
    """A misroute put right, a scope broken, work done again: each is one."""
    record = registered(world)
    world.now += timedelta(hours=8)
    world.when("telegram.misroute", record, to="统战部", reason="误读")
    open_misroute = waits(world.state(record))
    world.when("telegram.correct-misroute", record, to="农业局", reason="已追回")
    world.when("telegram.violate-scope", record, reason="传阅名单以外")
    world.when("telegram.redo", record, reason="报送有误")

    assert [each.verb for each in open_misroute] == ["correct-misroute"]
    assert [each.kind for each in seen(world, record, 1)] == [MISHANDLED] * 3


def test_what_is_sent_out_or_only_read_needs_fewer_legs(world):
    """Sent out, no leg is owed here; for reading, only that it was shown."""
    out = registered(world, direction="发", sender_number="")
    reading = registered(world, nature="阅知性", sender_number="省办明电〔2022〕9号")

    assert world.state(out).open_legs == ()
    assert world.state(reading).open_legs == ("送阅",)


def test_nothing_is_said_of_what_is_no_telegram_yet():
    """A record without events has nothing wrong."""
    assert delays(Telegram(), RECEIVED) == ()


def test_it_is_not_closed_while_a_leg_is_open_or_it_is_astray(world):
    """Every leg that must be made is made, and it is with whom it is for."""
    record = registered(world)
    unread = world.refused("telegram.close", record)
    handled(world, record)
    world.by(KEEPER).when("telegram.misroute", record, to="统战部", reason="误读", at=at(4))

    assert unread == ["T6"]
    assert world.refused("telegram.close", record, at=at(5)) == ["T6"]


def test_steps_follow_in_their_order(world):
    """Nothing is returned before it is closed, or put right that was not misrouted."""
    record = registered(world)

    assert world.refused("telegram.return", record, to="省委办公厅", copies=1) == ["T1"]
    assert world.refused("telegram.correct-misroute", record, to="甲", reason="乙") == ["T1"]


def test_moments_follow(world):
    """A step before the one before it, or tomorrow, or at no moment, is refused."""
    record = registered(world)
    passed = told.LegPassed(leg="送阅", to="甲", at="昨天", post="机要员")

    assert world.refused("telegram.pass", record, leg="送阅", to="甲", at=at(-1)) == ["T4"]
    assert world.refused("telegram.pass", record, leg="送阅", to="甲", at=at(99)) == ["T4"]
    assert [each.code for each in world.judge([Change(record, passed)])] == ["T4"]


@pytest.mark.parametrize("verb", ["misroute", "correct-misroute", "violate-scope", "redo"])
def test_what_went_wrong_is_told(world, verb):
    """No mistake without words."""
    record = registered(world)
    asked = {"reason": " "} | ({"to": "甲"} if "misroute" in verb else {})

    assert "T5" in world.refused(f"telegram.{verb}", record, **asked)


@pytest.mark.parametrize("asked", [{"kind": "密码电报"}, {"urgency": "飞急"}])
def test_only_plain_telegrams_are_taken_in_full(world, asked):
    """A cipher telegram is no record here, and an urgency is one of four."""
    assert world.by(KEEPER).refused("telegram.register", **head(**asked)) == ["T7"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"due_at": at(999)}, "T8"),
        ({"limits": (told.Limit(urgency="平急", hours=240),), "due_at": at(240)}, "T8"),
        ({"edition": 3}, "T8"),
        ({"limits": (told.Limit(urgency="特急", hours=999),), "due_at": at(999)}, "T8"),
        ({"leaders": ("机要员",)}, "T13"),
        ({"reviewers": ()}, "T13"),
        ({"registrars": ("文书",)}, "T13"),
        ({"series": "series/另一册〔2022〕"}, "T13"),
        ({"number": "收电〔2022〕7号"}, "T9"),
        ({"sender_series": "", "sender_n": 0}, "T10"),
        ({"registrar": HEAD}, "T2"),
    ],
)
def test_a_head_told_otherwise_is_refused(world, change, code):
    """Limits, numbers and names follow from what was asked, or the act is refused."""
    changes, _ = world.by(KEEPER).attempt("telegram.register", **head())
    forged = Change(changes[0].record, dataclasses.replace(changes[0].event, **change))

    broken = [breach.code for breach in world.judge([forged, *changes[1:]])]

    assert code in broken


def test_a_telegram_is_registered_in_a_series(world):
    """Without an own number it is not in the register."""
    assert world.by(KEEPER).refused("telegram.register", **head(series="")) == ["T9"]


def test_the_senders_number_stands_in_both_places(world):
    """A registration that leaves the sender's register out is refused."""
    changes, _ = world.by(KEEPER).attempt("telegram.register", **head())

    assert [each.code for each in world.judge(changes[:2])] == ["L4"]


def test_a_senders_number_is_registered_once(world):
    """The same telegram twice is told, with the number."""
    registered(world)

    assert world.refused("telegram.register", **head()) == ["L1"]


def test_a_void_registration_gives_the_senders_number_back(world):
    """By another hand; then the telegram may be registered anew."""
    record = registered(world)
    own = world.by(KEEPER, "办公室主任").refused(
        "telegram.void-number", record, reason="登错编号"
    )
    world.by(HEAD).when("telegram.void-number", record, reason="登错编号")

    again = registered(world)

    assert own == ["N8"]
    assert (world.state(again).number, waits(world.state(record))) == ("收电〔2022〕2号", ())
    assert delays(world.state(record), RECEIVED + timedelta(days=99)) == ()


def test_a_void_names_the_telegrams_own_numbers(world):
    """Nobody voids another's number through it."""
    record = registered(world)
    forged = told.NumberVoided(reason="误", series=SERIES, n=9, registrar=KEEPER)

    assert "T9" in [each.code for each in world.by(HEAD).judge([Change(record, forged)])]


@pytest.mark.parametrize(
    ("asked", "refused"),
    [
        ({"approval": "销毁审批表2022-1", "supervisors": ("甲", "乙")}, []),
        ({"approval": "销毁审批表2022-1", "supervisors": ("甲", "甲")}, ["T11"]),
        ({"approval": "", "supervisors": ("甲", "乙")}, ["T11"]),
    ],
)
def test_paper_is_destroyed_after_approval_before_two(world, asked, refused):
    """No approval, or one pair of eyes, is refused."""
    record = handled(world, registered(world))
    world.by(KEEPER).when("telegram.close", record, at=at(5))

    assert world.by(HEAD).refused("telegram.destroy", record, reason="期满", **asked) == refused


def test_an_old_register_is_taken_as_found(world):
    """Without moments that follow or posts of today it is let in and reported."""
    world.by(KEEPER).basis = AS_FOUND

    changes, broken = world.attempt("telegram.register", **head(n=7, received_at=at(-900)))

    assert changes[1].event.KIND == "series.found/1"
    assert [each.code for each in broken] == ["N3"]


def test_a_step_found_without_its_moment_is_late_for_nothing(world):
    """The next step is held against the last moment that is known."""
    record = registered(world)
    legs = (Leg("送阅", "", "刘主任"), Leg("批办", at(5), "农业局"))
    limits = tuple(
        Limit(urgency="特急", leg=leg, hours=hours) for leg, hours in (("送阅", 1), ("批办", 3))
    )
    state = dataclasses.replace(world.state(record), legs=legs, limits=limits)

    assert delays(state, RECEIVED + timedelta(hours=5)) == (Delay(HELD, "批办", 2 * 3600),)


def test_a_classification_mark_is_refused(world):
    """A marked telegram is no plain one."""
    assert world.by(KEEPER).refused("telegram.register", **head(title="机密★5年 某事")) == [
        "S1"
    ]


def test_a_stub_tells_a_unit_a_month_and_a_count_and_no_more(world):
    """No title, number, level or sender: the event has no field for them."""
    record = world.by(KEEPER).when("telegram.stub", unit="县委机要局", month="2022-02", count=3)

    fields = {field.name for field in dataclasses.fields(told.Stubbed)}

    assert fields == {"unit", "month", "count"}
    assert delays(world.state(record), RECEIVED) == ()
    assert world.refused("telegram.pass", record, leg="送阅", to="甲") == ["T1", "T3"]


@pytest.mark.parametrize(
    "asked",
    [
        {"unit": "县委机要局", "month": "2022-04"},
        {"unit": "县委机要局", "month": "2022-13"},
        {"unit": "县委机要局", "month": "2022-02", "count": 0},
        {"unit": " ", "month": "2022-02"},
    ],
)
def test_a_stub_is_of_a_month_up_to_now(world, asked):
    """No month ahead, no unit unnamed, no nothing counted."""
    assert world.by(KEEPER).refused("telegram.stub", **asked) == ["T12"]


def test_a_stub_is_the_custodians(world):
    """Nobody else writes one."""
    asked = {"unit": "县委机要局", "month": "2022-02"}

    assert world.by(HEAD).refused("telegram.stub", **asked) == ["T12"]
