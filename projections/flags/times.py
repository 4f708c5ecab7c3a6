"""Flags over time: F14 signed too fast, at night or by the batch, F15 waiting for too long."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta

from ledger.records.alarm import Parameters
from ledger.records.fund.state import IN_SIGN_OFF
from projections.flags.evidence import Evidence
from projections.flags.flag import LOW, Hit
from projections.flags.items import Item, Step, takers

Signing = tuple[Step, Item]
Gap = tuple[str, Step, Step | None]
MINUTE = timedelta(minutes=1)


def too_fast(evidence: Evidence, parameters: Parameters) -> Iterator[Hit]:
    """Yield items signed through within minutes or at night, and many signatures in one minute.

    Times that are not known to the minute are not judged. A burst stands on its first item.
    """
    for item in evidence.items:
        yield from _fast(item, parameters.fast_minutes * MINUTE)
        yield from _nightly(item, evidence, parameters)
    yield from _bursts(evidence, parameters.signatures_a_minute)


def _fast(item: Item, least: timedelta) -> Iterator[Hit]:
    submission, signing = item.submission(), item.signing()
    if submission is None or len(signing) < 2 or not _through(item):
        return
    begun, ended = submission.moment, signing[-1].moment
    if begun is None or ended is None or ended < begun:
        return
    if ended - begun < least:
        words = f"{len(signing)} signatures within {int((ended - begun).total_seconds())} s"
        steps = (submission, *signing)
        yield Hit(items=(item,), message=f"{words} of submission", steps=steps, about=("fast",))


def _nightly(item: Item, evidence: Evidence, parameters: Parameters) -> Iterator[Hit]:
    steps = tuple(each for each in item.signing() if _at_night(each, evidence, parameters))
    if steps:
        names = ", ".join(each.happened.level_name or "a level" for each in steps)
        hours = f"{parameters.night_from:02d}:00 and {parameters.night_until:02d}:00"
        message = f"{names} signed between {hours}"
        yield Hit(items=(item,), message=message, steps=steps, about=("night",), severity=LOW)


def _at_night(step: Step, evidence: Evidence, parameters: Parameters) -> bool:
    if step.moment is None:
        return False
    hour = step.moment.astimezone(evidence.zone).hour
    begins, ends = parameters.night_from, parameters.night_until
    return begins <= hour < ends if begins <= ends else hour >= begins or hour < ends


def too_long(evidence: Evidence, parameters: Parameters) -> Iterator[Hit]:
    """Yield items that a level had, or has on the day asked for, for too long, and old invoices."""
    for item in evidence.items:
        gaps = list(_gaps(item))
        for open_still, about in ((True, "waiting"), (False, "waited")):
            late = [
                each for each in gaps
                if (each[2] is None) == open_still
                and _days(each, evidence) > parameters.waiting_days
            ]  # fmt: skip
            if late:
                yield _late(item, late, evidence, about=about)
        yield from _old_invoices(item, parameters.invoice_days)


def _gaps(item: Item) -> Iterator[Gap]:
    """Yield each level of the round that counts, since when it had the item, and when it signed.

    A level that has it still has no signature; without terms nobody knows which one it is.
    """
    since = next(iter(item.claims(before=item.first_payment())), None)
    if since is None:
        return
    for step in item.signing():
        yield step.happened.level_name, since, step
        since = step
    if item.state.stage == IN_SIGN_OFF and not _through(item):
        yield next(iter(_waiting(item)), ""), since, None


def _days(gap: Gap, evidence: Evidence) -> int:
    _, since, until = gap
    return ((until.day if until else evidence.day) - since.day).days


def _late(item: Item, late: list[Gap], evidence: Evidence, *, about: str) -> Hit:
    verb = "has had it" if about == "waiting" else "had it"
    told = [
        f"{name or 'a level'} {verb} for {_days((name, since, until), evidence)} days, since {since.day}"
        for name, since, until in late
    ]
    steps = tuple(step for _, since, until in late for step in (since, until) if step)
    return Hit(items=(item,), message="; ".join(told), steps=steps, about=(about,))


def _old_invoices(item: Item, most: int) -> Iterator[Hit]:
    submission = item.submission()
    if submission is None:
        return
    for each in item.claim.invoices:
        if each.issued_on and (submission.day - each.issued_on).days > most:
            days = (submission.day - each.issued_on).days
            message = f"invoice {each.number} of {each.issued_on} was {days} days old when it was claimed"
            steps = tuple(dict.fromkeys((submission, *item.claims())))
            yield Hit(items=(item,), message=message, steps=steps, about=("old invoice",))


def _through(item: Item) -> bool:
    """Tell whether sign-off has ended: with a payment, or with the last level needed."""
    if item.state.payments or item.judged is None:
        return bool(item.state.payments)
    return not _waiting(item)


def _waiting(item: Item) -> tuple[str, ...]:
    """Return the levels that have not signed yet, under the terms that judge the item."""
    had = {each.level_name for each in item.signatures}
    return tuple(each.name for each in item.needed if each.name not in had)


def _bursts(evidence: Evidence, most: int) -> Iterator[Hit]:
    """Yield runs of more than `most` signatures of one person that begin within a minute."""
    by_person: dict[str, list[Signing]] = defaultdict(list)
    for item in evidence.items:
        for step in item.signing():
            for who in takers((step,))[:1] if step.moment else ():
                by_person[who.record or who.name].append((step, item))
    for signed in by_person.values():
        yield from _runs(sorted(signed, key=lambda each: (each[0].moment, each[0].index)), most)


def _runs(signed: list[Signing], most: int) -> Iterator[Hit]:
    start = end = 0
    while start < len(signed):
        first = signed[start][0]
        while end < len(signed) and _within(first, signed[end][0]):
            end += 1
        if end - start <= most:
            start += 1
            continue
        items = tuple({item.record: item for _, item in signed[start:end]}.values())
        message = f"{takers((first,))[0]} signed {end - start} times in one minute"
        steps = tuple(step for step, _ in signed[start:end])
        yield Hit(items=items, message=message, steps=steps, about=("batch",))
        start = end


def _within(first: Step, step: Step) -> bool:
    assert first.moment is not None, "only signatures whose moment is known are counted"
    assert step.moment is not None, "only signatures whose moment is known are counted"
    return step.moment - first.moment < MINUTE
