"""Spans: which whole numbers were seen, as few closed ranges, cheap to keep while numbers run on."""

from __future__ import annotations

from bisect import bisect_right

Spans = tuple[tuple[int, int], ...]


def add(spans: Spans, n: int) -> Spans:
    """Return the spans with `n` in them: sorted, apart by at least one number."""
    if holds(spans, n):
        return spans
    place = bisect_right(spans, (n, n))
    before, after = spans[:place], spans[place:]
    lo = hi = n
    if before and before[-1][1] == n - 1:
        lo, before = before[-1][0], before[:-1]
    if after and after[0][0] == n + 1:
        hi, after = after[0][1], after[1:]
    return (*before, (lo, hi), *after)


def add_range(spans: Spans, first: int, last: int) -> Spans:
    """Return the spans with all numbers from `first` to `last`; unchanged where `last` is lower."""
    if last < first:
        return spans
    joined = [span for span in spans if span[0] <= last + 1 and span[1] >= first - 1]
    lo = min(first, *(span[0] for span in joined)) if joined else first
    hi = max(last, *(span[1] for span in joined)) if joined else last
    return tuple(sorted([*(span for span in spans if span not in joined), (lo, hi)]))


def count(spans: Spans) -> int:
    """Return how many numbers were seen."""
    return sum(hi - lo + 1 for lo, hi in spans)


def remove(spans: Spans, n: int) -> Spans:
    """Return the spans without `n`."""
    kept: list[tuple[int, int]] = []
    for lo, hi in spans:
        if lo <= n <= hi:
            kept += [span for span in ((lo, n - 1), (n + 1, hi)) if span[0] <= span[1]]
        else:
            kept.append((lo, hi))
    return tuple(kept)


def holds(spans: Spans, n: int) -> bool:
    """Tell whether `n` was seen."""
    place = bisect_right(spans, n, key=lambda span: span[0])
    return place > 0 and spans[place - 1][1] >= n


def holes(spans: Spans, first: int, last: int) -> Spans:
    """Return what is missing from `first` to `last`, both included, as ranges in order."""
    missing: list[tuple[int, int]] = []
    expected = first
    for lo, hi in spans:
        if lo > last:
            break
        if lo > expected:
            missing.append((expected, lo - 1))
        expected = max(expected, hi + 1)
    if expected <= last:
        missing.append((expected, last))
    return tuple(missing)


def words(spans: Spans) -> str:
    """Return ranges for people: `3, 5-7`."""
    return ", ".join(str(lo) if lo == hi else f"{lo}-{hi}" for lo, hi in spans)
