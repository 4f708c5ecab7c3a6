"""`qifeng log witness request`, `accept` and `restore-check --ask`: what is taken for a witness's word, and what not."""

from __future__ import annotations

import json

import pytest

from tests.ledger.commands.witnesses import add, carried, head, make_archive, more


@pytest.fixture
def archive(room):
    """A witness that the room's policy names."""
    made = make_archive(room, "档案馆")
    assert add(room, made).code == 0
    return made


def test_what_a_witness_refuses_is_told_in_its_words(room, archive, tmp_path):
    """It was given another log's pin: it knows nobody of ours, and says so; both answer by JSON as well."""
    pin = tmp_path / "pin.json"
    pin.write_text(archive.pin.read_text().replace('"origin":"county', '"origin":"another'))
    (asked,) = room.say("log", "witness", "request", "--out", tmp_path)["requests"]
    answered = archive("log", "witness", "answer", tmp_path, "--pin", pin, "--json")

    told = room("log", "witness", "accept", tmp_path, "--json")

    assert (asked["witness"], asked["size"]) == ("档案馆.example/w", head(room)[0])
    (answer,) = json.loads(answered.out)["answers"]
    assert (answered.code, answer["status"]) == (1, 404)
    (taken,) = json.loads(told.out)["answers"]
    assert told.code == 1
    assert taken["told"].startswith("refused with 404: ")
    assert room.ledger().store.cosignatures() == []


@pytest.mark.parametrize("status", [200, 404])
def test_an_answer_over_a_head_that_is_lost_is_refused(room, archive, tmp_path, status):
    """The store was put back meanwhile: whatever the witness said, it is of a log that is here no more."""
    assert room("store", "backup", tmp_path / "backup").code == 0
    room("log", "witness", "request", "--out", tmp_path / "stick")
    archive.answer(tmp_path / "stick")
    (answer,) = (tmp_path / "stick").glob("*.answer")
    answer.write_bytes(answer.read_bytes().replace(b"200\n", b"%d\n" % status))
    (room.folder / ".qifeng").rename(tmp_path / "gone")
    assert room("store", "restore", tmp_path / "backup").code == 0

    told = room("log", "witness", "accept", tmp_path / "stick")

    assert (told.code, "is no head that the store keeps" in told.err) == (1, True), told.err
    assert room.ledger().store.cosignatures() == []


def test_a_late_answer_does_not_push_a_larger_head_out(room, archive, tmp_path):
    """Both are kept in the store; outside of it stays the larger one, which the next append looks at."""
    room("log", "witness", "request", "--out", tmp_path / "late")
    assert archive.answer(tmp_path / "late").code == 0
    size = head(room)[0]
    more(room)
    room("log", "witness", "request", "--out", tmp_path / "early", "--old", size)
    assert archive.answer(tmp_path / "early").code == 0
    assert room("log", "witness", "accept", tmp_path / "early").code == 0
    (outside,) = (room.folder / "mine" / "ledgers").glob("*/witnessed.checkpoint")
    before = outside.read_bytes()

    assert room("log", "witness", "accept", tmp_path / "late").code == 0

    sizes = {each for each, _, _ in room.ledger().store.cosignatures()}
    assert sizes == {size, head(room)[0]}
    assert outside.read_bytes() == before


def test_an_answer_without_its_request_is_refused(room, archive, tmp_path):
    """What was asked is not to be told from the answer alone: bring the whole folder back."""
    room("log", "witness", "request", "--out", tmp_path)
    archive.answer(tmp_path)
    (request,) = tmp_path.glob("*.request")
    request.unlink()

    told = room("log", "witness", "accept", tmp_path)

    assert (told.code, f"file {request.name}: No such file" in told.err) == (3, True)


@pytest.mark.usefixtures("archive")
def test_where_no_witness_has_an_address_nobody_is_said_to_agree(room):
    """`--ask` that asks nobody is refused, however well the store stands by one's own receipts."""
    assert room("log", "restore-check").code == 0

    told = room("log", "restore-check", "--ask")

    assert (told.code, told.out) == (2, "")
    assert "no witness has an address" in told.err


def test_a_witness_of_two_keys_is_asked_by_the_line_that_has_its_address(
    room, archive, tmp_path
):
    """It is one witness under one name, whichever line stands last."""
    assert room("log", "witness", "add", "pq", archive.keys[1]).code == 0
    carried(room, archive, stick=tmp_path)
    path = next((room.folder / "mine" / "ledgers").glob("*/witnesses.policy"))
    with archive.serving() as url:
        path.write_text(path.read_text().replace("\nwitness pq", f" {url}\nwitness pq"))

        told = room.say("log", "restore-check", "--ask")
        alone = room.say("log", "restore-check")

    assert (told["verdict"], told["compared"]) == ("identical", alone["compared"] + 1)
