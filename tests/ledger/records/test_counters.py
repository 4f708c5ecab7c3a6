"""Reconciling with senders, custodians' counters, timetables."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import MalformedError
from ledger.family import PAPER, Change
from ledger.records.correspondent import Range, Received, Reconciled, Withdrawn
from ledger.records.custodian import Counted
from ledger.records.timetable import Limit, Period
from tests.ledger.records.world import World

SENDERS = "correspondent/省办明电〔2022〕"
KEEPER, HEAD = "officer/K", "officer/H"
TELEGRAM = "telegram/" + "0" * 26
DAY = date(2022, 3, 1)
COUNTS = {
    "received": 9, "sent": 2, "handled": 11, "urgent_count": 9, "held": 0, "mishandled": 0,
    "missed": 0,
}  # fmt: skip
MONTH = {"unit": "县委机要局", "month": "2022-02"} | COUNTS


@pytest.fixture
def world():
    """An office with a custodian; numbers 1, 2 and 5 of a sender's came in."""
    office = World().by(HEAD, "办公室主任").by(KEEPER, "机要员")
    return office.given(SENDERS, *(Received(n=n, telegram=TELEGRAM) for n in (2, 1, 5)))


def sent(*ranges):
    """A sender's list."""
    return {
        "until_day": DAY,
        "source": "省办对账单",
        "sent": tuple(Range(first=lo, last=hi) for lo, hi in ranges),
    }


def test_what_the_sender_lists_and_nobody_registered_is_missing(world):
    """The comparison names each number that never came."""
    world.when("correspondent.reconcile", SENDERS, **sent((1, 3), (5, 7)))

    state = world.state(SENDERS)

    assert state.missing == (Range(first=3, last=3), Range(first=6, last=7))
    assert state.reconciled_until == DAY


def test_where_all_came_nothing_is_missing(world):
    """Numbers that the sender sent to others are no gap of ours."""
    world.when("correspondent.reconcile", SENDERS, **sent((1, 2), (5, 5)))

    assert world.state(SENDERS).missing == ()


def test_what_is_missing_is_told_as_it_is(world):
    """A comparison that hides a gap is refused."""
    hides = Reconciled(**sent((1, 5)), post="机要员", missing=())

    assert [each.code for each in world.judge([Change(SENDERS, hides)])] == ["L3"]


@pytest.mark.parametrize(
    "asked",
    [sent(), sent((0, 3)), sent((3, 2)), sent((1, 2)) | {"until_day": date(2022, 3, 2)}],
)
def test_a_senders_list_tells_numbers_up_to_a_day(world, asked):
    """No list, a list from 0, backwards or of tomorrow is refused."""
    assert world.refused("correspondent.reconcile", SENDERS, **asked) == ["L3"]


def test_custodians_reconcile(world):
    """Without the post nobody says that nothing was missed."""
    assert world.by("officer/X").refused(
        "correspondent.reconcile", SENDERS, **sent((1, 2))
    ) == ["L2"]


@pytest.mark.parametrize(
    ("event", "codes"),
    [
        (Received(n=2, telegram=TELEGRAM), ["L1", "L4"]),
        (Received(n=0, telegram=TELEGRAM), ["L1", "L4"]),
        (Received(n=3, telegram=TELEGRAM), ["L4"]),
        (Withdrawn(n=2, telegram=TELEGRAM), ["L5"]),
        (Withdrawn(n=3, telegram=TELEGRAM), ["L6", "L5"]),
    ],
)
def test_a_senders_number_comes_once_and_with_its_telegram(world, event, codes):
    """No number twice, none below 1, none withdrawn that never came, none without its telegram."""
    assert [each.code for each in world.judge([Change(SENDERS, event)])] == codes


def test_a_custodian_signs_a_months_numbers(world):
    """The counters stand under the unit and the month."""
    record = world.when("custodian.count", **MONTH)

    assert record == "custodian/县委机要局-2022-02"
    assert (world.state(record).received, world.state(record).missed) == (9, 0)


def test_a_month_is_recounted_with_a_reason(world):
    """Counted twice is refused; told anew with a reason it stands."""
    record = world.when("custodian.count", **MONTH)
    anew = COUNTS | {"held": 1}

    assert world.refused("custodian.count", **MONTH) == ["U3"]
    assert world.refused("custodian.recount", record, reason=" ", **anew) == ["U3"]
    world.when("custodian.recount", record, reason="漏计一件", **anew)
    assert (world.state(record).month, world.state(record).held) == ("2022-02", 1)


def test_a_month_never_counted_is_not_recounted(world):
    """There is nothing to correct."""
    assert world.refused(
        "custodian.recount", "custodian/甲-2022-01", reason="误", **COUNTS
    ) == ["U3"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"received": -1, "urgent_count": 0}, "U2"),
        ({"urgent_count": 12}, "U2"),
        ({"month": "2022-04"}, "U3"),
        ({"month": "二月"}, "U3"),
        ({"unit": "机密"}, "S1"),
    ],
)
def test_counters_add_up_and_show_nothing(world, change, code):
    """No count below 0, no more urgent than there were, no month ahead, no mark."""
    assert world.refused("custodian.count", **(MONTH | change)) == [code]


def test_only_the_custodian_signs_and_in_person(world):
    """Neither the head, nor the custodian's paper entered by another."""
    by_head = world.by(HEAD).refused("custodian.count", **MONTH)
    world.by(KEEPER).basis = PAPER

    assert by_head == ["U1"]
    assert world.refused("custodian.count", **MONTH) == ["U1"]


def test_counters_are_named_by_their_unit_and_month(world):
    """A record of another name is refused; a unit that makes no name is malformed."""
    counted = Counted(**MONTH, post="机要员")

    broken = world.judge([Change("custodian/甲-2022-02", counted)])

    assert {each.code for each in broken} == {"U4"}
    with pytest.raises(MalformedError):
        world.refused("custodian.count", **(MONTH | {"unit": "a/b"}))


def table(**asked):
    """A timetable as asked for."""
    limits = (Limit(urgency="特提", hours=12), Limit(urgency="特提", leg="送阅", hours=1))
    return {"family": "telegram", "limits": limits, "source": "办公室规定"} | asked


def test_a_timetable_is_set_anew_as_a_whole(world):
    """Editions follow one another."""
    world.by(HEAD).when("timetable.set", **table())
    record = world.when("timetable.set", **table(limits=(Limit(urgency="特提", hours=6),)))

    assert (world.state(record).edition, len(world.state(record).limits)) == (2, 1)


@pytest.mark.parametrize(
    "asked",
    [
        {"limits": ()},
        {"limits": (Limit(urgency="特提", hours=0),)},
        {"limits": (Limit(urgency="特提", hours=1), Limit(urgency="特提", hours=2))},
        {"source": " "},
    ],
)
def test_a_timetable_is_whole(world, asked):
    """Each step once, an hour or more, with its source."""
    assert world.by(HEAD).refused("timetable.set", **table(**asked)) == ["M2"]


def test_an_edition_follows_the_last(world):
    """Two that set a table at once do not both become the next edition."""
    changes, _ = world.by(HEAD).attempt("timetable.set", **table())
    world.given(changes[0].record, changes[0].event)

    assert [each.code for each in world.judge(list(changes))] == ["M2"]


def test_the_office_sets_its_limits(world):
    """Without the post nobody gives themselves more time."""
    assert world.by(KEEPER).refused("timetable.set", **table()) == ["M1"]


def periods(**asked):
    """A table of periods as asked for."""
    told = (Period(step="报备", days=20), Period(step="定期清理", months=36))
    return {"family": "rule", "periods": told, "source": "县委办规定"} | asked


def test_periods_are_set_as_the_next_edition_from_today_on(world):
    """A day left out is today; each edition is kept as it was."""
    record = world.by(HEAD).when("timetable.set-periods", **periods())

    state = world.state(record)

    assert (record, state.edition, state.effective_on) == ("timetable/rule", 1, world.day)
    assert [each.step for each in state.periods] == ["报备", "定期清理"]


@pytest.mark.parametrize(
    "asked",
    [
        {"periods": ()},
        {"periods": (Period(step="报备"),)},
        {"periods": (Period(step="报备", days=-1, months=2),)},
        {"periods": (Period(step="报备", days=1), Period(step="报备", days=2))},
        {"source": " "},
    ],
)
def test_a_table_of_periods_is_whole(world, asked):
    """Each step once, a day or more, with its source."""
    assert world.by(HEAD).refused("timetable.set-periods", **periods(**asked)) == ["M3"]


def test_periods_follow_the_last_edition(world):
    """Two that set periods at once do not both become the next edition."""
    changes, _ = world.by(HEAD).attempt("timetable.set-periods", **periods())
    world.given(changes[0].record, changes[0].event)

    assert [each.code for each in world.judge(list(changes))] == ["M3"]


def test_a_later_edition_counts_from_then_on(world):
    """The first may say what held before; a later one changes no day that has passed (M4)."""
    past, day = date(2013, 1, 1), world.day
    world.by(HEAD).when("timetable.set-periods", **periods(effective_on=past))

    refused = world.refused("timetable.set-periods", **periods(effective_on=past))

    assert refused == ["M4"]
    assert world.refused("timetable.set-periods", **periods(effective_on=day)) == []


def test_nobody_without_the_post_sets_periods(world):
    """Without the post nobody gives the office more time."""
    assert world.by(KEEPER).refused("timetable.set-periods", **periods()) == ["M1"]


@pytest.mark.parametrize(
    ("period", "day", "after", "before"),
    [
        (Period(step="报备", days=30), date(2022, 2, 10), date(2022, 3, 12), date(2022, 1, 11)),
        (Period(step="报备", months=6), date(2022, 8, 31), date(2023, 2, 28), date(2022, 2, 28)),
        (Period(step="报备", months=1, days=1), date(2024, 1, 31), date(2024, 3, 1), date(2023, 12, 30)),
        (Period(step="报备", months=12), date.max, date.max, date(9998, 12, 31)),
        (Period(step="报备", days=2), date.min, date(1, 1, 3), date.min),
    ],
)  # fmt: skip
def test_a_period_is_reckoned_by_the_calendar(period, day, after, before):
    """Months end where they end, and time ends where the calendar does."""
    assert (period.after(day), period.before(day)) == (after, before)


@given(
    st.dates(),
    st.integers(-3, 2**53),
    st.integers(-3, 2**53).filter(lambda n: n < 10**9 or n > 10**15),
)
def test_a_period_never_leaves_the_calendar(day, days, months):
    """No number of days or months is too odd to be reckoned with."""
    period = Period(step="报备", days=days, months=months)

    assert date.min <= period.before(day) <= date.max
    assert date.min <= period.after(day) <= date.max
