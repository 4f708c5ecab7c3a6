"""The user's own folder: where keys, pins and receipts stand, outside every ledger."""

from __future__ import annotations

import pytest

from ledger.commands.own import (
    Pin,
    find_pin,
    key_path,
    pin_path,
    read_pin,
    replace_pin,
    write_pin,
)
from ledger.errors import MalformedError, UnavailableError, UsageError

PIN = Pin("county.example/office/0011223344556677", "office+00112233+AQ==", "ab" * 32)
OF_TWO = Pin(PIN.origin, PIN.log_key, PIN.founding, "office+44556677+Bg==")
OTHER = Pin(PIN.origin, "another+00112233+AQ==", "cd" * 32)


@pytest.mark.parametrize("pin", [PIN, OF_TWO])
def test_a_pin_is_read_back_the_same(tmp_path, pin):
    """What was pinned is what is verified by; an older pin names one key of the log."""
    write_pin(tmp_path / "deep" / "pin.json", pin)

    assert read_pin(tmp_path / "deep" / "pin.json") == pin
    assert b"log_key_ml_dsa" in (tmp_path / "deep" / "pin.json").read_bytes() or pin is PIN


def test_a_pin_is_never_overwritten(tmp_path):
    """The first meeting counts: a ledger cannot change whom its user trusts."""
    write_pin(tmp_path / "pin.json", PIN)
    write_pin(tmp_path / "pin.json", OTHER)

    assert read_pin(tmp_path / "pin.json") == PIN


def test_every_truncation_of_a_pin_is_refused(tmp_path):
    """A cut pin is none."""
    path = tmp_path / "pin.json"
    write_pin(path, PIN)
    whole = path.read_bytes()

    for length in range(len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(MalformedError):
            read_pin(path)


@pytest.mark.parametrize(
    "text",
    [
        '{"founding":1,"log_key":"k","origin":"o"}',
        '{"founding":"f","log_key":"k"}',
        '{"founding":"f","log_key":"k","log_key_ml_dsa":1,"origin":"o"}',
        '{"founding":"f","log_key_ml_dsa":"k","origin":"o"}',
        '{"founding":"f","log_key":"k","more":"m","origin":"o"}',
        '{"founding":"f","founding":"g","log_key":"k","origin":"o"}',
        "[]",
    ],
)
def test_what_is_no_pin_is_refused(tmp_path, text):
    """Exactly three texts, or four, once each."""
    (tmp_path / "pin.json").write_text(text)

    with pytest.raises(MalformedError):
        read_pin(tmp_path / "pin.json")


def test_a_pin_that_cannot_be_read_or_written_says_so(tmp_path):
    """A missing pin is no wrong one, and a file in the folder's place is told."""
    (tmp_path / "file").write_text("")

    with pytest.raises(UnavailableError, match="pin"):
        read_pin(tmp_path / "pin.json")
    with pytest.raises(UnavailableError, match="pin"):
        write_pin(tmp_path / "file" / "pin.json", PIN)


def test_a_pin_that_cannot_be_replaced_stays_alone(tmp_path):
    """What was there stays, and nothing is left beside it."""
    (tmp_path / "pin.json").mkdir()

    with pytest.raises(UnavailableError, match=r"pin pin\.json"):
        replace_pin(tmp_path / "pin.json", OTHER)

    assert [each.name for each in tmp_path.iterdir()] == ["pin.json"]


def test_the_pin_named_counts_before_the_user_s_and_the_home_s(tmp_path):
    """And each says where it came from; with none there is nothing to verify by."""
    config, home, named = tmp_path / "mine", tmp_path / "home", tmp_path / "named.json"

    assert find_pin(config, home, origin=PIN.origin, argument=None) is None
    write_pin(home / "pin.json", PIN)
    assert find_pin(config, home, origin=PIN.origin, argument=None).source == "home"
    write_pin(pin_path(config, PIN.origin), PIN)
    assert find_pin(config, home, origin=PIN.origin, argument=None).source == "user"
    write_pin(named, OTHER)
    assert find_pin(config, home, origin=PIN.origin, argument=named).pin == OTHER
    assert find_pin(config, home, origin=PIN.origin, argument=named).source == "argument"


@pytest.mark.parametrize("name", ["", "a/b", "../a", ".hidden", "/a"])
def test_names_that_leave_the_folder_name_no_key_file(tmp_path, name):
    """A key file stands in the user's folder, whatever a request calls itself."""
    with pytest.raises(UsageError, match="cannot name a key file"):
        key_path(tmp_path, name)
