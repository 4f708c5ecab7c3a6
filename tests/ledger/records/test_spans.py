"""Spans: whole numbers that were seen, as few ranges, against plain sets."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ledger.records.spans import Spans, add, add_range, count, holds, holes, remove, words

NUMBERS = st.integers(1, 40)
RANGES = st.lists(st.tuples(NUMBERS, NUMBERS), max_size=8)


def spans_of(ranges: list[tuple[int, int]]) -> Spans:
    spans: Spans = ()
    for first, last in ranges:
        spans = add_range(spans, first, last)
    return spans


def numbers_of(ranges: list[tuple[int, int]]) -> set[int]:
    return {n for first, last in ranges for n in range(first, last + 1)}


@given(RANGES)
def test_ranges_are_kept_as_few_and_apart(ranges):
    """Whatever is added, in whatever order: sorted, apart by a number, each number once."""
    spans, numbers = spans_of(ranges), numbers_of(ranges)

    assert {n for lo, hi in spans for n in range(lo, hi + 1)} == numbers
    assert count(spans) == len(numbers)
    assert all(hi + 1 < lo for (_, hi), (lo, _) in pairwise(spans))


@given(RANGES, NUMBERS)
def test_single_numbers_come_and_go(ranges, n):
    """Adding, looking and removing are those of a set."""
    spans, numbers = spans_of(ranges), numbers_of(ranges)

    assert holds(spans, n) == (n in numbers)
    assert add(spans, n) == spans_of([*ranges, (n, n)])
    assert count(remove(spans, n)) == len(numbers - {n})


@given(RANGES)
def test_what_is_missing_is_the_rest(ranges):
    """Holes are the numbers from first to last that were not seen."""
    spans, numbers = spans_of(ranges), numbers_of(ranges)

    missing = holes(spans, 1, 40)

    assert {n for lo, hi in missing for n in range(lo, hi + 1)} == set(range(1, 41)) - numbers


def test_a_range_that_runs_back_adds_nothing():
    """And a range of any length is taken at once."""
    assert add_range(((1, 2),), 9, 8) == ((1, 2),)
    assert add_range(((5, 6),), 1, 10**15) == ((1, 10**15),)
    assert words(((3, 3), (5, 7))) == "3, 5-7"
