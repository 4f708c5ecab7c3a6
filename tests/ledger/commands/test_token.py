"""`qifeng key token`: an officer whose key lies in a token is enrolled, signs, and is verified."""

from __future__ import annotations

import pytest

from tests.softhsm import PIN, softhsm_module


@pytest.fixture
def pin_file(tmp_path):
    """The token's PIN, where the command reads it."""
    path = tmp_path / "pin"
    path.write_text(PIN + "\n")
    return path


def _make(room, softhsm, pin_file, *arguments):
    return room(
        "--passphrase-file", pin_file, "key", "token", "王芳", "--module", softhsm_module(),
        "--token", softhsm, *arguments,
    )  # fmt: skip


def test_an_officer_signs_with_a_token(room, softhsm, pin_file, tmp_path):
    """Made in the token, enrolled by two, it signs an act that verifies; no key file is written."""
    made = _make(room, softhsm, pin_file, "--label", "第一把", "--out", tmp_path / "wang.json")
    assert made.code == 0, made.err
    room("--as", "陈立", "officer", "enrol", "--request", tmp_path / "wang.json")
    assert room("--as", "周敏", "officer", "confirm", "王芳").code == 0

    signed = room(
        "--passphrase-file", pin_file, "--as", "王芳", "rule", "plan", "--title", "办法"
    )

    assert signed.code == 0, signed.err
    assert room.verify().verdict == "intact"
    keys = [each["file"] for each in room.say("key", "files")["keys"]]
    assert "王芳.token.json" in keys
    assert "王芳.key.json" not in keys
    assert PIN not in (room.folder / "mine" / "keys" / "王芳.token.json").read_text()


def test_a_request_that_is_there_stops_before_the_token_is_touched(
    room, softhsm, pin_file, tmp_path
):
    """Nothing is made in the token where the request could not be written."""
    (tmp_path / "wang.json").write_text("mine")

    made = _make(room, softhsm, pin_file, "--label", "第二把", "--out", tmp_path / "wang.json")
    again = _make(
        room, softhsm, pin_file, "--label", "第二把", "--out", tmp_path / "other.json"
    )

    assert (made.code, "wang.json exists" in made.err) == (2, True)
    assert again.code == 0, again.err


def test_a_wrong_pin_is_told_and_nothing_is_left(room, softhsm, tmp_path):
    """One clear error, exit code 3, no file."""
    wrong = tmp_path / "wrong"
    wrong.write_text("0000\n")

    made = _make(room, softhsm, wrong, "--out", tmp_path / "wang.json")

    assert (made.code, "PinIncorrect" in made.err) == (3, True)
    assert not (tmp_path / "wang.json").exists()
    assert list((room.folder / "mine" / "keys").glob("*.token.json")) == []


def test_a_suite_the_agent_cannot_hold_is_refused(room, monkeypatch):
    """ssh-agent holds Ed25519 keys; another suite is told so before a passphrase is asked for."""
    monkeypatch.setenv("SSH_AUTH_SOCK", "agent")
    room("key", "new", "李正", "--suite", "ed25519+ml-dsa-65")

    told = room("key", "unlock", "李正")

    assert (told.code, "no key of suite ed25519+ml-dsa-65" in told.err) == (2, True)
