"""Killing a process at a byte of what it writes, where no process may trace another.

The kernel kills whoever writes a file beyond the size that it was allowed (SIGXFSZ); what fits is written
first, so that the last write of the killed is torn. A child is forked for each limit, which works in a copy
of a prepared folder of its own; limits grow until one comes through alive.

As a program: `python -m tests.faults.limits SCENE PREPARED KILLED START STEP` (`killed_at_sizes`).
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from tests import needs


def killed_at_sizes(
    scene: str, prepared: Path, killed: Path, *, start: int, step: int
) -> list[Path]:
    """Play a scene once for each size of file, from `start` on; return what each left behind.

    The last one came through alive.
    """
    killed.mkdir()
    played = subprocess.run(
        [sys.executable, "-B", "-m", __name__, scene, prepared, killed, str(start), str(step)],
        cwd=needs.REPOSITORY, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert played.returncode == 0, played.stderr
    return sorted(killed.iterdir())


def play(
    run: Callable[[Path], None], prepared: Path, killed: Path, *, start: int, step: int
) -> None:
    """Play a scene with a limit, then with a larger one, until it is not killed."""
    limit = start
    while _is_killed(run, limit, prepared, killed / f"{limit:09}"):
        limit += step


def _is_killed(run: Callable[[Path], None], limit: int, prepared: Path, folder: Path) -> bool:
    shutil.copytree(prepared, folder)
    child = os.fork()
    if child == 0:
        _child(run, limit, folder)
    _, status = os.waitpid(child, 0)
    is_killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXFSZ
    assert is_killed or status == 0, f"limit {limit}: the scene failed by itself"
    return is_killed


def _child(run: Callable[[Path], None], limit: int, folder: Path) -> NoReturn:
    code = 1
    try:
        # Python ignores this signal, and would be told of a full file instead.
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
        run(folder)
        code = 0
    except BaseException:  # noqa: BLE001 -- a child tells what went wrong, and never goes on as its parent
        traceback.print_exc()
    finally:
        os._exit(code)


if __name__ == "__main__":
    from tests.faults import scenes

    play(
        getattr(scenes, sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]),
        start=int(sys.argv[4]), step=int(sys.argv[5]),
    )  # fmt: skip
