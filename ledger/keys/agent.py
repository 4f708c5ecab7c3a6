"""Keys held by an ssh-agent: unlocked once, used by every command, never read back.

The agent signs the raw message, so what comes back is a plain Ed25519 signature. It cannot be
confused with an SSH login: that signs a message beginning with a 32-bit length and the session's
id, while ours begin with `DSSEv1` or `{`, which as lengths would be over a billion.

A message on the socket is u32 length ‖ type byte ‖ content; a *string* is u32 length ‖ bytes; all
numbers are big-endian (IETF draft-ietf-sshm-ssh-agent). A key blob is string `ssh-ed25519` ‖
string public (51 bytes). Used here:

    11 list                                     -> 12: u32 count, each: string blob, string comment
    13 sign: string blob, string message, u32 0 -> 14: string(string "ssh-ed25519", string signature)
    17 add:  string "ssh-ed25519", string public, string(seed ‖ public), string comment   -> 6
    25 add, constrained: as 17, then byte 1, u32 seconds to live                          -> 6
    18 remove: string blob                                                                -> 6

Any other answer (5 = failure) is a refusal. Worked example (vector `agent-sign`): to sign `qifeng`
by the key of seed zero, after the length `00000046`:

    0d 00000033 0000000b 7373682d65643235353139
    00000020 3b6a27bcceb6a42d62a3a8d02a6f0d73653215771de243a63ac048a18b59da29
    00000006 716966656e67 00000000
"""

from __future__ import annotations

import socket
from pathlib import Path

from typing_extensions import override

from ledger.errors import SignatureError, UnavailableError
from ledger.frozen import frozen
from ledger.keys import ed25519
from ledger.keys.signer import TECHNICAL
from ledger.keys.suite import key_id
from ledger.keys.wire import Reader, put_string, put_u32

ALGORITHM = b"ssh-ed25519"
MAX_ANSWER_BYTES = 256 * 1024
# An agent may ask its owner to confirm each signature.
TIMEOUT_SECONDS = 60

SUCCESS, LIST, LISTED, SIGN, SIGNED, ADD, REMOVE, ADD_CONSTRAINED = (
    6,
    11,
    12,
    13,
    14,
    17,
    18,
    25,
)
LIFETIME = b"\x01"


@frozen
class Identity:
    """An Ed25519 key that an agent holds."""

    public: bytes
    comment: str


class AgentSigner:
    """The signer of one Ed25519 key in an agent; it holds no secret and no open connection."""

    __slots__ = ("grade", "key_id", "public", "socket_path", "suite")

    def __init__(self, socket_path: Path, public: bytes) -> None:
        """Take the key of these 32 public bytes.

        Raises:
            UnavailableError: the agent does not answer, or does not hold the key.
        """
        self.socket_path = socket_path
        self.suite = "ed25519"
        self.public: tuple[bytes, ...] = (public,)
        self.key_id = key_id(self.suite, self.public)
        self.grade = TECHNICAL
        if public not in {identity.public for identity in list_identities(socket_path)}:
            raise UnavailableError(
                f"key {self.key_id[:12]}…",
                "is not in the ssh-agent",
                todo="add it to the agent, or name its key file",
            )

    def sign(self, message: bytes) -> tuple[bytes, ...]:
        """Return the agent's signature, verified before it is believed.

        Raises:
            UnavailableError: the agent is gone, refuses, or answers with a bad signature.
        """
        answer = _ask(self.socket_path, format_sign(self.public[0], message), expected=SIGNED)
        blob = Reader(answer.string())
        answer.end()
        algorithm, signature = blob.string(), blob.string()
        blob.end()
        if algorithm != ALGORITHM:
            raise _refused("answered with a signature of another algorithm")
        try:
            ed25519.verify(self.public[0], message, signature)
        except SignatureError as error:
            raise _refused(f"answered with no signature of key {self.key_id[:12]}…") from error
        return (signature,)

    @override
    def __repr__(self) -> str:
        return f"AgentSigner({self.key_id[:12]}…)"


def list_identities(socket_path: Path) -> tuple[Identity, ...]:
    """Return the agent's Ed25519 keys, in its order; keys of other kinds are passed over.

    Raises:
        UnavailableError: the agent does not answer, or not by its protocol.
    """
    answer = _ask(socket_path, bytes([LIST]), expected=LISTED)
    held = [(answer.string(), answer.string()) for _ in range(answer.count())]
    answer.end()
    prefix = put_string(ALGORITHM) + put_u32(ed25519.PUBLIC_BYTES)
    return tuple(
        Identity(blob[len(prefix) :], comment.decode(errors="replace"))
        for blob, comment in held
        if blob.startswith(prefix) and len(blob) == len(prefix) + ed25519.PUBLIC_BYTES
    )


def add_to_agent(
    socket_path: Path, seed: bytes, comment: str, *, lifetime_seconds: int = 0
) -> None:
    """Load a key into the agent, to be forgotten after its lifetime (0: when the agent ends).

    Raises:
        UnavailableError: the agent does not answer, or refuses.
    """
    public = ed25519.public_of(seed)
    parts = (ALGORITHM, public, seed + public, comment.encode())
    content = b"".join(put_string(part) for part in parts)
    if lifetime_seconds:
        request = bytes([ADD_CONSTRAINED]) + content + LIFETIME + put_u32(lifetime_seconds)
    else:
        request = bytes([ADD]) + content
    _ask(socket_path, request, expected=SUCCESS).end()


def remove_from_agent(socket_path: Path, public: bytes) -> None:
    """Make the agent forget a key.

    Raises:
        UnavailableError: the agent does not answer, or does not hold the key.
    """
    _ask(socket_path, bytes([REMOVE]) + put_string(_blob(public)), expected=SUCCESS).end()


def format_sign(public: bytes, message: bytes) -> bytes:
    """Return a request to sign, from its type byte on."""
    return bytes([SIGN]) + put_string(_blob(public)) + put_string(message) + put_u32(0)


def _blob(public: bytes) -> bytes:
    return put_string(ALGORITHM) + put_string(public)


def _ask(socket_path: Path, request: bytes, *, expected: int) -> Reader:
    """Send one request on a fresh connection; return the content of the expected answer."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(TIMEOUT_SECONDS)
            connection.connect(str(socket_path))
            connection.sendall(put_string(request))
            length = int.from_bytes(_receive(connection, 4))
            if not 1 <= length <= MAX_ANSWER_BYTES:
                raise _refused("answered out of its protocol")
            answer = _receive(connection, length)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "does not answer"
        raise _refused(f"cannot be reached ({reason})") from error
    if answer[0] != expected:
        raise _refused(f"refused (answer {answer[0]}, expected {expected})")
    return Reader(answer[1:])


def _receive(connection: socket.socket, length: int) -> bytes:
    received = b""
    while len(received) < length:
        part = connection.recv(length - len(received))
        if not part:
            raise _refused("closed the connection")
        received += part
    return received


def _refused(reason: str) -> UnavailableError:
    return UnavailableError(
        "ssh-agent", reason, todo="start it and add the key, or name the key file"
    )
