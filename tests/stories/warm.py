"""A warm `qifeng` for stories: the real command in a process of its own, without its half second of start.

One server a test process has everything imported; each call is a fork of it that takes over the
caller's arguments, folder, environment and streams. What Argon2id made of a passphrase and a salt is made
once and kept beside the server's socket: it is meant to be slow. The README's story, the demo and the
installed wheel are run cold, as a user's shell starts them.
"""

from __future__ import annotations

import atexit
import gc
import hashlib
import importlib
import io
import os
import pkgutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Never

ROOT = Path(__file__).parents[2]
_CALLER = """#!{python} -IS
import os, signal, socket, sys
server = socket.socket(socket.AF_UNIX)
server.connect({place!r})
parts = [os.getcwdb(), b"%d" % len(sys.argv), *map(os.fsencode, sys.argv)]
parts += [name + b"=" + value for name, value in os.environb.items()]
request = b"\\0".join(parts)
socket.send_fds(server, [len(request).to_bytes(4, "big")], [0, 1, 2])
server.sendall(request)
pid = int.from_bytes(server.recv(4), "big")
for each in (signal.SIGINT, signal.SIGTERM):
    signal.signal(each, lambda number, _: os.kill(pid, number))
code = server.recv(1)
sys.exit(code[0] if code else "the warm command line has gone")
"""


@contextmanager
def warm_command() -> Iterator[str]:
    """Yield a program that calls the warm command line, which lives as long as the context."""
    place = Path(tempfile.mkdtemp(prefix="qifeng-warm-")) / "s"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.stories.warm", place],
        cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as server:  # fmt: skip
        assert server.stdout is not None
        assert server.stdout.readline() == b"ready\n"
        yield _CALLER.format(python=sys.executable, place=str(place))


def _serve(place: str) -> None:
    """Answer calls until whoever started us has gone: our standard input ends then."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(place)
    listener.listen(64)
    os.write(1, b"ready\n")
    if os.fork() == 0:
        _answer_all(listener)
    os.read(0, 1)
    os.killpg(0, 9)


def _answer_all(listener: socket.socket) -> Never:
    while True:
        call, _ = listener.accept()
        if os.fork() == 0:
            _answer(call)
        call.close()
        _reap()


def _reap() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return


def _answer(call: socket.socket) -> Never:
    """Take a call's streams and words, do it in a child, and tell its number and how it ended."""
    head, streams, _, _ = socket.recv_fds(call, 4, 3)
    request = b""
    while len(request) < int.from_bytes(head, "big"):
        request += call.recv(1 << 16)
    child = os.fork()
    if child == 0:
        call.close()
        _become(request.split(b"\0"), streams)
    call.sendall(child.to_bytes(4, "big"))
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    call.sendall(bytes([code if code >= 0 else 128 - code]))
    os._exit(0)


def _become(request: list[bytes], streams: list[int]) -> Never:
    import cli

    folder, count, *rest = request
    words = rest[: int(count)]
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    os.chdir(folder)
    os.environ.clear()
    for each in rest[int(count) :]:
        name, _, value = each.partition(b"=")
        os.environb[name] = value
    # As at an interpreter's start: what these streams were opened on is not what they are now.
    spelt = os.environ.get("PYTHONIOENCODING", "utf-8")
    out, err = (io.BufferedWriter(io.FileIO(fd, "wb", closefd=False)) for fd in (1, 2))
    sys.stdout = io.TextIOWrapper(out, spelt)
    sys.stderr = io.TextIOWrapper(err, spelt, "backslashreplace", line_buffering=True)
    sys.argv[:] = ["qifeng", *map(os.fsdecode, words[1:])]
    code = cli.main()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    # Not the interpreter's own end, which takes every module apart.
    os._exit(code)


class _Remembering:
    """Argon2id, which does not do the same work twice."""

    folder: Path
    real: Any

    def __init__(self, **parameters: Any) -> None:
        self.parameters = parameters

    def derive(self, word: bytes) -> bytes:
        """Return what Argon2id makes of these, now or when it was asked first."""
        asked = repr((word, sorted(self.parameters.items()))).encode()
        kept = self.folder / hashlib.sha256(asked).hexdigest()
        if not kept.exists():
            made = kept.with_suffix(f".{os.getpid()}")
            made.write_bytes(self.real(**self.parameters).derive(word))
            made.rename(kept)
        return kept.read_bytes()


def _warm_up(folder: Path) -> None:
    import ledger
    import projections
    from ledger.keys import keyfile

    for package in (ledger, projections):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    _Remembering.folder, _Remembering.real = folder, keyfile.Argon2id
    keyfile.Argon2id = _Remembering  # type: ignore[assignment, misc]
    gc.freeze()


if __name__ == "__main__":
    os.setpgid(0, 0)
    _warm_up(Path(sys.argv[1]).parent)
    _serve(sys.argv[1])
