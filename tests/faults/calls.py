"""What the fault tests share: how a command is called in a process, and what is expected of it."""

from __future__ import annotations

import subprocess
import sys

from tests import needs
from tests.ledger.commands.room import Told


def size_of(room):
    """Return how many events the log holds."""
    ledger = room.ledger()
    size = ledger.store.head().size
    ledger.store.close()
    return size


def expect(told, code, *said):
    """Assert one clear line on stderr, nothing on stdout, and this exit code."""
    assert (told.code, told.out) == (code, ""), told
    assert told.err.startswith("error: ")
    assert told.err.count("\n") == 1, told.err
    assert "Traceback" not in told.err
    assert "unexpected" not in told.err
    for each in said:
        assert each in told.err


def called_in_a_process(room, before, *arguments):
    """Call a command in a process of its own, after these lines of Python."""
    quick = (
        "import sys, cli\n"
        "from tests.ledger.commands import room\n"
        "room.quick_argon2(type('Patch', (), {'setattr': staticmethod(setattr)}))\n"
    )
    common = ("--home", room.folder / ".qifeng", "--config", room.folder / "mine",
              "--passphrase-file", room.folder / "passphrase")  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", f"{quick}{before}sys.exit(cli.main())",
         *map(str, (*common, *arguments))],
        cwd=needs.REPOSITORY, env=needs.unmeasured(), check=False, capture_output=True, text=True,
    )  # fmt: skip
    return Told(done.returncode, done.stdout, done.stderr)
