"""Measuring beside a baseline: a round of it, a round of ours, in turn, so that both meet the same day."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Sides:
    """The seconds of each round, ours and the baseline's, in the order in which they were taken."""

    each: tuple[tuple[float, float], ...]

    @property
    def ours(self) -> float:
        """Median seconds of a round of ours."""
        return statistics.median(ours for ours, _ in self.each)

    @property
    def baseline(self) -> float:
        """Median seconds of a round of the baseline."""
        return statistics.median(baseline for _, baseline in self.each)

    @property
    def ratios(self) -> tuple[float, ...]:
        """How our speed stands to the baseline's in each round: 1 is equal, 0.5 half as fast."""
        return tuple(baseline / ours for ours, baseline in self.each)

    @property
    def ratio(self) -> float:
        """The median of these."""
        return statistics.median(self.ratios)

    @property
    def noise(self) -> float:
        """Half of what lies between them."""
        return (max(self.ratios) - min(self.ratios)) / 2

    @property
    def spread(self) -> float:
        """Half of what lies between our own seconds."""
        own = [ours for ours, _ in self.each]
        return (max(own) - min(own)) / 2


def measure(
    benchmark: Any,
    ours: Callable[[Any], Any],
    baseline: Callable[[Any], Any],
    *,
    prepare: Callable[[], tuple[Any, Any]] = lambda: (None, None),
    rounds: int = ROUNDS,
) -> Sides:
    """Run both in turn, after one unmeasured round of each.

    `prepare` makes what a round of ours and a round of the baseline are given; it is not measured.
    """
    took: list[float] = []

    def set_up() -> tuple[tuple[Any], dict[str, Any]]:
        given, against = prepare()
        # What stands here before a round, all of the test runner's too, is not walked again within it.
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        took.append(seconds_of(lambda: baseline(against)))
        gc.collect()
        return (given,), {}

    benchmark.pedantic(ours, setup=set_up, rounds=rounds, iterations=1, warmup_rounds=1)
    gc.unfreeze()
    sides = Sides(tuple(zip(benchmark.stats.stats.data, took[1:], strict=True)))
    benchmark.extra_info.update(baseline=sides.baseline, ratio=sides.ratio)
    return sides


def seconds_of(work: Callable[[], Any]) -> float:
    """Return how long it takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
