"""Two tamper-evident logs that others publish, each run in an environment of its own, made when first needed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.others import AT_ONCE, ONE_BY_ONE, RECORD_BYTES, Did, bytes_under

HERE = Path(__file__).parent
KEPT = HERE.parent.parent / ".benchmarks"
PYMERKLE = "pymerkle==7.0.0"
HYPERCORE = "hypercore@11.39.5"


def pymerkle(folder: Path) -> Did:
    """`SqliteTree` of pymerkle: nothing is signed; looked at again, its root is worked out anew."""
    place = KEPT / PYMERKLE
    python = place / "bin" / "python"
    if not python.exists():
        _run([sys.executable, "-m", "venv", f"{place}"])
        _run([f"{python}", "-m", "pip", "install", "--quiet", PYMERKLE])
    return _did([f"{python}", f"{HERE / 'pymerkle_side.py'}"], folder, folder)


def hypercore(folder: Path) -> Did:
    """hypercore: each append signs the tree; looked at again, a copy checks every block by proof."""
    place = KEPT / HYPERCORE
    if not (place / "node_modules" / "hypercore").exists():
        place.mkdir(parents=True, exist_ok=True)
        (place / "package.json").write_text("{}")
        _run(["npm", "install", "--silent", HYPERCORE], place)
    return _did(["node", f"{HERE / 'hypercore_side.mjs'}"], folder, place, kept="core")


def _did(command: Sequence[str], folder: Path, where: Path, kept: str = ".") -> Did:
    asked = [f"{folder}", f"{ONE_BY_ONE}", f"{AT_ONCE}", f"{RECORD_BYTES}"]
    one, many, again = json.loads(_run([*command, *asked], where))
    count = ONE_BY_ONE + AT_ONCE
    return Did(
        ONE_BY_ONE / one, AT_ONCE / many, count / again, bytes_under(folder / kept) / count
    )


def _run(command: Sequence[str], where: Path | None = None) -> str:
    return subprocess.run(command, cwd=where, check=True, capture_output=True, text=True).stdout
