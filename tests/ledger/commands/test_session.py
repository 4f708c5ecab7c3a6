"""Who acts, named before or after the command; and what every command is told."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

import cli
from ledger.commands.session import Session, new_session, take_actor
from ledger.errors import UsageError


@pytest.mark.parametrize(
    ("arguments", "actor", "left"),
    [
        ("officer confirm 王芳 --as 陈立", "陈立", "officer confirm 王芳"),
        ("officer --as 陈立 confirm 王芳", "陈立", "officer confirm 王芳"),
        ("officer confirm 王芳 --as=陈立", "陈立", "officer confirm 王芳"),
        ("officer confirm 王芳", None, "officer confirm 王芳"),
        ("view status --as-of 2026-01-01 --as 陈立", "陈立", "view status --as-of 2026-01-01"),
        ("import f.csv --as fund --as-found", None, "import f.csv --as fund --as-found"),
        ("fund show -- --as 陈立", None, "fund show -- --as 陈立"),
        ("fund show --as", None, "fund show --as"),
        ("", None, ""),
    ],
)
def test_the_acting_officer_may_stand_anywhere(arguments, actor, left):
    """`--as NAME` is taken out wherever people write it, but for `import` and behind `--`."""
    assert take_actor(arguments.split(), None) == (actor, left.split())


def test_the_officer_named_in_front_stays():
    """What stands before the command still counts, and may be said again."""
    assert take_actor(["officer", "who"], "陈立") == ("陈立", ["officer", "who"])
    assert take_actor(["officer", "who", "--as", "陈立"], "陈立")[0] == "陈立"


def test_two_acting_officers_are_refused():
    """Who signs is never guessed."""
    with pytest.raises(UsageError, match="王芳 and 陈立 cannot both act; give one --as"):
        take_actor(["officer", "who", "--as", "陈立"], "王芳")


def test_a_lost_name_is_wrong_usage(call):
    """`--as` with nothing behind it says what is missing."""
    told = call("officer", "who", "--as")

    assert (told.code, told.out) == (2, "")
    assert "--as" in told.err


def test_the_command_line_hands_the_actor_on(call, monkeypatch):
    """`qifeng status --as 陈立` acts as 陈立 does, and the command never sees the option."""
    sessions = []
    stand_in = click.Command("status", callback=click.pass_obj(sessions.append))
    monkeypatch.setattr(cli.LazyGroup, "get_command", lambda *_: stand_in)

    assert call("status", "--as", "陈立").code == 0
    assert sessions[0].actor == "陈立"


def test_two_acting_officers_are_one_clear_error(call):
    """On the command line it is wrong usage, told in one line."""
    told = call("--as", "王芳", "officer", "who", "--as", "陈立")

    assert (told.code, told.err) == (2, "error: 王芳 and 陈立 cannot both act; give one --as\n")


def test_what_is_not_said_comes_from_the_environment(tmp_path):
    """Home is looked for from here upwards, the user's folder by the XDG rules."""
    options = {"home": None, "config": None, "actor": "陈立"}
    environment = {"XDG_CONFIG_HOME": "/mine", "SSH_AUTH_SOCK": "agent"}

    session = new_session(options, environment, here=tmp_path)

    assert session == Session(tmp_path / ".qifeng", Path("/mine/qifeng"), "agent", None, "陈立")
