"""A chart, whatever it is drawn with: panels of bars or lines over the same kind of labels.

Values are the view's own whole numbers, fen or seconds; a panel says how many of them make one unit
of its axis and how one value is written. Whatever is written is there in Chinese and in English, and
the English can be drawn where there is no font, or no encoding, for the Chinese.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ledger.frozen import frozen
from projections.projection import Row


@frozen
class Words:
    """The same in Chinese and in English; the English is ASCII."""

    zh: str
    en: str


NOTHING = Words("（无）", "(none)")


@frozen
class Series:
    """A value for each label, None where there is none."""

    name: Words
    values: tuple[int | None, ...]


@frozen
class Panel:
    """Series over labels: `lines` run along them, `bars` stand at each; a panel has one of both."""

    title: Words
    unit: Words
    per_unit: int
    write: Callable[[int], str]
    labels: tuple[Words, ...]
    bars: tuple[Series, ...] = ()
    lines: tuple[Series, ...] = ()


@frozen
class Chart:
    """Panels under a title; none where there is nothing to show."""

    title: Words
    panels: tuple[Panel, ...]

    def words(self) -> Iterator[Words]:
        """Yield all that is written on it."""
        yield self.title
        for panel in self.panels:
            yield from (panel.title, panel.unit, *panel.labels)
            yield from (series.name for series in (*panel.bars, *panel.lines))


@frozen
class Plot:
    """A chart that can be asked for by name: of which part of which view, and how it is made."""

    name: str
    view: str
    part: str
    chart: Callable[[Sequence[Row]], Chart]
