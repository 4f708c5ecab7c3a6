"""`qifeng export acknowledge`: a receipt on a form or by a key, of what was handed over and nothing else."""

from __future__ import annotations

import base64

import pytest

from ledger.clock import system_clock
from ledger.commands.acknowledging import SPKI
from ledger.export.draft import Draft
from ledger.keys.signer import SeedSigner
from ledger.records.handover import acknowledged_bytes

TODAY = system_clock().date()
RECEIVER = "王审计"
SIGNER = SeedSigner(b"r" * 32)


@pytest.fixture
def given(room):
    """A room that handed a bundle over."""
    room.say("--as", "孙梅", "rule", "plan", "--title", "公务接待管理办法")
    return room


def hand_over(room, name="b"):
    """Hand over all there is; returns the digest."""
    return room.say(
        "--as",
        "孙梅",
        "export",
        "bundle",
        room.folder / name,
        "--all",
        "--recipient",
        "某县审计局",
    )["digest"]


def record(room):
    """The newest hand-over."""
    return room.say("handover", "list")["records"][-1]["record"]


def acknowledge(room, digest, *arguments):
    """Acknowledge the newest hand-over."""
    told = ("--receiver", RECEIVER, "--on", TODAY, "--digest", digest)
    return room("--as", "孙梅", "export", "acknowledge", record(room), *told, *arguments)


def signed(room, digest):
    """The receiver's signature and public key, as files."""
    signature, key = room.folder / "sig", room.folder / "key.pub"
    message = acknowledged_bytes(digest, RECEIVER, TODAY)
    signature.write_bytes(SIGNER.sign(message)[0])
    body = base64.b64encode(SPKI + SIGNER.public[0]).decode()
    key.write_text(f"-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n")
    return ("--signature", signature, "--key", key)


def test_a_receipt_by_key_is_verified_and_recorded(given):
    """Key and signature stay with the event, so that anybody can verify them again."""
    digest = hand_over(given)

    told = acknowledge(given, digest, *signed(given, digest))

    assert told.code == 0, told.err
    state = given.say("handover", "show", record(given))["state"]
    assert (state["receiver"], state["digest"]) == (RECEIVER, digest)
    assert given.verify().verdict == "intact"


def test_a_receipt_on_a_form_is_kept_with_it(given):
    """The scan is attached content like any other."""
    digest = hand_over(given)
    (given.folder / "回执.pdf").write_bytes(b"scanned")

    assert acknowledge(given, digest, "--form", given.folder / "回执.pdf").code == 0
    assert given.verify().verdict == "intact"


def test_a_signature_over_something_else_is_refused(given):
    """Another digest was signed: nothing is recorded."""
    digest = hand_over(given)

    told = acknowledge(given, digest, *signed(given, "0" * 64))

    assert (told.code, "the receiver's acknowledgement" in told.err) == (1, True)
    assert given.say("handover", "show", record(given))["state"]["receiver"] == ""


def test_what_was_not_handed_over_is_not_acknowledged(given):
    """HO3: the digest that the receiver names is another one."""
    hand_over(given)
    (given.folder / "form").write_text("x")

    told = acknowledge(given, "0" * 64, "--form", given.folder / "form")

    assert (told.code, "HO3" in told.err) == (1, True)


@pytest.mark.parametrize(
    "pem", ["", "no key", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"]
)
def test_a_key_that_is_none_is_told(given, pem):
    """One line, exit code 2."""
    digest = hand_over(given)
    arguments = signed(given, digest)
    (given.folder / "key.pub").write_text(pem)

    assert acknowledge(given, digest, *arguments).code == 2
    assert acknowledge(given, digest, *arguments[:2]).code == 2


def test_a_hand_over_cut_off_before_the_bundle_was_put_in_place_is_recorded_once(
    given, monkeypatch
):
    """The event stands, the bundle does not: the same order puts it there and records nothing again."""
    with monkeypatch.context() as patch:
        patch.setattr(
            Draft, "finish", lambda _: (_ for _ in ()).throw(OSError("no space left"))
        )
        cut = given(
            "--as",
            "孙梅",
            "export",
            "bundle",
            given.folder / "b",
            "--all",
            "--recipient",
            "某县审计局",
        )

    assert cut.code == 3
    assert not (given.folder / "b").exists()
    digest = hand_over(given)
    records = given.say("handover", "list")["records"]
    assert len(records) == 1
    assert given.say("handover", "show", records[0]["record"])["state"]["digest"] == digest
    assert given("check", given.folder / "b").code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--audience", "public"), "what is withheld needs a reason"),
        (("--reason", "x"), "a full audience is shown everything"),
        (("--audience", "chosen", "--reason", "x", "--disclose", "nothing"), "not found"),
    ],
)
def test_audiences_that_do_not_fit_are_wrong_usage(given, arguments, said):
    """Nothing is written or recorded."""
    told = given(
        "--as",
        "孙梅",
        "export",
        "bundle",
        given.folder / "b",
        "--all",
        "--recipient",
        "x",
        *arguments,
    )

    assert (told.code, said in told.err) == (2, True), told.err
    assert given.say("handover", "list")["records"] == []
