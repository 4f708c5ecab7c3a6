"""What is installed from a wheel is the whole program."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.needs import REPOSITORY

SHIPPED = ("ledger", "projections", "migrations")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """Return a folder into which the wheel of this tree has been installed, with nothing fetched."""
    folder = tmp_path_factory.mktemp("wheel")
    tree, wheels, site = folder / "tree", folder / "wheels", folder / "site"
    caches = shutil.ignore_patterns("__pycache__")
    for name in SHIPPED:
        shutil.copytree(REPOSITORY / name, tree / name, ignore=caches)
    for name in ("cli.py", "pyproject.toml", "README.md"):
        shutil.copy(REPOSITORY / name, tree)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    alone = ["--no-deps", "--no-index"]
    build = [
        *pip,
        "wheel",
        *alone,
        "--no-build-isolation",
        "--wheel-dir",
        f"{wheels}",
        f"{tree}",
    ]
    subprocess.run(build, check=True)
    (wheel,) = wheels.glob("*.whl")
    subprocess.run([*pip, "install", *alone, "--target", f"{site}", f"{wheel}"], check=True)
    return site


def files_of(root: Path) -> set[str]:
    """Return the files of the shipped packages under a folder."""
    return {
        path.relative_to(root).as_posix()
        for name in SHIPPED
        for path in (root / name).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_holds_every_file_of_the_packages(installed):
    """Migrations, samples and type marks travel with the code."""
    assert files_of(REPOSITORY) - files_of(installed) == set()


def test_the_installed_command_line_works_away_from_the_tree(installed, tmp_path):
    """`qifeng --help` answers from what was installed, in a folder that knows nothing of us."""
    code = "import sys, cli; print(cli.__file__, file=sys.stderr); sys.exit(cli.main())"
    done = subprocess.run(
        [sys.executable, "-c", code, "--help"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0
    assert done.stdout.startswith("Usage: qifeng")
    assert Path(done.stderr.strip()) == installed / "cli.py"


def test_the_locks_pin_every_requirement_by_hash():
    """What is installed tomorrow is what was tried today, from whatever index is configured."""
    for name in ("requirements.lock", "requirements-test.lock"):
        text = (REPOSITORY / name).read_text(encoding="utf-8")
        pins = re.split(r"\n(?=[a-z])", text)

        assert [pin for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []
        assert "://" not in text


@pytest.mark.parametrize("tool", ["codespell", "deptry", "ruff"])
def test_no_linter_reads_what_the_demo_and_a_build_leave(tool):
    """`make demo` and then `make test` work in one tree: what the one leaves the other passes over."""
    settings = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["tool"]
    passed_over = {
        "codespell": {
            each.removeprefix("./") for each in settings["codespell"]["skip"].split(",")
        },
        "deptry": set(settings["deptry"]["extend_exclude"]),
        "ruff": set(settings["ruff"]["extend-exclude"]),
    }

    assert {"build", "demo", "dist"} - passed_over[tool] == set()
