"""A graph as a picture: whole, without overlap, and the same each time."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.graph import Graph, Node, format_svg
from projections.graph.layout import place
from projections.graph.svg import wrap
from tests.projections.graph.graphs import any_graph, graph_of

SVG = "{http://www.w3.org/2000/svg}"


def drawn(graph, title="制度关系"):
    """Return the picture's elements."""
    return ET.fromstring(format_svg(graph, title))  # noqa: S314 -- drawn here


def words(element):
    """Return all text that the picture shows."""
    return "".join(each.text or "" for each in element.iter(f"{SVG}tspan"))


def test_a_picture_shows_every_rule_and_relation():
    """Titles, standings and relations are text in it, and its own title tells what it is."""
    picture = drawn(
        graph_of("ab:amends", "bb:cites", titles={"a": "决定", "b": "办法"}.items()),
        "制度 & 关系",
    )

    assert picture.find(f"{SVG}title").text == "制度 & 关系"
    assert all(
        each in words(picture)
        for each in ("决定", "办法", "现行有效", "amends 2024-01-01", "cites")
    )
    assert len(list(picture.iter(f"{SVG}path"))) == 3  # two arrows, and the tip that they share


def test_text_stays_text():
    """Marks of XML in a title are shown; what XML cannot hold is replaced."""
    nodes = (Node("rule/a", '<b>"x"&\n第二行'), Node("rule/b", "\ufffe\x01办法"))

    picture = drawn(Graph(nodes, ()))

    assert '<b>"x"&第二行' in words(picture)
    assert "\ufffd\ufffd办法" in words(picture)


def test_what_is_no_rule_here_is_drawn_otherwise():
    """A document without a record has a broken line."""
    picture = drawn(
        Graph((Node("文件/x", "x", status="文件或机关"), Node("rule/a", "办法")), ())
    )

    dashed = [each.get("stroke-dasharray") for each in picture.iter(f"{SVG}rect")]
    assert dashed.count("5 3") == 1


def test_an_empty_graph_is_a_picture_too():
    """Nothing hangs together: an empty page, and no error."""
    assert words(drawn(Graph((), ()))) == ""


def test_parts_that_do_not_hang_together_stand_in_rows():
    """Forty pairs of rules make several rows, not one endless line."""
    nodes = tuple(Node(f"rule/{n:02}", "关于某某工作的若干规定和办法") for n in range(40))

    picture = drawn(Graph(nodes, ()))

    assert float(picture.get("width")) < 2_700
    assert float(picture.get("height")) > 300


@given(any_graph())
def test_any_graph_can_be_drawn_and_is_the_same_again(graph):
    """Circles, loops, any title: well-formed, every rule in it, the same bytes each time."""
    text = format_svg(graph, "x")

    picture = ET.fromstring(text)  # noqa: S314 -- drawn here

    assert text == format_svg(graph, "x")
    assert len(list(picture.iter(f"{SVG}rect"))) == len(graph.nodes) + 1


def boxes(sizes, placed):
    """Return each node's left, top, right and bottom."""
    return [
        (x, y, x + sizes[key][0], y + sizes[key][1]) for key, (x, y) in placed.corners.items()
    ]


def pairs_of(graph):
    """Return the pairs to be placed."""
    return sorted(
        {(each.source, each.target) for each in graph.arrows if each.source != each.target}
    )


@given(any_graph(), st.integers(20, 200))
def test_nodes_never_overlap_and_stay_on_the_page(graph, width):
    """Each stands apart from every other, within the extent that is told."""
    sizes = {node.key: (float(width + 10 * n), 40.0 + n) for n, node in enumerate(graph.nodes)}

    placed = place(sizes, pairs_of(graph))

    found = boxes(sizes, placed)
    for (a, b, c, d), (e, f, g, h) in combinations(found, 2):
        assert c <= e + 1e-6 or g <= a + 1e-6 or d <= f or h <= b
    right, bottom = placed.extent
    assert all(
        a >= -1e-6 and b >= -1e-6 and c <= right + 1e-6 and d <= bottom + 1e-6
        for a, b, c, d in found
    )


@given(any_graph())
def test_arrows_run_from_node_to_node(graph):
    """Each begins at the edge of what acts and ends at the edge of what is acted on."""
    sizes = {node.key: (100.0, 40.0) for node in graph.nodes}

    placed = place(sizes, pairs_of(graph))

    for (source, target), points in placed.routes.items():
        for key, (x, y) in ((source, points[0]), (target, points[-1])):
            left, top = placed.corners[key]
            assert left <= x <= left + 100.0
            assert y in (top, top + 40.0)


def test_what_acts_stands_above_what_is_acted_on():
    """Without a circle every arrow runs downwards, however long the way is."""
    graph = graph_of("ab", "bc", "cd", "ad", "eb")
    sizes = {node.key: (100.0, 40.0) for node in graph.nodes}

    placed = place(sizes, pairs_of(graph))

    assert all(
        upper[1] < lower[1] for way in placed.routes.values() for upper, lower in pairwise(way)
    )
    assert placed.corners["rule/e"][1] == placed.corners["rule/a"][1]
    assert len(placed.routes["rule/a", "rule/d"]) == 4


def test_of_a_circle_one_arrow_runs_upwards():
    """A cites B, B amends A: both are drawn, one of them against the stream."""
    placed = place({"a": (100.0, 40.0), "b": (100.0, 40.0)}, [("a", "b"), ("b", "a")])

    down, up = placed.routes["a", "b"], placed.routes["b", "a"]

    assert down[0][1] < down[-1][1]
    assert up[0][1] > up[-1][1]
    assert down[0] != up[-1]


def test_a_great_graph_is_placed_without_passing_places(monkeypatch):
    """Beyond a number of passing places arrows run straight; nothing else changes."""
    monkeypatch.setattr("projections.graph.layout.MAX_PASSING", 0)
    chain = {"a": (100.0, 40.0), "b": (100.0, 40.0), "c": (100.0, 40.0)}

    placed = place(chain, [("a", "b"), ("b", "c"), ("a", "c")])

    assert len(placed.routes["a", "c"]) == 2


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", [""]),
        ("办法", ["办法"]),
        ("一二三四五六七八九十一二三", ["一二三四五六七八九十一二", "三"]),
        ("第一行\n第二行", ["第一行", "第二行"]),
        ("abcdefghijklmnopqrstuvwxyz", ["abcdefghijklmnopqrstu", "vwxyz"]),
    ],
)
def test_titles_are_broken_into_lines(text, lines):
    """Twelve full-width characters a line; its own line ends stay."""
    assert wrap(text) == lines
