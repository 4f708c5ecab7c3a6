"""The graph of rules as the view gives it on a day, and its parts."""

from __future__ import annotations

from contextlib import closing
from datetime import date

import pytest

from ledger.records.rule import events as rule
from projections.graph import around, connected, read_graph
from projections.runner import Runner, ScratchPlace
from projections.views import VIEWS
from tests.projections.graph.graphs import graph_of

A, B, C = "rule/a", "rule/b", "rule/c"
Y20, Y21 = date(2020, 1, 1), date(2021, 1, 1)


@pytest.fixture
def read(history):
    """Read the graph of the log as it is then, on a day."""
    with closing(ScratchPlace()) as place:
        runner = Runner(history.store, place, VIEWS)

        def do(day):
            runner.follow()
            with runner.held("regulation_status") as (reading, _):
                return read_graph(reading, day)

        yield do


def arrows(graph):
    """Return what acts on what, in words."""
    return [(each.source, each.words, each.target) for each in graph.arrows]


def test_nodes_are_what_the_rules_were_on_the_day(history, read):
    """Title, number and standing of the day asked about; a rule not settled then says so."""
    history.tell(
        (A, rule.Adopted(title="办法", occurred_on=Y20)),
        (A, rule.Published(occurred_on=Y20, number="1号")),
    )
    history.tell(
        (B, rule.Planned(title="细则", occurred_on=Y20)), (B, rule.Linked(edge="cites", rule=A))
    )
    history.tell((A, rule.Abolished(occurred_on=Y21)))

    before, after = read(Y20), read(Y21)

    assert [(node.title, node.number, node.status) for node in before.nodes] == [
        ("办法", "1号", "现行有效"), ("细则", "", "未定")
    ]  # fmt: skip
    assert [node.status for node in after.nodes] == ["废止", "未定"]


def test_relations_are_those_that_held_on_the_day(history, read):
    """What was done later, and what was undone before, is not drawn."""
    history.tell((A, rule.Adopted(title="办法", occurred_on=Y20)))
    history.tell((A, rule.Linked(edge="cites", rule=B, occurred_on=Y20)))
    history.tell((A, rule.Unlinked(edge="cites", rule=B, occurred_on=Y21)))
    history.tell((A, rule.Amended(by_rule=C, extent=rule.WHOLE, occurred_on=Y21)))

    assert arrows(read(Y20)) == [(A, "cites", B)]
    assert arrows(read(Y21)) == [(C, "amends(whole)", A)]


def test_a_document_is_one_node_for_all_that_it_hit(history, read):
    """打包废止: one document of which there is no record, many rules."""
    for record in (A, B):
        history.tell((record, rule.Adopted(title=record, occurred_on=Y20)))
        history.tell((record, rule.Abolished(by="县委发〔2021〕9号", occurred_on=Y21)))

    graph = read(Y21)

    assert arrows(graph) == [
        ("文件或机关/县委发〔2021〕9号", "abolishes", A),
        ("文件或机关/县委发〔2021〕9号", "abolishes", B),
    ]
    assert [
        (node.title, node.status) for node in graph.nodes if node.key.startswith("文件或机关")
    ] == [("县委发〔2021〕9号", "文件或机关")]


def test_a_rule_of_which_nothing_is_recorded_goes_by_its_name(history, read):
    """The other end of a relation may be no record yet."""
    history.tell(
        (A, rule.Adopted(title="办法", occurred_on=Y20)), (A, rule.Linked(edge="cites", rule=B))
    )

    assert [node.title for node in read(Y20).nodes] == ["办法", B]


def test_what_hangs_on_a_rule_is_found_in_both_directions():
    """Over as many relations as asked for, or all."""
    chain = graph_of("ab", "bc", "cd", "xy")

    near, far = around(chain, "rule/c", depth=1), around(chain, "rule/c")

    assert [node.key for node in near.nodes] == ["rule/b", "rule/c", "rule/d"]
    assert [node.key for node in far.nodes] == ["rule/a", "rule/b", "rule/c", "rule/d"]
    assert [node.key for part in connected(chain) for node in part.nodes][-2:] == [
        "rule/x",
        "rule/y",
    ]
    assert around(chain, "rule/none").nodes == ()
