"""How a command ends badly: one line on stderr and an exit code, never a traceback with 1.

Exit codes, of every command: 0 holds, 1 findings or refused by a rule, 2 wrong usage or malformed
input, 3 could not finish, 130 interrupted.
"""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path

import click

from ledger.errors import LedgerError


def report(error: BaseException, *, show_trace: bool) -> int:
    """Say in one line on stderr what went wrong; return the exit code for it.

    Wrong usage is 2, a refusal has its own code, and whatever nobody expected is 3: an exit code
    of 1 is a judgement about records, which a broken program cannot give.
    """
    if isinstance(error, (KeyboardInterrupt, click.Abort)):
        return 130
    if show_trace:
        traceback.print_exception(error)
    if isinstance(error, click.ClickException):
        error.show()
        return 2
    if isinstance(error, LedgerError):
        click.echo(f"error: {error}", err=True)
        return error.exit_code
    if isinstance(error, BrokenPipeError):
        _hush_stdout()
        return 3
    if isinstance(error, OSError) and error.filename is not None:
        place, reason = Path(str(error.filename)).name, error.strerror or "cannot be used"
        click.echo(
            f"error: file {place}: {reason}; see to its folder, then try again", err=True
        )
        return 3
    told = " ".join(f"unexpected {type(error).__name__}: {error}".split())
    click.echo(f"error: {told}; call qifeng --traceback … to see where", err=True)
    return 3


def _hush_stdout() -> None:
    """Send what is left of stdout nowhere: its reader has gone, and Python flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
