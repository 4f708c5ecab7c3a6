"""What is looked at rather than read: charts of a view's part, as pictures or as bars on a terminal."""

from __future__ import annotations

from projections.commands.plots.chart import Chart, Panel, Plot, Series, Words
from projections.commands.plots.oversight import SPENDING, TIMES

PLOTS: tuple[Plot, ...] = (SPENDING, TIMES)

__all__ = ["PLOTS", "Chart", "Panel", "Plot", "Series", "Words"]
