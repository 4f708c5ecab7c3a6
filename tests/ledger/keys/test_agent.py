"""An ssh-agent as key holder: the real one, and one that lies."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import threading
from pathlib import Path

import pytest

from ledger.errors import UnavailableError
from ledger.keys import ed25519
from ledger.keys.agent import (
    AgentSigner,
    Identity,
    add_to_agent,
    format_sign,
    list_identities,
    remove_from_agent,
)
from ledger.keys.signer import SeedSigner
from ledger.keys.suite import verify_suite
from ledger.keys.wire import Reader, put_string, put_u32

SEED = bytes(32)
PUBLIC = ed25519.public_of(SEED)
BLOB = put_string(b"ssh-ed25519") + put_string(PUBLIC)
LISTED = b"\x0c" + put_u32(1) + put_string(BLOB) + put_string(b"mine")


@pytest.fixture
def short_dir():
    """A folder whose name is short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="qf") as folder:
        yield Path(folder)


@pytest.fixture
def agent(short_dir):
    """The socket of a real ssh-agent that ends with the test."""
    if shutil.which("ssh-agent") is None:
        pytest.skip("ssh-agent is not installed")
    path = short_dir / "s"
    with subprocess.Popen(
        ["ssh-agent", "-D", "-a", path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        process.stdout.readline()  # it prints the socket's name once it listens
        yield path
        process.terminate()


@pytest.fixture
def liar(short_dir):
    """Start an agent that gives the prepared answers, one a connection, and then is gone."""
    threads = []

    def start(*answers):
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listening.bind(str(short_dir / "l"))
        listening.listen()
        thread = threading.Thread(target=serve, args=(listening, answers))
        thread.start()
        threads.append(thread)
        return short_dir / "l"

    yield start
    for thread in threads:
        thread.join(timeout=10)


def serve(listening, answers):
    """Answer each connection's request with the prepared bytes."""
    with listening:
        for answer in answers:
            connection, _ = listening.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(answer)


def signed(algorithm, signature):
    """Return a whole answer to a request to sign."""
    return put_string(b"\x0e" + put_string(put_string(algorithm) + put_string(signature)))


def test_a_request_to_sign_is_the_worked_example(vector):
    """The bytes that ask an agent to sign are the vector's."""
    case = vector("agent-sign")

    request = format_sign(bytes.fromhex(case["public"]), case["message"].encode())

    assert request.hex() == case["request"]


def test_a_key_in_the_agent_signs_as_in_memory(agent):
    """Loaded once, the key signs raw bytes: the same plain Ed25519 signature."""
    add_to_agent(agent, SEED, "张三 a.key")

    signer = AgentSigner(agent, PUBLIC)
    signatures = signer.sign(b"message")

    verify_suite(signer.suite, signer.public, b"message", signatures)
    assert signatures == SeedSigner(SEED).sign(b"message")
    assert (signer.key_id, signer.grade) == (SeedSigner(SEED).key_id, "technical")
    assert list_identities(agent) == (Identity(PUBLIC, "张三 a.key"),)
    assert repr(signer) == "AgentSigner(cff6c064f72b…)"


def test_a_large_message_is_signed(agent):
    """An act of the largest size goes through the socket."""
    add_to_agent(agent, SEED, "k", lifetime_seconds=3600)
    message = b"\x00" * 65_535

    (signature,) = AgentSigner(agent, PUBLIC).sign(message)

    ed25519.verify(PUBLIC, message, signature)


def test_a_key_taken_away_no_longer_signs(agent):
    """After removal the signer refuses, and so does removing again."""
    add_to_agent(agent, SEED, "k")
    signer = AgentSigner(agent, PUBLIC)

    remove_from_agent(agent, PUBLIC)

    assert list_identities(agent) == ()
    with pytest.raises(UnavailableError, match="refused"):
        signer.sign(b"message")
    with pytest.raises(UnavailableError, match="refused"):
        remove_from_agent(agent, PUBLIC)


def test_a_key_that_is_not_there_is_told(agent):
    """The error says that the agent does not hold the key, and what to do."""
    with pytest.raises(UnavailableError, match=r"cff6c064f72b….*not in the ssh-agent; add it"):
        AgentSigner(agent, PUBLIC)


def test_keys_of_other_kinds_are_passed_over(agent, short_dir):
    """An RSA or ECDSA key in the agent is neither listed nor in the way."""
    path = short_dir / "e"
    subprocess.run(["ssh-keygen", "-q", "-t", "ecdsa", "-N", "", "-f", path], check=True)
    subprocess.run(
        ["ssh-add", "-q", path],
        check=True,
        env={"SSH_AUTH_SOCK": str(agent)},
        stderr=subprocess.DEVNULL,
    )
    add_to_agent(agent, SEED, "ours")

    assert list_identities(agent) == (Identity(PUBLIC, "ours"),)


@pytest.mark.parametrize("name", ["none", "x" * 200, "a\0b"])
def test_no_agent_is_one_clear_error(short_dir, name):
    """An absent socket, or a path that can be none, is an UnavailableError."""
    with pytest.raises(UnavailableError, match=r"ssh-agent: cannot be reached .*; start it"):
        list_identities(short_dir / name)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\x00\x00",
        put_u32(0),
        put_u32(2**31) + b"\x0c",
        put_u32(9) + b"\x0c",
        put_string(b"\x05"),
        put_string(b"\x0c"),
        put_string(b"\x0c" + put_u32(2**32 - 1)),
        put_string(LISTED[:-1]),
        put_string(LISTED + b"\0"),
    ],
)
def test_an_agent_out_of_its_protocol_is_refused(liar, answer):
    """Closed connections, absurd lengths and bytes too few or too many are one kind of error."""
    with pytest.raises(UnavailableError, match="ssh-agent: "):
        list_identities(liar(answer))


@pytest.mark.parametrize(
    "answer",
    [
        signed(b"ssh-ed25519", bytes(64)),
        signed(b"ssh-ed25519", SeedSigner(SEED).sign(b"another")[0]),
        signed(b"ssh-ed25519", SeedSigner(b"\x01" * 32).sign(b"message")[0]),
        signed(b"ssh-ed25519", b""),
        signed(b"ssh-rsa", SeedSigner(SEED).sign(b"message")[0]),
        put_string(b"\x0e" + put_string(b"")),
    ],
)
def test_a_signature_is_verified_before_it_is_believed(liar, answer):
    """A wrong signature from the agent never leaves the signer."""
    signer = AgentSigner(liar(put_string(LISTED), answer), PUBLIC)

    with pytest.raises(UnavailableError, match="ssh-agent: answered"):
        signer.sign(b"message")


def test_adding_never_shows_the_seed(liar):
    """When the agent refuses a key, the error does not carry it."""
    seed = bytes(range(65, 97))

    with pytest.raises(UnavailableError, match="refused") as caught:
        add_to_agent(liar(put_string(b"\x05")), seed, "k")

    assert seed.decode() not in str(caught.value)


def test_a_reader_takes_all_or_refuses():
    """Numbers and strings are taken in order; what is missing or left over is refused."""
    reader = Reader(put_u32(7) + put_string(b"ab") + b"!")

    assert (reader.count(), reader.string()) == (7, b"ab")
    with pytest.raises(UnavailableError, match="1 bytes too many"):
        reader.end()
    with pytest.raises(UnavailableError, match="3 bytes too few"):
        reader.count()
