"""What the tests of stock verifiers share: the Go caller, built once, one browser, and trees of tiles to judge."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import needs
from tests.office import make_busy_office
from tests.stock.chromium import running_browser
from tests.stock.trees import write_tree

# The stock validator holds on to an lxml that has no wheel for Python 3.13.
collect_ignore = ["test_eark.py"] if sys.version_info >= (3, 13) else []
SOURCE = Path(__file__).parent / "audit.go"
# Debian's golang-golang-x-mod-dev installs its sources here; nothing is fetched.
GOCODE = Path("/usr/share/gocode")


@dataclass(frozen=True)
class Auditor:
    """The Go caller, built."""

    program: Path

    def __call__(self, *arguments) -> str:
        """Return what it refuses, or an empty text where all holds."""
        done = subprocess.run(
            [self.program, *map(str, arguments)], capture_output=True, text=True, check=False
        )
        assert (done.returncode, bool(done.stdout)) in ((0, True), (1, False)), done
        return done.stderr


@pytest.fixture(scope="session")
def auditor(tmp_path_factory):
    """Build the Go caller from Debian's packages, without any network."""
    go = needs.program("go", package="golang-go")
    if not (GOCODE / "src/golang.org/x/mod/sumdb/tlog").is_dir():
        needs.missing("golang.org/x/mod is not installed (Debian: golang-golang-x-mod-dev)")
    folder = tmp_path_factory.mktemp("go")
    settings = {"GO111MODULE": "off", "GOPATH": str(GOCODE), "GOCACHE": str(folder / "cache")}
    subprocess.run(
        [go, "build", "-o", folder / "audit", SOURCE],
        env=os.environ | settings, check=True, capture_output=True,
    )  # fmt: skip
    return Auditor(folder / "audit")


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    """Start one Chromium for all pages."""
    chromium = needs.program("chromium", package="chromium")
    with running_browser(chromium, tmp_path_factory.mktemp("profile")) as running:
        yield running


@pytest.fixture(scope="session")
def busy(tmp_path_factory):
    """Write the tree of a small office once; returns the office and the folder."""
    office = make_busy_office()
    return office, write_tree(office, tmp_path_factory.mktemp("tree"))
