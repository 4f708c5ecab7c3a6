"""Where the time goes: four scenes under a profiler, which weighs calls a little, by the part of the house."""

from __future__ import annotations

import cProfile
import pstats
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from benchmarks.offices import ACTS_AT_ONCE, make_bench_office
from benchmarks.report import Table
from benchmarks.test_bulk_append import append, decide
from benchmarks.test_verify import BUDGETED
from ledger.act import MAX_EVENTS
from ledger.audit.verify import verify
from projections.runner import FilePlace, Runner
from projections.views import VIEWS

ROOT = Path(__file__).parent.parent
EVENTS = MAX_EVENTS * ACTS_AT_ONCE
ACTS = 500
SHOWN = 7


def test_where_the_time_goes(benchmark, report, office_of, workload, tmp_path):
    """Own time of each function, added up by module of ours; what is called of others is theirs."""
    office = make_bench_office(tmp_path)
    steps = office.steps(workload)
    decided = decide(office, steps, EVENTS)
    requests = office.requests(steps, ACTS, per_act=1)
    single, many = office_of(50_000, 1), office_of(100_000, MAX_EVENTS)
    place = FilePlace(tmp_path)
    runner = Runner(many.store, place, VIEWS)

    def act_each() -> None:
        for request in requests:
            office.ledger.act(office.acting, request)

    def verified(which) -> Callable[[], object]:
        return lambda: verify(which.store, pin=which.pin, only=BUDGETED, jobs=1)

    scenes: tuple[tuple[str, int, Callable[[], object]], ...] = (
        ("append, 256 an act", EVENTS, lambda: append(office, decided)),
        ("one-event act", ACTS, act_each),
        ("verify, one event an act", single.size, verified(single)),
        ("verify, 256 an act", many.size, verified(many)),
        ("rebuild of all views", many.size, runner.rebuild),
    )
    rows = benchmark.pedantic(
        lambda: [row for name, count, work in scenes for row in _profile(name, count, work)],
        rounds=1,
    )
    place.close()
    office.close()

    report.tables.append(Table("profile", ("scene", "where", "µs an event", "share"), rows))


def _profile(
    scene: str, count: int, work: Callable[[], object]
) -> list[tuple[str, str, str, str]]:
    profiler = cProfile.Profile()
    profiler.runcall(work)
    spent: Counter[str] = Counter()
    for (file, _, name), (_, _, own, _, _) in pstats.Stats(profiler).stats.items():  # type: ignore[attr-defined]
        spent[_place(file, name)] += own
    total = sum(spent.values())
    shown = spent.most_common(SHOWN)
    rows = [
        (scene, f"`{place}`", f"{own / count * 1e6:.2f}", f"{own / total:.0%}")
        for place, own in shown
    ]
    rest = total - sum(own for _, own in shown)
    return [
        *rows,
        (scene, "everything else", f"{rest / count * 1e6:.2f}", f"{rest / total:.0%}"),
    ]


def _place(file: str, name: str) -> str:
    """Return the module of ours, the library, or the built-in function that a profile's line is of."""
    path = Path(file)
    if path.is_relative_to(ROOT) and "site-packages" not in path.parts:
        return path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
    if "site-packages" in path.parts:
        return path.parts[path.parts.index("site-packages") + 1].removesuffix(".py")
    return name if file == "~" else path.stem
