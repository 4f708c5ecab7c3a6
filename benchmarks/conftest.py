"""What every benchmark is given: a report to publish in, ledgers to measure on, and how large."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from benchmarks.machine import describe
from benchmarks.offices import BenchOffice, Workload, learn_workload, make_bench_office
from benchmarks.report import HEADINGS, Publish, Report, columns, write_page

REPORT = pytest.StashKey[Report]()
MACHINE = pytest.StashKey[str]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what a run may be asked for."""
    parser.addoption("--million", action="store_true", help="measure at a million events too")
    parser.addoption("--sizes", help="measure growth at these sizes instead: 10000,100000")
    parser.addoption("--page", type=Path, help="write what was measured to this page")


def pytest_configure(config: pytest.Config) -> None:
    """Begin a report."""
    config.stash[REPORT] = Report()
    config.stash[MACHINE] = "a machine that was not looked at"


@pytest.fixture
def report(request: pytest.FixtureRequest) -> Report:
    """The report of the run, for what is more than a row."""
    return request.config.stash[REPORT]


@pytest.fixture
def publish(request: pytest.FixtureRequest) -> Publish:
    """Publish a row of the report."""
    test = request.node.nodeid.removeprefix("benchmarks/")
    return partial(request.config.stash[REPORT].add, test)


@pytest.fixture(scope="session", autouse=True)
def machine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Name the machine, while nothing else runs on it."""
    request.config.stash[MACHINE] = describe(tmp_path_factory.getbasetemp())


@pytest.fixture(autouse=True)
def _workers_of_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers load what those of the command load: without a main module named, not pytest as well."""
    monkeypatch.setattr(sys.modules["__main__"], "__spec__", None)
    monkeypatch.delattr(sys.modules["__main__"], "__file__", raising=False)


@pytest.fixture(scope="session")
def workload() -> Workload:
    """What happens in the ledgers that are measured: the demo year's records, over and over."""
    return learn_workload()


@pytest.fixture(scope="session")
def office_of(
    workload: Workload, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[int, int], BenchOffice]]:
    """Return a ledger of so many events, so many an act, made once."""
    made: dict[tuple[int, int], BenchOffice] = {}

    def office(size: int, per_act: int) -> BenchOffice:
        if (size, per_act) not in made:
            folder = tmp_path_factory.mktemp(f"office-{size}-{per_act}")
            made[size, per_act] = make_bench_office(folder)
            made[size, per_act].grow(workload, size, per_act=per_act)
        return made[size, per_act]

    yield office
    for each in made.values():
        each.close()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Measure at the sizes of the curve."""
    if "size" in metafunc.fixturenames:
        asked = metafunc.config.getoption("--sizes")
        sizes = [int(each) for each in asked.split(",")] if asked else [10_000, 100_000]
        if metafunc.config.getoption("--million"):
            sizes.append(1_000_000)
        metafunc.parametrize("size", sizes)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fail where a number is under its floor by more than noise."""
    if session.config.stash[REPORT].under and not exitstatus:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Show the tables, and write the page that was asked for."""
    report = config.stash[REPORT]
    if not report.rows and not report.tables:
        return
    terminalreporter.section("published numbers")
    terminalreporter.write_line(config.stash[MACHINE])
    tables = [(HEADINGS, [row.words for row in report.rows])]
    tables += [(each.headings, each.rows) for each in report.tables]
    for headings, rows in tables:
        for line in ("", *columns(headings, rows)):
            terminalreporter.write_line(line)
    for row in report.under:
        terminalreporter.write_line(f"UNDER ITS FLOOR: {row.what}: {row.measured}", red=True)
    if config.getoption("--page"):
        write_page(config.getoption("--page"), report, config.stash[MACHINE])
