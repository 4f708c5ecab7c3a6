"""A graph as a tree: every relation once, every rule in full once."""

from __future__ import annotations

from hypothesis import given

from projections.graph import Arrow, Graph, Node, trees
from tests.projections.graph.graphs import any_graph, graph_of


def told(branch, depth=0):
    """Return a tree's lines, indented."""
    again = " …" if branch.again else ""
    lines = ["  " * depth + f"{branch.words} {branch.node.title}{again}".strip()]
    for each in branch.branches:
        lines += told(each, depth + 1)
    return lines


def every(branch):
    """Return a branch and all below it."""
    return [branch, *(below for each in branch.branches for below in every(each))]


def test_a_tree_tells_relations_from_the_rule_asked_about():
    """What it does to others, and what others did to it, each in its own words."""
    graph = graph_of("ab:amends", "bc:implements", "db:abolishes")

    (tree,) = trees(graph, "rule/b")

    assert told(tree) == [
        "制度b",
        "  amended by 2024-01-01 制度a",
        "  implements 2024-01-01 制度c",
        "  abolished by 2024-01-01 制度d",
    ]


def test_without_a_rule_each_part_is_told_from_what_nothing_acts_on():
    """The first by title of those; in a circle the first of all."""
    found = trees(graph_of("ab", "cd", "dc"))

    assert [told(tree) for tree in found] == [
        ["制度a", "  amends 2024-01-01 制度b"],
        ["制度c", "  amends 2024-01-01 制度d", "  amended by 2024-01-01 制度d …"],
    ]


def test_a_rule_met_again_is_not_told_again():
    """A circle ends where it closes; what hangs near is told near."""
    (tree,) = trees(graph_of("ab", "bc", "ca"), "rule/a")

    assert told(tree) == [
        "制度a",
        "  amends 2024-01-01 制度b",
        "    amends 2024-01-01 制度c …",
        "  amended by 2024-01-01 制度c",
    ]


def test_the_extent_of_an_amendment_is_told_from_either_end():
    """In part or as a whole, whoever is asked."""
    nodes = (Node("rule/a", "决定"), Node("rule/b", "办法"))
    graph = Graph(nodes, (Arrow("rule/a", "rule/b", "amends", "whole", "", 3),))

    assert told(trees(graph, "rule/a")[0])[1] == "  amends(whole) 办法"
    assert told(trees(graph, "rule/b")[0])[1] == "  amended by (whole) 决定"


@given(any_graph())
def test_nothing_is_left_out_and_nothing_told_twice(graph):
    """As many branches as relations, and each rule in full once."""
    found = [branch for tree in trees(graph) for branch in every(tree)]

    assert sum(1 for branch in found if branch.words) == len(graph.arrows)
    assert sorted(branch.node.key for branch in found if not branch.again) == sorted(
        node.key for node in graph.nodes
    )
