"""What the documents tell is done, with the real command, in an empty folder."""

from __future__ import annotations

import pytest

from tests import needs
from tests.stories.told import ROOT, tell


@pytest.mark.slow
def test_the_readme_s_five_minutes(tmp_path):
    """README's story, from an empty folder to the forged amount that is named."""
    needs.program("sqlite3", package="sqlite3")

    tell(ROOT / "README.md", tmp_path)


@pytest.mark.slow
def test_the_guide_is_done_as_it_is_written(tmp_path, warm):
    """The guide's day-by-day story, every block of it, from an empty folder to a restored ledger."""
    tell(ROOT / "docs" / "guide.md", tmp_path, warm)
