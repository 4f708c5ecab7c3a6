"""A chart as a picture, PNG or SVG, by matplotlib: the one door it comes in by.

The same chart is the same bytes on one machine and version: no date, no name of the program, ids from a
fixed salt, nobody's own settings. No display is needed or asked for. Text of an SVG stays text. Where
no installed font has all the Chinese of a chart, it is drawn in English: never an empty box.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import BinaryIO

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontEntry, fontManager
from matplotlib.ft2font import FT2Font
from matplotlib.ticker import FuncFormatter, MaxNLocator

from ledger.commands.ruled import shown_width
from projections.commands.plots.chart import NOTHING, Chart, Panel, Words

PNG = "png"
SVG = "svg"
PICTURES = (PNG, SVG)
PLAIN_FONT = "DejaVu Sans"
# What Chinese fonts are called, those made for the screen first.
_CHINESE = (
    "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans", "Microsoft YaHei", "PingFang SC",
    "WenQuanYi", "Hiragino Sans GB", "SimHei", "Heiti", "Noto Sans CJK", "Droid Sans Fallback",
    "SimSun", "Noto Serif CJK", "Source Han Serif", "AR PL", "FangSong", "KaiTi",
)  # fmt: skip
_COLOURS = ("#1f5a92", "#b5452c", "#8a8a8a")
_INCHES = (9.0, 3.4)
_CELLS_ACROSS = 80
_NO_NAMES: dict[str, dict[str, str | None]] = {
    PNG: {"Software": None},
    SVG: {"Date": None, "Creator": None},
}

Say = Callable[[Words], str]


def write_picture(
    chart: Chart, stream: BinaryIO, form: str, fonts: Iterable[FontEntry] = fontManager.ttflist
) -> None:
    """Draw a chart to a stream as PNG or SVG, in Chinese if one of the fonts has all of it."""
    font = find_font(chart, fonts)
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(
            {
                "font.family": [*([font] if font else []), PLAIN_FONT, "sans-serif"],
                "svg.fonttype": "none",
                "svg.hashsalt": "qifeng",
                "axes.spines.top": False,
                "axes.spines.right": False,
                "axes.unicode_minus": False,
            }
        )
        figure = _figure(chart, (lambda words: words.zh) if font else (lambda words: words.en))
        figure.savefig(stream, format=form, dpi=120, metadata=_NO_NAMES[form])


def find_font(chart: Chart, fonts: Iterable[FontEntry]) -> str | None:
    """Return the name of a font that has every Chinese character of a chart, or None."""
    needed = {ord(each) for words in (*chart.words(), NOTHING) for each in words.zh}
    ranked = sorted(
        (rank, font.name, font.fname)
        for font in fonts
        for rank in [_rank(font.name)]
        if rank is not None
    )
    for _, name, path in ranked:
        if needed <= FT2Font(path).get_charmap().keys():
            return name
    return None


def _rank(name: str) -> int | None:
    """Return how early a font is tried, or None where its name says nothing of Chinese."""
    return next((place for place, each in enumerate(_CHINESE) if name.startswith(each)), None)


def _figure(chart: Chart, say: Say) -> Figure:
    count = max(1, len(chart.panels))
    figure = Figure(figsize=(_INCHES[0], _INCHES[1] * count), layout="constrained")
    figure.suptitle(say(chart.title), fontweight="normal")
    axes = figure.subplots(count, squeeze=False)[:, 0]
    if not chart.panels:
        axes[0].set_axis_off()
        axes[0].text(0.5, 0.5, say(NOTHING), ha="center")
    for place, panel in enumerate(chart.panels):
        _panel(axes[place], panel, say)
    return figure


def _panel(axes: Axes, panel: Panel, say: Say) -> None:
    axes.set_title(say(panel.title), loc="left", fontsize="medium")
    if panel.lines:
        _draw_lines(axes, panel, say)
    else:
        _draw_bars(axes, panel, say)
    labels = [say(label) for label in panel.labels]
    crowded = max(map(shown_width, labels)) * len(labels) > _CELLS_ACROSS
    axes.set_xticks(range(len(labels)), labels)
    if crowded:
        axes.tick_params("x", rotation=20)
    axes.set_xlim(-0.6, len(labels) - 0.4)
    axes.set_ylabel(say(panel.unit))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    axes.grid(axis="y", color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    if len(panel.bars) + len(panel.lines) > 1:
        axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1.0, 1.0))


def _draw_lines(axes: Axes, panel: Panel, say: Say) -> None:
    places = range(len(panel.labels))
    for n, series in enumerate(panel.lines):
        values = [_units(panel, value) for value in series.values]
        # What is no running total holds from one label to the next: a step, and no slope.
        style = (
            {"marker": "o", "markersize": 4}
            if not n
            else {"drawstyle": "steps-mid", "linestyle": "--"}
        )
        axes.plot(
            places, values, color=_COLOURS[n % len(_COLOURS)], label=say(series.name), **style
        )
        _tell_last(axes, panel, values, series.values)
    axes.set_ylim(bottom=min(0.0, axes.get_ylim()[0]))


def _tell_last(
    axes: Axes, panel: Panel, drawn: list[float], values: tuple[int | None, ...]
) -> None:
    """Write the last value of a line at its end."""
    last = values[-1]
    if last is not None:
        at = (len(values) - 1, drawn[-1])
        axes.annotate(
            panel.write(last),
            at,
            xytext=(0, 5),
            textcoords="offset points",
            ha="center",
            fontsize=7,
        )


def _draw_bars(axes: Axes, panel: Panel, say: Say) -> None:
    stacked = any(
        value is not None and value < 0 for each in panel.bars for value in each.values
    )
    width = 0.8 if stacked else 0.8 / len(panel.bars)
    for n, series in enumerate(panel.bars):
        shift = 0.0 if stacked else (n - (len(panel.bars) - 1) / 2) * width
        places = [place + shift for place in range(len(panel.labels))]
        drawn = axes.bar(
            places, [_units(panel, value) for value in series.values], width,
            color=_COLOURS[n % len(_COLOURS)], label=say(series.name),
        )  # fmt: skip
        texts = [panel.write(value) if value else "" for value in series.values]
        axes.bar_label(drawn, texts, fontsize=7, padding=2)


def _units(panel: Panel, value: int | None) -> float:
    return float("nan") if value is None else value / panel.per_unit
