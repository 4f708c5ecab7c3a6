"""Stories as documents tell them: fenced `sh` blocks are run, the `text` block after each is expected.

All `sh` blocks of a document run in one new folder, in order, as one `bash -euo pipefail`, with
`qifeng` on the path. Of a `text` block each line must stand in the output of the block before it; `…`
stands for anything within the line.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.needs import MEASURED

ROOT = Path(__file__).parents[2]
_BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_MARK = "---- the next scene ----"
SHIM = f"""#!/bin/sh
exec {sys.executable} -c 'import sys; sys.argv[0] = "qifeng"; import cli; sys.exit(cli.main())' "$@"
"""


@dataclass(frozen=True)
class Scene:
    """One block of commands, and the lines that are expected of it."""

    commands: str
    expected: tuple[str, ...]


def read_scenes(document: str) -> list[Scene]:
    """Return a document's scenes, in order; a `text` block belongs to the `sh` block before it."""
    scenes: list[Scene] = []
    for kind, text in _BLOCK.findall(document):
        if kind == "sh":
            scenes.append(Scene(text, ()))
        elif scenes:
            scenes[-1] = Scene(scenes[-1].commands, tuple(text.splitlines()))
    return scenes


def shim_environment(folder: Path, command: str = SHIM) -> dict[str, str]:
    """Return an environment in which `qifeng` is this checkout's, and the user's folder is new.

    Its machine stands where it is always the day before the office's, so that a story which asks
    that machine for the office's day fails at noon as it would at night.
    """
    tools = folder / "tools"
    tools.mkdir(exist_ok=True)
    (tools / "qifeng").write_text(command)
    (tools / "qifeng").chmod(0o755)
    kept = {
        name: os.environ[name] for name in ("LANG", "LC_ALL", MEASURED) if name in os.environ
    }
    return kept | {
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "HOME": str(folder / "user"),
        "PYTHONIOENCODING": "utf-8",
        "COLUMNS": "160",
        "TZ": "AWAY16",
    }


def play(scenes: list[Scene], folder: Path, environment: dict[str, str]) -> list[str]:
    """Run scenes as one session of a shell; returns what each printed, both streams."""
    script = "".join(f"echo '{_MARK}'\n{scene.commands}" for scene in scenes)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=folder, env=environment, text=True, timeout=600, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert done.returncode == 0, f"exit {done.returncode}:\n{done.stdout}"
    return done.stdout.split(f"{_MARK}\n")[1:]


def missing_lines(scene: Scene, output: str) -> list[str]:
    """Return the expected lines that the output lacks."""
    lines = output.splitlines()
    return [
        line
        for line in scene.expected
        if line.strip()
        and not any(
            re.search(".*".join(map(re.escape, line.strip().split("…"))), each)
            for each in lines
        )
    ]


def tell(document: Path, folder: Path, command: str = SHIM) -> list[str]:
    """Play a document's story from beginning to end, asserting what it says; returns its output."""
    stage = folder / "stage"
    stage.mkdir()
    environment = shim_environment(folder, command)
    scenes = read_scenes(document.read_text())
    assert scenes, f"{document.name} tells no story"
    outputs = play(scenes, stage, environment)
    for scene, output in zip(scenes, outputs, strict=True):
        assert missing_lines(scene, output) == [], f"of:\n{scene.commands}\nin:\n{output}"
    return outputs
