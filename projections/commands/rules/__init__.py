"""`qifeng rule`: what happens to rules, and the questions about them, each a command.

Questions about one rule read its own events; questions about many ask the view. All take a day that
things count on, and `--known-at`, the point of the log up to which was known.
"""

from __future__ import annotations

import pkgutil

import click
from typing_extensions import override

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


class RuleGroup(click.Group):
    """The family's verbs, and the questions, each of which is imported only when it is asked."""

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of verbs and questions, sorted."""
        return sorted([*self.commands, *QUESTIONS])

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the verb or question of that name, or None."""
        if cmd_name not in QUESTIONS:
            return super().get_command(ctx, cmd_name)
        question: click.Command = pkgutil.resolve_name(QUESTIONS[cmd_name])
        return question


def rule_group(name: str) -> click.Group:
    """Return the command group of rules: the family's verbs, then the questions."""
    verbs = family_group(name)
    return RuleGroup(
        name, commands=verbs.commands, help=f"{verbs.help} Then ask what held when."
    )
