"""The graph of rules 制度关系图: who amends, replaces, abolishes or rests on whom, drawn without a program.

`model` says what a graph is and takes one from the view; `dot` and `svg` write it as text, `layout`
finds its places, `tree` folds it for a terminal. All are pure: the same graph is the same bytes.
"""

from __future__ import annotations

from projections.graph.dot import format_dot
from projections.graph.model import (
    UNRECORDED,
    Arrow,
    Graph,
    Node,
    around,
    connected,
    read_graph,
)
from projections.graph.svg import format_svg
from projections.graph.tree import Branch, trees

__all__ = [
    "UNRECORDED",
    "Arrow",
    "Branch",
    "Graph",
    "Node",
    "around",
    "connected",
    "format_dot",
    "format_svg",
    "read_graph",
    "trees",
]
