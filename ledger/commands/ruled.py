"""Tables with ruled lines for people: as wide as there is room, nothing of a cell cut short.

    ┏━━━━━━━━━━━━━━━━━━━┳━━━━━━━┓
    ┃ number            ┃ title ┃
    ┡━━━━━━━━━━━━━━━━━━━╇━━━━━━━┩
    │ 县委发〔2023〕1号 │ 通知  │
    └───────────────────┴───────┘

Chinese characters take two places. What is too long for its column goes on in the next line: at a
space where there is one, else in the middle of a word. A list of thousands of rows is drawn at once: a
library that styles each cell takes longer for it than the answer itself.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Container, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import zip_longest

_LEAST = 4
_FRAME = 3  # what a column takes beside its text: a line and a space on each side


def ruled_lines(
    rows: Sequence[Sequence[str]], headings: Sequence[str], *, width: int
) -> Iterator[str]:
    """Yield the lines of a table; wider than `width` only where there are too many columns."""
    every = [headings, *rows]
    natural = [max(map(shown_width, column)) for column in zip(*every, strict=True)]
    widths = _fitted(natural, width - _FRAME * len(headings) - 1)
    yield _rule("┏━┳┓", widths)
    yield from _row(headings, widths, "┃")
    yield _rule("┡━╇┩", widths)
    for row in rows:
        yield from _row(row, widths, "│")
    yield _rule("└─┴┘", widths)


def laid_out(
    cells: Sequence[str], widths: Sequence[int], *, right: Container[int] = ()
) -> Iterator[Sequence[str]]:
    """Yield the lines of one row: of each a piece of every cell, as wide as its column.

    `right` are the places of columns whose cells stand on the right.
    """
    if all(map(_fits, cells, widths)):
        yield _padded(cells, widths, right)
        return
    folded = [tuple(_folded(cell, width)) for cell, width in zip(cells, widths, strict=True)]
    for line in zip_longest(*folded, fillvalue=""):
        yield _padded(line, widths, right)


def _fits(cell: str, width: int) -> bool:
    return "\n" not in cell and shown_width(cell) <= width


def _padded(line: Sequence[str], widths: Sequence[int], right: Container[int]) -> Sequence[str]:
    pieces = []
    for place, (text, width) in enumerate(zip(line, widths, strict=True)):
        space = " " * (width - shown_width(text))
        pieces.append(space + text if place in right else text + space)
    return pieces


@lru_cache(maxsize=1 << 16)
def shown_width(text: str) -> int:
    """Return how many places the longest line of a text takes on a screen."""
    if text.isascii() and "\n" not in text:
        return len(text)
    return max(sum(map(_places, line)) for line in text.split("\n"))


@lru_cache(maxsize=4096)
def _places(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _fitted(natural: Sequence[int], room: int) -> list[int]:
    """Return widths that fit into the room: short columns whole, the long ones equally long."""
    left, most = room, room
    for place, width in enumerate(sorted(natural)):
        most = left // (len(natural) - place)
        if width > most:
            break
        left -= width
        most = room
    return [min(width, max(most, _LEAST)) for width in natural]


def _rule(drawn: str, widths: Sequence[int]) -> str:
    start, line, between, end = tuple(drawn)
    return start + between.join(line * (width + 2) for width in widths) + end


def _row(cells: Sequence[str], widths: Sequence[int], bar: str) -> Iterator[str]:
    between = f" {bar} "
    for pieces in laid_out(cells, widths):
        yield f"{bar} {between.join(pieces)} {bar}"


def _folded(cell: str, width: int) -> Iterator[str]:
    for line in cell.split("\n"):
        held, places = "", 0
        for word in _words(line, width):
            if held and places + shown_width(word.rstrip(" ")) > width:
                yield held.rstrip(" ")
                held, places = "", 0
            held += word
            places += shown_width(word)
        yield held.rstrip(" ")


def _words(line: str, width: int) -> Iterable[str]:
    """Yield words with the spaces behind them; what is longer than the width in pieces."""
    for word in line.replace(" ", " \0").split("\0"):
        if shown_width(word.rstrip(" ")) <= width:
            yield word
        else:
            yield from word
