r"""A graph in DOT, for Graphviz and what reads its language (https://graphviz.org/doc/info/lang.html).

Every name and label stands in double quotes. Within them a backslash is written twice, a quote
behind a backslash, and a line's end as `\n`, so that no title is taken for a command of the language.

    digraph regulations {
      "rule/01H" [label="公务接待管理办法\n县委办发〔2024〕1号\n现行有效", fillcolor="#e3f1e1"];
      "rule/01J" -> "rule/01H" [label="abolishes 2025-01-01"];
    }
"""

from __future__ import annotations

from collections.abc import Iterator

from projections.graph.model import UNRECORDED, Graph, Node, bundles
from projections.graph.paint import FILLS, PLAIN

_HEAD = """digraph regulations {
  graph [rankdir=TB, charset="UTF-8"];
  node [shape=box, style=filled, fontname="sans-serif"];
  edge [fontname="sans-serif", fontsize=10];"""


def format_dot(graph: Graph) -> str:
    """Return a graph in DOT; arrows from one rule to another are one, with all their words."""
    return "\n".join([_HEAD, *_lines(graph), "}"]) + "\n"


def quote(text: str) -> str:
    """Return a text as a quoted string of DOT, in which nothing of it is a command."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\r\n", "\n").replace("\n", "\\n").replace("\r", "\\n") + '"'


def _lines(graph: Graph) -> Iterator[str]:
    for node in graph.nodes:
        shape = ", shape=note" if node.status == UNRECORDED else ""
        fill = quote(FILLS.get(node.status, PLAIN))
        yield f"  {quote(node.key)} [label={quote(_label(node))}, fillcolor={fill}{shape}];"
    for source, target, arrows in bundles(graph):
        words = "\n".join(f"{each.words} {each.on}".rstrip() for each in arrows)
        yield f"  {quote(source)} -> {quote(target)} [label={quote(words)}];"


def _label(node: Node) -> str:
    return "\n".join(line for line in (node.title, node.number, node.status) if line)
