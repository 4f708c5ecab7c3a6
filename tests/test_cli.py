"""The command line's edges: what each error exits with, and what a command is told."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

import cli
from ledger.commands.session import Session, find_home
from ledger.errors import LedgerError, RefusedError, UnavailableError
from tests.needs import REPOSITORY, unmeasured

USAGE = "Usage: qifeng status [OPTIONS]\nTry 'qifeng status --help' for help.\n\n"


def call(monkeypatch, *arguments):
    """Call the command line as a shell would, and return its exit code."""
    monkeypatch.setattr(sys, "argv", ["qifeng", *arguments])
    return cli.main()


@pytest.fixture
def act_as(monkeypatch):
    """Return what makes `qifeng status` do as told."""

    def stand_in(behaviour):
        command = click.Command("status", callback=behaviour)
        monkeypatch.setattr(cli.LazyGroup, "get_command", lambda *_: command)

    return stand_in


def raising(error):
    """Return a behaviour that raises."""

    def behaviour():
        raise error

    return behaviour


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (RefusedError("R1", "no"), 1, "error: R1: no\n"),
        (
            UnavailableError("disk", "full", todo="free some"),
            3,
            "error: disk: full; free some\n",
        ),
        (LedgerError("stop"), 3, "error: stop\n"),
        (click.UsageError("what?"), 2, f"{USAGE}Error: what?\n"),
        (click.FileError("f", "gone"), 2, "Error: Could not open file 'f': gone\n"),
        (KeyboardInterrupt(), 130, ""),
        (click.Abort(), 130, ""),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else None,
)
def test_every_error_has_its_exit_code_and_one_line(
    act_as, monkeypatch, capsys, *, error, code, said
):
    """A refusal is 1, wrong usage 2, what could not be finished 3, an interruption 130."""
    act_as(raising(error))

    assert call(monkeypatch, "status") == code
    assert capsys.readouterr() == ("", said)


def test_what_nobody_expected_is_one_line_and_3(act_as, monkeypatch, capsys):
    """A broken program never exits 1, which is a judgement about records."""
    act_as(raising(KeyError("x\ny")))

    assert call(monkeypatch, "status") == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: unexpected KeyError:")
    assert err.count("\n") == 1


def test_traceback_shows_where_it_arose(act_as, monkeypatch, capsys):
    """Whoever reports a fault can be asked for the place."""
    act_as(raising(KeyError("x")))

    assert call(monkeypatch, "--traceback", "status") == 3
    assert "in behaviour" in capsys.readouterr().err


@pytest.mark.parametrize(("verdict", "code"), [(None, 0), (0, 0), (1, 1), (3, 3)])
def test_a_command_returns_its_exit_code(act_as, monkeypatch, verdict, code):
    """What a command returns is what the shell is told; nothing is 0."""
    act_as(lambda: verdict)

    assert call(monkeypatch, "status") == code


def test_an_unknown_command_is_wrong_usage(monkeypatch, capsys):
    """A slip of the pen is 2, with a way to help."""
    assert call(monkeypatch, "statsu") == 2
    assert "No such command 'statsu'" in capsys.readouterr().err


def test_help_is_0_and_lists_the_table(monkeypatch, capsys):
    """Every command of the table stands in the help, with its line."""
    assert call(monkeypatch, "--help") == 0

    listed = capsys.readouterr().out
    assert [text for _, _, text in cli.COMMANDS if text not in listed] == []


def test_a_reader_who_leaves_is_no_traceback():
    """`qifeng … | head -0` says nothing and is not taken for a judgement."""
    code = (
        "import sys, os, click, cli\n"
        "cli.LazyGroup.get_command = lambda *_: click.Command('x', callback=lambda:"
        " [click.echo('y' * 4096) for _ in range(99)])\n"
        "sys.argv = ['qifeng', 'x']\n"
        "sys.exit(cli.main())\n"
    )
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-c", code],
        stdout=writer,
        stderr=subprocess.PIPE,
        cwd=Path(cli.__file__).parent,
        check=False,
    )
    os.close(writer)

    assert (done.returncode, done.stderr) == (3, b"")


def test_a_full_disk_under_stdout_is_3(act_as, monkeypatch, capsys):
    """An answer that could not be written was not given."""
    act_as(raising(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))))

    assert call(monkeypatch, "status") == 3
    assert "No space left" in capsys.readouterr().err


def told(act_as, monkeypatch, *arguments):
    """Return the session that a command is given."""
    sessions = []
    act_as(click.pass_obj(sessions.append))
    assert call(monkeypatch, *arguments, "status") == 0
    return sessions[0]


def test_options_reach_the_command(act_as, monkeypatch):
    """What is said on the command line is what a command is told."""
    monkeypatch.setenv("SSH_AUTH_SOCK", "agent")
    options = ["--home", "h", "--config", "c", "--store", "s", "--as", "a"]

    session = told(act_as, monkeypatch, *options, "--passphrase-file", "p")

    assert session == Session(Path("h"), Path("c"), "agent", "s", "a", Path("p"))


def test_the_environment_fills_in_what_is_not_said(act_as, monkeypatch, tmp_path):
    """QIFENG_HOME and XDG_CONFIG_HOME stand where no option does."""
    monkeypatch.delenv("QIFENG_CONFIG", raising=False)
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    monkeypatch.setenv("QIFENG_HOME", "from-environment")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))

    session = told(act_as, monkeypatch)

    assert session == Session(Path("from-environment"), tmp_path / "qifeng")


def test_the_home_is_found_from_here_upwards(tmp_path):
    """The nearest .qifeng counts; where there is none, it would be made here."""
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)

    assert find_home(below) == below / ".qifeng"
    (tmp_path / ".qifeng").mkdir()
    assert find_home(below) == tmp_path / ".qifeng"


def test_a_small_command_loads_nothing_that_it_does_not_need(tmp_path):
    """Spreadsheets, paper, a network, a generator of SQL: who reads a trail or a view waits for none."""
    unneeded = ("alembic", "asyncio", "cryptography.x509", "fpdf", "http.client", "matplotlib", "multiprocessing",
                "nacl", "openpyxl", "psycopg", "rfc3161_client", "rich", "sqlalchemy", "urllib.request")  # fmt: skip
    told = (
        "import json, sys, cli\n"
        "def run(command): sys.argv[1:] = command; return cli.main()\n"
        "codes = [run(each) for each in json.loads(sys.argv[1])]\n"
        f"print([name for name in {unneeded!r} if name in sys.modules], file=sys.stderr)\n"
        "sys.exit(any(codes))"
    )
    passphrase = tmp_path / "passphrase"
    passphrase.write_text("a passphrase of your own")
    passphrase.chmod(0o600)
    where = {"QIFENG_CONFIG": f"{tmp_path / 'mine'}", "QIFENG_PASSPHRASE_FILE": f"{passphrase}"}

    def run(*commands):
        return subprocess.run(
            [sys.executable, "-c", told, json.dumps(commands)],
            check=False,
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=unmeasured() | {"PYTHONPATH": f"{REPOSITORY}"} | where,
        )

    founding = ("--founder", "陈立", "--name", "某县委办公室")
    run(("init", "--origin", "county.example/office", *founding))
    small = run(
        ("audit", "trail", "office/main"),
        ("status",),
        ("queue",),
        ("view", "regulation_status", "--as-of", "2024-06-30"),
        ("audit", "flags"),
    )

    assert (small.returncode, small.stderr.splitlines()[-1]) == (0, "[]")
