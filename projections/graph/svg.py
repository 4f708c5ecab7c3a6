"""A graph as a picture in SVG, drawn here: no other program is needed, and its text stays text.

Nodes are boxes with title, number and standing; arrows tell their relation and day. What acts stands
above what is acted on. A character that XML cannot hold is shown as U+FFFD.
"""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from unicodedata import east_asian_width

from ledger.frozen import frozen
from projections.graph.layout import Point, Size, place
from projections.graph.model import UNRECORDED, Arrow, Graph, Node, bundles, connected
from projections.graph.paint import FILLS, PLAIN

MARGIN = 48.0
"""Around all, and between parts: words of an arrow may stand out beside its node."""
SHELF = 2_400.0
"""Parts that do not hang together stand side by side until so wide."""
LINE = 19.0
EM = 14.0
LOOP = 180.0
"""The room beside a rule that acts on itself, for the arrow and its words."""
WIDEST = 12
"""A title breaks after so many full-width characters."""

_HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}"'
    ' font-family="Noto Sans CJK SC, Source Han Sans SC, Microsoft YaHei, PingFang SC, sans-serif"'
    ' font-size="14">\n'
    "<title>{title}</title>\n"
    '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8"'
    ' orient="auto"><path d="M0 0 L10 5 L0 10 z" fill="#555"/></marker></defs>\n'
    '<rect width="{w}" height="{h}" fill="#fff"/>'
)


@frozen
class _Part:
    """A part that hangs together, drawn from its own corner on."""

    lines: tuple[str, ...]
    extent: Size


def format_svg(graph: Graph, title: str) -> str:
    """Return a graph as an SVG document of its own."""
    body: list[str] = []
    x = y = shelf = right = 0.0
    for part in map(_drawn, connected(graph)):
        width, height = part.extent
        if x and x + width > SHELF:
            x, y, shelf = 0.0, y + shelf + 2 * MARGIN, 0.0
        corner = f"{_number(x + MARGIN)} {_number(y + MARGIN)}"
        body += [f'<g transform="translate({corner})">', *part.lines, "</g>"]
        right, shelf = max(right, x + width), max(shelf, height)
        x += width + 2 * MARGIN
    w, h = _number(right + 2 * MARGIN), _number(y + shelf + 2 * MARGIN)
    return "\n".join([_HEAD.format(w=w, h=h, title=_text(title)), *body, "</svg>"]) + "\n"


def wrap(text: str, widest: int = WIDEST) -> list[str]:
    """Return a text in lines of at most so many full-width characters; its own line ends stay."""
    lines = []
    for line in text.splitlines() or [""]:
        begun, used = "", 0.0
        for each in line:
            wide = _ems(each)
            if begun and used + wide > widest:
                lines.append(begun)
                begun, used = "", 0.0
            begun, used = begun + each, used + wide
        lines.append(begun)
    return lines


def _drawn(part: Graph) -> _Part:
    labels = {node.key: _label(node) for node in part.nodes}
    sizes = {key: _size(lines) for key, lines in labels.items()}
    drawn = list(bundles(part))
    placed = place(sizes, [(source, target) for source, target, _ in drawn if source != target])
    leaving = Counter(source for source, _, _ in drawn)
    meeting = Counter(target for _, target, _ in drawn)
    lines: list[str] = []
    right = placed.extent[0]
    for source, target, arrows in drawn:
        if source == target:
            right = max(right, placed.corners[source][0] + sizes[source][0] + LOOP)
            lines += _loop(placed.corners[source], sizes[source], arrows)
        else:
            # Words stand where arrows are furthest apart: near the end that fewer of them share.
            share = 0.72 if leaving[source] >= meeting[target] else 0.28
            lines += _arrow(placed.routes[source, target], arrows, share)
    for node in part.nodes:
        lines += _box(node, labels[node.key], placed.corners[node.key], sizes[node.key])
    return _Part(tuple(lines), (right, placed.extent[1]))


def _label(node: Node) -> list[str]:
    return [
        line for told in (node.title, node.number, node.status) if told for line in wrap(told)
    ]


def _size(lines: Sequence[str]) -> Size:
    widest = max(sum(map(_ems, line)) for line in lines)
    return max(120.0, widest * EM + 24), len(lines) * LINE + 14


def _box(node: Node, lines: Sequence[str], corner: Point, size: Size) -> Iterator[str]:
    (x, y), (width, height) = corner, size
    dashes = ' stroke-dasharray="5 3"' if node.status == UNRECORDED else ""
    yield (
        f'<g><title>{_text(node.key)}</title><rect x="{_number(x)}" y="{_number(y)}"'
        f' width="{_number(width)}" height="{_number(height)}" rx="4"'
        f' fill="{FILLS.get(node.status, PLAIN)}" stroke="#555"{dashes}/>'
    )
    yield _lines(lines, (x + width / 2, y + LINE + 1))
    yield "</g>"


def _arrow(points: Sequence[Point], arrows: Sequence[Arrow], share: float) -> Iterator[str]:
    curves = "".join(
        f" C{_number(a)} {_number((b + d) / 2)} {_number(c)} {_number((b + d) / 2)}"
        f" {_number(c)} {_number(d)}"
        for (a, b), (c, d) in pairwise(points)
    )
    start = f"M{_number(points[0][0])} {_number(points[0][1])}"
    yield f'<path d="{start}{curves}" fill="none" stroke="#555" marker-end="url(#tip)"/>'
    yield from _words(_along(points, share), arrows)


def _loop(corner: Point, size: Size, arrows: Sequence[Arrow]) -> Iterator[str]:
    """Yield the arrow of a rule that acts on itself, at its right side."""
    x, y = corner[0] + size[0], corner[1] + size[1] / 2
    way = f"M{_number(x)} {_number(y - 8)} c22 -8 22 24 0 16"
    yield f'<path d="{way}" fill="none" stroke="#555" marker-end="url(#tip)"/>'
    yield from _words((x + LOOP / 2, y), arrows)


def _words(at: Point, arrows: Sequence[Arrow]) -> Iterator[str]:
    words = [f"{each.words} {each.on}".rstrip() for each in arrows]
    lines = _lines(words, (at[0], at[1] - (len(words) - 1) * 7 + 4), step=14.0)
    yield f'<g font-size="11" fill="#333" stroke="#fff" stroke-width="3" paint-order="stroke">{lines}</g>'


def _along(points: Sequence[Point], share: float) -> Point:
    """Return the point after a share of the way, on the curve of the segment it lies in."""
    place = min(int(share * (len(points) - 1)), len(points) - 2)
    t = share * (len(points) - 1) - place
    (a, b), (c, d) = points[place], points[place + 1]
    bend = 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2
    x = (1 - t) ** 3 * a + bend[0] * a + bend[1] * c + t**3 * c
    y = (1 - t) ** 3 * b + (bend[0] + bend[1]) * (b + d) / 2 + t**3 * d
    return x, y


def _lines(lines: Sequence[str], at: Point, *, step: float = LINE) -> str:
    x = _number(at[0])
    spans = "".join(
        f'<tspan x="{x}" y="{_number(at[1] + step * place)}">{_text(line)}</tspan>'
        for place, line in enumerate(lines)
    )
    return f'<text text-anchor="middle">{spans}</text>'


def _ems(character: str) -> float:
    return 1.0 if east_asian_width(character) in "WFA" else 0.56


def _text(text: str) -> str:
    """Return a text as it may stand in XML (XML 1.0 §2.2: what is no character there is replaced)."""
    return html.escape(
        "".join(each if _is_xml(each) else "\ufffd" for each in text), quote=True
    )


def _is_xml(character: str) -> bool:
    if character < " ":
        return character in "\t\n\r"
    return not ("\ud800" <= character <= "\udfff" or character in "\ufffe\uffff")


def _number(value: float) -> str:
    """Return a length with at most one decimal, and none where it is whole."""
    told = f"{value:.1f}".removesuffix(".0")
    return "0" if told == "-0" else told
