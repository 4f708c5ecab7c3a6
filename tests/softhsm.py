"""A software token for the tests that need one: SoftHSM, with its store in a folder of its own."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.needs import missing, program

PIN = "739201"
LABEL = "qifeng tests"
_MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/softhsm/libsofthsm2.so")


def softhsm_module() -> str:
    """Return the path of SoftHSM's library, or leave the test."""
    found = [path for path in _MODULES if Path(path).is_file()]
    return found[0] if found else missing("SoftHSM is not installed (Debian: softhsm2)")


@pytest.fixture(scope="session")
def softhsm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Make a token for this process and yield its label; the library reads where from the environment."""
    softhsm_module()
    folder = tmp_path_factory.mktemp("tokens")
    (folder / "softhsm2.conf").write_text(
        f"directories.tokendir = {folder}\nlog.level = ERROR\n"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(folder / "softhsm2.conf"))
        tool = program("softhsm2-util", package="softhsm2")
        subprocess.run(
            [tool, "--init-token", "--free", "--label", LABEL, "--pin", PIN, "--so-pin", PIN],
            check=True, capture_output=True,
        )  # fmt: skip
        yield LABEL
