"""`qifeng rule text`: the text in force, checked, whole or in part, on stdout or as a file."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from ledger.audit.rulings import Text
from ledger.family import Attachment
from ledger.records.rule.versions import Layer
from projections.commands.rules.ruling import file_name
from tests.projections.commands.ruled import FIRST, SECOND, TITLE, do, ruled

__all__ = ["ruled"]


def test_the_text_in_force_is_what_was_attached(ruled):
    """Stdout is the text and nothing else; that it matches its digest is said on stderr."""
    first = ruled("rule", "text", TITLE, "--as-of", "2021-01-01")
    second = ruled("rule", "text", TITLE)

    assert (first.code, first.out, second.out) == (0, FIRST, SECOND)
    assert "一版.txt" in first.err
    assert "matches its salted digest" in first.err


def test_a_text_in_force_in_part_stands_above_the_older_one(ruled):
    """Each under a line that says what of it counts; as JSON both with their content."""
    do(ruled, "commence", TITLE, provisions="第二条", occurred_on="2022-09-01")

    shown = ruled("rule", "text", TITLE, "--as-of", "2022-07-01")
    told = ruled.say("rule", "text", TITLE, "--as-of", "2022-07-01")["texts"]

    assert shown.out.startswith("—— version 2: not yet 第二条, digest ")
    assert f"{SECOND}—— version 1 for the rest, digest " in shown.out
    assert [(each["version"], each["pending"], each["content"]) for each in told] == [
        (2, ["第二条"], SECOND), (1, [], FIRST)
    ]  # fmt: skip


def test_a_text_is_written_out_once(ruled):
    """As a file of its own, named by its version; what is there already stays."""
    out = ruled.folder / "out"

    first = ruled("rule", "text", TITLE, "--out", out)
    again = ruled("rule", "text", TITLE, "--out", out)

    assert (first.code, first.out) == (0, "")
    assert (out / "v2-二版.txt").read_text(encoding="utf-8") == SECOND
    assert (again.code, "v2-二版.txt is there already" in again.err) == (2, True)


def test_no_text_is_in_force_before_it_counts_or_after_its_end(ruled):
    """The refusal says what the rule was then; a version may be named all the same."""
    do(ruled, "abolish", TITLE, reason="另有新规", occurred_on="2024-01-01")

    early = ruled("rule", "text", TITLE, "--as-of", "2020-02-15")
    late = ruled("rule", "text", TITLE, "--as-of", "2024-01-01")
    named = ruled("rule", "text", TITLE, "--as-of", "2024-01-01", "--version", "1")
    none = ruled("rule", "text", TITLE, "--version", "3")

    assert (early.code, late.code, none.code) == (2, 2, 2)
    assert "it was 尚未生效" in early.err
    assert "it was 废止" in late.err
    assert "has 2 texts" in none.err
    assert named.out == FIRST


def test_what_was_published_is_the_text(room):
    """Of a draft attached at adoption and the text attached at publication, the latter counts."""
    for name, text in (("草案.txt", "草案\n"), ("正式.txt", "正式\n")):
        (room.folder / name).write_text(text, encoding="utf-8")
    do(room, "adopt", title=TITLE, decision="会", attach=room.folder / "草案.txt")
    do(room, "publish", TITLE, attach=room.folder / "正式.txt")

    assert room("rule", "text", TITLE).out == "正式\n"


def test_a_suspended_text_is_shown_with_a_word(ruled):
    """暂停执行: the text stands and is not carried out."""
    do(ruled, "suspend", TITLE, reason="试点", occurred_on="2023-01-01")

    shown = ruled("rule", "text", TITLE, "--as-of", "2023-02-01")

    assert (shown.out, "is not carried out" in shown.err) == (SECOND, True)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"a\x1b[31mb"])
def test_what_is_no_plain_text_is_written_out_only(ruled, content):
    """A scan is for a file; control characters are not for a terminal."""
    (ruled.folder / "扫描.pdf").write_bytes(content)
    ruled.say("--as", "马兰", "rule", "amend", TITLE, "--decision", "会", "--post", "领导",
              "--attach", ruled.folder / "扫描.pdf")  # fmt: skip

    shown = ruled("rule", "text", TITLE)
    told = ruled.say("rule", "text", TITLE)["texts"][0]
    written = ruled("rule", "text", TITLE, "--out", ruled.folder / "out")

    assert (shown.code, "write it to a file: --out FOLDER" in shown.err) == (2, True)
    assert (told["name"], told["content"], told["size_bytes"]) == (
        "扫描.pdf",
        None,
        len(content),
    )
    assert written.code == 0
    assert (ruled.folder / "out" / "v3-扫描.pdf").read_bytes() == content


def test_a_text_without_content_says_so(ruled):
    """An amendment that attached none; and one of which only a digest was told."""
    post = ("--post", "领导", "--decision", "会")
    ruled.say("--as", "马兰", "rule", "amend", TITLE, *post, "--occurred-on", "2023-01-01")
    ruled.say(
        "--as",
        "马兰",
        "rule",
        "amend",
        TITLE,
        *post,
        "--occurred-on",
        "2023-02-01",
        "--text-digest",
        "9" * 64,
    )

    none = ruled("rule", "text", TITLE, "--as-of", "2023-01-15")
    digest = ruled("rule", "text", TITLE)

    assert (none.code, digest.code) == (2, 2)
    assert "none was attached" in none.err
    assert f"only its digest {'9' * 64} was told" in digest.err


@pytest.mark.parametrize(
    ("statement", "code", "says"),
    [
        ("UPDATE content SET bytes = X'00'", 1, "bytes of digest"),
        ("DELETE FROM content", 2, "lawfully purged"),
    ],
)
def test_a_text_that_was_touched_is_never_shown(ruled, statement, code, says):
    """Changed or gone behind the ledger's back: a refusal, and nothing on stdout."""
    with closing(sqlite3.connect(ruled.folder / ".qifeng" / "ledger.db")) as database, database:
        for (name,) in database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            database.execute(f"DROP TRIGGER {name}")
        database.execute(statement)

    shown = ruled("rule", "text", TITLE)

    assert (shown.code, shown.out, says in shown.err) == (code, "", True)


def test_a_file_s_name_stays_in_its_folder():
    """Whatever it was attached as: no folder, no device, never empty."""

    def named(name):
        return file_name(
            Text(Layer(2, "d"), Attachment(name=name, size_bytes=0, digest="d"), b"")
        )

    assert named("../../etc/passwd") == "v2-_.._etc_passwd"
    assert named("a\nb:c.txt") == "v2-a_b_c.txt"
    assert named("...") == "v2-text"
    assert len(named("长" * 300)) <= 103
