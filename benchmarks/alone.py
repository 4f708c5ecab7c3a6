"""A program in a process of its own, so that what it took of memory is its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent


def own_peak_mib() -> float:
    """Return the most memory that this program has held at a time, in MiB.

    Not `ru_maxrss`: that begins with what the process held before it became this program, which is
    all that the one that started it held.
    """
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    (peak,) = (line.split()[1] for line in lines if line.startswith("VmHWM:"))
    return int(peak) / 1024


def told_by(program: Path, *arguments: str) -> Any:
    """Run a program that knows this house; return what it wrote as JSON."""
    done = subprocess.run(
        [sys.executable, str(program), *arguments],
        cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)
