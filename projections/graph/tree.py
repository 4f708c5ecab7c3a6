"""A graph as a tree for a terminal: from one rule along its relations, each rule told in full once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from projections.graph.model import Arrow, Graph, Node, connected

_SUFFERED = {
    "amends": "amended by",
    "replaces": "replaced by",
    "abolishes": "abolished by",
    "declares_lapsed": "declared lapsed by",
    "revokes": "revoked by",
    "confirms": "confirmed by",
    "interprets": "interpreted by",
    "implements": "implemented by",
    "derived_from": "source of",
    "suspends": "suspended by",
    "extends_validity": "validity extended by",
    "renumbers": "renumbered by",
    "cites": "cited by",
}


@dataclass(slots=True)
class Branch:
    """A node, by what words it hangs on the one above it, and what hangs on it.

    `again` says that it was told elsewhere in the tree, with what hangs on it.
    """

    node: Node
    words: str = ""
    again: bool = False
    branches: list[Branch] = field(default_factory=list)


def trees(graph: Graph, root: str = "") -> list[Branch]:
    """Return a tree for each part that hangs together; with `root`, the one tree from that node.

    Without one a part is told from the first of its nodes that nothing acts on, by title.
    """
    if root:
        return [_tree(graph, root)]
    return [_tree(part, _top(part)) for part in connected(graph)]


def _top(part: Graph) -> str:
    acted_on = {arrow.target for arrow in part.arrows if arrow.source != arrow.target}
    free = [node for node in part.nodes if node.key not in acted_on]
    return min(free or part.nodes, key=lambda node: (node.title, node.key)).key


def _tree(graph: Graph, root: str) -> Branch:
    nodes = {node.key: node for node in graph.nodes}
    beside: dict[str, list[Arrow]] = {key: [] for key in nodes}
    for arrow in graph.arrows:
        for end in {arrow.source, arrow.target}:
            beside[end].append(arrow)
    top = Branch(nodes[root])
    told = {root}
    used: set[Arrow] = set()
    waiting = [top]
    # Nearest first: what hangs on a rule directly is told there, not at the end of a long way.
    for branch in _growing(waiting):
        for other, words in _hanging(branch.node.key, beside, used):
            hung = Branch(nodes[other], words, again=other in told)
            branch.branches.append(hung)
            if not hung.again:
                told.add(other)
                waiting.append(hung)
    return top


def _growing(waiting: list[Branch]) -> Iterator[Branch]:
    place = 0
    while place < len(waiting):
        yield waiting[place]
        place += 1


def _hanging(
    key: str, beside: dict[str, list[Arrow]], used: set[Arrow]
) -> Iterator[tuple[str, str]]:
    """Yield the other ends of a node's arrows not told yet, with what they mean seen from it."""
    for arrow in sorted(beside[key], key=lambda each: (each.on, each.index, each.words)):
        if arrow in used:
            continue
        used.add(arrow)
        acts = arrow.source == key
        words = arrow.words if acts else f"{_SUFFERED.get(arrow.kind, arrow.kind)}"
        if arrow.extent and not acts:
            words = f"{words} ({arrow.extent})"
        yield arrow.target if acts else arrow.source, f"{words} {arrow.on}".rstrip()
