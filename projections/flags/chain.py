"""Flags of the chain: F01 paid without complete sign-off, F02 signed out of order, F14 too fast."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from ledger.records.fund import events as told
from ledger.records.fund.state import Fund, missing_levels
from ledger.records.policy import required
from projections.flags.flag import HIGH, LOW, MEDIUM, Asking, Flag, Found, Item, Step

_RESTARTS = (told.Submitted, told.Corrected, told.Rejected, told.Withdrawn)


def paid_incomplete(item: Item, asking: Asking) -> Iterator[Found]:
    """Yield each level that had not signed the round in which the item was first paid."""
    indexes = item.indexes(told.Paid, told.Countersigned)
    for each in missing_levels(_when_first_paid(item), asking.levels_for(item.state)):
        yield Found(item.record, f"paid without level {each.level} {each.name}", indexes)


def _when_first_paid(item: Item) -> Fund:
    paid = (step.state for step in item.steps if isinstance(step.happened, told.Paid))
    return next(paid, item.state)


def out_of_order(item: Item, asking: Asking) -> Iterator[Found]:
    """Yield each signature of a level that had been passed already, or that is dated after the next."""
    places = {each.name: each.level for each in asking.levels_for(item.state)}
    for round_ in _rounds(item):
        for earlier, later in pairwise(round_):
            before, after = (_place(step, places) for step in (earlier, later))
            proof = (earlier.index, later.index)
            if before and after and after < before:
                words = f"level {_words(later)} signed after level {_words(earlier)}"
                yield Found(item.record, words, proof)
            elif _dated_after(earlier, later):
                words = (
                    f"level {_words(earlier)} is dated after level {_words(later)} was recorded"
                )
                yield Found(item.record, words, proof)


def _rounds(item: Item) -> Iterator[list[Step]]:
    signed: list[Step] = []
    for step in item.steps:
        if isinstance(step.happened, _RESTARTS):
            yield signed
            signed = []
        elif isinstance(step.happened, told.Countersigned):
            signed.append(step)
    yield signed


def _place(step: Step, places: dict[str, int]) -> int:
    happened: told.Countersigned = step.happened
    return places.get(happened.level_name, happened.level)


def _words(step: Step) -> str:
    return f"{step.happened.level or ''} {step.happened.level_name}".strip()


def _dated_after(earlier: Step, later: Step) -> bool:
    """Tell whether a signature says that it was given after the next one was recorded."""
    at = earlier.happened.occurred_at
    return bool(at) and earlier.moment is not None and at > later.recorded_at


def too_fast(item: Item, asking: Asking) -> Iterator[Found]:
    """Yield the item if its last round went from submission to the last level in a few minutes."""
    needed = required(asking.levels_for(item.state), item.state.amount_fen)
    last_round = item.last_round()
    if not needed or not last_round:
        return
    finals = [
        step
        for step in last_round
        if isinstance(step.happened, told.Countersigned)
        and _place(step, {each.name: each.level for each in needed}) == needed[-1].level
    ]
    begun = last_round[0].moment
    ended = finals[-1].moment if finals else None
    if begun is None or ended is None:
        return
    seconds = int((ended - begun).total_seconds())
    if 0 <= seconds < asking.fast_minutes * 60:
        words = f"all levels signed within {seconds} s of submission"
        yield Found(item.record, words, (last_round[0].index, finals[-1].index))


FLAGS = (
    Flag("F01", "未会签先付款", "paid without complete sign-off", HIGH, "DOMAIN §4.5 F01; R14",
         each=paid_incomplete),
    Flag("F02", "越级/倒签", "signed out of order", MEDIUM, "DOMAIN §4.5 F02; R2", each=out_of_order),
    Flag("F14", "审批异常快", "signed off in a few minutes", LOW, "DOMAIN §4.5 F14", each=too_fast),
)  # fmt: skip
