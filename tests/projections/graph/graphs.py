"""Small graphs of rules for tests: nodes and arrows by letters, and graphs drawn by chance."""

from __future__ import annotations

from hypothesis import strategies as st

from projections.graph import Arrow, Graph, Node

WORDS = ("amends", "abolishes", "cites", "replaces")


def graph_of(*arrows, titles=()):
    """Return a graph of arrows written `ab` (a acts on b) or `ab:cites`; titles by letter."""
    named = dict(titles)
    told = [each.partition(":") for each in arrows]
    keys = sorted({key for ends, _, _ in told for key in ends} | set(named))
    return Graph(
        tuple(
            Node(f"rule/{key}", named.get(key, f"制度{key}"), status="现行有效") for key in keys
        ),
        tuple(
            Arrow(
                f"rule/{ends[0]}", f"rule/{ends[1]}", kind or "amends", "", "2024-01-01", index
            )
            for index, (ends, _, kind) in enumerate(sorted(told))
        ),
    )


@st.composite
def any_graph(draw):
    """Draw a graph of up to nine rules with any arrows between them, circles and loops too."""
    keys = "abcdefghi"[: draw(st.integers(1, 9))]
    ends = st.tuples(st.sampled_from(keys), st.sampled_from(keys), st.sampled_from(WORDS))
    arrows = draw(st.lists(ends, max_size=20, unique=True))
    titles = draw(st.dictionaries(st.sampled_from(keys), st.text(max_size=30), max_size=3))
    return graph_of(
        *(f"{source}{target}:{words}" for source, target, words in arrows),
        titles=titles.items(),
    )
