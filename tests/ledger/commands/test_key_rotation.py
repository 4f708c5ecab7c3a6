"""`qifeng key rotate`: an officer's new key, signed by the old one, confirmed by another."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest

from ledger.application.acting import Request, Step
from ledger.application.ledger import Ledger
from ledger.clock import new_id
from ledger.commands.check import Trust
from ledger.commands.enrolment import (
    CONFIRM_KEY,
    PROPOSE_KEY,
    confirm_keys,
    make_key,
    request_key,
)
from ledger.commands.own import read_pin
from ledger.errors import KeyNotTrustedError, SignatureError
from ledger.export.proofs import check_evidence
from ledger.keys.keystore import read_header
from ledger.keys.possession import check_rotation, format_rotation
from ledger.keys.ring import KeyLife
from ledger.keys.signer import SeedSigner
from ledger.records import key
from tests.ledger.commands.room import SECOND, WORD, acting

CONFIRM = ("--as", SECOND, "officer", "confirm", "孙梅")
PLAN = ("--as", "孙梅", "rule", "plan", "--title")


def key_of(room, name):
    """The id of the key in a file."""
    return read_header(room.folder / "mine" / "keys" / f"{name}.key.json").key


def test_a_key_is_rotated_by_two(room, tmp_path):
    """The old key signs until it is confirmed; then the new one does, and all of it is proved."""
    told = room("--as", "孙梅", "key", "rotate")
    assert told.code == 0, told.err
    assert "now confirm: qifeng --as ANOTHER officer confirm 孙梅" in told.err
    assert room(*PLAN, "甲办法").code == 0
    assert room(*CONFIRM).out.count("key/") == 2

    (room.folder / "mine" / "keys" / "孙梅.key.json").unlink()
    planned = room.say(*PLAN, "乙办法")
    assert room.ledger().state(f"key/{key_of(room, '孙梅-2')}").good
    who = {each["name"]: each["keys"] for each in room.say("officer", "who")["officers"]}
    assert who["孙梅"] == 1
    assert room.verify().verdict == "intact"
    (pin,) = (room.folder / "mine" / "ledgers").glob("*/pin.json")
    out = tmp_path / "plan.tlog-proof"
    room("log", "prove", planned["index"], "--out", out)
    told = read_pin(pin)
    trust = Trust(told.log_key, told.founding, "user", told.log_key_ml_dsa)
    assert check_evidence(out.read_bytes(), trust).findings == []
    room("log", "prove", f"key/{key_of(room, '孙梅-2')}", "--out", tmp_path / "key.tlog-proof")
    assert check_evidence((tmp_path / "key.tlog-proof").read_bytes(), trust).findings == []


def test_the_retired_key_signs_nothing_more(room):
    """At the door; and what it signs past the door is found by its index."""
    ledger = room.ledger()
    old = acting(room.session, ledger, "孙梅")
    room("--as", "孙梅", "key", "rotate")
    room(*CONFIRM)

    plan = room.ledger().families["rule"].verbs[0]
    step = Step(plan, "rule/x", plan.event(title="办法"))
    with pytest.raises(KeyNotTrustedError, match="was retired; key/"):
        room.ledger().act(old, Request(new_id(ledger.clock()), (step,)))
    told = room("--as", "孙梅", "key", "rotate")
    assert told.code == 0, told.err


def test_a_rotation_takes_a_request_made_elsewhere(room, tmp_path):
    """As of a key in a token; another officer's request is refused."""
    room("key", "new", "孙梅", "--file", "孙梅-新", "--out", tmp_path / "mine.json")
    room("key", "new", "马兰", "--file", "马兰-新", "--out", tmp_path / "theirs.json")

    theirs = room("--as", "孙梅", "key", "rotate", "--request", tmp_path / "theirs.json")
    mine = room("--as", "孙梅", "key", "rotate", "--request", tmp_path / "mine.json")

    assert (theirs.code, "each officer rotates their own key" in theirs.err) == (2, True)
    assert mine.code == 0, mine.err
    assert room(*CONFIRM).code == 0
    assert room.ledger().state(f"key/{key_of(room, '孙梅-新')}").good


def test_a_refused_rotation_leaves_no_key_behind(room):
    """A key that is proposed already is refused, and its file is taken away again."""
    room("--as", "孙梅", "key", "rotate", "--file", "新")
    assert room("--as", "孙梅", "key", "rotate", "--file", "新").code == 2
    room(
        "key",
        "propose-revocation",
        key_of(room, "孙梅")[:12],
        "--reason",
        "丢失",
        "--as",
        "陈立",
    )
    room("key", "revoke", key_of(room, "孙梅")[:12], "--as", SECOND)

    told = room("--as", "孙梅", "key", "rotate", "--file", "更新")

    assert told.code == 1
    assert not (room.folder / "mine" / "keys" / "更新.key.json").exists()


def test_of_two_rotations_the_last_is_confirmed(room):
    """Whoever lost the new key before it was confirmed makes another; the first stands in nobody's way."""
    for name in ("其二", "其三", "其四"):
        assert room("--as", "孙梅", "key", "rotate", "--file", name).code == 0

    first = room(*CONFIRM)
    again = room(*CONFIRM)

    assert first.code == 0, first.err
    states = [
        room.ledger().state(f"key/{key_of(room, name)}") for name in ("其二", "其三", "其四")
    ]
    assert [each.good for each in states] == [False, False, True]
    assert (again.code, "nothing is proposed for 孙梅" in again.err) == (2, True)
    assert room.verify().verdict == "intact"


def test_a_rotation_of_a_key_revoked_meanwhile_is_passed_over(room):
    """What an old key signed for is worth nothing once that key is; a spare key is enrolled all the same."""
    room("--as", "孙梅", "key", "rotate", "--file", "其二")
    old = key_of(room, "孙梅")[:12]
    room("--as", "陈立", "key", "propose-revocation", old, "--reason", "被盗")
    assert room("--as", SECOND, "key", "revoke", old).code == 0
    assert room(*CONFIRM).code == 2

    room("key", "new", "孙梅", "--file", "备用", "--out", room.folder / "spare.json")
    room("--as", "陈立", "key", "propose", room.folder / "spare.json")
    told = room(*CONFIRM)

    assert told.code == 0, told.err
    states = [room.ledger().state(f"key/{key_of(room, name)}") for name in ("其二", "备用")]
    assert [each.good for each in states] == [False, True]


def forged(room, handover):
    """Propose a rotation of 孙梅's key with a signature of somebody's; returns her record and the new key's."""
    ledger, session = room.ledger(), room.session
    mei = acting(session, ledger, "孙梅")
    signer = make_key(session.config, "冒名", WORD)
    request = request_key(signer, ledger=ledger.origin, name="孙梅", officer_record=mei.officer)
    message = format_rotation(
        signer.key_id, mei.signer.key_id, ledger=ledger.origin, officer=mei.officer
    )
    draft = key.Proposed(
        officer=mei.officer, suite=request.suite, public=request.public,
        possession=request.possession, replaces=f"key/{mei.signer.key_id}",
        handover=handover(message),
    )  # fmt: skip
    step = Step(PROPOSE_KEY, request.key_record, draft)
    ledger.act(mei, Request(new_id(ledger.clock()), (step,)))
    return mei.officer, request.key_record


def by_another(message):
    """A signature of nobody here."""
    return (base64.b64encode(SeedSigner(bytes(32)).sign(message)[0]).decode(),)


def test_what_the_old_key_did_not_sign_is_not_confirmed(room):
    """The door asks the old key's signature, whoever proposed."""
    officer, _ = forged(room, by_another)

    with pytest.raises(SignatureError, match="handover of key"):
        confirm_keys(room.ledger(), acting(room.session, room.ledger(), SECOND), officer)


def test_what_was_confirmed_past_the_door_is_found(room, tmp_path):
    """`key.rotation`: by verification, and by whoever checks a proof of the key."""
    _, record = forged(room, by_another)
    ledger = room.ledger()
    step = Step(CONFIRM_KEY, record, key.Enrolled())
    done = ledger.act(
        acting(room.session, ledger, SECOND), Request(new_id(ledger.clock()), (step,))
    )

    assert [(each.code, each.index) for each in room.verify().findings] == [
        ("key.rotation", done.first_index)
    ]
    room("log", "prove", record, "--out", tmp_path / "proof")
    told = room("check", tmp_path / "proof")
    assert (told.code, "handover of key" in told.out) == (1, True)


def test_a_key_hands_over_only_within_its_officer():
    """Another officer's key signs no successor of mine."""
    signer = SeedSigner(bytes(32))
    life = KeyLife(signer.key_id, "officer/A", signer.suite, signer.public, (), 3)
    message = format_rotation("new", signer.key_id, ledger="o", officer="officer/A")
    handover = signer.sign(message)

    check_rotation(life, "new", ledger="o", officer="officer/A", handover=handover)
    with pytest.raises(SignatureError, match="not officer/B's"):
        check_rotation(life, "new", ledger="o", officer="officer/B", handover=handover)
    with pytest.raises(SignatureError):
        check_rotation(life, "other", ledger="o", officer="officer/A", handover=handover)
    with pytest.raises(KeyNotTrustedError, match="was retired at 5, used at 6"):
        replace(life, retired=5).check_good(6)
    replace(life, retired=5).check_good(5)


def test_what_a_retired_key_signed_past_the_door_is_found(room, monkeypatch):
    """`key.not_good`, at the index of the act; what it signed before stands."""
    ledger = room.ledger()
    old = acting(room.session, ledger, "孙梅")
    room("--as", "孙梅", "key", "rotate")
    room(*CONFIRM)
    monkeypatch.setattr(Ledger, "_check_key", lambda *_: None)
    plan = ledger.families["rule"].verbs[0]
    step = Step(plan, f"rule/{new_id(ledger.clock())}", plan.event(title="办法"))

    done = ledger.act(old, Request(new_id(ledger.clock()), (step,)))

    assert [(each.code, each.index) for each in room.verify().findings] == [
        ("key.not_good", done.first_index)
    ]
