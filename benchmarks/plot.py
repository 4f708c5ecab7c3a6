"""The plot of growth: each cost beside what it was at the smallest size, both axes logarithmic."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from matplotlib import rc_context
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter


def draw(grown: Mapping[int, Mapping[str, float]], names: Sequence[str]) -> bytes:
    """Return the plot as SVG, the same bytes for the same figures."""
    sizes = sorted(grown)
    # A salt and no date: the same figures are drawn as the same bytes.
    with rc_context({"svg.hashsalt": "growth", "svg.fonttype": "none"}):
        figure = Figure(figsize=(9, 5), layout="constrained")
        axes = figure.add_subplot()
        for name in names:
            first = grown[sizes[0]][name]
            axes.plot(
                sizes, [grown[size][name] / first for size in sizes], marker="o", label=name
            )
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xlabel("events in the log")
        axes.set_ylabel(f"cost, as a multiple of that at {sizes[0]:,} events")
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        axes.grid(visible=True, which="major", alpha=0.3)
        axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), fontsize="small", frameon=False)
        written = io.BytesIO()
        FigureCanvasSVG(figure).print_svg(written, metadata={"Date": None})
    return written.getvalue()
