"""What a graph of rules is: nodes with what they were on a day, arrows with what was done when."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from datetime import date

from ledger.frozen import frozen
from projections.projection import Reading, Row
from projections.views.regulation_status.dangling import holds_on
from projections.views.regulation_status.tables import EDGES, RULES, SPANS

UNRECORDED = "文件或机关"
UNSETTLED = "未定"


@frozen
class Node:
    """A rule, or what acts and is no record here (`status` 文件或机关): its name, number and standing."""

    key: str
    title: str
    number: str = ""
    status: str = UNSETTLED


@frozen
class Arrow:
    """`source` did this to `target`, or stands so to it; `index` is the event that tells it."""

    source: str
    target: str
    kind: str
    extent: str
    on: str
    index: int

    @property
    def words(self) -> str:
        """The relation as people read it: `amends(partial)`."""
        return f"{self.kind}({self.extent})" if self.extent else self.kind


@frozen
class Graph:
    """Nodes by key, and arrows by source, target, day and index; each arrow's ends are nodes."""

    nodes: tuple[Node, ...]
    arrows: tuple[Arrow, ...]

    def node(self, key: str) -> Node:
        """Return the node of a key that is in the graph."""
        return next(each for each in self.nodes if each.key == key)


def read_graph(reading: Reading, day: date) -> Graph:
    """Return the relations that held on a day, and the rules between which they do.

    A document or organ of which there is no record is a node of its own, the same for all it hit.
    """
    told = day.isoformat()
    arrows = sorted(
        (_arrow(row) for row in reading.find(EDGES) if holds_on(row, told)),
        key=lambda arrow: (arrow.source, arrow.target, arrow.on, arrow.index, arrow.words),
    )
    titles = {row["rule"]: row for row in reading.find(RULES)}
    standing = {row["rule"]: row for row in reading.find(SPANS, on=day)}
    keys = {key for arrow in arrows for key in (arrow.source, arrow.target)}
    nodes = (_node(key, titles.get(key), standing.get(key)) for key in sorted(keys))
    return Graph(tuple(nodes), tuple(dict.fromkeys(arrows)))


def around(graph: Graph, key: str, *, depth: int | None = None) -> Graph:
    """Return what hangs on a node, over so many arrows in either direction, or all of it."""
    beside = neighbours(graph)
    reached = {key: 0}
    waiting = deque([key])
    while waiting:
        here = waiting.popleft()
        if depth is not None and reached[here] >= depth:
            continue
        for other in beside.get(here, ()):
            if other not in reached:
                reached[other] = reached[here] + 1
                waiting.append(other)
    return within(graph, reached)


def connected(graph: Graph) -> list[Graph]:
    """Return the parts that hang together, by their smallest keys."""
    found: list[Graph] = []
    seen: set[str] = set()
    for node in graph.nodes:
        if node.key not in seen:
            part = around(graph, node.key)
            seen |= {each.key for each in part.nodes}
            found.append(part)
    return found


def within(graph: Graph, keys: Iterable[str]) -> Graph:
    """Return the graph of these nodes alone, and the arrows between them."""
    kept = frozenset(keys)
    return Graph(
        tuple(node for node in graph.nodes if node.key in kept),
        tuple(each for each in graph.arrows if each.source in kept and each.target in kept),
    )


def neighbours(graph: Graph) -> dict[str, list[str]]:
    """Return, for each node that has arrows, the nodes at their other ends, each once."""
    beside: dict[str, dict[str, None]] = {}
    for arrow in graph.arrows:
        beside.setdefault(arrow.source, {})[arrow.target] = None
        beside.setdefault(arrow.target, {})[arrow.source] = None
    return {key: list(others) for key, others in beside.items()}


def bundles(graph: Graph) -> Iterator[tuple[str, str, tuple[Arrow, ...]]]:
    """Yield the arrows from one node to another together, as they are drawn: once, with all words."""
    together: dict[tuple[str, str], list[Arrow]] = {}
    for arrow in graph.arrows:
        together.setdefault((arrow.source, arrow.target), []).append(arrow)
    for (source, target), arrows in together.items():
        yield source, target, tuple(arrows)


def _arrow(row: Row) -> Arrow:
    source = row["source"] or f"{UNRECORDED}/{row['by']}"
    return Arrow(
        source,
        row["target"],
        row["edge"],
        row["extent"],
        row["occurred_on"] or "",
        row["index"],
    )


def _node(key: str, known: Row | None, span: Row | None) -> Node:
    if key.startswith(f"{UNRECORDED}/"):
        return Node(key, key.partition("/")[2], status=UNRECORDED)
    if span is not None:
        return Node(key, span["title"] or key, span["number"], span["status"])
    return Node(key, known["title"] if known and known["title"] else key)
