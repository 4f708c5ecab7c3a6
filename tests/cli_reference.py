"""Writes docs/cli.md from the commands themselves: `make docs`."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator

import click

from cli import COMMANDS, FAMILY, qifeng
from ledger.records import FAMILIES

HEAD = """# The command line

Written by `make docs` from the commands' own help; `tests/test_house.py` compares the two.
Exit codes, of every command: `0` holds, `1` findings or refused by a rule, `2` wrong usage or
malformed input, `3` could not finish, `130` interrupted.
"""


def built_commands() -> tuple[str, ...]:
    """Return the names of the table whose module, or whose family of records, exists."""
    families = {family.name for family in FAMILIES}
    return tuple(
        name
        for name, place, _ in COMMANDS
        if (name in families if place == FAMILY else _exists(place.partition(":")[0]))
    )


def walk(command: click.Command, context: click.Context) -> Iterator[click.Context]:
    """Yield the context of a command and of every command below it, in the order users see."""
    yield context
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None, f"{context.command_path} lists {name} and has none"
            yield from walk(below, click.Context(below, info_name=name, parent=context))


def all_commands() -> Iterator[click.Context]:
    """Yield the context of every command that can be called."""
    top = click.Context(qifeng, info_name="qifeng", terminal_width=88)
    yield top
    for name in built_commands():
        command = qifeng.get_command(top, name)
        assert command is not None, f"qifeng lists {name} and has none"
        yield from walk(command, click.Context(command, info_name=name, parent=top))


def reference() -> str:
    """Return the whole reference, one section a command."""
    sections = [
        f"## `{context.command_path}`\n\n```text\n{context.get_help().rstrip()}\n```\n"
        for context in all_commands()
    ]
    return "\n".join([HEAD, *sections])


def _exists(module: str) -> bool:
    """Tell whether a module stands in the tree, without running it."""
    return importlib.util.find_spec(module) is not None


if __name__ == "__main__":
    print(reference(), end="")  # noqa: T201 (its whole purpose)
