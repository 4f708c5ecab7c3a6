"""How long a command takes from the shell's prompt and back, beside a Python that does nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks.report import Row, at_most
from benchmarks.sides import measure

ROOT = Path(__file__).parent.parent
ROUNDS = 9
SMALL = (
    ("audit", "trail", "office/main"),
    ("status",),
    ("queue",),
    ("view", "document_register"),
    ("audit", "flags"),
)
QIFENG = [sys.executable, "-c", "import sys, cli; sys.exit(cli.main())"]


@pytest.fixture
def run(tmp_path):
    """Run a command in a home of its own."""
    word = tmp_path / "passphrase"
    word.write_text("骑缝\n")
    word.chmod(0o600)
    settings = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "QIFENG_CONFIG": str(tmp_path / "user"),
        "QIFENG_PASSPHRASE_FILE": str(word),
    }

    def run(arguments: Sequence[str]) -> None:
        subprocess.run(
            arguments, cwd=tmp_path, env=settings, stdout=subprocess.DEVNULL, check=True
        )

    return run


def test_help(benchmark, publish, run):
    """The whole process of `qifeng --help`."""
    _publish(benchmark, publish, run, ["--help"], 0.15)


@pytest.mark.parametrize("command", SMALL, ids=" ".join)
def test_a_small_reading_command(benchmark, publish, run, command):
    """The whole process of a command that reads a trail or a view, in a small ledger."""
    run([*QIFENG, "init", "--origin", "bench.example", "--founder", "甲"])
    run([*QIFENG, *command])

    _publish(benchmark, publish, run, command, 0.5)


def _publish(benchmark, publish, run, arguments, most):
    sides = measure(
        benchmark,
        lambda _: run([*QIFENG, *arguments]),
        lambda _: run([sys.executable, "-c", "pass"]),
        rounds=ROUNDS,
    )
    publish(
        Row(
            f"qifeng {' '.join(arguments)}, whole process",
            f"{sides.ours:.3f} s",
            f"{sides.baseline:.3f} s, python -c pass",
            sides.ratio,
            sides.noise,
            f"< {most} s",
            met=at_most(sides.ours, most, noise=sides.spread),
        )
    )
