"""Number series: without gap or double, voids kept, and what was found as it was found."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import MalformedError
from ledger.family import AS_FOUND, Change
from ledger.records import spans
from ledger.records.numbers import format_number, key, parse_number
from ledger.records.series import number_of
from ledger.records.series.events import Allocated, Found, Opened, Succeeded, Voided
from tests.ledger.records.world import World

SERIES = "series/县委发〔2022〕"
HEAD, CLERK = "officer/H", "officer/C"
DOCUMENT = "document/" + "0" * 26
DAY = date(2022, 3, 1)


@pytest.fixture
def world():
    """An office with a series, its head and its registrar."""
    office = World().by(HEAD, "办公室主任")
    office.when("series.open", code="县委发", year=2022, family="document")
    office.posts[CLERK] = {"文书"}
    return office


def judged(world, *events, record=SERIES):
    """Return the codes of the series' own rules that events break."""
    changes = [Change(record, event) for event in events]
    return [
        breach.code
        for breach in world.judge(changes)
        if breach.code not in ("N11", "N12", "N13")
    ]


def allocated(n, on=DAY, record=DOCUMENT):
    """An allocation."""
    return Allocated(n=n, record=record, occurred_on=on)


def test_numbers_follow_one_by_one(world):
    """The next number is the last and one."""
    world.by(CLERK)

    assert judged(world, allocated(1), allocated(2), allocated(3)) == []


@pytest.mark.parametrize("numbers", [(2,), (1, 3), (1, 1), (0,), (1, 2, 1)])
def test_a_gap_or_a_double_is_refused(world, numbers):
    """No number is left out, and none is given twice."""
    world.by(CLERK)

    assert judged(world, *(allocated(n) for n in numbers)) == ["N3"]


def test_a_series_may_start_above_one(world):
    """A legacy series goes on from its declared first number."""
    world.when("series.open", code="县委办发", year=2022, family="document", first_number=41)
    other = "series/县委办发〔2022〕"
    world.by(CLERK)

    assert judged(world, allocated(41), record=other) == []
    assert judged(world, allocated(1), record=other) == ["N3"]


@pytest.mark.parametrize(
    "days", [(DAY, date(2022, 2, 28)), (date(2021, 12, 31),), (date(2023, 1, 1),)]
)
def test_numbers_follow_the_days_of_their_year(world, days):
    """A later number is not of an earlier day, nor of another year."""
    world.by(CLERK)

    assert judged(world, *(allocated(n, on) for n, on in enumerate(days, 1))) == ["N4"]


def test_a_closed_series_gives_no_number(world):
    """After the close nothing is allocated."""
    world.when("series.close", SERIES, reason="机关撤并")
    world.by(CLERK)

    assert judged(world, allocated(1)) == ["N5"]


def test_a_series_never_opened_gives_no_number(world):
    """A number needs a series that somebody opened."""
    assert "N5" in judged(world, allocated(1), record="series/县委发〔2021〕")


def test_only_registrars_allocate_and_only_what_it_is_for(world):
    """The post and the family are those that the opening names."""
    by_head = judged(world.by(HEAD), allocated(1))
    telegram = judged(world.by(CLERK), allocated(1, record="telegram/" + "0" * 26))

    assert (by_head, telegram) == (["N5"], ["N5"])


def test_a_series_is_opened_once_and_by_who_answers_for_it(world):
    """A second opening, an opening by a stranger or of a strange family is refused."""
    asked = {"code": "县委发", "year": 2022, "family": "document"}

    assert world.refused("series.open", **asked) == ["N1"]
    assert world.by(CLERK).refused("series.open", **(asked | {"year": 2023})) == ["N1"]
    assert world.by(HEAD).refused(
        "series.open", **(asked | {"year": 2023, "family": "fund"})
    ) == ["N1"]
    assert world.refused("series.open", **(asked | {"year": 2023, "first_number": 0})) == ["N1"]


def test_a_series_is_named_by_its_code_and_year(world):
    """The record's name is the output of `key`, or the act is refused."""
    opened = Opened(code="县委发", year=2023, family="document")

    assert "N9" in judged(world, opened, record="series/县委发〔2024〕")
    assert judged(world, opened, record="series/县委发〔2023〕") == []


def test_next_year_succeeds_this_one(world):
    """The successor's opening ends the series, in one act."""
    world.when("series.open", code="县委发", year=2023, family="document", predecessor=SERIES)

    assert world.state(SERIES).closed
    assert world.state(SERIES).successor == "series/县委发〔2023〕"
    assert judged(world, Succeeded(by="series/县委发〔2024〕")) == ["N2", "N10"]


def test_a_series_ends_once_and_by_its_approvers(world):
    """A registrar does not close it, and nobody twice."""
    by_clerk = world.by(CLERK).refused("series.close", SERIES, reason="误")
    world.by(HEAD).when("series.close", SERIES, reason="机关撤并")

    assert by_clerk == ["N2"]
    assert world.refused("series.close", SERIES, reason="机关撤并") == ["N2"]


def test_a_number_is_voided_by_another_officer(world):
    """The registrar of a number does not void it."""
    world.given(SERIES, allocated(1))
    void = {"n": 1, "reason": "印坏", "record": DOCUMENT, "registrar": CLERK}

    by_head = judged(world.by(HEAD), Voided(**void, approver=HEAD))
    by_registrar = judged(world.by(CLERK, "办公室主任"), Voided(**void, approver=CLERK))
    by_stranger = judged(world.by("officer/X"), Voided(**void, approver="officer/X"))
    in_anothers_name = judged(world.by(HEAD), Voided(**void, approver=CLERK))

    assert by_head == []
    assert [by_registrar, by_stranger, in_anothers_name] == [["N8"]] * 3
    assert judged(world, Voided(**(void | {"reason": " "}), approver=HEAD)) == ["N8"]


def test_a_number_dies_once_and_only_if_it_was_given(world):
    """A void twice, or of a number that nobody has, is refused."""
    world.given(SERIES, allocated(1)).by(HEAD)
    void = Voided(n=1, reason="印坏", record=DOCUMENT, registrar=CLERK, approver=HEAD)

    assert judged(world, void, void) == ["N7"]
    assert judged(world, Voided(n=2, reason="错", record=DOCUMENT, approver=HEAD)) == ["N7"]


def test_a_number_of_a_record_is_not_voided_past_the_record(world):
    """The verb of the series voids only numbers that no record has."""
    world.given(SERIES, allocated(1), Found(n=2))

    assert world.by(HEAD).refused("series.void", SERIES, n=1, reason="误") == ["N7"]
    assert world.refused("series.void", SERIES, n=2, reason="作废") == []


def test_history_is_taken_as_found_and_its_gaps_are_told(world):
    """Gaps and doubles of an old register stand as they are; each one is a breach to report."""
    world.by(HEAD).basis = AS_FOUND

    broken = judged(world, *(Found(n=n) for n in (1, 2, 5, 5, 6)))
    world.given(SERIES, *(Found(n=n) for n in (1, 2, 5, 5, 6)))

    assert broken == ["N3", "N3"]
    assert world.state(SERIES).missing == ((3, 4),)
    assert world.state(SERIES).next == 7


def test_numbers_are_found_only_in_history(world):
    """Nobody finds a number at the door."""
    assert world.by(CLERK).refused("series.find", SERIES, n=1) == ["N6"]


def test_an_event_of_a_series_tells_its_number():
    """An official number is resolved from events: the state keeps no map of them."""
    assert number_of(allocated(4)) == (4, DOCUMENT)
    assert number_of(Found(n=5)) == (5, "")
    assert number_of(Voided(n=4, reason="错")) is None


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("县委发〔2023〕57号", ("县委发〔2023〕", 57)),
        ("县委发[2023]57号", ("县委发〔2023〕", 57)),
        ("县委发（2023）57", ("县委发〔2023〕", 57)),
        ("qf〔2023〕1号", ("QF〔2023〕", 1)),
        ("县委发〔2023〕057号", None),
        ("县委发〔2023〕第57号", None),
        ("县委发〔0023〕57号", None),
        ("县委发2023-57", None),
        ("", None),
    ],
)
def test_official_numbers_are_read_as_people_write_them(text, parsed):
    """The brackets of a keyboard are taken; a zero in front, or 第, is no official number."""
    assert parse_number(text) == parsed


@given(
    code=st.text(
        st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=20
    ),
    year=st.integers(1900, 9999),
    n=st.integers(1, 999_999_999),
)
def test_what_is_written_as_a_number_is_read_back(code, year, n):
    """format_number and parse_number are a pair."""
    assert parse_number(format_number(code, year, n)) == (key(code, year), n)


@pytest.mark.parametrize(
    ("code", "year"), [("", 2023), ("县委 发", 2023), ("县", 23), ("甲" * 21, 2023)]
)
def test_a_code_or_year_that_makes_no_series_is_refused(code, year):
    """A natural key is only ever made of a code and a year."""
    with pytest.raises(MalformedError):
        key(code, year)


@given(st.lists(st.integers(-30, 60), max_size=60))
def test_spans_hold_exactly_what_was_added(numbers):
    """Whatever the order, spans know what was seen, what is missing, and stay apart."""
    held = ()
    for n in numbers:
        held = spans.add(held, n)

    missing = [n for lo, hi in spans.holes(held, 0, 40) for n in range(lo, hi + 1)]

    assert [n for n in range(-40, 70) if spans.holds(held, n)] == sorted(set(numbers))
    assert missing == [n for n in range(41) if n not in set(numbers)]
    assert all(after[0] > before[1] + 1 for before, after in pairwise(held))


def test_spans_are_told_in_words():
    """Ranges read as people write them."""
    assert spans.words(((3, 3), (5, 7))) == "3, 5-7"
