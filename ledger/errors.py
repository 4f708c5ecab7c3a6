"""What stops us: every exception of the house, one class per thing a caller can do about it.

A refusal (input or a rule says no) is an exception from here. What an audit notices is a
`ledger.findings.Finding`, a value. A broken invariant of our own is an `AssertionError`.

Each class holds its wording and its exit code: 1 refused or found wrong, 2 wrong usage or
malformed input, 3 could not finish. Messages name the thing, its place, what was expected and
found, and what to do next; they never hold content or secrets.
"""

from __future__ import annotations

from ledger.frozen import frozen


class LedgerError(Exception):
    """Base of all refusals of the house."""

    exit_code = 3


class MalformedError(LedgerError):
    """Bytes or text that are not in the format they claim: mend the input."""

    exit_code = 2

    def __init__(self, what: str, *, expected: str, found: str, where: str = "") -> None:
        place = f" at {where}" if where else ""
        super().__init__(f"{what}{place}: expected {expected}, found {found}")


class UsageError(LedgerError):
    """The command's words do not fit together: call again, corrected."""

    exit_code = 2

    def __init__(self, problem: str, *, todo: str = "") -> None:
        super().__init__(f"{problem}; {todo}" if todo else problem)


class NotFoundError(LedgerError):
    """A named thing does not exist, or the name fits several: name it exactly."""

    exit_code = 2

    def __init__(self, what: str, name: str, *, todo: str = "check the name") -> None:
        self.what = what
        self.name = name
        super().__init__(f"{what} {name!r}: not found; {todo}")


class AmbiguousError(LedgerError):
    """A short name fits several things: write more of it."""

    exit_code = 2

    def __init__(self, what: str, name: str, fits: tuple[str, ...]) -> None:
        self.fits = fits
        shown = ", ".join(fits[:5])
        super().__init__(f"{what} {name!r}: fits {len(fits)} ({shown}); write more of it")


@frozen
class Reason:
    """Why a record asked for among others was refused: the rule's code, what it cites and says.

    The code is empty where the act was found again, and the reason is no longer known.
    """

    record: str
    code: str
    citation: str
    message: str


class RefusedError(LedgerError):
    """A business rule says no: change the facts, not the tool.

    `reasons` tells of each record that was refused, where several were asked for at once.
    """

    exit_code = 1
    reasons: tuple[Reason, ...] = ()

    def __init__(self, code: str, message: str, *, citation: str = "", todo: str = "") -> None:
        self.code = code
        cited = f" [{citation}]" if citation else ""
        nxt = f"; {todo}" if todo else ""
        super().__init__(f"{code}: {message}{cited}{nxt}")


class SignatureError(LedgerError):
    """A signature does not hold over the bytes it claims: refuse what it covers."""

    exit_code = 1

    def __init__(self, what: str, reason: str) -> None:
        super().__init__(f"{what}: {reason}")


class KeyNotTrustedError(LedgerError):
    """A key is unknown, not yet good, or no longer good: enrol it or use another."""

    exit_code = 1

    def __init__(self, key_id: str, reason: str) -> None:
        self.key_id = key_id
        super().__init__(f"key {key_id[:12]}…: {reason}")


class ProofError(LedgerError):
    """A proof, checkpoint or head does not hold: what it was given for is not shown."""

    exit_code = 1

    def __init__(self, what: str, reason: str) -> None:
        super().__init__(f"{what}: {reason}")


class ConflictError(LedgerError):
    """Somebody else wrote first: decide again on fresh state (the application does so)."""

    exit_code = 3

    def __init__(self, record: str, *, expected: int, found: int) -> None:
        self.record = record
        self.expected = expected
        self.found = found
        super().__init__(
            f"record {record}: expected version {expected}, found {found}; decide again"
        )


class ActReusedError(LedgerError):
    """An act id came back with another request: make a new id for a new request."""

    exit_code = 1

    def __init__(self, act_id: str) -> None:
        super().__init__(
            f"act {act_id}: already recorded for another actor or request; use a new act id"
        )


class UnavailableError(LedgerError):
    """Disk, database, lock, key or service cannot be reached now: mend it and try again."""

    exit_code = 3

    def __init__(
        self, what: str, reason: str, *, todo: str = "nothing was written; try again"
    ) -> None:
        super().__init__(f"{what}: {reason}; {todo}")


class NotJudgedError(UnavailableError):
    """A signature cannot be judged on this machine: put there what is missing; it accuses nobody."""


class OutcomeUnknownError(UnavailableError):
    """The connection broke while committing: ask for the same act id again to learn what holds."""

    def __init__(self, what: str, reason: str) -> None:
        super().__init__(
            what, reason,
            todo="whether it was recorded is not known; ask again with the same act id",
        )  # fmt: skip


class ClockError(LedgerError):
    """The store's clock stands behind what was recorded: set it right."""

    exit_code = 3

    def __init__(self, now: str, last: str) -> None:
        super().__init__(
            f"clock: {now} is behind the last recorded time {last} by more than 5 s;"
            " set the clock right, or record the correction; nothing was written"
        )
