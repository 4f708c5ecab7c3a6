"""Places for a graph's nodes and arrows: layers from what acts down to what is acted on.

The way of Sugiyama: arrows that would close a circle are turned round, each node stands below all
that act on it, what crosses a layer gets a place in it, the places within a layer are put in the
order of their neighbours' middles, and then as near below them as there is room. Parts that do
not hang together stand beside each other. Every step has one result, whatever the order of input.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from ledger.frozen import frozen

Size = tuple[float, float]
Point = tuple[float, float]
Pair = tuple[str, str]

GAP_X = 28.0
GAP_Y = 76.0
CROSSING = 18.0
"""The width left for an arrow that passes between nodes."""
SWEEPS = 8
MAX_PASSING = 20_000
"""Above so many places for passing arrows, arrows run straight: the drawing stays in reach."""


@frozen
class Placed:
    """Where nodes stand (left and top) and which way arrows run, with the extent of it all."""

    corners: Mapping[str, Point]
    routes: Mapping[Pair, tuple[Point, ...]]
    extent: Size


@dataclass(slots=True)
class _Layers:
    """Vertices by layer and in order; the first are the nodes, the others places that arrows pass.

    `chains` are the vertices of each pair from the upper to the lower end; `turned` those pairs
    whose arrow points upwards.
    """

    sizes: list[Size]
    layer: list[int]
    rows: list[list[int]]
    chains: dict[Pair, list[int]]
    turned: frozenset[Pair]


def place(sizes: Mapping[str, Size], pairs: Sequence[Pair]) -> Placed:
    """Return the places of nodes of these sizes, and the ways of the arrows between them.

    `pairs` are different, between nodes given, and none leads from a node to itself.
    """
    keys = sorted(sizes)
    layers = _layered(keys, sizes, sorted(pairs))
    above, below = _beside(layers)
    for sweep in range(SWEEPS):
        _order(layers, above if sweep % 2 == 0 else below, downwards=sweep % 2 == 0)
    centres = _centres(layers, above, below)
    return _placed(keys, layers, centres)


def _layered(keys: Sequence[str], sizes: Mapping[str, Size], pairs: Sequence[Pair]) -> _Layers:
    turned = _turned(keys, pairs)
    number = {key: place for place, key in enumerate(keys)}
    downward = {
        pair: (number[pair[1]], number[pair[0]])
        if pair in turned
        else (number[pair[0]], number[pair[1]])
        for pair in pairs
    }
    layer = _depths(len(keys), sorted(set(downward.values())))
    vertex_sizes = [sizes[key] for key in keys]
    passing = sum(layer[low] - layer[high] - 1 for high, low in downward.values())
    chains: dict[Pair, list[int]] = {}
    for pair, (high, low) in downward.items():
        between = range(layer[high] + 1, layer[low]) if passing <= MAX_PASSING else range(0)
        chains[pair] = [high, *range(len(layer), len(layer) + len(between)), low]
        layer += between
        vertex_sizes += [(CROSSING, 0.0)] * len(between)
    rows: list[list[int]] = [[] for _ in range(max(layer, default=-1) + 1)]
    for vertex, depth in enumerate(layer):
        rows[depth].append(vertex)
    return _Layers(vertex_sizes, layer, rows, chains, turned)


def _turned(keys: Sequence[str], pairs: Sequence[Pair]) -> frozenset[Pair]:
    """Return the pairs that close a circle, found by walking from each node in turn."""
    targets: dict[str, list[str]] = {key: [] for key in keys}
    for source, target in pairs:
        targets[source].append(target)
    turned: set[Pair] = set()
    on_the_way: set[str] = set()
    done: set[str] = set()
    for start in keys:
        way = [(start, iter(targets[start]))] if start not in done else []
        on_the_way.update(key for key, _ in way)
        while way:
            here, left = way[-1]
            target = next(left, "")
            if not target:
                way.pop()
                on_the_way.discard(here)
                done.add(here)
            elif target in on_the_way:
                turned.add((here, target))
            elif target not in done:
                on_the_way.add(target)
                way.append((target, iter(targets[target])))
    return frozenset(turned)


def _depths(count: int, edges: Sequence[tuple[int, int]]) -> list[int]:
    """Return each vertex's layer: below all above it; with nothing above, just above its highest."""
    lower: list[list[int]] = [[] for _ in range(count)]
    higher = [0] * count
    for high, low in edges:
        lower[high].append(low)
        higher[low] += 1
    free = [vertex for vertex in range(count) if not higher[vertex]]
    tops = list(free)
    depth = [0] * count
    for vertex in free:
        for low in lower[vertex]:
            depth[low] = max(depth[low], depth[vertex] + 1)
            higher[low] -= 1
            if not higher[low]:
                free.append(low)
    for vertex in tops:
        depth[vertex] = min((depth[low] for low in lower[vertex]), default=1) - 1
    return depth


def _beside(layers: _Layers) -> tuple[list[list[int]], list[list[int]]]:
    """Return each vertex's neighbours in the layers above it and below it."""
    above: list[list[int]] = [[] for _ in layers.layer]
    below: list[list[int]] = [[] for _ in layers.layer]
    for chain in layers.chains.values():
        for high, low in pairwise(chain):
            above[low].append(high)
            below[high].append(low)
    return above, below


def _order(layers: _Layers, beside: Sequence[Sequence[int]], *, downwards: bool) -> None:
    """Put each layer in the order of its neighbours' middles; without neighbours it stays in place."""
    at = {vertex: place for row in layers.rows for place, vertex in enumerate(row)}
    for row in layers.rows if downwards else reversed(layers.rows):
        middles = {
            vertex: _mean([at[each] for each in beside[vertex]], otherwise=at[vertex])
            for vertex in row
        }
        row[:] = [
            vertex for _, _, vertex in sorted((middles[each], at[each], each) for each in row)
        ]
        at.update((vertex, place) for place, vertex in enumerate(row))


def _centres(
    layers: _Layers, above: Sequence[Sequence[int]], below: Sequence[Sequence[int]]
) -> list[float]:
    """Return the middle of each vertex, from left to right: near its neighbours, apart from the rest."""
    centres = [0.0] * len(layers.layer)
    for row in layers.rows:
        for vertex, middle in zip(row, _spread(layers, row, [0.0] * len(row)), strict=True):
            centres[vertex] = middle
    for sweep in range(SWEEPS):
        beside = below if sweep % 2 else above
        for row in reversed(layers.rows) if sweep % 2 else layers.rows:
            wanted = [
                _mean([centres[each] for each in beside[vertex]], otherwise=centres[vertex])
                for vertex in row
            ]
            for vertex, middle in zip(row, _spread(layers, row, wanted), strict=True):
                centres[vertex] = middle
    return centres


def _spread(layers: _Layers, row: Sequence[int], wanted: Sequence[float]) -> list[float]:
    """Return middles as near to those wanted as can be, in the row's order and without overlap.

    The least squares under an order, by pooling neighbours that stand in each other's way.
    """
    widths = [layers.sizes[vertex][0] for vertex in row]
    apart = [(left + right) / 2 + GAP_X for left, right in pairwise(widths)]
    offsets = list(accumulate([0.0, *apart]))[: len(row)]
    pools: list[tuple[float, int]] = []
    for middle, offset in zip(wanted, offsets, strict=True):
        pools.append((middle - offset, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (left, m), (right, n) = pools[-2:]
            pools[-2:] = [((left * m + right * n) / (m + n), m + n)]
    settled = [value for value, count in pools for _ in range(count)]
    return [value + offset for value, offset in zip(settled, offsets, strict=True)]


def _placed(keys: Sequence[str], layers: _Layers, centres: Sequence[float]) -> Placed:
    heights = [max(layers.sizes[vertex][1] for vertex in row) for row in layers.rows]
    tops = list(accumulate((height + GAP_Y for height in heights), initial=0.0))
    lefts = [middle - size[0] / 2 for middle, size in zip(centres, layers.sizes, strict=True)]
    left = min(lefts, default=0.0)
    right = max(
        (middle + size[0] / 2 for middle, size in zip(centres, layers.sizes, strict=True)),
        default=0.0,
    )
    corners = {
        key: (lefts[vertex] - left, tops[layers.layer[vertex]])
        for vertex, key in enumerate(keys)
    }
    ends = _ends(layers, [middle - left for middle in centres], tops)
    routes = {}
    for pair, chain in layers.chains.items():
        way = [
            (
                centres[vertex] - left,
                tops[layers.layer[vertex]] + heights[layers.layer[vertex]] / 2,
            )
            for vertex in chain[1:-1]
        ]
        points = (ends[pair][0], *way, ends[pair][1])
        routes[pair] = points[::-1] if pair in layers.turned else points
    bottom = tops[-1] - GAP_Y if layers.rows else 0.0
    return Placed(corners, routes, (right - left, bottom))


def _ends(
    layers: _Layers, centres: Sequence[float], tops: Sequence[float]
) -> dict[Pair, tuple[Point, Point]]:
    """Return where each arrow leaves its upper node and meets its lower one, side by side."""
    sides: dict[tuple[int, bool], list[tuple[float, Pair]]] = {}
    for pair, chain in layers.chains.items():
        sides.setdefault((chain[0], True), []).append((centres[chain[1]], pair))
        sides.setdefault((chain[-1], False), []).append((centres[chain[-2]], pair))
    met: dict[tuple[Pair, bool], Point] = {}
    for (vertex, leaves), arrows in sides.items():
        width, height = layers.sizes[vertex]
        y = tops[layers.layer[vertex]] + (height if leaves else 0.0)
        for place, (_, pair) in enumerate(sorted(arrows), 1):
            x = centres[vertex] - width / 2 + width * place / (len(arrows) + 1)
            met[pair, leaves] = (x, y)
    return {pair: (met[pair, True], met[pair, False]) for pair in layers.chains}


def _mean(values: Sequence[float], *, otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise
