"""A group of commands some of which are imported only when they are called."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from typing import Any

import click
from typing_extensions import override


class LaterGroup(click.Group):
    """A group that knows some of its commands by their places alone (`package.module:name`).

    What one command needs, the others need not wait for; the help of the group imports them all.
    """

    def __init__(self, *given: Any, later: Mapping[str, str], **settings: Any) -> None:
        """Make a group of what is `given`, and of commands by their names and places."""
        super().__init__(*given, **settings)
        self._later = dict(later)

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted([*super().list_commands(ctx), *self._later])

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of that name, imported now, or None."""
        if cmd_name in self._later:
            self.add_command(pkgutil.resolve_name(self._later.pop(cmd_name)))
        return super().get_command(ctx, cmd_name)
