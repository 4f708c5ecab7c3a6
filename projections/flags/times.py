"""Flags over time: F14 signed too fast or by the batch, F15 in sign-off for too long."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from ledger.records.fund.state import IN_SIGN_OFF
from ledger.records.policy import required
from projections.flags.flag import Hit, Parameters
from projections.flags.items import Evidence, Item, Step, takers

Signing = tuple[Step, Item]
MINUTE = timedelta(minutes=1)


def too_fast(evidence: Evidence, parameters: Parameters) -> Iterator[Hit]:
    """Yield items signed through within minutes, and officers who signed many in one minute.

    Times that are not known to the minute are not judged. A burst stands on its first item.
    """
    for item in evidence.items:
        submission, signing = item.submission(), item.signing()
        if submission is None or len(signing) < 2 or not _through(item):
            continue
        begun, ended = submission.moment, signing[-1].moment
        if begun is None or ended is None or ended < begun:
            continue
        if ended - begun < parameters.fast_minutes * MINUTE:
            words = f"{len(signing)} signatures within {int((ended - begun).total_seconds())} s"
            steps = (submission, *signing)
            yield Hit(item=item, message=f"{words} of submission", steps=steps, about=("fast",))
    yield from _bursts(evidence, parameters.signatures_a_minute)


def too_long(evidence: Evidence, parameters: Parameters) -> Iterator[Hit]:
    """Yield items that had been in sign-off for more than so many days on the day asked for."""
    for item in evidence.items:
        submission = item.submission()
        if item.state.stage != IN_SIGN_OFF or submission is None or _through(item):
            continue
        days = (evidence.day - submission.day).days
        if days > parameters.waiting_days:
            message = f"in sign-off for {days} days, since {submission.day}{_waits_for(item)}"
            yield Hit(item=item, message=message, steps=(submission, *item.signing()))


def _through(item: Item) -> bool:
    """Tell whether sign-off has ended: with a payment, or with the last level needed."""
    if item.state.payments or item.judged is None:
        return bool(item.state.payments)
    return not _waiting(item)


def _waiting(item: Item) -> tuple[str, ...]:
    """Return the levels that have not signed yet, under the terms that judge the item."""
    levels = item.judged.levels if item.judged else ()
    had = {each.level_name for each in item.signatures}
    needed = required(levels, item.state.amount_fen)
    return tuple(each.name for each in needed if each.name not in had)


def _waits_for(item: Item) -> str:
    return "".join(f"; waits for {name}" for name in _waiting(item)[:1])


def _bursts(evidence: Evidence, most: int) -> Iterator[Hit]:
    """Yield runs of more than `most` signatures of one person that begin within a minute."""
    by_person: dict[str, list[Signing]] = {}
    for item in evidence.items:
        for step in item.signing():
            for who in takers((step,))[:1] if step.moment else ():
                by_person.setdefault(who.record or who.name, []).append((step, item))
    for signed in by_person.values():
        yield from _runs(sorted(signed, key=lambda each: (each[0].moment, each[0].index)), most)


def _runs(signed: list[Signing], most: int) -> Iterator[Hit]:
    start = end = 0
    while start < len(signed):
        first, item = signed[start]
        while end < len(signed) and _within(first, signed[end][0]):
            end += 1
        if end - start <= most:
            start += 1
            continue
        message = f"{takers((first,))[0]} signed {end - start} times in one minute"
        steps = tuple(step for step, _ in signed[start:end])
        yield Hit(item=item, message=message, steps=steps, about=("batch",))
        start = end


def _within(first: Step, step: Step) -> bool:
    assert first.moment is not None, "only signatures whose moment is known are counted"
    assert step.moment is not None, "only signatures whose moment is known are counted"
    return step.moment - first.moment < MINUTE
