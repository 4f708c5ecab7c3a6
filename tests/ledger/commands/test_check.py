"""`qifeng check`: a bundle, with no ledger at hand, by the pin one was given another way."""

from __future__ import annotations

import socket

import pytest


@pytest.fixture
def bundle(room, tmp_path):
    """Give a bundle of one rule, as a receiver gets it."""
    room("--as", "马兰", "rule", "plan", "--title", "公务接待管理办法")
    told = room(
        "--as",
        "马兰",
        "export",
        "bundle",
        tmp_path / "bundle",
        "公务接待管理办法",
        "--recipient",
        "某县审计局",
    )
    assert told.code == 0, told.err
    return tmp_path / "bundle"


@pytest.fixture
def pin(room):
    """Give the pin file that the receiver was given another way."""
    (path,) = (room.folder / "mine" / "ledgers").glob("*/pin.json")
    return path


def test_a_bundle_holds_without_any_ledger(call, bundle, pin):
    """Exit 0, and the pin's source is told."""
    told = call("check", bundle, "--pin", pin)

    assert told.code == 0, told.err
    assert "not checked: business rules" in told.err
    assert "\nholds 相符: " in told.out
    assert told.out.startswith("for 某县审计局: record rule/")
    assert call("check", bundle, "--pin", pin, "--json").answer["pin"]["source"] == "argument"


def test_the_user_s_own_pin_is_found_by_the_bundle_s_origin(room, bundle):
    """Whoever met the ledger before need not name a pin."""
    assert "not independent" not in room("check", bundle).out
    assert room.say("check", bundle)["pin"]["source"] == "user"


def test_without_a_pin_the_answer_says_that_it_is_not_independent(call, bundle):
    """A bundle that vouches for itself proves less."""
    told = call("check", bundle)

    assert told.code == 0
    assert "not independent: the log's key was taken from the bundle itself" in told.out


def test_a_changed_bundle_is_1_and_every_finding_is_named(call, bundle, pin):
    """Code, class, place and words."""
    path = next(
        each for each in sorted(bundle.rglob("*")) if "entr" in each.name and each.is_file()
    )
    content = path.read_bytes()
    path.write_bytes(content.replace("公务".encode(), "会务".encode()))

    told = call("check", bundle, "--pin", pin)

    assert told.code == 1
    assert "findings 有问题" in told.out


@pytest.mark.parametrize("content", [b"", b"no cover\n", b"{}\n"])
def test_a_folder_that_is_no_bundle_is_told_in_one_line(call, tmp_path, content):
    """Never intact, never a traceback."""
    (tmp_path / "bundle").mkdir()
    (tmp_path / "bundle" / "bundle.json").write_bytes(content)

    told = call("check", tmp_path / "bundle")

    assert told.code in (1, 2)
    assert "holds" not in told.out
    assert "Traceback" not in told.err


def test_a_pin_that_is_none_is_wrong_usage(call, bundle, tmp_path):
    """A pin that cannot be read is no reason to trust the bundle's own."""
    (tmp_path / "pin.json").write_text("{}")

    told = call("check", bundle, "--pin", tmp_path / "pin.json")

    assert (told.code, told.out) == (2, "")


def test_what_cannot_be_read_is_told(call, tmp_path):
    """A socket, a device that fails: one clear error, and no judgement about anything."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("proof.tlog-proof")

        told = call("check", tmp_path / "proof.tlog-proof")

    assert (told.code, told.out) == (3, "")
    assert told.err.startswith("error: file proof.tlog-proof: ")
