"""`qifeng rule`: what happens to rules, and the questions about them, each a command.

Questions about one rule read its own events; questions about many ask the view. All take a day that
things count on, and `--known-at`, the point of the log up to which was known.
"""

from __future__ import annotations

import click

from ledger.commands.record import family_group
from projections.commands.rules.governing import governing
from projections.commands.rules.graph import graph
from projections.commands.rules.lists import changes, dangling, due, in_force
from projections.commands.rules.ruling import status, text

QUESTIONS = (status, text, in_force, changes, due, dangling, governing, graph)


def rule_group(name: str) -> click.Group:
    """Return the command group of rules: the family's verbs, then the questions."""
    group = family_group(name)
    for command in QUESTIONS:
        group.add_command(command)
    return group
