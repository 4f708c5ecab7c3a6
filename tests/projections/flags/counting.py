"""The real reimbursements counted by a plain script: what flags must find there, without any code of ours.

It reads the CSV with the standard library and knows nothing of events, records or flags: rows of a
case in the order of time, amounts in cents, days at +01:00. A round begins with a submission; a
rejection ends it. What counts of a case is its round first paid, or its last one.
"""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import pairwise
from pathlib import Path
from statistics import median_high

ZONE = timezone(timedelta(hours=1))
ADMINISTRATION, FINAL = "ADMINISTRATION", "SUPERVISOR"
SIGNED, SUBMITTED, REJECTED, PAID = "APPROVED", "SUBMITTED", "REJECTED", "Payment Handled"


@dataclass
class Case:
    """A reimbursement: its steps, and the round that counts."""

    steps: list[tuple[str, str, datetime]] = field(default_factory=list)
    cents: int = 0
    submitted: datetime | None = None
    round: list[tuple[str, datetime]] = field(default_factory=list)
    paid: list[datetime] = field(default_factory=list)
    late: int = 0
    open: bool = False

    def levels(self) -> set[str]:
        """Return the levels that signed in the round that counts."""
        return {level for level, _ in self.round}


def read(path: Path, *, until: date = date.max) -> dict[str, Case]:
    """Return the cases of the file, with what happened up to a day."""
    cases: dict[str, Case] = defaultdict(Case)
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            moment = datetime.fromisoformat(row["timestamp"])
            if _day(moment) > until:
                continue
            case = cases[row["case_id"]]
            case.steps.append((row["activity"], row["role"], moment))
            if SUBMITTED in row["activity"]:
                cents = Decimal(row["amount"]) * 100
                case.cents = int(cents.quantize(Decimal(1), ROUND_HALF_EVEN))
    for case in cases.values():
        _walk(case)
    return cases


def _walk(case: Case) -> None:
    for activity, level, moment in sorted(case.steps, key=lambda each: each[2]):
        if activity == PAID:
            case.paid.append(moment)
        elif SIGNED in activity and case.paid:
            case.late += 1
        elif SIGNED in activity:
            case.round.append((level, moment))
        elif (SUBMITTED in activity or REJECTED in activity) and not case.paid:
            case.round, case.open = [], SUBMITTED in activity
            case.submitted = moment if case.open else case.submitted


def unsigned(cases: dict[str, Case]) -> dict[str, int]:
    """F01: paid without these levels."""
    missing = [{ADMINISTRATION, FINAL} - case.levels() for case in cases.values() if case.paid]
    named = {level: sum(level in each for each in missing) for level in (ADMINISTRATION, FINAL)}
    return named | {"rows": sum(bool(each) for each in missing)}


def out_of_order(cases: dict[str, Case]) -> int:
    """F02: the supervisor before the administration, or, unpaid, without it."""
    found = 0
    for case in cases.values():
        levels = [level for level, _ in case.round if level in (ADMINISTRATION, FINAL)]
        first = levels[:1] == [FINAL]
        found += first and (ADMINISTRATION in levels or not case.paid)
    return found


def near(cases: dict[str, Case], threshold: int) -> tuple[int, int]:
    """F06: from nine tenths of a threshold up to it; and all amounts up to it."""
    below = [case.cents for case in cases.values() if 0 < case.cents <= threshold]
    return sum(cents * 10 >= threshold * 9 for cents in below), len(below)


def doubles(cases: dict[str, Case]) -> int:
    """F07: amounts that come again within three days."""
    days: dict[int, list[date]] = defaultdict(list)
    for case in cases.values():
        if case.cents:
            days[case.cents].append(_day(_last_submitted(case)))
    return sum(
        (second - first).days <= 3
        for told in map(sorted, days.values())
        for first, second in pairwise(told)
    )


def undecided(cases: dict[str, Case], above: int) -> int:
    """F09: approved by the supervisor, or paid, above an amount."""
    return sum(
        case.cents > above and (FINAL in case.levels() or bool(case.paid))
        for case in cases.values()
    )


def signed_late(cases: dict[str, Case]) -> int:
    """F10: signed after the payment, or on a later day."""
    return sum(
        bool(case.paid)
        and (case.late > 0 or any(_day(at) > _day(case.paid[0]) for _, at in case.round))
        for case in cases.values()
    )


def rushes(cases: dict[str, Case], percent: int) -> dict[int, set[str]]:
    """F11: years of which the end took so many times its even share, or that of the years before."""
    paid = [(_day(at), case.cents) for case in cases.values() for at in case.paid]
    found: dict[int, set[str]] = defaultdict(set)
    endings = (
        ("the last quarter", 92, False),
        ("December", 31, False),
        ("the last 10 days", 10, True),
    )
    for name, days, counted in endings:
        shares: dict[int, tuple[int, int, int]] = {}
        for year in sorted({day.year for day, _ in paid}):
            told = [(day, 1 if counted else cents) for day, cents in paid if day.year == year]
            begins = date(year, 12, 31) - timedelta(days=days - 1)
            late = [worth for day, worth in told if day >= begins]
            shares[year] = (sum(late), sum(worth for _, worth in told), len(late))
            part, whole, payments = shares[year]
            earlier = [shares[each] for each in shares if each < year]
            norm = days / 365
            if earlier:
                norm = min(
                    norm, sum(each[0] for each in earlier) / sum(each[1] for each in earlier)
                )
            if (
                payments >= 3
                and part / whole > days / 365
                and part / whole > percent / 100 * norm
            ):
                found[year].add(name)
    return found


def outliers(cases: dict[str, Case]) -> int:
    """F13: more than ten times the median."""
    told = [case.cents for case in cases.values() if case.cents > 0]
    usual = median_high(told)
    return sum(cents > 10 * usual for cents in told)


def fast(cases: dict[str, Case]) -> int:
    """F14: two signatures or more, all within ten minutes of submission, and then done."""
    return sum(
        len(case.round) > 1
        and case.submitted is not None
        and timedelta(0) <= case.round[-1][1] - case.submitted < timedelta(minutes=10)
        and (bool(case.paid) or {ADMINISTRATION, FINAL} <= case.levels())
        for case in cases.values()
    )


def nightly(cases: dict[str, Case]) -> int:
    """F14: a signature from 22:00 to 6:00."""
    hours = ({at.astimezone(ZONE).hour for _, at in case.round} for case in cases.values())
    return sum(any(hour >= 22 or hour < 6 for hour in each) for each in hours)


def slow(cases: dict[str, Case], today: date) -> tuple[int, int]:
    """F15: cases that a level had for more than 30 days; and cases that one still has."""
    had = has = 0
    for case in cases.values():
        if case.submitted is None:
            continue
        days = [_day(case.submitted), *(_day(at) for _, at in case.round)] if case.round else []
        had += any((second - first).days > 30 for first, second in pairwise(days))
        waiting = case.open and not case.paid and not {ADMINISTRATION, FINAL} <= case.levels()
        since = _day(case.round[-1][1] if case.round else case.submitted)
        has += waiting and (today - since).days > 30
    return had, has


def _last_submitted(case: Case) -> datetime:
    return max(at for activity, _, at in case.steps if SUBMITTED in activity)


def _day(moment: datetime) -> date:
    return moment.astimezone(ZONE).date()
