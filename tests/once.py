"""What a run makes once, whichever of its processes asks first: the others wait for it and share it.

`demo_year` is the demo's year, played by the real command. Tests look at it; who would write copies it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.stories.told import shim_environment


@dataclass(frozen=True)
class Year:
    """The demo's folder, what the demo told, and the environment in which `qifeng` works on it."""

    folder: Path
    told: str
    environment: Mapping[str, str]

    def copy(self, into: Path) -> Year:
        """Return the same year in a folder of its own."""
        shutil.copytree(self.folder, into)
        return _year(into, self.told, self.environment)

    def run(self, *arguments: str) -> str:
        """Run a command in the demo's folder; returns what it answered."""
        done = subprocess.run(
            arguments, cwd=self.folder, env=self.environment, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout


def made_once(
    factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]
) -> Path:
    """Return a folder that one process of the run has filled."""
    root = factory.getbasetemp()
    root = root.parent if "PYTEST_XDIST_WORKER" in os.environ else root
    folder, whole = root / f"once-{name}", root / f"once-{name}.whole"
    with (root / f"once-{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not whole.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            whole.touch()
    return folder


@pytest.fixture(scope="session")
def demo_year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    """The demo's year, played once a run; nobody writes to it."""
    folder = made_once(tmp_path_factory, "year", _play)
    told = (folder / "told.txt").read_text(encoding="utf-8")
    return _year(folder / "year", told, shim_environment(folder))


def _year(folder: Path, told: str, environment: Mapping[str, str]) -> Year:
    ours = {
        "COLUMNS": "200",
        "QIFENG_CONFIG": str(folder / "user"),
        "QIFENG_PASSPHRASE_FILE": str(folder / "passphrase"),
    }
    return Year(folder, told, {**environment, **ours})


def _play(folder: Path) -> None:
    told = _year(folder, "", shim_environment(folder)).run("qifeng", "demo", "year")
    (folder / "told.txt").write_text(told, encoding="utf-8")
