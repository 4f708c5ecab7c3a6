"""What every test is given, and when a run counts as a run."""

from __future__ import annotations

import os
from collections.abc import Generator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.needs import in_ci, may_be_absent
from tests.once import demo_year
from tests.pg import postgresql_database, postgresql_durable_url, postgresql_url
from tests.softhsm import softhsm

__all__ = [
    "demo_year",
    "postgresql_database",
    "postgresql_durable_url",
    "postgresql_url",
    "softhsm",
]

# Chosen with --hypothesis-profile; `long` is run by hand, its score written down.
settings.register_profile("fast", max_examples=50, deadline=None)
settings.register_profile(
    "ci",
    max_examples=100,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("long", max_examples=10_000, deadline=None)
settings.load_profile("ci" if in_ci() else "fast")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, Any, Any]:
    """Turn a skip into a failure where everything a test needs was promised."""
    return _refuse_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, Any, Any]:
    """Do the same for a module that skips itself as a whole."""
    return _refuse_skip((yield))


def _refuse_skip(report: Any) -> Any:
    """Return the report, failed if it is a skip that may not be under QIFENG_CI."""
    if not report.skipped or hasattr(report, "wasxfail") or not in_ci():
        return report
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if not may_be_absent(reason):
        report.outcome = "failed"
        report.longrepr = f"may not be skipped under QIFENG_CI: {reason}"
    return report


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each worker a share that begins with what is slow; order within a share is random as ever.

    Workers begin with equal parts of the list, and take over from its end what another has not begun.
    """
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    slow = [item for item in items if item.get_closest_marker("slow")]
    quick = [item for item in items if not item.get_closest_marker("slow")]
    items[:] = [
        item
        for n in range(workers)
        for some in (slow, quick)
        for item in some[n * len(some) // workers : (n + 1) * len(some) // workers]
    ]


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fail a run in which nothing ran: all skipped is not fine."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or hasattr(session.config, "workerinput"):
        return
    ran = any(
        reporter.stats.get(outcome) for outcome in ("passed", "failed", "xfailed", "error")
    )
    if exitstatus == pytest.ExitCode.OK and not ran and not session.config.option.collectonly:
        session.exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED
