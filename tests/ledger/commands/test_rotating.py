"""`qifeng log rotate-key`, `confirm-key` and `accept-key`: a new key of the log, and who follows it."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import pytest

from ledger import canonical
from ledger.commands.own import read_pin
from ledger.log.note import format_vkey, parse_vkey
from tests.ledger.commands.room import Room

ROTATE = ("--as", "陈立", "log", "rotate-key")
CONFIRM = ("--as", "周敏", "log", "confirm-key")


def keys_in(room):
    """The files of the log's keys."""
    return sorted(each.name for each in (room.folder / ".qifeng").glob("log.*key.json"))


def pin_in(room, folder="mine"):
    """The path of a user's pin."""
    (path,) = (room.folder / folder / "ledgers").glob("*/pin.json")
    return path


@pytest.fixture
def other(room):
    """Another user of the same ledger, who pinned its first key."""
    shutil.copytree(room.folder / "mine" / "ledgers", room.folder / "theirs" / "ledgers")

    def call(*arguments):
        return room.call(
            "--home", room.folder / ".qifeng", "--config", room.folder / "theirs", *arguments
        )

    return call


def rotated(room: Room):
    """Rotate the log's key; returns the pin of before."""
    before = read_pin(pin_in(room))
    assert room(*ROTATE).code == 0
    assert room(*CONFIRM).code == 0
    return before


def test_a_rotation_takes_two_and_changes_the_pin(room):
    """Until it is confirmed the old key speaks; then checkpoints are the new one's, and all verifies."""
    before = read_pin(pin_in(room))
    old = room("log", "checkpoint").out

    proposed = room(*ROTATE)
    assert proposed.out.startswith("office/main  拟更换日志密钥 office.log_key_proposed/1")
    assert "another administrator confirms it: qifeng log confirm-key" in proposed.err
    assert len(keys_in(room)) == 2
    assert read_pin(pin_in(room)) == before
    assert room("log", "checkpoint").code == 0
    assert room("--as", "陈立", "log", "confirm-key").code == 1

    confirmed = room.say(*CONFIRM)
    assert [each["kind"] for each in confirmed["events"]] == ["office.log_key_rotated/1"]
    pin = read_pin(pin_in(room))
    assert (pin.founding, pin.log_key != before.log_key) == (before.founding, True)
    assert read_pin(room.folder / ".qifeng" / "pin.json") == pin
    assert room.say("status")["log_key"] == pin.log_key
    new = room("log", "checkpoint").out
    assert pin.log_key.split("+")[1] != before.log_key.split("+")[1]
    assert new.splitlines()[4] != old.splitlines()[4]
    assert room("verify").code == 0


def test_the_old_key_s_file_may_go(room):
    """Only the new one is opened; where that is missing, the old one signs nothing."""
    rotated(room)
    (room.folder / ".qifeng" / "log.key.json").unlink()
    assert room("log", "checkpoint").code == 0

    (named,) = keys_in(room)
    room("--as", "孙梅", "rule", "plan", "--title", "办法")
    (room.folder / ".qifeng" / named).rename(room.folder / ".qifeng" / "log.key.json")
    assert room("log", "checkpoint").code == 0
    shutil.copy(room.folder / "mine/keys/陈立.key.json", room.folder / ".qifeng" / named)
    room("--as", "孙梅", "rule", "plan", "--title", "细则")
    assert room("log", "checkpoint").code == 1


def test_a_home_without_a_pin_is_rotated_all_the_same(room):
    """Only the pins that are there follow."""
    (room.folder / ".qifeng" / "pin.json").unlink()

    before = rotated(room)

    assert read_pin(pin_in(room)).log_key != before.log_key
    assert not (room.folder / ".qifeng" / "pin.json").exists()


def test_a_home_s_pin_of_a_key_that_the_log_never_had_is_told(room):
    """Somebody exchanged it: the rotation stands, the user's own pin follows, that one does not."""
    assert room(*ROTATE).code == 0
    home, before = room.folder / ".qifeng" / "pin.json", read_pin(pin_in(room))
    strange = json.loads(home.read_text())
    strange["log_key"] = format_vkey(replace(parse_vkey(before.log_key), public=bytes(32)))
    home.write_bytes(canonical.encode(strange) + b"\n")
    held = home.read_bytes()

    told = room(*CONFIRM)

    assert (told.code, "its key is none that this log ever had" in told.err) == (1, True)
    assert "office.log_key_rotated/1" in told.out
    assert read_pin(pin_in(room)).log_key == room.say("status")["log_key"] != before.log_key
    assert home.read_bytes() == held


def test_a_clerk_s_rotation_leaves_no_key_behind(room):
    """Refused by the rule, exit 1, and nothing is written."""
    told = room("--as", "孙梅", "log", "rotate-key")

    assert told.code == 1
    assert "O8" in told.err
    assert keys_in(room) == ["log.key.json"]
    assert room(*CONFIRM).code == 1


def test_others_follow_by_the_ledger(room, other):
    """A whole ledger that verifies under the old pin leads to the new one; once there, nothing changes."""
    before = rotated(room)
    assert other("verify").code == 0

    told = other("log", "accept-key", "--json").answer

    assert told["log_key"] == read_pin(pin_in(room)).log_key != before.log_key
    assert read_pin(pin_in(room, "theirs")) == read_pin(pin_in(room))
    assert other("log", "accept-key").code == 0
    assert other("verify").code == 0


def test_others_follow_by_a_proof(room, other, tmp_path):
    """A proof made since the rotation leads there with no ledger; one made before leaves the pin."""
    room("log", "prove", "1", "--out", tmp_path / "early")
    rotated(room)
    room("log", "prove", "office/main", "--out", tmp_path / "handover")
    before = read_pin(pin_in(room, "theirs"))

    assert other("log", "accept-key", "--proof", tmp_path / "early").code == 0
    assert read_pin(pin_in(room, "theirs")) == before
    assert other("log", "accept-key", "--proof", tmp_path / "handover").code == 0
    assert read_pin(pin_in(room, "theirs")) == read_pin(pin_in(room))


def test_nobody_follows_what_does_not_lead_there(room, other, tmp_path):
    """A pin of another ledger's key stays as it is, by the ledger and by a proof."""
    rotated(room)
    room("log", "prove", "office/main", "--out", tmp_path / "handover")
    path = pin_in(room, "theirs")
    pin = path.read_text()
    path.write_text(pin.replace(read_pin(path).founding, "0" * 64))
    held = path.read_bytes()

    for more in ((), ("--proof", tmp_path / "handover")):
        told = other("log", "accept-key", *more)
        assert told.code == 1, told.err
        assert path.read_bytes() == held


def test_a_head_is_checked_by_the_handover(room, call, tmp_path):
    """With an old pin a new checkpoint holds by a proof of the rotation, and not without."""
    pin = tmp_path / "old-pin.json"
    shutil.copy(pin_in(room), pin)
    rotated(room)
    room("log", "checkpoint", "--out", tmp_path / "head")
    room("log", "prove", "office/main", "--out", tmp_path / "handover")

    alone = call("check", tmp_path / "head", "--pin", pin)
    led = call("check", tmp_path / "head", "--pin", pin, "--handover", tmp_path / "handover")

    assert alone.code == 1
    assert "--handover" in alone.err
    assert led.code == 0, led.out
    assert call("check", tmp_path / "handover", "--pin", pin).code == 0


def test_a_founder_alone_rotates_in_one_act(call, tmp_path):
    """Before a second officer is there nobody could confirm: proposal and rotation are one act."""
    (tmp_path / "word").write_text("word")
    common = ("--passphrase-file", tmp_path / "word", "--config", tmp_path / "mine")
    assert call(*common, "init", "--origin", "o", "--founder", "陈立").code == 0

    told = call(*common, "log", "rotate-key", "--json").answer

    assert [each["kind"] for each in told["events"]] == [
        "office.log_key_proposed/1",
        "office.log_key_rotated/1",
    ]
    assert call(*common, "log", "checkpoint").code == 0
    assert call(*common, "verify").code == 0
