"""`qifeng key` and `qifeng officer`: keys made, asked for, imported, listed; officers confirmed."""

from __future__ import annotations

import shutil

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from ledger.commands.enrolment import read_key_request
from ledger.keys.keystore import read_header
from tests.ledger.commands.room import seed_of

SEED = bytes(range(32))


def test_a_new_key_asks_for_its_enrolment_in_a_file(room, tmp_path):
    """The key stays here; the request is what goes to an administrator."""
    told = room("key", "new", "王芳", "--out", tmp_path / "wang.json")

    assert told.code == 0, told.err
    request = read_key_request(tmp_path / "wang.json")
    assert (request.name, request.ledger) == ("王芳", room.ledger().origin)
    assert f"officer enrol --request {tmp_path / 'wang.json'}" in told.err
    header = read_header(room.folder / "mine" / "keys" / "王芳.key.json")
    assert told.out == f"key {header.key}\n"


def test_a_request_is_enrolled_and_confirmed_by_another(room, tmp_path):
    """One proposes, another confirms; then the new officer acts."""
    room("key", "new", "王芳", "--out", tmp_path / "wang.json")
    proposed = room("--as", "陈立", "officer", "enrol", "--request", tmp_path / "wang.json",
                    "--post", "领导")  # fmt: skip
    assert proposed.code == 0, proposed.err
    assert "now confirm" in proposed.err

    alone = room("officer", "confirm", "王芳", "--as", "陈立")
    assert (alone.code, "another administrator must confirm" in alone.err) == (1, True)
    assert room("officer", "confirm", "王芳", "--as", "周敏").code == 0

    listed = {each["name"]: each for each in room.say("officer", "who")["officers"]}
    assert (listed["王芳"]["posts"], listed["王芳"]["keys"]) == ("领导", 1)
    assert room("--as", "王芳", "rule", "plan", "--title", "会议管理办法").code == 0


def test_a_further_key_is_for_the_same_officer(room, tmp_path):
    """A spare key under another file name; both sign."""
    made = room("key", "new", "孙梅", "--file", "孙梅-备用", "--out", tmp_path / "spare.json")
    assert made.code == 0, made.err
    assert room("--as", "陈立", "key", "propose", tmp_path / "spare.json").code == 0
    assert room("--as", "周敏", "officer", "confirm", "孙梅").code == 0

    listed = {each["name"]: each["keys"] for each in room.say("officer", "who")["officers"]}
    assert listed["孙梅"] == 2


def test_nothing_of_ours_is_overwritten(room, tmp_path):
    """Neither a request nor a key file that is there."""
    (tmp_path / "there.json").write_text("mine")

    told = room("key", "new", "王芳", "--out", tmp_path / "there.json")
    assert (told.code, "choose another with --out" in told.err) == (2, True)
    assert not (room.folder / "mine" / "keys" / "王芳.key.json").exists()
    told = room("key", "new", "孙梅", "--out", tmp_path / "new.json")
    assert (told.code, "never overwritten" in told.err) == (2, True)
    assert (tmp_path / "there.json").read_text() == "mine"
    assert not (tmp_path / "new.json").exists()


def test_a_request_that_cannot_be_written_leaves_no_key_behind(room, tmp_path):
    """So that the next try, elsewhere, is not refused."""
    told = room("key", "new", "王芳", "--out", tmp_path / "nowhere" / "wang.json")
    assert (told.code, "file wang.json: No such file" in told.err) == (3, True)

    assert room("key", "new", "王芳", "--out", tmp_path / "wang.json").code == 0


def test_key_files_are_listed_without_a_passphrase(room):
    """Public parts only."""
    (room.folder / "passphrase").unlink()

    rows = room.say("key", "files")["keys"]

    assert {each["file"] for each in rows} == {
        f"{name}.key.json" for name in ("陈立", "周敏", "孙梅", "马兰")
    }
    assert "ed25519" in room("key", "files").out


@pytest.mark.parametrize(
    ("encoding", "form", "theirs"),
    [
        (Encoding.PEM, PrivateFormat.PKCS8, None),
        (Encoding.DER, PrivateFormat.PKCS8, None),
        (Encoding.PEM, PrivateFormat.OpenSSH, None),
        (Encoding.PEM, PrivateFormat.PKCS8, b"their passphrase"),
    ],
)
def test_a_key_made_elsewhere_is_imported(room, tmp_path, encoding, form, theirs):
    """PKCS#8 and OpenSSH, with or without a passphrase of their own."""
    how = BestAvailableEncryption(theirs) if theirs else NoEncryption()
    path = tmp_path / "theirs"
    path.write_bytes(
        Ed25519PrivateKey.from_private_bytes(SEED).private_bytes(encoding, form, how)
    )
    path.chmod(0o600)
    (tmp_path / "word").write_bytes((theirs or b"") + b"\n")
    more = ["--private-passphrase-file", tmp_path / "word"] if theirs else []

    told = room("key", "import", "王芳", path, *more)

    assert told.code == 0, told.err
    assert seed_of(room.folder / "mine", "王芳") == SEED
    assert SEED.hex() not in told.out + told.err


def test_what_is_no_private_key_is_refused_and_not_shown(room, tmp_path):
    """Nothing of the file comes into a message."""
    (tmp_path / "theirs").write_text("a secret that is no key")
    (tmp_path / "theirs").chmod(0o600)

    told = room("key", "import", "王芳", tmp_path / "theirs")

    assert (told.code, told.out) == (2, "")
    assert "secret" not in told.err


def test_unlocking_needs_an_agent(room):
    """Without ssh-agent, the error says how to start one."""
    told = room("key", "unlock", "孙梅")

    assert (told.code, "eval $(ssh-agent)" in told.err) == (3, True)


def test_enrolling_a_known_name_makes_no_key(room):
    """Two officers of one name would make `--as` ambiguous; nothing is left behind."""
    told = room("--as", "陈立", "officer", "enrol", "孙梅")

    assert (told.code, "孙梅 is officer/" in told.err) == (2, True)
    assert room("--as", "陈立", "officer", "enrol").code == 2


def test_an_enrolment_that_is_refused_leaves_no_key(room):
    """Whoever may not enrol, makes no key file either that would stand in the way."""
    told = room("--as", "孙梅", "officer", "enrol", "王芳")

    assert (told.code, "A1" in told.err) == (1, True)
    assert not (room.folder / "mine" / "keys" / "王芳.key.json").exists()
    assert room("--as", "陈立", "officer", "enrol", "王芳").code == 0


def test_a_request_that_is_refused_leaves_its_owner_s_key(room, tmp_path):
    """The key was made before, by somebody else perhaps; who may enrol it can still do so."""
    room("key", "new", "王芳", "--out", tmp_path / "wang.json")

    told = room("--as", "孙梅", "officer", "enrol", "--request", tmp_path / "wang.json")

    assert (told.code, "A1" in told.err) == (1, True)
    assert (room.folder / "mine" / "keys" / "王芳.key.json").exists()
    assert (
        room("--as", "陈立", "officer", "enrol", "--request", tmp_path / "wang.json").code == 0
    )


@pytest.mark.parametrize(
    "words",
    [
        ("key", "rotate", "--file", "新"),
        ("officer", "enrol", "新"),
        ("log", "rotate-key"),
    ],
    ids=" ".join,
)
def test_over_a_log_that_was_put_back_no_key_is_made(room, words):
    """Nobody signs over it, so nothing is recorded, and no key file is left that nobody knows."""
    assert room("store", "backup", room.folder / "backup").code == 0
    assert room("--as", "陈立", "rule", "plan", "--title", "会议管理办法").code == 0
    shutil.rmtree(room.folder / ".qifeng")
    assert room("store", "restore", room.folder / "backup").code == 0
    before = sorted(room.folder.rglob("*.key.json"))

    told = room("--as", "陈立", *words)

    assert (told.code, "rolled back or cut" in told.err) == (1, True)
    assert sorted(room.folder.rglob("*.key.json")) == before


def test_a_key_is_named_by_how_its_digest_begins(room):
    """Digests are lower case, ids upper case; both may be cut short."""
    key = read_header(room.folder / "mine" / "keys" / "孙梅.key.json").key

    assert room.say("key", "show", key[:12])["record"] == f"key/{key}"
    officer = room.say("officer", "show", "孙梅")["record"]
    assert room.say("officer", "show", officer.lower().partition("/")[2])["record"] == officer


def test_a_key_is_unlocked_into_the_agent_for_some_hours(room, monkeypatch, tmp_path):
    """What goes to the agent is the seed, its name and for how long; nothing of it is shown."""
    given = []
    monkeypatch.setattr(
        "ledger.commands.key.add_to_agent",
        lambda socket, seed, comment, *, lifetime_seconds: given.append(
            (socket, seed, comment, lifetime_seconds)
        ),
    )
    monkeypatch.setenv("SSH_AUTH_SOCK", str(tmp_path / "agent"))

    told = room("key", "unlock", "孙梅", "--hours", "2")

    seed = seed_of(room.folder / "mine", "孙梅")
    assert given == [(tmp_path / "agent", seed, "qifeng 孙梅", 7200)]
    assert (told.code, told.out, told.err) == (0, "", "孙梅 is unlocked for 2 h\n")


def test_a_new_officer_has_a_passphrase_of_their_own(room, tmp_path):
    """`--new-passphrase-file` is for the new key; the acting officer's stays theirs."""
    (tmp_path / "theirs").write_text("another passphrase\n")

    told = room("--as", "陈立", "officer", "enrol", "王芳", "--new-passphrase-file",
                tmp_path / "theirs")  # fmt: skip

    assert told.code == 0, told.err
    room("--as", "周敏", "officer", "confirm", "王芳")
    assert room("--as", "王芳", "rule", "plan", "--title", "会议管理办法").code == 3
    (room.folder / "passphrase").write_text("another passphrase\n")
    assert room("--as", "王芳", "rule", "plan", "--title", "会议管理办法").code == 0
