"""What a test needs of the machine: skip where it is missing, fail where it may not be.

`.ci/run` sets QIFENG_CI=1 and installs everything; there a skip would be a promise nobody looked
at, so it fails. Only what cannot be installed may be absent: the folder `shared` beside the repository, and a
system that lets one process trace another.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
SHARED = REPOSITORY.parent / "shared"
PTRACE = "ptrace"
MEASURED = "COVERAGE_PROCESS_CONFIG"
"""What tells a process that its coverage is measured."""
MAY_BE_ABSENT = ("shared", PTRACE)


def unmeasured() -> dict[str, str]:
    """Return the environment for a process that may load or write nothing besides its own."""
    return {name: value for name, value in os.environ.items() if name != MEASURED}


def in_ci() -> bool:
    """Tell whether everything a test needs has been promised."""
    return os.environ.get("QIFENG_CI", "") not in ("", "0")


def may_be_absent(reason: str) -> bool:
    """Tell whether a reason to skip is one of those that nobody can install away."""
    return any(each in reason for each in MAY_BE_ABSENT)


def missing(reason: str) -> NoReturn:
    """Leave the test, as skipped, or as failed where the thing was promised."""
    if in_ci() and not may_be_absent(reason):
        pytest.fail(f"may not be skipped under QIFENG_CI: {reason}", pytrace=False)
    pytest.skip(reason)


def program(name: str, *, package: str) -> str:
    """Return the path of an installed program, or leave the test."""
    found = shutil.which(name)
    return found or missing(f"{name} is not installed (Debian: {package})")


def shared(*parts: str) -> Path:
    """Return a file or folder of `shared`, or leave the test."""
    path = SHARED.joinpath(*parts)
    return path if path.exists() else missing(f"shared/{'/'.join(parts)} is not beside us")
