"""`qifeng init`: one ledger, its keys, its pin; never a second one in its place."""

from __future__ import annotations

import stat

import pytest

from ledger.commands.init import Plan
from ledger.commands.own import pin_path, read_pin
from ledger.errors import UsageError
from tests.ledger.commands.room import ORIGIN, WORD, session_of, verified


@pytest.fixture
def here(call, tmp_path):
    """Call `qifeng` in an empty folder, with a passphrase file."""
    (tmp_path / "passphrase").write_text(WORD)

    def do(*arguments):
        return call("--config", "mine", "--passphrase-file", "passphrase", *arguments)

    return do


def started(here, *more):
    """Start a ledger."""
    return here("init", "--origin", ORIGIN, "--founder", "陈立", *more)


def test_a_ledger_begins_with_three_events_and_verifies(here, tmp_path):
    """Office, founder and founder's key, in one act, intact from the first moment."""
    told = started(here, "--name", "某县委办公室", "--json").answer

    assert told["origin"].startswith(f"{ORIGIN}/")
    verdict = verified(tmp_path)
    assert (verdict.verdict, verdict.size, verdict.acts) == ("intact", 3, 1)


def test_the_pin_is_kept_outside_the_home(here, tmp_path):
    """What init prints is what the user's own folder holds."""
    told = started(here, "--json").answer

    pin = read_pin(pin_path(tmp_path / "mine", told["origin"]))
    assert (pin.founding, pin.log_key) == (told["founding"], told["log_key"])
    assert pin.log_key_ml_dsa == told["log_key_ml_dsa"] != ""
    assert read_pin(tmp_path / ".qifeng" / "pin.json") == pin


def test_keys_are_for_their_owner_alone(here, tmp_path):
    """The log's key and the founder's, mode 0600."""
    started(here)

    for path in (tmp_path / ".qifeng/log.key.json", tmp_path / "mine/keys/陈立.key.json"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_two_ledgers_of_one_name_have_two_origins():
    """64 random bits tell them apart."""
    assert (
        Plan("a.example", "甲", "机关", "+08:00").origin
        != Plan("a.example", "甲", "机关", "+08:00").origin
    )


def test_a_second_ledger_is_refused_and_the_first_stays(here, tmp_path):
    """A second init is wrong usage, and not a byte changes."""
    started(here)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.json")}

    told = here("init", "--origin", ORIGIN, "--founder", "赵六")

    assert told.code == 2
    assert "there is a ledger in" in told.err
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.json")} == before


def test_a_founder_s_key_file_is_never_overwritten(here, tmp_path):
    """A name that has a key file already is refused before anything is made."""
    started(here)

    told = here("--home", "other", "init", "--origin", ORIGIN, "--founder", "陈立")

    assert told.code == 2
    assert "key file 陈立.key.json already" in told.err
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize(
    "origin", ["", "a b", "a+b", "a\nb", "a\x7f" * 61, "x" * 121, "县" * 67, "a\u2028b"]
)
def test_an_origin_that_no_note_could_carry_is_refused(origin):
    """No white space, no '+', no control character, at most 120 characters and 200 bytes (C2SP signed note)."""
    with pytest.raises(UsageError, match="origin"):
        Plan(origin, "甲", "机关", "+08:00")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--origin", "a b", "--founder", "陈立"], "origin"),
        (["--origin", ORIGIN], "--founder"),
        (["--founder", "陈立"], "--origin"),
        (["--origin", ORIGIN, "--founder", "a/b"], "cannot name a key file"),
        (["--origin", ORIGIN, "--founder", "陈立", "--utc-offset", "Beijing"], "offset"),
    ],
)
def test_what_cannot_begin_leaves_nothing(here, tmp_path, more, said):
    """Wrong words are 2, named, and the folder stays empty."""
    told = here("init", *more)

    assert (told.code, told.out) == (2, "")
    assert said in told.err
    assert not (tmp_path / ".qifeng").exists()
    assert not (tmp_path / "mine").exists()


def test_an_empty_passphrase_starts_nothing(here, tmp_path):
    """A key file under no passphrase would be no secret; and the next try is not in its way."""
    (tmp_path / "passphrase").write_text("\n")
    assert started(here).code == 2

    (tmp_path / "passphrase").write_text(WORD)
    assert started(here).code == 0


def test_another_store_is_remembered(here, tmp_path):
    """`--store` at init is kept in the home, so that no later command needs it."""
    told = here("--store", f"sqlite:///{tmp_path / 'elsewhere.db'}", "init",
                "--origin", ORIGIN, "--founder", "陈立")  # fmt: skip

    assert told.code == 0, told.err
    assert here("officer", "who", "--json").answer["officers"][0]["name"] == "陈立"
    assert not (tmp_path / ".qifeng" / "ledger.db").exists()
    assert session_of(tmp_path).home.joinpath("store.url").read_text().startswith("sqlite:///")


def test_words_for_people_say_where_the_pin_is(here):
    """Origin, founding and both log keys on stdout; where the pin lies on stderr."""
    told = started(here)

    assert [line.split()[0] for line in told.out.splitlines()] == [
        "origin", "founding", "log", "and"
    ]  # fmt: skip
    assert "pinned in mine" in told.err


def test_a_home_that_cannot_be_made_is_told(here, tmp_path):
    """A file in the folder's place: 3, one line, no key left behind."""
    (tmp_path / "file").write_text("")

    told = here("--home", "file/.qifeng", "init", "--origin", ORIGIN, "--founder", "陈立")

    assert (told.code, told.out) == (3, "")
    assert told.err.startswith("error: folder file/.qifeng")
    assert not (tmp_path / "mine").exists()


def test_a_store_that_cannot_be_made_leaves_no_ledger_and_can_be_tried_again(here, tmp_path):
    """A wrong address is told; with a right one the same founder begins."""
    (tmp_path / "file").write_text("")
    told = here("--store", "file/ledger.db", "init", "--origin", ORIGIN, "--founder", "陈立")
    assert (told.code, told.out) == (3, "")
    assert told.err.count("\n") == 1

    assert started(here).code == 0
