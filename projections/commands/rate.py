"""A bar of progress for who waits at a terminal: so much of so much, how fast, for how long; on stderr, and only there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text
from typing_extensions import override

from ledger.frozen import frozen


class Rate(ProgressColumn):
    """How many a second."""

    @override
    def render(self, task: Task) -> Text:
        """Return the rate as text."""
        return Text(f"{task.speed or 0:,.0f}/s")


@frozen
class Bar:
    """A bar that is shown: tell it what is done now, and how far that is."""

    name: Callable[[str], None]
    count: Callable[[int, int], None]


@contextmanager
def shown_bar(what: str) -> Iterator[Bar | None]:
    """Yield a bar, or nothing where no terminal shows it."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(what, total=None)
        yield Bar(
            lambda name: progress.update(task, description=name),
            lambda done, total: progress.update(task, completed=done, total=total),
        )
