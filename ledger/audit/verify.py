"""Verifying a ledger: every check of evidence, every finding, one verdict.

Two passes over one snapshot. The first goes by index, a span at a time: bytes, seals, signatures,
leaves, times, keys. The second goes by record: histories, business rules, series, content; where bytes alone
are asked for and the first proves the histories (`ledger.audit.chains`), it has nothing left to do. Memory
stays flat in both. Nothing stops at the first finding, and the run always ends.
"""

from __future__ import annotations

import itertools
import os
import secrets
import time
from array import array
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from ledger.application.inventory import read_sealed
from ledger.application.purges import read_purged
from ledger.audit import damage
from ledger.audit.authority import KINDS, Authority, learn
from ledger.audit.chains import KEY_BYTES, minus, newest
from ledger.audit.checks import CHECKS, Scope, scope_of
from ledger.audit.crew import Crew, HistoryGround, Report, Task, collecting_seldom, run_alone
from ledger.audit.forms import EventForms
from ledger.audit.heads import check_head, read_head
from ledger.audit.histories import PAST_ALL, ActTable, HistoryReport, Wanted
from ledger.audit.inventories import InventoryCheck
from ledger.audit.keyring import check_alone, check_certified, check_handovers, check_keys
from ledger.audit.outside import NOTHING, Outside, check_checkpoints, speakers
from ledger.audit.privacy import check_loose
from ledger.audit.reading import readable_at, spans
from ledger.audit.since import Base, check_founding, check_past, read_base, touched
from ledger.audit.spans import Ground, SpanReport
from ledger.audit.stamps import UNJUDGED, StampCheck
from ledger.audit.verdict import Findings, Pin, Tally, Verdict
from ledger.audit.witnesses import WitnessCheck
from ledger.errors import LedgerError, UsageError
from ledger.findings import Finding
from ledger.keys.batch import verifier
from ledger.store.contract import Head, LogReader, LogStore
from ledger.store.open import MEMORY, index_problems, schema_problems

SPAN = 4096
# So many records that new events go on with are one task.
RECORDS = 64
# Below this size, starting worker processes costs more than they save.
WORTH_WORKERS = 8192

# What is read record by record, and what compares that with reading by index.
BY_RECORD = frozenset({"rule", "series", "content", "private", "inventory", "store"})

Progress = Callable[[int, int], None]
ActsOfSpan = tuple[int, "array[int]", "array[int]"]


@dataclass
class Run:
    """One verification under way: what it is about, and what it has come to so far."""

    store: LogStore
    reader: LogReader
    pin: Pin
    scope: Scope
    jobs: int
    progress: Progress | None
    outside: Outside
    left_out: tuple[str, ...] = ()
    head: Head = field(default_factory=lambda: Head(0, b"", ()))
    authority: Authority = field(default_factory=Authority)
    acts: ActTable = field(default_factory=ActTable)
    findings: Findings = field(default_factory=Findings)
    misplaced: list[damage.Misplaced] = field(default_factory=list)
    examined: dict[str, int] = field(default_factory=dict)
    as_found: dict[str, int] = field(default_factory=dict)
    found: Findings | None = None
    totals: list[tuple[int, int]] = field(default_factory=list)
    done: int = 0
    crew: Crew | None = None
    base: Base | None = None
    owed: int | None = None

    @property
    def start(self) -> int:
        """The first index that is looked at."""
        return self.base.start if self.base else 0

    def count(self, code: str, number: int) -> None:
        """Add to what a check has looked at."""
        self.examined[code] = self.examined.get(code, 0) + number

    def excuse(self, code: str, number: int) -> None:
        """Add to what a check knows was entered as found."""
        self.as_found[code] = self.as_found.get(code, 0) + number

    def name(self, found: Findings) -> None:
        """Take in breaches in history entered as found, where they are asked for."""
        if self.found is not None:
            self.found.merge(found)


def verify(  # noqa: PLR0913 -- a run, every word of it named
    store: LogStore,
    *,
    pin: Pin,
    only: tuple[str, ...] = (),
    jobs: int | None = None,
    as_found: bool = False,
    progress: Progress | None = None,
    outside: Outside = NOTHING,
) -> Verdict:
    """Verify a ledger against its pin; `only` names checks or codes, `jobs` is all cores if None.

    `progress` is told (done, total), in events of both passes; `as_found` names each breach in history
    entered as found, which is else only counted.

    `outside` is what is known of the log elsewhere: checkpoints, roots of time-stamping authorities; and
    the checkpoint from which on it is verified, if not all of it.

    Raises:
        UsageError: `only` names no check, or what to verify from is no checkpoint.
    """
    started = time.perf_counter()
    # A head to go on from is always held against the log: all else rests on it.
    held = ("checkpoint",) if only and outside.since else ()
    scope = scope_of((*only, *held))
    unfinished = ""
    with ExitStack() as stack:
        stack.enter_context(collecting_seldom())
        run = Run(store, store, pin, scope, jobs or os.cpu_count() or 1, progress, outside)
        run.found = Findings() if as_found else None
        try:
            run.reader = stack.enter_context(store.snapshot())
            run.head, problems = read_head(run.reader)
            run.findings.extend(problems)
            if outside.since:
                run.base = read_base(run.reader, *outside.since, log_size=run.head.size)
            if _worth_workers(run):
                run.crew = stack.enter_context(Crew(store.url, run.jobs))
            _run(run)
        except UsageError:
            raise
        except LedgerError as error:
            unfinished = str(error)
    return _verdict(run, unfinished, time.perf_counter() - started)


def _run(run: Run) -> None:
    run.authority = learn(run.reader, EventForms(KINDS))
    if "store" in run.scope.families:
        _check_store(run)
    _check_keys(run)
    if run.base is not None:
        run.findings.extend(check_founding(run.reader, run.pin))
        run.findings.extend(check_past(run.reader, run.authority, run.base))
    _first_pass(run)
    run.findings.extend(damage.explain_misplaced(run.reader, run.misplaced))
    head = check_head(run.reader, run.head, corrected_at=run.authority.corrected_at)
    run.findings.extend(head)
    _check_outside(run)
    if run.owed == 0:
        # Each history is proved: what its events follow on was seen in the first pass.
        _progress(run, run.head.size)
    elif run.scope.families & {"event", "rule", "series", "content", "private", "inventory"}:
        _second_pass(run)


def _check_outside(run: Run) -> None:
    """Hold the log against what its own key and outside authorities signed of it."""
    if "checkpoint" in run.scope.families:
        known = speakers(run.authority, run.pin)
        number, found = check_checkpoints(run.reader, known, run.outside, size=run.head.size)
        run.count("checkpoint", number)
        run.findings.extend(found)
        witnesses = WitnessCheck(run.reader, run.outside, known, run.head.size)
        run.findings.extend(witnesses.check())
        run.count("checkpoint", witnesses.looked_at)
        run.left_out += witnesses.left_out
    if "time" in run.scope.families:
        stamps = StampCheck(run.reader, run.outside.roots_pem)
        run.findings.extend(stamps.check())
        run.count("time", stamps.looked_at)
        run.left_out += (UNJUDGED,) if stamps.unjudged else ()


def _check_store(run: Run) -> None:
    problems = schema_problems(run.store.url)
    run.count("store", 1)
    for problem in problems:
        run.findings.add(Finding("store.schema", "store changed", problem, record="schema"))
    # Indexes are compared with whole tables, attached content and all: no work for a run from a base on.
    for problem in () if run.base else index_problems(run.store.url):
        run.findings.add(Finding("store.index", "store changed", problem, record="index"))


def _check_keys(run: Run) -> None:
    run.findings.extend(check_keys(run.authority, run.pin.origin))
    run.findings.extend(check_handovers(run.authority))
    run.findings.extend(check_certified(run.authority))
    run.findings.extend(check_alone(run.authority))
    run.count("key", len(run.authority.lives))
    if run.base is not None:
        return
    for act in run.reader.doubled_acts():
        message = "stands in more than one seal"
        run.findings.add(Finding("seal.double", "inserted", message, record=f"act/{act}"))


def _first_pass(run: Run) -> None:
    families = run.scope.families
    key = b""
    if "event" in families and not families & BY_RECORD and run.base is None:
        key = secrets.token_bytes(KEY_BYTES)
        run.owed = newest(run.reader, key)
    ground = Ground(
        size=run.head.size,
        root=run.head.root,
        pin=run.pin,
        authority=run.authority,
        reads="authority" in families,
        bonds="rule" in families,
        as_found=run.found is not None,
        base=run.base,
        chains=key,
    )
    if not run.head.size:
        run.findings.add(Finding("log.empty", "deleted", "no founding act: the log is empty"))
    parts: list[ActsOfSpan] = []
    tasks = spans(run.reader, size=run.head.size, width=SPAN, start=run.start)
    for report in _reports(run, ground, tasks):
        assert isinstance(report, SpanReport)
        _take_span(run, report)
        numbers = array("I", [run.acts.number(each) for each in report.who])
        parts.append(
            (report.lo, report.firsts, array("I", map(numbers.__getitem__, report.numbers)))
        )
    for _, firsts, told in sorted(parts, key=lambda each: each[0]):
        run.acts.firsts.extend(firsts)
        run.acts.numbers.extend(told)


def _take_span(run: Run, report: SpanReport) -> None:
    run.findings.merge(report.findings)
    run.name(report.found)
    run.misplaced += report.misplaced
    for code, number in (
        ("event", report.events), ("log", report.events), ("time", report.events),
        ("seal", report.acts), ("key", report.signatures), ("authority", report.reads),
    ):  # fmt: skip
        run.count(code, number)
    run.excuse("rule", report.as_found)
    run.owed = minus(run.owed, report.chains)
    run.totals.append((report.events, report.total))
    _progress(run, report.events)


def _second_pass(run: Run) -> None:
    families = run.scope.families
    listed = "inventory" in families and run.base is None
    inventories = InventoryCheck(read_sealed(run.reader) if listed else ())
    wanted = Wanted(
        chains="event" in families,
        rules="rule" in families,
        series="series" in families,
        content="content" in families,
        as_found=run.found is not None,
        inventories=inventories.sizes,
        private="private" in families,
        purged=read_purged(run.reader),
        since=run.start,
    )
    ground = HistoryGround(run.authority, run.acts, wanted)
    events = total = 0
    for report in _reports(run, ground, _stretches(run)):
        assert isinstance(report, HistoryReport)
        run.findings.merge(report.findings)
        run.name(report.found)
        events, total = events + report.events, total + report.total
        run.count("rule", report.rules)
        run.excuse("rule", report.rules_as_found)
        run.count("series", report.numbers)
        run.excuse("series", report.numbers_as_found)
        run.count("content", report.contents)
        run.count("private", report.private)
        inventories.take(report.start, report.lists, report.stop)
        _progress(run, report.events)
    if wanted.private and run.base is None:
        run.findings.extend(check_loose(run.reader, run.head.size))
    run.count("inventory", len(inventories.sealed))
    run.findings.extend(inventories.findings(run.head.size))
    expected = (sum(each[0] for each in run.totals), sum(each[1] for each in run.totals))
    if (events, total) != expected and not run.findings.counts:
        message = (
            f"read by index the log has {expected[0]} events, by record {events} or others"
        )
        run.findings.add(
            Finding("store.index", "store changed", message, record="index events")
        )


def _stretches(run: Run) -> Iterator[Task]:
    """Cut the records into stretches of about the same number of events, for the workers.

    From a base on, only the records that new events go on with are read, several at a time.
    """
    if run.base is not None:
        records = touched(run.reader, run.base, run.head.size)
        for at in range(0, len(records), RECORDS):
            yield records[at : at + RECORDS], None
        return
    cuts: set[str] = set()
    if run.crew is not None:
        parts = run.jobs * 16
        for part in range(1, parts):
            row = readable_at(run.reader, run.head.size * part // parts)
            if row is not None:
                cuts.add(row.record)
    bounds = ["", *sorted(cuts), PAST_ALL]
    yield from itertools.pairwise(bounds)


def _reports(run: Run, ground: Any, tasks: Iterable[Task]) -> Iterator[Report]:
    if run.crew is not None:
        return run.crew.run(run.reader, ground, tasks)
    return run_alone(run.reader, ground, tasks)


def _worth_workers(run: Run) -> bool:
    new = run.head.size - run.start
    return run.jobs > 1 and new >= WORTH_WORKERS and run.store.url != MEMORY


def _progress(run: Run, events: int) -> None:
    run.done += events
    if run.progress is not None:
        run.progress(run.done, (run.head.size - run.start) * 2)


def _verdict(run: Run, unfinished: str, seconds: float) -> Verdict:
    return Verdict(
        size=run.head.size,
        root=run.head.root.hex(),
        acts=run.examined.get("seal", 0),
        pin=run.pin,
        scope=f"{run.scope.words} from {run.start}" if run.base else run.scope.words,
        not_checked=_not_checked(run),
        checks=tuple(_tallies(run)),
        findings=_in_order(run, run.findings),
        seconds=seconds,
        unfinished=unfinished,
        as_found=None if run.found is None else _in_order(run, run.found),
        verifier=verifier() if run.examined.get("key") else "",
    )


def _not_checked(run: Run) -> tuple[str, ...]:
    past = run.base.not_checked if run.base else ()
    return tuple(dict.fromkeys((*past, *run.scope.not_checked, *run.left_out)))


def _in_order(run: Run, findings: Findings) -> tuple[Finding, ...]:
    wanted = (each for each in findings.named if run.scope.wants(each))
    return tuple(
        sorted(
            wanted,
            key=lambda each: (
                -1 if each.index is None else each.index,
                each.code,
                each.message,
            ),
        )
    )


def _tallies(run: Run) -> Iterator[Tally]:
    for check in CHECKS:
        if check.code in run.scope.families:
            found = sum(
                count
                for code, count in run.findings.counts.items()
                if code.partition(".")[0] == check.code
            )
            yield Tally(
                check.code,
                run.examined.get(check.code, 0),
                found,
                run.as_found.get(check.code, 0),
            )
