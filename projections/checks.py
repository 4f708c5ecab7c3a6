"""Checks of views for `verify`: each is what a fresh replay of the log up to its position gives.

Views are compared as they stand, not followed first: what a view has not taken yet is its lag, and
no finding. A view that was never built has nothing to check.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ledger.findings import Finding
from ledger.store.contract import LogStore
from projections.projection import Row
from projections.runner import Difference, Place, Runner
from projections.views import VIEWS

VIEW = "view"
DRIFTED = "view drifted"
_SHOWN = 60

Check = Callable[[Runner, str], Iterator[Finding]]


def check_rows(runner: Runner, view: str) -> Iterator[Finding]:
    """Yield every row that a replay has otherwise."""
    for difference in runner.compare(view):
        place = f"{difference.table.name} {'/'.join(str(each) for each in difference.key)}"
        yield Finding(
            "view.rows", DRIFTED, f"view {view}: {_words(difference)}", record=f"view {place}"
        )


def check_position(runner: Runner, view: str) -> Iterator[Finding]:
    """Yield where a view stands beyond the log."""
    standing = runner.standing()[view]
    if standing.lag < 0:
        yield Finding(
            "view.position", DRIFTED,
            f"view {view} stands at {standing.position}, the log ends at"
            f" {standing.position + standing.lag}: it was cut or restored",
            record=f"view {view}",
        )  # fmt: skip


def check_parked(runner: Runner, view: str) -> Iterator[Finding]:
    """Yield the records that a view has stopped listening to."""
    for parked in runner.parked(view):
        yield Finding(
            "view.parked", DRIFTED, f"view {view} left it out from here on: {parked.error}",
            index=parked.index, record=parked.record,
        )  # fmt: skip


VIEW_CHECKS: tuple[tuple[str, Check], ...] = (
    ("view.position", check_position),
    ("view.rows", check_rows),
    ("view.parked", check_parked),
)


def check_views(place: Place, store: LogStore) -> Iterator[tuple[int, list[Finding]]]:
    """Yield, for each view that was built, how many rows were looked at and what was found."""
    runner = Runner(store, place, VIEWS)
    for projection in VIEWS:
        count = runner.count(projection.name)
        if count is None:
            continue
        found = list(check_position(runner, projection.name))
        # A replay cannot reach a position beyond the log: there is nothing to compare with.
        if not found:
            found = [
                each for _, check in VIEW_CHECKS[1:] for each in check(runner, projection.name)
            ]
        yield count, found


def _words(difference: Difference) -> str:
    if difference.stored is None:
        return "a row that events give is missing"
    if difference.replayed is None:
        return "a row stands there that no event gives"
    columns = ", ".join(
        f"{name} is {_shown(difference.stored, name)}, expected {_shown(difference.replayed, name)}"
        for name in difference.stored
        if difference.stored[name] != difference.replayed[name]
    )
    return f"a row is not what events give: {columns}"


def _shown(row: Row, name: str) -> str:
    return repr(row[name])[:_SHOWN]
