"""Being a witness: what is asked, every status that is answered, and what is kept before answering."""

from __future__ import annotations

import os
from threading import Barrier, Thread

import pytest

from ledger.errors import LedgerError, MalformedError, UnavailableError
from ledger.log import tree
from ledger.log.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from ledger.log.note import Note, format_note, parse_note, sign_note
from ledger.log.spelling import format_base64
from ledger.log.witness import (
    MAX_HASHES,
    Answer,
    Request,
    format_answer,
    format_request,
    parse_answer,
    parse_request,
)
from ledger.log.witnessed import WitnessBook, place_of, write_durably
from tests.ledger.log.parts import (
    LOG,
    LOG_SIGNER,
    ORIGIN,
    WITNESS,
    WITNESS_SIGNER,
)

LEAVES = [tree.leaf_hash(b"entry %d" % number) for number in range(9)]
FORKED = [*LEAVES[:3], tree.leaf_hash(b"another past"), *LEAVES[4:]]


def note_of(size: int, leaves=LEAVES, origin: str = ORIGIN) -> bytes:
    """A signed head of a small log."""
    frontier, _ = tree.append_all(0, (), leaves[:size])
    return sign_checkpoint(Checkpoint(origin, size, tree.root(frontier)), [LOG_SIGNER])


def proof(old: int, new: int, leaves=LEAVES) -> tuple[bytes, ...]:
    """The hashes that lead from one size to another."""
    _, nodes = tree.append_all(0, (), leaves)

    def read(places):
        found = [tree.node_place(*place) for place in places]
        return [nodes[index][at : at + 32] for index, at in found]

    return tuple(tree.prove_consistency(old, new, read)) if old else ()


def asking(old: int, new: int, leaves=LEAVES) -> bytes:
    """A request with the right proof."""
    return format_request(Request(old, proof(old, new, leaves), note_of(new, leaves)))


@pytest.fixture
def book(tmp_path):
    """A witness's folder with nothing in it."""
    return WitnessBook(tmp_path / "logs")


def told(book: WitnessBook, request: bytes) -> Answer:
    """What a witness that knows the worked log's key answers."""
    return book.answer(
        request,
        known=lambda origin: [LOG] if origin == ORIGIN else [],
        signers=[WITNESS_SIGNER],
    )


def test_a_first_head_is_cosigned_and_kept(book):
    """Asked with old 0; the answer is the witness's line, the head kept bears both signatures."""
    answer = told(book, asking(0, 5))

    assert answer.status == 200
    assert [line.name for line in answer.lines] == [WITNESS_SIGNER.name]
    kept = book.note(place_of(ORIGIN))
    assert open_checkpoint(kept, ORIGIN, [LOG, WITNESS]).size == 5
    assert [line.name for line in parse_note(kept).signatures] == [ORIGIN, WITNESS_SIGNER.name]


@pytest.mark.parametrize("new", range(5, 10))
def test_what_continues_it_is_cosigned(book, new):
    """The same size again, and every larger one with its proof."""
    told(book, asking(0, 5))

    assert told(book, asking(5, new)).status == 200
    assert book.last(ORIGIN).size == new


def test_a_line_of_a_stranger_is_not_kept(book):
    """A witness vouches for nobody that it does not know."""
    note = parse_note(note_of(5))
    more = sign_note(note.text, [LOG_SIGNER, WITNESS_SIGNER])
    lines = parse_note(more).signatures
    strange = lines[1].__class__("stranger.example", lines[1].key_id, lines[1].signature)
    request = format_request(Request(0, (), format_note(Note(note.text, (lines[0], strange)))))

    assert told(book, request).status == 200
    assert b"stranger" not in book.note(place_of(ORIGIN))


GOOD = asking(5, 8)
REFUSED: list[tuple[str, bytes, int]] = [
    ("no request", b"hello\n", 400),
    ("old is no number", GOOD.replace(b"old 5", b"old 05"), 400),
    ("old above the size", GOOD.replace(b"old 5", b"old 9"), 400),
    ("64 hashes", b"old 5\n" + f"{format_base64(bytes(32))}\n".encode() * 64 + b"\n" + note_of(8), 400),
    ("a hash too short", b"old 5\nAAAA\n\n" + note_of(8), 400),
    ("no note", GOOD.partition(b"\n\n")[0] + b"\n\nhello\n", 400),
    ("an unknown log", GOOD.replace(ORIGIN.encode(), b"other.example/log"), 404),
    ("another signature", GOOD[:-8] + b"AAA" + GOOD[-5:], 403),
    ("nobody's signature", b"old 5\n\n" + sign_note(parse_note(note_of(8)).text, [WITNESS_SIGNER]), 403),
    ("an older old", asking(4, 8), 409),
    ("a first head again", asking(0, 8), 409),
    ("a newer old", asking(6, 8), 409),
    ("a shorter log", asking(3, 4), 409),
    ("no proof", format_request(Request(5, (), note_of(8))), 422),
    ("a wrong proof", format_request(Request(5, proof(4, 8), note_of(8))), 422),
    ("another root at that size", asking(5, 5, FORKED), 422),
    ("a fork", asking(5, 8, FORKED), 422),
    ("a proof for the same size", format_request(Request(5, (bytes(32),), note_of(5))), 422),
]  # fmt: skip


@pytest.mark.parametrize(
    ("request_", "status"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_what_is_refused_changes_nothing(book, request_, status):
    """Each status of the protocol; the head kept stays what it was."""
    told(book, asking(0, 5))
    before = book.note(place_of(ORIGIN))

    answer = told(book, request_)

    assert answer.status == status
    assert book.note(place_of(ORIGIN)) == before


def test_a_conflict_tells_the_size_signed_last(book):
    """The body is that size, under a content type of its own."""
    told(book, asking(0, 5))

    answer = told(book, asking(4, 8))

    assert (answer.size, answer.body, answer.kind) == (5, b"5\n", "text/x.tlog.size")
    with pytest.raises(MalformedError):
        _ = answer.lines
    with pytest.raises(MalformedError):
        _ = Answer(200, b"5\n").size
    with pytest.raises(MalformedError):
        _ = Answer(409, b"+5\n").size


def test_a_first_head_needs_no_proof_and_may_bring_none(book):
    """Old 0 with hashes is refused; so is size 0 with a root that it cannot have."""
    brought = format_request(Request(0, (bytes(32),), note_of(5)))
    text = parse_note(note_of(5)).text.replace("\n5\n", "\n0\n")
    empty = format_request(Request(0, (), sign_note(text, [LOG_SIGNER])))

    assert (told(book, brought).status, told(book, empty).status) == (422, 422)
    assert book.last(ORIGIN) is None


def test_every_one_byte_change_of_a_request_is_refused(book):
    """No byte of it can be another: the worst is that nothing is signed."""
    told(book, asking(0, 5))
    for place in range(len(GOOD)):
        changed = GOOD[:place] + bytes([GOOD[place] ^ 1]) + GOOD[place + 1 :]

        assert told(book, changed).status in {400, 403, 404, 409, 422}


def test_every_truncation_is_refused(book):
    """A cut request is no request."""
    told(book, asking(0, 5))
    for end in range(len(GOOD)):
        assert told(book, GOOD[:end]).status in {400, 403}


def test_a_request_is_there_and_back():
    """With no hash and with the most that may be."""
    for count in (0, 1, MAX_HASHES):
        request = Request(5, (bytes(32),) * count, note_of(8))

        assert parse_request(format_request(request)) == request


def test_an_impossible_request_is_not_written():
    """Old above the size, too many hashes, a hash of another length or of none."""
    for request in (
        Request(9, (), note_of(8)),
        Request(5, (bytes(32),) * 64, note_of(8)),
        Request(5, (bytes(31),), note_of(8)),
        Request(5, (b"",), note_of(8)),
    ):
        with pytest.raises(MalformedError):
            format_request(request)


def test_an_answer_travels_as_a_file(book):
    """Status and body, there and back; anything else is refused."""
    answer = told(book, asking(0, 5))

    assert parse_answer(format_answer(answer)) == answer
    for wrong in (b"", b"200", b"0200\n", b"201\n", b"200 OK\n", b"\n200\n"):
        with pytest.raises(MalformedError):
            parse_answer(wrong)


def test_two_who_ask_at_once_do_not_part_the_history(book):
    """Of two forks that arrive together one is signed, whoever comes first."""
    told(book, asking(0, 3))
    ready, answers = Barrier(2), []

    def ask(leaves):
        ready.wait()
        answers.append(told(book, asking(3, 8, leaves)).status)

    threads = [Thread(target=ask, args=(each,)) for each in (LEAVES, FORKED)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert sorted(answers) == [200, 409]


def test_what_cannot_be_kept_is_not_signed(book, monkeypatch):
    """The disk is full while the head is made durable: no answer, and the old head stands."""
    told(book, asking(0, 5))

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ledger.log.witnessed.os.fsync", full)

    with pytest.raises(UnavailableError, match="No space left"):
        told(book, GOOD)
    assert book.last(ORIGIN).size == 5


def test_a_first_head_is_durable_with_the_folders_it_lies_in(book, monkeypatch):
    """A new folder's name outlasts a power cut too, or the witness would forget that it signed."""
    synced = set()
    real = os.fsync

    def fsync(descriptor):
        synced.add(os.fstat(descriptor).st_ino)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    assert told(book, asking(0, 5)).status == 200

    place = book.folder / place_of(ORIGIN)
    lying = (book.folder.parent, book.folder, place, place / "checkpoint")
    assert {each.stat().st_ino for each in lying} <= synced


def test_a_damaged_head_stops_the_witness(book):
    """It does not sign as if it had never been asked."""
    told(book, asking(0, 5))
    (book.folder / place_of(ORIGIN) / "checkpoint").write_bytes(b"hello")

    with pytest.raises(LedgerError, match="sign nothing"):
        told(book, asking(0, 8))


def test_a_head_that_cannot_be_read_stops_the_witness(book):
    """Unreadable is not absent: else it would sign a fork of what it signed before."""
    told(book, asking(0, 5))
    kept = book.folder / place_of(ORIGIN) / "checkpoint"
    kept.rename(book.folder / "moved")
    kept.mkdir()

    with pytest.raises(UnavailableError, match="Is a directory"):
        told(book, asking(0, 8, FORKED))


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path):
    """What cannot be written leaves what was there."""
    (tmp_path / "folder").mkdir()
    with pytest.raises(UnavailableError):
        write_durably(tmp_path / "folder", b"content")
    write_durably(tmp_path / "new" / "file", b"content")

    assert (tmp_path / "new" / "file").read_bytes() == b"content"
