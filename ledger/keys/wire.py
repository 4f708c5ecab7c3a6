"""The SSH wire encoding, as far as an agent needs it: u32 numbers and counted strings."""

from __future__ import annotations

from ledger.errors import UnavailableError


def put_u32(number: int) -> bytes:
    """Return a number as 4 big-endian bytes."""
    return number.to_bytes(4)


def put_string(content: bytes) -> bytes:
    """Return u32 length ‖ content."""
    return put_u32(len(content)) + content


class Reader:
    """Takes an agent's answer apart, from its front to its very end."""

    __slots__ = ("_rest",)

    def __init__(self, answer: bytes) -> None:
        self._rest = answer

    def count(self) -> int:
        """Take a u32 number.

        Raises:
            UnavailableError: fewer bytes are left.
        """
        return int.from_bytes(self._take(4))

    def string(self) -> bytes:
        """Take a counted string.

        Raises:
            UnavailableError: fewer bytes are left than it counts.
        """
        return self._take(self.count())

    def end(self) -> None:
        """Check that nothing is left.

        Raises:
            UnavailableError: bytes are left over.
        """
        if self._rest:
            raise _malformed(f"{len(self._rest)} bytes too many")

    def _take(self, length: int) -> bytes:
        if len(self._rest) < length:
            raise _malformed(f"{length - len(self._rest)} bytes too few")
        taken, self._rest = self._rest[:length], self._rest[length:]
        return taken


def _malformed(found: str) -> UnavailableError:
    # The service speaks another protocol: nothing to mend in our input.
    return UnavailableError("ssh-agent", f"answered with {found}", todo="use another agent")
