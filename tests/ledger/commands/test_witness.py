"""`qifeng log witness`: cosigned by others, over a network or by files; and being such a witness."""

from __future__ import annotations

import json
import socket
from contextlib import contextmanager, suppress
from hashlib import sha256
from http.client import HTTPConnection
from threading import Thread
from urllib.parse import urlsplit

import pytest

from ledger.commands.heads import log_keys
from ledger.log.checkpoint import open_checkpoint, parse_checkpoint
from ledger.log.note import parse_note
from ledger.log.speaker import witness_verifier
from ledger.log.witness import SIZE_TYPE
from tests.ledger.commands.witnesses import add, carried, head, make_archive, more


@pytest.fixture
def archive(room):
    """A witness that the room's policy names."""
    made = make_archive(room, "档案馆")
    assert add(room, made).code == 0
    return made


@pytest.fixture
def auditor(room):
    """Another witness, not yet named."""
    return make_archive(room, "审计局")


def asked(url, body, path="/add-checkpoint"):
    """POST a body; returns status, content type and answer."""
    connection = HTTPConnection(urlsplit(url).netloc)
    connection.request("GET" if body is None else "POST", path, body)
    told = connection.getresponse()
    answer = told.status, told.headers["Content-Type"], told.read()
    connection.close()
    return answer


def test_a_head_is_cosigned_over_the_network(room, archive, auditor):
    """One command signs the head and asks everybody; it is enough when the quorum has answered."""
    with archive.serving() as here, auditor.serving() as there:
        room("log", "witness", "add", "网", auditor.keys[0], "--url", there)
        alone = room("log", "witness", "ask")
        room_policy = next((room.folder / "mine" / "ledgers").glob("*/witnesses.policy"))
        room_policy.write_bytes(
            room_policy.read_bytes().replace(
                b"\nwitness \xe7\xbd\x91", f" {here}\nwitness 网".encode()
            )
        )
        both = room("log", "witness", "ask")

    assert (alone.code, "the quorum is not reached" in alone.out) == (1, True)
    assert (both.code, "the quorum is reached" in both.out) == (0, True), both.err
    kept = [witness for _, witness, _ in room.ledger().store.cosignatures()]
    assert len(kept) == 2
    rows = room.say("log", "witness", "list")["witnesses"]
    assert [row["size"] for row in rows] == [head(room)[0]] * 2


def test_the_next_head_is_cosigned_with_its_proof(room, archive, tmp_path):
    """What a witness signed before is known, and the proof leads from there."""
    carried(room, archive, stick=tmp_path / "first")
    more(room)

    carried(room, archive, stick=tmp_path / "second")

    sizes = [size for size, _, _ in room.ledger().store.cosignatures()]
    assert sizes == [size for size, _ in room.ledger().store.checkpoints()]
    assert len(sizes) == 2
    outside = next(
        (room.folder / "mine" / "ledgers").glob("*/witnessed.checkpoint")
    ).read_bytes()
    assert parse_checkpoint(parse_note(outside).text).size == sizes[-1]


def test_a_witness_that_knows_more_is_asked_again(room, archive, tmp_path):
    """An answer that was lost on its way: over the network by itself, by files with --old."""
    size = room.ledger().store.head().size
    assert room("log", "witness", "request", "--out", tmp_path / "lost").code == 0
    assert archive.answer(tmp_path / "lost").code == 0
    more(room)
    room("log", "witness", "request", "--out", tmp_path / "stick")
    conflict = archive.answer(tmp_path / "stick")
    told = room("log", "witness", "accept", tmp_path / "stick")

    assert conflict.code == 1
    assert (told.code, f"--old {size}" in told.out) == (1, True)
    room("log", "witness", "request", "--out", tmp_path / "stick", "--old", size)
    assert archive.answer(tmp_path / "stick").code == 0
    assert room("log", "witness", "accept", tmp_path / "stick").code == 0


def test_over_the_network_a_conflict_is_resolved_by_itself(room, archive, tmp_path):
    """The witness tells what it signed last, and is given the proof from there."""
    assert room("log", "witness", "request", "--out", tmp_path / "lost").code == 0
    assert archive.answer(tmp_path / "lost").code == 0
    more(room)
    path = next((room.folder / "mine" / "ledgers").glob("*/witnesses.policy"))
    with archive.serving() as url:
        path.write_text(path.read_text().replace("\ngroup", f" {url}\ngroup"))

        assert room("log", "witness", "ask").code == 0


def test_a_rolled_back_log_asks_in_vain(room, archive, tmp_path):
    """A copy of yesterday cannot be cosigned today: the witness has seen more."""
    assert room("store", "backup", tmp_path / "backup").code == 0
    more(room)
    carried(room, archive, stick=tmp_path / "stick")
    (room.folder / ".qifeng").rename(tmp_path / "gone")
    assert room("store", "restore", tmp_path / "backup").code == 0
    path = next((room.folder / "mine" / "ledgers").glob("*/witnesses.policy"))
    with archive.serving() as url:
        path.write_text(path.read_text().replace("\ngroup", f" {url}\ngroup"))
        told = room("log", "witness", "ask")

        (path.with_name("witnessed.checkpoint")).unlink()
        forgotten = room("log", "witness", "ask")

    assert (told.code, "rolled back" in told.err) == (1, True)
    assert forgotten.code == 1
    assert "rolled back" in " ".join(forgotten.out.split())


def test_every_status_of_the_protocol_is_answered(room, archive, tmp_path):
    """200, 400, 403, 404, 409 and 422, over a real connection."""
    room("log", "witness", "request", "--out", tmp_path)
    body = next(tmp_path.glob("*.request")).read_bytes()
    size, note = head(room)
    bad = note[:-8] + (b"AAAA" if note[-8:-4] != b"AAAA" else b"BBBB") + note[-4:]
    with archive.serving() as url:
        good = asked(url, body)
        statuses = {
            400: asked(url, body.replace(b"old 0", b"old x")),
            403: asked(url, b"old 0\n\n" + bad),
            404: asked(url, body.replace(b"\n\ncounty", b"\n\ncountry")),
            409: asked(url, body),
            422: asked(
                url, body.replace(b"old 0\n", b"old %d\n%s\n" % (size, b"A" * 43 + b"="))
            ),
        }
        elsewhere = asked(url, body, path="/sign-subtree")

    line = good[2].decode()
    assert (good[0], line.startswith("— 档案馆.example/w ")) == (200, True)
    assert {status: told[0] for status, told in statuses.items()} == {
        each: each for each in statuses
    }
    assert statuses[409][1:] == (SIZE_TYPE, b"%d\n" % size)
    assert elsewhere[0] == 404


def test_the_head_cosigned_last_can_be_read_by_anybody(room, archive, tmp_path):
    """Monitoring: under the hex SHA-256 of the origin, with both signatures; 404 for what is unknown."""
    origin = room.ledger().origin
    place = sha256(origin.encode()).hexdigest()
    with archive.serving() as url:
        before = asked(url, None, path=f"/{place}/checkpoint")
        carried(room, archive, stick=tmp_path)
        after = asked(url, None, path=f"/{place}/checkpoint")
        wrong = [
            asked(url, None, path=path)[0] for path in ("/", f"/{place}", "/../checkpoint")
        ]

    assert (before[0], after[0], wrong) == (404, 200, [404, 404, 404])
    assert after[1] == "text/plain; charset=utf-8"
    witness = witness_verifier(archive.keys[0], now_seconds=2**40, skew_seconds=0)
    size, note = head(room)
    log_line = parse_note(note).signatures[0]
    assert log_line in parse_note(after[2]).signatures
    known = [witness, *log_verifiers_of(room)]
    assert open_checkpoint(after[2], origin, known).size == size


def log_verifiers_of(room):
    """Whoever knows the room's log."""
    return log_keys(room.ledger())


@pytest.mark.parametrize("length", [None, "-1", "x", "99999999"])
def test_a_request_without_a_proper_length_is_refused(archive, length):
    """Nobody makes the witness read for ever."""
    with archive.serving() as url:
        connection = HTTPConnection(urlsplit(url).netloc)
        connection.putrequest("POST", "/add-checkpoint")
        if length is not None:
            connection.putheader("Content-Length", length)
        connection.endheaders()
        told = connection.getresponse()
        connection.close()

    assert told.status == 400


def test_a_witness_whose_disk_fails_answers_with_500(room, archive, tmp_path):
    """It signs nothing for anybody, and the asker is told to try again."""
    room("log", "witness", "request", "--out", tmp_path)
    body = next(tmp_path.glob("*.request")).read_bytes()
    (archive.config / "witness" / "logs").write_text("a file in the folder's place")
    with archive.serving() as url:
        told = asked(url, body)
        path = next((room.folder / "mine" / "ledgers").glob("*/witnesses.policy"))
        path.write_text(path.read_text().replace("\ngroup", f" {url}\ngroup"))
        client = room("log", "witness", "ask")

    assert told[0] == 500
    assert (client.code, "answered 500" in client.out) == (1, True)


def test_where_nothing_can_be_written_or_listened_to_is_told(room, archive, tmp_path):
    """A file in a folder's place, an address that another has: 3, and what it is."""
    (tmp_path / "file").write_text("mine")
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "witness").write_text("mine")
    word = ("--passphrase-file", room.folder / "passphrase")

    no_key = room.call(
        "--config", tmp_path / "config", *word, "log", "witness", "key", "a.example/w"
    )
    no_request = room("log", "witness", "request", "--out", tmp_path / "file" / "stick")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        no_port = archive("log", "witness", "serve", "--pin", archive.pin, "--port", port)

    assert (no_key.code, "folder witness: File exists" in no_key.err) == (3, True)
    assert (no_request.code, ".request: Not a directory" in no_request.err) == (3, True)
    assert (no_port.code, f"address 127.0.0.1:{port}: " in no_port.err) == (3, True)
    assert "choose another --port" in no_port.err


@contextmanager
def babbling():
    """Somebody who listens where a witness should, and speaks no HTTP."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def babble():
            with suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    with connection:
                        connection.recv(1 << 16)
                        connection.sendall(b"hello\r\n\r\n")

        Thread(target=babble, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.usefixtures("archive")
@pytest.mark.parametrize("address", ["http://127.0.0.1:port", "file:///dev/null", "archive"])
def test_an_address_that_is_none_is_told(room, address):
    """A policy is edited by hand: what stands there is read as a witness's address, or refused."""
    path = next((room.folder / "mine" / "ledgers").glob("*/witnesses.policy"))
    path.write_text(path.read_text().replace("\ngroup", f" {address}\ngroup"))

    told = room("log", "witness", "ask", "--json")
    checked = room("log", "restore-check", "--ask")

    (answer,) = json.loads(told.out)["answers"]
    assert (told.code, answer["told"].startswith("the witness: ")) == (1, True)
    assert (checked.code, "witness 档案馆.example/w" in checked.err) == (3, True)


@pytest.mark.usefixtures("archive")
def test_a_witness_that_speaks_no_http_is_told(room):
    """One clear error, and nothing is kept."""
    path = next((room.folder / "mine" / "ledgers").glob("*/witnesses.policy"))
    with babbling() as address:
        path.write_text(path.read_text().replace("\ngroup", f" {address}\ngroup"))
        told, checked = room("log", "witness", "ask"), room("log", "restore-check", "--ask")

    assert (told.code, "the witness: hello" in " ".join(told.out.split())) == (1, True)
    assert (checked.code, "hello" in checked.err) == (3, True)
    assert room.ledger().store.cosignatures() == []


def test_a_witness_that_never_signed_has_no_head_to_show(room, archive):
    """Asked for what it cosigned, it says that there is nothing."""
    path = next((room.folder / "mine" / "ledgers").glob("*/witnesses.policy"))
    with archive.serving() as url:
        path.write_text(path.read_text().replace("\ngroup", f" {url}\ngroup"))
        told = room("log", "restore-check", "--ask")

    assert (told.code, "answered 404: it cosigned no head" in told.err) == (3, True)


def test_an_answer_that_does_not_hold_is_not_kept(room, archive, tmp_path):
    """A line changed on its way, and a witness that nobody named."""
    room("log", "witness", "request", "--out", tmp_path)
    archive.answer(tmp_path)
    (answer,) = tmp_path.glob("*.answer")
    good = answer.read_bytes()
    answer.write_bytes(good.replace("档案馆".encode(), "档安馆".encode()))
    unknown = room("log", "witness", "accept", tmp_path)
    answer.write_bytes(good[:-8] + (b"AAA=" if good[-8:-5] != b"AAA" else b"BBB=") + b"\n")
    broken = room("log", "witness", "accept", tmp_path)

    assert (
        unknown.code,
        "no key that signed" in unknown.err or "does not speak" in unknown.err,
    ) == (1, True)
    assert broken.code in {1, 2}
    assert room.ledger().store.cosignatures() == []


def test_words_that_do_not_fit_are_refused(room, auditor, tmp_path):
    """No policy, no address, no request, no answer, too many asked for, a key of another use."""
    pin = next((room.folder / "mine" / "ledgers").glob("*/pin.json"))
    no_policy = room("log", "witness", "ask")
    too_many = add(room, auditor, "--quorum", 2)
    log_key = room("log", "witness", "add", "x", room.say("status")["log_key"])
    no_scheme = add(room, auditor, "--url", "archive:8797")
    spaced = room("log", "witness", "add", " 审计局", auditor.keys[0])
    added = add(room, auditor)
    no_address = room("log", "witness", "ask")
    (tmp_path / "empty").mkdir()
    no_answer = room("log", "witness", "accept", tmp_path / "empty")
    no_request = auditor("log", "witness", "answer", tmp_path / "empty", "--pin", pin)
    no_key = room("log", "witness", "answer", tmp_path / "empty", "--pin", pin)
    twice = auditor("log", "witness", "answer", tmp_path / "empty", "--pin", pin, "--pin", pin)
    again = auditor("log", "witness", "key", "other.example/w")

    assert added.code == 0
    told = (
        no_policy,
        too_many,
        log_key,
        no_scheme,
        spaced,
        no_address,
        no_answer,
        no_request,
        twice,
        again,
    )
    assert [each.code for each in told] == [2] * 10
    assert (no_key.code, "log witness key" in no_key.err) == (3, True)


@pytest.mark.usefixtures("archive")
def test_a_policy_with_groups_of_its_own_is_edited_by_hand(room, auditor):
    """What somebody wrote is not rewritten."""
    path = next((room.folder / "mine" / "ledgers").glob("*/witnesses.policy"))
    path.write_text(path.read_text().replace("witnesses", "ours"))

    refused = add(room, auditor)

    assert (refused.code, "edit it by hand" in refused.err) == (2, True)


@pytest.mark.usefixtures("archive")
def test_a_quorum_of_all_stays_one_of_all(room, auditor):
    """A named number stays that number."""
    all_of_two = add(room, auditor)
    two_of_three = room("log", "witness", "add", "pq", auditor.keys[1])
    three = make_archive(room, "巡察办")
    two_of_four = room.say("log", "witness", "add", "巡察办", three.keys[0], "--quorum", 2)

    assert "2 of 2" in all_of_two.err
    assert "3 of 3" in two_of_three.err
    assert (two_of_four["quorum"], len(two_of_four["witnesses"])) == (2, 4)
    assert "2 of 5" in room("log", "witness", "add", "pq2", three.keys[1]).err
