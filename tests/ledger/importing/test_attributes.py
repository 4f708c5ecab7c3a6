"""The typed values of an event log come out as the text that a map reads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.importing.attributes import parse_scalar


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("string", " as it is ", " as it is "),
        ("id", "0d2f9f0e-1b8b-4d34-a0a6-3c7d5a1f5e11", "0d2f9f0e-1b8b-4d34-a0a6-3c7d5a1f5e11"),
        ("int", "+007", "7"),
        ("int", " -12 ", "-12"),
        ("float", "26.851205", "26.851205"),
        ("float", "1.0E7", "10000000"),
        ("float", "-2.5e-3", "-0.0025"),
        ("float", ".5", "0.5"),
        ("float", "12.", "12"),
        ("float", "NaN", ""),
        ("float", "nan", ""),
        ("float", "-INF", "-INF"),
        ("boolean", "1", "true"),
        ("boolean", "False", "false"),
        ("date", "2023-05-08T10:30:00", "2023-05-08T10:30:00"),
        ("date", "2023-05-08T10:30:00.123456789+08:00", "2023-05-08T10:30:00.123456+08:00"),
        ("date", "2023-05-08T10:30:00.1Z", "2023-05-08T10:30:00.1Z"),
    ],
)
def test_values_become_text_that_a_map_reads(kind, value, text):
    """Amounts lose their exponent, moments keep their offset and microseconds."""
    assert parse_scalar(kind, value) == text


@given(st.integers(-(10**15), 10**15), st.integers(-200, 200))
def test_a_float_without_exponent_is_the_same_number(coefficient, exponent):
    """Writing a number out changes nothing of it."""
    text = parse_scalar("float", f"{coefficient}E{exponent}")

    assert "E" not in text
    assert float(text) == float(f"{coefficient}E{exponent}")
