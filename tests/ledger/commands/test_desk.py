"""Opening what a command works with: the ledger, the acting officer, the passphrase."""

from __future__ import annotations

import io
from dataclasses import replace

import click
import pytest

from ledger.commands.desk import open_acting, open_ledger, open_signer, passphrase, store_url
from ledger.commands.own import key_path
from ledger.commands.session import Session
from ledger.errors import KeyNotTrustedError, NotFoundError, UnavailableError, UsageError
from ledger.keys import agent
from ledger.keys.agent import AgentSigner, Identity
from ledger.keys.held import read_held
from ledger.keys.keystore import read_header
from ledger.store.open import open_store
from tests.ledger.commands.room import WORD, enrol


def test_no_ledger_here_says_how_to_start_one(tmp_path):
    """Nothing is made where nothing is."""
    session = Session(tmp_path / ".qifeng", tmp_path / "mine")

    with pytest.raises(NotFoundError, match="start one with 'qifeng init'"):
        open_ledger(session)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_store_is_no_ledger(tmp_path):
    """Tables alone are nothing to act on."""
    open_store(str(tmp_path / "empty.db"), create=True).close()

    with pytest.raises(NotFoundError, match="qifeng init"):
        open_ledger(Session(tmp_path, tmp_path, store_url=str(tmp_path / "empty.db")))


def test_the_store_is_the_one_given_else_the_kept_else_the_home_s(tmp_path):
    """`--store` counts before `store.url`, and that before the home's own database."""
    session = Session(tmp_path, tmp_path)

    assert store_url(session) == str(tmp_path / "ledger.db")
    (tmp_path / "store.url").write_text("postgresql://kept\n")
    assert store_url(session) == "postgresql://kept"
    assert store_url(replace(session, store_url="other.db")) == "other.db"


def test_the_named_officer_acts(room):
    """By the whole name; their receipts are kept beside their key."""
    acting = open_acting(replace(room.session, actor="孙梅"), room.ledger())

    assert room.ledger().state(acting.officer).name == "孙梅"
    assert room.folder / "mine" in acting.receipts.path.parents


def test_the_only_officer_here_acts_unnamed(room):
    """Whoever keeps one key need not say who they are."""
    for path in (room.folder / "mine" / "keys").iterdir():
        if path.name != "孙梅.key.json":
            path.unlink()

    acting = open_acting(room.session, room.ledger())

    assert room.ledger().state(acting.officer).name == "孙梅"


def test_several_officers_are_never_guessed(room):
    """With several keys here, `--as` must say who acts."""
    with pytest.raises(UsageError, match=r"several officers .*孙梅.*; say who acts: --as NAME"):
        open_acting(room.session, room.ledger())


def test_no_key_here_says_how_to_make_one(room, tmp_path):
    """A user's folder without keys can read, and not act."""
    session = replace(room.session, config=tmp_path / "empty")

    with pytest.raises(UsageError, match="qifeng key new NAME"):
        open_acting(session, room.ledger())
    with pytest.raises(KeyNotTrustedError, match="no good key of 孙梅"):
        open_acting(replace(session, actor="孙梅"), room.ledger())


def test_an_unknown_name_acts_for_nobody(room):
    """A slip in `--as` is wrong usage."""
    with pytest.raises(NotFoundError, match="officer '孙枚'"):
        open_acting(replace(room.session, actor="孙枚"), room.ledger())


def test_a_revoked_key_acts_no_more(room):
    """The file is still here; the ledger knows better."""
    key = read_header(key_path(room.folder / "mine", "孙梅")).key
    room("--as", "孙梅", "key", "propose-revocation", key, "--reason", "遗失")
    room("--as", "周敏", "key", "revoke", key)

    with pytest.raises(KeyNotTrustedError, match="no good key of 孙梅"):
        open_acting(replace(room.session, actor="孙梅"), room.ledger())


def test_the_principal_is_named_too(room):
    """`--on-behalf-of` names the officer whose delegation is used."""
    ledger = room.ledger()

    acting = open_acting(replace(room.session, actor="孙梅"), ledger, on_behalf_of="马兰")

    assert ledger.state(acting.on_behalf_of).name == "马兰"


def test_the_agent_is_asked_before_the_passphrase(room, monkeypatch, tmp_path):
    """A key that ssh-agent holds signs without its file being opened."""
    path = key_path(room.folder / "mine", "孙梅")
    public = read_header(path).public[0]
    monkeypatch.setattr(agent, "list_identities", lambda _: (Identity(public, "孙梅"),))
    session = replace(room.session, agent_socket=str(tmp_path / "agent"), passphrase_file=None)

    signer = open_signer(session, read_held(path))

    assert isinstance(signer, AgentSigner)
    assert signer.public == (public,)


def test_an_agent_that_is_gone_leaves_the_passphrase(room, tmp_path):
    """A stale SSH_AUTH_SOCK stops nobody."""
    session = replace(room.session, agent_socket=str(tmp_path / "nowhere"))

    signer = open_signer(session, read_held(key_path(room.folder / "mine", "孙梅")))

    assert not isinstance(signer, AgentSigner)


def test_a_wrong_passphrase_says_so_and_not_what_it_was(room):
    """The error names the key, never the passphrase."""
    (room.folder / "passphrase").write_text("a slip of the pen\n")

    with pytest.raises(UnavailableError, match="does not open its key file") as stopped:
        open_signer(room.session, read_held(key_path(room.folder / "mine", "孙梅")))
    assert "slip" not in str(stopped.value)


def test_the_passphrase_file_is_read_without_its_newline(room):
    """As an editor or `echo` leaves it."""
    assert passphrase(room.session, "passphrase") == WORD


def test_a_passphrase_file_that_cannot_be_read_says_so(room, tmp_path):
    """Missing, or no text."""
    (tmp_path / "binary").write_bytes(b"\xff\xfe")

    for name in ("nowhere", "binary"):
        with pytest.raises(UnavailableError, match="passphrase file"):
            passphrase(replace(room.session, passphrase_file=tmp_path / name), "passphrase")


def test_without_file_and_terminal_there_is_no_passphrase(room, monkeypatch):
    """A script is told what to give; it never hangs."""
    monkeypatch.setattr("sys.stdin", io.StringIO("typed\n"))

    with pytest.raises(UnavailableError, match="no terminal to ask on; give --passphrase-file"):
        passphrase(replace(room.session, passphrase_file=None), "passphrase")


def test_on_a_terminal_the_passphrase_is_asked_for_unseen(room, monkeypatch):
    """It is not shown, and a new one is asked for twice."""
    asked = []
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr(click, "prompt", lambda *_, **how: asked.append(how) or "typed")

    assert passphrase(replace(room.session, passphrase_file=None), "new", new=True) == "typed"
    assert asked == [{"hide_input": True, "confirmation_prompt": True, "err": True}]


def test_a_key_of_another_ledger_is_no_key_here(room):
    """A user's folder holds keys of several ledgers; only those enrolled here count."""
    stray = room.folder / "stray"
    (stray / "keys").mkdir(parents=True)
    enrol(replace(room.session, config=room.folder / "mine"), room.ledger(), "丙", posts=())
    (room.folder / "mine" / "keys" / "丙.key.json").rename(stray / "keys" / "丙.key.json")

    acting = open_acting(replace(room.session, config=stray), room.ledger())

    assert room.ledger().state(acting.officer).name == "丙"
