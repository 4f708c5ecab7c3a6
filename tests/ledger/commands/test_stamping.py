"""`qifeng log stamp`: checkpoints stamped by an outside authority, renewed, and verified years later."""

from __future__ import annotations

import json
import shutil
import sqlite3

import pytest

from ledger.canonical import digest
from ledger.log.timestamp import format_request
from tests.ledger.commands.room import Room
from tests.tsa import make_authority, serving


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """An authority whose root the tests trust."""
    return make_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def trusting(room, authority):
    """The room, whose user trusts the authority's root."""
    shutil.copy(authority.roots, room.folder / "mine" / "tsa-roots.pem")
    return room


def stamped(room, authority, tmp_path, *, renew=None):
    """Stamp the head (or renew) by files, as an office without a network does."""
    request, answer = tmp_path / "q.tsq", tmp_path / "r.tsr"
    request.unlink(missing_ok=True)
    more = () if renew is None else ("--renew", renew)
    asked = room("--as", "陈立", "log", "stamp", "--request", request, *more)
    assert asked.code == 0, asked.err
    answer.write_bytes(authority.answer(request.read_bytes()))
    return room("--as", "陈立", "log", "stamp", "--answer", answer)


def attack(room, statement):
    """Change the database with its guards off."""
    with sqlite3.connect(room.folder / ".qifeng" / "ledger.db") as connection:
        guards = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall()
        for name, _ in guards:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(statement)
        for _, sql in guards:
            connection.execute(sql)
    connection.close()


def found(room, *arguments):
    """Return (code, class) of what verifying finds."""
    told = room("verify", "--json", *arguments)
    assert told.out, told.err
    return {(each["code"], each["class"]) for each in json.loads(told.out)["findings"]}


def test_a_stamp_is_taken_by_files_and_verified(trusting, authority, tmp_path):
    """Request out, answer in; the stamp is a signed event, and verify judges it by the roots."""
    told = stamped(trusting, authority, tmp_path)

    assert told.code == 0, told.err
    assert "stamp.taken/1" in told.out
    (row,) = trusting.say("log", "stamps")["stamps"]
    assert (row["authority"], row["stamps"]) == ("CN=Time Stamps", 1)
    verdict = trusting("verify")
    assert (verdict.code, "verdict: intact" in verdict.out) == (0, True)


def test_a_stamp_is_asked_for_over_the_network(trusting, authority):
    """With an authority that answers, one command does it all."""
    with serving(authority) as url:
        told = trusting("--as", "陈立", "log", "stamp", "--url", url)

    assert told.code == 0, told.err
    assert trusting.verify().findings == ()


def test_without_roots_a_stamp_is_not_called_good(room, trusting, authority, tmp_path):
    """Nobody's root is trusted by itself: verify says that it did not judge the stamp."""
    assert stamped(trusting, authority, tmp_path).code == 0
    (room.folder / "mine" / "tsa-roots.pem").unlink()

    told = room("verify")

    assert told.code == 0
    assert "nothing found, but not checked: time.stamp" in told.out
    refused = room("--as", "陈立", "log", "stamp", "--answer", tmp_path / "r.tsr")
    assert (refused.code, "--tsa-roots" in refused.err) == (2, True)


def test_a_renewal_covers_the_old_stamp(trusting, authority, tmp_path):
    """A stamp over the old one: both hold, and the later end counts."""
    assert stamped(trusting, authority, tmp_path).code == 0
    (row,) = trusting.say("log", "stamps")["stamps"]

    told = stamped(trusting, authority, tmp_path, renew=row["size"])

    assert told.code == 0, told.err
    assert "stamp.renewed/1" in told.out
    (row,) = trusting.say("log", "stamps", "--due", "400")["stamps"]
    assert row["stamps"] == 2
    assert trusting.say("log", "stamps", "--due", "0")["stamps"] == []
    assert trusting("verify").code == 0


def test_each_stamp_is_renewed_by_its_size(trusting, authority, tmp_path):
    """Of several checkpoints that bear one; the table tells which, and until when each is good."""
    assert stamped(trusting, authority, tmp_path).code == 0
    trusting("--as", "孙梅", "rule", "plan", "--title", "办法")
    assert stamped(trusting, authority, tmp_path).code == 0
    rows = trusting.say("log", "stamps")["stamps"]
    later = max(rows, key=lambda row: row["size"])

    assert stamped(trusting, authority, tmp_path, renew=later["size"]).code == 0

    after = {row["size"]: row["stamps"] for row in trusting.say("log", "stamps")["stamps"]}
    assert after == {each["size"]: 2 if each == later else 1 for each in rows}
    table = trusting("log", "stamps").out
    assert all(f"{each['size']}" in table and "CN=Time Stamps" in table for each in rows)
    assert trusting("verify").code == 0


def test_a_stamp_that_is_lost_cannot_be_renewed(trusting, authority, tmp_path):
    """What a renewal would be over is not there any more; nothing is asked for in its place."""
    assert stamped(trusting, authority, tmp_path).code == 0
    (row,) = trusting.say("log", "stamps")["stamps"]
    attack(trusting, "DELETE FROM timestamps")

    told = trusting("log", "stamp", "--request", tmp_path / "q", "--renew", row["size"])

    assert (told.code, (tmp_path / "q").exists()) == (2, False)
    assert f"checkpoint {row['size']} bears no stamp" in told.err


def test_a_stamp_over_something_else_is_refused(trusting, authority, tmp_path):
    """An answer that is over nothing of this ledger, or by nobody trusted, changes nothing."""
    answer = tmp_path / "other.tsr"
    answer.write_bytes(authority.answer(format_request(b"another log")))
    elsewhere = make_authority(tmp_path / "elsewhere")

    refused = trusting("--as", "陈立", "log", "stamp", "--answer", answer)
    untrusted = stamped(trusting, elsewhere, tmp_path)

    assert (refused.code, "over no checkpoint of this ledger" in refused.err) == (2, True)
    assert (untrusted.code, "does not hold" in untrusted.err) == (1, True)
    assert trusting.ledger().store.stamps() == []


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("DELETE FROM timestamps", ("time.stamp_missing", "deleted")),
        ("UPDATE timestamps SET token = x'3003020100'", ("time.stamp", "edited")),
        ("UPDATE timestamps SET digest = 'ab'", ("time.stamp_missing", "deleted")),
        (
            "UPDATE checkpoints SET note = CAST(note || x'0a' AS BLOB)",
            ("checkpoint.signature", "edited"),
        ),
        ("UPDATE checkpoints SET size = size - 1", ("checkpoint.size", "edited")),
    ],
)
def test_what_becomes_of_stamps_and_checkpoints_is_found(
    trusting, authority, tmp_path, statement, expected
):
    """Taken away, exchanged or moved: each is named."""
    assert stamped(trusting, authority, tmp_path).code == 0
    attack(trusting, f"PRAGMA foreign_keys = OFF; {statement}".partition("; ")[2])

    assert expected in found(trusting)


def test_a_stamp_of_another_checkpoint_is_found(trusting, authority, tmp_path):
    """Two good stamps exchanged for one another are over the wrong bytes."""
    assert stamped(trusting, authority, tmp_path).code == 0
    trusting("--as", "孙梅", "rule", "plan", "--title", "办法")
    assert stamped(trusting, authority, tmp_path).code == 0
    (first, _, one), (second, _, _) = trusting.ledger().store.stamps()
    attack(
        trusting,
        f"UPDATE timestamps SET token = x'{one.hex()}' WHERE digest = '{second}'",
    )
    assert digest(one) == first

    assert ("time.stamp", "edited") in found(trusting)


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        ((), 2, "give --url, --request or --answer"),
        (("--url", "ftp://x"), 2, "http:// or https://"),
        (("--url", "http://127.0.0.1:1/"), 3, "the time-stamping authority"),
        (("--renew", "5", "--request", "q"), 2, "bears no stamp"),
    ],
)
def test_what_cannot_be_done_is_told(trusting, arguments, code, told):
    """One clear error each."""
    refused = trusting("--as", "陈立", "log", "stamp", *arguments)

    assert (refused.code, told in refused.err) == (code, True), refused.err


def test_an_authority_that_answers_with_a_page_is_refused(trusting, authority):
    """What is no answer of an authority is not looked into."""
    with serving(authority, kind="text/html") as url:
        refused = trusting("--as", "陈立", "log", "stamp", "--url", url)

    assert (refused.code, "answered with text/html" in refused.err) == (3, True)


def test_a_request_is_never_written_over_a_file(trusting, tmp_path):
    """An existing file stays as it is."""
    (tmp_path / "q.tsq").write_text("mine")

    refused = trusting("--as", "陈立", "log", "stamp", "--request", tmp_path / "q.tsq")

    assert (refused.code, (tmp_path / "q.tsq").read_text()) == (3, "mine")


def test_a_checkpoint_kept_elsewhere_tells_of_a_cut_log(room, tmp_path):
    """Verify against a checkpoint from before: the same, then cut, then another ledger's."""
    room("--as", "孙梅", "rule", "plan", "--title", "办法")
    kept = tmp_path / "kept.note"
    assert room("log", "checkpoint", "--out", kept).code == 0
    assert room("store", "backup", tmp_path / "backup").code == 0
    room("--as", "孙梅", "rule", "plan", "--title", "另一办法")
    later = tmp_path / "later.note"
    assert room("log", "checkpoint", "--out", later).code == 0

    assert room("verify", "--against", kept, "--against", later).code == 0
    restored = Room(tmp_path / "restored", room.call)
    shutil.copytree(room.folder, restored.folder)
    for left in ("ledger.db-wal", "ledger.db-shm", "views.db"):
        (restored.folder / ".qifeng" / left).unlink(missing_ok=True)
    shutil.copy(tmp_path / "backup" / "ledger.db", restored.folder / ".qifeng" / "ledger.db")

    assert ("checkpoint.ahead", "rolled back") in found(restored, "--against", later)
    later.write_bytes(later.read_bytes().replace(b"county", b"cOunty"))
    assert ("checkpoint.signature", "edited") in found(restored, "--against", later)
