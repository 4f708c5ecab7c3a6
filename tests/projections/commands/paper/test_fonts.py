"""Which font is taken: the named one, else the best of those that are here."""

from __future__ import annotations

import pytest

from ledger.errors import UnavailableError
from projections.commands.paper.fonts import find_font


def test_the_standard_s_font_goes_before_others(tmp_path):
    """仿宋 before 黑体, wherever it lies and however its name is written."""
    (tmp_path / "a").mkdir()
    for name in ("a/wqy-zenhei.ttc", "SIMFANG.TTF", "unknown.ttf"):
        (tmp_path / name).write_bytes(b"")

    assert find_font(None, [tmp_path]).name == "SIMFANG.TTF"


def test_a_named_font_is_taken(tmp_path):
    """Whatever it is called."""
    (tmp_path / "mine.ttf").write_bytes(b"OTTO")

    assert find_font(tmp_path / "mine.ttf", []).name == "mine.ttf"


def test_without_a_font_the_error_says_what_to_do(tmp_path):
    """Nothing is set in a font that lacks the characters."""
    with pytest.raises(UnavailableError, match="fonts-wqy-zenhei"):
        find_font(None, [tmp_path])
    with pytest.raises(UnavailableError, match="is not there"):
        find_font(tmp_path / "gone.ttf", [tmp_path])
    (tmp_path / "text.ttf").write_text("no font")
    with pytest.raises(UnavailableError, match="is no TrueType"):
        find_font(tmp_path / "text.ttf", [tmp_path])
