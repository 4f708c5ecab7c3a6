"""What the tests of commands share: the command line called in this process, and a prepared home."""

from __future__ import annotations

import shutil
import sys

import pytest

import cli
from tests.ledger.commands.room import WORD, Room, Told, quick_argon2, started_room


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Derive encryption keys in no time: what is tested here is around it."""
    quick_argon2(monkeypatch)


@pytest.fixture
def call(monkeypatch, capfd, tmp_path):
    """Call the command line as a shell would; returns its exit code, stdout and stderr."""
    for name in ("QIFENG_HOME", "QIFENG_CONFIG", "QIFENG_PASSPHRASE_FILE", "SSH_AUTH_SOCK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "nobody"))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)

    def do(*arguments):
        monkeypatch.setattr(sys, "argv", ["qifeng", *map(str, arguments)])
        capfd.readouterr()
        code = cli.main()
        return Told(code, *capfd.readouterr())

    return do


@pytest.fixture(scope="session")
def prepared(tmp_path_factory):
    """Start one ledger with two administrators and two clerks, to be copied for each test."""
    with pytest.MonkeyPatch.context() as patch:
        quick_argon2(patch)
        return started_room(tmp_path_factory.mktemp("prepared"))


@pytest.fixture
def room(prepared, call, tmp_path):
    """Give a copy of the prepared ledger, in which commands are called."""
    folder = tmp_path / "room"
    shutil.copytree(prepared, folder)
    (folder / "passphrase").write_text(f"{WORD}\n")
    return Room(folder, call)
