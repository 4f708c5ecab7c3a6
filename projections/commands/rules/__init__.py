"""`qifeng rule`: what happens to rules, and the questions about them, each a command.

Questions about one rule read its own events; questions about many ask the view. All take a day that
things count on, and `--known-at`, the point of the log up to which was known.
"""

from __future__ import annotations

import click

from ledger.commands.later import LaterGroup
from ledger.commands.record import family_group

_HERE = "projections.commands.rules"
# Loaded when asked for: whoever records something waits for no view and no drawing.
QUESTIONS = {
    "status": f"{_HERE}.ruling:status",
    "text": f"{_HERE}.ruling:text",
    "in-force": f"{_HERE}.lists:in_force",
    "changes": f"{_HERE}.lists:changes",
    "due": f"{_HERE}.lists:due",
    "dangling": f"{_HERE}.lists:dangling",
    "governing": f"{_HERE}.governing:governing",
    "graph": f"{_HERE}.graph:graph",
}


def rule_group(name: str) -> click.Group:
    """Return the command group of rules: the family's verbs, then the questions."""
    verbs = family_group(name)
    told = f"{verbs.help} Then ask what held when."
    return LaterGroup(name, commands=verbs.commands, later=QUESTIONS, help=told)
