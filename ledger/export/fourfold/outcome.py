"""What an item of the test comes to: 通过, 不通过 or 未检测, and on what evidence.

Passed is only what was looked at whole: one problem fails an item, and one thing that could not be looked at
leaves it unchecked.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from ledger.frozen import frozen

PASSED, FAILED, UNCHECKED = "通过", "不通过", "未检测"
RESULTS = (PASSED, FAILED, UNCHECKED)
MAX_TOLD = 20
MAX_LINE = 300


@frozen
class Outcome:
    """A result and its evidence, a line each."""

    result: str
    evidence: tuple[str, ...]


def outcome(looked: str, problems: Iterable[str], unseen: Iterable[str] = ()) -> Outcome:
    """Return what problems and things unseen come to, told up to `MAX_TOLD` of them; `looked` says at what."""
    found, missed = tuple(problems), tuple(unseen)
    if found:
        return Outcome(FAILED, (f"{looked}: {len(found)} problems", *_told(found)))
    if missed:
        return Outcome(UNCHECKED, (f"{looked}: not all of it", *_told(missed)))
    return Outcome(PASSED, (looked,))


def unchecked(reason: str) -> Outcome:
    """Return that nothing was looked at, and why."""
    return Outcome(UNCHECKED, (reason,))


def _told(lines: tuple[str, ...]) -> tuple[str, ...]:
    shown = tuple(" ".join(each.split())[:MAX_LINE] for each in islice(lines, MAX_TOLD))
    more = len(lines) - len(shown)
    return (*shown, f"… and {more} more") if more > 0 else shown
