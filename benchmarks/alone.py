"""A program in a process of its own, so that what it took of memory is its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent


def told_by(program: Path, *arguments: str) -> Any:
    """Run a program that knows this house; return what it wrote as JSON."""
    done = subprocess.run(
        [sys.executable, str(program), *arguments],
        cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)
