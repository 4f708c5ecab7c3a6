"""Killing a process at each of its write calls, one run after another.

A scene is played by a child that is forked for it, in a copy of a prepared folder of its own. The child
stops before each system call that changes a disk (a seccomp filter marks them, ptrace stops them); at
the nth it is killed, and the call is not made. The first scene that ends before it could be killed was
played to its end. This is what `strace -e inject=…:signal=KILL:when=N` does, without stopping at the
hundreds of calls that change nothing, which would cost ten times as much.

As a program: `python -m tests.faults.kills SCENE PREPARED KILLED STEP` (`killed_everywhere`).
"""

from __future__ import annotations

import ctypes
import errno
import gc
import os
import platform
import shutil
import signal
import struct
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from tests import needs

TOLD = "acknowledged"

# write, writev, pwrite64, pwritev, pwritev2, sendfile, copy_file_range, fallocate, truncate, ftruncate, fsync,
# fdatasync; rename, renameat, renameat2; unlink, unlinkat, rmdir; mkdir, mkdirat: by their numbers.
WRITE_CALLS = {
    "x86_64": (1, 20, 18, 296, 328, 40, 326, 285, 76, 77, 74, 75, 82, 264, 316, 87, 263, 84, 83, 258),
    "aarch64": (64, 66, 68, 70, 287, 71, 285, 47, 45, 46, 82, 83, 38, 276, 35, 34),
}  # fmt: skip

# linux/ptrace.h, linux/seccomp.h, linux/prctl.h, linux/bpf_common.h
TRACE_ME, GO_ON, SET_OPTIONS = 0, 7, 0x4200
STOP_AT_MARKED, DIE_WITH_TRACER = 0x80, 0x100000
AT_MARKED = signal.SIGTRAP | 7 << 8
NO_NEW_PRIVILEGES, SET_SECCOMP, FILTER = 38, 22, 2
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
MARK, ALLOW = 0x7FF00000, 0x7FFF0000
FORBIDDEN = 77

Scene = Callable[[Path], object]


def acknowledge(folder: Path, said: str) -> None:
    """Say that something is done, as a command does, and have it on the disk."""
    with (folder / TOLD).open("ab") as file:
        file.write(f"{said}\n".encode())
        file.flush()
        os.fsync(file.fileno())


def acknowledged(folder: Path) -> list[str]:
    """Return what was said to be done."""
    path = folder / TOLD
    return path.read_text("utf-8").splitlines() if path.exists() else []


def killed_everywhere(scene: str, prepared: Path, killed: Path, *, step: int = 1) -> list[Path]:
    """Play a scene killed at its first write call, the second (or each `step`th) …; return what each left.

    The last of these folders is that of the scene that came to its end.
    """
    if sys.platform != "linux" or platform.machine() not in WRITE_CALLS:
        needs.missing(f"{needs.PTRACE}: the calls of {platform.machine()} are not known here")
    killed.mkdir()
    told = [scene, str(prepared), str(killed), str(step)]
    played = subprocess.run(
        [sys.executable, "-B", "-m", __name__, *told],
        cwd=needs.REPOSITORY, check=False, capture_output=True, text=True,
    )  # fmt: skip
    if played.returncode == FORBIDDEN:
        needs.missing(
            f"{needs.PTRACE} or seccomp is forbidden here: {played.stderr.split()[-1]}"
        )
    assert played.returncode == 0, played.stderr
    return sorted(killed.iterdir())


def play(run: Scene, prepared: Path, killed: Path, *, step: int) -> None:
    """Play a scene, killed at a later write call each time, until it comes to its end."""
    # Once to its end here, so that no child has to load and lay out what the next one needs again.
    warm = Path(shutil.copytree(prepared, killed / "warm"))
    run(warm)
    shutil.rmtree(warm)
    gc.freeze()
    n = 1
    while _is_killed(run, n, Path(shutil.copytree(prepared, killed / f"{n:05}"))):
        n += step


def _is_killed(run: Scene, n: int, folder: Path) -> bool:
    child = os.fork()
    if child == 0:
        _child(run, folder)
    _, status = os.waitpid(child, 0)
    if os.WIFSTOPPED(status):
        _ask(_libc().ptrace(SET_OPTIONS, child, None, STOP_AT_MARKED | DIE_WITH_TRACER))
        status = _killed_at(child, n)
    if os.waitstatus_to_exitcode(status) == FORBIDDEN:
        sys.exit(FORBIDDEN)
    is_killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    assert is_killed or status == 0, "the scene failed by itself"
    return is_killed


def _killed_at(child: int, n: int) -> int:
    """Let a stopped child go on up to its nth marked call, and kill it there; return how it ended."""
    made, passed_on = 0, 0
    while True:
        _ask(_libc().ptrace(GO_ON, child, None, passed_on))
        _, status = os.waitpid(child, 0)
        if not os.WIFSTOPPED(status):
            return status
        passed_on = 0 if status >> 8 == AT_MARKED else os.WSTOPSIG(status)
        made += status >> 8 == AT_MARKED
        if made == n:
            os.kill(child, signal.SIGKILL)
            return os.waitpid(child, 0)[1]


def _child(run: Scene, folder: Path) -> NoReturn:
    code = 1
    try:
        code = FORBIDDEN
        _ask(_libc().ptrace(TRACE_ME, 0, None, None))
        os.kill(os.getpid(), signal.SIGSTOP)
        _mark(WRITE_CALLS[platform.machine()])
        code = 1
        run(folder)
        code = 0
    except BaseException:  # noqa: BLE001 -- a child tells what went wrong, and never goes on as its parent
        traceback.print_exc()
    finally:
        os._exit(code)


def _mark(calls: tuple[int, ...]) -> None:
    """Have this process stop before it makes one of these calls (seccomp(2), SECCOMP_RET_TRACE)."""
    # The call's number is loaded; equal to one of these jumps to the last line; else it is allowed.
    lines = [(LOAD, 0, 0, 0)]
    lines += [(JUMP_IF_EQUAL, len(calls) - at, 0, call) for at, call in enumerate(calls)]
    lines += [(RETURN, 0, 0, ALLOW), (RETURN, 0, 0, MARK)]
    written = ctypes.create_string_buffer(
        b"".join(struct.pack("HBBI", *line) for line in lines)
    )
    program = struct.pack("HxxxxxxQ", len(lines), ctypes.addressof(written))
    _ask(_libc().prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0))
    _ask(_libc().prctl(SET_SECCOMP, FILTER, program, 0, 0))


def _libc() -> ctypes.CDLL:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace.argtypes = (ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p)
    libc.ptrace.restype = ctypes.c_long
    return libc


def _ask(answered: int) -> None:
    if answered < 0:
        code = ctypes.get_errno()
        raise OSError(code, errno.errorcode.get(code, str(code)))


if __name__ == "__main__":
    from tests.faults import scenes

    play(
        getattr(scenes, sys.argv[1]),
        Path(sys.argv[2]),
        Path(sys.argv[3]),
        step=int(sys.argv[4]),
    )
