"""The page of threats is kept: the whole matrix stands on it, and no line points at nothing."""

from __future__ import annotations

import re

from tests.faults.attacks import put_into
from tests.needs import REPOSITORY

PAGE = REPOSITORY / "docs" / "threats.md"


def test_the_page_holds_the_whole_matrix():
    """`make docs` writes it."""
    page = PAGE.read_text(encoding="utf-8")

    assert put_into(page) == page


def test_every_test_that_it_names_is_there():
    """A reader can run what stands beside each line."""
    named = set(re.findall(r"tests/[\w/*.-]+", PAGE.read_text(encoding="utf-8")))

    assert len(named) > 15
    assert [each for each in named if not list(REPOSITORY.glob(each))] == []
