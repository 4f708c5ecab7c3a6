"""Pictures: the same bytes for the same chart, text that stays text, and never an empty box."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
from xml.etree import ElementTree as ET

import matplotlib as mpl
import pytest
from matplotlib.font_manager import FontEntry, findfont, fontManager

from projections.commands.plots.chart import Chart, Words
from projections.commands.plots.picture import PICTURES, PLAIN_FONT, find_font, write_picture
from tests.needs import REPOSITORY
from tests.projections.commands.plots import charts

NO_FONTS = ()


def picture(chart, form, fonts=NO_FONTS):
    """Return a picture's bytes."""
    stream = io.BytesIO()
    write_picture(chart, stream, form, fonts)
    return stream.getvalue()


def texts(svg):
    """Return what is written in an SVG."""
    return [each.text for each in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]  # noqa: S314 -- our own


@pytest.mark.parametrize("form", PICTURES)
@pytest.mark.parametrize("chart", [charts.spending(), charts.times(), charts.spending([])])
def test_the_same_chart_is_the_same_bytes(form, chart):
    """Drawn twice, with other settings of the user in between: no byte differs."""
    first = picture(chart, form)

    with mpl.rc_context({"lines.linewidth": 9.0, "svg.hashsalt": "another", "axes.grid": True}):
        second = picture(chart, form)

    assert first == second


def test_a_png_is_one():
    """Of the size that a page takes."""
    png = picture(charts.times(), "png")

    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", png[16:24]) == (1080, 408)


def test_an_svg_says_its_words_and_numbers_as_text():
    """They can be searched and read aloud; no date and no program is named."""
    svg = picture(charts.spending(), "svg")

    assert {"Spending in 2022", "11,248.00", "-544.72", "Feb", "budget", "yuan"} <= set(
        texts(svg)
    )
    assert b"dc:date" not in svg
    assert b"Matplotlib" not in svg


def test_without_a_chinese_font_every_word_is_english():
    """A level whose name is Chinese goes by its number; one named in ASCII keeps its name."""
    told = texts(picture(charts.times(), "svg"))

    assert "".join(told).isascii()
    assert {"level 1", "FINAL", "nine in ten within"} <= set(told)


def test_a_font_is_taken_only_if_it_has_every_character():
    """A font that is called Chinese and is not would draw empty boxes."""
    path = findfont(PLAIN_FONT)
    poor = FontEntry(fname=path, name="SimHei")
    latin = Chart(Words("Abc", "Abc"), ())

    assert find_font(charts.spending(), [poor]) is None
    assert find_font(latin, [FontEntry(fname=path, name="Gothic of no rank")]) is None


def test_the_fonts_of_this_machine_draw_no_empty_box():
    """Whatever is installed, a missing character would be a warning, and a warning an error."""
    chart = charts.times()
    png = picture(chart, "png", fontManager.ttflist)
    svg = picture(chart, "svg", fontManager.ttflist)

    assert len(png) > 1000
    assert ("经办" in texts(svg)) == (find_font(chart, fontManager.ttflist) is not None)


def test_only_who_asks_for_a_picture_waits_for_matplotlib():
    """Loading the command does not load it."""
    code = "import sys, projections.commands.view; print('matplotlib' in sys.modules)"

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "False"
