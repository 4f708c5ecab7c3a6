"""A graph in DOT: what it says is what is there, whatever stands in titles."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from projections.graph import format_dot
from projections.graph.dot import quote
from tests.projections.graph.graphs import any_graph, graph_of

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|->|[A-Za-z_]+|[\[\]{}=,;]|\d+|\s+')


def tokens(text):
    """Return the tokens of a text in DOT, or fail where none fits."""
    found, place = [], 0
    while place < len(text):
        matched = _TOKEN.match(text, place)
        assert matched, f"no token at {text[place : place + 20]!r}"
        found.append(matched[0])
        place = matched.end()
    return [each for each in found if not each.isspace()]


def unquoted(token):
    """Return what a quoted string means to Graphviz in a label: the reverse of `quote`."""
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], token[1:-1])


def test_a_graph_in_dot():
    """Each rule is a node, each pair of rules one edge with all its words."""
    graph = graph_of("ab:amends", "ab:cites", titles={"a": "决定", "b": "办法"}.items())

    lines = format_dot(graph).splitlines()

    assert lines[0] == "digraph regulations {"
    assert '  "rule/a" [label="决定\\n现行有效", fillcolor="#e3f1e1"];' in lines
    assert '  "rule/a" -> "rule/b" [label="amends 2024-01-01\\ncites 2024-01-01"];' in lines
    assert lines[-1] == "}"


def test_titles_are_no_commands():
    """Quotes, backslashes and line ends of a title stay what they are."""
    title = '《"双重"\\N 管理\n办法》\\'

    text = format_dot(graph_of("ab", titles={"a": title}.items()))

    labels = [unquoted(token) for token in tokens(text) if token.startswith('"')]
    assert f"{title}\n现行有效" in labels


@given(st.text())
def test_any_text_is_quoted_and_read_back(text):
    """What is quoted is one token, and means what was quoted; line ends of any kind are one kind."""
    quoted = quote(text)

    assert _TOKEN.fullmatch(quoted)
    assert unquoted(quoted) == text.replace("\r\n", "\n").replace("\r", "\n")


@given(any_graph())
def test_any_graph_is_whole_and_the_same_again(graph):
    """As many nodes and edges as there are, and the same bytes each time."""
    text = format_dot(graph)

    found = tokens(text)
    assert found.count("->") == len({(each.source, each.target) for each in graph.arrows})
    assert found.count("fillcolor") == len(graph.nodes)
    assert text == format_dot(graph)
