"""`qifeng rule graph`: how rules hang together, as a tree here or as a picture for elsewhere."""

from __future__ import annotations

from datetime import date

import click
from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from ledger.application.naming import find_record
from ledger.commands.desk import open_ledger
from ledger.commands.session import Session
from ledger.errors import UsageError
from projections.answer import find_point, held_at
from projections.commands.rules.lists import VIEW
from projections.commands.rules.options import AS_OF, KNOWN_AT
from projections.graph import (
    UNRECORDED,
    Branch,
    Graph,
    Node,
    around,
    format_dot,
    format_svg,
    read_graph,
    trees,
)
from projections.viewing import open_views

FORMATS = ("tree", "dot", "svg")


@click.command("graph")
@click.argument("rule", default="")
@click.option("--all", "everything", is_flag=True, help="All rules that have relations.")
@click.option("--depth", type=click.IntRange(min=1), help="Only so many relations away.")
@AS_OF
@KNOWN_AT
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="tree", help="How to write it."
)
@click.pass_obj
def graph(
    session: Session, /, rule: str, *, as_of: date | None, known_at: str, **asked: object
) -> None:
    """Draw how rules hang together 制度关系: who amends, replaces, abolishes or rests on whom."""
    if bool(rule) == bool(asked["everything"]):
        raise UsageError("name one rule, or --all", todo="qifeng rule graph RULE")
    ledger = open_ledger(session)
    root = find_record(ledger, "rule", rule) if rule else ""
    point = find_point(ledger.store, known_at, clock=ledger.clock)
    runner = open_views(session, ledger.store)
    day = as_of or point.day
    with held_at(runner, VIEW, point) as (reading, _):
        found = read_graph(reading, day)
    depth = asked["depth"]
    if root:
        found = around(found, root, depth=depth if isinstance(depth, int) else None)
    if not found.nodes:
        click.echo(f"no relations on {day}", err=True)
    _write(found, root, str(asked["form"]), day)


def _write(found: Graph, root: str, form: str, day: date) -> None:
    if form == "dot":
        click.echo(format_dot(found), nl=False)
    elif form == "svg":
        name = found.node(root).title if root and found.nodes else "制度关系"
        click.echo(format_svg(found, f"{name} {day}"), nl=False)
    elif found.nodes:
        console = Console(highlight=False)
        if not console.is_terminal:
            console = Console(highlight=False, width=1000)
        for each in trees(found, root):
            console.print(_tree(each))
    click.echo(f"{len(found.nodes)} nodes, {len(found.arrows)} relations on {day}", err=True)


def _tree(top: Branch) -> Tree:
    """Return a tree for a terminal; it may be deep, so nothing here calls itself."""
    made = Tree(_words(top))
    waiting = [(top, made)]
    while waiting:
        branch, tree = waiting.pop()
        waiting += [(each, tree.add(_words(each))) for each in branch.branches]
    return made


def _words(branch: Branch) -> Text:
    told = _node(branch.node)
    again = " …" if branch.again else ""
    words = f"{branch.words} " if branch.words else ""
    return Text(f"{words}{told}{again}")


def _node(node: Node) -> str:
    title = " ".join(node.title.split())
    number = f" {node.number}" if node.number else ""
    named = title if node.status == UNRECORDED else f"《{title}》"
    return f"{named}{number} {node.status}"
