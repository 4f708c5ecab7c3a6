"""Deciding a request's steps: as one thing, or each by itself so that one refused spoils no other.

A leader answers thirty items in one act. Each is decided and judged on what the ones before it left, so
that a budget line is never overdrawn by all of them together; what is refused leaves no trace, neither
in the act nor in what it rests on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ledger.act import MAX_EVENTS
from ledger.application.acting import EACH, WHOLE, Request, Step
from ledger.application.deciding import Deciding
from ledger.application.mapper import Told
from ledger.errors import Reason, RefusedError, UsageError
from ledger.family import Change
from ledger.rules import Breach

Judge = Callable[[Sequence[Change]], list[Breach]]
Named = Callable[[str], str]
Answered = tuple[tuple[Told, ...], list[Change], tuple[Reason, ...]]


def answer(deciding: Deciding, request: Request, *, judge: Judge, named: Named) -> Answered:
    """Return the events of a request, what they change, and the steps that are left out.

    Raises:
        RefusedError: a rule says no: to the whole, or to every step, or to one where all count.
        UsageError: there are more events than one act holds.
    """
    deciding.begin_act()
    if request.judged == WHOLE:
        changes = decided(deciding, request.steps)
        broken = judge(changes)
        if broken:
            raise refusal(broken, named)
        return deciding.take(changes), changes, ()
    told, changes, refused = _each(deciding, request.steps, judge=judge, named=named)
    if refused and (request.judged != EACH or not changes):
        raise _all_refused(refused)
    if len(told) > MAX_EVENTS:
        raise UsageError(
            f"{len(request.steps)} records make {len(told)} events",
            todo=f"an act holds {MAX_EVENTS}; answer fewer at once",
        )
    return told, changes, refused


def decided(deciding: Deciding, steps: Sequence[Step]) -> list[Change]:
    """Return what the steps change, all decided on the same state."""
    return [
        change
        for step in steps
        for change in step.verb.decide(deciding, step.record, step.draft)
    ]


def _each(deciding: Deciding, steps: Sequence[Step], *, judge: Judge, named: Named) -> Answered:
    told: list[Told] = []
    changes: list[Change] = []
    refused: list[Reason] = []
    for step in steps:
        with_it = deciding.touched()
        changed = list(step.verb.decide(deciding, step.record, step.draft))
        broken = judge(changed)
        if broken:
            refused += [
                Reason(step.record, each.code, each.citation, named(each.message))
                for each in broken
            ]
            deciding.forget_all_but(with_it)
            continue
        told += deciding.take(changed)
        changes += changed
    return tuple(told), changes, tuple(refused)


def refusal(broken: Sequence[Breach], named: Named) -> RefusedError:
    """Return the refusal of these breaches, told by names."""
    first = broken[0]
    others = "".join(f"; {each.code}: {named(each.message)}" for each in broken[1:])
    return RefusedError(
        first.code, f"{first.record}: {named(first.message)}{others}", citation=first.citation
    )


def _all_refused(refused: Sequence[Reason]) -> RefusedError:
    """Return the refusal of all of a request, which names each record that was refused."""
    first = refused[0]
    others = len({each.record for each in refused}) - 1
    told = f"{first.record}: {first.message}" + (f" (and {others} more)" if others else "")
    error = RefusedError(first.code, told, citation=first.citation)
    error.reasons = tuple(refused)
    return error
