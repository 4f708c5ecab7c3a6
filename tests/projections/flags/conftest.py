"""A log with money, for every flag."""

from __future__ import annotations

import pytest

from tests.projections.flags.money import Money


@pytest.fixture
def money() -> Money:
    """A log with a budget line."""
    return Money()
