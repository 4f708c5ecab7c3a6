"""A chart on a terminal: bars of block characters, each with its number; of `#` where blocks cannot be written.

Of bars each value has one, whatever is below nothing as long as it is far from it. Of lines the first
has a bar at each label, and the others a mark: how far it has come, and where the limit stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ledger.commands.ruled import shown_width
from ledger.frozen import frozen
from projections.commands.plots.chart import NOTHING, Chart, Panel, Words

_EIGHTHS = ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")
_BLOCK, _MARK = "█", "┃"
_ASCII_BLOCK, _ASCII_MARK = "#", "|"
_LEAST = 10
_GAP = "  "


@frozen
class Pen:
    """How bars are written: so many cells wide, with blocks or without, with Chinese or without."""

    width: int
    blocks: bool = True
    chinese: bool = True

    def text(self, words: Words) -> str:
        """Return words in both languages, or in English alone."""
        if not self.chinese or words.zh == words.en:
            return words.en
        return f"{words.zh} {words.en}"

    def short(self, words: Words) -> str:
        """Return words in one language."""
        return words.zh if self.chinese else words.en

    def bar(self, value: int, *, longest: int, room: int) -> str:
        """Return a bar as long as its value is among values up to `longest`."""
        eighths = abs(value) * room * 8 // longest if longest else 0
        if value and not eighths:
            eighths = 1
        if not self.blocks:
            return _ASCII_BLOCK * -(-eighths // 8)
        return _BLOCK * (eighths // 8) + _EIGHTHS[eighths % 8]

    def marked(self, bar: str, value: int, *, longest: int, room: int) -> str:
        """Return a bar with a mark where another value stands."""
        place = min(room - 1, max(0, value) * room // longest if longest else 0)
        cells = bar.ljust(room)
        mark = _MARK if self.blocks else _ASCII_MARK
        return f"{cells[:place]}{mark}{cells[place + 1 :]}".rstrip()


def pen_for(encoding: str, width: int, chart: Chart) -> Pen:
    """Return the pen for a terminal: what its encoding cannot write is not written."""
    chinese = "".join(words.zh for words in (*chart.words(), NOTHING))
    return Pen(
        width,
        blocks=_can(encoding, _BLOCK + _MARK + "".join(_EIGHTHS)),
        chinese=_can(encoding, chinese),
    )


def draw_bars(chart: Chart, pen: Pen) -> Iterator[str]:
    """Yield a chart's lines."""
    yield pen.text(chart.title)
    if not chart.panels:
        yield pen.text(NOTHING)
    for panel in chart.panels:
        yield ""
        yield f"{pen.text(panel.title)} ({pen.text(panel.unit)})"
        yield from _lines(panel, pen) if panel.lines else _bars(panel, pen)


@frozen
class _Row:
    """One line: what it is about, the value of its bar, a mark on it, and what is written after it."""

    head: str
    value: int
    told: str
    mark: int | None = None


def _bars(panel: Panel, pen: Pen) -> Iterator[str]:
    several = len(panel.bars) > 1
    rows: list[_Row] = []
    names = max((shown_width(pen.short(series.name)) for series in panel.bars), default=0)
    for place, label in enumerate(panel.labels):
        for n, series in enumerate(panel.bars):
            value = series.values[place]
            if value is None or (n and not value):
                continue
            head = _left(pen.short(label) if not n else "", _widest(panel.labels, pen))
            if several:
                head += _GAP + _left(pen.short(series.name), names)
            rows.append(_Row(head, value, panel.write(value)))
    return _drawn(rows, pen)


def _lines(panel: Panel, pen: Pen) -> Iterator[str]:
    first, *others = panel.lines
    rows: list[_Row] = []
    for place, label in enumerate(panel.labels):
        value = first.values[place]
        limits = [each.values[place] for each in others]
        limit = next((each for each in limits if each is not None), None)
        told = panel.write(value or 0) + (
            f" / {panel.write(limit)}" if limit is not None else ""
        )
        if limit:
            permille = (value or 0) * 1000 // limit
            told += f" {permille // 10:>4}.{permille % 10}%"
        head = _left(pen.short(label), _widest(panel.labels, pen))
        rows.append(_Row(head, value or 0, told, limit))
    return _drawn(rows, pen)


def _drawn(rows: Sequence[_Row], pen: Pen) -> Iterator[str]:
    heads = max((shown_width(row.head) for row in rows), default=0)
    tolds = max((shown_width(row.told) for row in rows), default=0)
    room = max(_LEAST, pen.width - heads - tolds - 2 * len(_GAP))
    longest = max((max(abs(row.value), row.mark or 0) for row in rows), default=0)
    for row in rows:
        bar = pen.bar(row.value, longest=longest, room=room)
        if row.mark is not None:
            bar = pen.marked(bar, row.mark, longest=longest, room=room)
        told = " " * (tolds - shown_width(row.told)) + row.told
        yield f"{_left(row.head, heads)}{_GAP}{bar.ljust(room)}{_GAP}{told}"


def _widest(labels: Sequence[Words], pen: Pen) -> int:
    return max(shown_width(pen.short(label)) for label in labels)


def _left(text: str, width: int) -> str:
    return text + " " * (width - shown_width(text))


def _can(encoding: str, text: str) -> bool:
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
